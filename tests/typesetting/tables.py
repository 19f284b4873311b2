"""Where the cells of a table go: spans, widths, row heights, page ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tests.typesetting.draw import Segment, wrap
from tests.typesetting.model import Box, Cell, Style, Table

PADDING = 2.5
LEADING = 1.25


class Slot(NamedTuple):
    """A cell with its place in the grid and its text broken into lines."""

    row: int
    column: int
    cell: Cell
    lines: tuple[str, ...]


class Strip(NamedTuple):
    """A row, or the part of it from `start` to `end` (points below its top), on one sheet of the table."""

    sheet: int
    row: int
    start: float
    end: float
    top: float
    repeated: bool = False


class Layout(NamedTuple):
    slots: tuple[Slot, ...]
    strips: tuple[Strip, ...]
    columns: tuple[float, ...]


def slots_of(table: Table, columns: Sequence[float], style: Style) -> list[Slot]:
    """Put the cells of a table in its grid, header rows first.

    Raises ValueError where a row does not fill the columns of the table.
    """
    rows = table.header + table.body
    taken: set[tuple[int, int]] = set()
    slots = []
    for row, cells in enumerate(rows):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            end = column + cell.column_span
            taken |= {(r, c) for r in range(row, row + cell.row_span) for c in range(column, end)}
            if end > len(table.widths):
                raise ValueError(f"{table.title}: row {row} has more cells than columns")
            width = columns[end] - columns[column] - 2 * PADDING
            slots.append(Slot(row, column, cell, tuple(wrap(cell.text, width, style.font_size, style))))
            column = end
    missing = {(r, c) for r in range(len(rows)) for c in range(len(table.widths))} ^ taken
    if missing:
        raise ValueError(f"{table.title}: no cell, or one too many, at row and column {min(missing)}")
    return slots


def row_heights(slots: Iterable[Slot], n_rows: int, style: Style) -> list[float]:
    heights = [style.row_height] * n_rows
    for slot in sorted(slots, key=lambda slot: slot.cell.row_span):
        spanned = range(slot.row, slot.row + slot.cell.row_span)
        needed = len(slot.lines) * style.font_size * LEADING + 2 * PADDING
        heights[spanned[-1]] += max(0.0, needed - sum(heights[row] for row in spanned))
    return heights


def strips_of(heights: Sequence[float], n_header: int, first: float, rest: float, style: Style) -> list[Strip]:
    """Given row heights and the room on the first and on each later sheet, say which row goes where."""
    header = sum(heights[:n_header])
    strips: list[Strip] = []
    sheet, top, room = 0, 0.0, first
    for row, height in enumerate(heights):
        start = 0.0
        while row >= n_header and top + height - start > room:
            cut = cut_of(room - top, height - start, style) if style.split_rows else 0.0
            if cut:
                strips.append(Strip(sheet, row, start, start + cut, top))
                start += cut
            sheet, top, room = sheet + 1, 0.0, rest
            if style.repeat_header:
                for above in range(n_header):
                    strips.append(Strip(sheet, above, 0.0, heights[above], top, repeated=True))
                    top += heights[above]
            if height - start > rest - (header if style.repeat_header else 0):
                raise ValueError(f"row {row} is higher than a page")
        strips.append(Strip(sheet, row, start, height, top))
        top += height - start
    return strips


def cut_of(room: float, height: float, style: Style) -> float:
    """Return where to cut a row of this height so that whole lines of text stay above; 0 to move it as a whole."""
    leading = style.font_size * LEADING
    lines = int((room - PADDING) // leading)
    return PADDING + lines * leading if lines >= 1 and PADDING + (lines + 1) * leading < height else 0.0


def lay_out(table: Table, left: float, width: float, first: float, rest: float, style: Style) -> Layout:
    """Given a table and the room for it, place its cells; `columns` are the x positions of the column edges."""
    columns = [left]
    for share in table.widths:
        columns.append(round(columns[-1] + width * share / sum(table.widths), 2))
    slots = slots_of(table, columns, style)
    heights = row_heights(slots, len(table.header) + len(table.body), style)
    return Layout(tuple(slots), tuple(strips_of(heights, len(table.header), first, rest, style)), tuple(columns))


def parts_of(slot: Slot, layout: Layout, repeated: bool = False) -> list[tuple[int, Box]]:
    """Return the sheets and boxes of a cell, tops counted from the top of the table on that sheet."""
    rows = range(slot.row, slot.row + slot.cell.row_span)
    spans: dict[int, list[float]] = {}
    for strip in layout.strips:
        if strip.row in rows and strip.repeated == repeated:
            span = spans.setdefault(strip.sheet, [strip.top, strip.top])
            span[1] = strip.top + strip.end - strip.start
    x0, x1 = layout.columns[slot.column], layout.columns[slot.column + slot.cell.column_span]
    return [(sheet, Box(x0, top, x1, bottom)) for sheet, (top, bottom) in spans.items()]


def sides(box: Box) -> list[Segment]:
    x0, top, x1, bottom = box
    return [
        Segment(x0, top, x1, top),
        Segment(x0, bottom, x1, bottom),
        Segment(x0, top, x0, bottom),
        Segment(x1, top, x1, bottom),
    ]


def rulings(
    boxes: Sequence[Box], open_top: bool, open_bottom: bool, style: Style, header: Sequence[Box] = ()
) -> list[Segment]:
    """Return the rulings around these cells, which are all of a table on one page, those of its header in `header`."""
    left, right = min(box.x0 for box in boxes), max(box.x1 for box in boxes)
    top, bottom = min(box.top for box in boxes), max(box.bottom for box in boxes)

    def drawn(side: Segment) -> bool:
        horizontal = side.y0 == side.y1
        if horizontal:
            return not (open_top and side.y0 == top or open_bottom and side.y0 == bottom)
        return style.outer_verticals or side.x0 not in (left, right)

    if style.rulings == "three_lines":
        heights = {top, bottom} | ({max(box.bottom for box in header)} if header else set())
        return [Segment(left, height, right, height) for height in sorted(heights)]
    segments = [side for box in boxes for side in sides(box) if drawn(side)]
    if style.rulings == "horizontals":
        return [side for side in segments if side.y0 == side.y1]
    if style.double_gap:
        gap = style.double_gap
        outer = sides(Box(left - gap, top - gap, right + gap, bottom + gap))
        segments += [
            side
            for side, is_open in zip(outer, (open_top, open_bottom, False, False), strict=True)
            if not is_open and (side.y0 == side.y1 or style.outer_verticals)
        ]
    return segments
