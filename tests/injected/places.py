"""The printed amounts of a typeset paper: where each stands, in what kind of row, and how another is put there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from tests.typesetting.model import Cell, Paper, Table

MONEY = re.compile(r"-?\d[\d,]*\.\d\d")
TOTALS = {"合计", "收入总计", "支出总计", "总计", "本年收入合计", "本年支出合计"}
Place = tuple[int, int, int]  # table, row (header rows first), column


class Spot(NamedTuple):
    """A printed amount of the body: where it stands, in what kind of row, and its text."""

    table: int
    row: int
    column: int
    text: str
    role: str  # leaf | subtotal | total | line

    @property
    def place(self) -> Place:
        return self.table, self.row, self.column


def amounts(paper: Paper) -> Iterator[Spot]:
    """Yield every printed amount of the tables' bodies."""
    for number, table in enumerate(paper.tables):
        for row in body_rows(table):
            for column, cell in placed(table)[row]:
                if MONEY.fullmatch(cell.text):
                    yield Spot(number, row, column, cell.text, role(table, row))


@lru_cache(maxsize=64)
def placed(table: Table) -> tuple[tuple[tuple[int, Cell], ...], ...]:
    """Return the cells of each row of a table, header rows first, each with its column."""
    taken: set[tuple[int, int]] = set()
    rows = []
    for row, cells in enumerate(table.header + table.body):
        line, column = [], 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            end = column + cell.column_span
            taken |= {(r, c) for r in range(row, row + cell.row_span) for c in range(column, end)}
            line.append((column, cell))
            column = end
        rows.append(tuple(line))
    return tuple(rows)


def role(table: Table, row: int) -> str:
    """Return what a row is: a total, a code that others break down, one that none does, or a line of another table."""
    labels = [cell.text.replace("　", "").replace(" ", "") for cell in table.body[row - len(table.header)]]
    if any(label in TOTALS for label in labels):
        return "total"
    code = row_code(table, row)
    if not code:
        return "line"
    below = [other for other in body_rows(table) if other != row and row_code(table, other).startswith(code)]
    return "subtotal" if below else "leaf"


def row_code(table: Table, row: int) -> str:
    """Return the code of a row, its parts joined; nothing where it has none."""
    code = ""
    for cell in table.body[row - len(table.header)]:
        if not cell.text.strip().isdigit():
            break
        code += cell.text.strip()
    return code


def body_rows(table: Table) -> range:
    return range(len(table.header), len(table.header) + len(table.body))


def row_above(paper: Paper, spot: Spot) -> int:
    """Return the row that the rows of this spot's kind add up to."""
    table = paper.tables[spot.table]
    code = row_code(table, spot.row)
    longer = [row for row in body_rows(table) if row != spot.row and row_code(table, row)]
    above = [row for row in longer if code.startswith(row_code(table, row))]
    if above:
        return max(above, key=lambda row: len(row_code(table, row)))
    return next(row for row in body_rows(table) if role(table, row) == "total")


def beside(one: Spot, other: Spot) -> bool:
    return (one.table, one.column) == (other.table, other.column) and one.row != other.row


def amount_of(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def text_at(paper: Paper, place: Place) -> str:
    number, row, at = place
    table = paper.tables[number]
    return next(cell.text for column, cell in placed(table)[row] if column == at)


def put(paper: Paper, place: Place, text: str) -> Paper:
    number, row, at = place
    table = paper.tables[number]
    line = row - len(table.header)
    cells = tuple(replace(c, text=text) if column == at else c for column, c in placed(table)[row])
    return with_table(paper, number, replace(table, body=(*table.body[:line], cells, *table.body[line + 1 :])))


def with_table(paper: Paper, number: int, table: Table) -> Paper:
    return replace(paper, tables=(*paper.tables[:number], table, *paper.tables[number + 1 :]))


def name_of(paper: Paper, spot: Spot) -> str:
    return f"{paper.tables[spot.table].title} row {spot.row} column {spot.column}: {spot.text}"
