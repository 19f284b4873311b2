"""Are purchases read by what they are listed by: classes of goods, bodies, functions? Figures and names are invented."""

from __future__ import annotations

from tests.sheets import LEFT, UP, facts, kinds, paper


def test_bodies_stand_under_the_class_of_goods_of_their_own_column_though_no_sum_holds() -> None:
    rows = [
        ["采购品目大类", "专项名称", "采购物品名称", "采购组织形式", "总计"],
        ["合计", "", "", "", "9.00"],
        ["货物", "", "", "", "6.00"],
        ["示例市档案局", "", "", "", "6.00"],
        ["", "设备购置", "复印纸", "分散采购", "5.00"],
        ["服务", "", "", "", "3.00"],
        ["示例市档案局", "", "", "", "3.00"],
        ["", "物业管理费", "物业管理服务", "集中采购", "3.00"],
    ]
    records = paper(rows, "政府采购预算表")
    assert facts(records, "subject_name", "parent_row_no", "is_leaf") == [
        (None, None, False), ("货物", 1, False), ("示例市档案局", 2, False), ("复印纸", 3, True),
        ("服务", 1, False), ("示例市档案局", 5, False), ("物业管理服务", 6, True),
    ]  # fmt: skip


def test_purchases_listed_by_function_are_functions() -> None:
    rows = [
        ["科目编码", LEFT, LEFT, "科目名称", "合计"],
        ["类", "款", "项", UP, UP],
        ["", "", "", "合 计", "9.00"],
        ["201", "", "", "一般公共服务支出", "9.00"],
        ["", "26", "", "档案事务", "9.00"],
        ["", "", "01", "行政运行", "4.00"],
    ]
    assert facts(paper(rows, "政府采购预算表"), "subject_scheme", "subject_code", "parent_row_no") == [
        ("flow", "GRAND_TOTAL", None), ("function", "201", 2), ("function", "20126", 3), ("function", "2012601", 4),
    ]  # fmt: skip


def test_a_column_of_purchases_in_another_table_is_purchases_with_the_code_of_its_row() -> None:
    rows = [
        ["科目编码", "科目名称", "合计", "基本支出", "项目支出", "其中：政府采购"],
        ["", "合计", "9.00", "4.00", "5.00", "3.00"],
        ["2012601", "行政运行", "9.00", "4.00", "5.00", "3.00"],
    ]
    records = paper(rows, "部门支出预算总表")
    assert facts(records, "table_kind", "subject_code", "expenditure_type", "is_leaf")[4:] == [
        ("expenditure", "2012601", "all", True),
        ("expenditure", "2012601", "basic", True),
        ("expenditure", "2012601", "project", True),
        ("procurement", "2012601", "all", True),
    ]
    assert kinds(records) == []


def test_a_column_of_purchases_in_their_own_table_is_its_amount() -> None:
    rows = [["采购品目", "政府采购预算金额"], ["合计", "9.00"], ["货物", "9.00"]]
    records = paper(rows, "政府采购预算表")
    assert facts(records, "table_kind", "amount_yuan") == [("procurement", 90000), ("procurement", 90000)]
