"""Tables without rulings, or with horizontal ones only: rows from lines and rules, columns from how numbers and headers
are aligned.

Where nothing is drawn, running text must not become a table. What is taken for one has a header line, two columns or
more, and beside its first column one of three or more amounts that share their right end, their decimal point or
their middle.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from pipelines.reading.columns import Column, alignment, are_page_numbers, body_columns, edges_of, in_place, places
from pipelines.reading.glyphs import Glyph
from pipelines.reading.header import Block, read_header
from pipelines.reading.model import Box
from pipelines.reading.rowlines import FAR, Rules, rows_of, rules_around
from pipelines.reading.rulings import Edge
from pipelines.reading.text import cell_text
from pipelines.reading.tokens import Token, em_of, tokens_of

APART = 1.0  # em of white before a number that stands by itself
NEXT_ROW = 4.0  # em between the rows of one table, at most
FEWEST_NUMBERS = 3
WIDEST = 0.6  # of the text's width: a longer word is running text
SAME_PLACE = 1.5
BLANK_ROWS = 20.0  # em of white in a table, before a last amount
CROSSING = 0.34  # of the rows, at most, may have a word over several columns
LEADER = re.compile("[.．·…‥]{4,}|…{2,}")
CAPTION = re.compile("[:：]")  # what a line says of a table: its unit, its maker, a note
Line = Sequence[Token]


class Aligned(NamedTuple):
    """One table on one page: its cells with their text, its glyphs, and what tells its columns again on a next page."""

    cells: dict[Box, str]
    glyphs: frozenset[Glyph]
    edges: tuple[float, ...]
    columns: tuple[Column, ...]
    header: tuple[str, ...]


def find_aligned(
    lines: Sequence[Sequence[Glyph]], rules: Sequence[Edge], taken: Sequence[Box], before: Aligned | None = None
) -> list[Aligned]:
    """Given the lines of a page outside its ruled tables, its horizontal rules and the boxes of those tables, return
    the tables that stand there without rulings, top to bottom. `before` is such a table at the end of the page before:
    the first table may go on with its columns, without a header."""
    if not _may_hold_numbers(lines):
        return []
    em = em_of(lines)
    rows = [tokens for line in lines if (tokens := tokens_of(line, em))]
    rows = [row for row in rows if not any(box.top < _height(row) < box.bottom for box in taken)]
    found: list[Aligned] = []
    start = 0
    for first, last in _stretches(rows, em):
        if last < start:
            continue
        first = max(first, start)
        table = _read(rows[start:], first - start, last - start, rules, em, None if found else before)
        if table is not None:
            found.append(table[0])
            start += table[1]
    return found


def _may_hold_numbers(lines: Sequence[Sequence[Glyph]]) -> bool:
    """A quick look: three lines with much white before a digit or a blank."""
    count = 0
    for line in lines:
        for left, right in pairwise(line):
            if right[0] - left[2] > 0.6 * (right[3] - right[1]) and (right[5].isdigit() or right[5] in " -－(（\u3000"):
                count += 1
                break
    return count >= FEWEST_NUMBERS


def _height(row: Line) -> float:
    return sum(token.height for token in row) / len(row)


def _has_number_apart(row: Line, em: float) -> bool:
    """Whether a line has a number that stands by itself beside something else that does not introduce it."""
    if any(t.text[-1] in ":：" for t in row):
        return False
    return len(row) > 1 and any(t.is_number and (t.gap if i else row[1].gap) >= APART * em for i, t in enumerate(row))


def _stretches(rows: list[Line], em: float) -> list[tuple[int, int]]:
    """First and last line of each stretch of lines with numbers apart, and of what may stand between them."""
    width = max((row[-1].x1 for row in rows), default=0.0) - min((row[0].x0 for row in rows), default=0.0)
    found: list[list[int]] = []
    going = False
    for i, row in enumerate(rows):
        quiet = not any(LEADER.search(t.text) or t.x1 - t.x0 > WIDEST * width for t in row)
        going = going and quiet and _height(row) - _height(rows[i - 1]) <= NEXT_ROW * em
        if quiet and _has_number_apart(row, em):
            if going:
                found[-1][1] = i
            else:
                found.append([i, i])
                going = True
    return [(a, b) for a, b in found if sum(_has_number_apart(row, em) for row in rows[a : b + 1]) >= FEWEST_NUMBERS]


def _read(
    rows: list[Line], first: int, last: int, rules: Sequence[Edge], em: float, before: Aligned | None
) -> tuple[Aligned, int] | None:
    """The table whose numbers stand in lines `first` to `last`, and the number of the line after it; None where there
    is none."""
    if before is not None:
        again = _read_alone(rows, first, last, rules, em, before)
        if again is not None and again[0].header == before.header and len(again[0].edges) == len(before.edges):
            return again
    return _read_alone(rows, first, last, rules, em, None) or _continued(rows, first, last, rules, em, before)


def _read_alone(
    rows: list[Line], first: int, last: int, rules: Sequence[Edge], em: float, before: Aligned | None
) -> tuple[Aligned, int] | None:
    """A table with its header; where the page before has the same one (`before`), with its columns."""
    known = [c.tokens for c in before.columns] if before else []
    columns = body_columns([*known, *rows[first : last + 1]])
    proof = [c for c in columns[1:] if c.numeric and alignment(c.numbers) and not are_page_numbers(c.numbers)]
    if len(columns) < 2 or not proof:
        return None
    amounts = {t for c in proof for t in c.tokens}
    drawn = rules_around(rules, columns, _height(rows[first]), _height(rows[last]))
    floor = next((i for i in range(first) if _height(rows[i]) > drawn.top), first)
    low = _lowest_header_line(rows, floor, first, columns, proof, em)
    header = read_header(rows[floor : low + 1], rows[low + 1 : first], columns, em) if low is not None else None
    if header is None or not all(c.header for c in header.columns if set(c.tokens) & amounts):
        return None
    columns = header.columns
    edges = edges_of(columns, drawn.sides)
    texts = tuple(b.token.text for b in header.blocks)
    if before is not None and texts == before.header and len(edges) == len(before.edges):
        edges = before.edges
    end = _end(rows, last, columns, drawn, em)
    body = [*header.below, *rows[first:end]]
    return _built(columns, edges, header.blocks, header.depth, body, drawn, em, end)


def _lowest_header_line(
    rows: list[Line], floor: int, first: int, columns: list[Column], proof: list[Column], em: float
) -> int | None:
    """The nearest line above the body that has words over a column of amounts, or one below it of which all words head
    numbers (类, 款 and 项 over codes)."""

    def over(token: Token) -> Column:
        return min(columns, key=lambda c: c.distance(token))

    lowest = first - 1
    for i in range(first - 1, floor - 1, -1):
        row = rows[i]
        if _height(rows[i + 1]) - _height(row) > NEXT_ROW * em or any(CAPTION.search(t.text) for t in row):
            return None
        if any(over(token) in proof and not token.is_number for token in row):
            return lowest
        if not all(over(token).numeric and not token.is_number for token in row):
            lowest = i - 1
    return None


def _continued(
    rows: list[Line], first: int, last: int, rules: Sequence[Edge], em: float, before: Aligned | None
) -> tuple[Aligned, int] | None:
    """A table that goes on from the page before without its header: it has that one's columns, and its amounts end
    where that one's do."""
    if before is None:
        return None
    known = list(before.columns)
    drawn = rules_around(rules, known, _height(rows[first]), _height(rows[last]))
    aligned = [alignment(c.numbers) for c in known]
    met = [0] * len(known)
    for row in rows[first : last + 1]:
        for token in row:
            i, j = _span(token, before.edges)
            if token.is_number and j - i > 1:
                return None
            if token.is_number and (how := aligned[i]):
                met[i] += abs(places(token)[how[0]] - how[1]) <= 2 * SAME_PLACE
    if max(met[1:]) < FEWEST_NUMBERS:
        return None
    begin = first
    while begin and _fits(rows[begin - 1], known) and _height(rows[begin]) - _height(rows[begin - 1]) < 3 * em:
        begin -= 1
    end = _end(rows, last, known, drawn, em)
    return _built(known, before.edges, [], 0, rows[begin:end], drawn, em, end, before.header)


def _end(rows: list[Line], last: int, columns: list[Column], drawn: Rules, em: float) -> int:
    """The line after a table: rows without an amount may follow its last amount, in their place and at their pace, and
    after blank rows there may be one more amount in its place."""
    heights = [_height(row) for row in rows[max(0, last - 12) : last + 1] if any(t.is_number for t in row)]
    pace = 1.5 * median([b - a for a, b in pairwise(heights)]) if len(heights) > 1 else 0.0
    end = last + 1
    for i in range(last + 1, len(rows)):
        step = _height(rows[i]) - _height(rows[i - 1])
        reach = BLANK_ROWS * em if _ends_in_place(rows[i], columns) else FAR if drawn.heights else pace
        if _height(rows[i]) > drawn.bottom or step > reach or not _fits(rows[i], columns):
            break
        end = i + 1
    return end


def _ends_in_place(row: Line, columns: Sequence[Column]) -> bool:
    """Whether a line has numbers and each is aligned with others of its column."""
    numbers = [t for t in row if t.is_number]
    return bool(numbers) and all(any(in_place(t, c.numbers) for c in columns) for t in numbers)


def _fits(row: Line, columns: Sequence[Column]) -> bool:
    """Whether each word of a line stands in a column, where words of it begin, end or have their middle; beside an
    amount in its place a word may stand anywhere in its column."""
    counts = _ends_in_place(row, columns)
    for token in row:
        if CAPTION.search(token.text) or LEADER.search(token.text):
            return False
        column = min(columns, key=lambda c: c.distance(token))
        places = [(t.x0, t.x1, t.middle) for t in column.tokens]
        mine = (token.x0, token.x1, token.middle)
        same = any(abs(a - b) <= SAME_PLACE for place in places for a, b in zip(mine, place, strict=True))
        if not same and not (counts and column.distance(token) == 0):
            return False
    return True


def _span(token: Token, edges: Sequence[float]) -> tuple[int, int]:
    """The columns a word stands in: from the first up to the second, which it does not reach."""
    last = len(edges) - 2
    slack = min(2.0, (token.x1 - token.x0) / 4)
    i = sum(x <= token.x0 + slack for x in edges[1:-1])
    j = sum(x < token.x1 - slack for x in edges[1:-1])
    return min(i, last), max(i, j) + 1


def _built(
    columns: Sequence[Column],
    edges: tuple[float, ...],
    blocks: Sequence[Block],
    depth: int,
    body: list[Line],
    drawn: Rules,
    em: float,
    end: int,
    header: tuple[str, ...] | None = None,
) -> tuple[Aligned, int] | None:
    """Cells of a header of `depth` rows and of a body; None where words cross the columns too often."""
    rows = rows_of(body, drawn, edges, em)
    heads = _header_tops(blocks, depth, drawn, rows[0].top)
    cells: dict[Box, list[Glyph]] = {}
    taken: set[tuple[int, int]] = set()
    for block in blocks:
        box = Box(edges[block.column], heads[block.row], edges[block.end], heads[block.row + block.row_span])
        cells[box] = list(block.token.glyphs)
        taken |= {(r, c) for r in range(block.row, block.row + block.row_span) for c in range(block.column, block.end)}
    for r in range(depth):
        for c in range(len(columns)):
            if (r, c) not in taken:
                cells[Box(edges[c], heads[r], edges[c + 1], heads[r + 1])] = []
    crossing = 0
    for row in rows:
        pieces: list[list] = []
        for token in sorted(row.tokens):
            i, j = _span(token, edges)
            if token.is_number and j - i > 1:
                return None
            if pieces and i < pieces[-1][1]:
                pieces[-1][1] = max(j, pieces[-1][1])
                pieces[-1][2].extend(token.glyphs)
            else:
                pieces.append([i, j, list(token.glyphs)])
        crossing += any(j - i > 1 for i, j, _ in pieces)
        at = 0
        for i, j, glyphs in [*pieces, [len(columns), 0, []]]:
            for c in range(at, i):
                cells[Box(edges[c], row.top, edges[c + 1], row.bottom)] = []
            if glyphs:
                cells[Box(edges[i], row.top, edges[j], row.bottom)] = glyphs
            at = j
    if crossing > CROSSING * len(rows) and crossing > 1 or len(rows) + depth < FEWEST_NUMBERS:
        return None
    used = frozenset(g for glyphs in cells.values() for g in glyphs)
    texts = header if header is not None else tuple(b.token.text for b in blocks)
    found = {box: cell_text(glyphs) for box, glyphs in cells.items()}
    return Aligned(found, used, edges, tuple(columns), texts), end


def _header_tops(blocks: Sequence[Block], depth: int, drawn: Rules, bottom: float) -> list[float]:
    """Where the rows of a header begin, and where the last one ends."""
    if not blocks:
        return [bottom]
    top = min(b.token.top for b in blocks)
    tops = [drawn.above(top) if drawn.above(top) is not None else top - 2.0]
    for level in range(1, depth):
        upper = [b.token.bottom for b in blocks if b.row + b.row_span == level]
        lower = [b.token.top for b in blocks if b.row == level]
        high, low = max(upper, default=tops[-1]), min(lower, default=bottom)
        tops.append(max(tops[-1] + 0.1, (high + low) / 2))
    return [*tops, bottom]
