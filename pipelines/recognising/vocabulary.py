"""The vocabulary files: their rows, and what holds in every year: units, radicals, official names of codes."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from functools import cache
from pathlib import Path

from pipelines import codebook
from pipelines.errors import PipelineError

FOLDER = Path(__file__).resolve().parent.parent / "vocabulary"
ECONOMIC = ("economic", "government_economic")
CLASSIFICATIONS = ("function", *ECONOMIC)
GOVERNMENT_CLASS = "5"  # first digit of 501…599, 政府预算支出经济分类
PROPOSED = "?"  # in front of a value in a row of the review file


def rows(name: str) -> list[dict[str, str]]:
    """Given a vocabulary file's name, return its rows. A row that still carries a proposal (`?other_income`, or `?` for
    a value nobody could propose) raises PipelineError: a person decides. So does a value that the codebook does not
    know."""
    return _rows(FOLDER / f"{name}.csv")


@cache
def _rows(path: Path) -> list[dict[str, str]]:
    found = codebook.read_rows(path)
    for number, row in found:
        if open_value := next((v for v in row.values() if v and v.startswith(PROPOSED)), None):
            raise PipelineError(
                f"vocabulary/{path.name} line {number}: decide what stands for {open_value}, then run again"
            )
    codebook.check(path, found)
    return [row for _, row in found]


def check() -> None:
    """Raise PipelineError for the first row of any vocabulary file that `rows` would refuse."""
    for path in sorted(FOLDER.glob("*.csv")):
        if path.name not in codebook.OWN:
            rows(path.stem)


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
def names(scheme: str, code: str) -> tuple[tuple[str, int, int], ...]:
    """Given a classification and a code, return the code's official names with the first and last year of each."""
    return tuple(
        (r["name"], int(r["first_year"] or 0), int(r["last_year"] or 9999))
        for r in code_rows(scheme)
        if r["code"] == code
    )


def code_rows(scheme: str) -> list[dict[str, str]]:
    """The codes of one classification: the file of economic codes holds two, the government's classes begin with 5."""
    if scheme not in ECONOMIC:
        return rows(f"{scheme}_codes")
    return [r for r in rows("economic_codes") if r["code"].startswith(GOVERNMENT_CLASS) == (scheme != "economic")]


@cache
def _codes_by_name(scheme: str) -> dict[str, tuple[str, ...]]:
    by_name: dict[str, dict[str, None]] = {}
    for r in code_rows(scheme):
        by_name.setdefault(_half(r["name"]), {})[r["code"]] = None
    return {name: tuple(codes) for name, codes in by_name.items()}


def codes_named(scheme: str, name: str) -> tuple[str, ...]:
    """Given a classification and a name, return the codes that bear it in any year."""
    return _codes_by_name(scheme).get(_half(name), ()) if scheme in CLASSIFICATIONS else ()


def _half(name: str) -> str:
    """A name with half-width brackets, as labels are compared."""
    return name.replace("（", "(").replace("）", ")")


@cache
def economic_classes(of: str = "economic") -> dict[str, str]:
    """Name → code of the economic classes (类) of departments and of the government's own classification (5xx); where a
    class of both has one name, that of the classification `of`."""
    classes = [r for r in rows("economic_codes") if r["level"] == "class"]
    ordered = sorted(classes, key=lambda r: r["code"], reverse=of == "economic")
    return {_half(r["name"]): r["code"] for r in ordered}
