"""Columns that no ruling parts: words and numbers that stand above each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from pipelines.reading.tokens import Token

SAME_END = 1.5  # points by which aligned numbers may differ
PADDING = 3.0  # white between a ruling, were it drawn, and the text
CENTRED = 2.0  # by so much a header may miss the middle of its column and still tell where that ends


class Column(NamedTuple):
    """What stands in one column: `x0` and `x1` are its outermost ink in the body, `numbers` its numbers; `header` is
    its lowest header, None as long as that is not known."""

    x0: float
    x1: float
    tokens: tuple[Token, ...] = ()
    header: tuple[float, float] | None = None

    @property
    def numbers(self) -> list[Token]:
        return [t for t in self.tokens if t.is_number]

    @property
    def numeric(self) -> bool:
        return 2 * len(self.numbers) > len(self.tokens)

    @property
    def low(self) -> float:
        return min(self.x0, self.header[0]) if self.header else self.x0

    @property
    def high(self) -> float:
        return max(self.x1, self.header[1]) if self.header else self.x1

    def distance(self, token: Token) -> float:
        return max(0.0, token.x0 - self.x1, self.x0 - token.x1)


def body_columns(rows: Sequence[Sequence[Token]]) -> list[Column]:
    """Given the lines of a body, return its columns from left to right.

    Numbers never span columns, so those that overlap make a column; words make columns where no numbers stand.
    """
    tokens = [token for row in rows for token in row]
    columns = _overlapping([t for t in tokens if t.is_number])
    words = []
    for token in (t for t in tokens if not t.is_number):
        under = [i for i, c in enumerate(columns) if c.distance(token) == 0]
        if not under:
            words.append(token)
    return sorted(columns + _overlapping(words), key=lambda c: c.x0)


def _overlapping(tokens: Sequence[Token]) -> list[Column]:
    groups: list[list[Token]] = []
    end = 0.0
    for token in sorted(tokens):
        if groups and token.x0 < end:
            groups[-1].append(token)
            end = max(end, token.x1)
        else:
            groups.append([token])
            end = token.x1
    return [Column(min(t.x0 for t in g), max(t.x1 for t in g), tuple(g)) for g in groups]


def places(number: Token) -> tuple[float, float, float]:
    """The three things by which numbers of a column may be aligned: right end, decimal point, middle."""
    point = next((g.x0 for g in number.glyphs if g.text in ".．"), math.nan)
    return (number.x1, point, number.middle)


def alignment(numbers: Sequence[Token]) -> tuple[int, float] | None:
    """Given the numbers of a column, return by which of their places three or more, and most of them, are aligned, and
    where; None where they are not."""
    for which, found in enumerate(zip(*map(places, numbers), strict=True)):
        best = max(found, key=lambda x: sum(abs(x - y) <= SAME_END for y in found))
        count = sum(abs(best - y) <= SAME_END for y in found)
        if count >= 3 and 5 * count >= 4 * len(numbers):
            return which, best
    return None


def in_place(number: Token, others: Sequence[Token]) -> bool:
    """Whether a number is aligned with one of the others."""
    mine = places(number)
    return any(abs(a - b) <= SAME_END for other in others for a, b in zip(mine, places(other), strict=True))


def are_page_numbers(numbers: Sequence[Token]) -> bool:
    """Whether numbers go down a page as those of a table of contents, or of a list, do."""
    texts = [t.text for t in sorted(numbers, key=lambda t: t.top)]
    plain = all(text.isdigit() and len(text) <= 4 for text in texts)
    return plain and all(int(a) <= int(b) for a, b in pairwise(texts))


def edges_of(columns: Sequence[Column], outer: tuple[float, float] | None) -> tuple[float, ...]:
    """Given columns with their headers, return where they begin and end: columns + 1 positions.

    A ruling would stand a little beyond the ends of numbers, before the beginnings of words, and so that the header is
    in the middle; what these agree on is taken, within the white between the columns. `outer` are the outer edges where
    rules tell them.
    """
    inner = [_between(a, b) for a, b in pairwise(columns)]
    first, last = columns[0], columns[-1]
    left, right = outer or (
        min(first.low - PADDING, _mirrored(first, last=False, default=first.low - PADDING)),
        max(last.high + PADDING, _mirrored(last, last=True, default=last.high + PADDING)),
    )
    return (left, *inner, right)


def _between(a: Column, b: Column) -> float:
    low, high = (a.high, b.low) if a.high <= b.low else (a.x1, b.x0)
    if low > high:
        return (low + high) / 2
    guesses = []
    if a.numeric and a.tokens:
        guesses.append(a.x1 + PADDING)
    elif a.tokens and a.header:
        guesses.append(_mirrored(a, last=True, default=low))
    if b.tokens and not b.numeric:
        guesses.append(b.x0 - PADDING)
    elif b.tokens and b.header:
        guesses.append(_mirrored(b, last=False, default=high))
    good = [x for x in guesses if low - CENTRED <= x <= high + CENTRED]
    return min(max(good[0], low), high) if good else (low + high) / 2


def _mirrored(column: Column, last: bool, default: float) -> float:
    """Where a column ends on the other side than its text clings to, its header being in the middle."""
    if not column.header or not column.tokens or column.numeric == last:
        return default
    side = column.x1 + PADDING if column.numeric else column.x0 - PADDING
    return sum(column.header) - side
