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
