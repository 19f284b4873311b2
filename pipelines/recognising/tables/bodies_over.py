"""Lists without codes in which each body stands over what it spends: told by the names of bodies and by their sums."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from pipelines.recognising.bodies import OWN_OFFICE, body_in
from pipelines.recognising.keys import bare
from pipelines.recognising.tables.amounts import read_amount
from pipelines.recognising.tables.blocks import Row

Values = tuple[Decimal, ...]


class OfBody(NamedTuple):
    """A body's row and the rows that add up to it."""

    body: Row
    parts: tuple[Row, ...]


def bodies_over(rows: Sequence[Row], columns: Sequence[int], total: Row | None, said: bool) -> list[OfBody] | None:
    """Given the rows of a list without its totals, the numbers of its amount columns and its total, return each body
    with its parts where every row is one or the other, each body is the sum of its parts in every column and the total
    that of the bodies; None where that does not hold.

    Names of bodies tell which rows are theirs. Where the heading says that bodies stand in the list (`said`) and their
    names do not tell, the one way in which all sums hold does.
    """
    if len(rows) < 2:
        return None
    values, unit = _values([*rows, *([total] if total else [])], columns)
    whole = values.pop() if total else None
    named = [i for i, row in enumerate(rows) if _is_body(row.name)]
    for heads in (named, _only_way(values, unit) if said else None):
        if heads and heads[0] == 0 and _all_close(heads, values, whole, unit):
            ends = [*heads[1:], len(rows)]
            return [OfBody(rows[a], tuple(rows[a + 1 : b])) for a, b in zip(heads, ends, strict=True)]
    return None


def _is_body(name: str) -> bool:
    return body_in(OWN_OFFICE.sub("", bare(name))) is not None


def _values(rows: Sequence[Row], columns: Sequence[int]) -> tuple[list[Values], Decimal]:
    """The amounts of each row, a blank as zero, and the last digit that is printed (0.01)."""
    printed = [[read_amount(row.cells[n].text) if n in row.cells else None for n in columns] for row in rows]
    decimals = max((p.decimals for cells in printed for p in cells if p), default=0)
    return [tuple((p and p.value) or Decimal(0) for p in cells) for cells in printed], Decimal(1).scaleb(-decimals)


def _all_close(heads: Sequence[int], values: Sequence[Values], total: Values | None, unit: Decimal) -> bool:
    ends = [*heads[1:], len(values)]
    if total and not _closes(total, [values[i] for i in heads], unit):
        return False
    return all(b - a > 1 and _closes(values[a], values[a + 1 : b], unit) for a, b in zip(heads, ends, strict=True))


def _closes(whole: Values, parts: Sequence[Values], unit: Decimal) -> bool:
    """Whether parts add up, but for the rounding of each to the last digit printed. A row of zeros shows nothing."""
    limit = unit * (len(parts) + 1) / 2
    sums = [sum(column) for column in zip(*parts, strict=True)]
    return any(whole) and all(abs(s - w) < limit for s, w in zip(sums, whole, strict=True))


def _only_way(values: Sequence[Values], unit: Decimal) -> list[int] | None:
    """The rows that head groups where the list divides in one way only into rows and the rows that add up to each."""
    ways: list[list[list[int]]] = [[] for _ in values] + [[[]]]
    for start in range(len(values) - 2, -1, -1):
        for end in range(start + 2, len(values) + 1):
            if ways[end] and _closes(values[start], values[start + 1 : end], unit):
                ways[start] += [[start, *rest] for rest in ways[end]]
        ways[start] = ways[start][:2]
    return ways[0][0] if len(ways[0]) == 1 else None
