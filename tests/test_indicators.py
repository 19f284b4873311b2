"""Does a printed indicator value come out as the number, range or words it is?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.recognising.forms.indicators import level_code, parse_value
from pipelines.recognising.lexicon import lexicon_of

VALUES = [
    ("≥30例", "number", ">=", "30", None, "例"),
    ("≥ 30 例", "number", ">=", "30", None, "例"),
    ("＝100%", "number", "=", "100", "100", "%"),
    ("100％", "number", "=", "100", "100", "%"),
    ("0次", "number", "=", "0", "0", "次"),
    ("0", "number", "=", "0", "0", None),
    ("≤5 日", "number", "<=", None, "5", "日"),
    ("≤3 个工作日", "number", "<=", None, "3", "个工作日"),
    ("﹥90%", "number", ">", "90", None, "%"),
    ("＜0.5‰", "number", "<", None, "0.5", "‰"),
    ("≥3.0%", "number", ">=", "3.0", None, "%"),
    ("277.3万", "number", "=", "277.3", "277.3", "万"),
    ("1,200.50 万元", "number", "=", "1200.50", "1200.50", "万元"),
    ("≥13459.00(平方米)", "number", ">=", "13459.00", None, "平方米"),
    ("=100.00(%)", "number", "=", "100.00", "100.00", "%"),
    ("≥100百分比", "number", ">=", "100", None, "百分比"),
    ("不少于12次", "number", ">=", "12", None, "次"),
    ("不超过20万元", "number", "<=", None, "20", "万元"),
    ("95%以上", "number", ">=", "95", None, "%"),
    ("20人以下", "number", "<=", None, "20", "人"),
    ("案例提出5日内", "number", "<=", None, "5", "日"),
    ("97%—100%", "range", "between", "97", "100", "%"),
    ("95%-100%", "range", "between", "95", "100", "%"),
    ("30-50 户", "range", "between", "30", "50", "户"),
    ("2至3次", "range", "between", "2", "3", "次"),
    ("全覆盖", "qualitative", None, None, None, None),
    ("达标", "qualitative", None, None, None, None),
    ("≦预算数", "qualitative", "<=", None, None, None),
    ("≤计划期", "qualitative", "<=", None, None, None),
    ("在计划期内完成", "qualitative", None, None, None, None),
    ("2025年10月底前", "qualitative", None, None, None, None),
    ("2025年内", "qualitative", None, None, None, None),
    ("12月底前", "qualitative", None, None, None, None),
    ("20例15次", "qualitative", None, None, None, None),
    ("50-30户", "qualitative", None, None, None, None),
]


@pytest.mark.parametrize(("text", "kind", "comparator", "low", "high", "unit"), VALUES)
def test_what_a_value_says(text, kind, comparator, low, high, unit):
    value = parse_value(text)
    bounds = tuple(Decimal(bound) if bound is not None else None for bound in (low, high))
    assert value == (kind, comparator, *bounds, unit)


@pytest.mark.parametrize(
    ("sign", "text", "unit", "expected"),
    [
        ("≥", "90", "%", ("number", ">=", Decimal(90), None, "%")),
        ("＝", "12", "次", ("number", "=", Decimal(12), Decimal(12), "次")),
        ("定性", "优良", "/", ("qualitative", None, None, None, None)),
        ("≤", "20", "/", ("number", "<=", None, Decimal(20), None)),
        ("≤", "≥5", "件", ("number", ">=", Decimal(5), None, "件")),
    ],
)
def test_sign_and_unit_in_columns_of_their_own(sign, text, unit, expected):
    assert parse_value(text, sign, unit) == expected


@pytest.mark.parametrize(
    ("level", "text", "code"),
    [
        (1, "产出指标", "output"),
        (1, "项目效益", "benefit"),
        (1, "满意\n度指\n标", "satisfaction"),
        (1, "成本指标", "cost"),
        (2, "数量指标", "quantity"),
        (2, "产出质量", "quality"),
        (2, "完成时效指标", "timeliness"),
        (2, "成本控制", "cost"),
        (2, "生态环境成本指标", "cost"),
        (2, "经济效益", "economic"),
        (2, "社会效益指标", "social"),
        (2, "生态效益指标", "ecological"),
        (2, "可持续影响指标", "sustainability"),
        (2, "服务对象满意度指标", "satisfaction"),
        (2, "其他", None),
        (1, None, None),
    ],
)
def test_level_codes(level, text, code):
    assert level_code(level, text, lexicon_of(2024)) == code
