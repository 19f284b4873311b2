"""Rows of a table without verticals: lines of print that are near each other, and rules between them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from pipelines.reading.columns import Column
from pipelines.reading.rulings import Edge
from pipelines.reading.tokens import Token

SAME_CELL = 1.45  # em between the lines of one cell, at most
SAME_RULE = 3.0
FAR = 10.0**9
MARGIN = 2.0


class Rules(NamedTuple):
    """The rules over the whole width of a table, top to bottom, and where they begin and end; none where the table is
    drawn without."""

    heights: tuple[float, ...]
    sides: tuple[float, float] | None

    @property
    def top(self) -> float:
        return self.heights[0] if self.heights else -FAR

    @property
    def bottom(self) -> float:
        return self.heights[-1] if self.heights else FAR

    def above(self, y: float) -> float | None:
        return max((h for h in self.heights if h <= y + SAME_RULE), default=None)

    def between(self, upper: float, lower: float) -> float | None:
        return next((h for h in self.heights if upper < h < lower), None)


class Row(NamedTuple):
    tokens: list[Token]
    top: float
    bottom: float


def rules_around(rules: Sequence[Edge], columns: Sequence[Column], first: float, last: float) -> Rules:
    """Given the rules of a page and the columns of a body between two heights, return the rules of its table: those of
    one length over its whole width, at least one above and one below."""
    left, right = min(c.x0 for c in columns), max(c.x1 for c in columns)
    wide = [e for e in sorted(rules) if e[1] <= left + SAME_RULE and e[2] >= right - SAME_RULE]
    for _, x0, x1 in (e for e in reversed(wide) if e[0] < first):
        same = [y for y, a, b in wide if abs(a - x0) <= SAME_RULE and abs(b - x1) <= SAME_RULE]
        if same[-1] > last:
            return Rules(tuple(same), (x0, x1))
    return Rules((), None)


def rows_of(lines: Sequence[Sequence[Token]], drawn: Rules, edges: Sequence[float], em: float) -> list[Row]:
    """Given the lines of a body, top to bottom, return its rows: lines of one cell joined, rules kept apart."""
    amounts = _amounts(lines)
    bands = _bands(lines, drawn, amounts)
    if bands:
        return bands
    groups = _near(lines, drawn, em, amounts)
    tops = []
    for above, below in pairwise(groups):
        upper, lower = max(t.bottom for t in above), min(t.top for t in below)
        rule = drawn.between(_height(above), _height(below))
        tops.append(rule if rule is not None else (upper + lower) / 2)
    first, last = groups[0], groups[-1]
    top, bottom = drawn.above(_height(first)), drawn.between(_height(last), FAR)
    begin = top if top is not None else min(t.top for t in first) - MARGIN / 2
    end = bottom if bottom is not None else max(t.bottom for t in last) + MARGIN
    heights = [begin, *tops, end]
    return [Row(group, a, b) for group, (a, b) in zip(groups, pairwise(heights), strict=True)]


def _height(tokens: Sequence[Token]) -> float:
    return sum(t.height for t in tokens) / len(tokens)


def _bands(lines: Sequence[Sequence[Token]], drawn: Rules, amounts: set[Token]) -> list[Row] | None:
    """Rows between each two rules, blank ones as well, where rules part all rows: none has two amounts above each
    other."""
    words: dict[int, list[Sequence[Token]]] = {}
    for line in lines:
        words.setdefault(sum(h < _height(line) for h in drawn.heights), []).append(line)
    if len(words) < 2 or any(sum(not amounts.isdisjoint(line) for line in band) > 1 for band in words.values()):
        return None
    if not 0 < min(words) <= max(words) < len(drawn.heights):
        return None
    bands = enumerate(pairwise(drawn.heights), 1)
    return [Row([t for line in words.get(k, ()) for t in line], a, b) for k, (a, b) in bands if k >= min(words)]


def _near(lines: Sequence[Sequence[Token]], drawn: Rules, em: float, amounts: set[Token]) -> list[list[Token]]:
    """Lines joined from the nearest pair on, as long as not both have amounts and no rule is between them."""
    groups = [list(line) for line in lines]
    while len(groups) > 1:
        best = min(
            (
                (_gap(a, b), i)
                for i, (a, b) in enumerate(pairwise(groups))
                if (amounts.isdisjoint(a) or amounts.isdisjoint(b)) and drawn.between(_height(a), _height(b)) is None
            ),
            default=(FAR, 0),
        )
        if best[0] > min(SAME_CELL * em, 0.75 * _pace(groups, amounts)):
            break
        i = best[1]
        groups[i : i + 2] = [[*groups[i], *groups[i + 1]]]
    return groups


def _gap(above: Sequence[Token], below: Sequence[Token]) -> float:
    return min(t.height for t in below) - max(t.height for t in above)


def _amounts(lines: Sequence[Sequence[Token]]) -> set[Token]:
    """The numbers that mark a row: those with a decimal point or commas, as codes may take two lines; all where there
    are few of these."""
    numbers = [t for line in lines for t in line if t.is_number]
    sums = {t for t in numbers if not t.text.isdigit()}
    return sums if 2 * len(sums) >= len(lines) else set(numbers)


def _pace(groups: Sequence[Sequence[Token]], amounts: set[Token]) -> float:
    """The smallest step from one line with an amount to the next."""
    heights = [_height(mine) for g in groups if (mine := [t for t in g if t in amounts])]
    return min((b - a for a, b in pairwise(heights)), default=FAR)
