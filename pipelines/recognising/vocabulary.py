"""The vocabulary files as plain values, read once."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parent.parent / "vocabulary"


class TableKind(NamedTuple):
    table_kind: str
    fund_source: str | None
    all_of: tuple[re.Pattern, ...]
    none_of: tuple[re.Pattern, ...]


class RowWord(NamedTuple):
    pattern: re.Pattern
    scheme: str
    code: str | None
    fund_source: str | None
    expenditure_type: str | None


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def holding(name: str, year: int | None) -> list[dict[str, str]]:
    """The rows of a vocabulary file that hold in a year (all rows where the year is not known)."""
    return [r for r in rows(name) if not r.get("from_year") or year is None or int(r["from_year"]) <= year]


@cache
def radicals() -> dict[str, str]:
    return {r["radical"]: r["character"] for r in rows("radicals")}


@cache
def units() -> dict[str, Decimal]:
    return {r["unit"]: Decimal(r["factor"]) for r in rows("units")}


@cache
def table_kinds(year: int | None) -> tuple[TableKind, ...]:
    def words(text: str) -> tuple[re.Pattern, ...]:
        return tuple(re.compile(word) for word in text.split())

    return tuple(
        TableKind(r["table_kind"], r["fund_source"] or None, words(r["all_of"]), words(r["none_of"]))
        for r in holding("table_kinds", year)
    )


@cache
def header_words(year: int | None) -> dict[str, dict[str, str]]:
    """Phrase → dimension → value. A later row for the same phrase and dimension takes over."""
    words: dict[str, dict[str, str]] = {}
    for r in holding("header_words", year):
        words.setdefault(r["phrase"], {})[r["dimension"]] = r["value"]
    return words


@cache
def three_public(year: int | None) -> dict[str, str]:
    return {r["phrase"]: r["code"] for r in holding("three_public", year)}


@cache
def row_words(year: int | None) -> tuple[RowWord, ...]:
    return tuple(
        RowWord(
            re.compile(r["pattern"]),
            r["scheme"],
            r["code"] or None,
            r["fund_source"] or None,
            r["expenditure_type"] or None,
        )
        for r in holding("row_words", year)
    )


@cache
def codes(scheme: str, year: int | None) -> dict[str, str]:
    """Code → official name of a classification (`function` or `economic`) in a year."""
    return {
        r["code"]: r["name"]
        for r in rows(f"{scheme}_codes")
        if year is None or int(r["first_year"] or 0) <= year <= int(r["last_year"] or 9999)
    }


@cache
def class_codes(year: int | None) -> dict[str, str]:
    """Name → code of the function classes (类), the names of other years too: papers go on printing old names."""
    by_name: dict[str, str] = {}
    for r in sorted(rows("function_codes"), key=lambda r: int(r["last_year"] or 9999)):
        if r["level"] == "class":
            by_name[r["name"]] = r["code"]
    return by_name | {name: code for code, name in codes("function", year).items() if len(code) == 3}
