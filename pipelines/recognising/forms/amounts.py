"""The amounts of a form: what it is made of, where the money comes from, what it is spent on."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from typing import NamedTuple

from pipelines.recognising.forms.grid import Slot, one_line
from pipelines.recognising.forms.headers import Column, unit_of
from pipelines.recognising.forms.parts import DataRow, FormParts, Pair
from pipelines.recognising.forms.records import FormAmount
from pipelines.recognising.forms.words import funding_of, header_words, label_of
from pipelines.recognising.keys import key
from pipelines.recognising.tables.amounts import factor, read_amount

PERCENT = re.compile(r"(\d+(?:\.\d+)?)%?")
INSTRUCTION = re.compile(r"\(.*\)")  # （延续性项目填写）
YEAR_OFFSET = {"current": 0, "target": 0, "prior_year": -1, "two_years_prior": -2}


class Trouble(NamedTuple):
    """A cell that should hold an amount and could not be understood as one."""

    kind: str
    slot: Slot
    label: str


class Money(NamedTuple):
    """How the form prints money: its unit (None where it prints none), and its year."""

    unit: str | None
    year: int | None


def form_amounts(form_id: str, parts: FormParts, money: Money) -> tuple[list[FormAmount], list[Trouble]]:
    """Given the parts of a form, return its amounts and the cells that could not be read as amounts."""
    amounts: list[FormAmount] = []
    troubles: list[Trouble] = []
    lines: Counter = Counter()
    for row in parts.rows:
        if row.header.table in ("goals", "indicators"):
            continue
        section = (row.group or "revenue") if row.header.table == "totals" else row.header.table
        found, trouble = _row_amounts(form_id, section, lines[section] + 1, row, money)
        lines[section] += bool(found)
        amounts += found
        troubles += trouble
    for pair in parts.pairs:
        value, trouble = amount_of(pair.slot, unit_of(pair.label) or unit_of(pair.block) or money.unit)
        troubles += [Trouble(trouble, pair.slot, pair.label)] if trouble else []
        if value is not None:
            lines["funding"] += 1
            amounts.append(_pair_amount(form_id, lines["funding"], pair, value, money))
    return amounts, troubles


def amount_of(slot: Slot, unit: str | None) -> tuple[Decimal | None, str | None]:
    """Given an amount cell and the unit that holds for it, return the yuan and, where the cell is not blank and is no
    amount, what is wrong: unread_cell, unknown_unit. A unit in the cell itself goes before."""
    printed = read_amount(slot.text)
    if printed.value is not None:
        unit = printed.unit or unit
        if unit is None:
            return (Decimal(0), None) if printed.value == 0 else (None, "unknown_unit")
        return printed.value * factor(unit), None
    if printed.state in ("blank", "dash") or INSTRUCTION.fullmatch(key(slot.text)):
        return None, None
    return None, "unread_cell"


def _row_amounts(
    form_id: str, section: str, line_no: int, row: DataRow, money: Money
) -> tuple[list[FormAmount], list[Trouble]]:
    by_role = {c.role: n for n, c in enumerate(row.header.columns)}
    item = one_line(row.text(by_role["item"])) if "item" in by_role else ""
    basis = one_line(row.text(by_role["basis"])) if "basis" in by_role else ""
    quantity = one_line(row.text(by_role["quantity"])) if "quantity" in by_role else ""
    share = _share(row, by_role)
    amounts, troubles = [], []
    for n, column in enumerate(row.header.columns):
        if column.role in ("quantity", "share") or not column.is_value:
            continue
        for slot in row.cells[n][-1:]:
            value, trouble = amount_of(slot, column.unit or money.unit)
            if trouble:
                troubles.append(Trouble(trouble, slot, item or column.text))
            if value is None:
                continue
            year = _year(column, section, money)
            amounts.append(
                FormAmount(
                    form_id,
                    section,
                    line_no,
                    item,
                    basis or None,
                    _funding(column, section, item, money.year),
                    year,
                    value,
                    share if column.role == "current" else None,
                    quantity or None,
                    slot.page,
                    *slot.box,
                )
            )
    return amounts, troubles


def _funding(column: Column, section: str, item: str, year: int | None) -> str:
    if section == "funding":
        return funding_of(item, year)
    return column.role.removeprefix("amount:") if section == "cost_item" else "all"


def _year(column: Column, section: str, money: Money) -> int | None:
    """The year an amount is for; none for the total budget of a project, which is for its whole life."""
    if column.year or column.role == "total":
        return column.year
    return money.year + YEAR_OFFSET.get(column.role, 0) if money.year else None


def _share(row: DataRow, by_role: dict[str, int]) -> Decimal | None:
    text = key(row.text(by_role["share"])) if "share" in by_role else ""
    match = PERCENT.fullmatch(text)
    return Decimal(match[1]) if match else None


def _pair_amount(form_id: str, line_no: int, pair: Pair, value: Decimal, money: Money) -> FormAmount:
    """An amount of a block without a header; the first label of its column tells whether it is for the year only."""
    field = label_of(pair.heading, money.year, "field")
    whole = field is not None and field.meaning == "total_budget"
    label = label_of(pair.label, money.year, "field")
    total = label is not None and label.meaning in ("total_budget", "year_budget")
    return FormAmount(
        form_id,
        "funding",
        line_no,
        one_line(pair.label),
        None,
        "all" if total else funding_of(pair.label, money.year),
        None if whole else money.year,
        value,
        None,
        None,
        pair.slot.page,
        *pair.slot.box,
    )


def unknown_columns(parts: FormParts, year: int | None) -> list[tuple[str, str, Slot]]:
    """Columns without a known meaning that hold something: table, header text, first filled cell."""
    found: dict[tuple[str, str], Slot] = {}
    for row in parts.rows:
        for n, column in enumerate(row.header.columns):
            if column.role == "unknown" and not header_words(row.header.table, column.text, year):
                for slot in row.cells[n]:
                    if slot.own and slot.filled:
                        found.setdefault((row.header.table, one_line(column.text)), slot)
    return [(table, text, slot) for (table, text), slot in found.items()]
