"""Lines of running text put together: paragraphs, their list numbers and the headings they stand under."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from statistics import median
from typing import NamedTuple

from pipelines.reading.model import Box, Line, Page, Reading
from pipelines.recognising.keys import HAN, number_style
from pipelines.recognising.statements.words import fold
from pipelines.recognising.tables.amounts import unit_in

BLANK = re.compile(r"\s+")
PAGE_NUMBER = re.compile(r"[-—–―·]?\s*(?:第\s*)?\d{1,4}(?:\s*页)?\s*[-—–―·]?")
PART = re.compile(rf"第[{HAN}]+部分")
LISTED = re.compile(rf"第[{HAN}]+部分|\d{{1,2}}\.(?=20\d\d年)")
TERMINAL = "。;:!?,、"
INDENT = 0.8  # of a line's height: further right than this from the margin is an indent
MARGIN_BAND = 0.1  # of a page's height at its top and foot: where page numbers and running heads stand
RUNNING_PAGES = 3
SAME_SPOT = 1.5  # points
LONG_LINE = 8  # characters: a shorter line can stand twice by chance
FULL = 0.065  # of the text's width: a line that ends further left ended its paragraph, where the next is indented
HEADED = re.compile(r"(?:说明|情况)\s*$")
HEADING_LENGTH = 45
LONGEST_PARAGRAPH = 4000  # characters
SHORT_LABEL = 20
CAPTION = "图"


class Paragraph(NamedTuple):
    """Text without blanks; `folded` is the same for matching, `spots` the line that each character stands in."""

    text: str
    folded: str
    spots: tuple[int, ...]
    lines: tuple[Line, ...]
    style: str | None  # of its list number, as keys.number_style, and `part` for 第…部分
    centred: bool
    opens_page: bool

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
    """Given a reading, return the lines of its running text, each once, and the page numbers and running heads.

    A text layer can hold a line twice: two copies on the same spot, or the halves of a line cut by a page break, each
    with the whole text.
    """
    pages = {page.number: page for page in reading.pages}
    repeated = Counter((BLANK.sub("", line.text), round(line.box.top)) for line in reading.lines)
    contents = {line.page for line in reading.lines if BLANK.sub("", line.text) in ("目录", "目次")}
    kept: list[Line] = []
    furniture: list[Line] = []
    for line in reading.lines:
        in_margin = _in_margin(line, pages[line.page])
        middle = pages[line.page].width / 2
        in_middle = abs((line.box.x0 + line.box.x1) / 2 - middle) < 0.1 * middle
        running = in_margin and repeated[BLANK.sub("", line.text), round(line.box.top)] >= RUNNING_PAGES
        if running or (is_page_number(line) and (in_margin or in_middle or line.page in contents)):
            furniture.append(line)
        elif not any(_on_top_of(line, other) for other in kept[-6:]):
            kept.append(line)
    return _once_over_pages(kept), furniture


def is_page_number(line: Line) -> bool:
    """Whether a line is nothing but a number of a page: 7, - 7 -, 第7页."""
    return PAGE_NUMBER.fullmatch(line.text.strip()) is not None


def _in_margin(line: Line, page: Page) -> bool:
    return line.box.top < page.height * MARGIN_BAND or line.box.bottom > page.height * (1 - MARGIN_BAND)


def _on_top_of(line: Line, earlier: Line) -> bool:
    if line.page != earlier.page or not _same_print(line, earlier):
        return False
    return earlier.box.top < (line.box.top + line.box.bottom) / 2 < earlier.box.bottom


def _same_print(line: Line, other: Line) -> bool:
    """The same text between the same sides."""
    sides = abs(line.box.x0 - other.box.x0) < SAME_SPOT and abs(line.box.x1 - other.box.x1) < SAME_SPOT
    return sides and BLANK.sub("", line.text) == BLANK.sub("", other.text)


def _once_over_pages(lines: list[Line]) -> list[Line]:
    """Leave out the lines at the top of a page that repeat the last lines of the page before: halves of a text object
    cut by the page break, each with the whole text, of which only one part shows."""
    by_page: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        by_page[line.page].append(line)
    kept: list[Line] = []
    for number, on_page in by_page.items():
        before = by_page.get(number - 1, [])
        kept += on_page[_repeated(before, on_page) :]
    return kept


def _repeated(before: list[Line], after: list[Line]) -> int:
    """How many lines at the end of one page stand again at the beginning of the next."""
    for n in range(min(len(before), len(after)), 0, -1):
        if all(_same_print(a, b) for a, b in zip(before[-n:], after[:n], strict=True)):
            return n if n > 1 or len(BLANK.sub("", after[0].text)) >= LONG_LINE else 0
    return 0


def paragraphs(reading: Reading) -> tuple[list[Paragraph], list[Line]]:
    """Given a reading, return its paragraphs in reading order, and the page numbers and running heads left out."""
    lines, furniture = running_text(reading)
    edges = _edges(lines, reading.pages)
    groups: list[list[Line]] = []
    length = 0
    for line in (piece for whole in lines for piece in _pieces(whole)):
        length += len(line.text)
        if groups and length <= LONGEST_PARAGRAPH and not _begins(line, groups[-1], edges):
            groups[-1].append(line)
        else:
            groups.append([line])
            length = len(line.text)
    found = []
    for before, group in zip([None, *groups], groups, strict=False):
        opens_page = before is None or before[-1].page < group[0].page
        found.append(_paragraph(group, edges, opens_page))
    return found, furniture


def _pieces(line: Line) -> list[Line]:
    """Text is untrusted: what costs more than linear time is done on pieces of bounded length."""
    return [
        line._replace(text=line.text[i : i + LONGEST_PARAGRAPH])
        for i in range(0, len(line.text), LONGEST_PARAGRAPH)
        if line.text[i : i + LONGEST_PARAGRAPH].strip()
    ]


def _edges(lines: list[Line], pages: tuple[Page, ...]) -> dict[int, tuple[float, float]]:
    """The left and right margin of the text on each page; one with little text has those of the pages of its width."""
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
    if line.page > last.page + 1 or unit_in(last.text) is not None and len(last.text) < SHORT_LABEL:
        return True
    if line.page == last.page and line.box.top - last.box.bottom > 4 * _height(line):
        return True
    text = fold(BLANK.sub("", line.text))
    ended = fold(last.text.strip())[-1:] in "。;:!?"
    numbered = number_style(line.text) is not None or LISTED.match(text) is not None
    part = PART.match(fold(BLANK.sub("", before[0].text))) is not None
    if _centred(line, edges[line.page]):
        close = line.page == last.page and line.box.top - last.box.bottom < _height(line)
        return not (part and close) or numbered or ended
    if _centred(last, edges[last.page]) or (part and numbered):
        return True
    left, _ = edges[line.page]
    last_left, last_right = edges[last.page]
    shortfall = (last_right - last.box.x1) / max(1.0, last_right - last_left)
    headed = len(before) == 1 and number_style(last.text) is not None and bool(HEADED.search(last.text))
    if line.box.x0 - left > INDENT * _height(line):
        return ended or numbered or headed or shortfall > FULL
    if ended:
        return numbered or shortfall > 0.15
    return shortfall > (FULL if numbered or headed else 0.25)


def _centred(line: Line, edges: tuple[float, float]) -> bool:
    width = edges[1] - edges[0]
    indent = line.box.x0 - edges[0]
    return indent > 0.1 * width and abs(indent - (edges[1] - line.box.x1)) < 0.1 * width


def _height(line: Line) -> float:
    """The size of a line's type: its box is higher where digits of another font stand in it."""
    letters = max(1, len(BLANK.sub("", line.text)))
    return min(line.box.bottom - line.box.top, max(8.0, (line.box.x1 - line.box.x0) / letters * 1.2))


def _paragraph(lines: list[Line], edges: dict[int, tuple[float, float]], opens_page: bool) -> Paragraph:
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
    style = "part" if PART.match(folded) else number_style(printed) or ("digit" if LISTED.match(folded) else None)
    centred = all(_centred(line, edges[line.page]) for line in lines)
    return Paragraph(printed, folded, tuple(spots), tuple(lines), style, centred, opens_page)


def _parts_numbers(text: str, place: int) -> bool:
    """A blank between two digits parts two numbers; every other blank is white space of the typesetting."""
    return text[place - 1].isdecimal() and text[place + 1 : place + 2].isdecimal()


def is_heading(paragraph: Paragraph, has_claims: bool) -> bool:
    """Whether a paragraph is a heading: short, without an end, and numbered or in the middle at the top of a page."""
    ended = paragraph.folded[-1] in TERMINAL and not re.search("(?:说明|情况)。$", paragraph.folded)
    if has_claims or ended or len(paragraph.text) > HEADING_LENGTH or paragraph.folded.endswith(CAPTION):
        return False
    return paragraph.style is not None or (paragraph.centred and paragraph.opens_page)
