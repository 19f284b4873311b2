"""The header of a table without rulings: which words stand over which columns, and over how many."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from pipelines.reading.columns import Column, edges_of
from pipelines.reading.tokens import HAN, Token, token_of

WRAPPED = 1.5  # em between the lines of one header cell, at most
NEXT_LINE = 3.2  # em between the lines of a header, at most
SAME_MIDDLE = 2.5
SAME_LINE = 2.5
OUTSIDE = 30.0  # points by which a table may be wider than its words, on either side
LARGER = 1.25  # of the height of a header's type: what is set larger is a title
WIDE_SET = 4.0  # em between the letters of a word set wide
CAPTION = re.compile("[:：]")


class Block(NamedTuple):
    """One header cell: its words, and the columns from `column` up to `end`, which it does not reach; `row` and
    `row_span` are known when the header is whole."""

    token: Token
    column: int
    end: int
    row: int = 0
    row_span: int = 1


class Header(NamedTuple):
    """`below` are the lines below the header's words that are no part of it: rows without an amount."""

    columns: list[Column]
    blocks: list[Block]
    depth: int
    below: list[list[Token]]


def read_header(
    lines: Sequence[Sequence[Token]], below: Sequence[Sequence[Token]], columns: list[Column], em: float
) -> Header | None:
    """Given the lines above a body, top to bottom, the last of them the lowest with words over an amount, the lines
    between it and the first amount, and the body's columns, return the header; None where the lines are none."""
    lines = [_spaced(line, columns, em) for line in lines]
    words, rest = _unwrapped(_candidates(lines, em), below, em)
    rows = _lines_of(words)
    if not rows:
        return None
    columns, blocks = _leaves(rows[-1], columns, words)
    for i in range(len(rows) - 2, -1, -1):
        found = _with_line(rows[i], columns, blocks, [_height(row) for row in rows[i:]])
        if found is None:
            break
        columns, blocks = found
    if sum(b.end - b.column for b in blocks if b.end - b.column == 1) < 2:
        return None
    placed, depth = _levels(blocks)
    return Header(columns, placed, depth, rest)


def _spaced(line: Sequence[Token], columns: Sequence[Column], em: float) -> list[Token]:
    """A line with the letters of a word set wide (项　　目) as one: lone characters over one column of words. 类 款 项
    stand over a column each."""
    found: list[Token] = []
    for token in line:
        last = found[-1] if found else None
        if last and _is_lone(token) and _is_lone(last) and token.gap <= WIDE_SET * em:
            one, other = (min(columns, key=lambda c, t=t: (c.distance(t), abs(c.x0 - t.x0))) for t in (last, token))
            if one is other and not one.numeric:
                found[-1] = token_of([*last.glyphs, *token.glyphs])._replace(gap=last.gap)
                continue
        found.append(token)
    return found


def _is_lone(token: Token) -> bool:
    return len(token.text) == 1 and token.text >= HAN


def _candidates(lines: Sequence[Sequence[Token]], em: float) -> list[Sequence[Token]]:
    """The lines that may be a header: from the lowest upward, to a caption, larger type or much white."""
    found: list[Sequence[Token]] = []
    for line in reversed(lines):
        size = _size(line)
        if any(CAPTION.search(t.text) for t in line) or all(t.is_number for t in line):
            break
        if found and (_height(found[0]) - _height(line) > NEXT_LINE * em or size > LARGER * _size(found[0])):
            break
        found.insert(0, line)
    return found


def _unwrapped(
    lines: Sequence[Sequence[Token]], below: Sequence[Sequence[Token]], em: float
) -> tuple[list[Token], list[list[Token]]]:
    """The words of a header with the lines of one cell joined, and what is left of the lines below it."""
    words: list[Token] = []

    def joined(token: Token) -> bool:
        for i, word in enumerate(words):
            near = 0 < token.height - _last_height(word) <= WRAPPED * em
            if near and abs(token.middle - word.middle) <= SAME_MIDDLE:
                text = f"{word.text}\n{token.text}"
                words[i] = token_of([*word.glyphs, *token.glyphs])._replace(text=text)
                return True
        return False

    for line in lines:
        words += [token for token in line if not joined(token)]
    rest = [[token for token in line if not joined(token)] for line in below]
    return words, [line for line in rest if line]


def _lines_of(words: Sequence[Token]) -> list[list[Token]]:
    """Words in lines by their middles, top to bottom: cells of one height, whether of one line or of several."""
    lines: list[list[Token]] = []
    for word in sorted(words, key=lambda t: t.height):
        if lines and word.height - lines[-1][-1].height <= SAME_LINE:
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


def _size(line: Sequence[Token]) -> float:
    return median(g.bottom - g.top for t in line for g in t.glyphs)


def _height(line: Sequence[Token]) -> float:
    return sum(t.height for t in line) / len(line)


def _last_height(token: Token) -> float:
    """The y of the middle of its last line, over all letters: one like 一 is no measure."""
    lowest = max(g.baseline for g in token.glyphs)
    last = [g for g in token.glyphs if lowest - g.baseline <= SAME_LINE]
    return (min(g.top for g in last) + max(g.bottom for g in last)) / 2


def _leaves(line: Sequence[Token], columns: list[Column], every: Sequence[Token]) -> tuple[list[Column], list[Block]]:
    """The lowest line of a header: each of its words heads a column, also one in which nothing is printed."""
    columns, blocks = list(columns), []
    heights = [t.height for t in every]
    half = (min(heights) + max(heights)) / 2 - SAME_LINE  # a header over all lines stands in their middle
    lowest = [t for t in every if t.height >= half and not any(u.height > t.height and _overlap(t, u) for u in every)]
    for token in sorted(line):
        over = [k for k, c in enumerate(columns) if c.distance(token) == 0 and c.header is None]
        if not over:
            nearest = min(range(len(columns)), key=lambda k: columns[k].distance(token))
            others = [t for t in lowest if t is not token]
            mine = all(columns[nearest].distance(token) <= columns[nearest].distance(t) for t in others)
            free = columns[nearest].header is None and _neighbours(columns[nearest], token, columns)
            over = [nearest] if mine and free else []
        if not over:
            columns, blocks, at = _with_column(token, columns, blocks)
            over = [at]
        columns, blocks, over = _one_of_words(over, columns, blocks)
        columns = [c._replace(header=(token.x0, token.x1)) if k in over else c for k, c in enumerate(columns)]
        blocks.append(Block(token, over[0], over[-1] + 1))
    return columns, blocks


def _with_column(token: Token, columns: list[Column], blocks: list[Block]) -> tuple[list[Column], list[Block], int]:
    """Columns and blocks with a column more, in which nothing is printed but its header, and where it is."""
    at = sum(c.x0 < token.x0 for c in columns)
    columns = [*columns[:at], Column(token.x0, token.x1), *columns[at:]]
    moved = [b._replace(column=b.column + (b.column >= at), end=b.end + (b.end > at)) for b in blocks]
    return columns, moved, at


def _one_of_words(
    over: list[int], columns: list[Column], blocks: list[Block]
) -> tuple[list[Column], list[Block], list[int]]:
    """Neighbouring columns of words under one header are one column."""
    if len(over) < 2 or any(columns[k].numeric for k in over) or over[-1] - over[0] >= len(over):
        return columns, blocks, over
    parts = columns[over[0] : over[-1] + 1]
    whole = Column(parts[0].x0, max(c.x1 for c in parts), tuple(t for c in parts for t in c.tokens))
    less = len(parts) - 1
    moved = [b._replace(column=b.column - less, end=b.end - less) if b.column > over[-1] else b for b in blocks]
    return [*columns[: over[0]], whole, *columns[over[-1] + 1 :]], moved, [over[0]]


def _overlap(a: Token, b: Token) -> bool:
    return a.x0 < b.x1 and b.x0 < a.x1


def _neighbours(column: Column, token: Token, columns: list[Column]) -> bool:
    """Whether no other column stands between a column and a word."""
    low, high = min(column.x1, token.x0), max(column.x0, token.x1)
    return not any(c is not column and c.x1 > low and c.x0 < high for c in columns)


def _with_line(
    line: Sequence[Token], columns: list[Column], blocks: list[Block], heights: list[float]
) -> tuple[list[Column], list[Block]] | None:
    """The header with one more line above it, None where the line does not belong to it."""
    columns, blocks = list(columns), list(blocks)
    groups = []
    for token in sorted(line):
        covered = {k for b in blocks for k in range(b.column, b.end)}
        free = [k for k in range(len(columns)) if k not in covered]
        over = [k for k in free if columns[k].distance(token) == 0]
        if not over and not any(columns[k].distance(token) == 0 for k in covered):
            nearest = min(range(len(columns)), key=lambda k: columns[k].distance(token))
            over = [nearest] if nearest in free else []
        if not over and not _stands_over(token, columns, blocks, heights):
            columns, blocks, at = _with_column(token, columns, blocks)
            over = [at]
        if not over:
            groups.append(token)
            continue
        columns, blocks, over = _one_of_words(over, columns, blocks)
        columns = [c._replace(header=(token.x0, token.x1)) if k in over else c for k, c in enumerate(columns)]
        blocks.append(Block(token, over[0], over[-1] + 1))
    spans = _spans(groups, columns, blocks, heights)
    if spans is None:
        return None
    return columns, blocks + [Block(t, i, j) for t, (i, j) in zip(groups, spans, strict=True)]


def _stands_over(token: Token, columns: list[Column], blocks: list[Block], heights: list[float]) -> bool:
    """Whether a word is over columns that have headers, rather than over one in which nothing is printed."""
    beside = all(c.distance(token) > 0 for c in columns)
    return not beside or _spans([token], columns, blocks, heights) is not None


def _spans(
    groups: Sequence[Token], columns: list[Column], blocks: list[Block], heights: list[float]
) -> list[tuple[int, int]] | None:
    """The columns each word of one line stands over: two or more whose middle is its own, none of them twice. Where
    columns part is not known exactly: somewhere in the white between them."""
    edges = edges_of(columns, None)
    white = [(min(a.high, b.low), max(a.high, b.low)) for a, b in pairwise(columns)]
    room = [(columns[0].low - OUTSIDE, columns[0].low), *white, (columns[-1].high, columns[-1].high + OUTSIDE)]
    spans: list[tuple[int, int]] = []
    start = 0
    for token in groups:
        under = {k for k in range(start, len(columns)) if _is_under(k, token, blocks, heights)}
        good: list[tuple[float, int, int]] = []
        for i in sorted(under):
            for j in range(i + 2, len(columns) + 1):
                if j - 1 not in under:
                    break
                cuts = any(b.column < i < b.end or b.column < j < b.end for b in blocks)
                low, high = (room[i][0] + room[j][0]) / 2, (room[i][1] + room[j][1]) / 2
                inside = room[i][0] - 1 <= token.x0 and token.x1 <= room[j][1] + 1
                if inside and not cuts and low - SAME_MIDDLE <= token.middle <= high + SAME_MIDDLE:
                    good.append((abs((edges[i] + edges[j]) / 2 - token.middle), i, j))
        if not good:
            return None
        closest = min(good)[0]
        _, i, j = max((b for b in good if b[0] <= closest + 2.0), key=lambda b: b[2] - b[1])
        spans.append((i, j))
        start = j
    return spans


def _is_under(column: int, token: Token, blocks: list[Block], heights: list[float]) -> bool:
    """Whether what heads a column so far stands in the lines below a word, and not beside it: a header over all lines
    stands in their middle, one under the word in the middle of the lines below it."""
    mine = [b for b in blocks if b.column <= column < b.end]
    if not mine:
        return False
    top = min(mine, key=lambda b: b.token.height)
    if top.end - top.column > 1:
        return top.token.height > token.height
    lowest = heights[-1]
    below = min((h for h in heights[1:] if h > token.height + 1), default=lowest)
    groups = [b.token.height for b in blocks if b.end - b.column > 1 and b.token.height > token.height]
    below = min(groups, default=lowest) if below != lowest else below
    beside, under = (token.height + lowest) / 2, (below + lowest) / 2
    return abs(top.token.height - under) < abs(top.token.height - beside)


def _levels(blocks: list[Block]) -> tuple[list[Block], int]:
    """The blocks with the rows they take up: a block begins below the blocks that stand over it."""

    def above(block: Block) -> int:
        higher = [b for b in blocks if b.token.height < block.token.height]
        return sum(b.column <= block.column and block.end <= b.end for b in higher)

    depth = 1 + max(map(above, blocks))
    placed = []
    for block in blocks:
        row = above(block)
        leaf = not any(
            b.column >= block.column and b.end <= block.end and b.token.height > block.token.height for b in blocks
        )
        placed.append(block._replace(row=row, row_span=depth - row if leaf else 1))
    return placed, depth
