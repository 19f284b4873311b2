"""Are lists of projects and purchases read with the categories and bodies they stand under? Figures and names are
invented."""

from __future__ import annotations

from decimal import Decimal

from tests.sheets import LEFT, UP, facts, kinds, paper

D = Decimal


def test_the_labels_of_a_purchase_stand_on_both_sides_of_its_count() -> None:
    rows = [
        ["序号", "科目编码", LEFT, LEFT, "采购项目", "采购目录", "购买服务的内", "数量", "部门预算支出", LEFT, "政府预算支出", LEFT, "预算金额"],
        [UP, "类", "款", "项", UP, UP, UP, UP, "类", "款", "类", "款", UP],
        ["1", "", "", "", "合计", "", "", "5", "", "", "", "", "70"],
        ["2", "201", "26", "04", "库房改造", "办公家具", "", "4", "310", "02", "503", "06", "40"],
        ["3", "201", "26", "04", "目录数字化", "数据处理服务", "", "1", "302", "27", "502", "05", "30"],
    ]  # fmt: skip
    records = paper(rows, "2025年部门综合预算政府采购（资产配置、购买服务）预算表（不含上年结转）")
    assert facts(records, "subject_scheme", "subject_name", "project_name", "amount_yuan", "is_leaf") == [
        ("flow", None, None, D(700_000), False),
        ("procurement", "办公家具", "库房改造", D(400_000), True),
        ("procurement", "数据处理服务", "目录数字化", D(300_000), True),
    ]


def test_projects_stand_under_the_categories_and_bodies_that_they_add_up_to() -> None:
    rows = [
        ["单位编码", "单位（项目）名称", "项目金额", "项目简介"],
        ["", "合计", "90", ""],
        ["1", "全额", "90", ""],
        ["105001", "示例市档案局", "90", ""],
        ["", "通用项目", "20", ""],
        ["", "库房维护", "20", "每年一次"],
        ["", "专用项目", "70", ""],
        ["", "档案征集", "40", ""],
        ["", "目录数字化", "30", ""],
    ]
    records = paper(rows, "2025年部门综合预算专项业务经费支出表")
    assert facts(records, "subject_scheme", "subject_level", "project_name", "parent_row_no", "is_leaf") == [
        ("flow", None, None, None, False),
        ("organization", "department", None, 1, False),
        ("organization", "unit", None, 2, False),
        ("project", None, None, 3, False),
        ("project", "project", "库房维护", 4, True),
        ("project", None, None, 3, False),
        ("project", "project", "档案征集", 6, True),
        ("project", "project", "目录数字化", 6, True),
    ]
    assert kinds(records) == []


def test_purchases_of_a_body_stand_under_it() -> None:
    rows = [
        ["单位编码", "采购项目", "采购目录", "数量", "预算金额"],
        ["", "合计", "", "9", "90"],
        ["105", "示例市档案局", "", "9", "90"],
        ["105001", "示例市档案局", "", "9", "90"],
        ["", "库房维护", "B08修缮工程", "4", "40"],
        ["", "目录数字化", "C0301电信服务", "5", "50"],
    ]
    records = paper(rows, "2025年部门综合预算政府采购（资产配置、购买服务）预算表")
    assert facts(records, "subject_code", "subject_name", "parent_row_no", "is_leaf") == [
        ("GRAND_TOTAL", None, None, False),
        (None, "示例市档案局", 1, False),
        (None, "示例市档案局", 2, False),
        ("B08", "修缮工程", 3, True),
        ("C0301", "电信服务", 3, True),
    ]


def test_projects_below_their_bodies_alone_are_projects() -> None:
    rows = [
        ["单位编码", "单位（项目）名称", "项目金额"],
        ["", "合计", "90"],
        ["105001", "示例市档案局", "90"],
        ["", "档案征集", "60"],
        ["", "目录数字化", "30"],
    ]
    records = paper(rows, "部门综合预算专项业务经费支出表")
    assert facts(records, "subject_level", "project_name")[2:] == [("project", "档案征集"), ("project", "目录数字化")]
    assert kinds(records) == []
