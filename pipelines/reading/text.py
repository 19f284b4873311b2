"""From glyphs to text: which glyphs stand in which cell, and in which order they are read."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from statistics import median

from pipelines.reading.glyphs import Glyph
from pipelines.reading.model import Box, Line

WORD_GAP = 3.0  # points between two glyphs that make a blank, as in pdfplumber
PIECE_GAP = 4.0  # glyph heights between two pieces of a line that do not belong together


def lines_of(glyphs: list[Glyph]) -> list[list[Glyph]]:
    """Given glyphs in any order, return them as lines, top to bottom, each left to right.

    Lines are told by the glyphs' origins, not their boxes: digits of another font stand a little off the baseline of
    the text around them, and still belong to its line.
    """
    if not glyphs:
        return []
    height = median(g.bottom - g.top for g in glyphs) or 1.0
    reach = max(2.0, 0.45 * height)
    lines: list[list[Glyph]] = []
    last = None
    for glyph in sorted(glyphs, key=lambda g: (g.baseline, g.x0)):
        if last is None or glyph.baseline - last > reach:
            lines.append([])
            last = glyph.baseline
        lines[-1].append(glyph)
        if abs(glyph.baseline - last) > reach / 2:
            last = (last + glyph.baseline) / 2
    for line in lines:
        line.sort(key=lambda g: g.x0)
    return lines


def line_text(line: list[Glyph]) -> str:
    """Given the glyphs of one line from left to right, return its text, a blank where a wide gap parts two of them."""
    out: list[str] = []
    end = None
    for glyph in line:
        if glyph.text.isspace():
            if out and out[-1] != " ":
                out.append(" ")
        else:
            if out and glyph.x0 > end + WORD_GAP and out[-1] != " ":
                out.append(" ")
            out.append(glyph.text)
        end = glyph.x1 if end is None else max(end, glyph.x1)
    return "".join(out).strip()


def cell_text(glyphs: list[Glyph]) -> str:
    """Given the glyphs of one cell, return its text as printed, lines parted by newlines."""
    return "\n".join(filter(None, map(line_text, lines_of(glyphs))))


def assign(glyphs: list[Glyph], tables: list[list[Box]]) -> tuple[list[dict[Box, list[Glyph]]], list[Glyph]]:
    """Given the glyphs of a page and the cells of its tables, return for each table the glyphs of each cell (a glyph
    is where its middle is), and the glyphs that stand in no cell."""
    slots = [_Slots(cells) for cells in tables]
    inside: list[dict[Box, list[Glyph]]] = [defaultdict(list) for _ in tables]
    outside: list[Glyph] = []
    for glyph in glyphs:
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
        for table, slot in zip(inside, slots, strict=True):
            cell = slot.at(x, y)
            if cell is not None:
                table[cell].append(glyph)
                break
        else:
            outside.append(glyph)
    return inside, outside


class _Slots:
    """Finds the cell at a point with two bisections."""

    def __init__(self, cells: list[Box]):
        self.xs = sorted({c.x0 for c in cells} | {c.x1 for c in cells})
        self.ys = sorted({c.top for c in cells} | {c.bottom for c in cells})
        column = {x: i for i, x in enumerate(self.xs)}
        row = {y: i for i, y in enumerate(self.ys)}
        self.cells = {
            (i, j): cell
            for cell in cells
            for i in range(row[cell.top], row[cell.bottom])
            for j in range(column[cell.x0], column[cell.x1])
        }

    def at(self, x: float, y: float) -> Box | None:
        return self.cells.get((bisect_right(self.ys, y) - 1, bisect_right(self.xs, x) - 1))


def running_lines(glyphs: list[Glyph], page: int) -> list[Line]:
    """Given the glyphs outside tables, return the page's running text as lines in reading order; pieces of a line with
    much white between them (a label on the left, a unit on the right) are lines of their own."""
    out = []
    for line in lines_of(glyphs):
        for piece in _pieces(line):
            text = line_text(piece)
            if text:
                box = Box(
                    min(g.x0 for g in piece),
                    min(g.top for g in piece),
                    max(g.x1 for g in piece),
                    max(g.bottom for g in piece),
                )
                out.append(Line(page, Box(*(round(v, 2) for v in box)), text))
    return out


def _pieces(line: list[Glyph]) -> list[list[Glyph]]:
    pieces: list[list[Glyph]] = []
    end = 0.0
    for glyph in line:
        if glyph.text.isspace():
            continue
        if not pieces or glyph.x0 - end > PIECE_GAP * (glyph.bottom - glyph.top):
            pieces.append([])
        pieces[-1].append(glyph)
        end = glyph.x1 if len(pieces[-1]) == 1 else max(end, glyph.x1)
    return pieces
