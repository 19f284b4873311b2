"""Are columns that are only a part of the one beside them kept as such, and counted in no sum?"""

from __future__ import annotations

from decimal import Decimal as D

from tests.sheets import LEFT, UP, facts, filled, kinds, paper

ROWS = [
    ["功能分类科目", LEFT, "预算数", LEFT, LEFT, LEFT],
    ["科目编码", "科目名称", "合计", "基本支出", "项目支出", LEFT],
    [UP, UP, UP, UP, "项目支出总数", "扣除基建项目后预算数"],
    ["2050201", "学前教育", "100.000000", "60.123456", "39.876544", "9.876544"],
    ["2050202", "小学教育", "50.000000", "50.000000", "", ""],
    ["合计", LEFT, "150.000000", "110.123456", "39.876544", "9.876544"],
]


def test_a_part_of_a_column_is_marked_and_no_leaf() -> None:
    records = paper(ROWS, "一般公共预算支出表")
    parts = [a for a in filled(records) if a.subset_of]
    assert {a.subset_of for a in parts} == {"扣除基建项目后预算数"}
    assert [(a.subject_code, a.expenditure_type, a.amount_yuan, a.is_leaf) for a in parts] == [
        ("2050201", "project", D("98765.44"), False),
        ("GRAND_TOTAL", "project", D("98765.44"), False),
    ]
    whole = [a for a in filled(records) if a.expenditure_type == "project" and not a.subset_of]
    assert [(a.amount_yuan, a.is_leaf) for a in whole] == [(D("398765.44"), True), (D("398765.44"), False)]
    assert kinds(records) == []


def test_six_decimals_of_万元_are_whole_fen() -> None:
    records = paper(ROWS, "一般公共预算支出表")
    found = facts(records, "printed_decimals", "amount_yuan")
    assert found[0] == (6, D(1000000)) and (6, D("601234.56")) in found


def test_a_part_after_其中_that_means_another_thing_is_a_part_too() -> None:
    rows = [
        ["科目编码", "科目名称", "合计", "一般公共预算", LEFT],
        [UP, UP, UP, "小计", "其中：政府性基金预算"],
        ["205", "教育支出", "9.00", "9.00", "2.00"],
    ]
    records = paper(rows, "支出预算总表")
    assert facts(records, "fund_source", "subset_of", "amount_yuan", "is_leaf") == [
        ("all", None, D(90000), True),
        ("general_public", None, D(90000), True),
        ("general_public", "政府性基金预算", D(20000), False),
    ]


def columns(*heads: str) -> list[tuple]:
    rows = [["科目编码", "科目名称", *heads], ["205", "教育支出", *["9.00"] * len(heads)]]
    return facts(paper(rows, "收入预算总表"), "fund_source", "subset_of")


def test_教育收费_after_其中_is_a_part_of_the_column_before_it() -> None:
    assert columns("合计", "财政专户管理资金", "其中：教育收费")[1:] == [
        ("special_account", None),
        ("special_account", "教育收费"),
    ]
    assert columns("合计", "事业收入", "其中：教育收费")[2][1] == "教育收费"


def test_a_fund_after_其中_that_is_a_full_part_of_its_whole_is_that_fund() -> None:
    assert columns("合计", "其中：财政拨款") == [("all", None), ("appropriation", None)]
    assert columns("合计", "财政拨款", "其中：一般公共预算")[2] == ("general_public", None)


def test_what_stands_alone_after_其中_beside_the_total_of_its_heading_is_a_part_though_no_word_is_known() -> None:
    rows = [
        ["科目编码", "科目名称", "合计", "基本支出", "项目支出", LEFT],
        [UP, UP, UP, UP, "小计", "其中：基本建设资金支出"],
        ["205", "教育支出", "9.00", "4.00", "5.00", "2.00"],
    ]
    records = paper(rows, "支出预算总表")
    assert facts(records, "expenditure_type", "subset_of")[2:] == [("project", None), ("project", "基本建设资金支出")]
    assert kinds(records) == []
