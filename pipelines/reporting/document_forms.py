"""Performance forms and claims of the running text, as the page of their document shows them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

import duckdb

HEAD_FIELDS = (
    "organization_name", "project_name", "project_code", "project_department", "executing_unit", "project_category",
    "project_frequency", "project_year", "start_year", "end_year", "total_budget_yuan", "year_budget_yuan",
)  # fmt: skip


class FormAmount(NamedTuple):
    form_amount_id: str
    section: str
    line_no: int
    item: str
    funding: str
    amount_year: int | None
    amount_yuan: Decimal | None
    share_percent: Decimal | None
    quantity_text: str | None
    basis_text: str | None
    page: int


class Section(NamedTuple):
    """One part of a form: a row is a line of it, a column a year and where the money comes from."""

    section: str
    columns: tuple[tuple[int | None, str], ...]
    rows: tuple[tuple[str, tuple[FormAmount | None, ...], str], ...]  # item, amounts, what else is said


class Goal(NamedTuple):
    scope: str | None
    goal_no: int
    goal_text: str


class Indicator(NamedTuple):
    indicator_id: str
    scope: str | None
    level1: str | None
    level2: str | None
    name: str
    value_role: str
    value_year: int | None
    value_text: str
    value_kind: str
    comparator: str | None
    value_low: Decimal | None
    value_high: Decimal | None
    value_unit: str | None
    page: int


class Form(NamedTuple):
    """One form: `fields` are its filled head fields, `sections` its amounts by section."""

    form_id: str
    form_no: int
    form_kind: str
    title: str
    page: int
    fields: dict[str, object]
    sections: list[Section]
    goals: list[Goal]
    indicators: list[Indicator]

    @property
    def name(self) -> str:
        return str(self.fields.get("project_name") or self.fields.get("organization_name") or self.title)


class Statement(NamedTuple):
    statement_id: str
    section: str
    subject: str
    measure: str
    period: str | None
    value: Decimal
    unit: str
    quote: str
    page: int


def forms(con: duckdb.DuckDBPyConnection, document_id: str) -> list[Form]:
    """Return the performance forms of a published document, in their order."""
    rows = con.execute(
        f"""select form_id, form_no, form_kind, title, page, {", ".join(HEAD_FIELDS)}
            from marts.fct_form where document_id = ? order by form_no""",
        [document_id],
    ).fetchall()
    return [
        Form(
            *row[:5],
            {name: value for name, value in zip(HEAD_FIELDS, row[5:], strict=True) if value is not None},
            [_section(section, list(members)) for section, members in groupby(_amounts(con, row[0]), _by_section)],
            [Goal(*goal) for goal in _of_form(con, "fct_goal", Goal, row[0], "scope desc, goal_no")],
            [Indicator(*value) for value in _of_form(con, "fct_indicator", Indicator, row[0], "page, top, x0")],
        )
        for row in rows
    ]


def statements(con: duckdb.DuckDBPyConnection, document_id: str) -> list[Statement]:
    """Return the numbers that the running text of a published document claims, in its order."""
    rows = con.execute(
        f"""select {", ".join(Statement._fields)} from marts.fct_statement where document_id = ?
            order by page, top, x0, statement_id""",
        [document_id],
    ).fetchall()
    return [Statement(*row) for row in rows]


def target_text(indicator: Indicator) -> str:
    """Given an indicator's value, return what was understood of it: `≥ 95 %`, `3 – 5 次`; nothing of words."""
    signs = {">=": "≥", "<=": "≤", "=": "=", ">": ">", "<": "<"}
    unit = f" {indicator.value_unit}" if indicator.value_unit else ""
    low, high = plain(indicator.value_low), plain(indicator.value_high)
    if indicator.value_kind == "qualitative":
        return ""
    if indicator.comparator == "between" or (low and high and low != high):
        return f"{low} – {high}{unit}"
    return f"{signs.get(indicator.comparator or '', '')} {low or high}{unit}".strip()


def plain(value: Decimal | None) -> str:
    """Given a decimal, return it with thousands parted and without zeros that say nothing."""
    if value is None:
        return ""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _amounts(con: duckdb.DuckDBPyConnection, form_id: str) -> list[FormAmount]:
    order = "section, line_no, page, top, x0"
    return [FormAmount(*row) for row in _of_form(con, "fct_form_amount", FormAmount, form_id, order)]


def _by_section(amount: FormAmount) -> str:
    return amount.section


def _section(name: str, amounts: Sequence[FormAmount]) -> Section:
    columns = sorted(
        {(a.amount_year, a.funding) for a in amounts}, key=lambda c: (-(c[0] or 9999), c[1] != "all", c[1])
    )
    lines: dict[tuple[int, str], dict[tuple[int | None, str], FormAmount]] = {}
    for amount in amounts:
        lines.setdefault((amount.line_no, amount.item), {})[amount.amount_year, amount.funding] = amount
    rows = []
    for (_, item), cells in lines.items():
        said = dict.fromkeys(text for a in cells.values() for text in (a.quantity_text, a.basis_text) if text)
        rows.append((item, tuple(cells.get(column) for column in columns), " · ".join(said)))
    return Section(name, tuple(columns), tuple(rows))


def _of_form(con: duckdb.DuckDBPyConnection, mart: str, record: type, form_id: str, order: str) -> list[tuple]:
    columns = ", ".join(record._fields)
    return con.execute(f"select {columns} from marts.{mart} where form_id = ? order by {order}", [form_id]).fetchall()
