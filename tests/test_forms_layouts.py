"""Are the layouts of performance forms that regions print read right? Figures and names are invented."""

from __future__ import annotations

from decimal import Decimal

from pipelines.recognising.recognised import Recognised
from tests.sheets import LEFT, UP, kinds, paper

D = Decimal


def values(records: Recognised) -> list[tuple]:
    return [(i.level1_code, i.level2_code, i.name, i.value_text) for i in records.forms.indicators]


def test_sign_value_and_unit_in_cells_of_their_own_are_one_value_and_words_stand_alone() -> None:
    rows = [
        ["项目名称", "项目总额", "其中：", LEFT, "绩效目标", "一级指标", "二级指标", "三级指标", "绩效指标性质", "本年绩效指标值", "绩效度量单位"],
        [UP, UP, "财政资金", "其他资金", UP, UP, UP, UP, UP, UP, UP],
        ["11000026T000000000001-河道养护", "20.50", "20.00", "0.50", "河道整洁。", "成本指标", "经济成本指标", "养护费用", "≤", "1998.134", "万元"],
        [UP, UP, UP, UP, UP, "效益指标", "社会效益指标", "环境改善", "定性", "明显改善", ""],
        ["11000026T000000000002-泵站维修", "15.00", "15.00", "", "泵站可用。", "产出指标", "数量指标", "维修数量", "＝", "3", "座"],
    ]  # fmt: skip
    records = paper(rows, "项目支出绩效目标表")
    forms = records.forms
    assert [(f.project_code, f.project_name, f.year_budget_yuan) for f in forms.forms] == [
        ("11000026T000000000001", "河道养护", D(205000)), ("11000026T000000000002", "泵站维修", D(150000)),
    ]  # fmt: skip
    assert values(records) == [
        ("cost", "cost", "养护费用", "≤1998.134万元"),
        ("benefit", "social", "环境改善", "明显改善"),
        ("output", "quantity", "维修数量", "＝3座"),
    ]
    assert [(i.value_kind, i.comparator, i.value_high) for i in forms.indicators][0] == ("number", "<=", D("1998.134"))
    funding = [(a.funding, a.amount_yuan) for a in forms.amounts if a.section == "funding" and a.state == "number"]
    assert funding == [
        ("all", D(205000)),
        ("local", D(200000)),
        ("other", D(5000)),
        ("all", D(150000)),
        ("local", D(150000)),
    ]
    assert kinds(records) == []


def test_a_name_over_several_amounts_is_a_form_for_each() -> None:
    rows = [
        ["项目名称", "预算金额", "绩效目标", "一级指标", "三级指标", "指标值"],
        ["河道养护", "20.00", "东区整洁。", "产出指标", "养护长度", "≥12公里"],
        [UP, "30.00", "西区整洁。", "产出指标", "养护长度", "≥18公里"],
        [UP, UP, UP, "效益指标", "投诉数", "≤3件"],
    ]
    forms = paper(rows, "项目支出绩效目标表").forms
    assert [(f.project_name, f.year_budget_yuan) for f in forms.forms] == [
        ("河道养护", D(200000)),
        ("河道养护", D(300000)),
    ]
    assert [g.goal_text for g in forms.goals] == ["东区整洁。", "西区整洁。"]
    first, second = (f.form_id for f in forms.forms)
    assert [(i.form_id, i.value_text) for i in forms.indicators] == [
        (first, "≥12公里"),
        (second, "≥18公里"),
        (second, "≤3件"),
    ]


def test_levels_glued_to_the_name_are_told_apart() -> None:
    rows = [
        ["部门名称", LEFT, "示例区水务局", LEFT, LEFT, LEFT],
        ["总体资金情况（万元）", "预算支出总额", "财政拨款", LEFT, "其他资金", LEFT],
        [UP, UP, "基本支出", "项目支出", "基本支出", "项目支出"],
        [UP, "100.00", "40.00", "60.00", "", ""],
        ["整体绩效目标", "整体绩效目标", "河道整洁。", LEFT, LEFT, LEFT],
        [UP, "其他说明", "", LEFT, LEFT, LEFT],
        [UP, "活动", "绩效指标", "指标性质", "指标值", "度量单位"],
        [UP, "日常养护", "产出指标数量指标养护长度", "≥", "12", "公里"],
        [UP, "日常养护", "效益指标社会效益指标环境改善", "定性", "优", ""],
    ]
    records = paper(rows, "部门整体支出绩效目标表", unit="")
    assert values(records) == [
        ("output", "quantity", "养护长度", "≥12公里"), ("benefit", "social", "环境改善", "优"),
    ]  # fmt: skip
    (form,) = records.forms.forms
    assert (form.organization_name, form.year_budget_yuan) == ("示例区水务局", D(1000000))
    funding = {
        a.item: (a.funding, a.amount_yuan)
        for a in records.forms.amounts
        if a.state == "number" and a.section == "funding"
    }
    assert funding["财政拨款项目支出"] == ("local", D(600000))
    assert [(f.kind, f.text) for f in records.findings] == [("ignored_column", "活动")]


def test_a_list_of_projects_with_goals_alone_is_a_form_for_each() -> None:
    rows = [
        ["单位名称", "项目名称", "金额", "绩效目标"],
        ["示例市水务局", "河道养护", "20.00", "河道整洁。"],
        ["示例市河道所", "泵站维修", "15.00", "泵站可用。"],
    ]
    records = paper(rows, "项目支出绩效表")
    assert [(f.project_name, f.organization_name, f.year_budget_yuan) for f in records.forms.forms] == [
        ("河道养护", "示例市水务局", D(200000)), ("泵站维修", "示例市河道所", D(150000)),
    ]  # fmt: skip
    assert [g.goal_text for g in records.forms.goals] == ["河道整洁。", "泵站可用。"]
    assert [t.state for t in records.tables] == ["form"]
    assert kinds(records) == []


def test_a_list_without_a_title_is_one_by_its_columns_and_a_table_of_money_is_none() -> None:
    head = ["项目", "预算数（单位：万元）", "绩效目标"]
    listed = paper([head, ["河道养护", "20.00", "河道整洁。"]], "", unit="").forms
    assert [(f.project_name, f.organization_name, f.year_budget_yuan) for f in listed.forms] == [
        ("河道养护", None, D(200000))
    ]
    money = paper([["项目", "预算数", "备注"], ["河道养护", "20.00", "河道整洁。"]], "").forms
    assert money.forms == ()


def test_indicators_told_in_words_in_one_cell() -> None:
    told = (
        "1、1-产出指标；11-数量指标；养护长度；实施周期指标值:≥36公里；年度指标值:≥12公里。"
        "2、2-效益指标；22-社会效益；投诉数；实施周期指标值:≤9件；年度指标值:≤3件。"
    )
    rows = [
        ["项目名称（资金使用单位）", "总计", "财政拨款", "绩效目标", "绩效指标"],
        ["合计", "20.00", "20.00", "", ""],
        ["示例市水务局", "20.00", "20.00", "", ""],
        ["河道养护", "20.00", "20.00", "河道整洁。", told],
    ]
    records = paper(rows, "项目支出绩效目标表（含转移支付项目）")
    (form,) = records.forms.forms
    assert (form.project_name, form.executing_unit, form.year_budget_yuan) == ("河道养护", "示例市水务局", D(200000))
    assert [(i.scope, i.level2, i.name, i.value_text) for i in records.forms.indicators] == [
        ("long_term", "数量指标", "养护长度", "≥36公里"), ("annual", "数量指标", "养护长度", "≥12公里"),
        ("long_term", "社会效益", "投诉数", "≤9件"), ("annual", "社会效益", "投诉数", "≤3件"),
    ]  # fmt: skip


def test_a_form_in_whose_cells_nothing_stands_is_none() -> None:
    rows = [
        ["专项（项目）名称", LEFT, "", LEFT],
        ["主管部门", LEFT, "", LEFT],
        ["总体目标", "年度目标", LEFT, LEFT],
        [UP, "目标1： 目标2：……", LEFT, LEFT],
        ["绩效指标", "一级指标", "指标内容", "指标值"],
        [UP, "产出指标", "指标1：", ""],
        [UP, UP, "……", ""],
    ]
    records = paper(rows, "专项资金总体绩效目标表", unit="")
    assert records.forms.forms == ()
    assert [t.state for t in records.tables] == ["form"]
    assert [(f.kind, f.severity) for f in records.findings] == [("label", "info")]


def test_tasks_of_the_year_goals_below_each_other_and_a_unit_in_a_row_of_its_own() -> None:
    rows = [
        ["部门（单位）名称", LEFT, "示例市水务局", LEFT, LEFT, LEFT],
        ["年度主要任务", "任务名称", "主要内容", "预算金额（万元）", LEFT, LEFT],
        [UP, UP, UP, "总额", "财政拨款", "其他资金"],
        [UP, "河道养护", "全年养护", "60.00", "50.00", "10.00"],
        [UP, "金额合计", LEFT, "60.00", "50.00", "10.00"],
        ["年度总体目标", "目标1：河道整洁。", LEFT, LEFT, LEFT, LEFT],
        [UP, "目标2：泵站可用。", LEFT, LEFT, LEFT, LEFT],
        ["年度绩效指标", "一级指标", "二级指标", "指标内容", LEFT, "指标值"],
        [UP, "产出指标", "数量指标", "指标1：养护长", LEFT, "12公里"],
        [UP, UP, UP, "度", LEFT, UP],
        [UP, UP, UP, "指标2：巡查次数", LEFT, "24次"],
    ]
    records = paper(rows, "部门整体支出绩效目标表", unit="")
    assert [(a.item, a.funding, a.amount_yuan) for a in records.forms.amounts if a.section == "project_list"] == [
        (item, funding, yuan)
        for item in ("河道养护", "金额合计")
        for funding, yuan in (("all", D(600000)), ("local", D(500000)), ("other", D(100000)))
    ]
    assert [(g.scope, g.goal_no, g.goal_text) for g in records.forms.goals] == [
        ("annual", 1, "河道整洁。"), ("annual", 2, "泵站可用。"),
    ]  # fmt: skip
    assert [(i.name, i.value_text) for i in records.forms.indicators] == [
        ("指标1：养护长度", "12公里"), ("指标2：巡查次数", "24次"),
    ]  # fmt: skip
    assert kinds(records) == []


def test_weight_core_mark_and_scoring_are_kept_beside_the_target() -> None:
    rows = [
        ["项目名称", "河道养护", LEFT, LEFT, LEFT, LEFT],
        ["实施单位", "示例区河道所", LEFT, LEFT, LEFT, LEFT],
        ["一级指标", "三级指标", "指标值", "指标权重", "是否核心指标", "评分标准"],
        ["产出指标", "养护长度", "≥12公里", "40", "是", "每少1公里扣2分"],
        ["产出指标", "合格率", "≥95%", "20", "否", ""],
    ]
    records = paper(rows, "项目支出绩效目标表", unit="")
    assert [(i.weight, i.is_core, i.scoring_text) for i in records.forms.indicators] == [
        (D(40), True, "每少1公里扣2分"), (D(20), False, None),
    ]  # fmt: skip
    assert kinds(records) == []


def test_a_body_is_named_without_its_code_and_never_guessed() -> None:
    rows = [
        ["项目名称", "河道养护", LEFT, LEFT],
        ["主管部门及代码", "229_示例市水务局", LEFT, LEFT],
        ["总体目标", "河道整洁。", LEFT, LEFT],
        ["", "一级指标", "三级指标", "指标值"],
        ["绩效指标", "产出指标", "养护长度", "≥12公里"],
    ]
    records = paper(rows, "项目预算绩效目标表", unit="")
    (form,) = records.forms.forms
    assert (form.project_department, form.executing_unit, form.organization_name) == ("示例市水务局", None, None)
    assert [(g.scope, g.goal_text) for g in records.forms.goals] == [("annual", "河道整洁。")]
    assert kinds(records) == []


def test_the_total_of_a_list_is_compared_with_its_projects() -> None:
    head = ["项目名称（资金使用单位）", "总计", "绩效目标"]
    rows = [["河道养护", "20.00", "河道整洁。"], ["泵站维修", "15.00", "泵站可用。"]]
    assert kinds(paper([head, ["合计", "35.00", ""], *rows], "项目支出绩效目标表")) == []
    wrong = paper([head, ["合计", "36.00", ""], *rows], "项目支出绩效目标表")
    assert [(f.kind, f.severity, f.text) for f in wrong.findings] == [("label", "warning", "36.00")]
