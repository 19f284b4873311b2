"""A described performance form as it is printed, with its truth: head, goal, indicators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from tests.benchmark.compose import Sheet, filled, plain_cells
from tests.typesetting.model import Cell, Table


def form_sheet(spec: Mapping[str, Any], facts: Mapping[str, Any]) -> Sheet:
    """Given the description of a form, return it with its truth.

    `form` are the facts of its head as the truth has them, `head` its rows as they are printed, `columns` the meaning
    of each indicator column beside its heading, `indicators` the rows. Neighbours that are equal in level1 and level2
    are one merged cell; `goal` stands above them.
    """
    columns = spec["columns"]
    width = len(columns)
    body = [*plain_cells(eval_cells(spec["head"], facts))]
    if spec.get("goal"):
        label = spec.get("goal_label", "年度绩效目标")
        body.append((Cell(label), Cell(spec["goal"], column_span=width - 1)))
    body.append(tuple(Cell(heading) for _, heading in columns))
    body += indicator_rows(spec["indicators"], [meaning for meaning, _ in columns])
    table = Table(
        title=filled(spec["title"], facts),
        widths=tuple(spec.get("widths", [10] * width)),
        aligns="l" * width,
        header=(),
        body=tuple(body),
        unit=spec.get("unit", ""),
        maker=filled(spec.get("maker", ""), facts),
        tag=spec.get("tag", ""),
        landscape=spec.get("landscape", False),
    )
    form = {key: filled(value, facts) if isinstance(value, str) else value for key, value in spec["form"].items()}
    form["goals"] = [{"scope": "annual", "goal_text": spec["goal"]}] if spec.get("goal") else []
    form["indicators"] = [fact for row in spec["indicators"] for fact in indicator_facts(row, columns)]
    return Sheet(table, None, {}, "", form)


def eval_cells(rows: Sequence[Sequence[Any]], facts: Mapping[str, Any]) -> list[list[Any]]:
    def one(cell: Any) -> Any:
        return {**cell, "text": filled(cell["text"], facts)} if isinstance(cell, dict) else filled(cell, facts)

    return [[one(cell) for cell in row] for row in rows]


def indicator_rows(rows: Sequence[Sequence[str]], meanings: Sequence[str]) -> list[tuple[Cell, ...]]:
    """Set the rows of indicators; runs of equal levels become one cell over their rows."""
    spans: dict[tuple[int, int], int] = {}
    levels = [at for at, meaning in enumerate(meanings) if meaning.startswith("level")]
    for at in levels:
        start = 0
        for _, run in groupby(rows, key=lambda row: [row[other] for other in levels if other <= at]):
            length = len(list(run))
            spans[start, at] = length
            start += length
    printed = []
    for place, row in enumerate(rows):
        kept = [at for at in range(len(row)) if at not in levels or (place, at) in spans]
        printed.append(tuple(Cell(row[at], row_span=spans.get((place, at), 1)) for at in kept))
    return printed


def indicator_facts(row: Sequence[str], columns: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
    """Return a fact for each value that a row prints; comparator, value and unit in cells of their own are joined."""
    words: dict[str, str] = {}
    for (meaning, _), text in zip(columns, row, strict=True):
        words[meaning] = text
    facts = []
    for role, name in (("target", "value"), ("achieved", "achieved"), ("prior_year", "prior_year")):
        if words.get(name):
            before = words.get("comparator", "") if role == "target" else ""
            before = "" if before == "定性" else before
            unit = words.get("unit", "") if role == "target" and words.get("unit") != "/" else ""
            fact = {"scope": "annual", "level1": words.get("level1"), "level2": words.get("level2")}
            fact |= {"name": words["name"], "value_role": role, "value_text": before + words[name] + unit}
            facts.append(fact | {key: words[key] for key in ("weight", "score") if words.get(key)})
    return facts
