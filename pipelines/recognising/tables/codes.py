"""Codes as rows print them: whole, in the parts 类 款 项, or in front of a name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipelines.recognising.keys import key
from pipelines.recognising.tables.headers import Column
from pipelines.recognising.vocabulary import CLASSIFICATIONS, GOVERNMENT_CLASS, names
from pipelines.recognising.wording import BESIDE

BRACKETED_CODE = re.compile(r"[\[(【]([0-9A-Z]{3,25})[\])】][-—_.、\s]*(\S.*)", re.S)
PARTED_CODE = re.compile(r"([0-9]{3,12}|[0-9A-Z]{10,25})(?:\s*[-—_.、]\s*|\s+)([^\d\s].*)", re.S)
UNIT_CODE = re.compile(r"(\d{3,9})([^\d\s].*)", re.S)
TOUCHING_CODE = re.compile(r"([2357]\d{2}(?:\d{2}){0,2})([^\d\s年月日级号].*)", re.S)
YEAR_IN_FRONT = re.compile(r"(?:19|20)\d{2}\s*[-—年]")
PARTS_OF_CODE = re.compile(r"\d{3}[-.]\d{2}(?:[-.]\d{2})?")
PARTS = ("class_code", "section_code", "item_code")

Texts = Mapping[int, tuple[str, bool]]  # column → what its cell says, and whether the cell begins in the row


class Code(NamedTuple):
    """A row's code; `filled` where a part of it is left blank and stands in a row above."""

    text: str | None
    filled: bool = False


def code_of(labels: Sequence[Column], texts: Texts, above: list[str]) -> Code:
    """Given the label columns of one classification and what a row says in them, return the code that stands in one
    column or is joined from 类 款 项. A part that the row leaves out before one it prints is that of the row above
    (`above`, which is brought up to date); where no row above has it, there is no code."""
    found = (next((c for c in labels if c.role == role), None) for role in PARTS)
    parts = [key(texts[c.number][0]) for c in found if c]
    if not parts:
        text = key(next((texts[c.number][0] for c in labels if c.role == "code" and key(texts[c.number][0])), ""))
        if PARTS_OF_CODE.fullmatch(text):
            return Code(re.sub(r"\D", "", text))
        return Code(text if re.fullmatch(r"[0-9A-Z]+", text) else None)
    parts = [p if re.fullmatch("[0-9A-Z]+", p) else "" for p in parts]
    if not any(parts):
        return Code(None)
    deepest = max(i for i, p in enumerate(parts) if p)
    filled = False
    for i in range(deepest + 1):
        whole = "".join(parts[:i])
        if i and whole and len(parts[i]) > len(whole) and parts[i].startswith(whole):
            parts[i] = parts[i][len(whole) :]  # the column repeats the whole code
        if not parts[i] and len(parts[deepest]) <= 2:
            parts[i] = above[i] if i < len(above) else ""
            filled = True
    if not all(parts[: deepest + 1]) and len(parts[deepest]) <= 2:
        return Code(None)
    above[:] = parts
    return Code("".join(parts), filled)


def codes_beside(labels: Sequence[Column], texts: Texts, above: dict[str, list[str]]) -> dict[str, str]:
    """Given the label columns of a row, return its codes in the classifications by which the table is not read."""
    found = {}
    for scheme in CLASSIFICATIONS:
        own = [c._replace(role=c.beside) for c in labels if c.role == BESIDE and c.scheme == scheme and c.beside]
        code = code_of(own, texts, above.setdefault(scheme, [])).text
        if code is None:
            joined = [code_and_name(texts[c.number][0], scheme)[0] for c in own if c.role == "name"]
            code = next(filter(None, joined), None)
        if code:
            found[scheme] = code
    return found


def scheme_by_code(scheme: str, code: str | None) -> str:
    """Given the classification by which a list goes and a row's code, return the row's own: 501…599 are classes of the
    government's economic classification, also in a list that heads both 经济分类."""
    of_government = scheme == "economic" and code is not None and code.startswith(GOVERNMENT_CLASS)
    return "government_economic" if of_government else scheme


def code_and_name(text: str, scheme: str | None) -> tuple[str | None, str]:
    """Given a label, return the code in front of its name and the name, (None, the label) where there is none. A code
    that touches its name must be one of a classification; a year is none."""
    text = text.strip()
    if YEAR_IN_FRONT.match(text):
        return None, text
    if found := BRACKETED_CODE.fullmatch(text) or PARTED_CODE.fullmatch(text):
        return found[1], found[2]
    found = (UNIT_CODE if scheme == "organization" else TOUCHING_CODE).fullmatch(text)
    if found and (scheme == "organization" or any(names(s, found[1]) for s in CLASSIFICATIONS)):
        return found[1], found[2]
    return None, text
