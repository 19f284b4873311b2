"""A reader with faults: alters what was read of a PDF that is printed right. The stored reading then says something that
an independent reading of the PDF does not."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

from pipelines.reading.model import Cell, Grid, Reading
from tests.injected.places import MONEY

Spot = tuple[int, int]  # page and index of the cell among the amounts


class Fault(NamedTuple):
    """A reading with a fault in it, and the (page, centre) of the cells that were read wrong."""

    reading: Reading
    wrong: tuple[Cell, ...]
    said: str


def misread_digit(reading: Reading, dice: random.Random) -> Fault:
    """One digit is read as another."""
    return _one(reading, dice, lambda text: _misread(text, dice))


def transposed_digits(reading: Reading, dice: random.Random) -> Fault:
    """Two digits are read in each other's place."""

    def exchange(text: str) -> str:
        digits = [at for at, sign in enumerate(text[: text.index(".")]) if sign.isdigit()]
        pairs = [(a, b) for a, b in zip(digits, digits[1:], strict=False) if text[a] != text[b]]
        if not pairs:
            return _misread(text, dice)
        a, b = dice.choice(pairs)
        return text[:a] + text[b] + text[a + 1 : b] + text[a] + text[b + 1 :]

    return _one(reading, dice, exchange)


def lost_digit(reading: Reading, dice: random.Random) -> Fault:
    """The first digit falls outside of the cell."""
    return _one(reading, dice, lambda text: text[1:].lstrip(",") if text[1].isdigit() else f"1{text}")


def lost_cell(reading: Reading, dice: random.Random) -> Fault:
    """A cell is read as blank."""
    return _one(reading, dice, lambda text: "")


def shifted_row(reading: Reading, dice: random.Random) -> Fault:
    """Two amounts of a row are read in each other's column."""
    pairs = []
    for grid in reading.grids:
        cells = [cell for cell in grid.cells if MONEY.fullmatch(cell.text)]
        pairs += [
            (grid, a, b) for a in cells for b in cells if a.row == b.row and a.column < b.column and a.text != b.text
        ]
    grid, a, b = dice.choice(pairs)
    changed = {a: a._replace(text=b.text), b: b._replace(text=a.text)}
    return Fault(_changed(reading, grid, changed), (a, b), f"p.{a.page} {a.text} ↔ {b.text}")


def lost_row(reading: Reading, dice: random.Random) -> Fault:
    """A row of a breakdown is not read; what it should add up to is where that shows."""
    places = []
    for grid in reading.grids:
        codes = {row: _code(grid, row) for row in {cell.row for cell in grid.cells}}
        for row, code in codes.items():
            above = max(
                (r for r, c in codes.items() if c and c != code and code.startswith(c)),
                key=lambda r: len(codes[r]),
                default=None,
            )
            beside = (
                above is not None
                and sum(c.startswith(codes[above]) and len(c) == len(code) for c in codes.values()) > 1
            )
            below = any(c != code and c.startswith(code) for c in codes.values())
            if code and beside and not below and any(_is_amount(cell) for cell in grid.cells if cell.row == row):
                places.append((grid, row, above))
    grid, row, above = dice.choice(places)
    lost = [cell for cell in grid.cells if cell.row == row]
    columns = {cell.column for cell in lost if _is_amount(cell)}
    sums = tuple(cell for cell in grid.cells if cell.row == above and cell.column in columns)
    changed = {cell: cell._replace(text="") for cell in lost}
    return Fault(_changed(reading, grid, changed), sums, f"p.{lost[0].page} row {row} of grid {grid.number} is gone")


FAULTS: dict[str, Callable[[Reading, random.Random], Fault]] = {
    "reader: digit": misread_digit,
    "reader: transposed": transposed_digits,
    "reader: lost digit": lost_digit,
    "reader: lost cell": lost_cell,
    "reader: shifted": shifted_row,
    "reader: lost row": lost_row,
}


def _one(reading: Reading, dice: random.Random, other: Callable[[str], str]) -> Fault:
    places = [
        (grid, cell)
        for grid in reading.grids
        for cell in grid.cells
        if MONEY.fullmatch(cell.text) and cell.text.strip("0.,")
    ]
    grid, cell = dice.choice(places)
    text = other(cell.text)
    return Fault(
        _changed(reading, grid, {cell: cell._replace(text=text)}), (cell,), f"p.{cell.page} {cell.text} read as {text}"
    )


def _is_amount(cell: Cell) -> bool:
    return bool(MONEY.fullmatch(cell.text)) and bool(cell.text.strip("0.,"))


def _code(grid: Grid, row: int) -> str:
    code = ""
    for cell in sorted((cell for cell in grid.cells if cell.row == row), key=lambda cell: cell.column):
        if not cell.text.strip().isdigit():
            break
        code += cell.text.strip()
    return code


def _misread(text: str, dice: random.Random) -> str:
    at = dice.choice([place for place, sign in enumerate(text[: text.index(".")]) if sign.isdigit()])
    return text[:at] + dice.choice([d for d in "123456789" if d != text[at]]) + text[at + 1 :]


def _changed(reading: Reading, grid: Grid, changed: dict[Cell, Cell]) -> Reading:
    other = grid._replace(cells=tuple(changed.get(cell, cell) for cell in grid.cells))
    return reading._replace(grids=tuple(other if found is grid else found for found in reading.grids))
