"""What becomes of a paper with a table that does not close, with one that cannot be told, with withheld rows? One build
of small papers through the gate."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from expectations.gate import pass_gate
from pipelines.commands.run import summary_lines
from pipelines.recognising.records import Finding
from pipelines.recognising.withheld import withheld_findings
from pipelines.settings import Settings
from pipelines.warehouse.query import failures, summary
from pipelines.warehouse.transform import AFTER_GATE, BEFORE_GATE, run_dbt
from tests.staging_fixture import ALL, BASIC, PROJECT, Line, document, function_table, load, table

REVENUE, OLD, NOW = {"side": "revenue"}, {"fund_period": "carry_over"}, {"fund_period": "current_year"}
GENERAL, FUND = {"fund_source": "general_public"}, {"fund_source": "government_fund"}
TOTAL = ("flow", "GRAND_TOTAL", "合计", None)
# a column that is read as another: the project column says something else in every row
WRONG_COLUMN = {f"r{row}c4": f"{row + 3}1.00" for row in range(7)}


def levels(document_id: str, **more: str):
    """A table whose sections were read as classes: its total is half of what stands below it, in both columns."""
    lines = [
        Line(*TOTAL, ["90.00", "90.00"]),
        Line("function", "201", "一般公共服务支出", 0, ["50.00", "50.00"]),
        Line("function", "20106", "财政事务", 0, ["50.00", "50.00"]),
        Line("function", "208", "社会保障和就业支出", 0, ["40.00", "40.00"]),
        Line("function", "20805", "行政事业单位养老支出", 0, ["40.00", "40.00"]),
    ]
    return table(document_id, 1, "expenditure", [ALL, BASIC], lines)


def withheld(document_id: str):
    """Items below 20401 are withheld: it is not filled, all above it are."""
    lines = [
        Line(*TOTAL, ["90.00", "60.00", "30.00"]),
        Line("function", "204", "公共安全支出", 0, ["70.00", "40.00", "30.00"]),
        Line("function", "20402", "公安", 1, ["70.00", "40.00", "30.00"]),
        Line("function", "2040201", "行政运行", 2, ["40.00", "40.00", ""]),
        Line("function", "208", "社会保障和就业支出", 0, ["20.00", "20.00", ""]),
    ]
    return table(document_id, 1, "expenditure", [ALL, BASIC, PROJECT], lines)


def carried(document_id: str, number: int, columns: list[dict], *texts: str):
    return table(document_id, number, "revenue", [REVENUE | column for column in columns], [Line(*TOTAL, texts)])


def papers() -> tuple[list, list, list]:
    tables = [
        function_table("column", **WRONG_COLUMN),
        function_table("misprint", r4c4="31.00"),
        levels("levels"),
        function_table("lost", r4c4="31.00"),
        withheld("secret"),
        withheld("open"),
        carried("carried", 1, [ALL, OLD], "50.00", "0.00"),
        carried("carried", 2, [ALL, GENERAL, FUND, OLD], "50.00", "30.00", "15.00", "5.00"),
        carried("carried", 3, [ALL, NOW | GENERAL, NOW | FUND, OLD], "50.00", "30.00", "15.00", "5.00"),
    ]
    part, amounts = carried("carried", 4, [ALL, GENERAL, FUND], "9.00", "5.00", "4.00")
    more = carried("carried", 4, [ALL, GENERAL, FUND, FUND], "9.00", "5.00", "4.00", "3.00")[1]
    tables.append((part, [*amounts, more[-1]._replace(subset_of="其中：教育收费", fund_source="special_account")]))
    proved = carried("inferred", 1, [ALL, GENERAL, FUND], "9.00", "5.00", "4.00")
    tables.append((proved[0], [a._replace(inferred="ROW-03 closes in 1 of 1 rows") for a in proved[1]]))
    ids = ["column", "misprint", "levels", "lost", "secret", "open", "carried", "inferred"]
    documents = [document(name, department_id=f"dep-{name}", department_name=f"示例{name}局") for name in ids]
    said = (7, "根据国家保密法律法规的规定，部分涉密事项在预"), (8, "算公开时予以剔除。")
    lost = Finding(
        "lost-1", "lost", "unmapped_header", "error", 2, "lost-t1", "专项", "2 numbers of it are in no mart", None, None
    )  # fmt: skip
    return documents, tables, [lost, *withheld_findings(said, "secret")]


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> duckdb.DuckDBPyConnection:
    folder = tmp_path_factory.mktemp("unclosed")
    documents, tables, findings = papers()
    with duckdb.connect(str(folder / "build.duckdb")) as con:
        load(con, documents, tables, findings=findings)
    run_dbt(folder / "build.duckdb", BEFORE_GATE, folder / "target")
    with duckdb.connect(str(folder / "build.duckdb")) as con:
        pass_gate(con, lambda _, places: {name: same(con, name) for name, _, _ in places})
    run_dbt(folder / "build.duckdb", AFTER_GATE, folder / "target")
    return duckdb.connect(str(folder / "build.duckdb"), read_only=True)


def same(con: duckdb.DuckDBPyConnection, name: str) -> str | None:
    """A second reader that reads the same."""
    found = con.execute("select printed_text from staging.amounts where amount_id = ?", [name]).fetchone()
    return found[0] if found else None


def told(built) -> str:
    """What `gouji run` says at its end."""
    record = {"summary": summary(built), "not_read": ()}
    return "\n".join(summary_lines(Settings(raw=Path("raw"), home=Path("var")), record, False))


def checks(built, document_id: str, outcome: str = "fail") -> set[tuple]:
    rows = "select rule_id, verdict, reason from marts.fct_check where document_id = ? and outcome = ?"
    return set(built.execute(rows, [document_id, outcome]).fetchall())


def test_a_table_that_does_not_close_holds_its_paper_with_one_finding(built):
    status = dict(built.execute("select document_id, status_reason from marts.dim_document").fetchall())
    assert status["column"] == status["levels"] == "table_does_not_close: 1 tables, first on page 2"
    assert {name for name, reason in status.items() if reason} == {"column", "levels"}
    found = built.execute(
        "select document_id, severity, page, table_id, message, message_zh from quality.findings "
        "where kind = 'table_does_not_close' order by document_id"
    ).fetchall()
    assert [row[:4] for row in found] == [
        ("column", "error", 2, "column-t1"), ("levels", "error", 2, "levels-t1"),
    ]  # fmt: skip
    assert "7 of 7 rows" in found[0][4] and "ROW-01" in found[0][4] and "7 行中 7 行" in found[0][5]
    assert "2 times the total" in found[1][4] and "合计的 2 倍" in found[1][5]


def test_its_checks_are_our_reading_and_are_told_with_it(built):
    for name in ("column", "levels"):
        assert {row[1:] for row in checks(built, name)} == {("reading", "table_does_not_close")}
    assert {failure.document_id for failure in failures(built)} == {"misprint", "lost", "open"}
    said = told(built)
    assert "2 tables do not close" in said
    assert "column.pdf p.2 ROW" not in said


def test_a_misprint_stays_the_publishers_and_is_published(built):
    assert {verdict for _, verdict, _ in checks(built, "misprint")} == {"publisher"}
    said = told(built)
    blamed = [failure for failure in failures(built) if failure.verdict == "publisher"]
    assert said.count("misprint at source") == sum(failure.is_singled_out for failure in blamed)
    assert "two readers" not in said


def test_beside_numbers_that_were_not_understood_nobody_is_accused(built):
    assert {verdict for _, verdict, _ in checks(built, "lost")} == {"undetermined"}


def test_a_sum_above_withheld_rows_is_accepted_and_is_the_leaf(built):
    assert checks(built, "secret") == set()
    assert checks(built, "secret", "accepted") == {("TREE-01", None, "withheld")}
    assert checks(built, "open") == {("TREE-01", "publisher", None)}
    leaves = built.execute(
        """select subject_code, expenditure_type, amount_yuan from marts.fct_budget_line
        where document_id = 'secret' and is_leaf order by all"""
    ).fetchall()
    sums = {kind: sum(value for _, other, value in leaves if other == kind) for _, kind, _ in leaves}
    assert sums == {"all": Decimal(900_000), "basic": Decimal(600_000), "project": Decimal(300_000)}
    assert ("20402", "all", Decimal(700_000)) in leaves and ("2040201", "basic", Decimal(400_000)) in leaves


def test_a_sentence_that_withholds_is_found_over_lines_and_pages():
    found = withheld_findings([(3, "部门概况。"), (7, "部分涉密事项在预"), (8, "算公开时予以剔除。")], "d")
    assert [(f.page, f.text) for f in found] == [(7, "涉密事项在预算公开时予以剔除")]
    assert withheld_findings([(3, "做好涉密文件管理。"), (4, "依法公开政务信息。")], "d") == []


def test_what_a_column_of_carry_over_makes_with_the_others(built):
    rows = built.execute(
        """select page, rule_id, outcome, left_value, right_value from marts.fct_check
        where document_id = 'carried' and rule_id like 'ROW-%' and outcome in ('pass', 'fail') order by all"""
    ).fetchall()
    whole, nine = Decimal(500_000), Decimal(90_000)
    assert rows == [
        (3, "ROW-04", "pass", whole, whole), (4, "ROW-04", "pass", whole, whole), (5, "ROW-03", "pass", nine, nine),
    ]  # fmt: skip


def test_an_identity_by_which_a_meaning_was_inferred_does_not_certify(built):
    assert ("ROW-03", None, None) in checks(built, "inferred", "pass")
    lines = "select distinct certified from marts.fct_budget_line where document_id = 'inferred'"
    assert built.execute(lines).fetchall() == [(False,)]
