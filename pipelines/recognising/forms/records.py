"""The typed records of performance forms (绩效目标申报表); field order is column order in the schema `staging`.

Amounts are yuan whatever unit was printed. Places are page (from 1) and a box in PDF points, origin top left.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from pipelines.recognising.records import Finding


class Form(NamedTuple):
    """One form. `form_kind`: overall | project. `organization_name` of a project form is its executing unit."""

    form_id: str
    document_id: str
    form_no: int
    form_kind: str
    title: str
    organization_name: str | None
    project_name: str | None
    project_code: str | None
    project_department: str | None
    executing_unit: str | None
    project_year: int | None
    start_year: int | None
    end_year: int | None
    project_category: str | None
    project_frequency: str | None
    total_budget_yuan: Decimal | None
    year_budget_yuan: Decimal | None
    page: int


class FormAmount(NamedTuple):
    """One printed amount of a form.

    `section`: revenue | expenditure | funding | cost_item | procurement | project_list. `funding`: all | local |
    transfer | special_account | other. `amount_year` is null for an amount of the project's whole life.
    """

    form_id: str
    section: str
    line_no: int
    item: str
    basis_text: str | None
    funding: str
    amount_year: int | None
    amount_yuan: Decimal | None
    share_percent: Decimal | None
    quantity_text: str | None
    page: int
    x0: float
    top: float
    x1: float
    bottom: float


class Goal(NamedTuple):
    """One goal in words. `scope`: long_term | annual, null where the form does not say."""

    form_id: str
    scope: str | None
    goal_no: int
    goal_text: str


class Indicator(NamedTuple):
    """One printed value of one indicator. `value_role`: target | prior_year | two_years_prior; `value_kind`: number |
    range | qualitative; `comparator`: >= | <= | = | > | < | between."""

    indicator_id: str
    form_id: str
    document_id: str
    scope: str | None
    goal_no: int | None
    level1: str | None
    level1_code: str | None
    level2: str | None
    level2_code: str | None
    name: str
    value_role: str
    value_year: int | None
    value_text: str
    value_kind: str
    comparator: str | None
    value_low: Decimal | None
    value_high: Decimal | None
    value_unit: str | None
    basis_text: str | None
    page: int
    x0: float
    top: float
    x1: float
    bottom: float


class Contact(NamedTuple):
    """A person or a telephone number printed in a form, for the restricted staging only. `role` is the label."""

    document_id: str
    form_id: str
    role: str
    name: str | None
    telephone: str | None
    page: int
    x0: float
    top: float
    x1: float
    bottom: float


class Forms(NamedTuple):
    """Everything the performance forms of one paper say; `grids_used` are the numbers of the grids they stand in."""

    forms: tuple[Form, ...]
    amounts: tuple[FormAmount, ...]
    goals: tuple[Goal, ...]
    indicators: tuple[Indicator, ...]
    contacts: tuple[Contact, ...]
    findings: tuple[Finding, ...]
    grids_used: tuple[int, ...]
