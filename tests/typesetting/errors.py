"""Misprints: one cell of a paper says something else than it should."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from tests.typesetting.model import Paper


class Misprint(NamedTuple):
    """In table `table` (from 0), in the body row whose first cell is `key`, cell `column` is printed wrong."""

    table: int
    key: str
    column: int
    correct: str
    printed: str


def misprint(paper: Paper, error: Misprint) -> Paper:
    """Return the paper with the misprint in it.

    Raises ValueError where no such cell says what the misprint claims to replace.
    """
    table = paper.tables[error.table]
    fits = (
        number
        for number, cells in enumerate(table.body)
        if cells[0].text.strip() == error.key and cells[error.column].text == error.correct
    )
    number = next(fits, None)
    if number is None:
        raise ValueError(f"{table.title}: no row {error.key!r} with {error.correct!r} in column {error.column}")
    cells = list(table.body[number])
    cells[error.column] = replace(cells[error.column], text=error.printed)
    body = (*table.body[:number], tuple(cells), *table.body[number + 1 :])
    tables = (*paper.tables[: error.table], replace(table, body=body), *paper.tables[error.table + 1 :])
    return replace(paper, tables=tables)
