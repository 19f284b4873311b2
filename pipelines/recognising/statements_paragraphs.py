"""Lines of running text put together: paragraphs, their list numbers and the headings they stand under."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from statistics import median
from typing import NamedTuple

from pipelines.reading.model import Box, Line, Page, Reading
from pipelines.recognising.keys import HAN, number_style
from pipelines.recognising.statements_words import fold

BLANK = re.compile(r"\s+")
PAGE_NUMBER = re.compile(r"[-—–―·]?\s*(?:第\s*)?\d{1,4}(?:\s*页)?\s*[-—–―·]?")
PART = re.compile(rf"第[{HAN}]+部分")
TERMINAL = "。;:!?,、"
INDENT = 0.8  # of a line's height: further right than this from the margin is an indent
MARGIN_BAND = 0.1  # of a page's height at its top and foot: where page numbers and running heads stand
RUNNING_PAGES = 3
HEADING_LENGTH = 45


class Paragraph(NamedTuple):
    """Text without blanks; `folded` is the same for matching, `spots` the line that each character stands in."""

    text: str
    folded: str
    spots: tuple[int, ...]
    lines: tuple[Line, ...]
    style: str | None  # of its list number, as keys.number_style, and `part` for 第…部分
    centred: bool

    @property
    def page(self) -> int:
        return self.lines[0].page

    def place(self, start: int, end: int) -> tuple[int, Box]:
        """Given a span of the text, return the page and the box of the lines it stands in (of the first page where a
        page break parts them)."""
        lines = [self.lines[i] for i in sorted(set(self.spots[start:end]))]
        boxes = [line.box for line in lines if line.page == lines[0].page]
        return lines[0].page, Box(
            min(b.x0 for b in boxes), min(b.top for b in boxes), max(b.x1 for b in boxes), max(b.bottom for b in boxes)
        )


def running_text(reading: Reading) -> tuple[list[Line], list[Line]]:
    """Given a reading, return the lines of its running text, each once, and those that are page numbers or running heads.

    A text layer can hold a line twice: two copies on the same spot, or the halves of a line cut by a page break, each
    with the whole text.
    """
    pages = {page.number: page for page in reading.pages}
    repeated = Counter((BLANK.sub("", line.text), round(line.box.top)) for line in reading.lines)
    kept: list[Line] = []
    furniture: list[Line] = []
    rows = defaultdict(list)
    for line in reading.lines:
        rows[line.page, round(line.box.bottom)].append(line)
    for line in reading.lines:
        if _is_page_number(line, pages[line.page], rows[line.page, round(line.box.bottom)]):
            furniture.append(line)
        elif repeated[BLANK.sub("", line.text), round(line.box.top)] >= RUNNING_PAGES and _in_margin(
            line, pages[line.page]
        ):
            furniture.append(line)
        elif not any(_printed_again(line, other) for other in kept[-6:]):
            kept.append(line)
    return kept, furniture


def _is_page_number(line: Line, page: Page, row: list[Line]) -> bool:
    if not PAGE_NUMBER.fullmatch(line.text.strip()):
        return False
    return _in_margin(line, page) or any(other.box.x1 < line.box.x0 for other in row)


def _in_margin(line: Line, page: Page) -> bool:
    return line.box.top < page.height * MARGIN_BAND or line.box.bottom > page.height * (1 - MARGIN_BAND)


def _printed_again(line: Line, earlier: Line) -> bool:
    text, before = BLANK.sub("", line.text), BLANK.sub("", earlier.text)
    if len(text) < 2 or abs(line.box.x0 - earlier.box.x0) > 1.5:
        return False
    if line.page == earlier.page:
        middle = (line.box.top + line.box.bottom) / 2
        return earlier.box.top < middle < earlier.box.bottom and text == before
    return (
        line.page == earlier.page + 1 and text == before and len(text) >= 8 and abs(line.box.x1 - earlier.box.x1) < 1.5
    )


def paragraphs(reading: Reading) -> tuple[list[Paragraph], list[Line]]:
    """Given a reading, return its paragraphs in reading order, and the page numbers and running heads left out."""
    lines, furniture = running_text(reading)
    edges = _edges(lines, reading.pages)
    groups: list[list[Line]] = []
    for line in lines:
        if groups and not _begins(line, groups[-1], edges):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_paragraph(group, edges) for group in groups], furniture


def _edges(lines: list[Line], pages: tuple[Page, ...]) -> dict[int, tuple[float, float]]:
    """The left and right margin of the text on each page; a page with little text has those of the pages of its width."""
    by_page: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        by_page[line.page].append(line)
    own: dict[int, tuple[float, float]] = {}
    for number, on_page in by_page.items():
        widest = max(line.box.x1 - line.box.x0 for line in on_page)
        wide = [line for line in on_page if line.box.x1 - line.box.x0 > 0.75 * widest]
        if len(wide) >= 3:
            own[number] = min(line.box.x0 for line in wide), max(line.box.x1 for line in wide)
    widths = {page.number: round(page.width) for page in pages}
    like: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for number, edge in own.items():
        like[widths[number]].append(edge)
    common = {w: (median(e[0] for e in edges), median(e[1] for e in edges)) for w, edges in like.items()}
    found = {}
    for number, on_page in by_page.items():
        default = min(line.box.x0 for line in on_page), max(line.box.x1 for line in on_page)
        found[number] = own.get(number) or common.get(widths[number]) or default
    return found


def _begins(line: Line, before: list[Line], edges: dict[int, tuple[float, float]]) -> bool:
    """Whether a line begins a paragraph: indented, or after one that ended; a full line without an end runs on."""
    last = before[-1]
    if line.page > last.page + 1:
        return True
    left, right = edges[line.page]
    last_left, last_right = edges[last.page]
    height = _height(line)
    ended = fold(last.text.strip())[-1:] in "。;:!?"
    numbered = number_style(line.text) is not None or PART.match(fold(BLANK.sub("", line.text))) is not None
    shortfall = (last_right - last.box.x1) / max(1.0, last_right - last_left)
    if line.page == last.page and line.box.top - last.box.bottom > 4 * height:
        return True
    if line.box.x0 - left > INDENT * height:
        return ended or numbered or shortfall > 0.15
    return shortfall > 0.25 if not ended else shortfall > 0.15 or (numbered and shortfall > 0.03)


def _height(line: Line) -> float:
    """The size of a line's type: its box is higher where digits of another font stand in it."""
    letters = max(1, len(BLANK.sub("", line.text)))
    return min(line.box.bottom - line.box.top, max(8.0, (line.box.x1 - line.box.x0) / letters * 1.2))


def _paragraph(lines: list[Line], edges: dict[int, tuple[float, float]]) -> Paragraph:
    text: list[str] = []
    spots: list[int] = []
    for i, line in enumerate(lines):
        stripped = line.text.strip()
        for j, character in enumerate(stripped):
            if character.isspace() and not _parts_numbers(stripped, j):
                continue
            text.append(" " if character.isspace() else character)
            spots.append(i)
    printed = "".join(text)
    folded = fold(printed)
    left, right = edges[lines[0].page]
    indent = lines[0].box.x0 - left
    centred = indent > 0.1 * (right - left) and abs(indent - (right - lines[0].box.x1)) < 0.1 * (right - left)
    style = "part" if PART.match(folded) else number_style(printed)
    return Paragraph(printed, folded, tuple(spots), tuple(lines), style, centred)


def _parts_numbers(text: str, place: int) -> bool:
    """A blank between two digits parts two numbers; every other blank is white space of the typesetting."""
    return text[place - 1].isdigit() and text[place + 1 : place + 2].isdigit()


def is_heading(paragraph: Paragraph, has_claims: bool) -> bool:
    """Whether a paragraph is a heading: short, without an end, numbered or set in the middle of the page."""
    ended = paragraph.folded[-1] in TERMINAL and not re.search("(?:说明|情况)。$", paragraph.folded)
    if has_claims or ended or len(paragraph.text) > HEADING_LENGTH:
        return False
    return paragraph.style is not None or paragraph.centred
