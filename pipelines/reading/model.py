"""What reading hands over: plain, immutable values about ink on paper.

Coordinates are PDF points with the origin at the top left of the page as displayed (rotation applied).
Pages are counted from 1, rows, columns and grids from 0.
"""

from __future__ import annotations

from typing import NamedTuple

REASONS = {
    "not_pdf": "the file is no PDF",
    "empty": "the file has no bytes",
    "truncated": "the file ends before the PDF does",
    "encrypted": "the PDF is locked with a password",
    "zero_pages": "the PDF has no page",
    "page_count_mismatch": "two engines count different numbers of pages",
    "too_many_pages": "the PDF has more pages than the limit",
    "stream_too_large": "what the PDF unpacks to is over the limit",
    "changed": "the file was moved or changed before it was read",
    "page_timeout": "a page made no progress in time",
    "file_timeout": "the file took longer than the limit",
    "memory": "reading needed more memory than the limit",
    "recursion": "objects are nested too deep",
    "crash": "the reading process died",
    "no_text": "no page has a text layer (a scan?)",
    "bad_page_box": "a page has no usable size",
    "engine_error": "the PDF engine gave up",
    "bad_output": "the reading process returned something that is no reading",
}


class Box(NamedTuple):
    x0: float
    top: float
    x1: float
    bottom: float


class Line(NamedTuple):
    """One line of running text outside the grids."""

    page: int
    box: Box
    text: str


class Cell(NamedTuple):
    """One cell of a grid. `text` is as printed, lines parted by a newline; `parts` are the places it stands,
    more than one where a page break cuts the cell."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    page: int
    box: Box
    parts: tuple[tuple[int, Box], ...]


class Grid(NamedTuple):
    """One table, joined over its pages. `column_edges` are the x positions between columns on its first page;
    `method` says how the cells were found: `ruled` by rulings alone, `closed` where a side had to be added to them,
    `aligned` where columns are told by alignment: which cells are merged is then not known, and a title cell may be one
    column too narrow. `may_continue` is the number of the grid before where this one has the same columns and no
    heading of its own, and yet was not joined to it."""

    number: int
    first_page: int
    last_page: int
    n_rows: int
    n_columns: int
    column_edges: tuple[float, ...]
    method: str
    cells: tuple[Cell, ...]
    may_continue: int | None = None


class Page(NamedTuple):
    number: int
    width: float
    height: float
    glyphs: int
    text_layer: str  # digital | none | unmapped (glyphs without a usable Unicode map)


class Reading(NamedTuple):
    """One PDF as read. `reason` is a key of REASONS when it was refused (everything else is then empty)."""

    sha256: str
    pages: tuple[Page, ...]
    lines: tuple[Line, ...]
    grids: tuple[Grid, ...]
    reason: str | None = None
    detail: str = ""
