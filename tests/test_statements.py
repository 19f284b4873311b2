"""Is every number that the running text claims a statement, with its subject, measure, period, value and place?"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from pipelines.reading.model import Box, Line, Reading
from pipelines.recognising.lexicon import lexicon_of
from pipelines.recognising.statements.numbers import find_numbers
from pipelines.recognising.statements.statement import Statement, Statements, recognise_statements
from pipelines.recognising.statements.words import fold
from pipelines.warehouse.schema import staging_tables
from tests.running_text import SIZE, WHO, page, page_lines, reading


def said(*texts: str) -> list[tuple]:
    """Given paragraphs of one page, return what they claim: subject, measure, period, value, unit."""
    found = recognise_statements(page(*texts), WHO)
    return [(s.subject, s.measure, s.period, s.value, s.unit) for s in found.statements]


def subjects(*texts: str) -> list[tuple]:
    """Given paragraphs, return subjects and printed amounts in ten thousands or as counted."""
    return [(s[0], s[3] / 10_000 if s[4] == "万元" else s[3]) for s in said(*texts)]


def left_over(*texts: str) -> list[tuple[str, str]]:
    return [(u.reason, u.text) for u in recognise_statements(page(*texts), WHO).uncovered]


def test_a_statement_is_a_row_of_staging() -> None:
    assert staging_tables()["statements"]["value"] == "DECIMAL(24,6)"
    assert list(staging_tables()["statements"]) == list(Statement._fields)


def test_a_total_with_its_parts_and_their_shares() -> None:
    assert said(
        "云溪市水文局2023年收入预算500.50万元，其中：财政拨款收入450万元，占89.9%；其他收入50.5万元，占10.1%。"
    ) == [
        ("收入预算", "amount", "2023", Decimal(5005000), "万元"),
        ("收入预算/财政拨款收入", "amount", "2023", Decimal(4500000), "万元"),
        ("收入预算/财政拨款收入", "share_percent", "2023", Decimal("89.9"), "%"),
        ("收入预算/其他收入", "amount", "2023", Decimal(505000), "万元"),
        ("收入预算/其他收入", "share_percent", "2023", Decimal("10.1"), "%"),
    ]


def test_changes_have_a_sign_and_the_year_compared_with() -> None:
    found = said(
        "2023年支出预算90万元，比2022年预算减少10万元，下降10%，主要原因是测站合并。",
        "与上年相比，会议费增加2.5元，增长0.87 %。",
    )
    assert found == [
        ("支出预算", "amount", "2023", Decimal(900000), "万元"),
        ("支出预算", "change", "2023/2022", Decimal(-100000), "万元"),
        ("支出预算", "change_percent", "2023/2022", Decimal(-10), "%"),
        ("会议费", "change", "2023/2022", Decimal("2.5"), "元"),
        ("会议费", "change_percent", "2023/2022", Decimal("0.87"), "%"),
    ]  # fmt: skip


def test_a_change_in_a_later_sentence_is_that_of_the_subject_before() -> None:
    found = subjects("1.农林水（类）支出70万元，主要用于测站维护。与上年相比减少3万元，减少4.11%。")
    assert found == [("农林水（类）支出", 70), ("农林水（类）支出", -3), ("农林水（类）支出", Decimal("-4.11"))]


def test_a_bracket_breaks_down_the_number_before_it() -> None:
    assert subjects(
        "收入预算30万元（含局本级10万元，所属站20万元），其中：财政拨款24万元（含局本级9万元，所属站15万元），占80%。"
    ) == [
        ("收入预算", 30),
        ("收入预算/局本级", 10),
        ("收入预算/所属站", 20),
        ("收入预算/财政拨款", 24),
        ("收入预算/财政拨款/局本级", 9),
        ("收入预算/财政拨款/所属站", 15),
        ("收入预算/财政拨款", 80),
    ]


def test_a_bracket_of_words_is_part_of_the_name_before_a_number_and_an_explanation_after_it() -> None:
    assert subjects("因公出国（境）费3万元（等于上年执行数）。") == [("因公出国（境）费", 3)]


def test_an_inner_list_ends_at_the_semicolon_after_several_things() -> None:
    found = subjects("基本支出60万元，占75%，其中：人员经费50万元，公用经费10万元；项目支出20万元，占25%。")
    assert [s for s, _ in found] == [
        "基本支出", "基本支出", "基本支出/人员经费", "基本支出/公用经费", "项目支出", "项目支出",
    ]  # fmt: skip


def test_items_of_a_list_stand_under_the_total_before_it() -> None:
    found = recognise_statements(
        page(
            "一、收支情况",
            "2023年支出总计8万元。包括：",
            "1．测验支出5万元。其中：",
            "（1）雨量3万元；",
            "（2）水位2万元。",
            "2．报汛支出3万元。",
        ),
        WHO,
    ).statements
    assert [(s.subject, s.value) for s in found] == [
        ("支出总计", 80000),
        ("支出总计/测验支出", 50000),
        ("支出总计/测验支出/雨量", 30000),
        ("支出总计/测验支出/水位", 20000),
        ("支出总计/报汛支出", 30000),
    ]
    assert {s.section for s in found} == {"一、收支情况"}
    assert found[4].quote == "2．报汛支出3万元。"


def test_a_list_without_a_total_of_its_own_is_named_by_its_first_words() -> None:
    found = subjects(
        "按照支出功能分类科目，主要用于：", "1、农林水支出6万元；", "2、住房保障支出4万元。", "此外，培训费1万元。"
    )
    assert found == [("支出功能分类科目/农林水支出", 6), ("支出功能分类科目/住房保障支出", 4), ("培训费", 1)]


def test_lines_without_numbers_are_a_list_too() -> None:
    found = subjects(
        "云溪市水文局本年收入合计9万元，其中：",
        "财政拨款收入9万元，占 100 %；",
        "上年结转资金0万元，占0 %。",
        "培训费1万元。",
    )
    assert found == [
        ("本年收入合计", 9), ("本年收入合计/财政拨款收入", 9), ("本年收入合计/财政拨款收入", 100),
        ("本年收入合计/上年结转资金", 0), ("本年收入合计/上年结转资金", 0), ("培训费", 1),
    ]  # fmt: skip


def test_an_item_names_its_subject_once_for_budget_and_final_amount() -> None:
    found = subjects(
        "水利支出年初预算为9万元，支出决算为8万元，完成年初预算的88.89%。其中：",
        "1、水文测报（项）。主要用于：测站。年初预算为9万元，支出决算为8万元。",
    )
    assert found == [
        ("水利支出/年初预算", 9),
        ("水利支出/支出决算", 8),
        ("水利支出/完成年初预算", Decimal("88.89")),
        ("水利支出/水文测报（项）/年初预算", 9),
        ("水利支出/水文测报（项）/支出决算", 8),
    ]  # fmt: skip


def test_a_claim_without_a_subject_is_about_its_heading() -> None:
    found = recognise_statements(
        page("九、其他事项", "（一）因公出国（境）费情况说明", "预算控制数为0万元，与上年预算持平。"), WHO
    )
    assert [(s.subject, s.section, s.value) for s in found.statements] == [
        ("因公出国（境）费/预算控制数", "九、其他事项/（一）因公出国（境）费情况说明", 0)
    ]


def test_within_the_total_named_before() -> None:
    assert subjects(
        "一般公共预算安排的“三公”经费中，公务接待费2万元，占“三公”经费的40%；公务用车费3万元，占“三公”经费的60%。"
    ) == [
        ("一般公共预算安排的“三公”经费/公务接待费", 2),
        ("一般公共预算安排的“三公”经费/公务接待费", 40),
        ("一般公共预算安排的“三公”经费/公务用车费", 3),
        ("一般公共预算安排的“三公”经费/公务用车费", 60),
    ]


def test_two_years_in_one_sentence() -> None:
    found = said(
        "1. “农林水支出（类）水利（款）水文测报（项）”7万元。2022年当年预算执行数为8万元，"
        "2023年预算安排7万元，比2022年预算执行数减少12.50%。",
    )
    assert found == [
        ("农林水支出（类）水利（款）水文测报（项）", "amount", "2023", 70000, "万元"),
        ("农林水支出（类）水利（款）水文测报（项）/当年预算执行数", "amount", "2022", 80000, "万元"),
        ("农林水支出（类）水利（款）水文测报（项）/预算", "amount", "2023", 70000, "万元"),
        ("农林水支出（类）水利（款）水文测报（项）/预算", "change_percent", "2023/2022", Decimal("-12.5"), "%"),
    ]  # fmt: skip


def test_counts_and_areas_at_a_day() -> None:
    found = said(
        "截至2022年12月31日，云溪市水文局共有车辆3辆，其中：应急保障用车1辆、其他用车2辆；单价100万元（含）以上设备（不含车辆）4台（套）。"
        "房屋面积共有2,718.28平方米。",
    )
    assert found == [
        ("车辆", "count", "2022-12-31", 3, "辆"),
        ("车辆/应急保障用车", "count", "2022-12-31", 1, "辆"),
        ("车辆/其他用车", "count", "2022-12-31", 2, "辆"),
        ("单价100万元（含）以上设备（不含车辆）", "count", "2022-12-31", 4, "台（套）"),
        ("房屋面积", "area", "2023", Decimal("2718.28"), "平方米"),
    ]  # fmt: skip


def test_people_in_two_sentences() -> None:
    found = subjects("水文局共有编制33人。其中：行政编制12人、事业编制21 人。离退休人员 7 人。")
    assert found == [("编制", 33), ("编制/行政编制", 12), ("编制/事业编制", 21), ("离退休人员", 7)]


def test_a_count_with_its_noun_behind_it() -> None:
    assert subjects("本部门由机关及下属 2 家测站组成，有3个处室和 1 个专门委员会，开展5次流量比测。") == [
        ("下属测站", 2), ("处室", 3), ("专门委员会", 1), ("流量比测", 5),
    ]  # fmt: skip


def test_counts_in_characters() -> None:
    assert said("预算单位共计一家，下属十二个测站。") == [
        ("预算单位", "count", "2023", 1, "家"),
        ("下属测站", "count", "2023", 12, "个"),
    ]


def test_full_width_digits_and_commas() -> None:
    assert said("２０２３年收入总计４，７１６．２５万元，为财政拨款4，716.25万元。")[0] == (
        "收入总计", "amount", "2023", Decimal("47162500"), "万元",
    )  # fmt: skip


@pytest.mark.parametrize("shift", range(0, 28))
def test_a_number_wrapped_anywhere_is_one_number(shift: int) -> None:
    filler = "水" * shift
    found = recognise_statements(page(f"{filler}，2023年测站维护费12,345.67万元，比上年增加1,000.5万元。"), WHO)
    assert [(s.subject, s.value) for s in found.statements] == [
        ("测站维护费", Decimal("123456700")), ("测站维护费", Decimal("10005000")),
    ]  # fmt: skip


def test_a_paragraph_runs_on_over_a_page_break() -> None:
    first = page_lines(1, "水" * 18 + "。2023年支出", row=25)
    second = [Line(2, Box(70.0, 90.0, 70.0 + SIZE * 8, 106.0), "总计77万元。")]
    number = [Line(1, Box(290.0, 800.0, 300.0, 812.0), "- 1 -")]
    found = recognise_statements(reading(first + number, second), WHO)
    assert [(s.subject, s.value, s.page, s.top) for s in found.statements] == [("支出总计", 770000, 2, 90.0)]
    assert [(u.reason, u.text) for u in found.uncovered] == [("page_number", "1"), ("year", "2023年")]


def test_the_box_is_that_of_the_number_s_line() -> None:
    text = "水" * 30 + "，维护费8万元。"
    found = recognise_statements(page(text), WHO).statements
    assert (found[0].x0, found[0].top, found[0].bottom) == (70.0, 108.0, 124.0)


def test_template_wording_left_undecided_is_no_change() -> None:
    text = "（2）基金收入0万元，与上年相比增加（减少）0万元，增长（减少） 0 %。"
    assert said(text) == [("基金收入", "amount", "2023", 0, "万元")]
    assert left_over(text) == [("ordinal", "（2）"), ("undecided_wording", "0万元"), ("undecided_wording", "0%")]


@pytest.mark.parametrize(
    ("text", "reason", "number"),
    [
        ("全市2021年启用新规程。", "year", "2021年"),
        ("规划期为2021—2025年。", "year", "2021—2025年"),
        ("自2020年1月1日起施行。", "date", "2020年1月1日"),
        ("（云财预〔2018〕13号）填列。", "document_number", "〔2018〕13号"),
        ("（云财预[2018]13号）填列。", "document_number", "[2018]13号"),
        ("依照预算法第14条公开。", "law_article", "第14条"),
        ("见公开06表。", "table_number", "公开06表"),
        ("图2：支出预算图", "table_number", "图2"),
        ("编码为A0302单元。", "code", "A0302"),
        ("科目2130306水文。", "code", "2130306"),
        ("审批100万元以上项目。", "threshold", "100万元"),
        ("组织2-3次比测。", "range", "2-3次"),
        ("接待10多批来宾。", "approximate", "10多批"),
        ("使用年限为50年。", "duration", "50年"),
        ("塔高29.8米。", "other_unit", "29.8米"),
        ("项目比上年减少9.52，主要是压减。", "no_unit", "9.52"),
        ("接收5站。", "unknown", "5"),
    ],
)
def test_a_number_that_is_no_claim_says_why(text: str, reason: str, number: str) -> None:
    assert said(text) == []
    assert left_over(text) == [(reason, number)]


def test_list_numbers_on_one_line_are_ordinals() -> None:
    assert left_over("1、测验科8、水情科9、站网科") == [("ordinal", "1、"), ("unknown", "8"), ("ordinal", "9")]
    assert left_over("1.2023年收支总表") == [("ordinal", "1."), ("year", "2023年")]


def test_contacts_are_nowhere() -> None:
    found = recognise_statements(
        page(
            "2023年培训费6万元。联系人：甲乙丙，电话027-12345678，经费3万元。",
            "值班员丁戊已到，请拨13912345678。会议费2万元。",
        ),
        WHO,
    )
    assert [(s.subject, s.value) for s in found.statements] == [("培训费", 60000), ("会议费", 20000)]
    assert Counter(u.reason for u in found.uncovered)["contact"] >= 3
    everything = repr(found)
    assert not any(secret in everything for secret in ("甲乙丙", "丁戊", "12345678", "139"))


def test_contacts_are_in_no_section_subject_or_context() -> None:
    found = recognise_statements(
        page(
            "十、联系人：甲乙丙",
            "（一）丁戊电话",
            "培训费6万元。见第3条，值班戊己电话：",
            "1、庚辛 87654321",
            "会议费2万元。",
        ),
        WHO,
    )
    assert [(s.subject, s.value) for s in found.statements] == [("培训费", 60000), ("会议费", 20000)]
    everything = repr(found)
    assert not any(secret in everything for secret in ("甲", "乙", "丁", "戊", "己", "庚", "87654321"))
    assert {u.reason for u in found.uncovered if u.text == ""} == {"contact"}


def test_an_amount_as_long_as_a_telephone_number_is_an_amount() -> None:
    assert said("收入总计15621110000元。") == [("收入总计", "amount", "2023", 15621110000, "元")]


def test_a_number_beyond_every_purse_is_no_claim() -> None:
    assert left_over("收入总计" + "9" * 40 + "亿元。")[0][0] == "unknown"


@pytest.mark.parametrize("text", ["(1元" * 2000, "其中A1元，" * 2000, "(" * 9000, "1" * 9000, "甲：" * 3000])
def test_text_made_to_do_harm_costs_little(text: str) -> None:
    line = Line(1, Box(70.0, 80.0, 500.0, 96.0), text)
    found = recognise_statements(reading([line]), WHO)
    digits = sum(c.isdecimal() for c in text)
    assert bool(found.statements or found.uncovered) == bool(digits)


def test_a_line_printed_twice_on_one_spot_counts_once() -> None:
    lines = page_lines(1, "2023年培训费6万元。")
    moved = [line._replace(box=line.box._replace(top=line.box.top + 0.4)) for line in lines]
    assert len(recognise_statements(reading(lines + moved), WHO).statements) == 1


def test_claims_printed_over_each_other_have_ids_of_their_own() -> None:
    lines = page_lines(1, "2023年收入6万元，其中财政拨款5万元，全部用于基本支出。")
    other = page_lines(1, "2023年支出7万元，其中财政拨款5万元，全部用于基本支出。")
    over = [line._replace(box=line.box._replace(top=line.box.top + 0.3)) for line in other]
    found = recognise_statements(reading(lines + over), WHO).statements
    assert [s.value for s in found] == [60000, 50000, 70000, 50000]
    assert len({s.statement_id for s in found}) == 4


def test_text_cut_by_a_page_break_with_both_halves_in_the_text_layer_counts_once() -> None:
    block = ("1.测站维护费6万元，主要用于缆道。", "2.培训费2万元。")
    first = page_lines(1, "2023年支出主要内容如下：", *block)
    second = page_lines(2, *block, "3.会议费1万元。")
    found = recognise_statements(reading(first, second), WHO).statements
    assert [(s.subject, s.value, s.page) for s in found] == [
        ("支出/测站维护费", 60000, 1), ("支出/培训费", 20000, 1), ("支出/会议费", 10000, 2),
    ]  # fmt: skip


def test_the_same_claim_made_twice_counts_twice() -> None:
    first, second = page_lines(1, "一、收入", "收入预算6万元。"), page_lines(2, "二、总体", "收入预算6万元。")
    found = recognise_statements(reading(first, second), WHO).statements
    assert [s.section for s in found] == ["一、收入", "二、总体"]
    assert len({s.statement_id for s in found}) == 2


def test_running_heads_are_left_out_and_accounted_for() -> None:
    head = [Line(n, Box(200.0, 40.0, 400.0, 52.0), "云溪市水文局2023年公开材料") for n in (1, 2, 3)]
    found = recognise_statements(
        reading(*([h, *page_lines(h.page, f"第{h.page}号坝维护费{h.page}万元。")] for h in head)), WHO
    )
    assert [s.value for s in found.statements] == [10000, 20000, 30000]
    assert Counter(u.reason for u in found.uncovered) == {"running_head": 3, "document_number": 3}


def test_headings_and_parts_make_the_section() -> None:
    found = recognise_statements(
        page("^第二部分 情况说明", "一、收入情况", "（一）总体情况", "收入5万元。", "二、支出情况", "支出4万元。"), WHO
    )
    assert [(s.section, s.quote) for s in found.statements] == [
        ("第二部分情况说明/一、收入情况/（一）总体情况", "收入5万元。"),
        ("第二部分情况说明/二、支出情况", "支出4万元。"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "2023年1,234.5万元7家第3条8%－5元",
        "〔2020〕9号12人3-4次5多批6 7 8",
        "A1-22表3图4，5。6、7)（8）９．９％",
        "2023-01-02至2024年5月6日7.8.9",
    ],
)
def test_every_digit_is_in_exactly_one_number(text: str) -> None:
    folded = fold(text)
    covered = Counter(
        i for n in find_numbers(folded, lexicon_of(None)) for i in range(n.start, n.end) if folded[i].isdigit()
    )
    assert covered == Counter(i for i, c in enumerate(folded) if c.isdigit())


def test_an_empty_reading_claims_nothing() -> None:
    assert recognise_statements(Reading("0" * 64, (), (), ()), WHO) == Statements((), ())
