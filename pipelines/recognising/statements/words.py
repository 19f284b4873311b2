"""The words of claims (statement_words.csv, statement_units.csv) as plain values, read once per year."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from pipelines.recognising.lexicon import Lexicon, once
from pipelines.recognising.vocabulary import radicals, rows, units

CLAIM_UNITS = ("amount", "area", "count", "percent", "points")
BASE = r"(?:上年度?|去年|年初|\d{4}年度?)?(?:预算|决算|执行)?数?"  # what a number is smaller than: 小于上年预算数
SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}


class Unit(NamedTuple):
    """`measure` is amount, area, count, percent or points for a claim, or the reason why the number is none."""

    measure: str
    factor: Decimal


class Words(NamedTuple):
    """Patterns over folded text (see `fold`). Change words carry their sign."""

    change: dict[str, int]
    change_end: re.Pattern
    undecided_end: re.Pattern
    list_head: re.Pattern
    inner_head: re.Pattern
    tail: re.Pattern
    lead: re.Pattern
    aspects: frozenset[str]
    split_aspect: re.Pattern
    modifier_end: re.Pattern
    noun_end: re.Pattern
    verb_end: re.Pattern
    contact: re.Pattern


def fold(text: str) -> str:
    """Given printed text, return it for matching, character by character: full-width forms and radicals mapped, so
    that places in it are places in the printed text."""
    return "".join(_folded(c) for c in text)


def _folded(character: str) -> str:
    if "！" <= character <= "～":
        return chr(ord(character) - 0xFEE0)
    mapped = radicals().get(character, character)
    return mapped if len(mapped) == 1 else character


def either(phrases) -> str:
    """Given phrases, return a pattern for any of them, the longest first."""
    return "|".join(re.escape(p) for p in sorted(phrases, key=len, reverse=True)) or r"(?!)"


@once
def words(lexicon: Lexicon) -> Words:
    """Given a lexicon, return its words of claims."""
    by_role: dict[str, dict[str, str]] = {}
    for r in lexicon.holding("statement_words"):
        by_role.setdefault(r["role"], {})[fold(r["phrase"])] = r["value"]
    change = {phrase: int(value) for phrase, value in by_role["change"].items()}
    verbs = either(change)
    split = either(by_role["split_aspect"])
    return Words(
        change,
        re.compile(rf"({verbs})(?:{BASE})?(?:了|约|为|额为?|数为?|率为?|比例为?|幅度为?|近|超过?)*$"),
        re.compile(rf"(?:{verbs})[(/或](?:{verbs})\)?(?:了|约|为)?$"),
        re.compile(rf"(?:{either(by_role['list'])})[:,]?"),
        re.compile(rf"(?:{either(by_role['inner'])})[:,]?"),
        re.compile(rf"(?:{either(by_role['tail'])})$"),
        re.compile(rf"(?:{either(by_role['lead'])})[:,]?"),
        frozenset(by_role["aspect"]) | frozenset(by_role["split_aspect"]),
        re.compile(rf"^(.+?)({split})$"),
        re.compile(rf"({either(by_role['modifier'])})$"),
        re.compile(either(by_role["noun_end"])),
        re.compile(rf"(?:{either(by_role['verb'])})$"),
        re.compile(either(by_role["contact"])),
    )


@cache
def unit_table() -> dict[str, Unit]:
    """Return every unit a claim can be printed in, money units from units.csv."""
    table = {fold(name): Unit("amount", factor) for name, factor in units().items()}
    table |= {fold(r["unit"]): Unit(r["measure"], Decimal(r["factor"])) for r in rows("statement_units")}
    return table | {"%": Unit("percent", Decimal(1)), "％": Unit("percent", Decimal(1))}


@cache
def unit_pattern() -> str:
    """Return a pattern for a printed unit: money, a plain unit, or a unit counted in tens of thousands (万人)."""
    not_before = {fold(r["unit"]): r["not_before"] for r in rows("statement_units")}
    plain = [n for n, u in unit_table().items() if u.measure != "amount"]
    money = [n for n, u in unit_table().items() if u.measure == "amount"]

    def guarded(names) -> str:
        ordered = sorted(names, key=len, reverse=True)
        return "|".join(re.escape(n) + (f"(?!{not_before[n]})" if not_before.get(n) else "") for n in ordered)

    scaled = guarded(n for n in plain if unit_table()[n].measure in ("count", "area", "foreign_currency"))
    long_money = either(n for n in money if len(n) > 1)
    short_money = either(n for n in money if len(n) == 1)
    return rf"(?:{long_money}|[百千万亿](?:{scaled})|(?:{short_money})|{guarded(plain)})"
