"""The amounts of a form: what it is made of, where the money comes from, what it is spent on."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from typing import NamedTuple

from pipelines.recognising.forms.calculations import line_calculations
from pipelines.recognising.forms.grid import Slot, one_line
from pipelines.recognising.forms.headers import Column, unit_of
from pipelines.recognising.forms.parts import DataRow, Field, FormParts, Pair
from pipelines.recognising.forms.records import Calculation, FormAmount
from pipelines.recognising.forms.words import funding_of, header_words, label_of
from pipelines.recognising.keys import key
from pipelines.recognising.lexicon import Lexicon
from pipelines.recognising.tables.amounts import factor, read_amount

PERCENT = re.compile(r"(\d+(?:\.\d+)?)%?")
INSTRUCTION = re.compile(r"\(.*\)")  # （延续性项目填写）
APART = ("achieved", "activity")  # columns that no mart holds
BASES = {"adjusted": "adjusted", "executed": "executed"}  # column of a self-evaluation → basis of its amounts
YEAR_OFFSET = {"current": 0, "target": 0, "prior_year": -1, "two_years_prior": -2}


class Trouble(NamedTuple):
    """A cell that should hold an amount and could not be understood as one."""

    kind: str
    slot: Slot
    label: str


class Money(NamedTuple):
    """How the form prints money: its unit (None where it prints none), and the words of its year."""

    unit: str | None
    lexicon: Lexicon

    @property
    def year(self) -> int | None:
        return self.lexicon.year


class Read(NamedTuple):
    """What an amount cell says: yuan where it is a number, what is wrong where it ought to be one, and how it prints
    it. `state` is one of staging's six."""

    value: Decimal | None
    trouble: str | None
    state: str
    text: str
    decimals: int = 0
    factor: Decimal | None = None

    @property
    def printed(self) -> dict[str, object]:
        """The fields of a record that say how the amount is printed."""
        return {
            "state": self.state,
            "printed_text": self.text,
            "printed_decimals": self.decimals,
            "unit_factor": self.factor,
        }


def form_amounts(
    form_id: str, parts: FormParts, money: Money
) -> tuple[list[FormAmount], list[Calculation], list[Trouble]]:
    """Given the parts of a form, return its amount cells, the arithmetic of their 测算依据, and the cells that
    could not be read as amounts."""
    amounts: list[FormAmount] = []
    calculations: list[Calculation] = []
    troubles: list[Trouble] = []
    lines: Counter = Counter()
    for row in parts.rows:
        if row.header.table in ("goals", "indicators", "project_goals"):
            continue
        section = (row.group or "revenue") if row.header.table == "totals" else row.header.table
        section = "funding" if section in ("execution", "fund_columns") else section
        found, trouble = _row_amounts(form_id, section, lines[section] + 1, row, money)
        if row.header.table == "fund_columns":  # each column is a line of its own
            found = [amount._replace(line_no=lines[section] + n) for n, amount in enumerate(found, 1)]
            lines[section] += len(found) - 1
        lines[section] += bool(found)
        calculations += _row_calculations(form_id, section, lines[section], row) if found else []
        amounts += found
        troubles += trouble
    for pair in parts.pairs:
        read = amount_of(pair.slot, unit_of(pair.label) or unit_of(pair.block) or money.unit)
        troubles += [Trouble(read.trouble, pair.slot, pair.label)] if read.trouble else []
        lines["funding"] += 1
        amounts.append(_pair_amount(form_id, lines["funding"], pair, read, money))
    return amounts, calculations, troubles


def _row_calculations(form_id: str, section: str, line_no: int, row: DataRow) -> list[Calculation]:
    n = next((n for n, column in enumerate(row.header.columns) if column.role == "basis"), None)
    slots = row.cells[n][-1:] if n is not None else []
    return [c for slot in slots for c in line_calculations(form_id, section, line_no, row.text(n), slot)]


def amount_of(slot: Slot, unit: str | None) -> Read:
    """Given an amount cell and the unit that holds for it, return the yuan and, where the cell is not blank and is no
    amount, what is wrong: unread_cell, unknown_unit. A unit in the cell itself goes before."""
    printed, text = read_amount(slot.text), one_line(slot.text)
    if printed.value is not None:
        unit = printed.unit or unit
        if unit is None and printed.value:
            return Read(None, "unknown_unit", "unread", text)
        yuan = factor(unit) if unit else None
        return Read(printed.value * (yuan or 1), None, printed.state, text, printed.decimals, yuan)
    if printed.state in ("blank", "dash"):
        return Read(None, None, printed.state, text)
    if INSTRUCTION.fullmatch(key(slot.text)):
        return Read(None, None, "blank", text)
    return Read(None, "unread_cell", printed.state, "")  # may be a person's name


def _row_amounts(
    form_id: str, section: str, line_no: int, row: DataRow, money: Money
) -> tuple[list[FormAmount], list[Trouble]]:
    by_role = {c.role: n for n, c in enumerate(row.header.columns)}
    item = one_line(row.text(by_role["item"])) if "item" in by_role else one_line(row.side)
    basis = one_line(row.text(by_role["basis"])) if "basis" in by_role else ""
    quantity = one_line(row.text(by_role["quantity"])) if "quantity" in by_role else ""
    category = one_line(row.text(by_role["category"])) if "category" in by_role else ""
    share = _share(row, by_role)
    amounts, troubles = [], []
    for n, column in enumerate(row.header.columns):
        if column.role in ("quantity", "share") or not column.is_value:
            continue
        for slot in row.cells[n][-1:]:
            read = amount_of(slot, column.unit or money.unit)
            if row.header.table == "fund_columns":
                item = one_line("".join(column.path))
            if read.trouble:
                troubles.append(Trouble(read.trouble, slot, item or column.text))
            if read.value is None and not item:
                continue
            year = _year(column, section, money)
            amounts.append(
                FormAmount(
                    form_id=form_id,
                    section=section,
                    line_no=line_no,
                    item=item,
                    basis_text=basis or None,
                    funding=_funding(column, section, item, money.lexicon)
                    if row.header.table != "fund_columns"
                    else funding_of(column.path[0], money.lexicon),
                    amount_year=year,
                    amount_yuan=read.value,
                    share_percent=share if column.role == "current" else None,
                    quantity_text=quantity or None,
                    page=slot.page,
                    **slot.box._asdict(),
                    category=category or None,
                    **read.printed,
                    amount_basis=_basis(column, money.lexicon),
                )
            )
    return amounts, troubles


def _basis(column: Column, lexicon: Lexicon) -> str:
    """Whether an amount is budgeted, adjusted or executed, as its heading or one over it says."""
    over = [header_words("execution", text, lexicon) for text in column.path]
    roles = [column.role, *(word.role for word in over if word)]
    return next((BASES[role] for role in roles if role in BASES), "budget")


def _funding(column: Column, section: str, item: str, lexicon: Lexicon) -> str:
    if section == "funding":
        return funding_of(item, lexicon)
    return column.role.removeprefix("amount:") if column.role.startswith("amount:") else "all"


def _year(column: Column, section: str, money: Money) -> int | None:
    """The year an amount is for; none for the total budget of a project, which is for its whole life."""
    if column.year or column.role == "total":
        return column.year
    return money.year + YEAR_OFFSET.get(column.role, 0) if money.year else None


def _share(row: DataRow, by_role: dict[str, int]) -> Decimal | None:
    text = key(row.text(by_role["share"])) if "share" in by_role else ""
    match = PERCENT.fullmatch(text)
    return Decimal(match[1]) if match else None


def _pair_amount(form_id: str, line_no: int, pair: Pair, read: Read, money: Money) -> FormAmount:
    """An amount of a block without a header; the first label of its column tells whether it is for the year only."""
    field = label_of(pair.heading, money.lexicon, "field")
    whole = field is not None and field.meaning == "total_budget"
    label = label_of(pair.label, money.lexicon, "field")
    total = label is not None and label.meaning in ("total_budget", "year_budget")
    return FormAmount(
        form_id=form_id,
        section="funding",
        line_no=line_no,
        item=one_line(pair.label),
        basis_text=None,
        funding="all" if total else funding_of(pair.label, money.lexicon),
        amount_year=None if whole else money.year,
        amount_yuan=read.value,
        share_percent=None,
        quantity_text=None,
        page=pair.slot.page,
        **pair.slot.box._asdict(),
        **read.printed,
    )


def head_amount(form_id: str, role: str, line_no: int, field: Field, read: Read, money: Money) -> FormAmount:
    """A budget in the head of a form as a record; `role` is year_budget or total_budget."""
    year = money.year if role == "year_budget" else None
    named = FormAmount(
        form_id=form_id,
        section="head",
        line_no=line_no,
        item=one_line(field.label),
        basis_text=None,
        funding="all",
        amount_year=year,
        amount_yuan=read.value,
        share_percent=None,
        quantity_text=None,
        page=field.slot.page,
        **field.slot.box._asdict(),
    )
    return named._replace(role=role, **read.printed)


def columns_apart(parts: FormParts) -> list[tuple[str, Slot]]:
    """Columns that no mart holds (what of a goal was reached), where they say something: header text, first cell."""
    found: dict[str, Slot] = {}
    for row in parts.rows:
        for n, column in enumerate(row.header.columns):
            if column.role in APART:
                for slot in row.cells[n]:
                    if slot.own and slot.filled:
                        found.setdefault(one_line(column.text), slot)
    return list(found.items())


def unknown_columns(parts: FormParts, lexicon: Lexicon) -> list[tuple[str, str, Slot]]:
    """Columns without a known meaning that hold something: table, header text, first filled cell."""
    found: dict[tuple[str, str], Slot] = {}
    for row in parts.rows:
        for n, column in enumerate(row.header.columns):
            if column.role == "unknown" and not header_words(row.header.table, column.text, lexicon):
                for slot in row.cells[n]:
                    if slot.own and slot.filled:
                        found.setdefault((row.header.table, one_line(column.text)), slot)
    return [(table, text, slot) for (table, text), slot in found.items()]
