"""The story of one table: title, unit, columns, rows, amounts."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from pipelines.reading.model import Grid
from pipelines.recognising.identity import Identity
from pipelines.recognising.keys import identifier, key
from pipelines.recognising.lexicon import TableKind
from pipelines.recognising.records import Amount, Change, Finding, OtherNumber, Table
from pipelines.recognising.tables.amounts import factor, is_number, read_amount
from pipelines.recognising.tables.cell_amounts import table_amounts, unit_of
from pipelines.recognising.tables.changes import table_changes
from pipelines.recognising.tables.classifications import shown_kind
from pipelines.recognising.tables.columns import read_columns, with_parts
from pipelines.recognising.tables.findings import finding, table_findings
from pipelines.recognising.tables.header_rows import count_header_rows
from pipelines.recognising.tables.headers import Sheet
from pipelines.recognising.tables.inference import inferred_columns
from pipelines.recognising.tables.lines import table_lines
from pipelines.recognising.tables.other_numbers import is_money, numbers_of_unknown_table, other_numbers
from pipelines.recognising.tables.proposals import kind_by_shape
from pipelines.recognising.tables.subjects import Line
from pipelines.recognising.tables.titles import (
    Surroundings,
    Title,
    find_note,
    find_title,
    find_unit,
    kind_titled,
    says_empty,
)
from pipelines.recognising.vocabulary import PROPOSED, csv_row, literal


class Recognition(NamedTuple):
    table: Table
    amounts: list[Amount]
    findings: list[Finding]
    changes: list[Change] = []
    other_numbers: list[OtherNumber] = []


def recognise_table(grid: Grid, around: Surroundings, who: Identity, ordinal: Counter) -> Recognition:
    """Given a grid and what stands around it, return its table record, its amounts and what must be said of it."""
    title = find_title(grid, around, who.lexicon, who.department_name or "")
    kind = kind_titled(title, who.lexicon)
    if kind is None or not kind.is_held:
        return _not_a_budget_table(Sheet(grid), title, kind, who)
    return read_as(grid, around, title, kind, who, ordinal)


def read_as(
    grid: Grid, around: Surroundings, title: Title, kind: TableKind, who: Identity, ordinal: Counter
) -> Recognition:
    """Given a grid, its title and what kind of table it is, return what `recognise_table` does."""
    lexicon, sheet = who.lexicon, Sheet(grid)
    header_rows = count_header_rows(sheet, title.grid_rows, lexicon)
    columns = read_columns(sheet, title.grid_rows, header_rows, lexicon, kind)
    columns = inferred_columns(sheet, columns, header_rows, lexicon)
    kind = shown_kind(kind, title.text, columns, lexicon)
    if not any(column.role in ("amount", "unmapped") for column in columns):
        return _not_a_budget_table(sheet, title, kind, who)
    columns = with_parts(columns)
    ordinal[kind.table_kind] += 1
    unit = find_unit(grid, around, title, header_rows)
    lines = table_lines(sheet, columns, header_rows, kind, lexicon)
    lines, apart = [x for x in lines if x.subject.scheme != "count"], [x for x in lines if x.subject.scheme == "count"]
    changing = [x for x in lines if x.column.role == "change"]
    lines = [x for x in lines if x.column.role != "change"]
    note = find_note(grid, around, header_rows)
    table = _table(grid, title.text, kind, who, unit, note, _state(lines, unit, note))
    place = ordinal[kind.table_kind]
    amounts = table_amounts(table, kind, who, lines, unit, place)
    changes = table_changes(sheet, table, kind, who, columns, header_rows, [*lines, *changing], amounts, unit, place)
    told = {(c.row_no, c.column_no) for c in changes}
    done = {column for _, column in told}
    open_columns = [c for c in columns if c.role != "change" or c.number not in done]
    apart += [x for x in changing if (x.cell.row, x.cell.column) not in told]
    findings = table_findings(sheet, table, kind, open_columns, lines, apart, header_rows, title.unknown, told)
    used = {(line.cell.row, line.cell.column) for line in lines} | told
    what = {(x.cell.row, x.cell.column): "change" if x in changing else "count" for x in apart}
    others = other_numbers(sheet, table, columns, header_rows, used, what)
    return Recognition(table, amounts, findings, changes, others)


def _table(
    grid: Grid, title: str, kind: TableKind | None, who: Identity, unit: str | None, note: str, state: str
) -> Table:
    return Table(
        table_id=identifier(who.document_id, "table", grid.number),
        document_id=who.document_id,
        table_no=grid.number,
        table_kind=kind.table_kind if kind and kind.is_held else None,
        title=title,
        printed_unit=unit,
        unit_factor=factor(unit) if unit else None,
        amount_basis=who.amount_basis(title),
        fund_source=kind.fund_source if kind else None,
        first_page=grid.first_page,
        last_page=grid.last_page,
        n_rows=grid.n_rows,
        n_columns=grid.n_columns,
        method=grid.method,
        state=state,
        note=note,
        says_empty=says_empty(note) and "空" in note,
    )


def _not_a_budget_table(sheet: Sheet, title: Title, kind: TableKind | None, who: Identity) -> Recognition:
    grid = sheet.grid
    money = [cell for cell in grid.cells if is_number(cell.text) and is_money(cell.text)]
    state = "no_money" if not money else "other" if kind else "unrecognised"
    state = "form" if kind and kind.layout == "form" else state
    table = _table(grid, title.text, kind, who, None, "", state)._replace(table_kind=None)
    findings = []
    if state == "other":
        message = f"the warehouse holds no such table; its {len(money)} amounts are in no mart"
        findings.append(finding(table, "unrecognised_table", "info", title.text, message))
    elif state == "unrecognised":
        message = f"a table with {len(money)} amounts is of no known kind; its amounts are in no mart"
        if title.likely:
            likely = title.likely
            proposed = [PROPOSED + likely.table_kind, PROPOSED + (likely.fund_source or "")]
            message += f" ({title.unknown} beside the words of {likely.table_kind})"
        else:
            proposed = list(kind_by_shape(sheet, title, who.lexicon))
        row = csv_row([*proposed, literal(title.text) or PROPOSED, "", "", "", ""])
        text = title.text or _first_text(grid)
        findings.append(finding(table, "unrecognised_table", "warning", text, message, "table_titles.csv", row))
    others = numbers_of_unknown_table(sheet, table) if state in ("unrecognised", "other") else []
    return Recognition(table, [], findings, other_numbers=others)


def _first_text(grid: Grid) -> str:
    return next((key(cell.text)[:40] for cell in grid.cells if key(cell.text)), "")


def _state(lines: list[Line], unit: str | None, note: str) -> str:
    filled = [line for line in lines if read_amount(line.cell.text).state in ("number", "zero", "unread")]
    if not filled:
        return "empty_declared" if says_empty(note) else "empty_undeclared"
    return "filled" if all(unit_of(line, unit) for line in filled) else "unknown_unit"
