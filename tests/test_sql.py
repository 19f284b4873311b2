"""Does `gouji sql` answer what reads the warehouse, refuse all else with its reason, and end what costs too much?"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from pipelines import cli
from pipelines.settings import PROJECT, Settings
from tests.generations import make_generation
from tests.hostile import ENDLESS, HOSTILE
from tests.published import gouji

TOLD = {"time": "took more than 1 s", "memory": "more than 0.4 GB of memory", "rows": "more than 1,000 rows"}
# Asks again and again, in turn by the command and by a plain connection, until the file that its input names is there.
READER = """
import contextlib, io, json, pathlib, sys, time
import duckdb
from pipelines.cli import main
home, stop = sys.argv[1:]
query = ("select max(a.amount_yuan)::varchar as one, max(b.amount_yuan)::varchar as other "
         "from marts.dim_rule a, marts.fct_goal b")
seen, errors = [], []
while not pathlib.Path(stop).exists():
    time.sleep(0.5)
    try:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main(["sql", query, "--format", "json", "--home", home], standalone_mode=False)
        (row,) = json.loads(out.getvalue())
        seen.append([row["one"], row["other"]])
        with duckdb.connect(f"{home}/warehouse/budget.duckdb", read_only=True) as con:
            seen.append(con.execute(query).fetchone())
    except BaseException as error:
        errors.append(f"{error!r} {err.getvalue()}")
        break
print(json.dumps([seen, errors]))
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    folder = tmp_path_factory.mktemp("asked")
    settings = Settings(raw=folder / "raw", home=folder / "home")
    make_generation(settings, "1.00")
    return settings


def ask(settings: Settings, query: str, *options: str):
    return CliRunner().invoke(cli.main, ["sql", query, "--home", str(settings.home), *options])


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("select max(amount_yuan) as a from marts.dim_rule", [{"a": 1.0}]),
        ("with a as (from marts.dim_document) select count(*) as n from a", [{"n": 2}]),
        ("select table_name as t from duckdb_tables() where table_name = 'fct_goal'", [{"t": "fct_goal"}]),
        ("pivot marts.fct_goal on document_id in ('a', 'b') using sum(page)", None),
        ("summarize marts.fct_goal", None),
        ("describe marts.fct_goal", None),
        ("/* 说明 */ values (1);", [{"col0": 1}]),
    ],
)
def test_what_reads_is_answered(settings, query, rows) -> None:
    done = ask(settings, query, "--format", "json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == rows if rows else json.loads(done.stdout)


def test_every_other_statement_is_refused_and_changes_nothing(settings, monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    before = contents(settings.home)
    for query in HOSTILE:
        done = ask(settings, query)
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1), query
        assert done.stderr.startswith("gouji: ") and "Error:" not in done.stderr.replace("Parser Error:", ""), query
    assert contents(settings.home) == before
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("drop table marts.dim_rule", "DROP is refused: the published warehouse is only read, with SELECT, FROM"),
        ("-- a\n/* b */ Delete from marts.dim_rule", "DELETE is refused: the published warehouse is only read"),
        ("pragma database_list", "PRAGMA is refused"),
        ("select 1; drop table marts.dim_rule", "these are 2 statements: ask them one at a time"),
        ("from 'restricted/contacts.parquet'", "is a file: only the published tables are read; SHOW ALL TABLES"),
        ("from glob('*')", "glob() is refused: no files, servers or settings are read"),
        ("select getenv('HOME')", "getenv() is refused"),
        ("pivot marts.dim_rule on page", "name them, ON … IN (…)"),
        ("select " + "1+" * 900 + "1", "nested too deeply"),
        ("", 'there is no query: try "from marts.dim_document"'),
        ("from marts.nowhere", "Table with name nowhere does not exist"),
        ("select ?", "parameters"),
        ("select 1\0", "the query holds a NUL character: leave it out"),
        ("select '\udcff'", "the query is not UTF-8"),
    ],
)
def test_a_refusal_says_why_and_what_to_do(settings, query, told) -> None:
    assert told in ask(settings, query).stderr


def test_what_costs_too_much_is_ended_by_its_limit(settings) -> None:
    def end(query: str) -> tuple[subprocess.CompletedProcess, float]:
        began = time.monotonic()
        options = ("--timeout", "1", "--memory", "0.4", "--rows", "1000", "--home", str(settings.home))
        return gouji("sql", query, *options), time.monotonic() - began

    before = contents(settings.home)
    with ThreadPoolExecutor(3) as threads:
        ended = list(threads.map(end, [query for query, _ in ENDLESS]))
    for (query, limits), (done, seconds) in zip(ENDLESS, ended, strict=True):
        assert (done.returncode, done.stdout) == (1, ""), query
        assert any(TOLD[limit] in done.stderr for limit in limits.split("|")), (query, done.stderr)
        assert seconds < 30, query
    assert contents(settings.home) == before


def test_a_result_of_as_many_rows_as_allowed_is_whole(settings) -> None:
    assert ask(settings, "from range(5)", "--rows", "5").stdout.endswith("(5 rows)\n")
    assert "more than 4 rows: count or group them, or raise --rows" in ask(
        settings, "from range(5)", "--rows", "4"
    ).stderr  # fmt: skip


def test_twenty_readers_see_one_generation_each_through_three_publishes(settings, tmp_path) -> None:
    stop = tmp_path / "stop"
    make_generation(settings, "1.00")
    command = [sys.executable, "-c", READER, str(settings.home), str(stop)]
    readers = [subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) for _ in range(20)]
    with duckdb.connect(str(settings.warehouse), read_only=True) as held:
        time.sleep(2.0)
        for value in ("2.00", "3.00", "4.00"):
            make_generation(settings, value)
            time.sleep(1.0)
        assert held.execute("select max(amount_yuan)::varchar from marts.dim_rule").fetchone() == ("1.00",)
    stop.touch()
    said = [json.loads(reader.communicate(timeout=60)[0]) for reader in readers]
    assert [errors for _, errors in said if errors] == []
    assert all(one == other for seen, _ in said for one, other in seen)
    assert all(seen[-1][0] == "4.00" for seen, _ in said)
    assert {one for seen, _ in said for one, _ in seen} >= {"2.00", "3.00", "4.00"}
