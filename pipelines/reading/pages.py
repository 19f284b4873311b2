"""One page: ink in, running lines and page tables out."""

from __future__ import annotations

from typing import NamedTuple

from pipelines.reading.aligned import Aligned, find_aligned
from pipelines.reading.clips import cut_off
from pipelines.reading.frame import Frame
from pipelines.reading.glyphs import Glyphs
from pipelines.reading.model import Box, Line
from pipelines.reading.rulings import close_open_sides, find_tables, merge_edges
from pipelines.reading.strokes import Strokes
from pipelines.reading.text import assign, assign_turned, cell_text, lines_of, running_lines


class PageTable(NamedTuple):
    """One table on one page: its cells and their text. `open_top` and `open_bottom` say that its first or last row had
    no rule there, as a page break leaves it; `method` is that of the grid (model.Grid). `aligned` tells the columns of
    a table without rulings again."""

    page: int
    cells: dict[Box, str]
    open_top: bool
    open_bottom: bool
    method: str
    aligned: Aligned | None = None

    @property
    def box(self) -> Box:
        return Box(
            min(c.x0 for c in self.cells),
            min(c.top for c in self.cells),
            max(c.x1 for c in self.cells),
            max(c.bottom for c in self.cells),
        )


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
    top, bottom = min(c.top for c in cells), max(c.bottom for c in cells)
    left, right = min(c.x0 for c in cells), max(c.x1 for c in cells)
    sides = [a for a in added if left - 1 <= a.x0 and a.x1 <= right + 1 and top - 1 <= a.top and a.bottom <= bottom + 1]
    flat = [a for a in sides if a.top == a.bottom]
    open_top = any(abs(a.top - top) < 1 for a in flat)
    open_bottom = any(abs(a.top - bottom) < 1 for a in flat)
    if open_bottom:
        last = [c for c in cells if c.bottom == bottom]
        if not any(cells[c] for c in last) and len(last) < len(cells):
            cells = {c: text for c, text in cells.items() if c.bottom != bottom}
            open_bottom = False
    return PageTable(page, cells, open_top, open_bottom, "closed" if sides else "ruled")
