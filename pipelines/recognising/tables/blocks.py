"""Blocks of a table: label columns with the amount columns that belong to them, and their rows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from pipelines.reading.model import Cell
from pipelines.recognising.keys import BLANK, key, printed_name
from pipelines.recognising.tables.amounts import is_number
from pipelines.recognising.tables.codes import code_and_name, code_of, codes_beside
from pipelines.recognising.tables.column_numbers import numbers_columns
from pipelines.recognising.tables.headers import Column, Sheet
from pipelines.recognising.tables.titles import is_note
from pipelines.recognising.vocabulary import CLASSIFICATIONS
from pipelines.recognising.wording import BESIDE, BETWEEN, LABELS

UNNAMED = ("serial", "measure")


class Block(NamedTuple):
    """`labels` and `amounts` are columns side by side; the two sides of a balance table are two blocks."""

    number: int
    labels: tuple[Column, ...]
    amounts: tuple[Column, ...]


class Row(NamedTuple):
    """One row of a block: its grid row, what its label columns say, and its amount cells by column."""

    number: int
    code: str | None
    name: str  # as printed, on one line
    groups: tuple[str, ...]  # texts of the label columns from left to right, merged cells repeated, codes left out
    own: tuple[bool, ...]  # whether a label's cell begins in this row
    project_name: str | None
    project_organization: str | None
    cells: dict[int, Cell]
    indent: int = 0  # blanks before the name, as printed
    unit_code: str | None = None  # of a table by unit and subject
    unit_name: str | None = None
    measure: str | None = None  # what the row's numbers count, from a column of units
    scheme: str | None = None  # where it is another classification than the one the table is read by
    codes: Mapping[str, str] = MappingProxyType({})  # scheme → code, of the other classifications that the row prints
    filled_code: bool = False  # a part of the code is left blank and stands in a row above


def first_label(row: Row) -> str:
    """What stands first in a row."""
    return next((g for g in row.groups if g), "")


def split_blocks(columns: list[Column]) -> list[Block]:
    """Given a table's columns, return its blocks: each begins with a run of label columns, which counts may stand
    between; one without any column of amounts is left out, its number too."""
    blocks: list[Block] = []
    labels: list[Column] = []
    amounts: list[Column] = []
    number, closed = 0, False
    for column in [*columns, None]:
        if column is None or column.role in LABELS and closed:
            if amounts:
                blocks.append(Block(number, tuple(labels), tuple(amounts)))
            number, closed, labels, amounts = number + closed, False, [], []
        if column is None:
            break
        if column.role in LABELS:
            labels.append(column)
            continue
        closed = closed or column.role not in BETWEEN
        if column.role == "amount":
            amounts.append(column)
    return blocks


def read_rows(sheet: Sheet, block: Block, first: int) -> list[Row]:
    """Given a block, return its rows from grid row `first` on; a row begins where one of the block's cells does."""
    numbers = [c.number for c in (*block.labels, *block.amounts)]
    starts = sorted(
        {cell.row for row in range(first, sheet.grid.n_rows) for n in numbers if (cell := sheet.at(row, n))}
    )
    rows: list[Row] = []
    codes: dict[str, list[str]] = defaultdict(list)  # of the last row with a code, by classification
    filled: str | None = None
    for start in (s for s in starts if s >= first and not _is_apart(sheet, block, s)):
        row = _row(sheet, block, start, codes)
        if rows and _goes_on(sheet, rows[-1], row):
            rows[-1] = rows[-1]._replace(name=rows[-1].name + row.name)
            continue
        if row.project_name:
            filled = row.project_name
        elif any(c.role == "project_name" for c in block.labels):
            heads = [g for g, c in zip(row.groups, block.labels, strict=True) if c.role == "group_1" and g]
            filled = None if heads else filled
            row = row._replace(project_name=filled)
        rows.append(row)
    return rows


def _goes_on(sheet: Sheet, before: Row, row: Row) -> bool:
    """Whether a row is the rest of a name that a page end cut: at the top of a page, without code and amounts, after a
    row that has both."""
    if row.code or not row.name or not before.code or row.unit_code or row.unit_name:
        return False
    pages = [{c.page for c in sheet.row(r.number)} for r in (before, row)]
    amounts = [any(key(c.text) for c in r.cells.values()) for r in (before, row)]
    return bool(pages[0] and pages[1]) and max(pages[0]) < min(pages[1]) and amounts == [True, False]


def _is_apart(sheet: Sheet, block: Block, row: int) -> bool:
    """Whether a grid row is a note to the table, or the header printed again at the top of a page, its numbers of
    columns too."""
    columns = {c.number: c for c in (*block.labels, *block.amounts)}
    said = [(columns[n], key(cell.text)) for n in columns if (cell := sheet.at(row, n)) and key(cell.text)]
    if said and is_note(said[0][1]) and not any(is_number(text) for _, text in said):
        return True
    if numbers_columns([key(cell.text) for cell in sheet.row(row) if key(cell.text)]):
        return True
    return len(said) > 1 and all(text in column.words for column, text in said)


def _row(sheet: Sheet, block: Block, start: int, codes: dict[str, list[str]]) -> Row:
    texts: dict[int, tuple[str, bool]] = {}
    seen: set[int] = set()
    for column in block.labels:
        cell = sheet.at(start, column.number)
        text = cell.text if cell and id(cell) not in seen else ""
        if cell:
            seen.add(id(cell))
        if column.role.endswith("_code") and key(text) in ("类", "款", "项"):
            text = ""
        texts[column.number] = (text, bool(cell) and cell.row == start)
    subject, unit = divided(block)
    (code, filled), printed = code_of(subject, texts, codes[""]), _name(subject, texts)
    name = printed
    if code is None:
        code, name = code_and_name(printed, next((c.scheme for c in subject if c.scheme and c.role != BESIDE), None))
    scheme = None
    if not code and not name:
        code, name, scheme = _beside(subject, texts)
    unit_code, unit_name = (code_of(unit, texts, []).text, _name(unit, texts)) if unit else (None, "")
    if unit and unit_code is None:
        unit_code, unit_name = code_and_name(unit_name, "organization")
    return Row(
        number=start,
        code=code,
        name=printed_name(name),
        groups=tuple(
            "" if c.role in UNNAMED or _is_code(texts[c.number][0]) else BLANK.sub("", texts[c.number][0])
            for c in block.labels
        ),
        own=tuple(texts[c.number][1] for c in block.labels),
        project_name=_text(block.labels, texts, "project_name"),
        project_organization=_text(block.labels, texts, "project_organization"),
        cells={c.number: cell for c in block.amounts if (cell := sheet.at(start, c.number)) and id(cell) not in seen},
        indent=len(printed) - len(printed.lstrip()),
        unit_code=unit_code,
        unit_name=BLANK.sub("", unit_name) or None,
        measure=_text(block.labels, texts, "measure"),
        scheme=scheme,
        codes=codes_beside(subject, texts, codes),
        filled_code=filled,
    )


def _beside(labels: tuple[Column, ...], texts: dict[int, tuple[str, bool]]) -> tuple[str | None, str, str | None]:
    """Code, name and classification of a row that the table's own does not name: a sum over the rows below it."""
    said = [(c.scheme, texts[c.number][0]) for c in labels if c.role == BESIDE and c.scheme in CLASSIFICATIONS]
    said = [(scheme, text.strip()) for scheme, text in said if key(text)]
    if not said:
        return None, "", None
    scheme = said[0][0]
    code = next((key(text) for s, text in said if s == scheme and key(text).isdigit()), None)
    name = next((text for s, text in said if s == scheme and not key(text).isdigit()), "")
    return code, name, scheme


def _is_code(text: str) -> bool:
    return bool(re.fullmatch(r"\d{2,}", key(text)))


def divided(block: Block) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
    """Given a block, return the label columns of its subject, and those of the unit where both are told apart."""
    unit = tuple(c for c in block.labels if c.scheme == "organization")
    subject = tuple(c for c in block.labels if c not in unit)
    told = any(c.role in ("code", "class_code", "name") and c.scheme != "project" for c in subject)
    return (subject, unit) if unit and told else (block.labels, ())


def _name(labels: tuple[Column, ...], texts: dict[int, tuple[str, bool]]) -> str:
    """The deepest label: the last name or group column that says something, else what stands in the code column."""
    for roles in (("name", "group_1", "group_3", "group_4", "project_name"), ("code", "class_code")):
        said = [texts[c.number][0] for c in labels if c.role in roles and key(texts[c.number][0])]
        said = [s for s in said if roles[0] == "name" or not re.fullmatch(r"[0-9A-Z]+", key(s))]
        if said:
            return said[-1]
    return ""


def _text(labels: tuple[Column, ...], texts: dict[int, tuple[str, bool]], role: str) -> str | None:
    said = next((texts[c.number][0] for c in labels if c.role == role and key(texts[c.number][0])), None)
    return BLANK.sub("", said) if said else None
