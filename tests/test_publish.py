"""Is what readers see always one whole generation?"""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import PipelineError
from pipelines.settings import PROJECT, Settings
from pipelines.warehouse import publish
from pipelines.warehouse.build import Build, current_build, run_lock, start_build
from pipelines.warehouse.publish import MARTS, PARTS, copy_warehouse, current_generation, current_record, export_marts
from pipelines.warehouse.steps import find, publish_generation, stage_papers
from tests.generations import make_build_database, make_generation


@pytest.fixture
def settings(tmp_path):
    return Settings(raw=tmp_path / "raw", home=tmp_path / "home")


def test_marts_and_quality_are_copied_with_comments_and_nothing_else(tmp_path):
    target = tmp_path / "out" / "budget.duckdb"
    counts = copy_warehouse(make_build_database(tmp_path / "build.duckdb"), target)
    assert counts[("marts", "fct_budget_line")] == 2
    assert counts[("quality", "coverage")] == 1
    with duckdb.connect(str(target), read_only=True) as con:
        schemas = con.execute("select distinct table_schema from information_schema.tables order by all").fetchall()
        assert schemas == [("marts",), ("quality",)]
        rows = con.execute("from marts.fct_budget_line").fetchall()
        assert rows == [("a", 1, Decimal("0.10")), ("b", 2, Decimal("1346.04"))]
        comment = con.execute("select comment from duckdb_tables() where table_name = 'dim_rule'").fetchone()[0]
        assert comment == "what 'dim_rule' holds"
        columns = con.execute(
            "select data_type, comment from duckdb_columns() where table_name || column_name = 'dim_ruleamount_yuan'"
        ).fetchone()
        assert columns == ("DECIMAL(20,2)", "yuan 元")


def test_a_build_without_a_mart_is_not_published(tmp_path):
    database = make_build_database(tmp_path / "build.duckdb", without=("fct_goal",))
    with pytest.raises(PipelineError, match="marts.fct_goal"):
        copy_warehouse(database, tmp_path / "budget.duckdb")


def test_a_file_that_lost_rows_is_not_published(tmp_path):
    target = tmp_path / "budget.duckdb"
    counts = copy_warehouse(make_build_database(tmp_path / "build.duckdb"), target)
    with duckdb.connect(str(target)) as con:
        con.execute("delete from marts.fct_check where document_id = 'a'")
    with pytest.raises(PipelineError, match="marts.fct_check has 1 rows, the build has 2"):
        publish.verify(target, counts)


def test_exports_hold_the_marts(tmp_path):
    target = tmp_path / "budget.duckdb"
    copy_warehouse(make_build_database(tmp_path / "build.duckdb"), target)
    assert export_marts(target, tmp_path / "exports") == dict.fromkeys(MARTS, 2)
    exported = duckdb.sql(f"from '{tmp_path}/exports/dim_document.parquet'").fetchall()
    assert exported == [("a", 1, Decimal("0.10")), ("b", 2, Decimal("1346.04"))]


def test_all_three_folders_change_together_and_old_generations_go(settings):
    places = [make_generation(settings, value) for value in ("1.00", "2.00", "3.00", "4.00")]
    assert current_generation(settings) == places[-1]
    assert (settings.report / "index.html").read_text() == "4.00"
    assert current_record(settings)["value"] == "4.00"
    with duckdb.connect(str(settings.warehouse), read_only=True) as con:
        assert con.execute("select max(amount_yuan) from marts.dim_rule").fetchone()[0] == Decimal("4.00")
    assert sorted(settings.generations.iterdir()) == places[1:]
    assert places == sorted(places)
    for part in PARTS:
        assert os.readlink(settings.home / part) == f"current/{part}"


def test_a_reader_keeps_its_generation_while_others_are_published(settings):
    make_generation(settings, "1.00")
    with duckdb.connect(str(settings.warehouse.resolve()), read_only=True) as con:
        for value in ("2.00", "3.00", "4.00", "5.00"):
            make_generation(settings, value)
        assert con.execute("select max(amount_yuan) from marts.fct_check").fetchone()[0] == Decimal("1.00")


def test_a_missing_part_leaves_the_old_generation(settings):
    place = make_generation(settings)
    with run_lock(settings.home):
        build = start_build(settings)
        (build.generation / "warehouse").mkdir(parents=True)
        with pytest.raises(PipelineError, match="no exports"):
            publish.publish(settings, build.generation, {"fingerprint": "0" * 64})
    assert current_generation(settings) == place


def test_a_folder_that_is_not_ours_is_not_replaced(settings):
    settings.report.mkdir(parents=True)
    (settings.report / "mine.txt").write_text("keep")
    with pytest.raises(PipelineError, match="move it away"):
        make_generation(settings)
    assert (settings.report / "mine.txt").read_text() == "keep"


def test_a_clock_set_back_does_not_turn_the_order(settings):
    future = settings.generations / "29991231T235959-001-aaaaaaaa"
    make_generation(settings).rename(future)
    (settings.home / "current").unlink()
    (settings.home / "current").symlink_to(Path("generations", future.name))
    assert make_generation(settings).name > future.name


def test_a_generation_that_a_killed_run_did_not_publish_is_dropped(settings):
    published = make_generation(settings)
    left = settings.generations / "29991231T235959-001-aaaaaaaa"
    left.mkdir()
    fresh = make_generation(settings)
    assert sorted(settings.generations.iterdir()) == [published, fresh]
    assert publish.generation_before(settings) == published


def test_leftovers_of_a_killed_run_are_dropped(settings):
    with run_lock(settings.home):
        left = start_build(settings)
        (left.path / "half").write_text("x")
        fresh = start_build(settings)
    assert not left.path.exists() or left.path == fresh.path
    assert list(fresh.path.iterdir()) == []
    assert current_build(settings) == fresh


def test_a_step_out_of_order_says_what_to_do(settings, tmp_path):
    with pytest.raises(PipelineError, match="gouji run"):
        current_build(settings)
    with pytest.raises(PipelineError, match="main job"):
        Build(tmp_path).read("papers")


def _try_lock(home, queue):
    try:
        with run_lock(home):
            queue.put("held")
    except PipelineError as error:
        queue.put(str(error))


def test_two_runs_at_once_the_second_says_so(settings):
    context = multiprocessing.get_context("spawn")
    answers = []
    with run_lock(settings.home):
        with run_lock(settings.home):  # the same process may nest
            pass
        for _ in range(1):
            answers.append(_ask(context, settings.home))
    answers.append(_ask(context, settings.home))
    assert f"process {os.getpid()}" in answers[0]
    assert answers[1] == "held"


def _ask(context, home):
    queue = context.Queue()
    process = context.Process(target=_try_lock, args=(home, queue))
    process.start()
    answer = queue.get(timeout=60)
    process.join()
    return answer


PUBLISH_FOR_EVER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from pipelines.settings import Settings
from tests.test_publish import make_generation
settings = Settings(raw=Path(sys.argv[1]) / "raw", home=Path(sys.argv[1]) / "home")
number = int(sys.argv[3])
print("ready", flush=True)
while True:
    number += 1
    make_generation(settings, f"{number}.00")
"""


def _value(settings) -> str:
    return json.loads((settings.home / "current" / "run.json").read_text())["value"]


def test_killed_at_any_moment_the_published_generation_is_whole(settings, tmp_path):
    begun = time.monotonic()
    make_generation(settings, "1.00")
    takes = time.monotonic() - begun
    published = set()
    for turn in range(1, 9):
        command = [sys.executable, "-c", PUBLISH_FOR_EVER, str(tmp_path), str(PROJECT), str(turn * 1000)]
        with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE) as process:
            assert process.stdout.readline() == b"ready\n"
            time.sleep(takes * turn / 4)
            deadline = time.monotonic() + (60 if turn == 8 else 0)  # a busy machine may need long for one
            while time.monotonic() < deadline and _value(settings) in published:
                time.sleep(0.05)
            process.send_signal(signal.SIGKILL)
        value = _value(settings)
        with duckdb.connect(str(settings.warehouse.resolve()), read_only=True) as con:
            assert con.execute("select max(amount_yuan) from marts.fct_check").fetchone()[0] == Decimal(value)
        assert (settings.report / "index.html").read_text() == value
        published.add(value)
    assert len(published) > 1
    place = make_generation(settings, "9999999.00")
    assert current_generation(settings) == place
    assert len(list(settings.generations.iterdir())) <= publish.KEPT_GENERATIONS


def test_a_run_that_would_make_the_same_publishes_nothing(published, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(published.settings.home, home, symlinks=True)
    settings = replace(published.settings, home=home)
    before = current_generation(settings)
    find(settings)
    stage_papers(settings)
    current_build(settings).write("absent", [])
    place, record = publish_generation(settings, "another run")
    assert (place, current_generation(settings)) == (before, before)
    assert record["run_id"] != "another run"
    with pytest.raises(duckdb.IOException, match="budget.duckdb"):  # it would be: nothing is built
        publish_generation(replace(settings, full=True), "another run")
