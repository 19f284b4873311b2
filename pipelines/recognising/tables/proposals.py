"""What an unknown column or table may be, where arithmetic or shape supports it. A proposal decides nothing: it is
marked with a question mark, and a person puts the value into the vocabulary."""

from __future__ import annotations

from decimal import Decimal

from pipelines.recognising.keys import bare
from pipelines.recognising.lexicon import ANY_KIND, Lexicon
from pipelines.recognising.tables.amounts import read_amount
from pipelines.recognising.tables.blocks import split_blocks
from pipelines.recognising.tables.columns import read_columns
from pipelines.recognising.tables.header_rows import count_header_rows
from pipelines.recognising.tables.headers import Column, Sheet
from pipelines.recognising.tables.titles import Title
from pipelines.recognising.vocabulary import PROPOSED

# What a missing part of a total most likely is: income that has no column of its own, spending that is not basic.
LIKELY = {"fund_source": "other_income", "expenditure_type": "project"}
UNKNOWN = (PROPOSED, PROPOSED)
ROWS = 1  # rows with the unknown column filled that must close


def meaning_of_column(sheet: Sheet, column: Column, columns: list[Column], first: int) -> tuple[str, str]:
    """Given a column without meaning and the columns beside it, return the dimension and value it may have: where in
    every row a total is the sum of its known parts and this column, and where no other reading closes, the part that
    the known ones lack; else question marks."""
    amounts = [c for c in columns if c.role == "amount"]
    for dimension, likely in LIKELY.items():
        totals = [c for c in amounts if getattr(c, dimension) in (None, "all")]
        parts = [c for c in amounts if getattr(c, dimension) not in (None, "all")]
        for total in totals:
            top = _top_level(parts, dimension)
            if top and _closes(sheet, column, total, top, first):
                taken = {getattr(c, dimension) for c in parts}
                return dimension, PROPOSED + (likely if likely not in taken else "")
    return UNKNOWN


def _top_level(parts: list[Column], dimension: str) -> list[Column]:
    """The parts that are no finer part of another."""
    wholes = {"personnel": "basic", "operating": "basic"}
    wholes |= dict.fromkeys(("general_public", "government_fund", "state_capital"), "appropriation")
    said = {getattr(c, dimension) for c in parts}
    return [c for c in parts if wholes.get(getattr(c, dimension)) not in said]


def _closes(sheet: Sheet, unknown: Column, total: Column, parts: list[Column], first: int) -> bool:
    """Whether the total is the sum of the parts and the unknown column in every row that fills the latter."""
    rows = 0
    for row in range(first, sheet.grid.n_rows):
        value, whole = _value(sheet, row, unknown), _value(sheet, row, total)
        if not value or whole is None:
            continue
        known = sum((_value(sheet, row, c) or Decimal(0) for c in parts), Decimal(0))
        if whole != known + value:
            return False
        rows += 1
    return rows >= ROWS


def _value(sheet: Sheet, row: int, column: Column) -> Decimal | None:
    cell = sheet.at(row, column.number)
    return read_amount(cell.text).value if cell and cell.row == row else None


def kind_by_shape(sheet: Sheet, title: Title, lexicon: Lexicon) -> tuple[str, str]:
    """Given a table of no known kind, return the kind and fund source that its header may mean."""
    rows = count_header_rows(sheet, title.grid_rows, lexicon)
    columns = read_columns(sheet, title.grid_rows, rows, lexicon, ANY_KIND)
    said = {c.scheme for c in columns}
    sides = {c.side for c in columns}
    types = {c.expenditure_type for c in columns}
    funds = {c.fund_source for c in columns} - {None}
    public = {code for c in columns for word in c.words if (code := lexicon.three_public.get(bare(word)))}
    if len(public - {"OPERATING"}) > 1:
        return PROPOSED + "three_public", PROPOSED + "all"
    if sides >= {"revenue", "expenditure"} and len(split_blocks(columns)) > 1:
        return PROPOSED + "overall_balance", PROPOSED + "all"
    if "economic" in said:
        return PROPOSED + "general_public_basic_by_economic", PROPOSED + "general_public"
    if any(c.role == "project_name" for c in columns):
        return PROPOSED + "project", PROPOSED + "all"
    if types & {"basic", "project"}:
        return PROPOSED + "expenditure", PROPOSED + "all"
    if len(funds) > 1:
        return PROPOSED + "revenue", PROPOSED + "all"
    return UNKNOWN
