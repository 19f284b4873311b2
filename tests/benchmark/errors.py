"""The errors of a layout's second paper: a changed amount, two amounts exchanged, a row missing, a total off."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from tests.benchmark.compose import UNITS, Mark, Place, Sheet
from tests.typesetting.model import Cell, Table


class Injected(NamedTuple):
    """One error: `places` are the cells (table, row, column) that a reviewer would point at. Of a missing row that is the
    sum its amounts are missing from."""

    kind: str
    said: str
    places: tuple[tuple[int, int, int], ...]


def with_errors(name: str, sheets: Sequence[Sheet]) -> tuple[list[Sheet], list[Injected]]:
    """Return the sheets with one error of each kind in them, each in a table of its own where there are enough."""
    dice = random.Random(f"errors/{name}")
    sheets, done, used = list(sheets), [], set()
    for kind, (fitting, change) in KINDS.items():
        choices = [(n, fits) for n, sheet in enumerate(sheets) if n not in used and (fits := fitting(sheet))]
        if not choices:
            continue
        number, fits = dice.choice(choices)
        sheets[number], said, places = change(sheets[number], dice.choice(fits), dice)
        used.add(number)
        done.append(Injected(kind, f"{sheets[number].table.title}: {said}", tuple((number, *p) for p in places)))
    return sheets, done


def amounts(sheet: Sheet, *roles: str) -> list[Place]:
    """The printed amounts of rows of these roles; none where the table has less than three rows of them."""
    found = [
        place
        for place, mark in sorted(sheet.marks.items())
        if mark.measure == "amount" and mark.role in roles and mark.value > 0 and "subset_of" not in mark.codes
    ]
    return found if len({row for row, _ in found}) > 2 or roles == ("total",) else []


def changed(sheet: Sheet, place: Place, dice: random.Random) -> tuple[Sheet, str, list[Place]]:
    mark = sheet.marks[place]
    factor = UNITS[sheet.unit] / 100
    share = Decimal(dice.randint(8, 40)) / 100
    other = mark.value + max((mark.value * share / factor).quantize(Decimal(1)), Decimal(3)) * factor
    old = text_at(sheet, place)
    return put(sheet, place, text_like(old, other, sheet), other), f"{old} printed as {other} yuan", [place]


def pairs(sheet: Sheet) -> list[tuple[Place, Place]]:
    places = amounts(sheet, "part", "whole", "line")
    return [
        (one, other)
        for one in places
        for other in places
        if one[0] == other[0]
        and one[1] < other[1]
        and sheet.marks[one].block == sheet.marks[other].block
        and sheet.marks[one].value != sheet.marks[other].value
    ]


def exchanged(sheet: Sheet, pair: tuple[Place, Place], dice: random.Random) -> tuple[Sheet, str, list[Place]]:
    one, other = pair
    first, second = text_at(sheet, one), text_at(sheet, other)
    a, b = sheet.marks[one].value, sheet.marks[other].value
    return put(put(sheet, one, second, b), other, first, a), f"{first} and {second} exchanged", [one, other]


def removable(sheet: Sheet) -> list[int]:
    """Rows that can go: parts with another part beside them below the same whole."""
    rows = {place[0]: mark for place, mark in sheet.marks.items() if mark.role == "part" and mark.measure == "amount"}
    return [
        row
        for row, mark in sorted(rows.items())
        if len(mark.code) > 3 and any(r != row and m.code[:-2] == mark.code[:-2] for r, m in rows.items())
    ]


def removed(sheet: Sheet, row: int, dice: random.Random) -> tuple[Sheet, str, list[Place]]:
    gone = {column: mark for (r, column), mark in sheet.marks.items() if r == row and mark.value}
    code = next(iter(gone.values())).code
    above = max(
        ((len(m.code), r) for (r, _), m in sheet.marks.items() if r != row and m.code and code.startswith(m.code)),
        default=(0, min(r for (r, _), m in sheet.marks.items() if m.role == "total")),
    )[1]
    at = row - len(sheet.table.header)
    body = (*sheet.table.body[:at], *sheet.table.body[at + 1 :])
    marks = {(r - (r > row), column): mark for (r, column), mark in sheet.marks.items() if r != row}
    places = [(above - (above > row), column) for column in sorted(gone)]
    table = replace(sheet.table, body=body)
    return sheet._replace(table=table, marks=marks), f"row {code} is missing", [p for p in places if p in marks]


KINDS: dict[str, tuple[Callable, Callable]] = {
    "row missing": (removable, removed),
    "total off": (lambda sheet: amounts(sheet, "total"), changed),
    "amount changed": (lambda sheet: amounts(sheet, "part"), changed),
    "amounts exchanged": (pairs, exchanged),
}


def cell_index(table: Table, place: Place) -> tuple[int, int]:
    """Return the row and cell of the body at a place of the grid; the cells of a body row each take one column."""
    return place[0] - len(table.header), place[1]


def text_at(sheet: Sheet, place: Place) -> str:
    row, at = cell_index(sheet.table, place)
    return sheet.table.body[row][at].text


def text_like(text: str, value: Decimal, sheet: Sheet) -> str:
    decimals = len(text.rpartition(".")[2]) if "." in text else 0
    return f"{value / UNITS[sheet.unit]:{',' if ',' in text or value < 1000 else ''}.{decimals}f}"


def put(sheet: Sheet, place: Place, text: str, value: Decimal) -> Sheet:
    row, at = cell_index(sheet.table, place)
    cells = list(sheet.table.body[row])
    cells[at] = Cell(text, align=cells[at].align)
    body = (*sheet.table.body[:row], tuple(cells), *sheet.table.body[row + 1 :])
    mark: Mark = sheet.marks[place]
    table = replace(sheet.table, body=body)
    return sheet._replace(table=table, marks={**sheet.marks, place: mark._replace(value=value)})
