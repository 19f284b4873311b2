"""Are tables that classify their rows several times over read by one classification, and no body counted as a subject?
Figures and names are invented."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.recognising.recognised import Recognised
from tests.sheets import LEFT, UP, facts, filled, kinds, paper

D = Decimal
WAGES = ["301", "工资福利支出"]
GOVERNMENT = ["政府预算支出经济分类科目", LEFT]
DEPARTMENT = ["部门预算支出经济分类科目", LEFT]


def leaves(records: Recognised) -> Decimal:
    """The sum of the leaves of the first column of amounts, in 万元."""
    first = min(a.column_no for a in filled(records))
    return sum((a.amount_yuan for a in filled(records) if a.is_leaf and a.column_no == first), D(0)) / 10000


@pytest.mark.parametrize("first", ["department", "government"])
def test_codes_of_one_economic_classification_do_not_go_with_names_of_the_other(first: str) -> None:
    both = [DEPARTMENT, GOVERNMENT]
    lines = [
        (WAGES, ["501", "机关工资福利支出"], ["60.00", "60.00"]),
        (["30101", "基本工资"], ["50101", "工资奖金津补贴"], ["40.00", "40.00"]),
        (["30102", "津贴补贴"], ["50101", "工资奖金津补贴"], ["20.00", "20.00"]),
    ]
    order = (0, 1) if first == "department" else (1, 0)
    rows = [
        [*both[order[0]], *both[order[1]], "合计", "人员经费"],
        ["科目编码", "科目名称", "科目编码", "科目名称", UP, UP],
        *([*line[order[0]], *line[order[1]], *line[2]] for line in lines),
        ["合计", LEFT, LEFT, LEFT, "60.00", "60.00"],
    ]
    records = paper(rows, "一般公共预算基本支出表")
    assert [f for f in facts(records, "subject_code", "subject_name", "expenditure_type") if f[2] == "basic"] == [
        ("301", "工资福利支出", "basic"), ("30101", "基本工资", "basic"), ("30102", "津贴补贴", "basic"),
        ("GRAND_TOTAL", None, "basic"),
    ]  # fmt: skip
    assert leaves(records) == 60
    assert facts(records, "economic_code", "government_economic_code")[::2] == [
        ("301", "501"), ("30101", "50101"), ("30102", "50101"), (None, None),
    ]  # fmt: skip
    assert kinds(records) == []


FLAT = [
    [
        "单位名称",
        "项目代码",
        "项目名称",
        "功能科目编码",
        "功能科目名称",
        "部门经济科目编码",
        "部门经济科目名称",
        "合计",
    ],
    ["示例区档案局", "", "", "", "", "", "", "70.00"],
    ["示例区档案局", "530181210000000001", "工资", "2012601", "行政运行", "30101", "基本工资", "60.00"],
    ["示例区档案局", "530181210000000002", "公用", "2012604", "档案馆", "30201", "办公费", "10.00"],
    ["合 计", LEFT, LEFT, LEFT, LEFT, LEFT, LEFT, "70.00"],
]


@pytest.mark.parametrize(
    ("title", "scheme", "codes"),
    [
        ("部门基本支出预算表", "economic", ["30101", "30201"]),
        ("部门支出预算表", "function", ["2012601", "2012604"]),
        ("项目支出预算表", "project", ["530181210000000001", "530181210000000002"]),
    ],
)
def test_a_print_out_of_all_classifications_is_read_by_that_of_its_title(
    title: str, scheme: str, codes: list[str]
) -> None:
    records = paper(FLAT, title)
    assert [a.subject_code for a in filled(records) if a.subject_scheme == scheme] == codes
    assert [(a.subject_code, a.amount_yuan) for a in filled(records) if a.subject_scheme == "flow"] == [
        ("GRAND_TOTAL", D(700000))
    ]
    assert leaves(records) == 70


def test_rows_of_one_classification_below_those_of_another() -> None:
    rows = [
        ["功能分类科目", LEFT, *DEPARTMENT, "合计"],
        ["编码", "名称", "编码", "名称", UP],
        ["", "", "", "合计", "70.00"],
        ["2012601", "行政运行", "", "", "50.00"],
        ["", "", *WAGES, "50.00"],
        ["", "", "30101", "基本工资", "50.00"],
        ["2080505", "机关事业单位基本养老保险缴费支出", "", "", "20.00"],
        ["", "", "30108", "机关事业单位基本养老保险缴费", "20.00"],
    ]
    records = paper(rows, "一般公共预算基本支出预算表")
    assert facts(records, "subject_scheme", "subject_code", "parent_row_no", "is_leaf") == [
        ("flow", "GRAND_TOTAL", None, False),
        ("function", "2012601", 2, False),
        ("economic", "301", 3, False),
        ("economic", "30101", 4, True),
        ("function", "2080505", 2, False),
        ("economic", "30108", 6, True),
    ]


def test_bodies_over_their_subjects_in_a_column_of_both() -> None:
    rows = [
        ["科目编码", LEFT, LEFT, "单位代码", "单位名称（科目）", "合计", "基本支出", "项目支出"],
        ["类", "款", "项", UP, UP, UP, UP, UP],
        ["", "", "", "", "合计", "100.00", "60.00", "40.00"],
        ["", "", "", "", "示例区档案局部门", "100.00", "60.00", "40.00"],
        ["", "", "", "", "示例区档案局", "60.00", "60.00", ""],
        ["201", "26", "01", "403001", "行政运行", "60.00", "60.00", ""],
        ["", "", "", "", "示例区档案馆", "40.00", "", "40.00"],
        ["201", "26", "04", "403002", "档案馆", "40.00", "", "40.00"],
    ]
    records = paper(rows, "部门支出总表")
    found = [a for a in filled(records) if a.expenditure_type == "all"]
    assert [(a.subject_scheme, a.subject_code, a.parent_row_no, a.is_leaf) for a in found] == [
        ("flow", "GRAND_TOTAL", None, False),
        ("organization", None, 2, False),
        ("organization", None, 3, False),
        ("function", "2012601", 4, True),
        ("organization", None, 3, False),
        ("function", "2012604", 6, True),
    ]
    assert kinds(records) == []


BY_ECONOMIC = {
    "economic rows": [["科目编码", "科目名称", "合计", "基本支出", "项目支出"], [*WAGES, "50.00", "10.00", "40.00"]],
    "classes alone": [["科目编码", "科目名称", "预算数"], ["301", "工资福利支出", "50.00"], ["307", "债务利息及费用支出", ""]],
    "function rows": [["功能科目编码", "功能科目名称", "合计", "工资福利支出"], ["2012601", "行政运行", "50.00", "50.00"]],
    "parts of basic": [["科目编码", "科目名称", "合计", "人员经费", "公用经费"], [*WAGES, "50.00", "40.00", "10.00"]],
}  # fmt: skip


@pytest.mark.parametrize(
    ("by", "title", "kind", "expenditure_type"),
    [
        ("economic rows", "一般公共预算支出表（按部门预算支出经济分类）", "general_public_by_economic", "all"),
        ("classes alone", "一般公共预算支出经济分类情况表", "general_public_by_economic", "all"),
        ("classes alone", "一般公共预算基本支出经济分类情况表", "general_public_basic_by_economic", "basic"),
        ("function rows", "一般公共预算支出表（按部门预算支出经济分类）", "general_public_by_function", "all"),
        ("parts of basic", "一般公共预算支出表（按部门预算支出经济分类）", "general_public_basic_by_economic", "basic"),
    ],
)
def test_a_table_by_economic_classes_is_of_basic_expenditure_only_where_it_says_so(
    by: str, title: str, kind: str, expenditure_type: str
) -> None:
    records = paper(BY_ECONOMIC[by], title)
    assert [(t.table_kind, t.state) for t in records.tables] == [(kind, "filled")]
    assert facts(records, "expenditure_type")[0] == (expenditure_type,)
    assert set(kinds(records)) <= {"ignored_column"}


def test_本年_beside_上年_is_the_year_and_no_part_of_it() -> None:
    rows = [["项目", "本年预算（万元）", "上年预算（元）"], ["一般公共预算拨款", "100.00", "900000"]]
    records = paper(rows, "部门收入总表", unit="")
    assert facts(records, "fund_period", "amount_year", "amount_yuan") == [
        ("total", 2025, D(1000000)), ("total", 2024, D(900000)),
    ]  # fmt: skip


def test_a_balance_of_four_lists_is_counted_once() -> None:
    rows = [
        ["项目", "预算数", "功能分类", "预算数", "部门预算经济分类", "预算数", "政府预算经济分类", "预算数"],
        ["一、一般公共预算拨款收入", "90.00", "一、教育支出", "90.00", "一、基本支出", "60.00", "一、机关工资福利支出", "60.00"],
        ["　　经费拨款", "90.00", "", "", "　　工资福利支出", "60.00", "二、机关资本性支出（一）", "30.00"],
        ["", "", "", "", "二、项目支出", "30.00", "", ""],
        ["", "", "", "", "　　资本性支出", "30.00", "", ""],
        ["收入总计", "90.00", "支出总计", "90.00", "支出总计", "90.00", "支出总计", "90.00"],
    ]  # fmt: skip
    records = paper(rows, "收支总表")
    spent = [a for a in filled(records) if a.side == "expenditure" and a.subject_scheme != "flow"]
    assert [(a.subject_scheme, a.subject_code, a.expenditure_type, a.is_leaf) for a in spent] == [
        ("function", "205", "all", True),
        ("economic", "301", "basic", False),
        ("economic", "310", "project", False),
        ("economic", "501", "all", False),
        ("economic", "503", "all", False),
    ]
    revenue = [(a.subject_name, a.fund_source) for a in filled(records) if a.subject_scheme == "fund_source"]
    assert revenue == [("一般公共预算拨款收入", "general_public"), ("经费拨款", "general_public")]
    assert kinds(records) == []


def test_the_only_column_before_the_amounts_names_the_rows() -> None:
    rows = [
        ["支出项目类别（资金使用单位）", "总计", "一般公共预算", "财政专户拨款"],
        ["[301]工资福利支出", "60.00", "60.00", ""],
        ["　[30101]基本工资", "60.00", "60.00", ""],
        ["[302]商品和服务支出", "5.00", "", "5.00"],
    ]
    records = paper(rows, "部门预算基本支出预算表（按部门预算支出经济分类科目）")
    assert facts(records, "subject_code", "fund_source", "amount_yuan") == [
        ("301", "all", D(600000)), ("301", "general_public", D(600000)),
        ("30101", "all", D(600000)), ("30101", "general_public", D(600000)),
        ("302", "all", D(50000)), ("302", "special_account", D(50000)),
    ]  # fmt: skip
    assert kinds(records) == []


def test_the_total_of_a_procurement_table_by_body_is_no_purchase() -> None:
    rows = [
        ["单位名称", "采购项目名称", "采购数量", "合计"],
        ["示例区档案局", "办公设备购置", "5", "2.50"],
        ["合计", LEFT, "5", "2.50"],
    ]
    found = facts(paper(rows, "政府采购预算表"), "subject_scheme", "subject_code", "is_leaf")
    assert found == [("procurement", None, True), ("flow", "GRAND_TOTAL", False)]


def test_parts_set_in_without_blanks_are_told_by_their_sum() -> None:
    rows = [
        ["项目", "预算数", "支出用途", "预算数"],
        ["一、一般公共预算拨款收入", "100.00", "一、基本支出", "60.00"],
        ["经费拨款", "95.00", "工资福利支出", "50.00"],
        ["纳入预算管理的非税收入拨款", "5.00", "商品和服务支出", "10.00"],
        ["二、其他收入", "7.00", "二、项目支出", "47.00"],
        ["", "", "资本性支出", "47.00"],
        ["收入总计", "107.00", "支出总计", "107.00"],
    ]
    records = paper(rows, "收支总表")
    found = facts(records, "side", "fund_source", "expenditure_type", "parent_row_no")
    assert [f for f in found if f[0] == "revenue"][:4] == [
        ("revenue", "general_public", "all", 6), ("revenue", "general_public", "all", 1),
        ("revenue", "general_public", "all", 1), ("revenue", "other_income", "all", 6),
    ]  # fmt: skip
    assert [f[2:] for f in found if f[0] == "expenditure"][:5] == [
        ("basic", 6), ("basic", 1), ("basic", 1), ("project", 6), ("project", 4),
    ]  # fmt: skip
    assert kinds(records) == []
