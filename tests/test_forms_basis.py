"""Does the arithmetic of a 测算依据 come out as expressions, each with what it claims and what its factors give?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.recognising.forms.basis import Expression, Quantity, parse_basis


def told(text: str) -> list[tuple]:
    """(kind, claimed, computed, parts) of each expression."""
    return [(e.kind, e.claimed, e.computed, e.parts) for e in parse_basis(text)]


@pytest.mark.parametrize(
    ("text", "claimed", "computed"),
    [
        ("3000元/笔*30笔=90000元", 90000, 90000),
        ("3000 元/笔 × 30 笔 ＝ 9 万元", 90000, 90000),
        ("2人×1.5万元/人·年=3万元", 30000, 30000),
        ("40*50 人*2 次=4000 元", 4000, 4000),
        ("40*500 人（党员数）=2 万元", 20000, 20000),
        ("（500＋100＋80）元/人×5天×3人＝10200元", 10200, 10200),
        ("280元/个*3个*63处=5.23万元", 52300, 52920),
        ("20/人/天*96 人*2 次=0.40 元", Decimal("0.40"), 3840),
        ("1,200元*12%=144元", 144, 144),
        ("200平方*5.5元/平方/月*12月", None, 13200),
    ],
)
def test_one_calculation(text, claimed, computed):
    assert told(text) == [("calculation", claimed, computed, ())]


def test_factors_keep_their_units_and_places():
    text = "会场费：\n3000元/笔*30\n笔=90000元。"
    (expression,) = parse_basis(text)
    assert text[expression.start : expression.end] == expression.text == "3000元/笔*30\n笔=90000元"
    first, second = expression.left.factors
    assert (first.value, first.money, first.unit) == (3000, "元", "/笔")
    assert (second.value, second.money, second.unit) == (30, None, "笔")
    assert text[second.start : second.end] == "30\n笔"


def test_a_subtotal_is_over_the_pieces_of_its_item():
    text = "1.会议2720元，用品20元/人*2人*34单位=1360元。合计0.4万元；2.培训300元*10人=3000元，合计0.3万元。"
    assert told(text) == [
        ("amount", 2720, None, ()),
        ("calculation", 1360, 1360, ()),
        ("subtotal", 4000, None, (0, 1)),
        ("calculation", 3000, 3000, ()),
        ("subtotal", 3000, None, (3,)),
    ]


def test_a_heading_is_over_the_pieces_after_it():
    text = "1、劳务费2.5万元：工资1800元/月*1人*12月=21600元，保险300*1*12月=3400元；2、印刷费1万元。"
    assert told(text) == [
        ("heading", 25000, None, (1, 2)),
        ("calculation", 21600, 21600, ()),
        ("calculation", 3400, 3600, ()),
        ("amount", 10000, None, ()),
    ]


def test_brackets_behind_a_number_explain_it():
    text = "差旅费600/人/天（包含住宿费400元/人/天+伙食费100元/人/天+交通费80元/人/天）*5天*2人=0.6万元"
    assert told(text) == [("calculation", 6000, 6000, ()), ("breakdown", 600, 580, ())]


def test_a_rate_alone_is_in_no_sum():
    assert told("劳务费8万元（工资2200元/月、保险968元/月），合计8万元") == [
        ("amount", 80000, None, ()),
        ("rate", 2200, None, ()),
        ("rate", 968, None, ()),
        ("subtotal", 80000, None, (0,)),
    ]


@pytest.mark.parametrize("text", ["", "开展宣传活动。", "全年执行率100%", "2024年1-8月完成12件", "3-5人参加"])
def test_no_arithmetic(text):
    assert parse_basis(text) == []


def test_expressions_are_plain_values():
    (expression,) = parse_basis("办公费0.6万")
    assert expression == Expression("amount", "0.6万", 3, 7, None, (Quantity(Decimal("0.6"), "万", "", 3, 7),))
