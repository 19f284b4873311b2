"""Do arrangements that no paper at hand shows come out right by general rules? Figures and names are invented."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.recognising.identity import Identity
from pipelines.recognising.lexicon import lexicon_of
from pipelines.recognising.recognised import Recognised
from pipelines.recognising.tables.again import again_findings
from pipelines.recognising.tables.blocks import read_rows, split_blocks
from pipelines.recognising.tables.columns import read_columns
from pipelines.recognising.tables.headers import Sheet
from tests.sheets import LEFT, UP, facts, filled, grid, kinds, paper

D = Decimal
FINAL = "示例市示例区档案局2024年度部门决算"


def leaves(records: Recognised, **fields: str) -> Decimal:
    """The sum of the leaves whose fields have these values, in 万元."""
    found = [a for a in filled(records) if a.is_leaf and all(getattr(a, k) == v for k, v in fields.items())]
    return sum((a.amount_yuan for a in found), D(0)) / 10000


def test_a_balance_of_nine_columns_with_line_and_column_numbers() -> None:
    rows = [
        ["收入", LEFT, LEFT, "支出", LEFT, LEFT, LEFT, LEFT, LEFT],
        ["项目", "行次", "金额", "项目（按功能分类）", "行次", "金额", "项目（按支出性质）", "行次", "金额"],
        ["栏次", "", "1", "栏次", "", "2", "栏次", "", "3"],
        [
            "一、一般公共预算财政拨款收入",
            "1",
            "80.00",
            "一、一般公共服务支出",
            "5",
            "70.00",
            "一、基本支出",
            "9",
            "60.00",
        ],
        ["二、其他收入", "2", "20.00", "二、教育支出", "6", "30.00", "其中：人员经费", "10", "50.00"],
        ["", "3", "", "", "7", "", "公用经费", "11", "10.00"],
        ["", "", "", "", "", "", "二、项目支出", "12", "40.00"],
        ["本年收入合计", "4", "100.00", "本年支出合计", "8", "100.00", "本年支出合计", "13", "100.00"],
    ]
    records = paper(rows, "收入支出决算总表", cover=FINAL, folder_year="2024")
    assert facts(records, "side", "subject_scheme", "subject_code", "expenditure_type", "amount_yuan", "is_leaf") == [
        ("revenue", "fund_source", None, "all", D(800000), True),
        ("revenue", "fund_source", None, "all", D(200000), True),
        ("revenue", "flow", "CURRENT_TOTAL", "all", D(1000000), False),
        ("expenditure", "function", "201", "all", D(700000), True),
        ("expenditure", "function", "205", "all", D(300000), True),
        ("expenditure", "flow", "CURRENT_TOTAL", "all", D(1000000), False),
        ("expenditure", "flow", None, "basic", D(600000), False),
        ("expenditure", "flow", None, "personnel", D(500000), False),
        ("expenditure", "flow", None, "operating", D(100000), False),
        ("expenditure", "flow", None, "project", D(400000), False),
        ("expenditure", "flow", "CURRENT_TOTAL", "all", D(1000000), False),
    ]
    assert {a.amount_basis for a in filled(records)} == {"final"}
    uses = {a.expenditure_type: a.parent_row_no for a in filled(records) if a.block_no == 2}
    assert uses["personnel"] == uses["operating"] == 3
    assert kinds(records) == []


def test_a_balance_whose_third_list_is_of_economic_classes() -> None:
    rows = [
        ["收入", LEFT, "支出（按功能分类）", LEFT, "支出（按经济分类）", LEFT],
        ["项目", "预算数", "项目", "预算数", "项目", "预算数"],
        ["一、财政拨款收入", "90.00", "一、教育支出", "90.00", "一、工资福利支出", "60.00"],
        ["", "", "", "", "二、商品和服务支出", "30.00"],
        ["收入总计", "90.00", "支出总计", "90.00", "支出总计", "90.00"],
    ]
    found = facts(paper(rows, "收支预算总表"), "subject_scheme", "subject_code", "is_leaf")
    assert ("economic", "301", False) in found
    assert ("economic", "302", False) in found
    assert ("function", "205", True) in found


def test_a_balance_of_seven_columns_with_expenditure_by_type() -> None:
    rows = [
        ["本年收入", LEFT, "本年支出", LEFT, LEFT, LEFT, LEFT],
        ["项目", "预算数", "项目", "合计", "基本支出", LEFT, "项目支出"],
        [UP, UP, UP, UP, "人员经费", "公用经费", UP],
        ["一、财政拨款收入", "90.00", "一、一般公共服务支出", "70.00", "40.00", "10.00", "20.00"],
        ["二、事业收入", "10.00", "二、住房保障支出", "30.00", "30.00", "", ""],
        ["收入总计", "100.00", "支出总计", "100.00", "70.00", "10.00", "20.00"],
    ]
    records = paper(rows, "财务收支预算总表")
    assert facts(records, "side", "subject_code", "expenditure_type", "amount_yuan")[3:7] == [
        ("expenditure", "201", "all", D(700000)),
        ("expenditure", "201", "personnel", D(400000)),
        ("expenditure", "201", "operating", D(100000)),
        ("expenditure", "201", "project", D(200000)),
    ]
    assert {a.fund_period for a in filled(records)} == {"total"}
    assert kinds(records) == []


@pytest.mark.parametrize(
    ("first", "second", "third", "fourth"),
    [
        ("一般公共服务支出", "　　档案事务", "　　　　行政运行", "　　　　档案馆"),
        ("一、一般公共服务支出", "（一）档案事务", "1.行政运行", "2.档案馆"),
        ("一般公共服务支出", "档案事务", "行政运行", "档案馆"),
    ],
    ids=["indented", "numbered", "names alone"],
)
def test_a_list_without_codes_has_its_levels(first: str, second: str, third: str, fourth: str) -> None:
    rows = [
        ["功能分类科目", "合计", "基本支出", "项目支出"],
        ["合计", "30.00", "20.00", "10.00"],
        [first, "30.00", "20.00", "10.00"],
        [second, "30.00", "20.00", "10.00"],
        [third, "20.00", "20.00", ""],
        [fourth, "10.00", "", "10.00"],
    ]
    records = paper(rows, "部门支出总体情况表")
    found = [a for a in filled(records) if a.expenditure_type == "all"]
    assert [(a.subject_scheme, a.subject_code, a.subject_name, a.subject_level, a.parent_row_no) for a in found] == [
        ("flow", "GRAND_TOTAL", None, None, None),
        ("function", "201", "一般公共服务支出", "class", 1),
        ("function", "20126", "档案事务", "section", 2),
        ("function", "2012601", "行政运行", "item", 3),
        ("function", "2012604", "档案馆", "item", 3),
    ]
    assert leaves(records, expenditure_type="all") == 30


@pytest.mark.parametrize(
    ("label", "code", "name"),
    [
        ("2010601 行政运行", "2010601", "行政运行"),
        ("2010601行政运行", "2010601", "行政运行"),
        ("[2010601]行政运行", "2010601", "行政运行"),
        ("2010601-行政运行", "2010601", "行政运行"),
        ("　　2010601　行政运行", "2010601", "行政运行"),
    ],
)
def test_code_and_name_in_one_cell_are_two_things(label: str, code: str, name: str) -> None:
    rows = [["科目", "合计"], ["201 一般公共服务支出", "9.00"], ["20106 财政事务", "9.00"], [label, "9.00"]]
    records = paper(rows, "一般公共预算支出表")
    assert facts(records, "subject_code", "subject_name", "subject_level", "is_leaf")[2] == (code, name, "item", True)
    assert leaves(records) == 9


@pytest.mark.parametrize("label", ["[015001]示例局本级", "015001-示例局本级", "015001 示例局本级", "015001示例局本级"])
def test_a_units_code_and_name_in_one_cell_are_two_things(label: str) -> None:
    rows = [
        ["单位", "合计", "财政拨款"],
        ["合计", "9.00", "9.00"],
        ["[015]示例局", "9.00", "9.00"],
        [label, "9.00", "9.00"],
    ]
    records = paper(rows, "部门收入总表")
    assert facts(records, "subject_scheme", "subject_code", "subject_name", "subject_level")[-1] == (
        "organization", "015001", "示例局本级", "unit",
    )  # fmt: skip
    assert leaves(records, fund_source="all") == 9


@pytest.mark.parametrize("name", ["2025年档案抢救", "110指挥中心运行", "12345热线经费", "3号库房修缮"])
def test_a_number_that_belongs_to_a_name_is_no_code(name: str) -> None:
    rows = [["项目名称", "项目单位", "合计"], [name, "示例局本级", "9.00"]]
    assert facts(paper(rows, "项目支出预算表"), "subject_code", "project_name") == [(None, name)]


def test_codes_that_a_child_row_leaves_out_or_repeats_whole() -> None:
    rows = [
        ["类", "款", "项", "科目名称", "合计"],
        ["201", "", "", "一般公共服务支出", "9.00"],
        ["", "06", "", "财政事务", "9.00"],
        ["", "", "01", "行政运行", "9.00"],
        ["205", "", "", "教育支出", "4.00"],
        ["205", "20508", "", "进修及培训", "4.00"],
        ["205", "20508", "2050803", "培训支出", "4.00"],
    ]
    records = paper(rows, "一般公共预算支出表")
    assert [code for (code,) in facts(records, "subject_code")] == [
        "201", "20106", "2010601", "205", "20508", "2050803"
    ]  # fmt: skip
    assert leaves(records) == 13


TOTALS = ["合计", "合 计", "总计", "总额", "合　　计", "支出合计", "支出总计", "本年支出合计", "预算合计"]


@pytest.mark.parametrize("wording", TOTALS)
@pytest.mark.parametrize("place", ["first", "last"])
def test_a_total_is_told_wherever_it_stands(wording: str, place: str) -> None:
    total = [wording, "", "", "", "9.00"]
    lines = [["201", "", "", "一般公共服务支出", "5.00"], ["205", "", "", "教育支出", "4.00"]]
    rows = [["类", "款", "项", "科目名称", "合计"], *([total, *lines] if place == "first" else [*lines, total])]
    records = paper(rows, "支出预算总表")
    totals = [a for a in filled(records) if a.subject_scheme == "flow"]
    assert [a.subject_code in ("GRAND_TOTAL", "CURRENT_TOTAL") for a in totals] == [True]
    assert leaves(records) == 9
    assert {a.parent_row_no for a in filled(records)} == {None, totals[0].row_no}


def test_a_total_in_the_last_header_row() -> None:
    rows = [
        ["科目编码", LEFT, LEFT, "科目名称", "合计"],
        ["类", "款", "项", "合计", "9.00"],
        ["201", "", "", "一般公共服务支出", "9.00"],
    ]
    assert facts(paper(rows, "一般公共预算支出表"), "subject_scheme", "subject_code", "amount_yuan") == [
        ("flow", "GRAND_TOTAL", D(90000)),
        ("function", "201", D(90000)),
    ]


def test_小计_in_the_middle_is_counted_by_nobody() -> None:
    rows = [
        ["单位名称", "合计", "财政拨款"],
        ["甲所", "3.00", "3.00"],
        ["乙所", "2.00", "2.00"],
        ["小计", "5.00", "5.00"],
        ["丙所", "4.00", "4.00"],
        ["合计", "9.00", "9.00"],
    ]
    records = paper(rows, "部门收入总表")
    assert leaves(records, fund_source="all") == 9
    assert [(a.subject_scheme, a.subject_name, a.parent_row_no) for a in filled(records) if a.row_no == 3] == [
        ("flow", "小计", None)
    ] * 2


def test_其中_tells_a_part_and_no_breakdown() -> None:
    rows = [
        ["项目", "预算数", "项目", "预算数"],
        ["一、一般公共预算拨款收入", "90.00", "一、教育支出", "95.00"],
        ["其中：专项收入", "7.00", "", ""],
        ["二、其他收入", "5.00", "", ""],
        ["收入总计", "95.00", "支出总计", "95.00"],
    ]
    records = paper(rows, "收支预算总表")
    part = next(a for a in filled(records) if a.subject_name == "专项收入")
    assert (part.parent_row_no, part.is_leaf, part.depth) == (None, False, 2)
    assert leaves(records, side="revenue") == 95


def test_其中_tells_the_whole_where_the_words_mean_it() -> None:
    rows = [
        ["项目", "预算数", "项目", "预算数"],
        ["财政拨款收入", "90.00", "一、教育支出", "95.00"],
        ["其中：一般公共预算", "83.00", "", ""],
        ["政府性基金预算", "7.00", "", ""],
        ["其他收入", "5.00", "", ""],
        ["收入总计", "95.00", "支出总计", "95.00"],
    ]
    records = paper(rows, "收支预算总表")
    found = {a.fund_source: (a.parent_row_no, a.is_leaf) for a in filled(records) if a.subject_scheme == "fund_source"}
    assert found == {
        "appropriation": (5, False),
        "general_public": (1, True),
        "government_fund": (1, True),
        "other_income": (5, True),
    }
    assert leaves(records, side="revenue") == 95


def test_a_list_by_unit_and_subject_knows_both() -> None:
    rows = [
        ["单位编码", "单位名称", "科目编码", "科目名称", "合计", "基本支出", "项目支出"],
        ["", "", "", "合计", "9.00", "5.00", "4.00"],
        ["015001", "示例局本级", "", "", "5.00", "5.00", ""],
        ["", "", "201", "一般公共服务支出", "5.00", "5.00", ""],
        ["015002", "示例局信息所", "", "", "4.00", "", "4.00"],
        ["", "", "201", "一般公共服务支出", "4.00", "", "4.00"],
    ]
    records = paper(rows, "支出预算总表")
    found = [a for a in filled(records) if a.expenditure_type == "all"]
    assert [(a.subject_scheme, a.subject_code, a.parent_row_no, a.is_leaf) for a in found] == [
        ("flow", "GRAND_TOTAL", None, False),
        ("organization", "015001", 1, False),
        ("function", "201", 2, True),
        ("organization", "015002", 1, False),
        ("function", "201", 4, True),
    ]
    assert leaves(records, expenditure_type="all") == 9


def test_side_by_side_blocks_of_unequal_length() -> None:
    head = ["科目编码", "科目名称", "决算数"]
    rows = [
        ["人员经费", LEFT, LEFT, "公用经费", LEFT, LEFT, LEFT, LEFT, LEFT],
        head * 3,
        ["301", "工资福利支出", "50.00", "302", "商品和服务支出", "20.00", "310", "资本性支出", "3.00"],
        ["30101", "基本工资", "50.00", "30201", "办公费", "15.00", "31002", "办公设备购置", "3.00"],
        ["", "", "", "30211", "差旅费", "5.00", "", "", ""],
        ["人员经费合计", LEFT, "50.00", "公用经费合计", LEFT, LEFT, LEFT, LEFT, "23.00"],
    ]
    records = paper(rows, "一般公共预算财政拨款基本支出决算表", cover=FINAL, folder_year="2024")
    assert [(a.subject_code, a.expenditure_type, a.block_no) for a in filled(records)] == [
        ("301", "personnel", 0), ("30101", "personnel", 0), ("GRAND_TOTAL", "personnel", 0),
        ("302", "operating", 1), ("30201", "operating", 1), ("30211", "operating", 1),
        ("310", "operating", 2), ("31002", "operating", 2), ("GRAND_TOTAL", "operating", 2),
    ]  # fmt: skip
    assert leaves(records) == 73


def test_uses_group_the_economic_codes_below_them() -> None:
    rows = [
        ["经济分类科目", "金额"],
        ["合计", "9.00"],
        ["人员经费", "6.00"],
        ["301 工资福利支出", "6.00"],
        ["公用经费", "3.00"],
        ["302 商品和服务支出", "3.00"],
    ]
    records = paper(rows, "一般公共预算基本支出表")
    assert facts(records, "subject_scheme", "subject_code", "expenditure_type", "parent_row_no") == [
        ("flow", "GRAND_TOTAL", "basic", None),
        ("flow", None, "personnel", 1),
        ("economic", "301", "basic", 2),
        ("flow", None, "operating", 1),
        ("economic", "302", "basic", 4),
    ]
    assert leaves(records) == 9


def test_units_and_subjects_in_one_column_of_names() -> None:
    rows = [
        ["项目", LEFT, LEFT, LEFT, LEFT, "合计", "基本支出", "项目支出"],
        ["科目编码", LEFT, LEFT, "单位代码", "单位名称（科目）", UP, UP, UP],
        ["类", "款", "项", UP, UP, UP, UP, UP],
        ["", "", "", "", "合计", "9.00", "5.00", "4.00"],
        ["", "", "", "501001", "示例局本级", "9.00", "5.00", "4.00"],
        ["201", "26", "01", "501001", "行政运行", "5.00", "5.00", ""],
        ["201", "26", "04", "501001", "档案馆", "4.00", "", "4.00"],
    ]
    records = paper(rows, "表3-1 支出预算总表")
    found = [a for a in filled(records) if a.expenditure_type == "all"]
    assert [(a.subject_scheme, a.subject_code, a.subject_name, a.parent_row_no) for a in found] == [
        ("flow", "GRAND_TOTAL", None, None),
        ("organization", "501001", "示例局本级", 3),
        ("function", "2012601", "行政运行", 4),
        ("function", "2012604", "档案馆", 4),
    ]
    assert leaves(records, expenditure_type="all") == 9


def test_a_balance_that_prints_expenditure_below_revenue() -> None:
    rows = [
        ["项目", "预算数"],
        ["收入", ""],
        ["一、财政拨款收入", "90.00"],
        ["二、其他收入", "10.00"],
        ["收入总计", "100.00"],
        ["支出", ""],
        ["一、一般公共服务支出", "70.00"],
        ["二、教育支出", "30.00"],
        ["支出总计", "100.00"],
    ]
    records = paper(rows, "部门收支总表")
    assert leaves(records, side="revenue") == leaves(records, side="expenditure") == 100
    assert [a.subject_code for a in filled(records) if a.side == "expenditure"] == ["201", "205", "GRAND_TOTAL"]
    assert kinds(records) == []


def test_a_name_cut_by_a_page_end_goes_on_below_the_heading_printed_again() -> None:
    head = ["科目编码", "科目名称", "合计"]
    rows = [
        head,
        ["21208", "国有土地使用权出让收入", "7.00"],
        head,
        ["", "安排的支出", ""],
        ["2120899", "其他", "7.00"],
    ]
    made = grid(0, rows)
    made = made._replace(last_page=2, cells=tuple(c._replace(page=1 + (c.row > 1)) for c in made.cells))
    columns = read_columns(Sheet(made), 0, 1, lexicon_of(2025), lexicon_of(2025).kinds["expenditure"])
    (block,) = split_blocks(columns)
    found = read_rows(Sheet(made), block, 1)
    assert [(row.code, row.name) for row in found] == [
        ("21208", "国有土地使用权出让收入安排的支出"),
        ("2120899", "其他"),
    ]


def test_a_fund_named_again_below_a_carry_line_is_carried() -> None:
    rows = [
        ["收入", LEFT, LEFT, "支出", LEFT, LEFT],
        ["项目", "行次", "金额", "项目", "行次", "金额"],
        ["一、一般公共预算财政拨款", "1", "90.00", "一、教育支出", "4", "93.00"],
        ["年初财政拨款结转和结余", "2", "3.00", "", "5", ""],
        ["一般公共预算财政拨款", "3", "3.00", "", "6", ""],
        ["总计", "7", "93.00", "总计", "8", "93.00"],
    ]
    records = paper(rows, "财政拨款收入支出决算总表", cover=FINAL, folder_year="2024")
    revenue = [a for a in filled(records) if a.side == "revenue"]
    assert [(a.subject_scheme, a.subject_code, a.fund_source, a.is_leaf) for a in revenue] == [
        ("fund_source", None, "general_public", True),
        ("flow", "CARRY_IN", "appropriation", False),
        ("flow", "CARRY_IN", "general_public", True),
        ("flow", "GRAND_TOTAL", "appropriation", False),
    ]


@pytest.mark.parametrize("printed", ["2012604", "201 26 04", "201-26-04", "201.26.04", "２０１２６０４"])
def test_a_code_is_one_however_it_is_parted(printed: str) -> None:
    rows = [["科目编码", "科目名称", "合计"], [printed, "档案馆", "3.00"]]
    assert facts(paper(rows, "一般公共预算支出表"), "subject_code", "subject_name") == [("2012604", "档案馆")]


@pytest.mark.parametrize(("title", "kinds_found"), [("单位支出总表", ["copy"]), ("一般公共预算支出表", [])])
def test_a_table_that_stands_in_a_paper_twice_is_named(title: str, kinds_found: list[str]) -> None:
    (one,) = paper([["科目编码", "科目名称", "合计"], ["205", "教育支出", "9.00"]], "2025年部门支出总表").tables
    other = one._replace(table_id="other", title=title, first_page=9)
    other = other._replace(table_kind="expenditure" if kinds_found else "general_public_by_function")
    who = Identity("d", 2025, "budget", "department", "示例市示例区档案局", None, lexicon_of(2025))
    assert [f.kind for f in again_findings([one, other], who)] == kinds_found
    assert again_findings([one, other._replace(state="empty_declared")], who) == []
