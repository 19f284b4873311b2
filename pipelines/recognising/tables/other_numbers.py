"""Numbers of a table that are neither amounts of budget lines nor changes, each with what it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from pipelines.reading.model import Cell
from pipelines.recognising.keys import identifier, key
from pipelines.recognising.records import OtherNumber, Table
from pipelines.recognising.tables.amounts import is_number
from pipelines.recognising.tables.changes import read_change
from pipelines.recognising.tables.header_rows import numbers_columns
from pipelines.recognising.tables.headers import Column, Sheet
from pipelines.recognising.wording import BESIDE, LABELS

# What the numbers under a role are; codes, units and the labels of another classification are none.
WHAT = {
    "change": "change",
    "ratio": "ratio",
    "count": "count",
    "price": "price",
    "part": "part",
    "detail": "part",
    "cross": "part",
    "serial": "row_number",
    "remark": "remark",
    "amount": "unlabelled",
    "unmapped": "unmapped",
    "blank": "unmapped",
}
NO_NUMBERS = ("code", "class_code", "section_code", "item_code", "measure", BESIDE)
LONGEST_LABEL = 80


def other_numbers(
    sheet: Sheet,
    table: Table,
    columns: Sequence[Column],
    first: int,
    used: Collection[tuple[int, int]],
    known: Mapping[tuple[int, int], str],
) -> list[OtherNumber]:
    """Given a recognised table, its columns and first data row, return its numbers beside amounts and changes. `used`
    are the places (row, column) of these, `known` says what stands at places whose row tells (people, cars, visits)."""
    found = []
    for row in range(first, sheet.grid.n_rows):
        cells = sheet.row(row)
        if numbers_columns([key(c.text) for c in cells if key(c.text)]):
            continue
        for cell in cells:
            place = (cell.row, cell.column)
            column = columns[cell.column]
            if place not in used and (what := _what(cell, column, known.get(place))):
                found.append(_number(table, cell, what, _row_label(sheet, row, columns), " / ".join(column.words)))
    return found


def numbers_of_unknown_table(sheet: Sheet, table: Table) -> list[OtherNumber]:
    """Given a table of money of no known kind, return the numbers of its columns of money: those in which one is
    printed with decimals or separators."""
    money = {c.column for c in sheet.grid.cells if is_number(c.text) and is_money(c.text)}
    return [
        _number(table, cell, "amount", _first_words(sheet, cell.row), _words_above(sheet, cell))
        for cell in sheet.grid.cells
        if cell.column in money and is_number(cell.text)
    ]


def is_money(text: str) -> bool:
    """Given the text of a number, return whether it is printed as money is, with decimals or separators."""
    return "." in text or "," in key(text)


def _what(cell: Cell, column: Column, known: str | None) -> str | None:
    if column.role in NO_NUMBERS or read_change(cell.text).state not in ("number", "zero"):
        return None
    if column.role in LABELS and column.role not in WHAT:
        return "label" if is_money(cell.text) else None
    return known or WHAT[column.role]


def _number(table: Table, cell: Cell, what: str, row_label: str, column_label: str) -> OtherNumber:
    return OtherNumber(
        number_id=identifier(table.document_id, "number", table.table_no, cell.row, cell.column),
        document_id=table.document_id,
        table_id=table.table_id,
        table_kind=table.table_kind,
        row_no=cell.row,
        column_no=cell.column,
        block_no=0,
        what=what,
        row_label=row_label[:LONGEST_LABEL],
        column_label=column_label[:LONGEST_LABEL],
        state=read_change(cell.text).state,
        printed_text=cell.text,
        page=cell.page,
        **cell.box._asdict(),
    )


def _row_label(sheet: Sheet, row: int, columns: Sequence[Column]) -> str:
    labels = [c.number for c in columns if c.role in LABELS and c.role not in ("serial", "measure", "remark", BESIDE)]
    cells = {id(cell): key(cell.text) for n in labels if (cell := sheet.at(row, n)) and key(cell.text)}
    return " ".join(cells.values())


def _first_words(sheet: Sheet, row: int) -> str:
    cells = (sheet.at(row, column) for column in range(sheet.grid.n_columns))
    return next((key(c.text) for c in cells if c and key(c.text) and not is_number(c.text)), "")


def _words_above(sheet: Sheet, cell: Cell) -> str:
    """The nearest words over a cell."""
    above = (sheet.at(row, cell.column) for row in range(cell.row - 1, -1, -1))
    return next((key(c.text) for c in above if c and key(c.text) and not is_number(c.text)), "")
