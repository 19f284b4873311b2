"""Do the balance rules find what is wrong, and only that?"""

from collections import Counter
from decimal import Decimal

import pytest

from pipelines.settings import SCHEMA_VERSION
from pipelines.warehouse.transform import TransformError, failure_line, run_dbt
from tests.build_fixture import ACCEPTED, Built, check_id


def outcomes(built: Built, document_id: str) -> Counter:
    rows = built.con.execute(
        "select rule_id, outcome from marts.fct_check where document_id = ? and outcome <> 'not_applicable'",
        [document_id],
    ).fetchall()
    return Counter(rows)


def failed(built: Built, document_id: str) -> list:
    return built.con.execute(
        """select rule_id, left_label, left_value, right_value, difference, verdict from marts.fct_check
        where document_id = ? and outcome = 'fail' order by rule_id""",
        [document_id],
    ).fetchall()


def shape_checks(built: Built, table_no: int) -> set:
    rows = built.con.execute(
        """select distinct checks.rule_id, left_value / 10000, right_value / 10000, outcome
        from marts.fct_check as checks
        inner join marts.fct_check_evidence as evidence using (check_id)
        where checks.document_id = ? and left_value is not null""",
        [f"shape-{table_no}"],
    ).fetchall()
    return {(rule, f"{left:g}={right:g}", outcome) for rule, left, right, outcome in rows}


def test_a_balanced_paper_passes_every_identity_it_has(built):
    assert outcomes(built, "good") == {
        ("ROW-01", "pass"): 7, ("ROW-02", "pass"): 6, ("TOTAL-01", "pass"): 2, ("TOTAL-02", "pass"): 5,
        ("TOTAL-03", "pass"): 3, ("TREE-01", "pass"): 14, ("SIDES-01", "pass"): 1, ("LABEL-01", "pass"): 6,
        ("SHAPE-05", "pass"): 1, ("SHAPE-06", "pass"): 1,
    }  # fmt: skip


def test_a_broken_leaf_fails_its_row_and_its_tree_with_the_difference(built):
    numbers = (Decimal("300000.00"), Decimal("310000.00"), Decimal("-10000.00"))
    assert failed(built, "broken") == [
        ("ROW-01", "2010602 一般行政管理事务", *numbers, "publisher"),
        ("TREE-01", "20106 财政事务 · 项目支出", *numbers, "publisher"),
    ]
    assert sum(outcomes(built, "broken").values()) == sum(outcomes(built, "good").values()) - 6  # no balance table


def test_a_difference_within_half_a_printed_unit_per_addend_is_rounding(built):
    rows = built.con.execute(
        "select rule_id, difference, tolerance from marts.fct_check "
        "where document_id = 'rounded' and outcome = 'rounding'"
    ).fetchall()
    assert sorted(rows) == [
        ("ROW-01", Decimal("100.00"), Decimal("100.0000")),
        ("TREE-01", Decimal("-100.00"), Decimal("150.0000")),
    ]
    assert failed(built, "rounded") == []


def test_an_unread_amount_is_not_checked_and_the_reason_names_the_cell(built):
    rows = built.con.execute(
        "select rule_id, reason, difference from marts.fct_check "
        "where document_id = 'unread' and outcome = 'not_checked'"
    ).fetchall()
    assert sorted(rows) == [
        ("ROW-02", "unread: p.2 人员经费 3?", None),
        ("TREE-01", "unread: p.2 2010601 行政运行 3?", None),
    ]
    line = "select * from marts.fct_budget_line where budget_line_id = 'unread-t1-r3c2'"
    assert built.con.execute(line).fetchall() == []


@pytest.mark.parametrize(
    ("table_no", "expected"),
    [
        (0, {("ROW-04", "100=100", "pass"), ("ROW-03", "90=90", "pass")}),
        (1, {("ROW-03", "30=30", "pass")}),
        (2, {("ROW-04", "50=50", "pass"), ("ROW-03", "50=50", "pass")}),
        (3, {("ROW-05", "20=20", "pass"), ("ROW-05", "12=12", "pass"), ("ROW-05", "7=7", "pass")}),
        (4, {("ROW-06", "10=10", "pass"), ("ROW-01", "8=8", "pass")}),
        (5, {("ROW-01", "100=100", "pass")}),
        (6, {(rule, sums, "pass") for rule in ("TREE-02", "TOTAL-02") for sums in ("9=9", "7=7")}),
        (7, {("TOTAL-02", "8=8", "pass")}),
        (8, set()),
        (9, {("ROW-04", "6=6", "pass")}),
        (10, {("ROW-04", "50=50", "pass")}),
        (11, {("TREE-02", "5=5", "pass"), ("TOTAL-02", "5=5", "pass"), ("TREE-02", "6=6", "pass"),
              ("TOTAL-02", "7=7", "pass")}),
        (12, {("ROW-01", "0.01001=0.010006", "rounding")}),
    ],
    ids=["periods_and_surplus", "funds_under_a_period", "periods_beside_funds", "three_public", "flow_of_one_fund",
         "types_with_carry_forward", "lists_beside_each_other", "silent_heading", "one_part_is_no_breakdown",
         "nothing_carried_over", "two_kinds_of_carry_over", "a_total_below_the_last_list",
         "one_decimal_of_yuan"],
)  # fmt: skip
def test_a_shape_has_exactly_its_identities(built, table_no, expected):
    assert shape_checks(built, table_no) == expected


def test_an_acceptance_holds_for_its_exact_difference_and_lapses_otherwise(built):
    assert [count for (_, outcome), count in outcomes(built, "accepted").items() if outcome == "accepted"] == [1, 1]
    assert failed(built, "accepted") == []
    assert [row[4] for row in failed(built, "lapsed")] == [Decimal("-20000.00")] * 2
    lapsed = built.con.execute(
        "select text, message from quality.findings "
        "where document_id = 'lapsed' and kind = 'acceptance_lapsed' order by text"
    ).fetchall()
    said = "an acceptance lapsed: accepted difference -10000.00, now -20000.00 (fail)"
    assert lapsed == [("ROW-01", said), ("TREE-01", said)]


def test_check_ids_are_made_of_rule_paper_and_place_alone(built):
    for rule, place, _ in ACCEPTED:
        found = built.con.execute(
            "select check_id from marts.fct_check where document_id = 'broken' and outcome = 'fail' and rule_id = ?",
            [rule],
        ).fetchall()
        assert found == [(check_id(rule, "broken", place),)]


def test_a_rule_without_a_place_says_so_once_per_paper(built):
    rows = built.con.execute(
        "select rule_id, count(*) from marts.fct_check "
        "where document_id = 'good' and outcome = 'not_applicable' group by all"
    ).fetchall()
    every = built.con.execute("select count(*) from marts.dim_rule").fetchone()[0]
    assert {count for _, count in rows} == {1}
    assert len(rows) + len({rule for rule, _ in outcomes(built, "good")}) == every


def test_an_amount_is_certified_by_held_identities_only(built):
    def certified(amount_id: str) -> tuple:
        return built.con.execute(
            "select certified, certifying_checks from marts.fct_budget_line where budget_line_id = ?", [amount_id]
        ).fetchone()

    assert certified("broken-t1-r4c4") == (False, 0)  # only in its broken row and its broken tree
    assert certified("broken-t1-r2c4") == (True, 2)  # its row, and 201 above; the sum below it is broken
    total, share = built.con.execute(
        "select amounts_total, amounts_certified from marts.dim_document where document_id = 'broken'"
    ).fetchone()
    assert (total, share) == (29, 28)


def test_every_mart_column_is_described_in_the_warehouse(built):
    silent = built.con.execute(
        "select schema_name, table_name, column_name from duckdb_columns() "
        "where schema_name in ('marts', 'quality') and coalesce(comment, '') = ''"
    ).fetchall()
    assert silent == []
    assert built.con.execute("select distinct schema_version from marts.dim_document").fetchall() == [(SCHEMA_VERSION,)]


def test_codes_are_in_the_dimension_once_per_year(built):
    for table in ("dim_function", "dim_economic"):
        overlapping = built.con.execute(
            f"""select one.code from marts.{table} as one inner join marts.{table} as other
            on one.code = other.code and one.name <> other.name
            and coalesce(one.first_year, 0) <= coalesce(other.last_year, 9999)
            and coalesce(other.first_year, 0) <= coalesce(one.last_year, 9999)"""
        ).fetchall()
        assert overlapping == []
    names = "select name, last_year from marts.dim_function where code = '210' order by first_year nulls first"
    assert built.con.execute(names).fetchall() == [("医疗卫生与计划生育支出", 2018), ("卫生健康支出", None)]


def test_a_failing_transformation_names_what_failed(tmp_path):
    with pytest.raises(TransformError, match="stg_budget__documents.*documents does not exist") as told:
        run_dbt(tmp_path / "empty.duckdb", "stg_budget__documents", tmp_path / "target")
    assert told.value.log.is_file()
    assert failure_line("") == "no output"
