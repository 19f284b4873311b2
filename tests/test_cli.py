"""Does the command do what its help says, and say what to do when it cannot?"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from decimal import Decimal

import duckdb
import pdfplumber
import pypdfium2
import pytest
from click.testing import CliRunner
from PIL import Image

from pipelines import cli
from pipelines.commands import ask as commands_ask
from pipelines.commands.trace import TRACED
from pipelines.errors import is_disk_full
from pipelines.settings import PROJECT, Settings
from pipelines.warehouse.render import as_json, as_table
from tests.published import gouji, places

BROKEN = "select count(*) from marts.fct_check where outcome = 'fail'"


def ask(published, query, *options):
    done = gouji("sql", query, "--home", str(published.settings.home), *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def first_line_id(published) -> str:
    query = "select budget_line_id from marts.fct_budget_line order by all"
    rows = json.loads(ask(published, query, "--format", "json"))
    return rows[len(rows) // 2]["budget_line_id"]


@pytest.mark.parametrize("command", [(), ("run",), ("status",), ("trace",), ("sql",), ("ui",)])
def test_help_shows_examples(command):
    shown = CliRunner().invoke(cli.main, [*command, "--help"])
    assert shown.exit_code == 0
    assert "Examples:" in shown.output
    assert f"gouji {' '.join(command)}".strip() in shown.output


def test_help_answers_without_importing_the_stack():
    code = "import sys; from pipelines.cli import main; main(['--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "click" in loaded
    assert loaded.isdisjoint({"duckdb", "dagster", "dbt", "great_expectations", "pandas", "pdfplumber", "rich"})


def test_the_sample_papers_are_published_with_the_misprint_named(published):
    assert published.exit_code == 0
    assert "3 published, 0 held, 0 refused" in published.output
    assert "misprint at source" in published.output
    assert str(published.settings.report / "index.html") in published.output


def test_progress_is_plain_lines_where_there_is_no_terminal(published):
    assert "reading papers: 3/3 " in published.output
    assert "\x1b" not in published.output
    steps = ("finding papers", "reading papers", "recognising tables", "checking balances", "publishing", "Documents")
    places = [published.output.index(step) for step in steps]
    assert places == sorted(places)


def test_an_unchanged_run_says_the_same_and_imports_little(published):
    code = (
        "import sys; from pipelines.cli import main\n"
        f"try: main({['run', *places(published.settings)]!r}, standalone_mode=False)\n"
        "except SystemExit as end: print(end.code)\n"
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    *said, code, loaded = done.stdout.splitlines()
    assert said[0].startswith("Nothing has changed since ")
    assert said[1:] == published.output.splitlines()[-len(said[1:]) :]
    assert code == "0"
    assert set(loaded.split()).isdisjoint({"dagster", "dbt", "great_expectations", "pandas", "pyarrow"})


def test_status_names_each_document(published):
    rows = json.loads(gouji("status", "--json", "--home", str(published.settings.home)).stdout)
    assert [row["status"] for row in rows] == ["published"] * 3
    assert {row["fiscal_year"] for row in rows} == {2024, 2025}
    assert all(0 <= row["certified_share"] <= 1 for row in rows)
    table = gouji("status", "--home", str(published.settings.home)).stdout
    assert all(row["file_name"] in table for row in rows)


def test_sql_gives_decimals_digit_by_digit(published):
    query = "select 12345678901234567.89::decimal(20,2) as amount, null as nothing, '元,\"万' as text"
    assert list(csv.reader(io.StringIO(ask(published, query, "--format", "csv")))) == [
        ["amount", "nothing", "text"],
        ["12345678901234567.89", "", '元,"万'],
    ]
    (row,) = json.loads(ask(published, query, "--format", "json"), parse_float=Decimal)
    assert row == {"amount": Decimal("12345678901234567.89"), "nothing": None, "text": '元,"万'}
    assert "12345678901234567.89" in ask(published, query)


@pytest.mark.parametrize(
    "query",
    [
        "delete from marts.dim_rule",
        "create table marts.mine as select 1",
        "copy marts.dim_rule to 'out.csv'",
        "select * from read_text('/etc/hostname')",
        "attach 'other.duckdb'",
        "set enable_external_access = true",
        "install httpfs",
        "selekt 1",
    ],
)
def test_sql_can_only_read_the_warehouse(published, query):
    done = gouji("sql", query, "--home", str(published.settings.home))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("gouji: ")
    assert done.stderr.count("\n") == 1


def test_sql_stops_at_its_time_limit(published):
    endless = "select count(*) from range(1000000000) a, range(1000000000) b where a.range + b.range = 7"
    began = time.monotonic()
    done = gouji("sql", endless, "--timeout", "0.5", "--home", str(published.settings.home))
    assert done.returncode == 1
    assert "more than 0.5 s" in done.stderr
    assert time.monotonic() - began < 30


def test_trace_leads_to_the_printed_cell(published, tmp_path):
    id = first_line_id(published)
    done = gouji("trace", id, *places(published.settings), "--png", str(tmp_path / "cell.png"))
    assert done.returncode == 0, done.stderr
    query = f"""select printed_text, page, x0, top, x1, bottom, source_path, amount_yuan::varchar as amount
                from marts.fct_budget_line join marts.dim_document using (document_id) where budget_line_id = '{id}'"""
    (row,) = json.loads(ask(published, query, "--format", "json"))
    assert f"page {row['page']}" in done.stdout
    assert f"{Decimal(row['amount']):,}" in done.stdout
    assert re.search(r"^    pass +[A-Z]+-\d+ +\S.* [\d,.]+ (=|≥) .*[\d,.]+$", done.stdout, re.M)  # both sides
    with pdfplumber.open(published.settings.raw / row["source_path"]) as pdf:
        cell = pdf.pages[row["page"] - 1].crop((row["x0"], row["top"], row["x1"], row["bottom"]))
        assert cell.extract_text() == row["printed_text"]
    assert_outlined(tmp_path / "cell.png", published.settings.raw / row["source_path"], row)


@pytest.mark.parametrize("mart", sorted(TRACED.keys() - {"fct_change"}))  # changes are in no identity
def test_trace_names_the_checks_of_whatever_is_traced(published_forms, mart):
    id = TRACED[mart]
    query = f"""select {id} as id, list(distinct rule_id) as rules from marts.fct_check_evidence
                join marts.fct_check using (check_id) where {id} is not null group by 1 order by 1 limit 1"""
    (row,) = json.loads(ask(published_forms, query, "--format", "json"))
    shown = gouji("trace", row["id"], *places(published_forms.settings)).stdout
    assert set(re.findall(r"^    \w+ +([A-Z]+-\d+) ", shown, re.M)) == set(row["rules"])


def assert_outlined(png, paper, row):
    """The picture is the page around the cell, and red stands where the cell's border is."""
    from pipelines.reading.model import Box
    from pipelines.reporting.picture import SCALE, crop_around

    box = Box(row["x0"], row["top"], row["x1"], row["bottom"])
    page = pypdfium2.PdfDocument(paper)[row["page"] - 1]
    region = crop_around(box, *page.get_size())
    picture = Image.open(png)
    red = [
        (x, y)
        for x in range(picture.width)
        for y in range(picture.height)
        if (pixel := picture.getpixel((x, y)))[0] > 180 and pixel[1] < 80 and pixel[2] < 80
    ]
    assert abs(min(x for x, _ in red) - (box.x0 - region.x0) * SCALE) <= 4
    assert abs(max(x for x, _ in red) - (box.x1 - region.x0) * SCALE) <= 4
    assert abs(min(y for _, y in red) - (box.top - region.top) * SCALE) <= 4
    assert abs(max(y for _, y in red) - (box.bottom - region.top) * SCALE) <= 4


def test_the_first_letters_of_an_id_are_enough_if_they_are_unique(published):
    id = first_line_id(published)
    home = ("--home", str(published.settings.home))
    assert id in gouji("trace", id[:14], *home).stdout
    ambiguous, unknown = gouji("trace", id[:1], *home), gouji("trace", "no-such-id", *home)
    assert (ambiguous.returncode, unknown.returncode) == (1, 1)
    assert "begins more than one id" in ambiguous.stderr
    assert "no published number has the id 'no-such-id'" in unknown.stderr


def test_trace_draws_no_paper_that_has_changed(published, tmp_path):
    raw = tmp_path / "raw"
    shutil.copytree(published.settings.raw, raw)
    for paper in raw.rglob("*.pdf"):
        paper.write_bytes(paper.read_bytes() + b"\n")
    moved = Settings(raw=raw, home=published.settings.home)
    done = gouji("trace", first_line_id(published), *places(moved), "--png", str(tmp_path / "cell.png"))
    assert done.returncode == 1
    assert "has changed since it was read" in done.stderr
    assert not (tmp_path / "cell.png").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("run", "--raw", "nowhere", "--home", "{home}"), 1, "--raw"),
        (("status", "--home", "{home}"), 1, "gouji run"),
        (("sql", "select 1", "--home", "{home}"), 1, "gouji run"),
        (
            ("run", "--home", "/proc/nope"),
            1,
            "/proc/nope cannot be made (No such file or directory): name another folder",
        ),
        (("run", "--home", "/dev/null/nope"), 1, "/dev/null/nope cannot be made (Not a directory): name another"),
        (("run", "--jobs", "0"), 2, "--jobs"),
        (("sql",), 2, "QUERY"),
        (("walk",), 2, "walk"),
    ],
)
def test_errors_are_one_line_that_says_what_to_do(tmp_path, arguments, code, says):
    done = gouji(*(argument.format(home=tmp_path) for argument in arguments))
    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    if code == 1:
        assert done.stderr.count("\n") == 1


def test_a_home_that_cannot_be_made_is_no_full_disk(tmp_path):
    assert not is_disk_full(ValueError("x"), tmp_path / "nope")
    shutil.copytree(PROJECT / "raw", tmp_path / "raw")  # so fresh that no hash is remembered before the run begins
    done = gouji("run", "--raw", str(tmp_path / "raw"), "--home", "/proc/nope")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "gouji: /proc/nope cannot be made (No such file or directory)" in done.stderr


def test_status_names_what_of_raw_was_not_read(published, monkeypatch):
    loose = ["2025/loose.pdf", "belongs in raw/<year>/<department>/"]
    record = {"not_read": [loose] * 60, "misnamed": [["2025年", "is no year of four digits"]]}
    monkeypatch.setattr(commands_ask, "current_record", lambda _: record)
    shown = commands_ask.status_text(published.settings, False).splitlines()
    assert "not read: 2025/loose.pdf — belongs in raw/<year>/<department>/" in shown
    assert "… and 11 more" in shown
    record |= {"not_read": [], "waiting": {"changed": ["2025/甲局/a.pdf"], "unread": ["2024/乙局/b.pdf"] * 1200}}
    shown = commands_ask.status_text(published.settings, False).splitlines()
    assert "not read yet: 1,200 papers of other folders, such as 2024/乙局/b.pdf" in shown
    assert "changed: 2025/甲局/a.pdf — not read again yet, what was read before stands" in shown
    assert "rename: 2025年 — is no year of four digits" in commands_ask.status_text(published.settings, False)


def test_options_take_one_value_or_several(monkeypatch):
    seen = []
    monkeypatch.setattr("pipelines.commands.run.run_command", lambda settings: seen.append(settings) or 0)
    done = CliRunner().invoke(cli.main, ["run", "--year", "2023", "2024", "--department", "甲", "--department", "乙"])
    assert done.exit_code == 0
    assert (seen[0].years, seen[0].departments) == (("2023", "2024"), ("甲", "乙"))
    assert CliRunner().invoke(cli.main, ["run", "2023"]).exit_code == 2


def test_a_table_aligns_wide_characters():
    text = as_table(("项目", "n"), [("教育局", 5), ("a", Decimal("10.50"))])
    assert text.splitlines() == ["项目        n", "──────  ─────", "教育局      5", "a       10.50", "(2 rows)"]


def test_json_holds_what_json_has_no_word_for():
    assert as_json(("a",), [(float("nan"),), ([Decimal("0.10")],)]) == '[{"a": null},\n {"a": [0.10]}]'


def test_a_killed_run_heals_and_bad_papers_are_refused_beside_good_ones(published, tmp_path):
    settings = Settings(raw=tmp_path / "raw", home=tmp_path / "home")
    shutil.copytree(published.settings.raw, settings.raw)
    shutil.copytree(published.settings.home, settings.home, symlinks=True)
    good = next(settings.raw.rglob("*.pdf"))
    bad = settings.raw / "2025" / "坏"
    bad.mkdir()
    (bad / "text.pdf").write_text("this is no PDF")
    (bad / "empty.pdf").write_bytes(b"")
    (bad / "cut.pdf").write_bytes(good.read_bytes()[:2000])
    before = ask_home(settings, BROKEN)

    command = [sys.executable, "-m", "pipelines.cli", "run", *places(settings)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if line.startswith("checking balances"):
                break
        time.sleep(1.0)
        children = _children(process.pid)
        assert ask_home(settings, BROKEN) == before
        process.send_signal(signal.SIGKILL)
    assert ask_home(settings, BROKEN) == before
    assert children
    assert _left_after(10, children) == []

    done = gouji("run", *places(settings))
    assert done.returncode == 3, done.stderr
    reasons = {
        row["file_name"]: (row["status"], (row["status_reason"] or "").partition(":")[0])
        for row in json.loads(gouji("status", "--json", "--home", str(settings.home)).stdout)
    }
    assert reasons.pop("text.pdf") == ("refused", "not_pdf")
    assert reasons.pop("empty.pdf") == ("refused", "empty")
    assert reasons.pop("cut.pdf") == ("refused", "truncated")
    assert set(reasons.values()) == {("published", "")}
    for name in ("text.pdf", "empty.pdf", "cut.pdf"):
        assert f"{name} — " in done.stdout
    assert ask_home(settings, BROKEN) == before
    assert len(list((settings.home / "build").iterdir())) == 1


def test_the_web_page_answers_on_this_machine_only_and_ends_when_told(published):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "pipelines.cli", "ui", *places(published.settings), "--port", str(port)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert f"http://127.0.0.1:{port}" in server.stdout.readline()
        assert "dagster_webserver_version" in _get(f"http://127.0.0.1:{port}/server_info", seconds=90)
        taken = gouji("ui", "--port", str(port), *places(published.settings))
        children = _children(server.pid)
        server.terminate()
        server.stdout.read()
        server.wait(timeout=60)
    assert (taken.returncode, f"port {port} is taken" in taken.stderr) == (1, True)
    assert len(children) >= 3
    assert _left_after(60, children) == []


def _get(address: str, seconds: float) -> str:
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return answer.read().decode()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def ask_home(settings, query):
    with duckdb.connect(str(settings.warehouse.resolve()), read_only=True) as con:
        return con.execute(query).fetchall()


def _children(pid: int) -> list[int]:
    """Processes below a process, at any depth."""
    below = []
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/children") as file:
            for child in map(int, file.read().split()):
                below += [child, *_children(child)]
    return below


def _left_after(seconds: float, pids: list[int]) -> list[int]:
    """Those of the processes that still live when all have ended or the time is over."""
    deadline = time.monotonic() + seconds
    while (left := [pid for pid in pids if _is_alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


def _is_alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_selection_that_names_no_folder_is_wrong_usage(published):
    done = gouji("run", *places(published.settings), "--department", "无此局")
    assert done.returncode == 2
    assert "none of 无此局" in done.stderr
