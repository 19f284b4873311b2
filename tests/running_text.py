"""Readings of invented running text, set in lines as a paper sets them."""

from __future__ import annotations

from pipelines.reading.model import Box, Line, Page, Reading
from pipelines.recognising.identity import Identity
from pipelines.recognising.lexicon import lexicon_of

WIDTH, HEIGHT = 595.0, 842.0
LEFT, SIZE, LEADING, COLUMNS, FIRST = 70.0, 16.0, 28.0, 28, 80.0
LINES = 24

WHO = Identity("paper", 2023, "budget", "department", "云溪市水文局", "云溪市", lexicon_of(2023, "云溪市"))


def page_lines(number: int, *paragraphs: str, row: int = 0) -> list[Line]:
    """Given paragraphs (one that begins with `^` stands in the middle), return the lines of a page, each paragraph
    indented by two characters and wrapped at the right margin wherever that falls."""
    lines = []
    for paragraph in paragraphs:
        if paragraph.startswith("^"):
            width = SIZE * len(paragraph[1:])
            x0 = LEFT + (COLUMNS * SIZE - width) / 2
            lines.append(_line(number, row, x0, paragraph[1:]))
            row += 1
            continue
        text, indent = paragraph, 2
        while text:
            room = COLUMNS - indent
            lines.append(_line(number, row, LEFT + indent * SIZE, text[:room]))
            text, indent, row = text[room:], 0, row + 1
    return lines


def _line(page: int, row: int, x0: float, text: str) -> Line:
    top = FIRST + row * LEADING
    return Line(page, Box(x0, top, x0 + SIZE * len(text), top + SIZE), text)


def reading(*pages: list[Line]) -> Reading:
    """Given the lines of each page, return the reading."""
    lines = tuple(line for page in pages for line in page)
    numbers = sorted({line.page for line in lines})
    return Reading("0" * 64, tuple(Page(n, WIDTH, HEIGHT, 100, "digital") for n in numbers), lines, ())


def page(*paragraphs: str) -> Reading:
    """Given paragraphs, return a reading of one page."""
    return reading(page_lines(1, *paragraphs))
