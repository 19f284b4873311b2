"""A paper set as a PDF, and the truth about it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.typesetting.draw import Sheets, width_of, wrap
from tests.typesetting.model import Box, Paper, Placed, Style, Table
from tests.typesetting.tables import LEADING, PADDING, Layout, Slot, lay_out, parts_of, rulings

TITLE_SIZE = 16.0
TEXT_SIZE = 11.5
TEXT_LEADING = 1.8
FOOT = 46.0


def typeset(paper: Paper, style: Style, path: Path) -> list[Placed]:
    """Write the paper as a PDF, the same bytes every time, and return every printed table cell with its place.

    Raises ValueError where the rows of a table do not fit its columns or a row does not fit a page.
    """
    sheets = Sheets(path, style, paper.title)
    if paper.paragraphs:
        set_cover(paper, sheets)
        set_text(paper.paragraphs, sheets)
    placed = []
    at = None
    for number, table in enumerate(paper.tables):
        cells, at = set_table(number, table, sheets, at)
        placed += cells
    sheets.save()
    return placed


def set_cover(paper: Paper, sheets: Sheets) -> None:
    sheets.start()
    size = 24.0
    top = sheets.height * 0.3
    for line in wrap(paper.title, sheets.width - 2 * sheets.style.margin, size, sheets.style):
        centre(line, top, size, sheets)
        top += size * 1.6
    centre(paper.department, sheets.height * 0.62, 15.0, sheets)


def set_text(paragraphs: Sequence[str], sheets: Sheets) -> None:
    style = sheets.style
    sheets.start()
    top = style.margin
    for paragraph in paragraphs:
        heading = paragraph.startswith("# ")
        text = paragraph.removeprefix("# ") if heading else "　　" + paragraph
        size = TEXT_SIZE + 2 if heading else TEXT_SIZE
        for line in wrap(text, sheets.width - 2 * style.margin, size, style):
            if top + size * TEXT_LEADING > sheets.height - FOOT:
                sheets.start()
                top = style.margin
            sheets.text(style.margin, top + size, line, size, bold=heading)
            top += size * TEXT_LEADING


def set_table(number: int, table: Table, sheets: Sheets, at: float | None) -> tuple[list[Placed], float]:
    """Set one table from `at` down (None: there is no page yet) and return its cells and where it ends."""
    style = sheets.style
    if at is None or table.new_page or not has_room(table, at + 24, sheets):
        sheets.start(table.landscape)
        top = style.margin
    else:
        top = at + 24
    top = set_head(table, top, sheets)
    foot = FOOT + (16.0 if table.note else 0.0)
    layout = lay_out(
        table,
        style.margin,
        sheets.width - 2 * style.margin,
        sheets.height - foot - top,
        sheets.height - foot - style.margin,
        style,
    )
    placed = draw_cells(number, table, layout, top, sheets)
    end = max(box.bottom for cell in placed for page, box in cell.parts if page == sheets.page)
    if table.note:
        end += 4
        for line in wrap(table.note, sheets.width - 2 * style.margin, style.font_size, style):
            sheets.text(style.margin, end + style.font_size, line, style.font_size)
            end += style.font_size * LEADING
    return placed, end


def has_room(table: Table, top: float, sheets: Sheets) -> bool:
    """Say whether the heading, the header and two rows still fit on the page."""
    needed = 60 + sheets.style.row_height * 1.5 * (len(table.header) + 2)
    upright = sheets.height > sheets.width
    return upright != table.landscape and top + needed < sheets.height - FOOT


def set_head(table: Table, top: float, sheets: Sheets) -> float:
    style = sheets.style
    small = style.font_size
    if table.tag:
        sheets.text(style.margin, top + small, table.tag, small)
        top += small * 1.8
    for line in wrap(table.title, sheets.width - 2 * style.margin, TITLE_SIZE, style):
        centre(line, top + TITLE_SIZE, TITLE_SIZE, sheets)
        top += TITLE_SIZE * 1.5
    if table.maker or table.unit:
        sheets.text(style.margin, top + small + 4, table.maker, small)
        at = sheets.width - style.margin - width_of(table.unit, small, style)
        sheets.text(at, top + small + 4, table.unit, small)
        top += small * 1.9
    return round(top + 3, 2)


def centre(line: str, baseline: float, size: float, sheets: Sheets) -> None:
    sheets.text((sheets.width - width_of(line, size, sheets.style)) / 2, baseline, line, size, bold=True)


def draw_cells(number: int, table: Table, layout: Layout, top: float, sheets: Sheets) -> list[Placed]:
    """Draw a laid-out table sheet by sheet, starting pages where it goes on."""
    style = sheets.style
    first_page = sheets.page
    last_sheet = layout.strips[-1].sheet
    found = [(slot, False, moved(parts_of(slot, layout), first_page, top, style.margin)) for slot in layout.slots]
    for slot in layout.slots:
        again = moved(parts_of(slot, layout, repeated=True), first_page, top, style.margin)
        found += [(slot, True, [part]) for part in again]
    for sheet in range(last_sheet + 1):
        if sheet:
            sheets.start(table.landscape)
        boxes = [box for _, _, parts in found for page, box in parts if page == sheets.page]
        heads = [
            box
            for slot, _, parts in found
            for page, box in parts
            if page == sheets.page and slot.row < len(table.header)
        ]
        cut = style.open_edges
        open_top, open_bottom = cut and sheet > 0 and not style.repeat_header, cut and sheet < last_sheet
        sheets.rule(rulings(boxes, open_top, open_bottom, style, heads))
        for slot, _, parts in found:
            for page, box, lines in filled(slot.lines, parts, style):
                if page == sheets.page:
                    print_lines(slot, table, box, lines, sheets, middle=len(parts) == 1)
    return [
        Placed(
            number,
            slot.row,
            slot.column,
            slot.cell.row_span,
            slot.cell.column_span,
            slot.cell.text,
            *parts[0],
            tuple(parts),
            repeated,
        )
        for slot, repeated, parts in found
    ]


def moved(parts: Sequence[tuple[int, Box]], first_page: int, first_top: float, top: float) -> list[tuple[int, Box]]:
    """Turn sheets and tops within the table into pages and tops on the page."""
    result = []
    for sheet, (x0, y0, x1, y1) in parts:
        shift = top if sheet else first_top
        result.append((first_page + sheet, Box(x0, round(y0 + shift, 2), x1, round(y1 + shift, 2))))
    return result


def filled(
    lines: Sequence[str], parts: Sequence[tuple[int, Box]], style: Style
) -> list[tuple[int, Box, Sequence[str]]]:
    """Give each part of a cell the lines that fit it; the last takes what is left."""
    result = []
    for place, (page, box) in enumerate(parts):
        fits = int((box.bottom - box.top - PADDING + 0.01) // (style.font_size * LEADING))
        count = len(lines) if place == len(parts) - 1 else max(0, fits)
        result.append((page, box, lines[:count]))
        lines = lines[count:]
    return result


def print_lines(slot: Slot, table: Table, box: Box, lines: Sequence[str], sheets: Sheets, middle: bool) -> None:
    style = sheets.style
    size, leading = style.font_size, style.font_size * LEADING
    in_header = slot.row < len(table.header)
    align = slot.cell.align or ("c" if in_header else table.aligns[slot.column])
    top = (box.top + box.bottom - len(lines) * leading) / 2 if middle else box.top + PADDING
    for place, line in enumerate(lines):
        room = box.x1 - box.x0 - 2 * PADDING - width_of(line, size, style)
        x = box.x0 + PADDING + {"l": 0.0, "c": room / 2, "r": room}[align]
        sheets.text(x, top + place * leading + (leading + size * 0.74) / 2, line, size, bold=in_header)
