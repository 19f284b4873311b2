"""Are the wide tables that budget systems print read: years and changes side by side, four lists in one
balance? Figures and names are invented."""

from __future__ import annotations

from pathlib import Path

from pipelines.reading.model import Page, Reading
from pipelines.recognising.document import recognise
from pipelines.recognising.records import Paper
from tests.sheets import LEFT, UP, facts, filled, grid, kinds, line, paper


def test_years_and_their_change_stand_side_by_side_in_a_三公_table() -> None:
    items = ["合计", "一般公共预算拨款安排的“三公”经费预算", LEFT, LEFT, "会议费", "培训费"]
    below = [UP, "小计", "公务接待费", "公务用车运行费", UP, UP]
    rows = [
        ["单位编码", "单位名称", "2024年", *[LEFT] * 5, "2025年", *[LEFT] * 5, "增减变化情况", *[LEFT] * 5],
        [UP, UP, *items * 3],
        [UP, UP, *below * 3],
        ["", "合计", "9", "5", "2", "3", "1", "3", "8", "4", "2", "2", "1", "3", "-1", "-1", "0", "-1", "0", "0"],
    ]
    records = paper(rows, "2025年部门综合预算一般公共预算拨款“三公”经费及会议费、培训费支出预算表")
    assert facts(records, "subject_code", "amount_year", "printed_text") == [
        (code, year, text)
        for year, texts in ((2024, "952313"), (2025, "842213"))
        for code, text in zip(
            ("GRAND_TOTAL", "TOTAL", "RECEPTION", "VEHICLE_RUNNING", "MEETING", "TRAINING"), texts, strict=True
        )
    ]
    assert [(c.subject_code, c.base_year, int(c.value_yuan / 10000)) for c in records.changes] == [
        ("GRAND_TOTAL", 2024, -1), ("TOTAL", 2024, -1), ("RECEPTION", 2024, 0),
        ("VEHICLE_RUNNING", 2024, -1), ("MEETING", 2024, 0), ("TRAINING", 2024, 0),
    ]  # fmt: skip
    assert kinds(records) == []


def test_uses_of_a_balance_of_four_lists_give_their_type_to_the_classes_below_them() -> None:
    head = ["支出功能分类科目", "预算数", "部门预算支出经济分类科目", "预算数", "政府预算支出经济分类科目", "预算数"]
    rows = [
        ["收入", LEFT, "支出", *[LEFT] * 5],
        ["项目", "预算数", *head],
        ["一、部门预算", "90", "一、部门预算", "90", "一、部门预算", "90", "一、部门预算", "90"],
        ["1、财政拨款", "90", "1、教育支出", "90", "1、人员经费和公用经费支出", "50", "1、机关工资福利支出", "40"],
        ["(1)一般公共预算拨款", "90", "", "", "(1)工资福利支出", "40", "2、机关商品和服务支出", "50"],
        ["其中：专项资金列入部门预算的项目", "20", "", "", "(2)商品和服务支出", "10", "", ""],
        ["", "", "", "", "2、专项业务经费支出", "40", "", ""],
        ["", "", "", "", "(1)商品和服务支出", "40", "", ""],
        ["本年收入合计", "90", "本年支出合计", "90", "本年支出合计", "90", "本年支出合计", "90"],
        [
            "上年实户资金余额",
            "5",
            "未安排支出的实户资金",
            "5",
            "未安排支出的实户资金",
            "5",
            "未安排支出的实户资金",
            "5",
        ],
        ["收入总计", "95", "支出总计", "95", "支出总计", "95", "支出总计", "95"],
    ]
    records = paper(rows, "2025年部门综合预算收支总表\N{REPLACEMENT CHARACTER}")  # as some programs end a title
    uses = [a for a in filled(records) if a.block_no == 2 and not a.subject_code]
    assert [(a.subject_name, a.expenditure_type) for a in uses] == [
        ("部门预算", "all"),
        ("人员经费和公用经费支出", "basic"),
        ("专项业务经费支出", "project"),
    ]
    classes = [a for a in filled(records) if a.block_no == 2 and a.subject_scheme == "economic"]
    assert [(a.subject_name, a.expenditure_type) for a in classes] == [
        ("工资福利支出", "basic"), ("商品和服务支出", "basic"), ("商品和服务支出", "project"),
    ]  # fmt: skip
    assert [(a.subject_code, a.fund_source) for a in filled(records) if a.printed_text == "5"] == [
        ("CARRY_IN", "unit_funds"), *[("CARRY_OUT", "unit_funds")] * 3,
    ]  # fmt: skip
    assert sum(a.amount_yuan for a in filled(records) if a.is_leaf and a.side == "expenditure") == 950_000


def test_carry_lines_beside_each_other_break_each_other_down_only_where_they_say_so() -> None:
    rows = [
        ["项目", "预算数", "项目", "预算数"],
        ["一、部门预算", "", "一、部门预算", ""],  # no amount: a heading, and no header
        ["1、财政拨款", "90", "1、教育支出", "100"],
        ["本年收入合计", "90", "本年支出合计", "100"],
        ["上年实户资金余额", "6", "", ""],
        ["上年结转", "4", "", ""],
        ["其中：财政拨款资金结转", "3", "", ""],
        ["非财政拨款资金结余", "1", "", ""],
        ["收入总计", "100", "支出总计", "100"],
    ]
    records = paper(rows, "部门收支总表")
    said = ("printed_text", "subject_code", "fund_source", "parent_row_no")
    assert [f for f in facts(records, *said) if f[1] == "CARRY_IN"] == [
        ("6", "CARRY_IN", "unit_funds", 8),
        ("4", "CARRY_IN", "all", 8),
        ("3", "CARRY_IN", "appropriation", 5),
        ("1", "CARRY_IN", "unit_funds", 5),
    ]
    assert kinds(records) == []


def test_a_款_that_prints_its_last_part_alone_has_the_code_of_its_class() -> None:
    rows = [
        ["功能科目编码", "功能科目名称", "合计", "基本支出"],
        ["**", "**", "**", "**"],
        ["", "合计", "70", "70"],
        ["205", "教育支出", "40", "40"],
        ["03", "职业教育", "40", "40"],
        ["2050303", "技校教育", "25", "25"],
        ["2050399", "其他职业教育支出", "15", "15"],
        ["208", "社会保障和就业支出", "30", "30"],
        ["05", "行政事业单位养老支出", "30", "30"],
        ["05", "机关事业单位基本养老保险缴费支出", "30", "30"],
    ]
    records = paper(rows, "一般公共预算支出表")
    assert [f for f in facts(records, "subject_code", "code_source", "expenditure_type", "is_leaf") if f[2] == "all"] == [
        ("GRAND_TOTAL", None, "all", False),
        ("205", "printed", "all", False),
        ("20503", "filled", "all", False),
        ("2050303", "printed", "all", True),
        ("2050399", "printed", "all", True),
        ("208", "printed", "all", False),
        ("20805", "filled", "all", False),
        ("2080505", "filled", "all", True),
    ]  # fmt: skip


def test_a_body_in_the_column_of_function_codes_is_no_function() -> None:
    rows = [
        ["科目编码", "科目名称", "合计", "基本支出"],
        ["", "合计", "70", "70"],
        ["105999", "示例大学", "70", "70"],
        ["205", "教育支出", "70", "70"],
        ["20502", "普通教育", "70", "70"],
    ]
    records = paper(rows, "示例大学支出预算表")
    total = facts(records, "subject_scheme", "subject_code", "parent_row_no", "expenditure_type")
    assert [f[:3] for f in total if f[3] == "all"] == [
        ("flow", "GRAND_TOTAL", None),
        ("organization", "105999", 1),
        ("function", "205", 2),
        ("function", "20502", 3),
    ]


def test_basic_expenditure_by_function_alone_is_a_table_by_function() -> None:
    rows = [
        ["功能科目编码", "功能科目名称", "合计", "人员经费支出", "公用经费支出"],
        ["205", "教育支出", "50", "40", "10"],
    ]
    records = paper(rows, "一般公共预算基本支出明细表（按支出功能分类科目）")
    assert facts(records, "table_kind", "fund_source", "expenditure_type") == [
        ("general_public_by_function", "general_public", said) for said in ("basic", "personnel", "operating")
    ]
    assert kinds(records) == []


def test_a_part_told_after_其中_that_falls_short_of_its_whole_is_no_breakdown() -> None:
    rows = [
        ["收入", LEFT, "支出", LEFT],
        ["项目", "决算数", "项目", "决算数"],
        ["一、财政拨款收入", "80", "一、教育支出", "100"],
        ["其中：政府性基金预算财政拨款", "9", "", ""],
        ["二、其他收入", "20", "", ""],
        ["本年收入合计", "100", "本年支出合计", "100"],
    ]
    records = paper(rows, "收支决算总表")
    assert [f for f in facts(records, "printed_text", "parent_row_no", "is_leaf") if f[0] in ("80", "9")] == [
        ("80", 5, True),
        ("9", None, False),
    ]


def test_a_table_that_the_contents_call_empty_is_declared_empty() -> None:
    contents = grid(
        0,
        [
            ["报表", "报表名称", "是否空表", "公开空表理由"],
            ["表1", "2025年部门综合预算政府性基金收支表", "是", "不涉及"],
            ["表2", "2025年部门综合预算国有资本经营预算支出表", "否", ""],
        ],
        page=1,
    )
    head = [["科目编码", "科目名称", "合计", "基本支出", "项目支出"], [""] * 5]
    funds, capital = grid(1, head, page=2), grid(2, head, page=3)
    lines = (
        line("示例市示例区档案局2025年部门预算", 40),
        line("表1", 120, page=2),
        line("2025年部门综合预算政府性基金收支表（不含上年结转）", 150, page=2),
        line("单位：元", 180, page=2),
        line("表2", 120, page=3),
        line("2025年部门综合预算国有资本经营预算支出表", 150, page=3),
        line("单位：元", 180, page=3),
    )
    pages = tuple(Page(n, 842, 595, 500, "digital") for n in (1, 2, 3))
    reading = Reading("0" * 64, pages, lines, (contents, funds, capital))
    records = recognise(reading, Paper("d", "0" * 64, Path("a.pdf"), "a.pdf", "a.pdf", "2025", "示例区档案局"))
    assert [(t.state, t.note) for t in records.tables] == [
        ("no_money", ""),
        ("empty_declared", "是否空表:是;公开空表理由:不涉及"),
        ("empty_undeclared", ""),
    ]
    assert "unrecognised_table" not in kinds(records)


def test_bases_and_years_of_a_三公_table_stand_in_its_rows() -> None:
    rows = [
        ["项目", "“三公”经费合计", "公务接待费", "公务用车运行维护费"],
        ["2024年预算数", "9", "4", "5"],
        ["2025年预算数", "7", "3", "4"],
    ]
    records = paper(rows, "一般公共预算“三公”经费支出表")
    assert facts(records, "subject_code", "amount_year", "amount_basis", "printed_text")[::3] == [
        ("TOTAL", 2024, "budget", "9"),
        ("TOTAL", 2025, "budget", "7"),
    ]


def test_a_table_of_one_fund_may_list_revenue_and_expenditure_side_by_side() -> None:
    rows = [
        ["收入", LEFT, "支出", *[LEFT] * 3],
        ["项目", "预算数", "支出功能分类科目", "预算数", "政府预算支出经济分类科目", "预算数"],
        ["一、政府性基金拨款", "30", "一、城乡社区", "30", "一、对企业补助", "10"],
        ["", "", "", "", "二、其他支出", "20"],
        ["本年收入合计", "30", "本年支出合计", "30", "本年支出合计", "30"],
    ]
    records = paper(rows, "政府性基金收支表")
    said = ("side", "subject_code", "government_economic_code", "printed_text", "fund_source")
    assert [f[:4] for f in facts(records, *said) if f[1] != "CURRENT_TOTAL"] == [
        ("revenue", None, None, "30"),
        ("expenditure", "212", None, "30"),
        ("expenditure", "507", "507", "10"),
        ("expenditure", "599", "599", "20"),
    ]
    assert {f[4] for f in facts(records, *said)} == {"government_fund"}


def test_上年_and_当年_over_a_三公_table_are_years() -> None:
    items = ["合计", "一般公共预算拨款安排的“三公”经费预算", LEFT, "会议费"]
    rows = [
        ["单位编码", "单位名称", "上年", *[LEFT] * 3, "当年", *[LEFT] * 3],
        [UP, UP, *items * 2],
        [UP, UP, *[UP, "小计", "公务接待费", UP] * 2],
        ["105", "示例市档案局", "9", "5", "5", "4", "8", "6", "6", "2"],
    ]
    records = paper(rows, "部门综合预算一般公共预算拨款“三公”经费及会议费、培训费支出预算表")
    assert facts(records, "subject_code", "amount_year", "fund_period", "printed_text")[::2] == [
        ("GRAND_TOTAL", 2024, "total", "9"),
        ("RECEPTION", 2024, "total", "5"),
        ("GRAND_TOTAL", 2025, "total", "8"),
        ("RECEPTION", 2025, "total", "6"),
    ]
    assert kinds(records) == []
