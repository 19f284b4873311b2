"""From glyphs to text: which glyphs stand in which cell, and in which order they are read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from operator import itemgetter
from statistics import median

from pipelines.reading.glyphs import Glyph, Turned
from pipelines.reading.model import Box, Line

WORD_GAP = 3.0  # points between two glyphs that make a blank, as in pdfplumber
DOWN_THEN_ACROSS = itemgetter(Glyph._fields.index("baseline"), Glyph._fields.index("x0"))
TWICE = 0.3  # of a glyph's width: two of the same that close are one
INSET = 1.0  # points from the side of a clip box
REACH = 0.25  # of its height by which the middle of a glyph may be below the end of the table that cuts it
END = 3.0  # points by which a clip box at the end of a table may miss it
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
    for glyph in sorted(glyphs, key=DOWN_THEN_ACROSS):
        baseline = glyph.baseline
        if last is None or baseline - last > reach:
            line: list[Glyph] = []
            lines.append(line)
            last = baseline
        line.append(glyph)
        if baseline - last > reach / 2:
            last = (last + baseline) / 2
    for line in lines:
        line.sort()  # by x0, a glyph's first field
    return lines


def line_text(line: list[Glyph]) -> str:
    """Given the glyphs of one line from left to right, return its text, a blank where a wide gap parts two of them."""
    out: list[str] = []
    end = start = 0.0
    blank = True  # nothing or a blank stands last
    for x0, _, x1, _, _, text in line:
        if out and text == out[-1] and x0 - start < TWICE * (x1 - x0):
            continue  # bold made by printing twice; pdfium drops most second copies, not all
        start = x0
        if text.isspace():
            if not blank:
                out.append(" ")
                blank = True
        else:
            if not blank and x0 > end + WORD_GAP:
                out.append(" ")
            out.append(text)
            blank = False
        if x1 > end:
            end = x1
    return "".join(out).rstrip()


def cell_text(glyphs: list[Glyph]) -> str:
    """Given the glyphs of one cell, return its text as printed, lines parted by newlines."""
    return "\n".join(filter(None, map(line_text, lines_of(glyphs))))


def assign(
    glyphs: list[Glyph], tables: list[list[Box]], cut: Mapping[Glyph, Box] | None = None
) -> tuple[list[dict[Box, list[Glyph]]], list[Glyph]]:
    """Given the glyphs of a page and the cells of its tables, return for each table the glyphs of each cell (a glyph
    is where its middle is; one that the end of a table cuts belongs to the last row), and the glyphs that stand in no
    cell.

    A glyph that is cut off (`cut` has its clip box) belongs to the cell it is clipped to. What a page break cuts off
    above or below is seen on the other page and left out here: where the clip box is that of several rows, or of a cell
    at an end of the table; outside tables as well.
    """
    inside: list[dict[Box, list[Glyph]]] = [{} for _ in tables]
    if not tables and not cut:
        return inside, glyphs
    slots = [(*_slots(cells), found) for cells, found in zip(tables, inside, strict=True)]
    outside: list[Glyph] = []
    for glyph in glyphs:
        x, y = (glyph[0] + glyph[2]) / 2, (glyph[1] + glyph[3]) / 2
        clip = cut.get(glyph) if cut else None
        seen = y
        if clip is not None:
            x, seen = _within(x, clip.x0, clip.x1), _within(y, clip.top, clip.bottom)
        for xs, ys, cells, found in slots:
            if ys[0] <= seen < ys[-1] and (cell := cells.get((bisect_right(ys, seen), bisect_right(xs, x)))):
                if seen != y and _is_page_break(y, clip, cell, ys):
                    break
                if cell in found:
                    found[cell].append(glyph)
                else:
                    found[cell] = [glyph]
                break
        else:
            if seen == y and not _is_cut_by_an_end(glyph, x, slots):
                outside.append(glyph)
    return inside, outside


def _is_cut_by_an_end(glyph: Glyph, x: float, slots: Sequence[tuple]) -> bool:
    """Whether the lower end of a table cuts a glyph that stands in no cell; it is then put into the cell above."""
    y, size = (glyph.top + glyph.bottom) / 2, glyph.bottom - glyph.top
    for xs, ys, cells, found in slots:
        if y - REACH * size < ys[-1] <= y and (cell := cells.get((len(ys) - 1, bisect_right(xs, x)))):
            found.setdefault(cell, []).append(glyph)
            return True
    return False


def _within(value: float, low: float, high: float) -> float:
    """The place nearest to a value that is well inside a clip box."""
    inset = min(INSET, (high - low) / 2)
    return min(max(value, low + inset), high - inset)


def _is_page_break(y: float, clip: Box, cell: Box, ys: Sequence[float]) -> bool:
    """Whether a page break cuts off what stands at the height `y`, above or below a clip box in a cell of a table."""
    several = clip.top < cell.top - END or clip.bottom > cell.bottom + END
    return several or (clip.top <= ys[0] + END if y < clip.top else clip.bottom >= ys[-1] - END)


def _slots(cells: list[Box]) -> tuple[list[float], list[float], dict[tuple[int, int], Box]]:
    """The positions between columns and between rows, and the cell in each slot (counted from 1) between them."""
    xs = sorted({c.x0 for c in cells} | {c.x1 for c in cells})
    ys = sorted({c.top for c in cells} | {c.bottom for c in cells})
    column = {x: i for i, x in enumerate(xs, 1)}
    row = {y: i for i, y in enumerate(ys, 1)}
    slots = {
        (i, j): cell
        for cell in cells
        for i in range(row[cell.top], row[cell.bottom])
        for j in range(column[cell.x0], column[cell.x1])
    }
    return xs, ys, slots


def assign_turned(turned: Sequence[Turned], tables: list[list[Box]]) -> list[dict[Box, list[Glyph]]]:
    """Given the glyphs of a page that are set sideways and the cells of its tables, return for each table the glyphs of
    each cell, as they are when they are upright."""
    if not turned:
        return [{} for _ in tables]
    upright = {Glyph(*box, box.bottom, glyph.text): glyph for box, glyph in turned}
    inside, _ = assign(list(upright), tables)
    return [{cell: [upright[g] for g in glyphs] for cell, glyphs in found.items()} for found in inside]


def running_lines(lines: list[list[Glyph]], page: int) -> list[Line]:
    """Given the lines outside tables, return the page's running text as lines in reading order; pieces of a line with
    much white between them (a label on the left, a unit on the right) are lines of their own."""
    out = []
    for line in lines:
        for piece in _pieces(line):
            text = line_text(piece)
            if text:
                x0, top, x1, bottom, _, _ = zip(*piece, strict=True)
                box = Box(round(min(x0), 2), round(min(top), 2), round(max(x1), 2), round(max(bottom), 2))
                out.append(Line(page, box, text))
    return out


def _pieces(line: list[Glyph]) -> list[list[Glyph]]:
    pieces: list[list[Glyph]] = []
    end = 0.0
    for glyph in line:
        x0, top, x1, bottom, _, text = glyph
        if text.isspace():
            continue
        if not pieces or x0 - end > PIECE_GAP * (bottom - top):
            piece = [glyph]
            pieces.append(piece)
            end = x1
        else:
            piece.append(glyph)
            if x1 > end:
                end = x1
    return pieces
