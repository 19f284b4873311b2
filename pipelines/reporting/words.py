"""What the report calls coded values, in both languages; new codes are rows of words.csv (documents' pages:
words_document.csv)."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup, escape

WORDS = ("words.csv", "words_document.csv")


class Word(NamedTuple):
    zh: str
    en: str


@cache
def words() -> dict[str, dict[str, Word]]:
    """Return for each field (`outcome`, `family` …) its codes in the order they are shown, each in both languages."""
    fields: dict[str, dict[str, Word]] = {}
    for name in WORDS:
        with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                fields.setdefault(row["field"], {})[row["code"]] = Word(row["zh"], row["en"])
    return fields


def word(field: str, code: str | None) -> Word:
    """Given a field and a code, return its words; a code nobody has named stands for itself."""
    return words().get(field, {}).get(code or "", Word(code or "", code or ""))


def say(zh: object, en: object) -> Markup:
    """Given one thing in both languages, return the markup of which the page shows the reader's; text is escaped."""
    return Markup('<span lang="zh-CN">{}</span><span lang="en">{}</span>').format(escape(zh), escape(en))


def say_word(field: str, code: str | None) -> Markup:
    """Given a coded value, return its words as `say` does."""
    return say(*word(field, code))


def off_by(value_unit: str | None) -> Word:
    """Given what the sides of an identity are in, return what their difference is called."""
    return words()["off_by"].get(value_unit or "", Word(f"相差（{value_unit}）", f"off by ({value_unit})"))


def order_of(field: str, code: str) -> int:
    """Given a coded value, return its place in the order of words.csv; codes nobody has named come last."""
    codes = list(words().get(field, {}))
    return codes.index(code) if code in codes else len(codes)
