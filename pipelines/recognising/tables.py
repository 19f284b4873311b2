"""The story of one table: title, unit, columns, rows, amounts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from pipelines.reading.model import Cell, Grid
from pipelines.recognising.amounts import factor, is_number, read_amount
from pipelines.recognising.blocks import Block, Row, read_rows, split_blocks
from pipelines.recognising.headers import BALANCES, Column, Sheet, count_header_rows, read_columns
from pipelines.recognising.identity import Identity, organization_id
from pipelines.recognising.keys import bare, identifier, key
from pipelines.recognising.records import Amount, Finding, Table
from pipelines.recognising.subjects import (
    Subject,
    balance_subjects,
    is_total,
    list_subjects,
    procurement_subjects,
    three_public_subjects,
)
from pipelines.recognising.titles import Surroundings, Title, find_note, find_title, find_unit, says_empty

DEFAULT_SCHEME = {
    "general_public_basic_by_economic": "economic",
    "appropriation_basic_by_economic": "economic",
    "operating_cost": "economic",
    "general_public_by_unit": "organization",
    "project": "project",
}
BASIC = ("general_public_basic_by_economic", "appropriation_basic_by_economic")


class Recognition(NamedTuple):
    table: Table
    amounts: list[Amount]
    findings: list[Finding]


class Line(NamedTuple):
    """One subject under one amount column of its block."""

    block: Block
    subject: Subject
    column: Column
    cell: Cell


def recognise_table(grid: Grid, around: Surroundings, who: Identity, ordinal: Counter) -> Recognition:
    """Given a grid and what stands around it, return its table record, its amounts and what must be said of it."""
    title = find_title(grid, around, who.fiscal_year, who.department_name or "")
    sheet = Sheet(grid)
    if title.kind is None or title.kind.table_kind == "performance_form":
        return _not_a_budget_table(grid, title, who)
    kind, year = title.kind.table_kind, who.fiscal_year
    ordinal[kind] += 1
    header_rows = count_header_rows(sheet, title.grid_rows, year)
    columns = read_columns(sheet, title.grid_rows, header_rows, year, kind)
    unit = find_unit(grid, around, title, header_rows)
    lines = [line for block in split_blocks(columns) for line in _lines(sheet, block, columns, header_rows, kind, year)]
    note = find_note(around)
    table = _table(grid, title, who, unit, note, _state(lines, unit, note))
    findings = _findings(sheet, table, columns, lines, header_rows)
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
    )


def _not_a_budget_table(grid: Grid, title: Title, who: Identity) -> Recognition:
    money = [cell for cell in grid.cells if is_number(cell.text) and ("." in cell.text or "," in cell.text)]
    state = "form" if title.kind else "unrecognised" if money else "no_money"
    table = _table(grid, title, who, None, "", state)._replace(table_kind=None)
    findings = []
    if state == "unrecognised":
        findings.append(
            finding(
                table,
                "unrecognised_table",
                "warning",
                title.text or _first_text(grid),
                f"a table with {len(money)} amounts is of no known kind; its amounts are in no mart",
                "table_kinds.csv",
                f"?,?,{title.text or '?'},,",
            )
        )
    return Recognition(table, [], findings)


def _first_text(grid: Grid) -> str:
    return next((key(cell.text)[:40] for cell in grid.cells if key(cell.text)), "")


def _state(lines: list[Line], unit: str | None, note: str) -> str:
    filled = any(read_amount(line.cell.text).state in ("number", "zero", "unread") for line in lines)
    if not filled:
        return "empty_declared" if says_empty(note) else "empty_undeclared"
    return "filled" if unit else "unknown_unit"


def _lines(
    sheet: Sheet, block: Block, columns: list[Column], header_rows: int, kind: str, year: int | None
) -> list[Line]:
    rows = read_rows(sheet, block, header_rows)
    side = _side(block, columns, kind)
    scheme = next((c.scheme for c in block.labels if c.scheme), None)
    if kind == "three_public":
        return _three_public_lines(block, rows, year)
    if kind in BALANCES:
        subjects = balance_subjects(rows, side, scheme, year)
    elif kind == "procurement":
        subjects = procurement_subjects(rows, block, year)
    elif kind == "revenue" and scheme is None and not any(c.role in ("code", "class_code") for c in block.labels):
        subjects = balance_subjects(rows, "revenue", "fund_source", year)
    else:
        subjects = list_subjects(rows, block, scheme or DEFAULT_SCHEME.get(kind, "function"), year)
    return [
        Line(block, subject, column._replace(side=side), subject.row.cells[column.number])
        for subject in subjects
        for column in block.amounts
        if column.number in subject.row.cells
    ]


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
        lines = [
            Line(
                block,
                Subject(row, "three_public", column.three_public, column.words[-1]),
                column,
                row.cells[column.number],
            )
            for row in rows
            for column in block.amounts
            if column.number in row.cells and column.three_public
        ]
    wide = any(line.subject.code in ("MEETING", "TRAINING") for line in lines)
    return [line._replace(subject=_whole(line.subject, wide)) for line in lines]


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
    broken = {
        (line.column.side, line.subject.parent)
        for line in lines
        if line.subject.parent is not None and read_amount(line.cell.text).value is not None
    }
    return {
        (line.block.number, line.subject.row.number, line.column.number)
        for line in lines
        if (line.column.side, line.subject.row.number) not in broken
    }


def _amount(table: Table, title: Title, who: Identity, line: Line, unit: str | None) -> Amount:
    subject, column, row, cell = line.subject, line.column, line.subject.row, line.cell
    printed = read_amount(cell.text)
    unit = printed.unit or unit
    ratio = factor(unit) if unit else None
    organization = subject.name if subject.scheme == "organization" else row.project_organization
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
    return who.fiscal_year + column.year_offset if who.fiscal_year else None


def _findings(sheet: Sheet, table: Table, columns: list[Column], lines: list[Line], header_rows: int) -> list[Finding]:
    found = []
    for column in columns:
        if column.role == "unmapped":
            lost = sum(is_number(c.text) for c in _data_cells(sheet, column.number, header_rows))
            words = column.words[-1] if column.words else ""
            found.append(
                finding(
                    table,
                    "unmapped_header",
                    "error" if lost else "info",
                    " / ".join(column.words) or f"column {column.number + 1}",
                    f"no meaning for this column; {lost} numbers of it are in no mart",
                    "header_words.csv",
                    f"{words},?,?,",
                )
            )
    for subject in {line.subject.row.number: line.subject for line in lines if not line.subject.known}.values():
        label = bare(subject.row.name)
        where = "header_words.csv" if subject.scheme == "fund_source" else "row_words.csv"
        row = f"{label},fund_source,?," if subject.scheme == "fund_source" else f"{label},flow,?,,,"
        numbers = any(read_amount(c.text).state == "number" for c in subject.row.cells.values())
        if label and numbers:
            found.append(
                finding(
                    table,
                    "unmapped_row",
                    "warning",
                    label,
                    "no meaning for this row label; its amounts keep the printed name only",
                    where,
                    row,
                )
            )
    used = {line.cell for line in lines}
    for column in columns:
        idle = [c for c in _data_cells(sheet, column.number, header_rows) if column.role == "amount" and c not in used]
        if lost := [c for c in idle if is_number(c.text)]:
            where = ", ".join(str(c.row + 1) for c in lost[:5])
            found.append(
                finding(
                    table,
                    "unmapped_row",
                    "error",
                    lost[0].text,
                    f"{len(lost)} numbers of column {column.number + 1}, row {where}, have no label and are in no mart",
                )
            )
    for line in lines:
        if read_amount(line.cell.text).state == "unread":
            found.append(
                finding(
                    table,
                    "unread_cell",
                    "error",
                    line.cell.text,
                    f"cell at row {line.cell.row + 1}, column {line.cell.column + 1} could not be read",
                )
            )
    if table.state == "unknown_unit":
        found.append(
            finding(
                table,
                "unknown_unit",
                "error",
                table.title,
                "no money unit is printed; the document is held until one is known",
            )
        )
    if table.state == "empty_undeclared":
        found.append(
            finding(
                table,
                "undeclared_empty",
                "info",
                table.title,
                "the table shows no amount and does not say that it is empty",
            )
        )
    if table.state == "filled" and says_empty(table.note) and "空" in table.note:
        found.append(
            finding(
                table, "label", "warning", table.note[:80], "the note says the table is empty, yet it shows amounts"
            )
        )
    return found


def _data_cells(sheet: Sheet, column: int, first: int) -> Iterable[Cell]:
    return (
        c for r in range(first, sheet.grid.n_rows) if (c := sheet.at(r, column)) and c.row == r and c.column == column
    )


def finding(
    table: Table,
    kind: str,
    severity: str,
    text: str,
    message: str,
    vocabulary_file: str | None = None,
    proposed_row: str | None = None,
) -> Finding:
    """Given a table and what is to be said of it, return the finding with a stable id."""
    return Finding(
        identifier(table.document_id, kind, table.table_id, text, message),
        table.document_id,
        kind,
        severity,
        table.first_page,
        table.table_id,
        text,
        message,
        f"pipelines/vocabulary/{vocabulary_file}" if vocabulary_file else None,
        proposed_row,
    )
