"""How well the amounts of one table add up by themselves: rows below rows, columns beside columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from pipelines.recognising.records import Amount
from pipelines.recognising.wording import PARTS

# What a whole is that all values of a dimension are parts of.
WHOLE = {"fund_source": "all", "expenditure_type": "all", "fund_period": "total"}


class Closure(NamedTuple):
    """How many sums a table offers, and how many of them hold to the printed unit."""

    places: int
    closed: int

    @property
    def is_whole(self) -> bool:
        return self.places > 0 and self.closed == self.places


def closure(amounts: Sequence[Amount]) -> Closure:
    """Given the amounts of one table, return how its sums hold: each row with rows below it, each total with parts
    beside it. A blank counts as nothing; half a printed unit an addend is rounding."""
    results = [*_down(amounts), *_across(amounts)]
    return Closure(len(results), sum(results))


def _down(amounts: Sequence[Amount]) -> Iterator[bool]:
    below: dict[tuple, list[Amount]] = defaultdict(list)
    for amount in amounts:
        if amount.parent_row_no is not None and amount.subset_of is None:
            below[amount.block_no, amount.side, amount.parent_row_no, amount.column_no].append(amount)
    for amount in amounts:
        rows = below.get((amount.block_no, amount.side, amount.row_no, amount.column_no))
        if rows and amount.amount_yuan is not None:
            yield _holds(amount, rows)


def _across(amounts: Sequence[Amount]) -> Iterator[bool]:
    rows: dict[tuple, list[Amount]] = defaultdict(list)
    for amount in amounts:
        if amount.subset_of is None:
            rows[amount.block_no, amount.row_no, amount.side, amount.amount_basis, amount.amount_year].append(amount)
    for row in rows.values():
        for dimension, whole in WHOLE.items():
            for total in (a for a in row if getattr(a, dimension) == whole and a.amount_yuan is not None):
                parts = _coarsest([a for a in row if _is_part(a, total, dimension, whole)], dimension)
                if len(parts) > 1:
                    yield _holds(total, parts)


def _is_part(amount: Amount, total: Amount, dimension: str, whole: str) -> bool:
    rest = [name for name in (*WHOLE, "subject_scheme", "subject_code") if name != dimension]
    return getattr(amount, dimension) != whole and all(getattr(amount, n) == getattr(total, n) for n in rest)


def _coarsest(parts: Sequence[Amount], dimension: str) -> list[Amount]:
    said = {getattr(a, dimension) for a in parts}
    finer = {part for whole in said for part in PARTS.get(whole, ())}
    return [a for a in parts if getattr(a, dimension) not in finer]


def _holds(total: Amount, parts: Sequence[Amount]) -> bool:
    unit = (total.unit_factor or Decimal(1)) * Decimal(1).scaleb(-total.printed_decimals)
    values: Iterable[Decimal] = (a.amount_yuan for a in parts if a.amount_yuan is not None)
    return abs(total.amount_yuan - sum(values, Decimal(0))) <= unit / 2 * (len(parts) + 1)
