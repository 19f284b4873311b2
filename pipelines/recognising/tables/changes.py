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
    """Given a table with its columns, lines and amounts, return the numbers of its change columns. `first` is the first
    data row, `unit` the table's, `ordinal` its number among the tables of its kind in the paper.

    A column of which neither heading, cells nor arithmetic say whether it is an amount or a percentage gives none.
    """
    found: list[Change] = []
    seen: Counter = Counter()
    by_fund = parts_items_by_fund(list(lines))
    for column, own in _lines_of_changes(sheet, columns, first, kind, who.lexicon, lines):
        cells = [(amount_of(table, kind, who, line, unit, by_fund), read_change(line.cell.text)) for line in own]
        numbers = [(amount, printed) for amount, printed in cells if printed.state in ("number", "zero")]
        base = base_of(column, columns, table, who)
        measure = _measure_said(column, who.lexicon) or _measure_shown(numbers, amounts, who.fiscal_year, base.year)
        for amount, printed in numbers if measure else ():
            change = _change(amount, printed, column, base, measure or CHANGE, _basis_now(columns, table, who))
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


def base_of(column: Column, columns: Sequence[Column], table: Table, who: Identity) -> Base:
    """Given a change column and the columns of its table, return the year and the basis that it is told against: those
    its heading names, else those of the one other year, or the one other basis, of the amounts beside it."""
    if who.fiscal_year is None:
        return Base(None, None)
    beside = {(_year(c, who.fiscal_year), c.amount_basis or table.amount_basis) for c in columns if c.role == "amount"}
    named = {int(year) for text in column.words for year in NAMED_YEAR.findall(text)} - {who.fiscal_year}
    named = {year for year in named if 0 < who.fiscal_year - year <= YEARS_BACK}
    years = named or ({who.fiscal_year + column.year_offset} if column.year_offset else set())
    years = years or {year for year, _ in beside} - {who.fiscal_year}
    if len(years) > 1:
        return Base(None, None)
    if not years:
        others = {basis for _, basis in beside} - {table.amount_basis}
        return Base(who.fiscal_year, others.pop()) if len(others) == 1 else Base(None, None)
    (year,) = years
    bases = {basis for other, basis in beside if other == year}
    return Base(year, _basis_said(column, who.lexicon) or (bases.pop() if len(bases) == 1 else None))


def _year(column: Column, fiscal_year: int) -> int:
    return column.year or fiscal_year + column.year_offset


def _basis_said(column: Column, lexicon: Lexicon) -> str | None:
    """The basis of what follows 比 in a heading: 2025年预算数比2024年执行数."""
    tails = (found[1] for text in column.words if (found := COMPARED_WITH.search(text)))
    return next((basis for tail in tails if (basis := meaning_of(tail, lexicon)[0].get("amount_basis"))), None)


def _basis_now(columns: Sequence[Column], table: Table, who: Identity) -> str:
    own = table.amount_basis or "budget"
    year = who.fiscal_year or 0
    now = {c.amount_basis or own for c in columns if c.role == "amount" and _year(c, year) == year}
    return now.pop() if len(now) == 1 else own


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


def _measure_shown(
    numbers: Sequence[tuple[Amount, Printed]], amounts: Sequence[Amount], year: int | None, base_year: int | None
) -> str | None:
    """Whether the numbers of a column are amounts or percentages by their sign, else by what they are beside the
    amounts of both years in their rows; None where that does not tell, or tells both."""
    if any(printed.unit == "%" for _, printed in numbers):
        return PERCENT
    found = {_measure_proven(change, printed, amounts, year, base_year) for change, printed in numbers} - {None}
    return found.pop() if len(found) == 1 else None


def _measure_proven(
    change: Amount, printed: Printed, amounts: Sequence[Amount], year: int | None, base_year: int | None
) -> str | None:
    now, base = (_beside(change, amounts, wanted) for wanted in (year, base_year))
    if now is None or base is None or year == base_year or change.unit_factor is None or printed.value is None:
        return None
    step = Decimal(1).scaleb(-printed.decimals)
    is_amount = abs((now - base) / change.unit_factor - printed.value) <= max(step, Decimal("0.01"))
    is_percent = base != 0 and abs((now - base) / base * 100 - printed.value) <= step
    return None if is_amount == is_percent else CHANGE if is_amount else PERCENT


def _beside(change: Amount, amounts: Iterable[Amount], year: int | None) -> Decimal | None:
    """The one amount of a year in the row and of the meaning of a change, a blank as nothing."""
    found = [
        a.amount_yuan or Decimal(0)
        for a in amounts
        if a.amount_year == year
        and a.state in ("number", "zero", "blank", "dash")
        and (a.block_no, a.row_no, a.side, a.subject_code, a.fund_source, a.expenditure_type, a.project_name)
        == (
            change.block_no,
            change.row_no,
            change.side,
            change.subject_code,
            change.fund_source,
            change.expenditure_type,
            change.project_name,
        )
    ]
    return found[0] if len(found) == 1 else None


def _lines_of_changes(
    sheet: Sheet, columns: Sequence[Column], first: int, kind: TableKind, lexicon: Lexicon, lines: Sequence[Line]
) -> list[tuple[Column, list[Line]]]:
    """Each change column with the cells that stand in a row of its block, under the subject of that row."""
    blocks = split_blocks(list(columns))
    by_block: dict[int, list[Column]] = {}
    for column in columns:
        if column.role == CHANGE and blocks:
            by_block.setdefault(_block_of(column, blocks).number, []).append(column)
    found = []
    for number, changes in by_block.items():
        block = next(b for b in blocks if b.number == number)
        # what a change column says of years and bases is the base's
        plain = [c._replace(role="amount", year=None, year_offset=0, amount_basis=None) for c in changes]
        if kind.layout == "items":
            block = block._replace(amounts=tuple(plain))
            made = three_public_lines(block, read_rows(sheet, block, first), lexicon)
            made = [line for line in made if line.subject.scheme != "count"]
        else:
            made = _under_their_rows(sheet, block, plain, lines)
        found += [(c, [line for line in made if line.column.number == c.number]) for c in changes]
    return found


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


def _change(amount: Amount, printed: Printed, column: Column, base: Base, measure: str, basis: str) -> Change:
    """One change, of the row and column that `amount` tells; a percent sign counts for its cell, whatever heads it."""
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
        column_label=" / ".join(column.words),
    )
