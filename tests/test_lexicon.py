"""Which words hold for a paper: by its year, its region and its publisher's level?"""

from __future__ import annotations

import pytest

from pipelines.recognising.lexicon import Lexicon, lexicon_of, publisher_level


def word(phrase: str, value: str, **where: str) -> dict[str, str]:
    return {"phrase": phrase, "dimension": "fund_source", "value": value, "from_year": "", **where}


WORDS = {
    "header_words": [
        word("甲资金", "other_income", region="丁市"),
        word("甲资金", "unit_funds"),
        word("甲资金", "special_account", region="山东省"),
        word("甲资金", "surplus_used", region="烟台市"),
        word("甲资金", "business_income", publisher_level="county"),
    ]
}


@pytest.mark.parametrize(
    ("region", "meaning"),
    [
        (None, "unit_funds"),
        ("杭州市", "unit_funds"),
        ("杭州市上城区", "business_income"),
        ("山东省", "special_account"),
        ("青岛市", "special_account"),
        ("山东省济南市", "special_account"),
        ("烟台市", "surplus_used"),
        ("山东省烟台市芝罘区", "surplus_used"),
        ("丁市", "other_income"),
    ],
)
def test_the_most_specific_row_counts(region: str | None, meaning: str) -> None:
    assert Lexicon(2026, region, WORDS).header_words["甲资金"] == {"fund_source": meaning}


def test_of_patterns_those_of_the_region_come_first() -> None:
    rows = [
        {"pattern": "甲", "scheme": "flow", "code": "GRAND_TOTAL", "fund_source": "", "expenditure_type": ""},
        {
            "pattern": "甲",
            "scheme": "subtotal",
            "code": "",
            "fund_source": "",
            "expenditure_type": "",
            "region": "乙市",
        },
    ]
    assert [w.scheme for w in Lexicon(2026, "乙市", {"row_words": rows}).row_words] == ["subtotal", "flow"]
    assert [w.scheme for w in Lexicon(2026, "丙市", {"row_words": rows}).row_words] == ["flow"]


def test_a_later_wording_takes_over_from_its_year_on() -> None:
    rows = [word("甲资金", "unit_funds"), {**word("甲资金", "other_income"), "from_year": "2024"}]
    values = {year: Lexicon(year, None, {"header_words": rows}).header_words["甲资金"] for year in (2023, 2024)}
    assert values == {2023: {"fund_source": "unit_funds"}, 2024: {"fund_source": "other_income"}}


@pytest.mark.parametrize(
    ("region", "level"),
    [
        ("山东省", "province"),
        ("上海市", "province"),
        ("内蒙古自治区", "province"),
        ("烟台市", "city"),
        ("上海市普陀区", "county"),
        ("浙江省杭州市桐庐县", "county"),
        (None, None),
    ],
)
def test_the_level_of_a_publisher(region: str | None, level: str | None) -> None:
    assert publisher_level(region) == level


def test_what_is_made_of_a_lexicon_is_made_once() -> None:
    made: list[int] = []

    def make(lexicon: Lexicon, number: int) -> int:
        made.append(number)
        return number

    lexicon = lexicon_of(2026)
    assert [lexicon.once(make, 1), lexicon.once(make, 1), lexicon.once(make, 2)] == [1, 1, 2]
    assert made == [1, 2]


def test_another_year_has_the_words_of_the_same_region() -> None:
    lexicon = Lexicon(2026, "烟台市", WORDS).of_year(2024)
    assert (lexicon.year, lexicon.header_words["甲资金"]) == (2024, {"fund_source": "surplus_used"})


def test_every_kind_that_a_title_names_is_declared() -> None:
    lexicon = lexicon_of(None)
    assert {title.table_kind for title in lexicon.titles} <= lexicon.kinds.keys()
    assert {kind.of_all for kind in lexicon.kinds.values() if kind.of_all} <= lexicon.kinds.keys()
