"""What the words of a heading say: the vocabulary's phrases in it, put together."""

from __future__ import annotations

import re

from pipelines.recognising.keys import bare, key
from pipelines.recognising.lexicon import Lexicon

YEAR = re.compile(r"(?:19|20)\d{2}年?度?")
UNIT = re.compile(r"\((?:(?:金额)?单位:)?(亿元|百万元|万元|千元|元)\)")
FILLER = re.compile("其中|按|安排|金额|拨款|资金|本年度|年度|部门|单位|数|额|[:：,，、/()（）%]|表")
EXCEPT = re.compile(r"\(不含[^()]*(?:教育收费|专户)[^()]*\)")  # what is shown as special account anyway
BESIDE = "beside"  # a label of another classification than the one by which the table is read
LABELS = {
    "code",
    "name",
    "class_code",
    "section_code",
    "item_code",
    "project_name",
    "project_organization",
    "group_1",
    "group_3",
    "group_4",
    "serial",
    "measure",
    "remark",
    BESIDE,
}
BETWEEN = ("count", "price")  # 数量 may stand between the labels of a purchase and divides nothing
# What breaks a whole down completely, by its very meaning.
PARTS = {
    "appropriation": ("general_public", "government_fund", "state_capital"),
    "unit_funds": ("institution_income", "business_income", "superior_subsidy", "affiliate_remittance", "other_income"),
    "basic": ("personnel", "operating"),
}


def without_year_and_unit(text: str) -> str:
    """Given a heading, return its key without the year and the money unit in it, 上年度 and 本年度 as 上年 and 本年."""
    return UNIT.sub("", YEAR.sub("", key(text))).replace("上年度", "上年").replace("本年度", "本年")


def phrases_in(text: str, lexicon: Lexicon) -> tuple[list[str], str]:
    """Given a header text, return the vocabulary phrases in it, longest first, and what is left over. A word for labels
    (项目, 名称) counts at the end of a text only: 项目绩效 is no name."""
    words = lexicon.header_words
    text = without_year_and_unit(text)
    if text in words:
        return [text], ""
    stripped = EXCEPT.sub("", bare(text))
    if stripped in words:
        return [stripped], ""
    found = []
    rest = stripped
    while rest:
        hits = [w for w in words if len(w) > 1 and w in rest and (not _is_label(words[w]) or _ends(rest, w))]
        if not hits:
            break
        phrase = max(hits, key=lambda w: (len(w), -rest.find(w)))  # of two of one length the first
        found.append((stripped.find(phrase), phrase))
        rest = rest.replace(phrase, " ", 1)
    rest = "".join(FILLER.sub(" ", rest).split())
    return [phrase for _, phrase in sorted(found)], rest


def meaning_of(text: str, lexicon: Lexicon) -> tuple[dict[str, str], str]:
    """Given a header text, return what its words say together, dimension → value, and what is left over. Of a whole and
    its part (一般公共预算 财政拨款) the part counts; words that contradict each other say nothing and are left over.
    本年 says nothing of expenditure: that is always of this year."""
    found, rest = phrases_in(text, lexicon)
    meaning: dict[str, str] = {}
    for phrase in found:
        for dimension, value in lexicon.header_words[phrase].items():
            other = meaning.get(dimension, value)
            if dimension in ("fund_source", "expenditure_type") and other != value:
                if value not in PARTS.get(other, ()) and other not in PARTS.get(value, ()):
                    return {}, key(text)
                value = value if value in PARTS.get(other, ()) else other
            meaning[dimension] = value
    if meaning.get("side") == "expenditure" and meaning.get("fund_period") == "current_year":
        del meaning["fund_period"]
    return meaning, rest


def contradicts(above: dict[str, str], below: dict[str, str]) -> bool:
    """Whether a heading says another fund or type of expenditure than the one above it, and no part of that."""
    return any(
        dimension in above
        and dimension in below
        and below[dimension] not in (above[dimension], *PARTS.get(above[dimension], ()))
        for dimension in ("fund_source", "expenditure_type")
    )


def _is_label(meaning: dict[str, str]) -> bool:
    return meaning.get("role") in LABELS


def _ends(text: str, word: str) -> bool:
    after = text[text.find(word) + len(word) :]
    return not after or after.startswith("(")
