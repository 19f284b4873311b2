"""Readings written out by hand, for tests of what comes after reading."""

from __future__ import annotations

from pathlib import Path

from pipelines.reading.model import Box, Cell, Grid, Line, Page, Reading
from pipelines.recognising.document import recognise
from pipelines.recognising.recognised import Recognised
from pipelines.recognising.records import Amount, Paper

LEFT, UP = "<", "^"  # a slot that the cell to the left, or the cell above, spans
ROW, COLUMN = 20.0, 80.0


def grid(number: int, rows: list[list[str]], page: int = 1, top: float = 200.0) -> Grid:
    """Given rows of texts (LEFT and UP for spanned slots), return a grid on one page."""
    cells = []
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if text in (LEFT, UP):
                continue
            width = next((n for n in range(1, len(row) - c) if row[c + n] != LEFT), len(row) - c)
            height = next((n for n in range(1, len(rows) - r) if rows[r + n][c] != UP), len(rows) - r)
            box = Box(50 + COLUMN * c, top + ROW * r, 50 + COLUMN * (c + width), top + ROW * (r + height))
            cells.append(Cell(r, c, height, width, text, page, box, ((page, box),)))
    edges = tuple(50 + COLUMN * c for c in range(len(rows[0]) + 1))
    return Grid(number, page, page, len(rows), len(rows[0]), edges, "ruled", tuple(cells))


def line(text: str, top: float, left: float = 60.0, page: int = 1) -> Line:
    return Line(page, Box(left, top, left + 10 * len(text), top + 10), text)


def paper(
    rows: list[list[str]],
    title: str = "",
    unit: str = "单位：万元",
    note: str = "",
    folder_year: str = "2025",
    cover: str = "示例市示例区档案局2025年部门预算",
    folder_department: str = "示例区档案局",
) -> Recognised:
    """Given the rows of one table and what is printed around it, return the records of a paper with that table alone."""
    table = grid(0, rows)
    lines = [line(cover, 40)]
    lines += [line(text, top, left) for text, top, left in ((title, 150, 200), (unit, 180, 500)) if text]
    for n, text in enumerate(note.splitlines()):
        lines.append(line(text, 200 + ROW * len(rows) + 10 + 15 * n))
    reading = Reading("0" * 64, (Page(1, 842, 595, 500, "digital"),), tuple(lines), (table,))
    return recognise(reading, Paper("d", "0" * 64, Path("a.pdf"), "a.pdf", "a.pdf", folder_year, folder_department))


def filled(records: Recognised) -> list[Amount]:
    return [amount for amount in records.amounts if amount.state in ("number", "zero")]


def facts(records: Recognised, *fields: str) -> list[tuple]:
    return [tuple(getattr(amount, field) for field in fields) for amount in filled(records)]


def kinds(records: Recognised) -> list[str]:
    """The kinds of a paper's findings."""
    return [finding.kind for finding in records.findings]


def paper_of(
    tables: list[tuple[str, list[list[str]]]],
    unit: str = "单位：万元",
    cover: str = "示例市示例区档案局2025年部门预算",
) -> Recognised:
    """Given titles and rows of several tables, one on each page after the cover, return the records of the paper."""
    lines, grids = [line(cover, 40)], []
    for n, (title, rows) in enumerate(tables):
        made = grid(n, rows)
        cells = tuple(c._replace(page=n + 2, parts=tuple((n + 2, box) for _, box in c.parts)) for c in made.cells)
        grids.append(made._replace(first_page=n + 2, last_page=n + 2, cells=cells))
        lines += [
            line(text, top, left)._replace(page=n + 2) for text, top, left in ((title, 150, 200), (unit, 180, 500))
        ]
    pages = tuple(Page(n + 1, 842, 595, 500, "digital") for n in range(len(tables) + 1))
    reading = Reading("0" * 64, pages, tuple(lines), tuple(grids))
    return recognise(reading, Paper("d", "0" * 64, Path("a.pdf"), "a.pdf", "a.pdf", "2025", "示例区档案局"))
