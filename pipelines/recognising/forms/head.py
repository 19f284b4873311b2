"""The head of a form: who, which project, what kind, for which years."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.recognising.forms.grid import one_line
from pipelines.recognising.forms.parts import Field, FormParts
from pipelines.recognising.forms.words import YEAR
from pipelines.recognising.keys import key

CHOSEN = "☑√✓✔■●▣☒◉⊙\uf052\uf0fe\uf0fc"
OPEN = "□○☐◯▢\uf0a3\uf06f\uf0a8"
MARKS = re.compile(f"[(（]?([{CHOSEN}{OPEN}])[)）]?")
NUMBERED = re.compile(r"(?=(?<!\d)\d{1,2}[.、．])")
CODED = re.compile(r"[\[【(（]?([0-9A-Z]*\d{3,}[0-9A-Z]*)[\]】)）]?\s*[-—－_]?\s*(?=[一-鿿])(.+)", re.S)
CODE_BEHIND = re.compile(r"(.*[一-鿿)）])\s*[-—－_\[【(（]?\s*\d{3,}[\]】)）]?", re.S)
PROJECT_CODE = re.compile(r"[\[【]?((?=\w*\d{5})[0-9A-Z]+)(?:[\]】]|\s*[-—－_])\s*(?=\D)(.+)", re.S)
DATE_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=\D|\d{2}(?:\D|$)|\d{4}(?:\D|$)|$)")


def first_text(parts: FormParts, name: str) -> str | None:
    """Given a form, return the first filled value of a head field on one line."""
    return next((one_line(f.slot.text) for f in parts.fields if f.name == name and f.slot.filled), None)


def first_field(parts: FormParts, name: str) -> Field | None:
    return next((f for f in parts.fields if f.name == name and f.slot.filled), None)


def body_name(text: str | None, label: str) -> str | None:
    """Given the value of a field that names a body, return the name; under a label that asks for its code too
    (主管部门及代码) without that: 229_示例市信访局, [101]示例区水务局, 教育部 105."""
    if text is None or "代码" not in label and "编码" not in label:
        return text
    found = CODED.fullmatch(text)
    if found:
        return found[2].strip()
    behind = CODE_BEHIND.fullmatch(text)
    return behind[1].strip() if behind else text


def project_name(text: str | None) -> tuple[str | None, str | None]:
    """Given the printed name of a project, return its code, where it begins with one (110000T0001-培训), and name."""
    found = PROJECT_CODE.fullmatch(text or "")
    return (found[1], found[2].strip()) if found else (None, text)


def year_in(text: str | None) -> int | None:
    """Given a year or date (2023, 2026/1/1, 202001, 2024 年), return its year."""
    years = years_in(text)
    return years[0] if years else None


def years_in(text: str | None) -> list[int]:
    return [int(year) for year in DATE_YEAR.findall(key(text or ""))]


def title_year(titles: Sequence[str]) -> int | None:
    return next((int(m[1]) for title in titles if (m := YEAR.search(key(title)))), None)


def chosen_option(text: str | None) -> tuple[str | None, bool]:
    """Given the text of a field with check boxes, return the option chosen and whether that is sure.

    A text without boxes is the answer itself. A box stands behind its option, or before it where the text begins with
    one. A checked box tells; where none is checked, the only option without an empty box (its mark is in a font without
    a Unicode map) is the one.
    """
    if not text or not text.strip():
        return None, True
    if not MARKS.search(text):
        return one_line(text), True
    options = _options(text)
    checked = [name for name, mark in options if mark and mark in CHOSEN]
    unmarked = [name for name, mark in options if not mark]
    for found in (checked, unmarked):
        if len(found) == 1:
            return found[0], True
        if found:
            return None, False
    return None, False


def _options(text: str) -> list[tuple[str, str]]:
    """(option, its mark or nothing) in order."""
    tokens = [t for t in MARKS.split(one_line(text)) if t and t.strip(" ;；,，/、")]
    before = tokens[0] in CHOSEN + OPEN
    options: list[tuple[str, str]] = []
    mark = ""
    for token in tokens:
        if token in CHOSEN + OPEN:
            if before:
                mark = token
            elif options:
                options[-1] = (options[-1][0], token)
            continue
        names = [n for n in (_tidy(piece) for piece in NUMBERED.split(token)) if n]
        options += [(name, mark if before and i == 0 else "") for i, name in enumerate(names)]
        mark = ""
    return options


def _tidy(text: str) -> str:
    return "".join(c for c in text if not "\ue000" <= c <= "\uf8ff").strip(" ;；,，/、\u3000")
