"""Lists that go on beside themselves and print their total below the last part alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise

from pipelines.recognising.tables.amounts import read_amount
from pipelines.recognising.tables.subjects import Line, is_total


def under_next_total(blocks: Sequence[list[Line]]) -> list[Line]:
    """Given the lines of a table's lists from left to right, return all of them; the top level of a list without a
    total stands under the total of the list right of it (302 商品和服务支出 | 310 资本性支出 … 公用经费合计), unless
    that list alone is its total."""
    found = list(blocks)
    for left, right in reversed(list(pairwise(range(len(found))))):
        total = _total_of(found[right])
        if total is not None and found[left] and not _has_total(found[left]) and not _is_whole(found[right], total):
            found[left] = [_under(line, total) for line in found[left]]
    return [line for lines in found for line in lines]


def _has_total(lines: Sequence[Line]) -> bool:
    return any(is_total(line.subject) for line in lines)


def _total_of(lines: Sequence[Line]) -> int | None:
    """The row of the one total that a list stands under, its own or that of the list right of it."""
    own = {line.subject.row.number for line in lines if is_total(line.subject)}
    above = {line.subject.parent for line in lines if line.subject.depth == 1} - {None}
    rows = own or above
    return next(iter(rows)) if len(rows) == 1 else None


def _is_whole(lines: Sequence[Line], total: int) -> bool:
    parts = [line for line in lines if line.subject.parent == total]
    whole = _sum(line for line in lines if line.subject.row.number == total)
    last = Decimal(1).scaleb(-max((read_amount(line.cell.text).decimals for line in lines), default=0))
    return bool(whole) and abs(whole - _sum(parts)) <= last / 2 * (len(parts) + 1)


def _sum(lines: Iterable[Line]) -> Decimal:
    return sum((read_amount(line.cell.text).value or Decimal(0) for line in lines), Decimal(0))


def _under(line: Line, total: int) -> Line:
    top = line.subject.parent is None and line.subject.counted and line.subject.depth == 1
    return line._replace(subject=line.subject._replace(parent=total)) if top else line
