"""Is every printed change a change, of the right row and against the right year, and every other number named?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.recognising.contacts import without_contacts
from pipelines.recognising.recognised import Recognised
from tests.sheets import LEFT, UP, facts, filled, kinds, paper

D = Decimal
FINAL = {"cover": "示例市示例区档案局2025年度部门决算", "folder_year": "2025"}
CODES = ["科目编码", "科目名称"]


def changes(records: Recognised, *fields: str) -> list[tuple]:
    return [tuple(getattr(change, field) for field in fields) for change in records.changes]


def values(records: Recognised) -> list[tuple]:
    return changes(records, "measure", "value_yuan", "value_percent")


def others(records: Recognised) -> list[tuple]:
    return [(n.what, n.row_label, n.column_label, n.printed_text) for n in records.other_numbers]


def test_last_year_this_year_and_both_changes() -> None:
    rows = [
        [*CODES, "上年预算数", "本年预算数", "增减额", "增减%"],
        ["201", "一般公共服务支出", "8.00", "9.00", "1.00", "12.50"],
        ["20106", "财政事务", "8.00", "9.00", "1.00", "12.50%"],
        ["205", "教育支出", "4.00", "3.00", "-1.00", "-25.00"],
        ["207", "文化旅游体育与传媒支出", "", "2.00", "2.00", "—"],
    ]
    records = paper(rows, "支出预算总表")
    assert len(filled(records)) == 7
    assert {(a.amount_year, a.amount_basis) for a in filled(records)} == {(2024, "budget"), (2025, "budget")}
    assert changes(records, "subject_code", "value_yuan", "value_percent") == [
        ("201", D(10000), None), ("20106", D(10000), None), ("205", D(-10000), None), ("207", D(20000), None),
        ("201", None, D("12.50")), ("20106", None, D("12.50")), ("205", None, D("-25.00")),
    ]  # fmt: skip
    assert set(changes(records, "amount_year", "amount_basis", "base_year", "base_basis")) == {
        (2025, "budget", 2024, "budget")
    }
    assert set(changes(records, "table_kind", "subject_scheme", "fund_source", "expenditure_type")) == {
        ("expenditure", "function", "all", "all")
    }
    assert {c.printed_unit for c in records.changes} == {"万元", "%"}
    assert len({c.change_id for c in records.changes}) == 7
    assert (kinds(records), others(records)) == ([], [])


@pytest.mark.parametrize(
    ("heading", "measure"),
    [
        ("增减额", "change"), ("增减数", "change"), ("比上年增减额", "change"), ("差额", "change"), ("变动金额", "change"),
        ("增减（万元）", "change"), ("增减率", "change_percent"), ("增减幅度", "change_percent"), ("增长率", "change_percent"),
        ("比上年增减（%）", "change_percent"), ("较上年增减%", "change_percent"), ("同比增幅", "change_percent"),
    ],
)  # fmt: skip
def test_a_heading_says_whether_it_is_an_amount_or_a_percentage(heading: str, measure: str) -> None:
    rows = [[*CODES, "2024年预算数", "2025年预算数", heading], ["205", "教育支出", "4.00", "3.00", "7.77"]]
    assert changes(paper(rows, "支出预算总表"), "measure", "base_year") == [(measure, 2024)]


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("-1.00", ("change", D(-10000), None)),
        ("-25.00", ("change_percent", None, D("-25.00"))),
        ("-25%", ("change_percent", None, D(-25))),
    ],
)
def test_a_silent_heading_is_told_by_the_sign_or_by_the_amounts(printed: str, expected: tuple) -> None:
    rows = [[*CODES, "2024年预算数", "2025年预算数", "增减情况"], ["205", "教育支出", "4.00", "3.00", printed]]
    assert values(paper(rows, "支出预算总表")) == [expected]


def test_what_neither_words_nor_amounts_tell_is_no_change_and_named() -> None:
    rows = [[*CODES, "2024年预算数", "2025年预算数", "增减情况"], ["205", "教育支出", "4.00", "3.00", "7.00"]]
    records = paper(rows, "支出预算总表")
    assert values(records) == []
    assert others(records) == [("change", "205 教育支出", "增减情况", "7.00")]
    assert kinds(records) == ["ignored_column"]


def test_a_change_against_what_was_spent_last_year() -> None:
    rows = [
        [*CODES, "2024年预算数", "2024年执行数", "2025年预算数", "2025年预算数比2024年执行数", LEFT],
        [UP, UP, UP, UP, UP, "增减额", "增减%"],
        ["205", "教育支出", "5.00", "4.00", "3.00", "-1.00", "-25.00"],
    ]
    records = paper(rows, "支出预算总表")
    assert facts(records, "amount_year", "amount_basis") == [(2024, "budget"), (2024, "executed"), (2025, "budget")]
    assert changes(records, "base_year", "base_basis") == [(2024, "executed")] * 2


def test_what_it_is_compared_with_stays_open_where_two_could_be_meant() -> None:
    rows = [
        [*CODES, "2024年预算数", "2024年执行数", "2025年预算数", "增减额"],
        ["205", "教育支出", "5.00", "4.00", "3.00", "-1.00"],
    ]
    assert changes(paper(rows, "支出预算总表"), "base_year", "base_basis") == [(2024, None)]


def test_a_final_account_against_its_budget() -> None:
    rows = [[*CODES, "年初预算数", "调整预算数", "决算数"], ["205", "教育支出", "4.00", "5.00", "3.00"]]
    assert facts(paper(rows, "支出决算表", **FINAL), "amount_basis", "amount_year", "amount_yuan") == [
        ("budget", 2025, D(40000)), ("adjusted", 2025, D(50000)), ("final", 2025, D(30000))
    ]  # fmt: skip
    rows = [[*CODES, "年初预算数", "决算数", "差额", "完成率"], ["205", "教育支出", "4.00", "3.00", "-1.00", "75%"]]
    records = paper(rows, "支出决算表", **FINAL)
    assert changes(records, "amount_basis", "base_year", "base_basis", "value_yuan") == [
        ("final", 2025, "budget", D(-10000))
    ]
    assert others(records) == [("ratio", "205 教育支出", "完成率", "75%")]


def test_changes_of_three_public_items_beside_both_years() -> None:
    items = ["合计", "因公出国（境）费", "公务接待费"]
    rows = [
        ["单位名称", *[t for head in ("2024年", "2025年", "增减变化情况") for t in (head, LEFT, LEFT)]],
        [UP, *items * 3],
        ["合计", "5.00", "3.00", "2.00", "4.00", "3.00", "1.00", "-1.00", "0.00", "-1.00"],
        ["示例局本级", "5.00", "3.00", "2.00", "4.00", "3.00", "1.00", "-1.00", "0.00", "-1.00"],
    ]
    records = paper(rows, "一般公共预算“三公”经费支出表")
    assert changes(records, "subject_code", "measure", "base_year", "value_yuan")[::2] == [
        ("TOTAL", "change", 2024, D(-10000)), ("OVERSEAS", "change", 2024, D(0)), ("RECEPTION", "change", 2024, D(-10000)),
    ]  # fmt: skip
    assert len(records.changes) == 6 and len(filled(records)) == 12
    assert {c.organization_id is None for c in records.changes} == {True, False}
    assert kinds(records) == []


def test_changes_in_a_row_below_the_years_of_three_public_items() -> None:
    rows = [
        ["项目", "合计", "因公出国（境）费", "公务接待费"],
        ["2024年预算数", "5.00", "3.00", "2.00"],
        ["2025年预算数", "4.00", "3.00", "1.00"],
        ["增减额", "-1.00", "0.00", "-1.00"],
        ["增减%", "-20%", "0", "-50.00"],
    ]
    records = paper(rows, "一般公共预算“三公”经费支出表")
    assert facts(records, "amount_year", "subject_code")[::3] == [(2024, "TOTAL"), (2025, "TOTAL")]
    assert changes(records, "subject_code", "base_year", "value_yuan", "value_percent") == [
        ("TOTAL", 2024, D(-10000), None), ("OVERSEAS", 2024, D(0), None), ("RECEPTION", 2024, D(-10000), None),
        ("TOTAL", 2024, None, D(-20)), ("OVERSEAS", 2024, None, D(0)), ("RECEPTION", 2024, None, D("-50.00")),
    ]  # fmt: skip
    assert (kinds(records), others(records)) == ([], [])


def test_every_other_number_of_a_table_says_what_it_is() -> None:
    rows = [
        ["序号", "采购项目", "数量", "单价（万元）", "金额", "备注"],
        ["1", "复印机", "2", "3.00", "6.00", "12"],
        ["2", "档案架", "10", "0.10", "1.00", ""],
    ]
    records = paper(rows, "政府采购预算表")
    assert sorted(others(records)) == sorted([
        ("row_number", "复印机", "序号", "1"), ("count", "复印机", "数量", "2"), ("price", "复印机", "单价(万元)", "3.00"),
        ("remark", "复印机", "备注", "12"), ("row_number", "档案架", "序号", "2"), ("count", "档案架", "数量", "10"),
        ("price", "档案架", "单价(万元)", "0.10"),
    ])  # fmt: skip
    assert facts(records, "amount_yuan") == [(D(60000),), (D(10000),)]


def test_a_column_nobody_knows_and_a_row_that_numbers_the_columns() -> None:
    rows = [[*CODES, "合计", "彩虹经费"], ["栏次", LEFT, "1", "2"], ["205", "教育支出", "7.00", "3.00"]]
    assert others(paper(rows, "支出预算总表")) == [("unmapped", "205 教育支出", "彩虹经费", "3.00")]


def test_amounts_of_a_table_of_no_known_kind_are_named() -> None:
    rows = [["资产类别", "数量", "账面价值"], ["车辆", "3", "45.60"], ["设备", "12", "30"]]
    records = paper(rows, "国有资产占用情况明细表")
    assert [t.table_kind for t in records.tables] == [None]
    assert others(records) == [("amount", "车辆", "账面价值", "45.60"), ("amount", "设备", "账面价值", "30")]
    assert {n.table_kind for n in records.other_numbers} == {None}


def test_a_number_of_a_person_is_left_out() -> None:
    rows = [
        [*CODES, "合计", "联系电话", "备注"],
        ["205", "教育支出", "7.00", "85551234", "13900001234"],
    ]
    assert others(without_contacts(paper(rows, "支出预算总表"))) == []
