"""The errors that are put into a clean paper, by kind. Each takes a paper and dice and returns the paper with one error
in it and the cells that are wrong; the dice choose among all places where the kind can happen."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from tests.injected.places import (
    Place,
    Spot,
    amount_of,
    amounts,
    beside,
    body_rows,
    name_of,
    put,
    row_above,
    row_code,
    text_at,
    with_table,
)
from tests.typesetting.model import Paper

UNITS = {"元": "万元", "万元": "元"}


class Error(NamedTuple):
    """A paper with an error in it; `wrong` are the cells a reviewer would point at, `number` is the number of the running
    text where it is wrong."""

    paper: Paper
    wrong: frozenset[Place]
    said: str
    number: str = ""


class NoPlace(Exception):
    """The paper has no place for this kind of error."""


def leaf(paper: Paper, dice: random.Random) -> Error:
    return _one(paper, dice, lambda spot: spot.role == "leaf", _other)


def subtotal(paper: Paper, dice: random.Random) -> Error:
    return _one(paper, dice, lambda spot: spot.role == "subtotal", _other)


def total(paper: Paper, dice: random.Random) -> Error:
    return _one(paper, dice, lambda spot: spot.role == "total", _other)


def transposed_digits(paper: Paper, dice: random.Random) -> Error:
    return _one(paper, dice, lambda spot: _transpositions(spot.text), _transposed)


def unit_slip_in_a_cell(paper: Paper, dice: random.Random) -> Error:
    return _one(paper, dice, lambda spot: _slipped(paper, spot) != spot.text, lambda s, _: _slipped(paper, s))


def unit_slip_of_a_table(paper: Paper, dice: random.Random) -> Error:
    """The table says 元 where it means 万元, or the other way round."""
    spots = list(amounts(paper))
    tables = sorted({spot.table for spot in spots if sum(s.table == spot.table for s in spots) > 8})
    number = dice.choice(tables)
    table = paper.tables[number]
    unit = table.unit.removeprefix("单位：")
    changed = replace(table, unit=f"单位：{UNITS[unit]}")
    wrong = frozenset(spot.place for spot in spots if spot.table == number)
    return Error(with_table(paper, number, changed), wrong, f"{table.title}: {unit} printed as {UNITS[unit]}")


def swapped_amounts(paper: Paper, dice: random.Random) -> Error:
    """Two amounts of one row stand in each other's column."""
    rows: dict[tuple, list[Spot]] = {}
    for spot in amounts(paper):
        if spot.role != "line":
            rows.setdefault((spot.table, spot.row), []).append(spot)
    pairs = [(a, b) for row in rows.values() for n, a in enumerate(row) for b in row[n + 1 :] if a.text != b.text]
    one, other = dice.choice(_some(pairs))
    changed = put(put(paper, one.place, other.text), other.place, one.text)
    return Error(changed, frozenset({one.place, other.place}), f"{name_of(paper, one)} ↔ {other.text}")


def swapped_columns(paper: Paper, dice: random.Random) -> Error:
    """Two whole columns of a table stand in each other's place, below headers that do not move."""
    columns: dict[tuple[int, int], dict[int, str]] = {}
    for spot in amounts(paper):
        if spot.role != "line":
            columns.setdefault((spot.table, spot.column), {})[spot.row] = spot.text
    names = sorted(name for name, cells in columns.items() if len(cells) > 2)
    pairs = [(a, b) for a in names for b in names if a < b and a[0] == b[0] and columns[a] != columns[b]]
    (number, left), (_, right) = dice.choice(_some(pairs))
    wrong = set()
    for row in sorted(columns[number, left].keys() | columns[number, right].keys()):
        one, other = columns[number, left].get(row, ""), columns[number, right].get(row, "")
        if one != other:
            paper = put(put(paper, (number, row, left), other), (number, row, right), one)
            wrong |= {(number, row, left), (number, row, right)}
    return Error(paper, frozenset(wrong), f"{paper.tables[number].title}: columns {left} and {right}")


def dropped_row(paper: Paper, dice: random.Random) -> Error:
    """A row of a breakdown is not printed, others of it are; the amounts it should add up to are what shows. (Without
    any row left, a sum that is not broken down is as good as any.)"""
    spots = [spot for spot in amounts(paper) if spot.role == "leaf"]
    shared = [
        spot for spot in spots if any(row_above(paper, s) == row_above(paper, spot) for s in spots if beside(s, spot))
    ]
    spot = dice.choice(_some(shared))
    table = paper.tables[spot.table]
    above = row_above(paper, spot)
    columns = {other.column for other in spots if other[:2] == spot[:2]}
    at = spot.row - len(table.header)
    body = (*table.body[:at], *table.body[at + 1 :])
    shown = above if above < spot.row else above - 1
    wrong = frozenset((spot.table, shown, column) for column in columns)
    return Error(with_table(paper, spot.table, replace(table, body=body)), wrong, f"{name_of(paper, spot)} is gone")


def rolled_up_wrongly(paper: Paper, dice: random.Random) -> Error:
    """An item is added up under another class than it stands under: two classes are off by as much, their total is not."""
    choices = []
    for spot in amounts(paper):
        if spot.role == "leaf":
            table = paper.tables[spot.table]
            code = row_code(table, spot.row)
            tops = [row for row in body_rows(table) if len(row_code(table, row)) == 3]
            own = [row for row in tops if code.startswith(row_code(table, row))]
            others = [row for row in tops if row not in own and text_at(paper, (spot.table, row, spot.column))]
            choices += [(spot, own[0], other) for other in others if own]
    spot, own, other = dice.choice(_some(choices))
    wrong = set()
    for column in sorted({s.column for s in amounts(paper) if s[:2] == spot[:2]}):
        moved = amount_of(text_at(paper, (spot.table, spot.row, column)))
        if not moved:
            continue
        before = text_at(paper, (spot.table, other, column))
        less = amount_of(text_at(paper, (spot.table, own, column))) - moved
        for row, value in ((own, less), (other, (amount_of(before) if before else Decimal(0)) + moved)):
            paper = put(paper, (spot.table, row, column), f"{value:,.2f}")
            wrong.add((spot.table, row, column))
    return Error(paper, frozenset(wrong), f"{name_of(paper, spot)} under another class")


def form_amount(paper: Paper, dice: random.Random) -> Error:
    """An amount of a performance form contradicts the form's own sums."""
    tables = {number for number, table in enumerate(paper.tables) if "绩效目标" in table.title}
    return _one(paper, dice, lambda spot: spot.table in tables, _other)


def form_against_table(paper: Paper, dice: random.Random) -> Error:
    """A project's form adds up, but says another budget than the tables."""
    number = dice.choice(_some([n for n, table in enumerate(paper.tables) if "项目支出绩效目标" in table.title]))
    spots = [spot for spot in amounts(paper) if spot.table == number and amount_of(spot.text)]
    spots = [spot for spot in spots if spot.text == spots[0].text]
    text = _other(spots[0], dice)
    for spot in spots:
        paper = put(paper, spot.place, text)
    return Error(paper, frozenset(spot.place for spot in spots), f"{name_of(paper, spots[0])} printed as {text}")


def prior_year(paper: Paper, dice: random.Random) -> Error:
    """The column of last year adds up, but is not what last year's paper says of a code and all above it."""
    number = next(n for n, t in enumerate(paper.tables) if any(f"{paper.year - 1}年" in c.text for c in t.header[0]))
    table = paper.tables[number]
    spots = [spot for spot in amounts(paper) if spot.table == number and spot.column == 2]
    spot = dice.choice([spot for spot in spots if spot.role == "leaf"])
    change = amount_of(_other(spot, dice)) - amount_of(spot.text)
    code = row_code(table, spot.row)
    chain = [s for s in spots if s.role == "total" or code.startswith(row_code(table, s.row))]
    for one in chain:
        paper = put(paper, one.place, f"{amount_of(one.text) + change:,.2f}")
    return Error(paper, frozenset(one.place for one in chain), f"{name_of(paper, spot)} off by {change}")


def text_against_table(paper: Paper, dice: random.Random) -> Error:
    """An amount of the running text is not that of the tables."""
    return _in_text(paper, dice, re.compile(r"(\d[\d,]*\.\d\d)(?=万元)"))


def share(paper: Paper, dice: random.Random) -> Error:
    """A share in the running text is not the ratio of its amounts."""
    return _in_text(paper, dice, re.compile(r"(?<=占)(\d+\.\d\d)(?=%)"))


KINDS: dict[str, Callable[[Paper, random.Random], Error]] = {
    "leaf": leaf,
    "subtotal": subtotal,
    "total": total,
    "swapped amounts": swapped_amounts,
    "swapped columns": swapped_columns,
    "transposed digits": transposed_digits,
    "dropped row": dropped_row,
    "roll-up": rolled_up_wrongly,
    "unit slip, cell": unit_slip_in_a_cell,
    "unit slip, table": unit_slip_of_a_table,
    "form": form_amount,
    "form against table": form_against_table,
    "prior year": prior_year,
    "text against table": text_against_table,
    "share": share,
}


def _in_text(paper: Paper, dice: random.Random, number: re.Pattern[str]) -> Error:
    found = [(place, match) for place, text in enumerate(paper.paragraphs) for match in number.finditer(text)]
    place, match = dice.choice(_some([(place, match) for place, match in found if amount_of(match[1])]))
    text = paper.paragraphs[place]
    other = _other(Spot(0, 0, 0, match[1], "line"), dice)
    changed = text[: match.start(1)] + other + text[match.end(1) :]
    paragraphs = (*paper.paragraphs[:place], changed, *paper.paragraphs[place + 1 :])
    return Error(replace(paper, paragraphs=paragraphs), frozenset(), f"{match[0]} said as {other}: {text}", other)


def _one(
    paper: Paper, dice: random.Random, fits: Callable[[Spot], object], other: Callable[[Spot, random.Random], str]
) -> Error:
    spot = dice.choice(_some([spot for spot in amounts(paper) if fits(spot) and amount_of(spot.text)]))
    text = other(spot, dice)
    return Error(put(paper, spot.place, text), frozenset({spot.place}), f"{name_of(paper, spot)} printed as {text}")


def _other(spot: Spot, dice: random.Random) -> str:
    """Another amount: a twentieth to a half more or less, never by what rounding explains."""
    value = amount_of(spot.text)
    change = max((value * Decimal(dice.randint(5, 50)) / 100).quantize(Decimal("0.01")), Decimal("0.37"))
    return f"{value + change if change >= value else value + dice.choice((-1, 1)) * change:,.2f}"


def _transpositions(text: str) -> list[str]:
    digits = [place for place, sign in enumerate(text) if sign.isdigit()]
    found = []
    for a, b in zip(digits, digits[1:], strict=False):
        if text[a] != text[b] and not (a == 0 and text[b] == "0") and text.index(".") >= b - 1:
            found.append(text[:a] + text[b] + text[a + 1 : b] + text[a] + text[b + 1 :])
    return found


def _transposed(spot: Spot, dice: random.Random) -> str:
    return dice.choice(_transpositions(spot.text))


def _slipped(paper: Paper, spot: Spot) -> str:
    value = amount_of(spot.text)
    value = value / 10_000 if paper.tables[spot.table].unit == "单位：元" else value * 10_000
    return f"{value:,.2f}"


def _some(found: list) -> list:
    if not found:
        raise NoPlace
    return found
