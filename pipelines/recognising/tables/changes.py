"""Printed changes against another year (增减额, 增减%): columns that are computed from the amounts beside them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from pipelines.recognising.identity import Identity
from pipelines.recognising.keys import bare, identifier
from pipelines.recognising.lexicon import Lexicon, TableKind
from pipelines.recognising.records import Amount, Change, Table
from pipelines.recognising.tables.amounts import Printed, read_amount
from pipelines.recognising.tables.blocks import Block, read_rows, split_blocks
from pipelines.recognising.tables.cell_amounts import amount_of, parts_items_by_fund
from pipelines.recognising.tables.headers import Column, Sheet
from pipelines.recognising.tables.subjects import Line
from pipelines.recognising.tables.three_public import three_public_lines
from pipelines.recognising.wording import UNIT, meaning_of

CHANGE, PERCENT = "change", "change_percent"
PERCENT_SIGN = re.compile(r"\s*[%％]\s*$")
COMPARED_WITH = re.compile("[比较与](.+)")
NAMED_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
YEARS_BACK = 5


class Base(NamedTuple):
    """What a change is told against; None where the table does not tell."""

    year: int | None
    basis: str | None


class Number(NamedTuple):
    """One cell of a column or row of changes: the amount it would be, what is printed, and the words over it."""

    amount: Amount
    printed: Printed
    words: tuple[str, ...]


class Group(NamedTuple):
    """A column or row of changes: its numbers are told against one base, in one measure."""

    column: Column
    numbers: list[Number]
    base: Base
    measure: str | None


def table_changes(
    sheet: Sheet,
    table: Table,
    kind: TableKind,
    who: Identity,
    columns: Sequence[Column],
    first: int,
    lines: Sequence[Line],
    amounts: Sequence[Amount],
    unit: str | None,
    ordinal: int,
) -> list[Change]:
    """Given a table with its columns, lines and amounts, return the numbers of its columns and rows of changes. `lines`
    are those of its amounts and those of rows of changes, `first` is the first data row, `unit` the table's, `ordinal`
    its number among the tables of its kind in the paper.

    A column of which neither heading, cells nor arithmetic say whether it is an amount or a percentage gives none.
    """
    found: list[Change] = []
    seen: Counter = Counter()
    by_fund = parts_items_by_fund([line for line in lines if line.column.role != CHANGE])
    basis = _basis_now(amounts, table, who)
    groups = []
    for own in [*_columns_of_changes(sheet, columns, first, kind, who.lexicon, lines), *_rows_of_changes(lines)]:
        numbers = [
            Number(amount_of(table, kind, who, _of_now(line), unit, by_fund), printed, line.column.words)
            for line in own
            if (printed := read_change(line.cell.text)).state in ("number", "zero")
        ]
        base = base_of(own[0].column, amounts, table, who)
        said = _measure_said(own[0].column, who.lexicon) or _measure_shown(numbers, amounts, who.fiscal_year, base)
        groups.append(Group(own[0].column, numbers, base, said))
    for group in groups:
        measure = group.measure or _measure_beside(group, groups)
        for number in group.numbers if measure else ():
            change = _change(number, group.base, measure or CHANGE, basis)
            what = (
                change.table_kind,
                ordinal,
                change.side,
                change.subject_scheme,
                change.subject_code or bare(change.subject_name or ""),
                change.project_name,
                change.fund_source,
                change.fund_period,
                change.expenditure_type,
                change.measure,
                change.base_year,
                change.base_basis,
            )
            seen[what] += 1
            found.append(change._replace(change_id=identifier(table.document_id, "change", *what, seen[what])))
    return found


def read_change(text: str) -> Printed:
    """Given the text of a cell, return its number, a percent sign behind it left out (`unit` is % then)."""
    printed = read_amount(PERCENT_SIGN.sub("", text))
    return printed._replace(unit="%") if PERCENT_SIGN.search(text) else printed


def base_of(column: Column, amounts: Sequence[Amount], table: Table, who: Identity) -> Base:
    """Given a change column and the amounts of its table, return the year and the basis that it is told against: those
    its heading names, else those of the one other year, or the one other basis, of the amounts."""
    if who.fiscal_year is None:
        return Base(None, None)
    beside = {(amount.amount_year, amount.amount_basis) for amount in amounts}
    named = {int(year) for text in column.words for year in NAMED_YEAR.findall(text)} - {who.fiscal_year}
    years = {year for year in named if 0 < who.fiscal_year - year <= YEARS_BACK}
    years = years or ({who.fiscal_year + column.year_offset} if column.year_offset else set())
    years = years or {year for year, _ in beside if year is not None} - {who.fiscal_year}
    if len(years) > 1:
        return Base(None, None)
    if not years:
        others = {basis for _, basis in beside} - {table.amount_basis}
        return Base(who.fiscal_year, others.pop()) if len(others) == 1 else Base(None, None)
    (year,) = years
    bases = {basis for other, basis in beside if other == year}
    return Base(year, _basis_said(column, who.lexicon) or (bases.pop() if len(bases) == 1 else None))


def _basis_said(column: Column, lexicon: Lexicon) -> str | None:
    """The basis of what follows 比 in a heading: 2025年预算数比2024年执行数."""
    tails = (found[1] for text in column.words if (found := COMPARED_WITH.search(text)))
    return next((basis for tail in tails if (basis := meaning_of(tail, lexicon)[0].get("amount_basis"))), None)


def _basis_now(amounts: Sequence[Amount], table: Table, who: Identity) -> str:
    now = {amount.amount_basis for amount in amounts if amount.amount_year == who.fiscal_year}
    return now.pop() if len(now) == 1 else table.amount_basis or "budget"


def _measure_said(column: Column, lexicon: Lexicon) -> str | None:
    """Whether a heading says an amount (增减额, a money unit) or a percentage (增长率, %); None where it is silent."""
    for text in reversed(column.words):
        if said := meaning_of(text, lexicon)[0].get("measure"):
            return said
        if "%" in text:
            return PERCENT
        if UNIT.search(text):
            return CHANGE
    return None


def _measure_shown(numbers: Sequence[Number], amounts: Sequence[Amount], year: int | None, base: Base) -> str | None:
    """Whether numbers are amounts or percentages by their sign, else by what they are beside the amounts of both years;
    None where that does not tell, or tells both."""
    if any(number.printed.unit == "%" for number in numbers):
        return PERCENT
    if base.year is None or base.year == year:
        return None
    found = {_measure_proven(number, amounts, year, base) for number in numbers} - {None}
    return found.pop() if len(found) == 1 else None


def _measure_beside(group: Group, groups: Sequence[Group]) -> str | None:
    """What the columns beside one measure that stand under the same heading: a column of zeros tells nothing itself."""
    head = group.column.words[:1]
    found = {g.measure for g in groups if g.column.words[:1] == head and len(g.column.words) > 1} - {None}
    return found.pop() if len(found) == 1 and len(group.column.words) > 1 else None


def _measure_proven(number: Number, amounts: Sequence[Amount], year: int | None, base: Base) -> str | None:
    change, printed = number.amount, number.printed
    now = _beside(change, [a for a in amounts if a.amount_year == year])
    then = _beside(change, [a for a in amounts if (a.amount_year, a.amount_basis) == (base.year, base.basis)])
    if now is None or then is None or change.unit_factor is None or printed.value is None:
        return None
    step = Decimal(1).scaleb(-printed.decimals)
    is_amount = abs((now - then) / change.unit_factor - printed.value) <= max(step, Decimal("0.01"))
    is_percent = then != 0 and abs((now - then) / then * 100 - printed.value) <= step
    return None if is_amount == is_percent else CHANGE if is_amount else PERCENT


def _beside(change: Amount, amounts: Sequence[Amount]) -> Decimal | None:
    """The one amount of the meaning of a change in its row or, where the years stand below each other, in its column; a
    blank as nothing."""
    alike = [a for a in amounts if a.state in ("number", "zero", "blank", "dash") and _meaning(a) == _meaning(change)]
    found = [a for a in alike if a.row_no == change.row_no] or [a for a in alike if a.column_no == change.column_no]
    return found[0].amount_yuan or Decimal(0) if len(found) == 1 else None


def _meaning(amount: Amount) -> tuple:
    return (
        amount.block_no,
        amount.side,
        amount.subject_code,
        amount.fund_source,
        amount.expenditure_type,
        amount.project_name,
    )


def _of_now(line: Line) -> Line:
    """A line of changes as one of an amount: what its heading says of years and bases is the base's."""
    column = line.column._replace(role="amount", year=None, year_offset=0, amount_basis=None)
    return line._replace(column=column)


def _columns_of_changes(
    sheet: Sheet, columns: Sequence[Column], first: int, kind: TableKind, lexicon: Lexicon, lines: Sequence[Line]
) -> list[list[Line]]:
    """For each change column its cells that stand in a row of its block, under the subject of that row."""
    blocks = split_blocks(list(columns))
    by_block: dict[int, list[Column]] = {}
    for column in columns:
        if column.role == CHANGE and blocks:
            by_block.setdefault(_block_of(column, blocks).number, []).append(column)
    found = []
    for number, changes in by_block.items():
        block = next(b for b in blocks if b.number == number)
        if kind.layout == "items":
            block = block._replace(amounts=tuple(changes))
            made = three_public_lines(block, read_rows(sheet, block, first), lexicon)
            made = [line for line in made if line.subject.scheme != "count"]
        else:
            made = _under_their_rows(sheet, block, changes, lines)
        found += [[line for line in made if line.column.number == c.number] for c in changes]
    return [own for own in found if own]


def _rows_of_changes(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of each row that says of itself that it holds changes (years below each other in a 三公 table)."""
    rows: dict[tuple[int, int], list[Line]] = {}
    for line in lines:
        if line.column.role == CHANGE:
            rows.setdefault((line.block.number, line.subject.row.number), []).append(line)
    return list(rows.values())


def _block_of(column: Column, blocks: Sequence[Block]) -> Block:
    """The block whose columns begin last before a column, the first one for a column before all."""
    begun = [b for b in blocks if min(c.number for c in (*b.labels, *b.amounts)) <= column.number]
    return begun[-1] if begun else blocks[0]


def _under_their_rows(sheet: Sheet, block: Block, columns: Iterable[Column], lines: Sequence[Line]) -> list[Line]:
    rows = {line.subject.row.number: line for line in lines if line.block.number == block.number}
    return [
        Line(block, model.subject, column._replace(side=model.column.side), cell)
        for column in columns
        for row, model in rows.items()
        if (cell := sheet.at(row, column.number)) and (cell.row, cell.column) == (row, column.number)
    ]


def _change(number: Number, base: Base, measure: str, basis: str) -> Change:
    """One change, of the row and column that its amount tells; a percent sign counts, whatever heads its cell."""
    amount, printed = number.amount, number.printed
    measure = PERCENT if printed.unit == "%" else measure
    told = {name: getattr(amount, name) for name in Amount._fields if name in Change._fields}
    yuan = printed.value * amount.unit_factor if printed.value is not None and amount.unit_factor is not None else None
    told |= {
        "amount_basis": basis,
        "amount_year": amount.fiscal_year,
        "printed_unit": "%" if measure == PERCENT else amount.printed_unit,
    }
    return Change(
        **told,
        change_id="",
        measure=measure,
        base_year=base.year,
        base_basis=base.basis,
        value_yuan=yuan if measure == CHANGE else None,
        value_percent=printed.value if measure == PERCENT else None,
        column_label=" / ".join(number.words),
    )
