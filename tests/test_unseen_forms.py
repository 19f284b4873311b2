"""Are performance forms in shapes that no paper at hand shows read by their labels? Figures and names are invented."""

from __future__ import annotations

from decimal import Decimal

from pipelines.recognising.recognised import Recognised
from tests.sheets import LEFT, UP, kinds, paper

D = Decimal


def targets(records: Recognised) -> list[tuple]:
    return [(i.scope, i.level1_code, i.level2_code, i.name, i.value_text) for i in records.forms.indicators]


def test_a_heading_that_begins_below_the_headings_of_its_columns() -> None:
    rows = [
        ["财政项目支出绩效目标填报表", LEFT, LEFT, LEFT, LEFT],
        ["（2023年度）", LEFT, LEFT, LEFT, LEFT],
        ["项目名称", LEFT, "示例河道养护", "项目类别", "特定目标类"],
        ["主管部门", LEFT, "示例区水务局", "实施单位", "示例区河道所"],
        ["项目绩效目标", "项目总目标", LEFT, "年度总体目标", LEFT],
        [UP, "河道整洁。", LEFT, "完成年度养护。", LEFT],
        ["", "一级指标", "二级指标", "三级指标", "年度(/项目)指标值"],
        ["绩效指标", "产出指标", "数量指标", "养护长度", "≥12.00(公里)"],
        [UP, UP, "质量指标", "养护合格率", "≥95.00(%)"],
        [UP, "效益指标", "社会效益指标", "投诉数", "≤3.00(件)"],
    ]
    records = paper(rows, unit="")
    assert targets(records) == [
        ("annual", "output", "quantity", "养护长度", "≥12.00(公里)"),
        ("annual", "output", "quality", "养护合格率", "≥95.00(%)"),
        ("annual", "benefit", "social", "投诉数", "≤3.00(件)"),
    ]
    assert kinds(records) == []


def test_a_table_of_many_projects_is_a_form_for_each() -> None:
    rows = [
        ["单位代码", "单位（专项）名称", "资金总额（万元）", "项目支出绩效目标", "绩效指标", LEFT, LEFT, LEFT, LEFT],
        [UP, UP, UP, UP, "二级指标", "三级指标", "指标值", "度量单位", "指标值内容"],
        ["403001", "示例区河道所", "35.00", "", "", "", "", "", ""],
        ["403001001", "河道养护", "20.00", "河道整洁。", "数量指标", "养护长度", "12", "公里", "全年养护"],
        [UP, UP, UP, UP, "质量指标", "合格率", "≥95", "%", "抽查合格"],
        ["403001002", "泵站维修", "15.00", "泵站可用。", "数量指标", "维修数量", "3", "座", "全部完成"],
    ]
    records = paper(rows, "项目支出绩效目标表", unit="")
    forms = records.forms
    assert [(f.project_name, f.executing_unit, f.year_budget_yuan) for f in forms.forms] == [
        ("河道养护", "示例区河道所", D(200000)), ("泵站维修", "示例区河道所", D(150000)),
    ]  # fmt: skip
    assert [(g.form_id, g.goal_text) for g in forms.goals] == [
        (forms.forms[0].form_id, "河道整洁。"), (forms.forms[1].form_id, "泵站可用。"),
    ]  # fmt: skip
    assert [(i.form_id, i.name, i.value_text, i.basis_text) for i in forms.indicators] == [
        (forms.forms[0].form_id, "养护长度", "12公里", "全年养护"),
        (forms.forms[0].form_id, "合格率", "≥95%", "抽查合格"),
        (forms.forms[1].form_id, "维修数量", "3座", "全部完成"),
    ]
    assert kinds(records) == ["unmapped_row"]  # the unit's own sum


def test_a_project_whose_name_stands_on_each_of_its_rows_is_one_form() -> None:
    head = ["项目名称", "预算单位", "年度绩效目标", "一级指标", "三级指标", "指标性质", "指标值", "度量单位", "权重"]
    rows = [
        head,
        ["河道养护", "示例区河道所", "河道整洁。", "产出指标", "养护长度", "≥", "12", "公里", "30"],
        ["河道养护", "示例区河道所", "河道整洁。", "产出指标", "合格率", "≥", "95", "%", "30"],
        ["泵站维修", "示例区泵站", "泵站可用。", "产出指标", "维修数量", "＝", "3", "座", "60"],
    ]
    records = paper(rows, "部门预算项目绩效目标表（2025年度）")
    assert [(f.project_name, f.executing_unit) for f in records.forms.forms] == [
        ("河道养护", "示例区河道所"), ("泵站维修", "示例区泵站"),
    ]  # fmt: skip
    assert [g.goal_text for g in records.forms.goals] == ["河道整洁。", "泵站可用。"]
    assert [i.value_text for i in records.forms.indicators] == ["≥12公里", "≥95%", "＝3座"]
    assert kinds(records) == []


def test_goals_and_funds_of_a_middle_term() -> None:
    rows = [
        ["项目名称", "河道养护", LEFT, LEFT, LEFT],
        ["主管部门及代码", "[101]示例区水务局", LEFT, "实施单位", "示例区河道所"],
        ["项目资金（万元）", "中期资金总额：", "60.00", "年度资金总额：", "20.00"],
        [UP, "其中：财政拨款", "60.00", "其中：财政拨款", "20.00"],
        ["总体目标", "中期目标（2025年—2027年）", LEFT, "年度目标", LEFT],
        [UP, "三年养护。", LEFT, "当年养护。", LEFT],
        ["绩效指标", "一级指标", "三级指标", "指标值", "分值权重（90）"],
        [UP, "产出指标", "养护长度", "≥12公里", "90"],
    ]
    records = paper(rows, "项目支出绩效目标表", unit="")
    (form,) = records.forms.forms
    assert (form.total_budget_yuan, form.year_budget_yuan) == (D(600000), D(200000))
    assert [(g.scope, g.goal_text) for g in records.forms.goals] == [
        ("long_term", "三年养护。"),
        ("annual", "当年养护。"),
    ]
    assert targets(records) == [("annual", "output", None, "养护长度", "≥12公里")]
    assert kinds(records) == []


def test_a_self_evaluation_says_what_was_budgeted_spent_aimed_at_and_reached() -> None:
    rows = [
        ["项目名称", "河道养护", LEFT, LEFT, LEFT, LEFT, LEFT],
        ["主管部门", "示例区水务局", LEFT, LEFT, "实施单位", "示例区河道所", LEFT],
        ["项目资金（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率"],
        [UP, "年度资金总额", "20.00", "22.00", "21.00", "10", "95.45%"],
        [UP, "其中：当年财政拨款", "20.00", "22.00", "21.00", "—", "95.45%"],
        ["年度总体目标", "预期目标", LEFT, LEFT, "实际完成情况", LEFT, LEFT],
        [UP, "养护12公里。", LEFT, LEFT, "养护了13公里。", LEFT, LEFT],
        ["绩效指标", "一级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"],
        [UP, "产出指标", "养护长度", "≥12公里", "13公里", "90", "88", "雨天停工"],
        ["总分", LEFT, LEFT, LEFT, LEFT, "100", "98", ""],
    ]
    rows = [row if len(row) == 8 else [*row, LEFT] for row in rows]
    records = paper(rows, "项目支出绩效自评表", unit="")
    forms = records.forms
    assert [(a.item, a.amount_basis, a.amount_yuan) for a in forms.amounts if a.section == "funding"] == [
        (item, basis, yuan)
        for item in ("年度资金总额", "其中：当年财政拨款")
        for basis, yuan in (("budget", D(200000)), ("adjusted", D(220000)), ("executed", D(210000)))
    ]
    assert (forms.forms[0].year_budget_yuan, forms.forms[0].form_stage) == (D(200000), "self_evaluation")
    assert [g.goal_text for g in forms.goals] == ["养护12公里。"]
    assert [(i.value_role, i.value_text, i.weight, i.score, i.deviation_text) for i in forms.indicators] == [
        ("target", "≥12公里", D(90), None, None), ("achieved", "13公里", None, D(88), "雨天停工"),
    ]  # fmt: skip
    assert [(f.kind, f.text) for f in records.findings] == [("ignored_column", "实际完成情况")]


def test_a_number_names_no_amount() -> None:
    rows = [
        ["项目名称", "河道养护", LEFT, LEFT],
        ["主管部门", "示例区水务局", "实施单位", "示例区河道所"],
        ["项目资金（万元）", "其中：财政拨款", "20.00", "22.00"],
        ["年度目标", "养护。", LEFT, LEFT],
    ]
    records = paper(rows, "项目支出绩效目标表", unit="")
    assert [(a.item, a.amount_yuan) for a in records.forms.amounts] == [("其中：财政拨款", D(200000))]
    assert "unmapped_row" in kinds(records)


def test_what_goes_on_from_the_page_before_is_no_goal() -> None:
    rows = [
        ["项目名称", "河道养护", LEFT, "实施单位", "示例区河道所"],
        ["绩效目标", "目标名称", "一级指标", "三级指标", "指标值"],
        [UP, "续上页", "产出指标", "养护长度", "≥12公里"],
    ]
    records = paper(rows, "项目支出绩效目标表")
    assert (targets(records), records.forms.goals) == ([("annual", "output", None, "养护长度", "≥12公里")], ())
