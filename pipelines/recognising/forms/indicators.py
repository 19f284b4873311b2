"""Indicator values as data: what `≥30例`, `97%—100%`, `≤5日`, `全覆盖` or `≦预算数` say."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from pipelines.recognising.keys import key
from pipelines.recognising.lexicon import Lexicon, once
from pipelines.recognising.vocabulary import rows

NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
UNIT = r"%|‰|\([^()\d]{1,10}\)|[一-鿿㎡㎥℃A-Za-z/·%²³]{1,10}"
ONE = re.compile(rf"(?P<number>{NUMBER})(?P<unit>{UNIT})?")
RANGE = re.compile(
    rf"(?P<low>{NUMBER})(?P<unit_low>{UNIT})??(?:-|—|–|―|─|~|∼|〜|至|到)+(?P<high>{NUMBER})(?P<unit>{UNIT})?"
)
WITHIN = re.compile(rf"\D*?(?P<number>{NUMBER})(?P<unit>个?工作日|日|天|小时|分钟|个月|周|年)(?:以内|之内|内)\D*")
AT_LEAST = re.compile("(?:及?以上|以上\\(含\\))$")
AT_MOST = re.compile("(?:及?以下|以内|之内|内)$")
DATE = re.compile(
    r"(?:19|20)\d{2}年.*|\d{1,2}月(?:\d{1,2}[日号])?(?:底|前|末|初|中|份|完成).*"
    r"|(?:19|20)\d{2}[-./](?:0?[1-9]|1[0-2])(?!\d).*"
)
FRACTION = re.compile(r"\d+\.\d+")  # with a unit beside it no date
NO_UNIT = re.compile("[前后底末]|完成|以")


class Value(NamedTuple):
    """`comparator` is `=` for a bare number. `low` and `high` are the bounds the print states, null where it states
    none; both are null for words, which may still carry a comparator (≦预算数)."""

    kind: str  # number | range | qualitative
    comparator: str | None
    low: Decimal | None
    high: Decimal | None
    unit: str | None


def parse_value(text: str, sign: str = "", unit: str = "") -> Value:
    """Given the printed value, and the sign and unit where the form prints them in columns of their own, return what it
    says. A text that is no number or range is qualitative; nothing is guessed."""
    compact = key(text)
    comparator, rest = _operator(compact)
    if comparator is None and sign:
        comparator, _ = _operator(key(sign))
    own_unit = None if key(unit) in ("", "/", "-", "无") else key(unit)
    within = WITHIN.fullmatch(rest)
    if within and not DATE.match(within["number"] + within["unit"]):
        return _number(comparator or "<=", within["number"], within["unit"])
    if DATE.fullmatch(rest) and not (own_unit and FRACTION.fullmatch(rest)):
        return Value("qualitative", comparator, None, None, None)
    if found := RANGE.fullmatch(rest):
        low, high = _decimal(found["low"]), _decimal(found["high"])
        if low <= high and _is_unit(found["unit"]):
            return Value("range", "between", low, high, _unit(found["unit"] or found["unit_low"]) or own_unit)
    for ending, meaning in ((AT_LEAST, ">="), (AT_MOST, "<=")):
        stripped = ending.sub("", rest)
        if stripped != rest and comparator is None and ONE.fullmatch(stripped):
            comparator, rest = meaning, stripped
    found = ONE.fullmatch(rest)
    if found and _is_unit(found["unit"]):
        return _number(comparator or "=", found["number"], _unit(found["unit"]) or own_unit)
    return Value("qualitative", comparator, None, None, None)


def level_code(level: int, text: str | None, lexicon: Lexicon) -> str | None:
    """Given the printed name of an indicator level (1 or 2), return its code, None where no word of it is known."""
    return next((code for pattern, code in _levels(lexicon, level) if pattern.search(key(text or ""))), None)


def _number(comparator: str, number: str, unit: str | None) -> Value:
    value = _decimal(number)
    low = value if comparator in (">=", ">", "=") else None
    high = value if comparator in ("<=", "<", "=") else None
    return Value("number", comparator, low, high, unit)


def _operator(text: str) -> tuple[str | None, str]:
    for printed, comparator in _operators():
        if text.startswith(printed):
            return comparator, text[len(printed) :]
    return None, text


def _is_unit(unit: str | None) -> bool:
    return not unit or not NO_UNIT.search(unit)


def _unit(text: str | None) -> str | None:
    return text.strip("()") if text else None


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


@cache
def _operators() -> list[tuple[str, str]]:
    """Longest first, so that ≥ and > or 不超过 and 超过 are not taken for each other."""
    found = [(key(r["printed"]), r["comparator"]) for r in rows("indicator_operators")]
    return sorted(found, key=lambda row: -len(row[0]))


@once
def _levels(lexicon: Lexicon, level: int) -> list[tuple[re.Pattern, str]]:
    levels = lexicon.holding("indicator_levels")
    return [(re.compile(r["pattern"]), r["code"]) for r in levels if int(r["level"]) == level]
