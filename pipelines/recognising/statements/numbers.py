"""Every number of a running text: what it is, claim or not, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from pipelines.recognising.lexicon import Lexicon
from pipelines.recognising.statements.words import CLAIM_UNITS, SCALES, unit_pattern, unit_table
from pipelines.recognising.vocabulary import CLASSIFICATIONS

PHONE = re.compile(
    r"(?<!\d)(?:\(?0\d{2,3}\)?[-—–\s]?\d{7,8}(?:[-—转]\d{1,6})?|1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}|400-?\d{3}-?\d{4})"
    r"(?!\d|\.\d|[百千万亿]?元)"
)
YEAR = r"(?:19|20)\d{2}"
NUMBER = r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?"
LONGEST_QUANTITY = 6  # digits
LARGEST = 10**18  # what staging.statements.value holds
HAN_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九十")} | {"两": 2}
TO = r"[-—–~～至到]+"

# What is no claim, in the order it is looked for: reason and pattern. The number of a legal document is written
# with its year in hexagonal brackets (GB/T 9704-2012, 7.3.5); papers also print square, lenticular and broken ones.
PLAIN = (
    ("page_number", r"(?<=[.…·]{4})\d{1,3}$"),
    ("ordinal", rf"(?<![\d.])\d{{1,2}}\.(?={YEAR}年)"),
    ("document_number", rf"[〔\[【(﹝„]{YEAR}[〕\]】)﹞‟]第?(?:\d+号?)?|第?\d+号"),
    ("law_article", r"第\d+[条款章节编]"),
    ("ordinal", r"第\d+"),
    ("table_number", r"(?:公开|预算|决算|附)?表?\d{1,2}(?:-\d+)?表|附?[表图]\d+(?:-\d+)?|附件\d+"),
    ("code", r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z]*\d+)+|[A-Za-z]+\d[A-Za-z0-9]*|\d+[A-Za-z]+(?!²)[A-Za-z0-9]*"),
    (
        "date",
        rf"{YEAR}年度?\d{{1,2}}月(?:\d{{1,2}}[日号]?)?|{YEAR}[-./]\d{{1,2}}[-./]\d{{1,2}}"
        r"|\d{1,2}月\d{1,2}[日号]|\d{1,2}月份?",
    ),
    ("year", rf"{YEAR}年?度?{TO}{YEAR}年度?|{YEAR}(?:年度?|(?=[预决]算))"),
    ("ordinal", r"(?:^|(?<=[。;:!]))\(?\d{1,3}(?:[.、]\)?(?!\d)|\))|(?<=[,。;:)、])\(\d{1,2}\)|[①-⑳]"),
)
NOT_CLAIMS = re.compile("|".join(f"(?P<r{i}>{pattern})" for i, (_, pattern) in enumerate(PLAIN)))
THRESHOLD_AFTER = re.compile(r"\(含\)(?:以[上下]|及)?|(?:\(不含\)|及|含)?以[上下内]")
HAN_COUNT = re.compile(
    rf"(?:共计|共有|共|下属|下设|下辖|所属|现有|设有)(?P<number>[{''.join(HAN_DIGITS)}]{{1,3}})"
    r"(?P<unit>[家个名户])(?![月人]|百分点)"
)


class Number(NamedTuple):
    """A number at text[start:end]. A claim has a measure of CLAIM_UNITS, a value as printed (`value` × `factor` in base
    units) and its unit at text[unit_start:end]; any other has the reason why it is no claim."""

    start: int
    end: int
    unit_start: int
    measure: str | None
    value: Decimal | None
    factor: Decimal
    reason: str | None


def find_numbers(text: str, lexicon: Lexicon) -> list[Number]:
    """Given folded text without blanks, return all its numbers from left to right: every digit is in exactly one.

    A number without a unit is no claim but for what its neighbourhood tells: a year, a date, an ordinal, a document
    number, an article of a law, a code; what remains has the reason `unknown`.
    """
    found: list[Number] = []
    place = 0
    ahead: dict[Callable, Number | None] = {}
    while True:
        for look in (_plain, _claim, _han):
            # What was found ahead stays the next one until the place is past where it begins.
            if look not in ahead or (ahead[look] and ahead[look].start < place):
                ahead[look] = look(text, place)
        candidates = [n for n in ahead.values() if n]
        if not candidates:
            return _named(found, text, lexicon)
        found.append(min(candidates, key=lambda n: (n.start, n.reason is None)))
        place = found[-1].end


def _plain(text: str, place: int) -> Number | None:
    for match in NOT_CLAIMS.finditer(text, place):
        reason = PLAIN[int(match.lastgroup[1:])][0]
        if any(c.isdecimal() or "①" <= c <= "⑳" for c in match[0]):
            return Number(match.start(), match.end(), match.end(), None, None, Decimal(1), reason)
    return None


@cache
def _quantity() -> re.Pattern:
    return re.compile(
        rf"(?P<range>(?:{NUMBER})%?{TO})?(?P<sign>(?<![\d\w])[-−])?(?P<number>{NUMBER})"
        rf"(?P<more>[多余几])?(?P<unit>{unit_pattern()})?"
    )


def _claim(text: str, place: int) -> Number | None:
    match = _quantity().search(text, place)
    if not match:
        return None
    start, end = match.start(), match.end()
    if not match["unit"]:
        return Number(start, end, end, None, None, Decimal(1), "range" if match["range"] else "unknown")
    unit_start = match.start("unit")
    unit, scale = unit_table().get(match["unit"]), Decimal(1)
    if unit is None:
        unit, scale = unit_table()[match["unit"][1:]], Decimal(SCALES[match["unit"][0]])
    value = Decimal(match["number"].replace(",", ""))
    value = -value if match["sign"] else value
    reason = None
    if abs(value) * unit.factor * scale >= LARGEST:
        reason = "unknown"
    elif unit.measure not in CLAIM_UNITS:
        reason = unit.measure
    elif match["range"]:
        reason = "range"
    elif match["more"]:
        reason = "approximate"
    elif THRESHOLD_AFTER.match(text, end):
        reason = "threshold"
    measure = None if reason else unit.measure
    return Number(start, end, unit_start, measure, None if reason else value, unit.factor * scale, reason)


def _han(text: str, place: int) -> Number | None:
    match = HAN_COUNT.search(text, place)
    if not match:
        return None
    value = _han_value(match["number"])
    start, end = match.start("number"), match.end()
    if value is None:
        return None
    return Number(start, end, match.start("unit"), "count", Decimal(value), Decimal(1), None)


def _han_value(text: str) -> int | None:
    """Given a number below a hundred in characters, return it; None where it is none."""
    tens, ten, ones = text.rpartition("十")
    if any(len(part) > 1 or part not in ("", *HAN_DIGITS) for part in (tens, ones)):
        return None
    return (HAN_DIGITS.get(tens, 1) * 10 if ten else 0) + HAN_DIGITS.get(ones, 0)


def _named(found: list[Number], text: str, lexicon: Lexicon) -> list[Number]:
    """What bare numbers are after all: a classification code, one too long for a quantity, the next number of a
    list that runs on in one paragraph, a quantity whose unit is missing; else they stay unknown."""
    named: list[Number] = []
    earlier: set[str] = set()
    for number in found:
        digits = text[number.start : number.end]
        reason = number.reason
        if reason == "unknown" and digits.isdecimal():
            if any(digits in lexicon.codes(scheme) for scheme in CLASSIFICATIONS):
                reason = "code"
            elif len(digits) > LONGEST_QUANTITY:
                reason = "long_number"
            elif text[number.end : number.end + 1] in ("、", ".") and str(int(digits) - 1) in earlier:
                reason = "ordinal"
        elif reason == "unknown" and ("." in digits or "," in digits):
            reason = "no_unit"
        named.append(number._replace(reason=reason))
        earlier.add(digits.strip("(、.)").lstrip("0"))
    return named
