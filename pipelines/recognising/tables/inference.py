"""Columns whose words nobody knows, worked out by the arithmetic of their table.

A meaning is taken where it closes the table in every row and its words speak for it, and no other meaning does. What is
inferred so carries its proof, and the identity that proves it certifies nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from pipelines.recognising.keys import bare
from pipelines.recognising.lexicon import Lexicon
from pipelines.recognising.tables.amounts import read_amount
from pipelines.recognising.tables.headers import Column, Sheet, heading_of
from pipelines.recognising.wording import PARTS

DIMENSIONS = ("fund_source", "expenditure_type", "fund_period")
FEWEST_ROWS = 2  # rows of different values that must close: one may do so by chance
FEWEST_LETTERS = 2  # that a heading must share with a known wording
LEAST_SHARE = 0.6  # of a known wording that must stand in the heading in one run
SAYS_NOTHING = re.compile("支出|收入|经费|类|资金|预算|拨款|部门|单位|[()]")  # in most headings of every meaning
PERCENT_OFF = Decimal("0.06")  # a printed rate is rounded, to one decimal or more
WHOLE_OF_PERIOD = "total"

Values = dict[int, Decimal]  # row → what a column prints there


class Meaning(NamedTuple):
    """What a column may mean, as the fields of Column to set, and the proof in words."""

    fields: tuple[tuple[str, object], ...]
    proof: str


def inferred_columns(sheet: Sheet, columns: Sequence[Column], first: int, lexicon: Lexicon) -> list[Column]:
    """Given the columns of a table and its first data row, return them; one without a meaning that has amounts has the
    only meaning that closes the table and fits its words, with `inferred` as the proof."""
    values = {c.number: _values(sheet, c, first) for c in columns if c.role in ("amount", "unmapped")}
    found = list(columns)
    for i, column in enumerate(columns):
        if column.role != "unmapped" or len(set(values[column.number].values()) - {0}) < FEWEST_ROWS:
            continue
        meanings = list(_meanings(column, [c for c in found if c.role == "amount"], values, lexicon))
        if len({meaning.fields for meaning in meanings}) == 1:
            found[i] = column._replace(**dict(meanings[0].fields), unmapped="", inferred=meanings[0].proof)
    return found


def _values(sheet: Sheet, column: Column, first: int) -> Values:
    cells = ((row, sheet.at(row, column.number)) for row in range(first, sheet.grid.n_rows))
    read = {row: read_amount(cell.text).value for row, cell in cells if cell and cell.row == row}
    return {row: value for row, value in read.items() if value is not None}


def _meanings(
    column: Column, amounts: Sequence[Column], values: dict[int, Values], lexicon: Lexicon
) -> Iterator[Meaning]:
    yield from _as_change(column, amounts, values)
    for dimension in DIMENSIONS:
        whole = WHOLE_OF_PERIOD if dimension == "fund_period" else "all"
        alike = [c for c in amounts if _beside(c, column, dimension)]
        parts = _coarsest([c for c in alike if getattr(c, dimension) not in (None, whole)], dimension)
        for total in (c for c in alike if getattr(c, dimension) in (None, whole)):
            if parts and (rows := _closes(values, total, [*parts, column])):
                value = _by_words(column, dimension, {getattr(c, dimension) for c in parts}, lexicon)
                if value:
                    proof = f"{_said(total)} = {' + '.join(map(_said, [*parts, column]))} in {rows} of {rows} rows"
                    yield Meaning((("role", "amount"), (dimension, value)), proof)


def _as_change(column: Column, amounts: Sequence[Column], values: dict[int, Values]) -> Iterator[Meaning]:
    """Whether a column is another less a third in every row, or by how much per cent it is more."""
    printed = values[column.number]
    for one, other in combinations(amounts, 2):
        if (one.amount_basis, one.year, one.year_offset) == (other.amount_basis, other.year, other.year_offset):
            continue
        for later, earlier in ((one, other), (other, one)):
            now, before = values[later.number], values[earlier.number]
            pairs = [(v, now.get(row, Decimal(0)), before.get(row, Decimal(0))) for row, v in printed.items()]
            said = f"{_said(later)} − {_said(earlier)} in {len(pairs)} of {len(pairs)} rows"
            if all(value == a - b for value, a, b in pairs):
                yield Meaning((("role", "change"),), f"= {said}")
            elif all(b and abs(value - (a - b) / b * 100) <= PERCENT_OFF for value, a, b in pairs):
                yield Meaning((("role", "change"),), f"= ({said}) ÷ {_said(earlier)}")


def _beside(other: Column, column: Column, dimension: str) -> bool:
    """Whether another column differs from the unknown one in no more than one dimension, as far as words tell."""
    told = ("side", "amount_basis", "three_public", "year", "year_offset", *DIMENSIONS)
    rest = [name for name in told if name != dimension]
    said = ((getattr(column, name), getattr(other, name)) for name in rest)
    return all(mine in (None, 0, theirs) or theirs is None for mine, theirs in said)


def _coarsest(parts: Sequence[Column], dimension: str) -> list[Column]:
    """The parts that are no finer part of another."""
    said = {getattr(c, dimension) for c in parts}
    finer = {part for whole in said for part in PARTS.get(whole, ())}
    return [c for c in parts if getattr(c, dimension) not in finer]


def _closes(values: dict[int, Values], total: Column, parts: Sequence[Column]) -> int:
    """In how many rows the total is the sum of its parts, 0 where it is not so in each that the last part fills."""
    rows = [row for row, value in values[parts[-1].number].items() if value]
    sums = {row: sum((values[c.number].get(row, Decimal(0)) for c in parts), Decimal(0)) for row in rows}
    closed = all(values[total.number].get(row) == value for row, value in sums.items())
    return len(rows) if closed and len(set(sums.values())) >= FEWEST_ROWS else 0


def _by_words(column: Column, dimension: str, taken: set[str], lexicon: Lexicon) -> str | None:
    """The value of a dimension of whose wordings most stands in a heading; None where that is as much of two values,
    and where it is too little to say anything."""
    heading = SAYS_NOTHING.sub("", bare(heading_of(column)))
    best: dict[str, float] = {}
    for phrase, said in lexicon.header_words.items():
        value, word = said.get(dimension), SAYS_NOTHING.sub("", phrase)
        letters = _common(heading, word) if value and value not in taken else 0
        if letters >= FEWEST_LETTERS:
            best[value] = max(best.get(value, 0.0), letters / len(word))
    most = max(best.values(), default=0.0)
    likely = [value for value, share in best.items() if share == most]
    return likely[0] if most >= LEAST_SHARE and len(likely) == 1 else None


def _common(one: str, other: str) -> int:
    """The length of the longest run of letters that two texts share."""
    lengths = [0] * (len(other) + 1)
    longest = 0
    for letter in one:
        before = 0
        for i, second in enumerate(other, 1):
            before, lengths[i] = lengths[i], before + 1 if letter == second else 0
            longest = max(longest, lengths[i])
    return longest


def _said(column: Column) -> str:
    return column.words[-1] if column.words else f"column {column.number + 1}"
