"""One page: ink in, running lines and page tables out."""

from __future__ import annotations

from typing import NamedTuple

from pipelines.reading.aligned import Aligned, find_aligned
from pipelines.reading.clips import cut_off
from pipelines.reading.frame import Frame
from pipelines.reading.glyphs import Glyphs
from pipelines.reading.model import Box, Line
from pipelines.reading.rulings import CROSS, close_open_sides, find_tables, merge_edges
from pipelines.reading.strokes import Strokes
from pipelines.reading.text import assign, assign_turned, cell_text, lines_of, running_lines

WHOLE_ROW = 0.5  # of the width of a table: a side added over less is that of a merged cell
MARGIN = 8.0  # points: a column so narrow has no room for a character beside its rulings


class PageTable(NamedTuple):
    """One table on one page: its cells and their text. `open_top` and `open_bottom` say that its first or last row had
    no rule there, as a page break leaves it; `cut_top` and `cut_bottom` are cells of these rows that alone have none,
    beside others that do: merged cells cut by the break. `method` is that of the grid (model.Grid). `aligned` tells the
    columns of a table without rulings again."""

    page: int
    cells: dict[Box, str]
    open_top: bool
    open_bottom: bool
    method: str
    aligned: Aligned | None = None
    cut_top: frozenset[Box] = frozenset()
    cut_bottom: frozenset[Box] = frozenset()

    @property
    def box(self) -> Box:
        x0, top, x1, bottom = zip(*self.cells, strict=True)
        return Box(min(x0), min(top), max(x1), max(bottom))


class PageContent(NamedTuple):
    number: int
    width: float
    height: float
    lines: list[Line]
    tables: list[PageTable]


def read_page(
    number: int,
    frame: Frame,
    glyphs: Glyphs,
    strokes: Strokes,
    before: PageContent | None = None,
) -> PageContent:
    """Given the ink of a page and the page before it, return its lines and tables in reading order; ruled areas without
    text are no table."""
    drawn = merge_edges(strokes.horizontal)
    rules, sides, added = close_open_sides(drawn, merge_edges(strokes.vertical))
    found = find_tables(rules, sides)
    upright, cut = cut_off(glyphs.upright, glyphs.clips)
    inside, outside = assign(upright, found, cut)
    sideways = assign_turned(glyphs.turned, found)
    tables = []
    for cells, texts, turned in zip(found, inside, sideways, strict=True):
        words = {cell: cell_text(texts.get(cell) or turned.get(cell, [])) for cell in cells}
        table = _table(number, words, added)
        if any(table.cells.values()):
            tables.append(table)
    lines = lines_of(outside)
    last = before.tables[-1].aligned if before and before.tables else None
    aligned = find_aligned(lines, drawn, [table.box for table in tables], last)
    if aligned:
        used = frozenset().union(*(table.glyphs for table in aligned))
        lines = [rest for line in lines if (rest := [g for g in line if g not in used])]
        tables += [PageTable(number, table.cells, False, False, "aligned", table) for table in aligned]
        tables.sort(key=lambda table: table.box.top)
    return PageContent(number, frame.width, frame.height, running_lines(lines, number), tables)


def _table(page: int, cells: dict[Box, str], added: list[Box]) -> PageTable:
    cells = _without_margins(cells)
    top, bottom = min(c.top for c in cells), max(c.bottom for c in cells)
    left, right = min(c.x0 for c in cells), max(c.x1 for c in cells)
    sides = [a for a in added if left - 1 <= a.x0 and a.x1 <= right + 1 and top - 1 <= a.top and a.bottom <= bottom + 1]
    flat = [a for a in sides if a.top == a.bottom]
    whole = [a for a in flat if a.x1 - a.x0 >= WHOLE_ROW * (right - left)]
    open_top = any(abs(a.top - top) < 1 for a in whole)
    open_bottom = any(abs(a.top - bottom) < 1 for a in whole)
    cut_top = frozenset() if open_top else _lying_on(flat, [c for c in cells if c.top == top], top)
    cut_bottom = frozenset() if open_bottom else _lying_on(flat, [c for c in cells if c.bottom == bottom], bottom)
    if open_bottom:
        last = [c for c in cells if c.bottom == bottom]
        if not any(cells[c] for c in last) and len(last) < len(cells):
            cells = {c: text for c, text in cells.items() if c.bottom != bottom}
            open_bottom = False
    method = "closed" if sides else "ruled"
    return PageTable(page, cells, open_top, open_bottom, method, None, cut_top, cut_bottom)


def _lying_on(flat: list[Box], cells: list[Box], height: float) -> frozenset[Box]:
    """The cells of a row that have an added side at a height."""
    added = [a for a in flat if abs(a.top - height) <= CROSS]
    return frozenset(c for c in cells if any(a.x0 - CROSS <= c.x0 and c.x1 <= a.x1 + CROSS for a in added))


def _without_margins(cells: dict[Box, str]) -> dict[Box, str]:
    """Cells without a blank column at the left or right side that is too narrow for any text: the margin of a sheet,
    which a page of a table may have or not."""
    for near, far, sign in ((0, 2, 1), (2, 0, -1)):
        sides = sorted({sign * c[i] for c in cells for i in (near, far)})
        if len(sides) < 4 or sides[1] - sides[0] > MARGIN:
            continue
        side, inner = sign * sides[0], sign * sides[1]
        margin = {c for c in cells if c[near] == side and c[far] == inner}
        if not any(cells[c] for c in margin):
            field = Box._fields[near]
            rest = ((c, text) for c, text in cells.items() if c not in margin)
            cells = {c._replace(**{field: inner}) if c[near] == side else c: text for c, text in rest}
    return cells
