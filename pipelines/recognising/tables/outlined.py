"""Lists whose labels tell levels that do not add up: projects below categories, purchases below bodies that print no
code. What stands under what is then told by what adds up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from pipelines.recognising.lexicon import Lexicon
from pipelines.recognising.tables.amounts import read_amount
from pipelines.recognising.tables.subjects import Subject, is_total
from pipelines.recognising.tables.uncoded import places

ROUNDING = Decimal("0.01")  # of one amount to two decimals


def placed_by_sums(subjects: Sequence[Subject], columns: Sequence[int], lexicon: Lexicon) -> list[Subject]:
    """Given the rows of a list of projects or purchases and the numbers of its amount columns, return them as they are
    where each row is the sum of those below it; else under the rows that they add up to, where one outline of the
    list, or of what a body has in it, adds up and no other."""
    listed = [s for s in subjects if s.counted and not is_total(s)]
    if not listed or _adds_up(subjects, columns):
        return _named(subjects)
    total = next((s for s in subjects if is_total(s)), None)
    placed = _outlined(listed, columns, total, lexicon)
    if placed is None:
        placed = [s for body, parts in _by_body(listed) for s in _below(body, parts, columns, lexicon)]
    by_row = {s.row.number: s for s in placed}
    return [by_row.get(s.row.number, s) for s in subjects]


def _outlined(
    listed: Sequence[Subject], columns: Sequence[int], total: Subject | None, lexicon: Lexicon
) -> list[Subject] | None:
    """Rows under the rows that they add up to, those on the top level under `total`; None where not one outline alone
    adds up."""
    found = places([s.row for s in listed], columns, total.row if total else None, None, lexicon)
    if not found.closes or not found.sure:
        return None
    heads = {place.parent for place in found.rows if place.parent is not None}
    placed = []
    for i, (s, place) in enumerate(zip(listed, found.rows, strict=True)):
        above = total if place.parent is None else listed[place.parent]
        depth = place.depth + (total.depth if total else 0)
        s = s._replace(parent=above.row.number if above else None, depth=depth)
        if s.scheme == "project":
            s = s._replace(level=None if i in heads else "project", known=True)
        placed.append(s)
    return placed


def _by_body(listed: Sequence[Subject]) -> list[tuple[Subject | None, list[Subject]]]:
    """The rows of a list parted at those of bodies: each body and what stands after it."""
    parts: list[tuple[Subject | None, list[Subject]]] = [(None, [])]
    for s in listed:
        if s.scheme == "organization" and s.code:
            parts.append((s, []))
        else:
            parts[-1][1].append(s)
    return parts


def _below(body: Subject | None, parts: list[Subject], columns: Sequence[int], lexicon: Lexicon) -> list[Subject]:
    """A body and the rows after it, these under the rows that they add up to where they all do."""
    placed = _outlined(parts, columns, body, lexicon) if body and parts else None
    return [*([body] if body else []), *(placed or parts)]


def _named(subjects: Sequence[Subject]) -> list[Subject]:
    """Rows of a list of projects that adds up: those without a code below a body are projects."""
    heads = {s.parent for s in subjects}
    bodies = {s.row.number for s in subjects if s.scheme == "organization"}
    return [
        s._replace(level="project", known=True)
        if s.scheme == "project" and not s.code and s.parent in bodies and s.row.number not in heads
        else s
        for s in subjects
    ]


def _adds_up(subjects: Sequence[Subject], columns: Sequence[int]) -> bool:
    """Whether each row with rows below it is their sum, in every column and but for rounding."""
    below: dict[int, list[Subject]] = defaultdict(list)
    for s in subjects:
        if s.parent is not None:
            below[s.parent].append(s)
    rows = {s.row.number: s for s in subjects}
    return all(
        abs(_value(rows[number], n) - sum(_value(s, n) for s in parts)) <= ROUNDING * len(parts)
        for number, parts in below.items()
        if number in rows
        for n in columns
    )


def _value(s: Subject, column: int) -> Decimal:
    cell = s.row.cells.get(column)
    return (read_amount(cell.text).value if cell else None) or Decimal(0)
