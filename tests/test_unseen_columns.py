"""Do headers, numbers and units in arrangements that no paper at hand shows mean what they say, and nothing guessed?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.sheets import LEFT, UP, facts, filled, kinds, paper

D = Decimal
FINAL = {"cover": "示例市示例区档案局2024年度部门决算", "folder_year": "2024"}


def test_a_vertical_三公_table_with_counts_holds_money_alone() -> None:
    rows = [
        ["项目", "单位", "预算数", "决算数"],
        ["一、“三公”经费支出", "", "", ""],
        ["（一）支出合计", "万元", "9.50", "8.50"],
        ["1.因公出国（境）费", "万元", "0.00", "0.00"],
        ["2.公务用车购置及运行维护费", "万元", "8.00", "7.50"],
        ["（1）公务用车购置费", "万元", "0.00", "0.00"],
        ["（2）公务用车运行维护费", "万元", "8.00", "7.50"],
        ["3.公务接待费", "万元", "1.50", "1.00"],
        ["（二）相关统计数", "", "", ""],
        ["1.因公出国（境）团组数", "个", "—", "0"],
        ["2.公务用车保有量", "辆", "—", "3"],
        ["3.国内公务接待批次", "批", "—", "12"],
        ["4.国内公务接待人次", "人", "—", "108"],
    ]
    records = paper(rows, "“三公”经费支出决算表", unit="", **FINAL)
    finals = [f for f in facts(records, "amount_basis", "subject_code", "amount_yuan") if f[0] == "final"]
    assert finals == [
        ("final", "TOTAL", D(85000)),
        ("final", "OVERSEAS", D(0)),
        ("final", "VEHICLE", D(75000)),
        ("final", "VEHICLE_PURCHASE", D(0)),
        ("final", "VEHICLE_RUNNING", D(75000)),
        ("final", "RECEPTION", D(10000)),
    ]
    assert len(filled(records)) == 12
    assert [a.subject_code for a in filled(records) if a.is_leaf and a.amount_basis == "final"] == [
        "OVERSEAS", "VEHICLE_PURCHASE", "VEHICLE_RUNNING", "RECEPTION"
    ]  # fmt: skip
    assert [(f.kind, f.severity) for f in records.findings] == [("ignored_column", "info")] * 4


def test_counts_in_a_vertical_三公_table_without_a_column_of_units() -> None:
    rows = [
        ["项目", "金额"],
        ["因公出国（境）费", "2.00"],
        ["公务接待费", "1.50"],
        ["公务用车保有量（辆）", "3"],
        ["国内公务接待人次（人）", "108"],
    ]
    records = paper(rows, "“三公”经费支出表")
    assert facts(records, "subject_code") == [("OVERSEAS",), ("RECEPTION",)]
    assert kinds(records) == ["ignored_column", "ignored_column"]


def test_a_horizontal_三公_table_of_budget_and_final_pairs() -> None:
    items = ["合计", "因公出国（境）费", "公务用车购置及运行维护费", LEFT, LEFT, "公务接待费"]
    below = [UP, UP, "小计", "公务用车购置费", "公务用车运行维护费", UP]
    rows = [
        ["预算数", *[LEFT] * 5, "决算数", *[LEFT] * 5],
        [*items, *items],
        [*below, *below],
        [str(n) for n in range(1, 13)],
        ["9.50", "", "8.00", "", "8.00", "1.50", "8.50", "", "7.50", "", "7.50", "1.00"],
    ]
    records = paper(rows, "财政拨款“三公”经费支出决算表", **FINAL)
    assert facts(records, "amount_basis", "subject_code", "amount_yuan") == [
        ("budget", "TOTAL", D(95000)), ("budget", "VEHICLE", D(80000)),
        ("budget", "VEHICLE_RUNNING", D(80000)), ("budget", "RECEPTION", D(15000)),
        ("final", "TOTAL", D(85000)), ("final", "VEHICLE", D(75000)),
        ("final", "VEHICLE_RUNNING", D(75000)), ("final", "RECEPTION", D(10000)),
    ]  # fmt: skip
    assert kinds(records) == []


def test_pairs_below_each_三公_item_and_a_count_column() -> None:
    rows = [
        ["合计", LEFT, "公务接待费", LEFT, "公务用车购置及运行费", LEFT, "接待批次（批）"],
        ["年初预算", "决算", "年初预算", "决算", "年初预算", "决算", UP],
        ["9.50", "8.50", "1.50", "1.00", "8.00", "7.50", "12"],
    ]
    records = paper(rows, "“三公”经费支出决算表", **FINAL)
    assert [f[:2] for f in facts(records, "amount_basis", "subject_code")] == [
        ("budget", "TOTAL"), ("final", "TOTAL"), ("budget", "RECEPTION"),
        ("final", "RECEPTION"), ("budget", "VEHICLE"), ("final", "VEHICLE"),
    ]  # fmt: skip
    assert kinds(records) == ["ignored_column"]


def test_a_三公_table_by_unit_is_summed_once() -> None:
    rows = [
        ["单位名称", "合计", "因公出国（境）费", "公务接待费"],
        ["合计", "5.00", "3.00", "2.00"],
        ["示例局本级", "4.00", "3.00", "1.00"],
        ["示例局信息所", "1.00", "", "1.00"],
    ]
    records = paper(rows, "“三公”经费支出预算表")
    reception = [a for a in filled(records) if a.subject_code == "RECEPTION"]
    assert [(a.parent_row_no, a.is_leaf, a.organization_id is None) for a in reception] == [
        (None, False, True),
        (1, True, False),
        (1, True, False),
    ]
    assert sum(a.amount_yuan for a in filled(records) if a.is_leaf) == 50000


def test_a_final_table_of_one_fund_has_two_sides() -> None:
    rows = [
        ["科目编码", "科目名称", "年初结转和结余", "本年收入", "本年支出", LEFT, LEFT, "年末结转和结余"],
        [UP, UP, UP, UP, "合计", "基本支出", "项目支出", UP],
        ["合计", LEFT, "1.00", "9.00", "8.00", "0.00", "8.00", "2.00"],
        ["212", "城乡社区支出", "1.00", "9.00", "8.00", "0.00", "8.00", "2.00"],
    ]
    records = paper(rows, "政府性基金预算财政拨款收入支出决算表", **FINAL)
    assert facts(records, "side", "fund_period", "expenditure_type", "amount_yuan")[6:] == [
        ("revenue", "carry_over", "all", D(10000)),
        ("revenue", "current_year", "all", D(90000)),
        ("expenditure", "total", "all", D(80000)),
        ("expenditure", "total", "basic", D(0)),
        ("expenditure", "total", "project", D(80000)),
        ("expenditure", "total", "carry_forward", D(20000)),
    ]
    assert {a.fund_source for a in filled(records)} == {"government_fund"}
    assert kinds(records) == []


def test_a_prior_years_column_is_of_that_year_and_a_change_is_no_amount() -> None:
    rows = [
        ["科目编码", "科目名称", "2024年执行数", "2025年预算数", "2025年预算数比2024年执行数", LEFT],
        [UP, UP, UP, UP, "增减额", "增减%"],
        ["201", "一般公共服务支出", "8.00", "9.00", "1.00", "12.5"],
    ]
    records = paper(rows, "一般公共预算支出表")
    assert facts(records, "amount_year", "amount_basis", "amount_yuan") == [
        (2024, "executed", D(80000)),
        (2025, "budget", D(90000)),
    ]
    assert [(c.measure, c.value_yuan, c.value_percent, c.base_year, c.base_basis) for c in records.changes] == [
        ("change", D(10000), None, 2024, "executed"),
        ("change_percent", None, D("12.5"), 2024, "executed"),
    ]
    assert kinds(records) == []


@pytest.mark.parametrize("heading", ["上年预算数", "上年度预算数", "2024年预算数", "上年预算"])
def test_every_wording_of_the_prior_years_budget(heading: str) -> None:
    rows = [["科目编码", "科目名称", heading, "本年预算数"], ["201", "一般公共服务支出", "8.00", "9.00"]]
    assert facts(paper(rows, "支出预算总表"), "amount_year", "amount_basis") == [(2024, "budget"), (2025, "budget")]


def test_an_adjusted_budget_is_told_apart_from_the_first_one() -> None:
    def read(*heads: str):
        return paper(
            [["科目编码", "科目名称", *heads], ["205", "教育支出", *["7.00"] * len(heads)]], "支出决算表", **FINAL
        )

    both, alone = read("年初预算数", "全年预算数", "决算数"), read("全年预算数", "决算数")
    assert (facts(both, "amount_basis"), kinds(both)) == ([("budget",), ("adjusted",), ("final",)], [])
    assert (facts(alone, "amount_basis"), kinds(alone)) == ([("adjusted",), ("final",)], [])


def test_projects_of_the_newer_classification_are_project_expenditure_once() -> None:
    rows = [
        ["科目编码", "科目名称", "合计", "基本支出", LEFT, LEFT, "项目支出", LEFT, LEFT],
        [UP, UP, UP, "小计", "人员类", "公用经费", "小计", "其他运转类", "特定目标类"],
        ["201", "一般公共服务支出", "9.00", "5.00", "4.00", "1.00", "4.00", "1.00", "3.00"],
    ]
    records = paper(rows, "支出预算总表")
    assert facts(records, "expenditure_type", "amount_yuan") == [
        ("all", D(90000)), ("basic", D(50000)), ("personnel", D(40000)), ("operating", D(10000)), ("project", D(40000))
    ]  # fmt: skip
    assert kinds(records) == ["ignored_column", "ignored_column"]
    apart = [["科目编码", "科目名称", "合计", "人员类", "公用经费", "其他运转类", "特定目标类"],
             ["201", "一般公共服务支出", "9.00", "4.00", "1.00", "1.00", "3.00"]]  # fmt: skip
    assert facts(paper(apart, "支出预算总表"), "expenditure_type")[3:] == [("project",), ("project",)]


def test_funds_below_单位资金_are_its_parts() -> None:
    rows = [
        ["单位编码", "单位名称", "总计", "财政拨款", LEFT, "财政专户管理资金", "单位资金", LEFT, LEFT, LEFT, LEFT, LEFT],
        [UP, UP, UP, "小计", "一般公共预算", UP, "小计", "事业收入", "事业单位经营收入", "上级补助收入", "附属单位上缴收入", "其他收入"],
        ["015", "示例局", "9.00", "5.00", "5.00", "", "4.00", "1.00", "1.00", "1.00", "0.50", "0.50"],
    ]  # fmt: skip
    assert [fund for (fund,) in facts(paper(rows, "部门收入总表"), "fund_source")] == [
        "all", "appropriation", "general_public", "unit_funds", "institution_income", "business_income",
        "superior_subsidy", "affiliate_remittance", "other_income",
    ]  # fmt: skip


@pytest.mark.parametrize("heading", ["金额（万元）", "金额(单位：万元)", "预算数（万元）"])
def test_a_unit_in_a_heading_counts_for_its_column(heading: str) -> None:
    rows = [["采购项目", "数量（台）", "单价（元）", heading], ["复印机", "2", "30,000.00", "6.00"]]
    records = paper(rows, "政府采购预算表", unit="")
    assert facts(records, "amount_yuan", "printed_unit") == [(D(60000), "万元")]
    assert kinds(records) == ["ignored_column", "ignored_column"]


def test_two_units_in_two_headings() -> None:
    rows = [
        ["科目编码", "科目名称", "2024年预算数（元）", "2025年预算数（万元）"],
        ["205", "教育支出", "70,000", "7.00"],
    ]
    assert facts(paper(rows, "支出预算总表", unit=""), "amount_yuan") == [(D(70000),), (D(70000),)]


@pytest.mark.parametrize(
    ("printed", "yuan"),
    [
        ("3，518.85", "35188500"), ("3,518.85 ", "35188500"), ("（3.50）", "-35000"), ("(3.50)", "-35000"),
        ("－3.50", "-35000"), ("10000万元", "100000000"), ("6.4", "64000"), ("０.５０", "5000"), ("500元", "500"),
        ("1.2345", "12345"),
    ],
)  # fmt: skip
def test_a_number_is_read_exactly_as_printed(printed: str, yuan: str) -> None:
    rows = [["科目编码", "科目名称", "金额"], ["205", "教育支出", printed]]
    assert facts(paper(rows, "支出预算总表"), "amount_yuan") == [(D(yuan),)]


@pytest.mark.parametrize("printed", ["1.234.56", "12,34.5", "5.00元/年", "35%", "约3.00"])
def test_what_looks_like_a_number_and_is_none_is_reported(printed: str) -> None:
    rows = [["科目编码", "科目名称", "金额", "基本支出"], ["205", "教育支出", printed, "1.00"]]
    records = paper(rows, "支出预算总表")
    assert len(filled(records)) == 1
    assert [(f.kind, f.severity, f.text) for f in records.findings] == [("unread_cell", "error", printed)]


@pytest.mark.parametrize(
    "unit", ["单位：万元", "金额单位：万元", "（单位：万元）", "单位（万元）", "单位：人民币万元", "单位：万元、人、个"]
)
def test_a_unit_in_the_first_rows_of_the_grid(unit: str) -> None:
    rows = [
        ["2025年支出预算总表", LEFT, LEFT],
        ["编制部门：示例市示例区档案局", LEFT, unit],
        ["科目编码", "科目名称", "合计"],
        ["205", "教育支出", "7.00"],
    ]
    records = paper(rows, unit="")
    assert [(t.table_kind, t.printed_unit) for t in records.tables] == [("expenditure", "万元")]
    assert facts(records, "amount_yuan") == [(D(70000),)]


def test_an_unknown_heading_over_known_ones_is_not_passed_over() -> None:
    rows = [
        ["科目编码", "科目名称", "合计", "彩票公益金", LEFT],
        [UP, UP, UP, "基本支出", "项目支出"],
        ["229", "其他支出", "5.00", "2.00", "3.00"],
    ]
    records = paper(rows, "支出预算总表")
    assert facts(records, "expenditure_type") == [("all",)]
    assert [(f.kind, f.severity) for f in records.findings] == [("unmapped_header", "error")] * 2


def test_an_unknown_heading_over_every_column_tells_none_apart_and_is_told() -> None:
    rows = [
        ["科目编码", "科目名称", "安排明细", LEFT],
        [UP, UP, "基本支出", "项目支出"],
        ["229", "其他支出", "2.00", "3.00"],
    ]
    records = paper(rows, "支出预算总表")
    assert facts(records, "expenditure_type") == [("basic",), ("project",)]
    assert {(f.kind, f.severity) for f in records.findings} == {("unmapped_header", "warning")}


def test_two_columns_that_say_the_same_are_told() -> None:
    rows = [["科目编码", "科目名称", "合计", "金额"], ["205", "教育支出", "7.00", "5.00"]]
    assert kinds(paper(rows, "支出预算总表")) == ["unmapped_header"]


def test_numbers_in_a_column_of_labels_are_told() -> None:
    rows = [["科目编码", "科目名称", "合计", "备注"], ["205", "教育支出", "7.00", "1,234.50"]]
    assert [(f.kind, f.severity) for f in paper(rows, "支出预算总表").findings] == [("ignored_column", "info")]


def test_a_三公_table_of_three_years() -> None:
    items = ["合计", "因公出国（境）费", "公务用车购置及运行费", LEFT, LEFT, "公务接待费"]
    below = [UP, UP, "小计", "公务用车购置费", "公务用车运行费", UP]
    heads = ["2024年预算数", "2024年预算执行数", "2025年预算数"]
    rows = [
        [text for head in heads for text in (head, *[LEFT] * 5)],
        items * 3,
        below * 3,
        [
            *["9.00", "", "8.00", "", "8.00", "1.00"],
            *["7.00", "", "7.00", "", "7.00", ""],
            *["6.00", "", "", "", "", "6.00"],
        ],
    ]
    records = paper(rows, "一般公共预算“三公”经费支出表")
    assert facts(records, "amount_year", "amount_basis", "subject_code", "amount_yuan")[::3] == [
        (2024, "budget", "TOTAL", D(90000)), (2024, "budget", "RECEPTION", D(10000)),
        (2024, "executed", "VEHICLE_RUNNING", D(70000)),
    ]  # fmt: skip
    assert [f[:2] for f in facts(records, "amount_year", "amount_basis", "subject_code")[-2:]] == [(2025, "budget")] * 2


def test_a_part_told_in_a_heading_is_in_its_whole() -> None:
    rows = [
        ["科目编码", "科目名称", "本年收入合计", "财政拨款收入", "事业收入", LEFT, "其他收入"],
        [UP, UP, UP, UP, "小计", "其中：教育收费", UP],
        ["205", "教育支出", "9.00", "4.00", "3.00", "2.00", "2.00"],
    ]
    records = paper(rows, "收入决算表", **FINAL)
    assert facts(records, "fund_source", "subset_of") == [
        ("all", None), ("appropriation", None), ("institution_income", None),
        ("institution_income", "教育收费"), ("other_income", None),
    ]  # fmt: skip
    assert kinds(records) == []


def test_headings_that_contradict_each_other_mean_nothing() -> None:
    rows = [
        ["科目编码", "科目名称", "合计", "政府性基金预算", LEFT],
        [UP, UP, UP, "事业收入", "其他收入"],
        ["205", "教育支出", "9.00", "4.00", "5.00"],
    ]
    records = paper(rows, "部门收入总表")
    assert facts(records, "fund_source") == [("all",)]
    assert kinds(records) == ["unmapped_header", "unmapped_header"]
