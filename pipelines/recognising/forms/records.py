"""The typed records of performance forms (绩效目标申报表); field order is column order in the schema `staging`.

Amounts are yuan whatever unit was printed. Places are page (from 1) and a box in PDF points, origin top left.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from pipelines.recognising.records import Finding


class Form(NamedTuple):
    """One form. `form_kind`: overall | project. `organization_name` of a project form is its executing unit.
    `form_stage`: target, what is to be reached (绩效目标表) | self_evaluation, what was (自评表)."""

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
    form_stage: str = "target"


class FormAmount(NamedTuple):
    """One amount cell of a form, printed or not.

    `section`: revenue | expenditure | funding | cost_item | procurement | project_list, and head for the budgets that
    name a project (`role` year_budget | total_budget, null elsewhere). `funding`: all | local | transfer |
    special_account | other. `amount_year` is null for an amount of the project's whole life. `state` as of an amount of
    a table; `amount_yuan` is set for number and zero only. `category` is the kind of project a project list prints.
    `amount_basis`: budget | adjusted | executed; the latter two are printed by self-evaluations.
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
    category: str | None = None
    role: str | None = None
    state: str = "number"
    printed_text: str = ""
    printed_decimals: int = 2
    unit_factor: Decimal | None = None  # yuan for one printed unit
    amount_basis: str = "budget"


class Calculation(NamedTuple):
    """One piece of arithmetic in the 测算依据 of a form's line, in yuan.

    `kind` as of an Expression (pipelines.recognising.forms.basis), `restated` for a result that another follows
    (=90000元=9万元). `claimed_yuan` is what is printed as its amount, `computed_yuan` what its factors give, null where
    it has none; a piece without money counts plain numbers. `unit_factor` is yuan for one printed unit of the claim.
    `subtotal_no` and `heading_no` are the `piece_no` of the subtotal and heading it is a part of. `is_bracketed`: it
    stands in brackets, where it explains and adds nothing.
    """

    form_id: str
    section: str
    line_no: int
    piece_no: int
    result_no: int
    kind: str
    text: str
    claimed_yuan: Decimal | None
    computed_yuan: Decimal | None
    printed_decimals: int
    unit_factor: Decimal
    printed_unit: str | None
    subtotal_no: int | None
    heading_no: int | None
    is_bracketed: bool
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
    """One printed value of one indicator. `value_role`: target | prior_year | two_years_prior | achieved;
    `value_kind`: number | range | qualitative; `comparator`: >= | <= | = | > | < | between. `weight` is the share of
    the points that the indicator is given in the whole form, `score` the points it got in a self-evaluation, and
    `deviation_text` the reason told there for what was missed; `is_core` is null where the form has no such mark."""

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
    weight: Decimal | None = None
    is_core: bool | None = None
    scoring_text: str | None = None
    score: Decimal | None = None
    deviation_text: str | None = None


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
    calculations: tuple[Calculation, ...] = ()
