"""The lines of a table: each subject under each amount column of its block."""

from __future__ import annotations

from pipelines.recognising.lexicon import Lexicon, TableKind
from pipelines.recognising.tables.balances import balance_subjects, expenditure_begins
from pipelines.recognising.tables.blocks import Block, Row, divided, read_rows, split_blocks
from pipelines.recognising.tables.code_column import whole_codes
from pipelines.recognising.tables.continued import under_next_total
from pipelines.recognising.tables.headers import Column, Sheet
from pipelines.recognising.tables.outlined import placed_by_sums
from pipelines.recognising.tables.procurement import goes_by_function, procurement_subjects
from pipelines.recognising.tables.subjects import Line, Subject, list_subjects, scheme_of
from pipelines.recognising.tables.three_public import three_public_lines
from pipelines.recognising.wording import BESIDE


def table_lines(sheet: Sheet, columns: list[Column], header_rows: int, kind: TableKind, lexicon: Lexicon) -> list[Line]:
    """Given a sheet, its columns and its kind, return its lines, block by block."""
    if kind.layout == "list" and _sides_are_lists(columns):
        kind = kind._replace(layout="balance", side=None)
    blocks = [_block_lines(sheet, block, columns, header_rows, kind, lexicon) for block in split_blocks(columns)]
    return under_next_total(blocks) if kind.layout == "list" else [line for lines in blocks for line in lines]


def _block_lines(
    sheet: Sheet, block: Block, columns: list[Column], header_rows: int, kind: TableKind, lexicon: Lexicon
) -> list[Line]:
    rows = read_rows(sheet, block, header_rows)
    side = _side(block, columns, kind)
    scheme = _scheme(block)
    numbers = [c.number for c in block.amounts]
    if kind.layout == "items":
        return three_public_lines(block, rows, lexicon)
    if kind.layout == "balance":
        turn = expenditure_begins(rows, lexicon) if block.number == 0 and not _has_two_sides(columns) else len(rows)
        subjects = balance_subjects(rows[:turn], side, scheme, lexicon, numbers)
        below = balance_subjects(rows[turn:], "expenditure", scheme, lexicon, numbers)
        return [*_crossed(block, subjects, side, kind), *_crossed(block, below, "expenditure", kind)]
    functions = kind.layout == "purchases" and goes_by_function(rows, block)
    if kind.layout == "purchases" and not functions:
        subjects = placed_by_sums(procurement_subjects(rows, block, lexicon), numbers, lexicon)
    elif kind.layout == "sources" and scheme is None and _names_sources(block, rows):
        subjects = balance_subjects(rows, "revenue", "fund_source", lexicon, numbers)
    else:
        rows = whole_codes(rows)
        scheme = "function" if functions else scheme or kind.scheme or scheme_of(rows)
        subjects = list_subjects(rows, block, scheme, lexicon)
        subjects = placed_by_sums(subjects, numbers, lexicon) if scheme == "project" else subjects
    return _crossed(block, subjects, side, kind)


def _names_sources(block: Block, rows: list[Row]) -> bool:
    """Whether the rows of a revenue table are sources told by name: no codes, and not one row of amounts without any
    label."""
    codes = any(c.role in ("code", "class_code") for c in block.labels)
    return not codes and any(row.name or any(row.groups) for row in rows)


def _crossed(block: Block, subjects: list[Subject], side: str, kind: TableKind) -> list[Line]:
    """Each subject under each amount column of its block."""
    return [
        Line(
            block,
            subject,
            column._replace(side=column.side or side if kind.one_fund else side),
            subject.row.cells[column.number],
        )
        for subject in subjects
        for column in block.amounts
        if column.number in subject.row.cells
    ]


def _has_two_sides(columns: list[Column]) -> bool:
    return len(split_blocks(columns)) > 1 or {"revenue", "expenditure"} <= {c.side for c in columns}


def _sides_are_lists(columns: list[Column]) -> bool:
    """Whether a table lists revenue and expenditure beside each other, as the table of one fund may do."""
    sides = {c.side for block in split_blocks(columns) for c in block.labels if c.side}
    return {"revenue", "expenditure"} <= sides


def _scheme(block: Block) -> str | None:
    """What a block's rows are about: the classification where a table lists units and subjects."""
    subject, _ = divided(block)
    return next((c.scheme for c in subject if c.scheme and c.role != BESIDE), None)


def _side(block: Block, columns: list[Column], kind: TableKind) -> str:
    if kind.side:
        return kind.side
    said = [c.side for c in (*block.labels, *block.amounts) if c.side]
    if said:
        return said[0]
    return "revenue" if block.number == 0 else "expenditure"
