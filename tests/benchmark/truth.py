"""The papers of a layout, typeset, with their truth in the shape that docs/benchmark.md describes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

from tests.benchmark.compose import Mark, Sheet, filled
from tests.benchmark.errors import Injected
from tests.typesetting.model import Paper, Placed, Style
from tests.typesetting.setter import typeset

FACT = (
    "table_kind", "side", "subject_scheme", "subject_code", "subject_name", "fund_source", "fund_period",
    "expenditure_type", "amount_basis", "amount_year",
)  # fmt: skip


class Written(NamedTuple):
    """A PDF that was written, and its truth."""

    path: Path
    truth: dict[str, Any]


def write(
    name: str, facts: Mapping[str, Any], sheets: Sequence[Sheet], folder: Path, errors: Sequence[Injected] = ()
) -> Written:
    """Typeset sheets as one PDF in a folder; return its path and truth. The same bytes every time."""
    path = folder / f"{name}.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = tuple(filled(paragraph, facts) for paragraph in facts.get("text", ()))
    title = filled(facts.get("title", ""), facts)
    paper = Paper(facts.get("cover", facts["department"]), facts["year"], title, text, tuple(s.table for s in sheets))
    placed = typeset(paper, style_of(facts), path)
    return Written(path, truth_of(path, facts, sheets, placed, errors))


def style_of(facts: Mapping[str, Any]) -> Style:
    known = {field.name for field in fields(Style)}
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in facts.get("style", {}).items()}
    if odd := given.keys() - known:
        raise ValueError(f"no such part of a style: {', '.join(sorted(odd))}")
    return Style(**given)


def truth_of(
    path: Path, facts: Mapping[str, Any], sheets: Sequence[Sheet], placed: Sequence[Placed], errors: Sequence[Injected]
) -> dict[str, Any]:
    """Return what is printed, errors that were put in included; `errors` says where those are."""
    where = {(cell.table, cell.row, cell.column): cell for cell in placed if not cell.repeated}
    rows = [
        (mark, fact_of(mark, sheet, where[number, *place]))
        for number, sheet in enumerate(sheets)
        for place, mark in sorted(sheet.marks.items())
    ]
    money = [(mark, row) for mark, row in rows if mark.measure == "amount"]
    return {
        "document": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "fiscal_year": facts["year"],
        "document_kind": facts.get("document_kind", "budget"),
        "scope": facts.get("scope", "department"),
        "department_name": facts["department"],
        "facts": [row for _, row in money if "subset_of" not in row and row["table_kind"]],
        "subset_facts": [row for _, row in money if "subset_of" in row],
        "changes": [change_of(mark, row) for mark, row in rows if mark.measure != "amount"],
        "forms": [
            {"form_no": number, **sheet.form} for number, sheet in enumerate((s for s in sheets if s.form), start=1)
        ],
        "errors": [error_of(error, where) for error in errors],
    }


def fact_of(mark: Mark, sheet: Sheet, cell: Placed) -> dict[str, Any]:
    codes = {name: mark.codes.get(name) for name in FACT}
    more = {name: mark.codes[name] for name in ("also_accept", "subset_of") if name in mark.codes}
    printed = {"amount_yuan": f"{mark.value:.2f}", "printed_text": cell.text.strip(), "printed_unit": sheet.unit}
    return {**codes, **printed, "page": cell.page, "box": list(cell.box), **more}


def change_of(mark: Mark, row: Mapping[str, Any]) -> dict[str, Any]:
    value = "value_percent" if mark.measure == "change_percent" else "value_yuan"
    kept = {name: cell for name, cell in row.items() if name != "amount_yuan"}
    return {**kept, "measure": mark.measure, value: row["amount_yuan"]}


def error_of(error: Injected, where: Mapping[tuple[int, int, int], Placed]) -> dict[str, Any]:
    cells = [where[place] for place in error.places]
    return {
        "kind": error.kind,
        "said": error.said,
        "cells": [{"page": cell.page, "box": list(cell.box), "printed_text": cell.text} for cell in cells],
    }
