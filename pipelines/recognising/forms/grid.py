"""The rows of a form's grid as its readers see them: each with all cells that cover it, and with the words that stand
in cells a page break leaves open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from pipelines.reading.model import Box, Cell, Grid, Line
from pipelines.recognising.tables.headers import Sheet

BANNER = 0.8  # share of the grid's width from which a lone cell is a heading
MARGIN = 12  # points; a narrower column at the side of a sheet, without a word, is its margin


class Slot(NamedTuple):
    """One cell as it covers one row. `own`: it begins in this row. x0 and x1 count from the left side of the grid.
    `open`: the end of the page leaves it open, it may go on with the next."""

    text: str
    own: bool
    row_span: int
    x0: float
    x1: float
    page: int
    box: Box
    open: bool = False

    @property
    def filled(self) -> bool:
        return bool(self.text.strip())


class FormRow(NamedTuple):
    """One grid row. `first`: it is the first of its grid or of a page, so that it may be the rest of the row before."""

    grid: int
    number: int
    page: int
    first: bool
    width: float
    slots: tuple[Slot, ...]

    @property
    def own(self) -> list[Slot]:
        return [slot for slot in self.slots if slot.own and slot.filled]


def form_rows(grid: Grid, lines: Sequence[Line]) -> list[FormRow]:
    """Given a grid and the paper's lines outside grids, return its rows from top to bottom."""
    sheet = Sheet(grid)
    holes = _holes(grid, sheet, lines)
    first, last = _without_margins(grid)
    left, width = grid.column_edges[first], grid.column_edges[last] - grid.column_edges[first]
    rows = []
    for number in range(grid.n_rows):
        slots: list[Slot] = []
        seen: set[int] = set()
        for column in range(first, last):
            cell = sheet.at(number, column)
            if cell is None:
                if hole := holes.get((number, column)):
                    slots.append(hole)
            elif id(cell) not in seen:
                seen.add(id(cell))
                slots.append(_slot(cell, cell.row == number, grid, left))
        page = next((s.page for s in slots if s.own), slots[0].page if slots else grid.first_page)
        at_top = not rows or page != rows[-1].page
        rows.append(FormRow(grid.number, number, page, at_top, width, tuple(slots)))
    return rows


def banner_of(row: FormRow) -> Slot | None:
    """Given a row, return its only cell, where that spans the grid: a heading."""
    filled = [slot for slot in row.slots if slot.filled]
    if len(filled) == 1 and filled[0].own and filled[0].x1 - filled[0].x0 >= BANNER * row.width:
        return filled[0]
    return None


def one_line(text: str) -> str:
    """Given the text of a wrapped cell, return it on one line: a break between two Latin letters is a blank, any other
    is nothing."""
    joined = re.sub(r"(?<=[A-Za-z])\s*\n\s*(?=[A-Za-z])", " ", text)
    return re.sub(r"\s*\n\s*", "", joined).strip()


def _without_margins(grid: Grid) -> tuple[int, int]:
    """The first column of a grid and the one behind its last, without narrow ones at its sides in which nothing
    stands: the sheet's margins."""
    filled = {c for cell in grid.cells if cell.text.strip() for c in range(cell.column, cell.column + cell.column_span)}
    edges, first, last = grid.column_edges, 0, grid.n_columns
    while first < last - 1 and first not in filled and edges[first + 1] - edges[first] < MARGIN:
        first += 1
    while last > first + 1 and last - 1 not in filled and edges[last] - edges[last - 1] < MARGIN:
        last -= 1
    return first, last


def _slot(cell: Cell, own: bool, grid: Grid, left: float) -> Slot:
    x0 = grid.column_edges[cell.column] - left
    x1 = grid.column_edges[min(cell.column + cell.column_span, grid.n_columns)] - left
    return Slot(cell.text, own, cell.row_span, x0, x1, cell.page, cell.box)


def _holes(grid: Grid, sheet: Sheet, lines: Sequence[Line]) -> dict[tuple[int, int], Slot]:
    """Places of the grid without a cell, by row and column, with the words printed there: a merged cell that reaches to
    the end of a page and is not closed there is no cell for the reader of grids, its words are lines between grids."""
    extent = _row_extents(grid)
    words = [(line.page, *word) for line in lines for word in _words(line)]
    edges, holes = grid.column_edges, {}
    for column in range(grid.n_columns):
        run: list[int] = []
        for number in range(grid.n_rows + 1):
            empty = number < grid.n_rows and sheet.at(number, column) is None and number in extent
            if empty and (not run or extent[run[-1]][0] == extent[number][0]):
                run.append(number)
                continue
            if run:
                page, top, _, shift = extent[run[0]]
                box = Box(edges[column] + shift, top, edges[column + 1] + shift, extent[run[-1]][2])
                text = "\n".join(w for p, x, y, w in words if p == page and _inside(x, y, box))
                for i, row in enumerate(run):
                    x0, x1 = edges[column] - edges[0], edges[column + 1] - edges[0]
                    holes[row, column] = Slot(text, i == 0, len(run), x0, x1, page, box, open=True)
            run = [number] if empty else []
    return holes


def _row_extents(grid: Grid) -> dict[int, tuple[int, float, float, float]]:
    """Row → page, top, bottom, and how far that page's columns stand from the grid's."""
    by_row: dict[int, list[Cell]] = {}
    for cell in grid.cells:
        by_row.setdefault(cell.row, []).append(cell)
    found = {}
    for row, cells in by_row.items():
        page = max(cell.page for cell in cells)
        here = [cell for cell in cells if cell.page == page]
        shift = median(cell.box.x0 - grid.column_edges[cell.column] for cell in here)
        bottoms = [cell.box.bottom for cell in here if cell.row_span == 1] or [min(cell.box.bottom for cell in here)]
        found[row] = (page, min(cell.box.top for cell in here), max(bottoms), shift)
    return found


def _words(line: Line) -> list[tuple[float, float, str]]:
    """The words of a line with the middle of each, told from the widths of its characters."""
    weights = [0.5 if ord(c) < 0x2E80 else 1.0 for c in line.text]
    scale = (line.box.x1 - line.box.x0) / (sum(weights) or 1.0)
    y = (line.box.top + line.box.bottom) / 2
    found = []
    for match in re.finditer(r"\S+", line.text):
        start, end = sum(weights[: match.start()]), sum(weights[: match.end()])
        found.append((line.box.x0 + scale * (start + end) / 2, y, match[0]))
    return found


def _inside(x: float, y: float, box: Box) -> bool:
    return box.x0 - 1 <= x <= box.x1 + 1 and box.top - 1 <= y <= box.bottom + 1
