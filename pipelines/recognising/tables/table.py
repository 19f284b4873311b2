"""The story of one table: title, unit, columns, rows, amounts."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from pipelines.reading.model import Grid
from pipelines.recognising.identity import Identity, organization_id
from pipelines.recognising.keys import bare, identifier, key
from pipelines.recognising.records import Amount, Finding, Table
from pipelines.recognising.tables.amounts import factor, is_number, read_amount
from pipelines.recognising.tables.balances import balance_subjects, expenditure_begins
from pipelines.recognising.tables.blocks import Block, Row, divided, read_rows, split_blocks
from pipelines.recognising.tables.classifications import shown_kind
from pipelines.recognising.tables.columns import BALANCES, ONE_FUND, read_columns
from pipelines.recognising.tables.findings import finding, table_findings
from pipelines.recognising.tables.header_rows import count_header_rows
from pipelines.recognising.tables.headers import Column, Sheet
from pipelines.recognising.tables.proposals import kind_by_shape
from pipelines.recognising.tables.subjects import (
    Line,
    Subject,
    is_total,
    list_subjects,
    procurement_subjects,
    scheme_of,
    three_public_subjects,
)
from pipelines.recognising.tables.titles import Surroundings, Title, find_note, find_title, find_unit, says_empty
from pipelines.recognising.vocabulary import PROPOSED, csv_row, literal, units
from pipelines.recognising.wording import BESIDE

DEFAULT_SCHEME = {
    "general_public_basic_by_economic": "economic",
    "appropriation_basic_by_economic": "economic",
    "operating_cost": "economic",
    "general_public_by_unit": "organization",
    "project": "project",
}
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
BASIC = ("general_public_basic_by_economic", "appropriation_basic_by_economic")


class Recognition(NamedTuple):
    table: Table
    amounts: list[Amount]
    findings: list[Finding]


def recognise_table(grid: Grid, around: Surroundings, who: Identity, ordinal: Counter) -> Recognition:
    """Given a grid and what stands around it, return its table record, its amounts and what must be said of it."""
    title = find_title(grid, around, who.fiscal_year, who.department_name or "")
    sheet = Sheet(grid)
    if title.kind is None or title.kind.table_kind in ("performance_form", "other"):
        return _not_a_budget_table(sheet, title, who)
    kind, year = title.kind.table_kind, who.fiscal_year
    header_rows = count_header_rows(sheet, title.grid_rows, year)
    columns = read_columns(sheet, title.grid_rows, header_rows, year, kind)
    title = title._replace(kind=shown_kind(title.kind, title.text, columns))
    kind = title.kind.table_kind
    if not any(column.role in ("amount", "unmapped") for column in columns):
        return _not_a_budget_table(sheet, title, who)
    ordinal[kind] += 1
    unit = find_unit(grid, around, title, header_rows)
    lines = [line for block in split_blocks(columns) for line in _lines(sheet, block, columns, header_rows, kind, year)]
    lines, apart = [x for x in lines if x.subject.scheme != "count"], [x for x in lines if x.subject.scheme == "count"]
    note = find_note(grid, around, header_rows)
    table = _table(grid, title, who, unit, note, _state(lines, unit, note))
    findings = table_findings(sheet, table, columns, lines, apart, header_rows, title.unknown)
    amounts = _amounts(table, title, who, lines, unit, ordinal[kind])
    return Recognition(table, amounts, findings)


def _table(grid: Grid, title: Title, who: Identity, unit: str | None, note: str, state: str) -> Table:
    return Table(
        identifier(who.document_id, "table", grid.number),
        who.document_id,
        grid.number,
        title.kind.table_kind if title.kind else None,
        title.text,
        unit,
        factor(unit) if unit else None,
        who.amount_basis(title.text),
        title.kind.fund_source if title.kind else None,
        grid.first_page,
        grid.last_page,
        grid.n_rows,
        grid.n_columns,
        grid.method,
        state,
        note,
        says_empty(note) and "空" in note,
    )


def _not_a_budget_table(sheet: Sheet, title: Title, who: Identity) -> Recognition:
    grid = sheet.grid
    money = [cell for cell in grid.cells if is_number(cell.text) and ("." in cell.text or "," in cell.text)]
    form = title.kind is not None and title.kind.table_kind == "performance_form"
    state = "form" if form else "unrecognised" if money else "no_money"
    table = _table(grid, title, who, None, "", state)._replace(table_kind=None)
    findings = []
    if state == "unrecognised" and title.kind:
        message = f"the warehouse holds no such table; its {len(money)} amounts are in no mart"
        findings.append(finding(table, "unrecognised_table", "info", title.text, message))
    elif state == "unrecognised":
        message = f"a table with {len(money)} amounts is of no known kind; its amounts are in no mart"
        if title.likely:
            likely = title.likely
            proposed = [PROPOSED + likely.table_kind, PROPOSED + (likely.fund_source or "")]
            message += f" ({title.unknown} beside the words of {likely.table_kind})"
        else:
            proposed = list(kind_by_shape(sheet, title, who.fiscal_year))
        row = csv_row([*proposed, literal(title.text) or PROPOSED, "", "", ""])
        text = title.text or _first_text(grid)
        findings.append(finding(table, "unrecognised_table", "warning", text, message, "table_kinds.csv", row))
    return Recognition(table, [], findings)


def _first_text(grid: Grid) -> str:
    return next((key(cell.text)[:40] for cell in grid.cells if key(cell.text)), "")


def _state(lines: list[Line], unit: str | None, note: str) -> str:
    filled = [line for line in lines if read_amount(line.cell.text).state in ("number", "zero", "unread")]
    if not filled:
        return "empty_declared" if says_empty(note) else "empty_undeclared"
    return "filled" if all(_unit_of(line, unit) for line in filled) else "unknown_unit"


def _unit_of(line: Line, unit: str | None) -> str | None:
    """The money unit of one amount: the cell's own, else that of its row, of its column, of the table."""
    measure = key(line.subject.row.measure or "")
    return read_amount(line.cell.text).unit or (measure if measure in units() else None) or line.column.unit or unit


def _lines(
    sheet: Sheet, block: Block, columns: list[Column], header_rows: int, kind: str, year: int | None
) -> list[Line]:
    rows = read_rows(sheet, block, header_rows)
    side = _side(block, columns, kind)
    scheme = _scheme(block)
    if kind == "three_public":
        return _three_public_lines(block, rows, year)
    if kind in BALANCES:
        turn = expenditure_begins(rows, year) if block.number == 0 and not _has_two_sides(columns) else len(rows)
        subjects = balance_subjects(rows[:turn], side, scheme, year)
        below = balance_subjects(rows[turn:], "expenditure", scheme, year)
        return [*_crossed(block, subjects, side, kind), *_crossed(block, below, "expenditure", kind)]
    if kind == "procurement":
        subjects = procurement_subjects(rows, block, year)
    elif kind == "revenue" and scheme is None and not any(c.role in ("code", "class_code") for c in block.labels):
        subjects = balance_subjects(rows, "revenue", "fund_source", year)
    else:
        subjects = list_subjects(rows, block, scheme or DEFAULT_SCHEME.get(kind) or scheme_of(rows), year)
    return _crossed(block, subjects, side, kind)


def _crossed(block: Block, subjects: list[Subject], side: str, kind: str) -> list[Line]:
    """Each subject under each amount column of its block."""
    return [
        Line(
            block,
            subject,
            column._replace(side=column.side or side if kind in ONE_FUND else side),
            subject.row.cells[column.number],
        )
        for subject in subjects
        for column in block.amounts
        if column.number in subject.row.cells
    ]


def _has_two_sides(columns: list[Column]) -> bool:
    return len(split_blocks(columns)) > 1 or {"revenue", "expenditure"} <= {c.side for c in columns}


def _scheme(block: Block) -> str | None:
    """What a block's rows are about: the classification where a table lists units and subjects."""
    subject, _ = divided(block)
    return next((c.scheme for c in subject if c.scheme and c.role != BESIDE), None)


def _side(block: Block, columns: list[Column], kind: str) -> str:
    if kind not in BALANCES:
        return "revenue" if kind == "revenue" else "expenditure"
    said = [c.side for c in (*block.labels, *block.amounts) if c.side]
    if said:
        return said[0]
    return "revenue" if block.number == 0 else "expenditure"


def _three_public_lines(block: Block, rows: list[Row], year: int | None) -> list[Line]:
    """Items across (one line for each amount row and item) or downwards (one for each item and amount column)."""
    subjects = three_public_subjects(rows, year)
    if subjects:
        lines = [
            Line(block, s, column, s.row.cells[column.number])
            for s in subjects
            for column in block.amounts
            if column.number in s.row.cells
        ]
    else:
        listed = list_subjects(rows, block, "organization", year) if block.labels else []
        bodies = {s.row.number: s for s in listed if s.scheme == "organization"}
        lines = [
            Line(block, _of_body(row, column, bodies.get(row.number)), column, row.cells[column.number])
            for row in rows
            for column in block.amounts
            if column.number in row.cells and column.three_public
        ]
    wide = any(line.subject.code in ("MEETING", "TRAINING") for line in lines)
    return [line._replace(subject=_whole(line.subject, wide)) for line in lines]


def _of_body(row: Row, column: Column, body: Subject | None) -> Subject:
    """A 三公 item of one row: of a body where the row names one."""
    subject = Subject(row, "three_public", column.three_public, column.words[-1])
    if body is None:
        return subject
    return subject._replace(parent=body.parent, depth=body.depth, row=row._replace(unit_name=body.name))


def _whole(subject: Subject, wide: bool) -> Subject:
    """合计 is the 三公 total, except where 会议费 or 培训费 are in it too."""
    if subject.code != "WHOLE":
        return subject
    return subject._replace(scheme="flow", code="GRAND_TOTAL", name=None) if wide else subject._replace(code="TOTAL")


def _amounts(
    table: Table, title: Title, who: Identity, lines: list[Line], unit: str | None, ordinal: int
) -> list[Amount]:
    leaves = _leaf_rows(lines)
    schemes: dict[tuple[str | None, str], int] = {}
    for line in lines:
        if not is_total(line.subject):
            schemes.setdefault((line.column.side, line.subject.scheme), line.block.number)
    first = {side: min(n for (s, _), n in schemes.items() if s == side) for side, _ in schemes}
    seen: Counter = Counter()
    amounts = []
    for line in lines:
        amount = _amount(table, title, who, line, unit)
        alternative = schemes.get((line.column.side, line.subject.scheme), first.get(line.column.side)) != first.get(
            line.column.side
        )
        leaf = not alternative and (line.block.number, line.subject.row.number, line.column.number) in leaves
        what = (
            table.table_kind,
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
        )
        seen[what] += 1
        amounts.append(amount._replace(amount_id=identifier(table.document_id, *what, seen[what]), is_leaf=leaf))
    return amounts


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
        and (line.block.number, line.subject.row.number) not in broken
        and (_item_group(line), line.subject.code) not in broken_items
    }


def _item_group(line: Line) -> tuple:
    """What the items of one 三公 total share: the row of a table that prints them across, the column of a list."""
    column = line.column
    if column.three_public:
        return line.subject.row.number, column.amount_basis, column.year, column.year_offset, column.fund_period
    return (line.block.number, column.number)


def _amount(table: Table, title: Title, who: Identity, line: Line, unit: str | None) -> Amount:
    subject, column, row, cell = line.subject, line.column, line.subject.row, line.cell
    printed = read_amount(cell.text)
    unit = _unit_of(line, unit)
    ratio = factor(unit) if unit else None
    organization = subject.name if subject.scheme == "organization" else row.project_organization or row.unit_name
    kind = table.table_kind
    expenditure = subject.expenditure_type or column.expenditure_type
    if not expenditure:
        expenditure = "basic" if kind in BASIC else "project" if kind == "project" else "all"
    fund = subject.fund_source or column.fund_source or title.kind.fund_source or "all"
    return Amount(
        "",
        table.document_id,
        table.table_id,
        kind,
        row.number,
        column.number,
        line.block.number,
        subject.parent,
        subject.depth,
        False,
        who.fiscal_year,
        organization_id(organization) if organization else None,
        column.side or "expenditure",
        subject.scheme,
        subject.code,
        subject.name or None,
        subject.level,
        row.project_name or (subject.name if subject.level == "project" else None),
        row.project_organization,
        "all" if kind == "three_public" else fund,
        column.fund_period or "total",
        expenditure,
        column.amount_basis or table.amount_basis or "budget",
        _year(who, column),
        printed.state,
        printed.value * ratio if printed.value is not None and ratio is not None else None,
        cell.text,
        unit,
        printed.decimals,
        ratio,
        cell.page,
        *cell.box,
    )


def _year(who: Identity, column: Column) -> int | None:
    return column.year or (who.fiscal_year + column.year_offset if who.fiscal_year else None)
