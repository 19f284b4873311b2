"""Does the report say what changed between two runs and between two versions of a paper?"""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipelines.reporting.compare import both, compare, versions
from pipelines.reporting.compare_page import as_csv, page


def edited(warehouse: Path, target: Path, *statements: str) -> Path:
    with duckdb.connect(str(target)) as con:
        con.execute(f"attach '{warehouse}' as published (read_only)")
        con.execute(f"copy from database published to {target.stem}")
        for statement in statements:
            con.execute(statement)
    return target


@pytest.fixture
def warehouse(published) -> Path:
    return published.settings.warehouse.resolve()


def changes(now: Path, before: Path):
    with both(now, before) as con:
        return compare(con)


LINES = "(select budget_line_id from marts.fct_budget_line order by budget_line_id limit 2)"


def test_the_same_warehouse_has_no_change(warehouse, tmp_path):
    assert changes(warehouse, edited(warehouse, tmp_path / "before.duckdb")) == ([], [], [])


def test_amounts_added_gone_and_changed_are_told_apart(warehouse, tmp_path):
    before = edited(
        warehouse,
        tmp_path / "before.duckdb",
        f"update marts.fct_budget_line set amount_yuan = amount_yuan - 100 where budget_line_id in {LINES}",
        "delete from marts.fct_budget_line where budget_line_id = (select max(budget_line_id) from marts.fct_budget_line)",
    )
    there = changes(warehouse, before).facts
    back = changes(before, warehouse).facts
    assert sorted(fact.change for fact in there) == ["added", "changed", "changed"]
    assert sorted(fact.change for fact in back) == ["changed", "changed", "gone"]
    assert {fact.amount - fact.amount_before for fact in there if fact.change == "changed"} == {Decimal(100)}
    assert all(fact.link for fact in there)


def test_a_paper_published_anew_is_compared_by_what_its_amounts_mean(warehouse, tmp_path):
    """The earlier version has another content, so other ids; two amounts differ."""
    document = "(select min(document_id) from marts.dim_document)"
    line = f"(select min(budget_line_id) from marts.fct_budget_line where document_id = {document})"
    before = edited(
        warehouse,
        tmp_path / "before.duckdb",
        f"update marts.fct_budget_line set amount_yuan = amount_yuan + 7 where budget_line_id = {line}",
        f"update marts.fct_budget_line set budget_line_id = 'x' || budget_line_id, document_id = 'earlier' where document_id = {document}",
        f"update marts.fct_check set check_id = 'x' || check_id, document_id = 'earlier' where document_id = {document}",
        f"update marts.dim_document set document_id = 'earlier' where document_id = {document}",
    )
    found = changes(warehouse, before)
    assert [(paper.change, paper.document_before) for paper in found.papers] == [("changed", "earlier")]
    assert [(fact.change, fact.amount - fact.amount_before) for fact in found.facts] == [("changed", Decimal(-7))]


def test_a_paper_that_came_is_one_change_and_not_all_its_amounts(warehouse, tmp_path):
    document = "(select max(document_id) from marts.dim_document)"
    before = edited(
        warehouse,
        tmp_path / "before.duckdb",
        f"delete from marts.fct_budget_line where document_id = {document}",
        f"delete from marts.dim_document where document_id = {document}",
    )
    found = changes(warehouse, before)
    assert [(paper.change, paper.status_before, paper.status) for paper in found.papers] == [
        ("added", None, "published")
    ]
    assert found.facts == []


def test_findings_new_gone_and_changed(warehouse, tmp_path):
    before = edited(
        warehouse,
        tmp_path / "before.duckdb",
        "update marts.fct_check set outcome = 'pass' where outcome = 'fail' and rule_id = 'ROW-01'",
        "update marts.fct_check set difference = difference + 1 where outcome = 'fail' and rule_id = 'CROSS-41'",
    )
    assert sorted((f.code, f.change) for f in changes(warehouse, before).findings) == [
        ("CROSS-41", "changed"),
        ("ROW-01", "added"),
    ]
    assert ("ROW-01", "gone") in {(f.code, f.change) for f in changes(before, warehouse).findings}


def test_papers_side_by_side_are_compared(warehouse, tmp_path):
    assert versions(warehouse) == []
    now = edited(
        warehouse,
        tmp_path / "now.duckdb",
        "create temp table one as select * from marts.dim_document order by document_id limit 1",
        "insert into marts.dim_document select * replace ('second' as document_id, source_path || 'x' as source_path) from one",
        """insert into marts.fct_budget_line
           select l.* replace ('second' as document_id, '2' || budget_line_id as budget_line_id)
           from marts.fct_budget_line l join one using (document_id)""",
        "update marts.fct_budget_line set amount_yuan = amount_yuan + 1 where budget_line_id = (select min(budget_line_id) from marts.fct_budget_line where document_id = 'second')",
    )
    (pair,) = versions(now)
    assert pair.document_id == "second"
    assert [fact.change for fact in pair.facts] == ["changed"]


def test_the_page_and_the_file_count_what_was_found(warehouse, tmp_path):
    before = edited(
        warehouse,
        tmp_path / "before.duckdb",
        f"delete from marts.fct_budget_line where budget_line_id in {LINES}",
        "update marts.fct_check set outcome = 'pass' where outcome = 'fail'",
    )
    found = changes(warehouse, before)
    shown = page(found, "2025-01-01", [])
    assert '<b id="facts-added">2</b>' in shown
    assert f'<b id="findings-added">{len(found.findings)}</b>' in shown
    assert shown.count("data-change=") == len(found.facts) + len(found.findings)
    rows = list(csv.DictReader(io.StringIO(as_csv(found).decode("utf-8-sig"))))
    assert len(rows) == sum(map(len, found))


def test_a_first_report_has_nothing_to_compare_with(published):
    assert "这是第一次发布" in (published.settings.report / "compare.html").read_text()
