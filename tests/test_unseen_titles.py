"""Are tables found under every wording and place of a title, and is nothing else taken for a table?"""

from __future__ import annotations

import pytest

from pipelines.recognising.lexicon import lexicon_of
from pipelines.recognising.tables.titles import kind_of, unknown_in
from tests.sheets import LEFT, facts, filled, kinds, paper

WORDINGS = {
    "overall_balance": "财务收支预算总表 部门财务收支预算总表 预算单位财务收支预算总表 部门收支总表 收支预算总表（功能分类科目） "
    "收支预算总表（经济分类科目） 收入支出决算总表 收入支出决算表 收支决算总表 部门收支总体情况表",
    "revenue": "收入预算总表 部门收入总表 部门收入总体情况表 收入预算表 收入决算表 收入决算总表 财政拨款收入表",
    "expenditure": "支出预算总表 部门支出总表 部门支出总体情况表 支出决算表 支出决算总表 支出情况表",
    "appropriation_balance": "财政拨款收支预算总表 财政拨款收支总表 财政拨款收支情况表 财政拨款收入支出决算总表 财政拨款收入支出决算表",
    "general_public_by_function": "一般公共预算支出功能分类预算表 一般公共预算支出预算表（功能科目） 一般公共预算支出表 "
    "一般公共预算支出总表 一般公共预算支出情况表 一般公共预算财政拨款支出决算表 一般公共预算财政拨款收入支出决算表",
    "general_public_basic_by_economic": "一般公共预算基本支出部门预算经济分类预算表 一般公共预算基本支出预算表（经济科目） "
    "一般公共预算基本支出明细表(按经济分类) 基本支出决算明细表 一般公共预算财政拨款基本支出决算表",
    "appropriation_basic_by_economic": "财政拨款基本支出预算表",
    "three_public": "“三公”经费和机关运行经费预算表 “三公”经费、会议费、培训费支出预算表 “三公”经费支出表 三公经费支出表 "
    '"三公"经费支出表 “三公”经费、行政参公单位机关运行经费情况表 财政拨款“三公”经费及会议费、培训费支出决算表',
    "government_fund": "政府性基金预算支出功能分类预算表 财政拨款政府性基金支出预算表 政府性基金预算财政拨款支出预算表 "
    "政府性基金预算财政拨款收入支出决算表 政府性基金预算预算支出表",
    "state_capital": "国有资本经营预算支出功能分类预算表 国有资本经营预算财政拨款收入支出决算表 国有资本经营预算财政拨款支出决算表",
    "operating_cost": "机关运行经费支出预算表 一般公共预算机关运行经费支出预算表",
    "procurement": "政府采购预算表 政府采购支出预算表 2025年政府采购预算表",
    "project": "项目支出表 部门项目支出预算表",
    "service_purchase": "政府购买服务预算表 财政拨款政府购买服务明细表 政府购买服务支出预算表 政府购买服务项目支出表",
    "other": "新增资产配置预算表 非税征收计划表 专户非税资金支出表 国有资产使用情况表",
    "performance_form": "项目支出绩效自评表 部门整体支出绩效目标申报表",
}


@pytest.mark.parametrize(("kind", "title"), [(k, t) for k, titles in WORDINGS.items() for t in titles.split()])
def test_a_wording_names_its_table(kind: str, title: str) -> None:
    found = kind_of(title, lexicon_of(2025))
    assert found
    assert found.table_kind == kind
    assert unknown_in(title, found, lexicon_of(2025)) == ("", "")


DECORATED = [
    "2025年支出预算总表", "2025 年度支出预算总表", "三、支出预算总表", "（三）支出预算总表", "公开03表：支出预算总表",
    "表三：支出预算总表", "表3 支出预算总表", "附表3：支出预算总表", "支出预算总表（公开03表）", "支出预算总表 公开03表",
    "2025年度示例市示例区档案局支出预算总表", "示例市示例区档案局2025年部门支出预算总表", "XX局2025年支出预算总表",
    "一、2025 年度示例市示例区档案局部门支出预算总表", "支 出 预 算 总 表", "支出预算总表（续）",
    "支出预算总表 单位：万元", "部门支出预算总表（2025年）", "二〇二五年支出预算总表", "二○二五年度支出预算总表（单位：万元）",
]  # fmt: skip
LIST = [["科目编码", "科目名称", "合计"], ["205", "教育支出", "7.00"]]


@pytest.mark.parametrize("title", DECORATED)
def test_decorations_change_no_title(title: str) -> None:
    records = paper(LIST, title)
    assert [t.table_kind for t in records.tables] == ["expenditure"]
    assert set(kinds(records)) <= {"placeholder"}  # XX局 is a title all the same


@pytest.mark.parametrize(
    ("title", "likely"),
    [
        ("专项资金支出预算表", "?expenditure,?all"),
        ("上级补助收入预算表", "?revenue,?all"),
        ("社保缴费基本支出预算表", "?general_public_basic_by_economic,?general_public"),
        ("彩票公益金收支预算表", "?overall_balance,?all"),
    ],
)
def test_a_title_that_says_more_than_is_known_is_not_guessed(title: str, likely: str) -> None:
    records = paper(LIST, title)
    assert filled(records) == []
    assert [(f.kind, f.severity, f.proposed_row) for f in records.findings] == [
        ("unrecognised_table", "warning", f"{likely},{title},,,,")
    ]


def test_a_word_nobody_knows_in_a_title_is_told() -> None:
    records = paper(LIST, "示例版支出预算总表")
    assert len(filled(records)) == 1
    assert [(f.kind, f.severity, f.proposed_row) for f in records.findings] == [
        ("unmapped_title", "warning", "示例版,?nothing,")
    ]


def test_a_table_of_a_known_kind_that_the_warehouse_does_not_hold_is_told() -> None:
    records = paper(LIST, "专户非税资金支出表")
    assert filled(records) == []
    assert [(f.kind, f.severity, f.proposed_row) for f in records.findings] == [("unrecognised_table", "info", None)]


@pytest.mark.parametrize(
    "text",
    [
        "五、一般公共预算财政拨款支出决算情况说明", "本表（公开03表）反映部门本年度各项支出情况。", "注：本表反映支出预算总表",
        "收支预算总表、收入预算总表，详见附件，另见支出预算总表", "人大代表支出", "部门预算公开表目录",
    ],
)  # fmt: skip
def test_a_sentence_or_heading_that_contains_a_title_is_none(text: str) -> None:
    assert [t.state for t in paper(LIST, text).tables] == ["unrecognised"]


def test_a_contents_page_set_as_a_table_is_no_table() -> None:
    entries = [["序号", "表名", "页码"], ["1", "部门收支总表", "3"], ["2", "部门收入总表", "5"]]
    alone = [["部门收支总表"], ["部门收入总表"], ["部门支出总表"]]
    named = [["公开01表", "收入支出决算总表"], ["公开02表", "收入决算表"]]
    for rows in (entries, alone, named):
        records = paper(rows, "第二部分 部门决算表")
        assert ([t.state for t in records.tables], kinds(records)) == (["no_money"], [])


def test_a_list_of_units_is_no_table() -> None:
    rows = [["序号", "单位名称", "备注"], ["1", "示例局本级", ""], ["2", "示例局信息所", ""]]
    records = paper(rows, "纳入部门决算编制范围的单位情况表", unit="")
    assert ([t.state for t in records.tables], kinds(records)) == (["no_money"], [])


@pytest.mark.parametrize(
    "head",
    [
        [["2025年支出预算总表\n部门：示例市示例区档案局 单位：万元", LEFT, LEFT]],
        [["公开03表", LEFT, LEFT], ["支出预算总表", LEFT, LEFT], ["部门：", "示例市示例区档案局", "单位：万元"]],
        [["", "支出预算总表", ""], ["部门：示例市示例区档案局", "", "单位：万元"]],
        [["支出预算总表", LEFT, LEFT], ["", "", "单位：万元"], ["", "", ""]],
    ],
)
def test_title_body_and_unit_within_the_grid(head: list[list[str]]) -> None:
    records = paper([*head, *LIST], unit="")
    assert [(t.table_kind, t.printed_unit) for t in records.tables] == [("expenditure", "万元")]
    assert facts(records, "subject_code") == [("205",)]
    assert kinds(records) == []


NOTES = [
    "注：本部门2025年无政府性基金预算财政拨款安排的预算，故本表为空表。", "注：本年度无国有资本经营预算支出，故本表无数据。",
    "注：本部门无相关收支项目", "我单位无政府性基金预算支出", "说明：本部门无相关收支项目。", "（无政府性基金支出）",
    "本单位没有政府性基金预算拨款安排的支出", "备注：本单位不涉及政府性基金",
]  # fmt: skip


@pytest.mark.parametrize("note", NOTES)
@pytest.mark.parametrize("inside", [False, True])
def test_an_empty_table_says_so_below_or_within_the_grid(note: str, inside: bool) -> None:
    rows = [["科目编码", "科目名称", "合计"], ["", "", ""], ["合计", LEFT, ""]]
    records = paper(
        [*rows, [note, LEFT, LEFT]] if inside else rows, "政府性基金预算支出表", note="" if inside else note
    )
    assert [(t.state, t.note) for t in records.tables] == [("empty_declared", note)]
    assert (filled(records), kinds(records)) == ([], [])


def test_of_several_notes_the_one_that_says_the_table_is_empty_counts() -> None:
    rows = [["科目编码", "科目名称", "合计", "基本支出", "项目支出"], ["合计", LEFT, "", "", ""]]
    said = "注：本表反映部门本年度的支出情况。\n无支出的，仍保留该表格式，并作下述说明：\n说明：示例局本年度没有支出，故本表无数据。"
    (table,) = paper(rows, "政府性基金预算财政拨款支出决算表", note=said).tables
    assert (table.state, table.note) == ("empty_declared", "说明：示例局本年度没有支出，故本表无数据。")
    (table,) = paper(rows, "政府性基金预算财政拨款支出决算表", note=said.replace("示例局", "XX局")).tables
    assert (table.state, table.note) == ("empty_undeclared", "注：本表反映部门本年度的支出情况。")


@pytest.mark.parametrize("word", ["无", "单位不需填列", "（无）", "不涉及"])
def test_无_in_the_first_cell_says_that_a_table_is_empty(word: str) -> None:
    rows = [["科目编码", LEFT, LEFT, "科目名称", "合计"], ["类", "款", "项", "<", "<"], [word, "", "", "", ""]]
    rows[1][3:] = ["^", "^"]
    records = paper(rows, "国有资本经营预算支出表")
    assert [t.state for t in records.tables] == ["empty_declared"]
    assert (filled(records), kinds(records)) == ([], [])


def test_a_note_below_a_filled_table_is_no_row_of_it() -> None:
    rows = [*LIST, ["注：本表反映部门2025年各项支出情况。", LEFT, LEFT]]
    records = paper(rows, "支出预算总表")
    assert len(records.amounts) == 1
    assert (records.tables[0].note, kinds(records)) == ("注：本表反映部门2025年各项支出情况。", [])
