"""The vocabulary files as plain values, read once."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pipelines.errors import PipelineError

FOLDER = Path(__file__).resolve().parent.parent / "vocabulary"
PROPOSED = "?"  # in front of a value in a row of the review file


class TableKind(NamedTuple):
    table_kind: str
    fund_source: str | None
    all_of: tuple[re.Pattern, ...]
    none_of: tuple[re.Pattern, ...]
    beside: tuple[re.Pattern, ...]


class RowWord(NamedTuple):
    pattern: re.Pattern
    scheme: str
    code: str | None
    fund_source: str | None
    expenditure_type: str | None


def rows(name: str) -> list[dict[str, str]]:
    """Given a vocabulary file's name, return its rows. A row that still carries a proposal (`?other_income`, or `?` for
    a value nobody could propose) raises PipelineError: a person decides."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    for number, row in enumerate(found, start=2):
        if open_value := next((v for v in row.values() if v and v.startswith(PROPOSED)), None):
            raise PipelineError(
                f"vocabulary/{name}.csv line {number}: decide what stands for {open_value}, then run again"
            )
    return found


def columns(name: str) -> list[str]:
    """Given a vocabulary file's name, return its columns in their order."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def literal(text: str) -> str:
    """Given a text, return the pattern that stands for just that text in a vocabulary file."""
    return re.sub(r"([\\.^$*+?{}\[\]|()])", r"\\\1", text)


def csv_row(values: list[str]) -> str:
    """Given the values of a vocabulary row, return its line in the file."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(values)
    return out.getvalue()


def holding(name: str, year: int | None) -> list[dict[str, str]]:
    """The rows of a vocabulary file that hold in a year (all rows where the year is not known)."""
    return [r for r in rows(name) if not r.get("from_year") or year is None or int(r["from_year"]) <= year]


def forget() -> None:
    """Drop what was read, for who changes the files within a process."""
    for value in globals().values():
        if hasattr(value, "cache_clear"):
            value.cache_clear()


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
        TableKind(r["table_kind"], r["fund_source"] or None, *(words(r[c]) for c in ("all_of", "none_of", "beside")))
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
def names(scheme: str, code: str) -> tuple[tuple[str, int, int], ...]:
    """Given a classification (`function` or `economic`) and a code, return its official names with the first and last
    year of each."""
    return tuple(
        (r["name"], int(r["first_year"] or 0), int(r["last_year"] or 9999))
        for r in rows(f"{scheme}_codes")
        if r["code"] == code
    )


@cache
def _codes_by_name(scheme: str) -> dict[str, tuple[str, ...]]:
    by_name: dict[str, dict[str, None]] = {}
    for r in rows(f"{scheme}_codes"):
        by_name.setdefault(_half(r["name"]), {})[r["code"]] = None
    return {name: tuple(codes) for name, codes in by_name.items()}


def codes_named(scheme: str, name: str) -> tuple[str, ...]:
    """Given `function` or `economic` and a name, return the codes that bear it in any year."""
    return _codes_by_name(scheme).get(_half(name), ()) if scheme in ("function", "economic") else ()


def _half(name: str) -> str:
    """A name with half-width brackets, as labels are compared."""
    return name.replace("（", "(").replace("）", ")")


@cache
def economic_classes() -> dict[str, str]:
    """Name → code of the economic classes (类) of departments; those of the government's own classification (5xx) where
    the name is in none of them."""
    classes = [r for r in rows("economic_codes") if r["level"] == "class"]
    return {_half(r["name"]): r["code"] for r in sorted(classes, key=lambda r: r["code"], reverse=True)}


@cache
def title_words(year: int | None) -> dict[str, str]:
    """Word of a title → what it tells of the kind of table: `nothing`, or that it is `another`; longest first."""
    said = sorted(holding("title_words", year), key=lambda r: len(r["word"]), reverse=True)
    return {r["word"]: r["tells"] for r in said}


@cache
def class_codes(year: int | None) -> dict[str, str]:
    """Name → code of the function classes (类), the names of other years too: papers go on printing old names."""
    by_name: dict[str, str] = {}
    for r in sorted(rows("function_codes"), key=lambda r: int(r["last_year"] or 9999)):
        if r["level"] == "class":
            by_name[r["name"]] = r["code"]
    return by_name | {name: code for code, name in codes("function", year).items() if len(code) == 3}
