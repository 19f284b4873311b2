"""Does a reader see what is new, what is still open and what is gone since the generation before?"""

from __future__ import annotations

import shutil
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipelines.settings import Settings
from pipelines.warehouse.history import recall
from pipelines.warehouse.query import findings_by_state, unsettled
from pipelines.warehouse.schema import create_staging
from pipelines.warehouse.transform import run_dbt
from tests.generations import make_generation

BEFORE, NOW = datetime(2025, 3, 1, 8), datetime(2025, 4, 2, 9, 30)


@pytest.fixture(scope="module")
def told(built, tmp_path_factory) -> duckdb.DuckDBPyConnection:
    """The build of small papers, after a generation in which other things were open."""
    folder = tmp_path_factory.mktemp("history")
    (path,) = built.con.execute(
        "select path from duckdb_databases() where database_name = current_database()"
    ).fetchone()
    database = Path(shutil.copy(path, folder / "build.duckdb"))
    with duckdb.connect(str(database)) as con:
        con.execute("insert into staging.run values (?)", [NOW])
        columns = (
            "check_id, 'broken_identity', document_id, source_path, rule_id, place, page, severity, 'said', difference"
        )
        source = (
            f"select {columns}, timestamp '{BEFORE}' from marts.fct_check join marts.dim_document using (document_id)"
        )
        add = "insert into staging.earlier_findings"
        con.execute(f"{add} {source} where document_id = 'broken' and outcome = 'fail'")
        con.execute(f"{add} {source} where document_id = 'good' and rule_id = 'SIDES-01'")
        con.execute(f"{add} {source} where document_id = 'accepted' and outcome = 'accepted'")
        con.execute(f"{add} {source} where document_id = 'unread' and outcome = 'not_checked'")
        con.execute(
            "update staging.earlier_findings set difference = -7 where rule_id = 'ROW-01' and document_id = 'broken'"
        )
        # the paper `misread` was another file then, with the same misprints and one more
        con.execute(
            f"""{add} select 'old-' || check_id, 'broken_identity', 'first-print', source_path, rule_id, place, page, severity,
                'said', difference, timestamp '{BEFORE}'
            from marts.fct_check join marts.dim_document using (document_id)
            where document_id = 'misread' and (outcome = 'fail' or rule_id = 'TOTAL-02')"""
        )
    run_dbt(database, "finding_history", folder / "target")
    return duckdb.connect(str(database), read_only=True)


def rows(told: duckdb.DuckDBPyConnection, document_id: str) -> list[tuple]:
    return told.execute(
        """select rule_id, state, became, earlier_difference, difference, first_seen from quality.finding_history
        where document_id = ? and kind = 'broken_identity' order by all""",
        [document_id],
    ).fetchall()


def test_what_was_open_before_is_still_open_since_it_was_first_seen(told):
    off = Decimal("-10000.00")
    assert rows(told, "broken") == [
        ("ROW-01", "open", "fail", Decimal("-7.00"), off, BEFORE),
        ("TREE-01", "open", None, off, off, BEFORE),
    ]


def test_what_was_not_open_before_is_new_and_seen_first_now(told):
    assert [(state, seen) for _, state, _, _, _, seen in rows(told, "leaf")] == [("new", NOW)] * 3
    kinds = told.execute("select distinct kind from quality.finding_history where state = 'new'").fetchall()
    assert ("acceptance_lapsed",) in kinds


def test_what_is_gone_says_what_became_of_it(told):
    assert [row[1:3] for row in rows(told, "good")] == [("gone", "pass")]
    assert [row[1:3] for row in rows(told, "accepted")] == [("gone", "accepted")] * 2
    assert [row[1:3] for row in rows(told, "unread")] == [("gone", "not_checked")] * 2


def test_a_paper_replaced_under_its_name_keeps_what_is_still_open(told):
    assert [row[:3] for row in rows(told, "misread")] == [("ROW-01", "open", None), ("TREE-01", "open", None)]
    assert {row[:3] for row in rows(told, "first-print")} == {("TOTAL-02", "gone", "paper_gone")}


def test_status_counts_each_state(told):
    listed = told.execute("select kind = 'broken_identity', state from quality.finding_history").fetchall()
    for what, is_broken in (("broken", True), ("unsettled", False)):
        counted = findings_by_state(told)[what]
        assert counted == {state: listed.count((is_broken, state)) for state in ("new", "open", "gone")}
    broken = findings_by_state(told)["broken"]
    assert broken["open"] == 4 and broken["gone"] > 5
    failed, read = told.execute(
        "select (select count(*) from marts.fct_check where outcome = 'fail'), (select count(*) from quality.findings)"
    ).fetchone()
    assert failed == broken["new"] + broken["open"]
    assert read == sum(unsettled(told).values())


def test_a_home_without_a_history_has_nothing_open_before(tmp_path):
    settings = Settings(raw=tmp_path / "raw", home=tmp_path / "home")
    with duckdb.connect() as con:
        create_staging(con)
        assert recall(con, settings, 0.0) == 0
        make_generation(settings, "1.00")
        assert recall(con, settings, 1.5) == 0
        assert con.execute("from staging.run").fetchall() == [(datetime(1970, 1, 1, 0, 0, 1, 500_000),)]


def test_a_run_recalls_what_the_published_generation_has_open(told, tmp_path):
    settings = Settings(raw=tmp_path / "raw", home=tmp_path / "home")
    place = make_generation(settings, "1.00")
    with duckdb.connect(str(place / "warehouse" / "budget.duckdb")) as con:
        (path,) = told.execute(
            "select path from duckdb_databases() where database_name = current_database()"
        ).fetchone()
        con.execute(f"attach '{path}' as told (read_only)")
        con.execute("create schema if not exists quality")
        con.execute("create table quality.finding_history as from told.quality.finding_history")
    with duckdb.connect() as con:
        create_staging(con)
        still_open = told.execute("select count(*) from quality.finding_history where state <> 'gone'").fetchone()[0]
        assert recall(con, settings, 0.0) == still_open
        assert con.execute("select min(first_seen) from staging.earlier_findings").fetchone() == (BEFORE,)
