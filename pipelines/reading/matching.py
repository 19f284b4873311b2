"""Whether two page tables have the same columns, and whether one prints the header of the other again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from pipelines.reading.pages import PageTable

ALIGNED = 4.0  # points by which column positions may differ between pages
DRIFT = 0.25  # of the narrower neighbour an edge may have moved where the number of columns is the same
HEADER_ROWS = 8
TITLE_ROWS = 3  # rows above a header, at most, that hold a title, a maker or a unit
TITLE_SHARE = 0.5  # of the width of a table is taken up by its title
CONTINUED = re.compile(r"[（(]?(接上[页表]|续上[页表]|续表|续|转下页)[一二三四五六七八九十\d]*[)）]?")
NUMBER = re.compile(r"[-－(（]?[\d,，]+([.．]\d+)?%?[)）]?")

Row = list[tuple[int, str]]  # the cells that begin in it: column and text without blanks


class Part(NamedTuple):
    """One page's part of a table: where its columns begin and end on its page (`edges`), and where in the table's
    own (`moved`)."""

    table: PageTable
    edges: tuple[float, ...]
    moved: tuple[float, ...]


def first_part(table: PageTable) -> Part:
    edges = edges_of(table)
    return Part(table, edges, edges)


def edges_of(table: PageTable) -> tuple[float, ...]:
    """The x positions between the columns of a page table, from the left side to the right."""
    return tuple(sorted({c.x0 for c in table.cells} | {c.x1 for c in table.cells}))


def matched(parts: Sequence[Part], table: PageTable) -> Part | None:
    """Given the parts of a table so far and the first table of a next page, return that as one more part, None where
    its columns are others.

    They are the same where they stand at the same distances from the left side, and one page may lack some of the
    other's; where they are as many and only their widths differ a little, or all in one proportion (another paper size
    or scale); and where the header is printed again over as many columns, however wide.
    """
    after = edges_of(table)
    last, first = parts[-1], parts[0]
    known = sorted({*last.moved, *first.moved})
    shift = after[0] - known[0]
    moved = [x - shift for x in after]
    if abs(moved[-1] - known[-1]) <= ALIGNED and (_within(moved, known) or _within(known, moved)):
        return Part(table, after, tuple(moved))
    for part in (last, first):
        if len(part.edges) == len(after) and (_drifted(part.edges, after) or prints_header_again(first.table, table)):
            return Part(table, after, part.moved)
    return None


def _within(some: Sequence[float], others: Sequence[float]) -> bool:
    return all(any(abs(x - y) <= ALIGNED for y in others) for x in some)


def _drifted(before: Sequence[float], after: Sequence[float]) -> bool:
    """Whether as many columns are as wide in proportion, each edge but a little away from its place."""
    scale = (before[-1] - before[0]) / (after[-1] - after[0])
    moved = [before[0] + (x - after[0]) * scale for x in after]
    widths = [b - a for a, b in pairwise(before)]
    inner = zip(before[1:-1], moved[1:-1], pairwise(widths), strict=True)
    return all(abs(x - y) <= max(ALIGNED, DRIFT * min(beside)) for x, y, beside in inner)


def leading_rows(table: PageTable, count: int = HEADER_ROWS) -> list[Row]:
    """The first rows of a page table."""
    columns = {x: i for i, x in enumerate(edges_of(table))}
    rows: dict[float, Row] = {top: [] for top in sorted({c.top for c in table.cells})[:count]}
    leading = [(cell.x0, cell.top, text) for cell, text in table.cells.items() if cell.top in rows]
    for x0, top, text in sorted(leading, key=itemgetter(0)):
        rows[top].append((columns[x0], squeezed(text)))
    return list(rows.values())


def squeezed(text: str) -> str:
    return "".join(text.split())


def without_mark(text: str) -> str:
    """A text without blanks and without the mark that it goes on from another page."""
    text = squeezed(text)
    return CONTINUED.sub("", text) if any(sign in text for sign in "续接转") else text


def prints_header_again(first: PageTable, table: PageTable) -> bool:
    """Whether a page table begins with the header of another, cell by cell."""
    return repeated(leading_rows(first), leading_rows(table)) > 0


def repeated(rows: Sequence[Row], new: Sequence[Row]) -> int:
    """Given the first rows of a table and those of a part that may continue it, return how many of the new say word for
    word what the table's header says, 0 where they do not.

    Above the header one of the two may have rows with a title, a maker or a unit that the other prints elsewhere.
    """
    known, again = [_texts(row) for row in rows], [_texts(row) for row in new]
    best = 0
    for skipped in range(_title_rows(known) + 1):
        for lead in range(_title_rows(again) + 1) if not skipped else (0,):
            count = 0
            for old, text in zip(known[skipped:], again[lead:], strict=False):
                if old != text:
                    break
                count += 1
            if len({text for row in again[lead : lead + count] for text in row}) >= 2:
                best = max(best, lead + count)
    return best


def _texts(row: Row) -> list[str]:
    return [text for _, text in row if text]


def _title_rows(rows: Sequence[list[str]]) -> int:
    """How many rows at the top may be a title, a maker and a unit."""
    for count, row in enumerate(rows[:TITLE_ROWS]):
        if len(row) > 2 or any(NUMBER.fullmatch(text) for text in row):
            return count
    return min(TITLE_ROWS, len(rows))


def inner_title(table: PageTable) -> str:
    """The title that stands in a table: the only text of its first row with text, in a cell over most of its width;
    without the mark that it goes on; empty where there is none."""
    box = table.box
    for top in sorted({c.top for c in table.cells})[:TITLE_ROWS]:
        texts = [(c, text) for c, text in table.cells.items() if c.top == top and text]
        if texts:
            (cell, text), *others = texts
            wide = cell.x1 - cell.x0 >= TITLE_SHARE * (box.x1 - box.x0)
            return without_mark(text) if wide and not others else ""
    return ""


def begins_anew(first: PageTable, table: PageTable) -> bool:
    """Whether a page table begins with the label that another begins with, and another value beside it, as each of
    several forms does, or says nothing but what the other says."""
    rows = leading_rows(table)
    if repeated(leading_rows(first), rows) == len(rows):
        return True
    mine, other = ([cell for cell in leading_rows(part, 1)[0] if cell[1]] for part in (first, table))
    if not mine or not other or NUMBER.fullmatch(mine[0][1]):
        return False
    return mine[0] == other[0] and _texts(mine) != _texts(other)


def has_amount_on_top(table: PageTable) -> bool:
    """Whether the first row with text has a number: it is none of a header."""
    first = next((texts for row in leading_rows(table) if (texts := _texts(row))), [])
    return any(NUMBER.fullmatch(text) for text in first)
