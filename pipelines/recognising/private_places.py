"""Where persons and telephone numbers stand on the pages of a paper, so that a picture of a page can leave them out.

More is named than the contacts that are recognised: what may be one counts. The places alone say nothing of anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile, zip_longest

from pipelines.reading.model import Box, Cell, Grid, Line, Reading
from pipelines.recognising.contacts import TELEPHONE, without_contact
from pipelines.recognising.keys import key
from pipelines.recognising.lexicon import Lexicon, once

PERSON = re.compile(r"[一-鿿㐀-䶿·•]{2,4}")
DIGITS = re.compile(r"\(?\d[\d()-]{5,}\d")  # a number within the town has no area code
SEVEN_DIGITS = re.compile(r"\(?0\d{2,3}\)?[-—–]?\d{7}$")  # whole in a small town; in a city one digit follows
LABELS_TOGETHER = "(?:[及和与、/,，]?(?:{labels}))+(?:[(（][^)）]*[)）])?[:：]?"

Places = dict[int, tuple[Box, ...]]


def private_places(reading: Reading, lexicon: Lexicon) -> Places:
    """Given a reading and the year whose vocabulary holds, return the boxes by page (from 1) in which a person or a
    telephone number stands or may stand: cells and lines that say so themselves, what stands right of and below a
    label such as 联系人, and whatever looks like a person in the row of a telephone number."""
    places: dict[int, list[Box]] = {}
    for grid in reading.grids:
        for cell in _private_cells(grid, lexicon):
            for page, box in cell.parts or ((cell.page, cell.box),):
                places.setdefault(page, []).append(box)
    for line in _private_lines(reading.lines, lexicon):
        places.setdefault(line.page, []).append(line.box)
    return {page: tuple(dict.fromkeys(boxes)) for page, boxes in sorted(places.items())}


def unknown_pages(reading: Reading) -> set[int]:
    """Given a reading, return the pages whose text has no usable Unicode map: what stands on them, nobody can tell."""
    return {page.number for page in reading.pages if page.text_layer == "unmapped"}


def _private_cells(grid: Grid, lexicon: Lexicon) -> Iterator[Cell]:
    filled = [cell for cell in grid.cells if cell.text.strip()]
    for cell in filled:
        if _says_contact(cell.text, lexicon):
            yield cell
            if TELEPHONE.search(key(cell.text)):
                rows = range(cell.row, cell.row + cell.row_span)
                yield from (
                    c for c in filled if c.row in rows and c.row_span <= len(rows) and _is_person(c.text, lexicon)
                )
        elif _labels(lexicon).fullmatch(key(cell.text)):
            beside = list(_beside(cell, filled, lexicon))
            yield from beside
            if not any(DIGITS.fullmatch(key(c.text)) for c in beside):  # with its number beside it, it heads no column
                yield from _below(cell, filled, lexicon)


def _beside(label: Cell, filled: Sequence[Cell], lexicon: Lexicon) -> Iterator[Cell]:
    """What the label names: the next filled cell to its right in each of its rows."""
    for row in range(label.row, label.row + label.row_span):
        beside = (c for c in filled if c.row <= row < c.row + c.row_span)
        right = [c for c in beside if c.column >= label.column + label.column_span]
        first = min(right, key=lambda c: c.column, default=None)
        if first is not None and not _is_label(first.text, lexicon):
            yield first


def _below(label: Cell, filled: Sequence[Cell], lexicon: Lexicon) -> Iterator[Cell]:
    """What stands under the label where it is the head of a column."""
    width = (label.column, label.column_span)
    column = [c for c in filled if (c.column, c.column_span) == width and c.row > label.row]
    yield from takewhile(lambda c: _is_contact(c.text, lexicon), sorted(column, key=lambda c: c.row))


def _private_lines(lines: Sequence[Line], lexicon: Lexicon) -> Iterator[Line]:
    words = _label_words(lexicon)
    named_without_colon = re.compile(rf"(?:^|\s)(?:{words})\s+\S")
    label_at_end = re.compile(rf"(?:{words})\s*[:：]\s*$|(?:^|[\s,，;；])(?:{words})\s*$")
    for line, after in zip_longest(lines, lines[1:]):
        if _says_contact(line.text, lexicon) or named_without_colon.search(line.text):
            yield line
        if after is None or after.page != line.page:
            continue
        if label_at_end.search(line.text) or _parts_telephone(line.text, after.text):
            yield from (line, after)


def _parts_telephone(text: str, after: str) -> bool:
    """Whether the end of a line cuts a telephone number in two, also where what stands before the cut looks whole."""
    folded, rest = key(text), key(after)
    if SEVEN_DIGITS.search(folded):
        return rest[:1].isdigit()
    return bool(TELEPHONE.search(folded + rest) and not TELEPHONE.search(folded) and not TELEPHONE.search(rest))


def _says_contact(text: str, lexicon: Lexicon) -> bool:
    folded = key(text)
    return without_contact(text, lexicon) != text or without_contact(folded, lexicon) != folded


def _is_contact(text: str, lexicon: Lexicon) -> bool:
    return _is_person(text, lexicon) or bool(DIGITS.fullmatch(key(text)))


def _is_person(text: str, lexicon: Lexicon) -> bool:
    """Whether a text looks like a name: it need not be one."""
    return bool(PERSON.fullmatch(key(text))) and not _is_label(text, lexicon)


def _is_label(text: str, lexicon: Lexicon) -> bool:
    return bool(_known(lexicon).fullmatch(key(text).rstrip(":")))


@once
def _label_words(lexicon: Lexicon) -> str:
    return "|".join(row["pattern"] for row in lexicon.holding("form_labels") if row["kind"] == "contact")


@once
def _labels(lexicon: Lexicon) -> re.Pattern:
    return re.compile(LABELS_TOGETHER.format(labels=_label_words(lexicon)))


@once
def _known(lexicon: Lexicon) -> re.Pattern:
    """Any label of a form, those of contacts included."""
    patterns = (re.sub(r"\(\?P<\w+>", "(?:", row["pattern"]) for row in lexicon.holding("form_labels"))
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
