"""Are tables read that print next to nothing beside their numbers: one row without a label, leaf rows alone?"""

from __future__ import annotations

from decimal import Decimal as D

from tests.sheets import LEFT, UP, facts, filled, kinds, paper

REVENUE = [
    ["合计", "本年收入", LEFT, LEFT, "上年结转结余", LEFT],
    [UP, "小计", "一般公共预算资金", "其他收入", "小计", "单位资金"],
    ["12.500000", "10.000000", "9.000000", "1.000000", "2.500000", "2.500000"],
]


def test_one_row_of_revenue_without_a_label_is_the_total() -> None:
    records = paper(REVENUE, "预算02表 收入总表", unit="金额单位：万元")
    assert facts(records, "subject_code", "fund_source", "fund_period", "amount_yuan") == [
        ("GRAND_TOTAL", "all", "total", D(125000)),
        ("GRAND_TOTAL", "all", "current_year", D(100000)),
        ("GRAND_TOTAL", "general_public", "current_year", D(90000)),
        ("GRAND_TOTAL", "other_income", "current_year", D(10000)),
        ("GRAND_TOTAL", "all", "carry_over", D(25000)),
        ("GRAND_TOTAL", "unit_funds", "carry_over", D(25000)),
    ]
    assert kinds(records) == []


def test_leaf_rows_of_several_units_are_all_leaves_of_the_one_total() -> None:
    rows = [
        ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
        ["2050201", "学前教育", "10.00", "4.00", "6.00"],
        ["2050202", "小学教育", "20.00", "20.00", ""],
        ["2050201", "学前教育", "30.00", "30.00", ""],
        ["合计", LEFT, "60.00", "54.00", "6.00"],
    ]
    records = paper(rows, "预算05表 一般公共预算支出表")
    listed = [a for a in filled(records) if a.subject_scheme == "function" and a.expenditure_type == "all"]
    assert [(a.subject_code, a.parent_row_no, a.is_leaf) for a in listed] == [
        ("2050201", 4, True), ("2050202", 4, True), ("2050201", 4, True),
    ]  # fmt: skip
    assert len({a.amount_id for a in filled(records)}) == len(filled(records))


def test_a_row_with_three_classifications_keeps_all_three_codes() -> None:
    rows = [
        ["支出功能分类科目", "政府支出经济分类科目", "部门支出经济分类科目", "合计", "基本支出", "项目支出"],
        ["2050201-学前教育", "50501-工资福利支出", "30101-基本工资", "7.00", "7.00", ""],
        ["2050201-学前教育", "50502-商品和服务支出", "30201-办公费", "3.00", "", "3.00"],
        ["合计", LEFT, LEFT, "10.00", "7.00", "3.00"],
    ]
    records = paper(rows, "预算03表 支出总表")
    found = [a for a in filled(records) if a.subject_scheme == "function" and a.expenditure_type == "all"]
    assert [(a.function_code, a.government_economic_code, a.economic_code, a.subject_code) for a in found] == [
        ("2050201", "50501", "30101", "2050201"),
        ("2050201", "50502", "30201", "2050201"),
    ]
    assert {a.is_leaf for a in found} == {True}


def test_a_purchase_of_services_is_named_by_its_last_level() -> None:
    rows = [
        ["指导性目录", LEFT, LEFT, "预算金额"],
        ["一级", "二级", "三级", UP],
        ["合 计", "", "", "9.50"],
        ["01-公共服务", "0110-社会治理服务", "便民热线服务", "5.50"],
        ["01-公共服务", "0110-社会治理服务", "便民热线服务", "4.00"],
    ]
    records = paper(rows, "预算11表 财政拨款政府购买服务明细表")
    assert [t.table_kind for t in records.tables] == ["service_purchase"]
    assert facts(records, "subject_scheme", "subject_name", "fund_source", "is_leaf", "amount_yuan") == [
        ("flow", None, "appropriation", False, D(95000)),
        ("procurement", "便民热线服务", "appropriation", True, D(55000)),
        ("procurement", "便民热线服务", "appropriation", True, D(40000)),
    ]


def test_a_printed_class_of_purchases_is_their_code() -> None:
    rows = [["采购类别", "金额"], ["A-货物", "2.00"], ["C-服务", "3.00"], ["合 计", "5.00"]]
    records = paper(rows, "预算10表 政府采购预算明细表")
    assert facts(records, "subject_code", "subject_name", "code_source") == [
        ("A", "货物", "printed"), ("C", "服务", "printed"), ("GRAND_TOTAL", None, None),
    ]  # fmt: skip


def test_the_sum_of_three_public_items_is_told_by_any_wording() -> None:
    rows = [
        ["“三公”经费财政拨款预算总额", "因公出国（境）费用", "公务接待费", "公务用车购置及运行维护费", LEFT, LEFT],
        [UP, UP, UP, "小计", "公务用车购置费", "公务用车运行维护费"],
        ["9.00", "", "2.00", "7.00", "3.00", "4.00"],
    ]
    records = paper(rows, "预算09表 财政拨款“三公”经费支出表")
    assert facts(records, "subject_code")[0] == ("TOTAL",)
    assert kinds(records) == []


def test_a_body_is_named_without_its_code() -> None:
    rows = [["功能分类科目名称", "总计"], ["**", "1"], ["", "7.00"], ["教育支出", "7.00"]]
    records = paper(
        rows, "表3：2026年市级部门支出预算总表", "部门名称：511-示例市示例区档案局 单位：万元", cover="附件"
    )
    assert records.document.department_name == "示例市示例区档案局"
    found = facts(records, "subject_code", "subject_scheme", "is_leaf")
    assert found == [("GRAND_TOTAL", "flow", False), ("205", "function", True)]  # a total whose label is blank
