"""How many rows at the head of a table are header."""

from __future__ import annotations

import re

from pipelines.reading.model import Cell
from pipelines.recognising.keys import LIST_NUMBER, bare, key
from pipelines.recognising.lexicon import Lexicon
from pipelines.recognising.tables.amounts import is_number
from pipelines.recognising.tables.column_numbers import CODE_PARTS, numbers_columns
from pipelines.recognising.tables.headers import Sheet
from pipelines.recognising.tables.titles import NO_ENTRY, is_note
from pipelines.recognising.wording import LABELS, YEAR, phrases_in

CODE_CELL = re.compile(r"\d{3,7}|[A-Z0-9]{10,}")


def count_header_rows(sheet: Sheet, skip: int, lexicon: Lexicon) -> int:
    """Given a sheet, return the first row that is no header: a row with an amount, a code, a total's or numbered
    label, a label under a closed header, or without text. `skip` rows at the top are title; blank rows below them are
    passed over. Rows that number the columns (栏次) belong to the header."""
    row = skip
    while row < sheet.grid.n_rows and not any(key(c.text) for c in sheet.row(row)) and not _spanned(sheet, row):
        row += 1
    first = row
    while row < sheet.grid.n_rows:
        texts = [key(cell.text) for cell in sheet.row(row) if key(cell.text)]
        if not numbers_columns(texts) and _is_data(sheet, row, first, texts, lexicon):
            return row
        row += 1
    return row


def _is_data(sheet: Sheet, row: int, first: int, texts: list[str], lexicon: Lexicon) -> bool:
    spanned = _spanned(sheet, row)
    if not texts:
        return not spanned
    if any(is_number(t) and not YEAR.fullmatch(t) for t in texts):
        return True
    known = any(bare(t) in lexicon.header_words or phrases_in(t, lexicon)[0] for t in texts)
    if not known and any(CODE_CELL.fullmatch(t) for t in texts):
        return True
    if row == first:
        return False
    if NO_ENTRY.fullmatch(texts[0]) or is_note(texts[0]):
        return True
    if not spanned and (
        len(texts) <= 2 and _labels_a_row(texts[0], lexicon) or all(LIST_NUMBER.match(text) for text in texts)
    ):
        return True
    return _under_closed_labels(sheet, row, lexicon)


def _labels_a_row(text: str, lexicon: Lexicon) -> bool:
    return bool(LIST_NUMBER.match(text)) or any(w.pattern.fullmatch(bare(text)) for w in lexicon.row_words if w.code)


def _under_closed_labels(sheet: Sheet, row: int, lexicon: Lexicon) -> bool:
    """Whether every text of a row stands under an unmerged heading of a label column, so that nothing of it can divide
    a heading further; a row of a table whose amounts are blank."""
    said = [c for c in sheet.row(row) if key(c.text)]
    if len(said) == len(sheet.row(row)):
        return False
    return all(_closed_label(sheet.at(row - 1, cell.column), cell, lexicon) for cell in said)


def _closed_label(above: Cell | None, cell: Cell, lexicon: Lexicon) -> bool:
    if above is None or above is cell or above.column_span != 1 or key(cell.text) in CODE_PARTS:
        return False
    return lexicon.header_words.get(bare(above.text), {}).get("role") in LABELS


def _spanned(sheet: Sheet, row: int) -> bool:
    """Whether a cell with text reaches into a row from above."""
    cells = (sheet.at(row, column) for column in range(sheet.grid.n_columns))
    return any(c.row < row for c in cells if c and key(c.text))
