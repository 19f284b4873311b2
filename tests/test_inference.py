"""Is a heading that nobody knows worked out by the arithmetic of its table, with its proof, and never guessed?"""

from __future__ import annotations

from decimal import Decimal

from tests.sheets import LEFT, filled, paper, paper_of

TITLE = "支出总表"


def rows(heading: str, column: list[str], totals: list[str] | None = None) -> list[list[str]]:
    codes = ["201", "20101", "2010101", "2010102"]
    names = ["一般公共服务支出", "人大事务", "行政运行", "一般行政管理事务"]
    basic = ["30.00", "30.00", "30.00", ""]
    totals = totals or ["42.00", "42.00", "30.00", "12.00"]
    header = [["科目编码", "科目名称", "合计", "基本支出", heading]]
    return header + [list(row) for row in zip(codes, names, totals, basic, column, strict=True)]


PART = ["12.00", "12.00", "", "12.00"]


def test_a_part_that_closes_every_row_and_whose_words_fit_is_taken_with_its_proof() -> None:
    made = [["科目编码", "科目名称", "合计", "基本支出", "部门专用项目类支出"]]
    made += [["201", "一般公共服务支出", "42.00", "30.00", "12.00"], ["20101", "人大事务", "42.00", "30.00", "12.00"]]
    made += [["2010101", "行政运行", "30.00", "30.00", ""], ["2010102", "一般行政管理事务", "12.00", "", "12.00"]]
    made += [["202", "外交支出", "9.00", "4.00", "5.00"], ["20201", "外交管理事务", "9.00", "4.00", "5.00"]]
    records = paper(made, TITLE)
    told = [f for f in records.findings if f.kind == "inferred_header"]
    assert len(told) == 1
    assert "合计 = 基本支出 + 部门专用项目类支出 in 5 of 5 rows" in told[0].message
    inferred = [a for a in filled(records) if a.inferred]
    assert {a.expenditure_type for a in inferred} == {"project"}
    assert sum(a.amount_yuan for a in inferred if len(a.subject_code) == 3) == Decimal(170_000)


def test_a_column_that_does_not_close_one_row_stays_unknown() -> None:
    records = paper(rows("部门专用项目类支出", ["12.00", "11.00", "", "12.00"]), TITLE)
    assert not any(a.inferred for a in filled(records))
    assert [f.severity for f in records.findings if f.kind == "unmapped_header"] == ["error"]


def test_one_value_in_all_rows_proves_nothing() -> None:
    assert not any(a.inferred for a in filled(paper(rows("部门专用项目类支出", PART), TITLE)))


def test_words_that_fit_nothing_are_not_made_to_fit() -> None:
    made = [["科目编码", "科目名称", "合计", "基本支出", "甲乙丙丁"]]
    made += [["201", "一般公共服务支出", "42.00", "30.00", "12.00"], ["202", "外交支出", "9.00", "4.00", "5.00"]]
    records = paper(made, TITLE)
    assert not any(a.inferred for a in filled(records))
    assert [f.kind for f in records.findings if f.kind == "unmapped_header"] == ["unmapped_header"]


def test_a_difference_of_two_years_is_a_change_and_no_amount() -> None:
    made = [["科目编码", "科目名称", "2024年预算数", "2025年预算数", "甲乙丙丁"]]
    made += [["201", "一般公共服务支出", "42.00", "30.00", "-12.00"], ["202", "外交支出", "4.00", "9.00", "5.00"]]
    records = paper(made, TITLE)
    assert sorted(a.amount_yuan for a in filled(records)) == [D(4), D(9), D(30), D(42)]
    assert not [f for f in records.findings if f.kind == "unmapped_header" and f.severity == "error"]


def D(amount: int) -> Decimal:
    return Decimal(amount) * 10_000


BALANCE = [
    ["收入", LEFT, "支出", LEFT],
    ["项目", "预算数", "项目", "预算数"],
    ["一、一般公共预算拨款收入", "51.00", "一、一般公共服务支出", "42.00"],
    ["", "", "二、外交支出", "9.00"],
    ["收入总计", "51.00", "支出总计", "51.00"],
]
SPENDING = [
    ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
    ["201", "一般公共服务支出", "42.00", "30.00", "12.00"],
    ["20101", "人大事务", "42.00", "30.00", "12.00"],
    ["2010101", "行政运行", "30.00", "30.00", ""],
    ["2010102", "一般行政管理事务", "12.00", "", "12.00"],
    ["202", "外交支出", "9.00", "4.00", "5.00"],
    ["20201", "外交管理事务", "9.00", "4.00", "5.00"],
    ["合计", LEFT, "51.00", "34.00", "17.00"],
]


def changed(row: int, column: int, text: str) -> list[list[str]]:
    rows = [list(r) for r in SPENDING]
    rows[row][column] = text
    return rows


def test_a_table_of_unknown_title_is_the_kind_that_closes_and_repeats_what_is_known() -> None:
    records = paper_of([("收支总表", BALANCE), ("部门用款一览表", SPENDING)])
    assert [t.table_kind for t in records.tables] == ["overall_balance", "expenditure"]
    told = [f.message for f in records.findings if f.kind == "inferred_table"]
    assert told == [
        "the kind of this table was worked out by arithmetic: all 19 sums hold and 3 amounts are those of known tables"
    ]
    assert {bool(a.inferred) for a in filled(records) if a.table_kind == "expenditure"} == {True}
    assert not any(a.inferred for a in filled(records) if a.table_kind == "overall_balance")


def test_a_table_that_contradicts_what_is_known_stays_unknown() -> None:
    other = [[c.replace("42.00", "43.00") if r[0] == "一、一般公共预算拨款收入" else c for c in r] for r in BALANCE]
    other[2][3], other[4][1], other[4][3], other[2][1] = "43.00", "52.00", "52.00", "52.00"
    records = paper_of([("收支总表", other), ("部门用款一览表", SPENDING)])
    assert [t.state for t in records.tables] == ["filled", "unrecognised"]


def test_a_table_with_one_sum_that_does_not_hold_stays_unknown() -> None:
    records = paper_of([("收支总表", BALANCE), ("部门用款一览表", changed(3, 3, "29.00"))])
    assert [t.state for t in records.tables] == ["filled", "unrecognised"]


def test_a_table_alone_is_not_worked_out() -> None:
    assert [t.state for t in paper_of([("部门用款一览表", SPENDING)]).tables] == ["unrecognised"]
