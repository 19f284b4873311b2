"""What a paper says, how it is drawn, and where everything came to stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

A4 = (595.3, 841.9)


class Box(NamedTuple):
    """PDF points, origin at the top left of the page as displayed."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True)
class Cell:
    """One printed cell. `align` (l, c or r) overrides the alignment of its column."""

    text: str
    row_span: int = 1
    column_span: int = 1
    align: str = ""


def row(*texts: str) -> tuple[Cell, ...]:
    return tuple(Cell(text) for text in texts)


@dataclass(frozen=True)
class Table:
    """One table. A row lists its cells left to right, without the places that a span from the left or above covers.

    `widths` are relative, `aligns` is one letter (l, c or r) per column for the body; headers are centred.
    `maker` (编制部门：…) and `unit` (单位：…) stand left and right above the grid, `tag` (预算 01 表) above the title.
    """

    title: str
    widths: tuple[float, ...]
    aligns: str
    header: tuple[tuple[Cell, ...], ...]
    body: tuple[tuple[Cell, ...], ...]
    unit: str = ""
    maker: str = ""
    tag: str = ""
    note: str = ""
    landscape: bool = False
    new_page: bool = True


@dataclass(frozen=True)
class Paper:
    """One PDF: a cover, running text and tables. A paragraph that begins with `# ` is a heading."""

    department: str
    year: int
    title: str
    paragraphs: tuple[str, ...]
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class Style:
    """How a paper is drawn.

    `rulings`: strokes | thin_rectangles (one per cell side, as word processors write them) | dashes (short pieces) |
    horizontals (strokes, no verticals) | three_lines (above and below the header and below the table) | none.
    `double_gap` draws the outer border twice, so far apart. `rotated` makes landscape pages of portrait ones with
    /Rotate 90. `split_rows` lets a page end cut a row of several lines; `open_edges` leaves out the rulings at a cut.
    `digit_shift` prints digits in another font, that much above the baseline of the hanzi. `ruling_gray` is 0 for black
    rulings. `running_head` stands at the top of every page.
    """

    rulings: str = "strokes"
    double_gap: float = 0.0
    outer_verticals: bool = True
    page_size: tuple[float, float] = A4
    rotated: bool = False
    repeat_header: bool = False
    split_rows: bool = False
    open_edges: bool = False
    watermark: str = ""
    fake_bold: bool = False
    digit_shift: float = 0.0
    font_size: float = 9.0
    row_height: float = 20.0
    margin: float = 56.0
    page_numbers: bool = True
    ruling_gray: float = 0.0
    running_head: str = ""


class Placed(NamedTuple):
    """One cell as printed. Tables, rows and columns count from 0 (header rows first), pages from 1.

    `parts` are all the places of a cell that a page end cuts; `page` and `box` are the first of them.
    A header printed again on a later page is there again with `repeated` set.
    """

    table: int
    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    page: int
    box: Box
    parts: tuple[tuple[int, Box], ...]
    repeated: bool = False
