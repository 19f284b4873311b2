"""Does every printed number get the meaning that its title, header and row give it, and nothing else?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.recognising.lexicon import lexicon_of
from pipelines.recognising.tables.titles import kind_of
from tests.sheets import LEFT, UP, facts, filled, paper

D = Decimal


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("2025年收支预算总表", "overall_balance"),
        ("部门收支总体情况表", "overall_balance"),
        ("收入支出决算总表", "overall_balance"),
        ("2024年度部门收入总表", "revenue"),
        ("支出总体情况表", "expenditure"),
        ("财政拨款收支总表", "appropriation_balance"),
        ("财政拨款收入支出决算总表", "appropriation_balance"),
        ("财政拨款支出预算表", "appropriation_by_function"),
        ("一般公共预算支出功能分类预算表", "general_public_by_function"),
        ("一般公共预算财政拨款支出决算表", "general_public_by_function"),
        ("2023年一般公共预算支出表（分单位）", "general_public_by_unit"),
        ("一般公共预算基本支出部门预算经济分类预算表", "general_public_basic_by_economic"),
        ("财政拨款基本支出预算表", "appropriation_basic_by_economic"),
        ("“三公”经费和机关运行经费预算表", "three_public"),
        ("一般公共预算机关运行经费支出预算表", "operating_cost"),
        ("财政拨款政府性基金支出预算表", "government_fund"),
        ("政府性基金预算财政拨款支出预算表", "government_fund"),
        ("国有资本经营预算财政拨款收入支出决算表", "state_capital"),
        ("2025年项目支出预算表", "project"),
        ("政府采购预算表", "procurement"),
        ("项目支出绩效目标申报表", "performance_form"),
        ("部门主要职责", None),
    ],
)
def test_a_title_names_one_kind_of_table(title: str, kind: str | None) -> None:
    found = kind_of(title, lexicon_of(2025))
    assert (found.table_kind if found else None) == kind


def test_merged_headers_compose_meaning() -> None:
    rows = [
        ["科目编码", LEFT, LEFT, "科目名称", "合计", "基本支出", LEFT, LEFT, "项目支出"],
        ["类", "款", "项", UP, UP, "小计", "人员经费", "公用经费", UP],
        ["201", "", "", "一般公共服务支出", "30.00", "20.00", "15.00", "5.00", "10.00"],
        ["201", "26", "", "档案事务", "30.00", "20.00", "15.00", "5.00", "10.00"],
        ["201", "26", "01", "行政运行", "20.00", "20.00", "15.00", "5.00", ""],
        ["201", "26", "04", "档案馆", "10.00", "", "", "", "10.00"],
        ["合计", LEFT, LEFT, LEFT, "30.00", "20.00", "15.00", "5.00", "10.00"],
    ]
    records = paper(rows, "一般公共预算支出表")
    assert facts(records, "subject_code", "expenditure_type", "amount_yuan")[:5] == [
        ("201", "all", D(300000)),
        ("201", "basic", D(200000)),
        ("201", "personnel", D(150000)),
        ("201", "operating", D(50000)),
        ("201", "project", D(100000)),
    ]
    items = {a.subject_code: a for a in filled(records) if a.expenditure_type == "all"}
    assert {code: (a.subject_level, a.parent_row_no, a.depth, a.is_leaf) for code, a in items.items()} == {
        "201": ("class", 6, 1, False),
        "20126": ("section", 2, 2, False),
        "2012601": ("item", 3, 3, True),
        "2012604": ("item", 3, 3, True),
        "GRAND_TOTAL": (None, None, 0, False),
    }
    assert {a.fund_source for a in filled(records)} == {"general_public"}


def test_a_column_of_this_year_is_told_from_the_total_beside_it() -> None:
    rows = [
        ["部门（单位）代码", "部门（单位）名称", "合计", "本年收入", LEFT, LEFT],
        [UP, UP, UP, "小计", "一般公共预算", "其他收入"],
        ["", "合计", "12.00", "11.00", "9.00", "2.00"],
        ["403", "示例市示例区档案局", "12.00", "11.00", "9.00", "2.00"],
        ["403001", "示例市示例区档案局本级", "12.00", "11.00", "9.00", "2.00"],
    ]
    records = paper(rows, "2025年收入预算总表")
    assert facts(records, "subject_scheme", "fund_source", "fund_period")[:4] == [
        ("flow", "all", "total"),
        ("flow", "all", "current_year"),
        ("flow", "general_public", "current_year"),
        ("flow", "other_income", "current_year"),
    ]
    assert [(o.code, o.name, o.level) for o in records.organizations] == [
        ("403", "示例市示例区档案局", "department"),
        ("403001", "示例市示例区档案局本级", "unit"),
    ]
    assert records.organizations[1].parent_organization_id == records.organizations[0].organization_id


def test_本年_says_nothing_where_every_column_is_of_this_year() -> None:
    rows = [
        ["科目编码", "科目名称", "本年一般公共预算基本支出", LEFT, LEFT],
        [UP, UP, "合计", "人员经费", "公用经费"],
        ["301", "工资福利支出", "9.00", "9.00", ""],
    ]
    assert facts(paper(rows, "一般公共预算基本支出表"), "fund_period", "expenditure_type", "subject_scheme") == [
        ("total", "basic", "economic"),
        ("total", "personnel", "economic"),
    ]


def test_the_two_sides_of_a_balance_table_are_two_lists() -> None:
    rows = [
        ["收入", LEFT, "支出", LEFT],
        ["项目", "预算数", "项目", "预算数"],
        ["一、财政拨款收入", "90.00", "一、一般公共服务支出", "70.00"],
        ["1. 一般公共预算资金", "80.00", "二、社会保障和就业支出", "30.00"],
        ["2. 政府性基金", "10.00", "", ""],
        ["二、其他收入", "5.00", "", ""],
        ["本年收入合计", "95.00", "本年支出合计", "100.00"],
        ["上年结转", "5.00", "年终结转结余", ""],
        ["收入总计", "100.00", "支出总计", "100.00"],
    ]
    records = paper(rows, "收支预算总表")
    assert facts(records, "side", "subject_scheme", "subject_code", "fund_source", "parent_row_no", "is_leaf") == [
        ("revenue", "fund_source", None, "appropriation", 6, False),
        ("revenue", "fund_source", None, "general_public", 2, True),
        ("revenue", "fund_source", None, "government_fund", 2, True),
        ("revenue", "fund_source", None, "other_income", 6, True),
        ("revenue", "flow", "CURRENT_TOTAL", "all", 8, False),
        ("revenue", "flow", "CARRY_IN", "all", 8, True),
        ("revenue", "flow", "GRAND_TOTAL", "all", None, False),
        ("expenditure", "function", "201", "all", 6, True),
        ("expenditure", "function", "208", "all", 6, True),
        ("expenditure", "flow", "CURRENT_TOTAL", "all", 8, False),
        ("expenditure", "flow", "GRAND_TOTAL", "all", None, False),
    ]
    assert [a.subject_name for a in filled(records)][1] == "一般公共预算资金"


def test_a_horizontal_and_a_vertical_三公_table_say_the_same() -> None:
    across = [
        ["合计", "因公出国（境）费", "公务用车购置及运行费", LEFT, LEFT, "公务接待费"],
        [UP, UP, "小计", "公务用车购置费", "公务用车运行费", UP],
        ["9.50", "0", "8.00", "", "8.00", "1.50"],
    ]
    down = [
        ["项目", "预算数"],
        ["合计", "9.50"],
        ["1.因公出国（境）费", "0"],
        ["2.公务接待费", "1.50"],
        ["3.公务用车购置及运行费", "8.00"],
        ["其中：公务用车购置费", ""],
        ["公务用车运行费", "8.00"],
    ]
    fields = ("subject_scheme", "subject_code", "amount_yuan", "fund_source")
    first = facts(paper(across, "“三公”经费支出表"), *fields)
    assert sorted(first) == sorted(facts(paper(down, "“三公”经费支出表"), *fields))
    assert ("three_public", "TOTAL", D(95000), "all") in first
    assert ("three_public", "VEHICLE_RUNNING", D(80000), "all") in first


def test_会议费_beside_三公_makes_合计_a_wider_total() -> None:
    rows = [["合计", "“三公”经费", LEFT, "会议费"], [UP, "小计", "公务接待费", UP], ["5.00", "2.00", "2.00", "3.00"]]
    found = facts(paper(rows, "“三公”经费、会议费支出预算表"), "subject_scheme", "subject_code")
    assert found == [
        ("flow", "GRAND_TOTAL"),
        ("three_public", "TOTAL"),
        ("three_public", "RECEPTION"),
        ("three_public", "MEETING"),
    ]


def test_a_project_table_knows_units_categories_and_projects() -> None:
    rows = [
        ["项目编码", "项目名称", "项目单位", "合计", "本年拨款", LEFT, "财政拨款结转结余"],
        [UP, UP, UP, UP, "一般公共预算", "政府性基金预算", "一般公共预算"],
        ["", "", "", "8.00", "7.00", "", "1.00"],
        ["403001", "示例局本级", "", "8.00", "7.00", "", "1.00"],
        ["31", "本级支出项目", "", "8.00", "7.00", "", "1.00"],
        ["42010325403T000000101", "档案抢救", "示例局本级", "8.00", "7.00", "", "1.00"],
    ]
    found = facts(
        paper(rows, "项目支出预算表"), "subject_scheme", "project_name", "fund_period", "parent_row_no", "is_leaf"
    )
    assert found[::3] == [
        ("flow", None, "total", None, False),
        ("organization", None, "total", 2, False),
        ("project", None, "total", 3, False),
        ("project", "档案抢救", "total", 4, True),
    ]
    assert found[1][2] == "current_year"
    assert found[2][2] == "carry_over"


def test_procurement_groups_are_no_leaves() -> None:
    rows = [
        ["采购品目大类", "专项名称", "经济科目", "采购物品名称", "采购组织形式", "总计"],
        ["合计", "", "", "", "", "30.00"],
        ["一、货物A", "", "", "", "", "30.00"],
        ["", "办公设备购置费", "办公设备购置", "", "", "22.00"],
        ["", "", "", "复印机", "分散采购", "10.00"],
        ["", "", "", "打印机", "分散采购", "12.00"],
        ["", "", "专用设备购置", "", "", "8.00"],
        ["", "", "", "扫描仪", "分散采购", "8.00"],
    ]
    records = paper(rows, "政府采购预算表")
    assert facts(records, "subject_name", "project_name", "parent_row_no", "is_leaf") == [
        (None, None, None, False),
        ("货物A", None, 1, False),
        ("办公设备购置", "办公设备购置费", 2, False),
        ("复印机", "办公设备购置费", 3, True),
        ("打印机", "办公设备购置费", 3, True),
        ("专用设备购置", "办公设备购置费", 2, False),
        ("扫描仪", "办公设备购置费", 6, True),
    ]


@pytest.mark.parametrize(
    ("unit", "factor"), [("单位：万元", 10000), ("金额单位:元", 1), ("单位：万", 10000), ("单位：千元", 1000)]
)
def test_the_printed_unit_counts(unit: str, factor: int) -> None:
    rows = [["科目编码", "科目名称", "金额"], ["201", "一般公共服务支出", "1,346.04"]]
    assert facts(paper(rows, "财政拨款支出预算表", unit), "amount_yuan") == [(D("1346.04") * factor,)]


def test_without_a_unit_there_is_no_amount_and_a_finding() -> None:
    rows = [["科目编码", "科目名称", "金额"], ["201", "一般公共服务支出", "1,346.04"]]
    records = paper(rows, "财政拨款支出预算表", unit="编制单位：示例区档案局")
    assert records.tables[0].state == "unknown_unit"
    assert [a.amount_yuan for a in records.amounts] == [None]
    assert [f.kind for f in records.findings] == ["unknown_unit"]


def test_a_header_nobody_knows_is_reported_with_the_row_to_add() -> None:
    rows = [["科目编码", "科目名称", "合计", "彩票公益金"], ["229", "其他支出", "5.00", "5.00"]]
    records = paper(rows, "支出预算总表")
    assert facts(records, "fund_source", "amount_yuan") == [("all", D(50000))]
    finding = records.findings[0]
    assert (finding.kind, finding.severity, finding.proposed_row) == ("unmapped_header", "error", "彩票公益金,?,?,")
    assert finding.vocabulary_file == "pipelines/vocabulary/header_words.csv"


def test_a_number_in_a_row_without_a_label_is_reported() -> None:
    rows = [
        ["项目", "预算数", "项目", "预算数"],
        ["一、财政拨款收入", "9.00", "", "7.00"],
        ["收入总计", "9.00", "支出总计", "9.00"],
    ]
    found = [f for f in paper(rows, "收支预算总表").findings if f.kind == "unmapped_row"]
    assert [(f.severity, f.text) for f in found] == [("error", "7.00")]


def test_an_item_bought_in_two_ways_is_two_items_of_one_name() -> None:
    rows = [
        ["采购品目大类", "采购物品名称", "采购组织形式", "总计"],
        ["一、服务C", "", "", "9.00"],
        ["", "物业管理服务", "分散采购", "4.00"],
        ["", "", "集中采购", "5.00"],
    ]
    assert facts(paper(rows, "政府采购预算表"), "subject_name", "parent_row_no", "is_leaf") == [
        ("服务C", None, False),
        ("物业管理服务", 1, True),
        ("物业管理服务", 1, True),
    ]


def test_a_table_of_no_known_kind_is_reported_not_dropped() -> None:
    records = paper([["名称", "金额"], ["某物", "1,200.50"]], "其他情况表")
    assert [(t.state, t.table_kind) for t in records.tables] == [("unrecognised", None)]
    assert [f.kind for f in records.findings] == ["unrecognised_table"]


@pytest.mark.parametrize(
    ("note", "state"), [("注：本部门无政府性基金预算支出", "empty_declared"), ("", "empty_undeclared")]
)
def test_an_empty_table_gives_no_amount(note: str, state: str) -> None:
    rows = [["科目编码", "科目名称", "合计"], ["", "", ""], ["", "", ""]]
    records = paper(rows, "政府性基金预算支出表", note=note)
    assert (records.tables[0].state, facts(records, "amount_yuan")) == (state, [])


def test_zero_blank_dash_and_text_are_four_things() -> None:
    rows = [["科目编码", "科目名称", "金额"]] + [
        [f"2010{i}", "名称", t] for i, t in enumerate(["0.00", "", "—", "详见说明", "-3.50"])
    ]
    records = paper(rows, "财政拨款支出预算表")
    assert [(a.state, a.amount_yuan) for a in records.amounts] == [
        ("zero", D(0)), ("blank", None), ("dash", None), ("text", None), ("number", D(-35000))
    ]  # fmt: skip


def test_the_folder_does_not_overrule_the_document() -> None:
    rows = [["科目编码", "科目名称", "金额"], ["201", "一般公共服务支出", "1.00"]]
    records = paper(rows, "财政拨款支出预算表", folder_year="2019")
    assert records.document.fiscal_year == 2025
    assert [f.kind for f in records.findings] == ["folder_disagrees"]


def test_ids_are_the_same_in_every_build_and_differ_from_each_other() -> None:
    rows = [["科目编码", "科目名称", "合计", "基本支出"]] + [["30201", "办公费", "1.00", "1.00"]] * 3
    first, again = (paper(rows, "支出预算总表").amounts for _ in range(2))
    assert [a.amount_id for a in first] == [a.amount_id for a in again]
    assert len({a.amount_id for a in first}) == 6


@pytest.mark.parametrize(
    ("folder", "printed", "elsewhere"),
    [
        ("示范市样例区水务局", "示范市样例区气象局", True),
        ("样例区商务局", "示范市样例区税务局", True),
        ("样例区住建局", "示范市样例区住房和城乡建设局", False),
        ("区财政局", "示范市样例区财政局", False),
        ("宣传部", "中共样例区委宣传部", False),
    ],
)
def test_a_paper_in_another_bodys_folder_is_named(folder: str, printed: str, elsewhere: bool) -> None:
    rows = [["科目编码", "科目名称", "金额"], ["201", "一般公共服务支出", "1.00"]]
    records = paper(rows, "财政拨款支出预算表", cover=f"{printed}2025年部门预算", folder_department=folder)
    assert [f.kind for f in records.findings] == ["folder_disagrees"] * elsewhere


def test_a_known_table_that_the_warehouse_does_not_hold_is_no_unknown_one() -> None:
    records = paper([["名称", "金额"], ["某物", "1,200.50"]], "新增资产配置表")
    assert [(t.state, t.table_kind) for t in records.tables] == [("other", None)]
    assert [(f.kind, f.severity) for f in records.findings] == [("unrecognised_table", "info")]
