"""Papers from the facts files under papers/."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.typesetting.budget import DATA, Budget, read_budget
from tests.typesetting.errors import Misprint, misprint
from tests.typesetting.model import Cell, Paper, Table


def budget_paper(name: str, tables: Callable[[Budget], list[Table]]) -> Paper:
    """Return the paper of papers/<name>.json and .csv: balanced tables, then the misprints its facts ask for."""
    budget, facts = read_budget(name)
    figures = budget.figures()
    paragraphs = tuple(paragraph.format(**figures) for paragraph in facts["paragraphs"])
    paper = Paper(budget.department, budget.year, facts["title"], paragraphs, tuple(tables(budget)))
    for error in facts.get("misprints", ()):
        paper = misprint(paper, Misprint(**error))
    return paper


def plain_paper(name: str) -> Paper:
    """Return the paper of papers/<name>.json, whose tables are written out.

    A cell is a text or an object of text, row_span, column_span and align.
    """
    facts = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    tables = tuple(read_table(table) for table in facts["tables"])
    return Paper(facts["department"], facts["year"], facts["title"], tuple(facts.get("paragraphs", ())), tables)


def read_table(facts: dict) -> Table:
    rows = {part: tuple(tuple(map(read_cell, row)) for row in facts[part]) for part in ("header", "body")}
    return Table(**{**facts, **rows, "widths": tuple(facts["widths"])})


def read_cell(facts: str | dict) -> Cell:
    return Cell(facts) if isinstance(facts, str) else Cell(**facts)
