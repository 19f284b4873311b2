"""What the warehouse says of one document: the questions behind its page, each asked in one place."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

import duckdb

from pipelines.reading.model import Box
from pipelines.warehouse.query import NAMED_DOCUMENTS, OUTCOMES, SIGN


class Head(NamedTuple):
    document_id: str
    sha256: str
    source_path: str
    file_name: str
    fiscal_year: int | None
    document_kind: str | None
    scope: str | None
    region_name: str | None
    department_name: str | None
    page_count: int | None
    text_layer: str | None
    status: str
    status_reason: str | None
    amounts_total: int
    amounts_certified: int


class Number(NamedTuple):
    """Something printed at a place: an amount of a table (with where it stands in it), an amount of a form, a value of
    an indicator, a number of the text. `certifying_checks` is null where nothing of its kind is certified."""

    id: str
    kind: str  # amount | change | form_amount | indicator | statement | term
    label: str
    text: str
    amount_yuan: Decimal | None
    certifying_checks: int | None
    page: int
    box: Box


class Cell(NamedTuple):
    """One cell of an amount column, and where it stands in its table."""

    table_id: str
    row_no: int
    block_no: int
    column_no: int
    depth: int
    row_label: str
    column_label: str
    state: str
    number: Number


class Table(NamedTuple):
    table_id: str
    table_kind: str | None
    title: str
    printed_unit: str | None
    state: str
    note: str | None
    first_page: int
    last_page: int


class Term(NamedTuple):
    """One amount of an identity, or words that are compared (`state` text). `document_id`, `page` and `box` say where
    it stands; `id` is null where it is nothing that has one."""

    side: str
    weight: Decimal
    id: str | None
    label: str
    amount: Decimal | None
    state: str
    document_id: str | None
    page: int | None
    box: Box | None


class Check(NamedTuple):
    check_id: str
    rule_id: str
    document_id: str
    outcome: str
    reason: str | None
    left_label: str | None
    left_value: Decimal | None
    right_label: str | None
    right_value: Decimal | None
    difference: Decimal | None
    severity: str
    verdict: str | None
    suspect_id: str | None
    proposed_value: Decimal | None
    page: int | None
    value_unit: str | None
    message_zh: str | None
    message: str | None
    sign: str  # what stands between the sides when it does not hold
    terms: tuple[Term, ...] = ()


class Finding(NamedTuple):
    finding_id: str
    kind: str
    severity: str
    page: int | None
    text: str
    message_zh: str
    message: str
    vocabulary_file: str | None
    proposed_row: str | None


class Obligation(NamedTuple):
    rule_id: str
    title_zh: str | None
    reason: str | None


# Everything of a published warehouse that has a place: (kind, select). An amount is named by the same id everywhere.
BOXED = "page, x0, top, x1, bottom"
NUMBERS = {
    "form_amount": f"""select form_amount_id, item, null, amount_yuan, null, {BOXED}
        from marts.fct_form_amount where form_id in (select form_id from marts.fct_form where document_id = ?)""",
    "change": f"""select change_id, concat_ws(' ', subject_code, subject_name), printed_text, value_yuan, null, {BOXED}
        from marts.fct_change where document_id = ?""",
    "indicator": f"""select indicator_id, name, value_text, null, null, {BOXED}
        from marts.fct_indicator where document_id = ?""",
    "statement": f"""select statement_id, subject, quote, null, null, {BOXED}
        from marts.fct_statement where document_id = ?""",
}
CHECK_COLUMNS = ", ".join(f"c.{name}" for name in Check._fields[:-2])


def head(con: duckdb.DuckDBPyConnection, document_id: str) -> Head:
    """Return the facts of the page's head; raises LookupError for an unknown document."""
    row = con.execute(
        f"select {', '.join(Head._fields)} from {NAMED_DOCUMENTS} where document_id = ?", [document_id]
    ).fetchone()
    if row is None:
        raise LookupError(document_id)
    return Head(*row)


def outcomes(con: duckdb.DuckDBPyConnection, document_id: str) -> dict[str, int]:
    """Return how many checks of the document had which outcome."""
    counted = dict(
        con.execute(
            "select outcome, count(*) from marts.fct_check where document_id = ? group by all", [document_id]
        ).fetchall()
    )
    return {outcome: counted.get(outcome, 0) for outcome in OUTCOMES}


def tables(con: duckdb.DuckDBPyConnection, document_id: str) -> list[Table]:
    """Return the tables found on the pages, in the order of the paper."""
    rows = con.execute(
        f"select {', '.join(Table._fields)} from quality.printed_tables where document_id = ? order by table_no",
        [document_id],
    ).fetchall()
    return [Table(*row) for row in rows]


def cells(con: duckdb.DuckDBPyConnection, document_id: str) -> list[Cell]:
    """Return every cell of an amount column of a recognised table, blank ones too. What the arithmetic gave a meaning
    says by what proof."""
    rows = con.execute(
        f"""select table_id, row_no, block_no, column_no, depth, row_label, column_label, state,
                   amount_id, printed_text, amount_yuan, certifying_checks, {BOXED}, inferred
            from quality.printed_amounts
            where document_id = ? and (certifying_checks is not null or subset_of is not null)
            order by table_id, row_no, block_no, column_no""",
        [document_id],
    ).fetchall()
    return [
        Cell(*row[:8], Number(row[8], "amount", " · ".join(filter(None, said)), row[9], *row[10:13], Box(*row[13:17])))
        for row in rows
        for said in [(row[5], row[6], row[17])]
    ]


def other_numbers(con: duckdb.DuckDBPyConnection, document_id: str) -> list[Number]:
    """Return what is printed at a place outside the budget tables."""
    found = []
    for kind, select in NUMBERS.items():
        for id, label, text, amount, certifying, page, *box in con.execute(select, [document_id]).fetchall():
            shown = text or ("" if amount is None else f"{amount:,}")
            found.append(Number(id, kind, label or "", shown, amount, certifying, page, Box(*box)))
    return found


def shared_checks(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, int]]:
    """Return (document, other document, hash over the checks) where checks of the first have amounts of the other."""
    return con.execute(
        """select c.document_id, e.cell_document_id, sum(hash(c))
           from marts.fct_check_evidence e join marts.fct_check c using (check_id)
           where c.document_id <> e.cell_document_id group by all"""
    ).fetchall()


def neighbours(shared: Iterable[tuple[str, str, int]]) -> dict[str, set[str]]:
    """Given what `shared_checks` says, return for each document all whose amounts stand in checks it has a part in,
    itself included; one that shares none is left out."""
    members_of: dict[str, set[str]] = {}
    for document_id, other, _ in shared:
        members_of.setdefault(document_id, {document_id}).add(other)
    near: dict[str, set[str]] = {}
    for members in members_of.values():
        for document_id in members:
            near.setdefault(document_id, set()).update(members)
    return near


def checks(con: duckdb.DuckDBPyConnection, document_id: str, near: Mapping[str, set[str]] | None = None) -> list[Check]:
    """Return the identities that were checked in the document, and those of other papers that its amounts take part in,
    with their terms; broken ones first, errors before warnings. `near` is what `neighbours` says, asked once for all.

    Rows of one document lie together in the file: naming the documents keeps DuckDB from reading those of all others.
    """
    near = neighbours(shared_checks(con)) if near is None else near
    documents = sorted(near.get(document_id, {document_id}))
    listed = ", ".join("?" for _ in documents)
    touching = "select distinct check_id from marts.fct_check_evidence where cell_document_id = ?"
    touched = [check_id for (check_id,) in con.execute(touching, [document_id]).fetchall()]
    rows = con.execute(
        f"""select {CHECK_COLUMNS}, {SIGN}
            from marts.fct_check c left join marts.dim_rule r using (rule_id)
            where c.outcome <> 'not_applicable' and c.document_id in ({listed})
                and (c.document_id = ? or c.check_id in (select unnest(?::varchar[])))
            order by c.outcome <> 'fail', case c.severity when 'error' then 0 when 'warning' then 1 else 2 end,
                     c.page, c.rule_id, c.check_id""",
        [*documents, document_id, touched],
    ).fetchall()
    terms = _terms(con, [row[0] for row in rows], documents)
    return [_as_printed(Check(*row, terms=tuple(terms.get(row[0], ())))) for row in rows]


def _as_printed(check: Check) -> Check:
    """A side of which nothing is printed has no value, whatever the sums make of it."""
    blank = {
        f"{side}_value": None
        for side in ("left", "right")
        if (states := {term.state for term in check.terms if term.side == side}) and states <= {"blank", "dash"}
    }
    return check._replace(**blank)


def _terms(con: duckdb.DuckDBPyConnection, check_ids: list[str], documents: list[str]) -> dict[str, list[Term]]:
    listed = ", ".join("?" for _ in documents)
    rows = con.execute(
        f"""select check_id, side, weight,
                   coalesce(indicator_id, statement_id, form_amount_id, budget_line_id, amount_id),
                   label, amount, state, cell_document_id, page, x0, top, x1, bottom
            from marts.fct_check_evidence
            where cell_document_id in ({listed}) and check_id in (select unnest(?::varchar[]))
            order by check_id, side, page, top, x0, label""",
        [*documents, check_ids],
    ).fetchall()
    found: dict[str, list[Term]] = {}
    for check_id, *term, x0, top, x1, bottom in rows:
        box = None if x0 is None else Box(x0, top, x1, bottom)
        found.setdefault(check_id, []).append(Term(*term, box))
    return found


def numbers_of_terms(checks: Iterable[Check], document_id: str, known: Container[str]) -> list[Number]:
    """Given the checks of a document, return what they compare at places of its own that is not among the known
    numbers: blank cells, budgets in the head of a form."""
    found = {}
    for check in checks:
        for term in check.terms:
            if term.id and term.box and term.document_id == document_id and term.id not in known:
                text = "" if term.amount is None else f"{term.amount:,}"
                found[term.id] = Number(term.id, "term", term.label, text, term.amount, None, term.page, term.box)
    return list(found.values())


def findings(con: duckdb.DuckDBPyConnection, document_id: str) -> list[Finding]:
    """Return what the reader could not settle, errors first."""
    rows = con.execute(
        f"""select {", ".join(Finding._fields)} from quality.findings where document_id = ?
            order by case severity when 'error' then 0 when 'warning' then 1 else 2 end, page, finding_id""",
        [document_id],
    ).fetchall()
    return [Finding(*row) for row in rows]


def obligations_without_checks(con: duckdb.DuckDBPyConnection, document_id: str) -> list[Obligation]:
    """Return the rules that have nothing to compare in the document, and why."""
    rows = con.execute(
        """select rule_id, title_zh, reason from quality.obligations
           where document_id = ? and state = 'not_applicable' order by rule_id""",
        [document_id],
    ).fetchall()
    return [Obligation(*row) for row in rows]


def rules(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, str]]:
    """Return the titles of all rules, Chinese and English."""
    rows = con.execute("select rule_id, coalesce(title_zh, ''), coalesce(title_en, '') from marts.dim_rule").fetchall()
    return {rule_id: (zh, en) for rule_id, zh, en in rows}
