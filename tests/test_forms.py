"""Are the performance forms of several regions read by their labels, wherever a page ends?"""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.recognising.forms.head import chosen_option, year_in, years_in
from pipelines.recognising.forms.records import Forms
from tests.typesetting import papers
from tests.typesetting.forms import forms_of, forms_printed, printed_amounts
from tests.typesetting.model import Paper, Style
from tests.typesetting.papers import plain_paper
from tests.typesetting.setter import typeset

NAMES = ("forms-value-column", "forms-side-by-side", "forms-split-value", "forms-stacked", "forms-inline")
SMALL = Style(page_size=(420, 300), font_size=7, row_height=16, split_rows=True)
STYLES = {
    "thin rectangles": Style(rulings="thin_rectangles"),
    "small print, sides not drawn": Style(font_size=4, row_height=9, outer_verticals=False),
    "digits on another baseline": Style(digit_shift=1.2),
    "fake bold and a watermark": Style(fake_bold=True, watermark="仅供测试"),
    "rows cut by the page end": SMALL,
}
PLACES = ("page", "x0", "top", "x1", "bottom", "form_id", "document_id", "indicator_id", "finding_id")


@pytest.fixture(scope="module")
def printed(tmp_path_factory) -> dict[str, Forms]:
    folder = tmp_path_factory.mktemp("forms")
    return {name: forms_printed(name, folder, Style()) for name in NAMES}


def without_places(forms: Forms) -> list[list[dict]]:
    records = (forms.forms, forms.amounts, forms.goals, forms.indicators, forms.contacts, forms.findings)
    return [[{k: v for k, v in r._asdict().items() if k not in PLACES} for r in some] for some in records]


def amounts(forms: Forms) -> list[tuple]:
    return [(a.section, a.item, a.funding, a.amount_year, int(a.amount_yuan)) for a in printed_amounts(forms)]


def values(forms: Forms) -> list[tuple]:
    return [(i.scope, i.level1_code, i.level2_code, i.name, i.value_role, i.value_text) for i in forms.indicators]


def test_one_value_column_with_units_in_brackets(printed):
    forms = printed["forms-value-column"]
    (form,) = forms.forms
    assert form.title == "示例市示例区财政项目支出绩效目标填报表"
    assert (form.form_kind, form.project_name, form.project_category) == ("project", "示例绿地日常养护", "一次性项目")
    assert (form.start_year, form.end_year) == (2024, 2026)
    assert form.organization_name == form.executing_unit == "示例市示例区绿化所"
    assert (form.total_budget_yuan, form.year_budget_yuan) == (3_000_000, 1_000_000)
    assert amounts(forms) == [
        ("funding", "项目资金总额", "all", None, 3_000_000),
        ("funding", "年度资金申请总额", "all", 2025, 1_000_000),
        ("funding", "其中：财政资金", "local", None, 3_000_000),
        ("funding", "其中：当年财政拨款", "local", 2025, 900_000),
        ("funding", "其他资金", "other", None, 0),
        ("funding", "上年结转资金", "other", 2025, 100_000),
    ]
    assert [(g.scope, g.goal_no, g.goal_text) for g in forms.goals] == [
        ("long_term", 1, "三年内绿地面貌整洁，设施完好。"),
        ("annual", 1, "全年按养护标准完成修剪、补种和保洁。"),
    ]
    assert values(forms) == [
        ("annual", "output", "quantity", "绿地养护面积", "target", "≥13459.00(平方米)"),
        ("annual", "output", "quality", "养护合格率", "target", "≥95.00(%)"),
        ("annual", "output", "timeliness", "养护完成及时性", "target", "及时"),
        ("annual", "benefit", "social", "有责投诉数", "target", "≤3(次)"),
        ("annual", "satisfaction", "satisfaction", "居民满意度", "target", "≥85.00(%)"),
    ]
    area = forms.indicators[0]
    assert (area.comparator, area.value_low, area.value_high, area.value_unit) == (">=", 13459, None, "平方米")
    assert forms.findings == ()


def test_two_scopes_side_by_side(printed):
    forms = printed["forms-side-by-side"]
    (form,) = forms.forms
    assert (form.start_year, form.end_year, form.project_category) == (2024, 2026, "延续项目")
    assert (form.total_budget_yuan, form.year_budget_yuan) == (600_000, 200_000)
    assert [(g.scope, g.goal_no, g.goal_text) for g in forms.goals] == [
        ("long_term", 1, "修复破损档案。"),
        ("long_term", 2, "建成修复室。"),
        ("annual", 1, "修复破损档案四百卷。"),
    ]
    assert values(forms) == [
        ("long_term", "output", "quantity", "修复档案", "target", "≥1200卷"),
        ("annual", "output", "quantity", "修复档案", "target", "400卷"),
        ("long_term", "output", "quality", "验收合格率", "target", "98%—100%"),
        ("annual", "output", "quality", "验收合格率", "target", "100%"),
        ("long_term", "benefit", "sustainability", "修复室", "target", "建成"),
        ("annual", "benefit", "sustainability", "修复室", "target", "≤1处"),
        ("long_term", "satisfaction", "satisfaction", "查档人满意度", "target", "≥90%"),
    ]
    assert {i.value_year for i in forms.indicators if i.scope == "long_term"} == {2026}
    assert {i.value_year for i in forms.indicators if i.scope == "annual"} == {2024}


def test_sign_value_and_unit_in_three_columns(printed):
    forms = printed["forms-split-value"]
    (form,) = forms.forms
    assert (form.total_budget_yuan, form.year_budget_yuan) == (400_000, 250_000)
    assert [(i.value_text, i.value_kind, i.comparator, i.value_low, i.value_high, i.value_unit, i.basis_text)
            for i in forms.indicators] == [
        ("≥120件", "number", ">=", 120, None, "件", "计划数据"),
        ("=100%", "number", "=", 100, 100, "%", None),
        ("2025年10月底前", "qualitative", None, None, None, None, None),
        ("≤2000元/件", "number", "<=", None, 2000, "元/件", "历史数据"),
        ("≥90%", "number", ">=", 90, None, "%", None),
    ]  # fmt: skip
    assert {i.scope for i in forms.indicators} == {"annual"}


def test_scopes_below_each_other_and_years_in_either_order(printed):
    forms = printed["forms-stacked"]
    (form,) = forms.forms
    assert (form.form_kind, form.organization_name) == ("overall", "示例市示例区民政局")
    assert form.year_budget_yuan == 8_000_000
    revenue = [
        (a.item, a.amount_year, a.amount_yuan, a.share_percent)
        for a in printed_amounts(forms)
        if a.section == "revenue"
    ]
    assert revenue[:3] == [
        ("财政拨款", 2023, 8_000_000, 100),
        ("财政拨款", 2021, 7_000_000, None),
        ("财政拨款", 2022, 7_505_000, None),
    ]
    listed = [
        (a.item, a.amount_year, a.amount_yuan, a.basis_text)
        for a in printed_amounts(forms)
        if a.section == "project_list"
    ]
    assert listed == [
        ("示例养老服务补贴", None, 9_000_000, "3000元/人*1000人=300万元"),
        ("示例养老服务补贴", 2023, 3_000_000, "3000元/人*1000人=300万元"),
    ]
    annual = [(i.name, i.value_role, i.value_year, i.value_text) for i in forms.indicators if i.scope == "annual"]
    assert annual == [
        ("补贴老人", "prior_year", 2022, "950人"),
        ("补贴老人", "two_years_prior", 2021, "900人"),
        ("补贴老人", "target", 2023, "1000人"),
        ("资金成本", "two_years_prior", 2021, "277.3万"),
        ("资金成本", "target", 2023, "≤预算数"),
        ("老人满意度", "prior_year", 2022, "≥85%"),
        ("老人满意度", "target", 2023, "≥90%"),
    ]
    assert [i.value_text for i in forms.indicators if i.scope == "long_term"] == ["≥3000人次", "＞99%", "90%-95%"]
    assert {i.goal_no for i in forms.indicators} == {1}


def test_labels_inside_their_cells_and_levels_printed_once(printed):
    forms = printed["forms-inline"]
    (form,) = forms.forms
    assert (form.title, form.project_name) == ("2025年度项目绩效目标表", "示例普法宣传")
    assert (form.project_department, form.executing_unit) == ("示例区司法局", "示例区普法中心")
    assert [(g.scope, g.goal_text) for g in forms.goals] == [
        ("long_term", "群众法律意识提高。"),
        ("annual", "办好十场宣讲。"),
    ]
    assert values(forms) == [
        ("long_term", "output", "quantity", "宣讲场次", "target", "≥30场"),
        ("annual", "output", "quantity", "宣讲场次", "target", "≥10场"),
        ("annual", "output", "quantity", "发放手册", "target", "5000册"),
        ("long_term", "output", "quality", "听众到场率", "target", ">80%"),
        ("annual", "output", "quality", "听众到场率", "target", ">80%"),
        ("long_term", "benefit", "social", "知晓率", "target", "≥95%"),
        ("annual", "benefit", "social", "知晓率", "target", "≥90%"),
    ]
    assert [(c.role, c.name, c.telephone) for c in forms.contacts] == [
        ("负责人", "示例丙", None),
        ("联系人", "示例丁", None),
        ("电话", None, "000-00000000"),
    ]
    assert forms.findings == ()


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", NAMES)
def test_the_drawing_changes_nothing(name, style, printed, tmp_path):
    assert without_places(forms_printed(name, tmp_path, STYLES[style])) == without_places(printed[name])


@pytest.mark.parametrize("new_page", [True, False])
@pytest.mark.parametrize("titled", [True, False])
def test_where_a_form_ends_and_the_next_begins(new_page, titled, tmp_path):
    """By its title, and without one by the label that forms begin with."""
    first, other = plain_paper("forms-value-column"), plain_paper("forms-stacked")
    second = replace(first.tables[0], new_page=new_page, title=first.tables[0].title if titled else "")
    paper = replace(first, tables=(first.tables[0], second, replace(other.tables[0], new_page=new_page)))
    typeset(paper, Style(), tmp_path / "paper.pdf")
    forms = forms_of(tmp_path / "paper.pdf")
    assert [(f.form_no, f.form_kind) for f in forms.forms] == [(1, "project"), (2, "project"), (3, "overall")]
    counts = [sum(i.form_id == form.form_id for i in forms.indicators) for form in forms.forms]
    assert counts == [5, 5, 10]
    assert len({f.form_id for f in forms.forms}) == 3 and forms.findings == ()


def test_contacts_are_kept_apart(printed):
    forms = printed["forms-value-column"]
    assert [(c.role, c.name, c.telephone) for c in forms.contacts] == [
        ("项目负责人", "示例甲", None),
        ("联系电话", None, "000-00000000"),
    ]
    for forms in printed.values():
        rest = repr(forms._replace(contacts=()))
        assert not any(word in rest for word in ("示例甲", "示例乙", "示例丙", "示例丁", "000-00000000"))


def test_a_name_that_is_not_understood_is_not_repeated(tmp_path):
    forms = changed("forms-stacked", tmp_path, **{"示例乙": "示例乙丙", "填报人": "示例新栏"})
    assert [f.kind for f in forms.findings] == ["unmapped_row"]
    assert "示例乙丙" not in repr(forms._replace(contacts=()))
    assert "000-00000000" not in repr(forms._replace(contacts=()))


def test_ids_and_places(printed):
    for forms in printed.values():
        ids = [i.indicator_id for i in forms.indicators]
        assert len(set(ids)) == len(ids)
        assert forms.grids_used
        for record in (*forms.indicators, *forms.amounts):
            assert record.page >= 1 and record.x0 < record.x1 and record.top < record.bottom


def changed(name: str, folder: Path, **texts: str) -> Forms:
    """The forms of a paper in which some texts are replaced."""
    facts = (papers.DATA / f"{name}.json").read_text(encoding="utf-8")
    for old, new in texts.items():
        assert json.dumps(old, ensure_ascii=False).strip('"') in facts
        facts = facts.replace(old, new)
    paper = json.loads(facts)
    tables = tuple(papers.read_table(table) for table in paper["tables"])
    path = folder / "changed.pdf"
    typeset(Paper(paper["department"], paper["year"], paper["title"], ("# 目标",), tables), Style(), path)
    return forms_of(path)


def test_an_amount_without_a_unit_is_no_amount_and_is_said(tmp_path):
    forms = changed("forms-stacked", tmp_path, **{"单位：万元": ""})
    assert printed_amounts(forms) == [] and forms.forms[0].year_budget_yuan is None
    assert {f.kind for f in forms.findings} == {"unknown_unit"}


def test_what_is_not_understood_is_said(tmp_path):
    forms = changed(
        "forms-split-value", tmp_path, **{"项目性质": "示例新栏", "度量单位": "示例列", "产出指标": "示例一级"}
    )
    said = {(f.kind, f.text, f.vocabulary_file) for f in forms.findings}
    assert ("unmapped_header", "示例列", "pipelines/vocabulary/form_headers.csv") in said
    assert ("unmapped_row", "示例新栏", "pipelines/vocabulary/form_labels.csv") in said
    assert ("unmapped_row", "示例一级", "pipelines/vocabulary/indicator_levels.csv") in said
    assert len(forms.indicators) == 5


def test_an_amount_that_is_no_number_is_said(tmp_path):
    forms = changed("forms-side-by-side", tmp_path, **{"18.00": "十八"})
    assert [(f.kind, f.text) for f in forms.findings] == [("unread_cell", "其中：财政拨款: 十八")]
    assert len(printed_amounts(forms)) == 4
    assert [(a.state, a.amount_yuan) for a in forms.amounts if a.state == "text"] == [("text", None)]


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("1.运转类 □ 2.特定目标类 ☑ 3.其他 □", "2.特定目标类"),
        ("1.运转类 ■ 2.特定目标类 □", "1.运转类"),
        ("1.一次性项目 □ 2.常年项目 3.延续性项目 □", "2.常年项目"),
        ("□新增项目 √延续项目", "延续项目"),
        ("经常性项目（√） 一次性项目（ □ ）", "经常性项目"),
        ("其他运转类", "其他运转类"),
    ],
)
def test_check_boxes(text, option):
    assert chosen_option(text) == (option, True)


@pytest.mark.parametrize("text", ["1.甲类 ☑ 2.乙类 ☑", "1.甲类 □ 2.乙类 □", "1.甲类 2.乙类 3.丙类 □"])
def test_no_option_is_guessed(text):
    assert chosen_option(text) == (None, False)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2026/1/1", [2026]),
        ("2023-01-01", [2023]),
        ("202001-202012", [2020, 2020]),
        ("2024 年-2026 年", [2024, 2026]),
        ("20240101", [2024]),
        ("常年", []),
    ],
)
def test_years_of_dates(text, years):
    assert years_in(text) == years
    assert year_in(text) == (years[0] if years else None)


def test_amounts_are_decimals(printed):
    assert all(isinstance(a.amount_yuan, Decimal) for forms in printed.values() for a in printed_amounts(forms))


def test_a_head_budget_has_a_place_and_a_blank_line_is_known_as_blank(printed, tmp_path):
    heads = [a for a in printed["forms-value-column"].amounts if a.section == "head"]
    assert [(a.role, a.amount_yuan, a.unit_factor) for a in heads] == [
        ("total_budget", 3_000_000, 1),
        ("year_budget", 1_000_000, 1),
    ]
    assert all(a.page >= 1 and a.x0 < a.x1 and a.top < a.bottom for a in heads)
    forms = changed("forms-side-by-side", tmp_path, **{"18.00": ""})
    blank = [(a.section, a.item, a.amount_yuan) for a in forms.amounts if a.state == "blank"]
    assert ("funding", "其中：财政拨款", None) in blank
    assert forms.findings == ()
