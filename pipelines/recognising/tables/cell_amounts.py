"""The amounts of a table as records: one for each cell, with its meaning, its unit and its place."""

from __future__ import annotations

from collections import Counter

from pipelines.recognising.bodies import organization_id
from pipelines.recognising.identity import Identity
from pipelines.recognising.keys import bare, identifier, key
from pipelines.recognising.lexicon import TableKind
from pipelines.recognising.records import Amount, Table
from pipelines.recognising.tables.amounts import factor, read_amount
from pipelines.recognising.tables.codes import scheme_by_code
from pipelines.recognising.tables.headers import Column
from pipelines.recognising.tables.subjects import Line, is_total
from pipelines.recognising.vocabulary import CLASSIFICATIONS, units

# The 三公 item that each item is a part of.
ITEMS_OF = {
    "TOTAL": "GRAND_TOTAL",
    "MEETING": "GRAND_TOTAL",
    "TRAINING": "GRAND_TOTAL",
    "OVERSEAS": "TOTAL",
    "VEHICLE": "TOTAL",
    "RECEPTION": "TOTAL",
    "VEHICLE_PURCHASE": "VEHICLE",
    "VEHICLE_RUNNING": "VEHICLE",
}

CODED = (*CLASSIFICATIONS, "organization", "project", "procurement")


def table_amounts(
    table: Table, kind: TableKind, who: Identity, lines: list[Line], unit: str | None, ordinal: int
) -> list[Amount]:
    """Given a table and its lines, return their amounts in yuan; `unit` is the table's, `ordinal` its number among the
    tables of its kind in the paper."""
    leaves, again, by_fund = _leaf_rows(lines), _blocks_told_again(lines), parts_items_by_fund(lines)
    seen: Counter = Counter()
    amounts = []
    for line in lines:
        amount = amount_of(table, kind, who, line, unit, by_fund)
        alternative = (line.column.side, line.block.number) in again
        leaf = not alternative and (line.block.number, line.subject.row.number, line.column.number) in leaves
        what = (
            amount.table_kind,
            ordinal,
            amount.side,
            amount.subject_scheme,
            amount.subject_code or bare(amount.subject_name or ""),
            amount.project_name,
            amount.fund_source,
            amount.fund_period,
            amount.expenditure_type,
            amount.amount_basis,
            amount.amount_year,
            *([amount.subset_of] if amount.subset_of else []),
        )
        seen[what] += 1
        amounts.append(amount._replace(amount_id=identifier(table.document_id, *what, seen[what]), is_leaf=leaf))
    return amounts


def _blocks_told_again(lines: list[Line]) -> set[tuple[str | None, int]]:
    """(side, block) of the blocks that break a side down by another classification than its first block does, and so
    tell its amounts once more."""
    schemes: dict[tuple[str | None, int], Counter] = {}
    for line in lines:
        if not is_total(line.subject):
            schemes.setdefault((line.column.side, line.block.number), Counter())[line.subject.scheme] += 1
    main = {where: max(said, key=lambda s: (s != "flow", said[s])) for where, said in schemes.items()}
    first = {side: min(n for s, n in main if s == side) for side, _ in main}
    return {(side, n) for (side, n), scheme in main.items() if scheme != main[side, first[side]]}


def _leaf_rows(lines: list[Line]) -> set[tuple[int, int, int]]:
    """(block, row, column) of the lines that no filled line of the same table breaks down."""
    filled = [line for line in lines if read_amount(line.cell.text).value is not None]
    broken = {(x.block.number, x.subject.parent) for x in filled if x.subject.parent is not None}
    items = {(_item_group(x), x.subject.code) for x in filled if x.subject.code in ITEMS_OF}
    broken_items = {(group, ITEMS_OF[code]) for group, code in items if code}
    return {
        (line.block.number, line.subject.row.number, line.column.number)
        for line in lines
        if line.subject.counted
        and line.column.subset_of is None
        and (line.block.number, line.subject.row.number) not in broken
        and (_item_group(line), line.subject.code) not in broken_items
    }


def _item_group(line: Line) -> tuple:
    """What the items of one 三公 total share: the row of a table that prints them across, the column of a list."""
    column = line.column
    if column.three_public:
        return line.subject.row.number, column.amount_basis, column.year, column.year_offset, column.fund_period
    return (line.block.number, column.number)


def parts_items_by_fund(lines: list[Line]) -> bool:
    """Whether a 三公 table prints one item under several funds, and not only its total as one of 财政拨款."""
    funds: dict[str | None, set] = {}
    for line in lines:
        funds.setdefault(line.column.three_public, set()).add(line.column.fund_source)
    return any(len(said) > 1 for said in funds.values())


def amount_of(table: Table, kind: TableKind, who: Identity, line: Line, unit: str | None, by_fund: bool) -> Amount:
    """Given a line of a table, return its amount as yet without an id and no leaf; `unit` is the table's, `by_fund`
    whether its items of the three public expenses are parted by fund."""
    subject, column, row, cell = line.subject, line.column, line.subject.row, line.cell
    printed = read_amount(cell.text)
    unit = unit_of(line, unit)
    ratio = factor(unit) if unit else None
    organization = subject.name if subject.scheme == "organization" else row.project_organization or row.unit_name
    own = who.lexicon.kinds[column.table_kind] if column.table_kind else kind
    expenditure = subject.expenditure_type or column.expenditure_type or own.expenditure_type or "all"
    fund = subject.fund_source or column.fund_source or kind.fund_source or "all"
    if kind.layout == "items" and not by_fund:
        fund = "all"
    codes = {**row.codes, **({scheme_by_code(subject.scheme, subject.code): subject.code} if subject.code else {})}
    source = (subject.code_source or "printed") if subject.code and subject.scheme in CODED else None
    return Amount(
        amount_id="",
        document_id=table.document_id,
        table_id=table.table_id,
        table_kind=own.table_kind,
        row_no=row.number,
        column_no=column.number,
        block_no=line.block.number,
        parent_row_no=subject.parent,
        depth=subject.depth,
        is_leaf=False,
        fiscal_year=who.fiscal_year,
        organization_id=organization_id(organization) if organization else None,
        side=column.side or "expenditure",
        subject_scheme=subject.scheme,
        subject_code=subject.code,
        subject_name=subject.name or None,
        subject_level=subject.level,
        project_name=row.project_name or (subject.name if subject.level == "project" else None),
        project_organization=row.project_organization,
        fund_source=fund,
        fund_period=column.fund_period or "total",
        expenditure_type=expenditure,
        amount_basis=column.amount_basis or table.amount_basis or "budget",
        amount_year=_year(who, column),
        state=printed.state,
        amount_yuan=printed.value * ratio if printed.value is not None and ratio is not None else None,
        printed_text=cell.text,
        printed_unit=unit,
        printed_decimals=printed.decimals,
        unit_factor=ratio,
        page=cell.page,
        **cell.box._asdict(),
        **{f"{scheme}_code": code for scheme, code in codes.items() if scheme in CLASSIFICATIONS},
        code_source=source,
        subset_of=column.subset_of,
        inferred=column.inferred or None,
    )


def _year(who: Identity, column: Column) -> int | None:
    return column.year or (who.fiscal_year + column.year_offset if who.fiscal_year else None)


def unit_of(line: Line, unit: str | None) -> str | None:
    """The money unit of one amount: the cell's own, else that of its row, of its column, of the table."""
    measure = key(line.subject.row.measure or "")
    return read_amount(line.cell.text).unit or (measure if measure in units() else None) or line.column.unit or unit
