"""Rows that a page break cuts though a rule closes them on both pages: told by numbers and words that are whole only
together."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

from pipelines.reading.model import Cell, Grid
from pipelines.recognising.keys import key
from pipelines.recognising.tables.amounts import is_number, read_amount

REST_OF_NUMBER = re.compile(r"[.,]?\d+(?:\.\d+)?")
OPEN, CLOSED = re.compile(r"\([^()]*$"), re.compile(r"^[^()]*\)")

Row = dict[int, Cell]


def mended(grid: Grid) -> Grid:
    """Given a grid, return it with the first row of a page joined to the last one of the page before where it is the
    rest of that row: each of its texts stands below one, and a number (12,437.3 | 6), a bracket or a name that other
    rows print whole is whole only with it."""
    if grid.first_page == grid.last_page:
        return grid
    rows: dict[int, Row] = defaultdict(dict)
    for cell in grid.cells:
        if cell.row_span == 1:
            rows[cell.row][cell.column] = cell
    decimals = _decimals(rows)
    cells = list(grid.cells)
    for number in sorted(rows):
        upper, lower = rows.get(number - 1), rows[number]
        if upper and _breaks(upper, lower) and _is_rest(upper, lower, rows, decimals):
            joined = {c: _joined(cell, lower[c]) for c, cell in upper.items()}
            gone = {id(cell) for cell in (*upper.values(), *lower.values())}
            cells = [cell for cell in cells if id(cell) not in gone] + list(joined.values())
    return grid if len(cells) == len(grid.cells) else grid._replace(cells=tuple(sorted(cells, key=_place)))


def _place(cell: Cell) -> tuple[int, int]:
    return cell.row, cell.column


def _decimals(rows: Mapping[int, Row]) -> dict[int, int]:
    """How many decimals most numbers of each column have."""
    found: dict[int, Counter] = defaultdict(Counter)
    for row in rows.values():
        for column, cell in row.items():
            if is_number(cell.text):
                found[column][read_amount(cell.text).decimals] += 1
    return {column: counts.most_common(1)[0][0] for column, counts in found.items()}


def _breaks(upper: Row, lower: Row) -> bool:
    """Whether a page ends between two rows of the same cells."""
    same = {c: cell.column_span for c, cell in upper.items()} == {c: cell.column_span for c, cell in lower.items()}
    pages = [{cell.parts[-1][0] for cell in upper.values()}, {cell.page for cell in lower.values()}]
    return same and max(pages[0]) < min(pages[1])


def _is_rest(upper: Row, lower: Row, rows: Mapping[int, Row], decimals: Mapping[int, int]) -> bool:
    said = {c: (key(upper[c].text), key(cell.text)) for c, cell in lower.items() if key(cell.text)}
    if not said or not all(above for above, _ in said.values()):
        return False
    numbers = {c: pair for c, pair in said.items() if is_number(pair[0]) or is_number(pair[1])}
    if not all(_is_cut_number(above, below, decimals.get(c, 0)) for c, (above, below) in numbers.items()):
        return False
    words = {c: pair for c, pair in said.items() if c not in numbers}
    return bool(numbers) or any(_is_cut_text(above, below, c, rows) for c, (above, below) in words.items())


def _is_cut_number(above: str, below: str, decimals: int) -> bool:
    """Whether two texts are a number only together: with the decimals of its column, which the first alone lacks."""
    whole = read_amount(above + below)
    if whole.value is None or not REST_OF_NUMBER.fullmatch(below):
        return False
    return whole.decimals == decimals > read_amount(above).decimals


def _is_cut_text(above: str, below: str, column: int, rows: Mapping[int, Row]) -> bool:
    """Whether two texts close a bracket together, or are what another row of the column says."""
    if OPEN.search(above) and CLOSED.search(below):
        return True
    return any(key(row[column].text) == above + below for row in rows.values() if column in row)


def _joined(upper: Cell, lower: Cell) -> Cell:
    text = "\n".join(part for part in (upper.text, lower.text) if key(part))
    return upper._replace(text=text, row_span=2, parts=upper.parts + lower.parts)
