"""Printed amounts: what a cell says, exactly, and what kind of nothing a cell without a number is."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from pipelines.recognising.vocabulary import units

DASH = re.compile(r"[-—–―ー－_/\\]+")
NUMBER = re.compile(
    r"(?P<open>\()?(?P<sign>[-−－+△]?)(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?P<part>\.\d+)?(?P<close>\))?(?P<unit>亿元|百万元|万元|千元|元|万)?"
)
UNIT_LABEL = re.compile(
    r"(?:单位|金额|人民币)[::]?\(?(?:人民币)?:?(亿元|百万元|万元|千元|元|万)(?![^\s,。;)/、]*[一-鿿])"
)
REPLACED = "\N{REPLACEMENT CHARACTER}"


class Printed(NamedTuple):
    """`value` is in the printed unit; `unit` is set where the cell itself names one."""

    state: str  # number | zero | blank | dash | text | unread
    value: Decimal | None
    decimals: int
    unit: str | None


@lru_cache(maxsize=8192)
def read_amount(text: str) -> Printed:
    """Given the text of an amount cell, return what it says; never a guess."""
    compact = "".join(unicodedata.normalize("NFKC", text).split())
    if not compact:
        return Printed("blank", None, 0, None)
    if REPLACED in compact or any("\ue000" <= c <= "\uf8ff" for c in compact):
        return Printed("unread", None, 0, None)
    if DASH.fullmatch(compact):
        return Printed("dash", None, 0, None)
    match = NUMBER.fullmatch(compact.removeprefix("¥"))
    if not match or bool(match["open"]) != bool(match["close"]):
        return Printed("text", None, 0, None)
    part = match["part"] or ""
    value = Decimal(match["whole"].replace(",", "") + part)
    if match["open"] or match["sign"] in ("-", "−", "－", "△") and match["sign"]:
        value = -value
    return Printed("zero" if value == 0 else "number", value, max(0, len(part) - 1), match["unit"])


def is_number(text: str) -> bool:
    return read_amount(text).state in ("number", "zero")


def unit_in(text: str) -> str | None:
    """Given a line such as 单位：万元 or 金额单位:元, return the money unit it names (万元 for a cut 单位：万)."""
    match = UNIT_LABEL.search("".join(unicodedata.normalize("NFKC", text).split()))
    if not match:
        return None
    return "万元" if match[1] == "万" else match[1]


def bare_unit(text: str) -> str | None:
    """Given a line that is a money unit and nothing else, in brackets or not, return the unit."""
    match = re.fullmatch(r"\(?(亿元|百万元|万元|千元|元)\)?", "".join(unicodedata.normalize("NFKC", text).split()))
    return match[1] if match else None


def factor(unit: str) -> Decimal:
    return units()[unit]
