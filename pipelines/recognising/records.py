"""The typed records that recognising makes of a reading; field order is column order in the schema `staging`.

Amounts are yuan whatever unit was printed. Places are page (from 1) and a box in PDF points, origin top left.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import NamedTuple


class Paper(NamedTuple):
    """One PDF under raw/. `document_id` is made from its content; a copy of an earlier PDF names that in `copy_of`.
    `registered_name` is the body of the register that its folder names."""

    document_id: str
    sha256: str
    path: Path
    source_path: str
    file_name: str
    folder_year: str
    folder_department: str
    copy_of: str | None = None
    registered_name: str | None = None


class Document(NamedTuple):
    document_id: str
    sha256: str
    source_path: str
    file_name: str
    folder_year: str
    folder_department: str
    fiscal_year: int | None
    document_kind: str | None  # budget | final_account | government
    scope: str | None  # department | unit
    region_name: str | None
    department_id: str | None
    department_name: str | None
    page_count: int
    text_layer: str  # digital | mixed | none
    reason: str | None  # why nothing could be read, a code of pipelines.reading.model.REASONS (or `copy`, `government`)
    detail: str
    named_by: str | None = None  # label | cover | table | form | text | title: what names its department
    registered_name: str | None = None  # the body of the register that its folder names
    registered_id: str | None = None
    folder_body_id: str | None = None  # the id of the body that its folder names, null where that is no body's name


class Table(NamedTuple):
    """One grid. `state`: filled | empty_declared | empty_undeclared | unknown_unit | unrecognised | other (a known one
    that the warehouse does not hold) | form | no_money."""

    table_id: str
    document_id: str
    table_no: int
    table_kind: str | None
    title: str
    printed_unit: str | None
    unit_factor: Decimal | None  # yuan for one printed unit
    amount_basis: str | None
    fund_source: str | None
    first_page: int
    last_page: int
    n_rows: int
    n_columns: int
    method: str
    state: str
    note: str
    says_empty: bool = False  # the note calls the table an empty one (空表)


class Amount(NamedTuple):
    """One cell of an amount column of a recognised table, printed or not.

    `state` keeps six things apart: number | zero | blank | dash | text | unread; `amount_yuan` is set for number and
    zero only. `row_no` is the row in the grid, `block_no` tells independent lists on the same grid rows apart (the two
    sides of a balance table, two breakdowns beside each other). `parent_row_no` is the row that this row breaks
    down: a total row for top-level rows, null where nothing above it sums it up. The three codes are those that the row
    has in each classification that it prints; `code_source` says how `subject_code` is known: printed | filled (a part
    left blank and taken from the row above) | resolved (of a printed name the one code below its parent), null without
    one. `subset_of` is the heading of a column that is only a part of the one beside it (其中：教育收费): it is in no
    sum. `inferred` is the proof by which the arithmetic of the table gave the amount a meaning its words do not give;
    null where words gave it.
    """

    amount_id: str
    document_id: str
    table_id: str
    table_kind: str
    row_no: int
    column_no: int
    block_no: int
    parent_row_no: int | None
    depth: int
    is_leaf: bool
    fiscal_year: int | None
    organization_id: str | None
    side: str
    subject_scheme: str
    subject_code: str | None
    subject_name: str | None
    subject_level: str | None
    project_name: str | None
    project_organization: str | None
    fund_source: str
    fund_period: str
    expenditure_type: str
    amount_basis: str
    amount_year: int | None
    state: str
    amount_yuan: Decimal | None
    printed_text: str
    printed_unit: str | None
    printed_decimals: int
    unit_factor: Decimal | None
    page: int
    x0: float
    top: float
    x1: float
    bottom: float
    function_code: str | None = None
    economic_code: str | None = None
    government_economic_code: str | None = None
    code_source: str | None = None
    subset_of: str | None = None
    inferred: str | None = None


class Change(NamedTuple):
    """One printed change against another year (增减额, 增减%), beside the amounts that it is computed from.

    `measure`: change, then `value_yuan` is set, or change_percent, then `value_percent` is, as printed. What row and
    column are is told as of an Amount; `amount_year` and `amount_basis` are those of the amount that has changed,
    `base_year` and `base_basis` those of the one it is compared with, null where the table does not tell.
    """

    change_id: str
    document_id: str
    table_id: str
    table_kind: str
    row_no: int
    column_no: int
    block_no: int
    depth: int
    fiscal_year: int | None
    organization_id: str | None
    side: str
    subject_scheme: str
    subject_code: str | None
    subject_name: str | None
    subject_level: str | None
    function_code: str | None
    economic_code: str | None
    government_economic_code: str | None
    code_source: str | None
    project_name: str | None
    project_organization: str | None
    fund_source: str
    fund_period: str
    expenditure_type: str
    amount_basis: str
    amount_year: int | None
    measure: str
    base_year: int | None
    base_basis: str | None
    value_yuan: Decimal | None
    value_percent: Decimal | None
    column_label: str
    printed_text: str
    printed_unit: str | None
    page: int
    x0: float
    top: float
    x1: float
    bottom: float


class OtherNumber(NamedTuple):
    """One number of a table that is no amount of a budget line and no Change.

    `what`: count | price | ratio | change (of unknown measure) | part | row_number | remark | unlabelled (no row label)
    | unmapped (the heading is in no vocabulary) | amount (of a table of money of no known kind, `table_kind` null).
    The labels are the words beside and above it as printed.
    """

    number_id: str
    document_id: str
    table_id: str
    table_kind: str | None
    row_no: int
    column_no: int
    block_no: int
    what: str
    row_label: str
    column_label: str
    state: str  # number | zero
    printed_text: str
    page: int
    x0: float
    top: float
    x1: float
    bottom: float


class Organization(NamedTuple):
    organization_id: str
    document_id: str
    code: str | None
    name: str
    parent_organization_id: str | None
    level: str  # department | unit


class Finding(NamedTuple):
    """Something the reader of the warehouse must know that is no balance check.

    `kind`: unrecognised_table | unmapped_title | unmapped_header | unmapped_row | ignored_column | unknown_unit |
    undeclared_empty | folder_disagrees | label | unread_cell | copy | undecided_wording | placeholder | unplaced_row |
    uncovered_number, and those
    of performance forms (forms_findings). `vocabulary_file` and `proposed_row` say what to add where, in that file's
    own form; a value with a question mark in front is for a person to decide.
    """

    finding_id: str
    document_id: str
    kind: str
    severity: str  # error | warning | info
    page: int | None
    table_id: str | None
    text: str
    message: str
    vocabulary_file: str | None
    proposed_row: str | None
