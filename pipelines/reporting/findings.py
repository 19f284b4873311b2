"""Every finding of a warehouse in one list: identities that are broken, and what the recogniser could not settle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

import duckdb

from pipelines.reporting.links import document_page
from pipelines.reporting.words import order_of, words
from pipelines.warehouse.query import NAMED_DOCUMENTS, SIDES, SIGN, TOLD_ALONE

# Failed checks have their rule's family; what reading and recognising found has this one.
READ = "READ"


class Finding(NamedTuple):
    """One finding. `code` is the rule of a broken identity, else the kind of finding; values are in
    `value_unit` (元, whatever unit was printed; %, or what is counted); `link` leads to its place in the report."""

    finding_id: str
    document_id: str
    department_name: str | None
    fiscal_year: int | None
    document_kind: str | None
    source_path: str
    page: int | None
    severity: str
    family: str
    code: str
    title_zh: str | None
    title_en: str | None
    left_label: str | None
    left_value: Decimal | None
    relation: str | None
    right_label: str | None
    right_value: Decimal | None
    difference: Decimal | None
    value_unit: str | None
    verdict: str | None
    proposed_value: Decimal | None
    text: str | None
    message_zh: str | None
    message: str | None
    vocabulary_file: str | None
    proposed_row: str | None
    link: str = ""


FINDINGS = f"""
    select c.check_id as finding_id, c.document_id, d.department_name, d.fiscal_year, d.document_kind, d.source_path,
           c.page, c.severity, r.family, c.rule_id as code, r.title_zh, r.title_en,
           c.left_label, {SIDES["left_value"]} as left_value, {SIGN} as relation,
           c.right_label, {SIDES["right_value"]} as right_value, c.difference, c.value_unit,
           c.verdict, c.proposed_value, null::varchar as text, c.message_zh, c.message,
           null::varchar as vocabulary_file, null::varchar as proposed_row
    from marts.fct_check c join {NAMED_DOCUMENTS} d using (document_id) join marts.dim_rule r using (rule_id)
    where {TOLD_ALONE}
    union all
    select f.finding_id, f.document_id, d.department_name, d.fiscal_year, d.document_kind, d.source_path,
           f.page, f.severity, '{READ}', f.kind, null, null,
           null, null, null, null, null, null, null, null, null, f.text, f.message_zh, f.message, f.vocabulary_file,
           f.proposed_row
    from quality.findings f join {NAMED_DOCUMENTS} d using (document_id)
"""


def all_findings(con: duckdb.DuckDBPyConnection) -> list[Finding]:
    """Given an open warehouse, return its findings: errors first, then by paper, page and code."""
    rows = con.execute(
        f"""select * from ({FINDINGS})
            order by list_position(['error', 'warning', 'info'], severity), source_path, page nulls first, code,
                     finding_id"""
    ).fetchall()
    return [Finding(*row, link=document_page(row[1], row[0])) for row in rows]


class FamilyRow(NamedTuple):
    """How many findings a family has, by severity."""

    family: str
    error: int
    warning: int
    info: int


def by_family(findings: Iterable[Finding]) -> list[FamilyRow]:
    """Given findings, return them counted by family, in the order of the catalogue."""
    counted: Counter = Counter((finding.family, finding.severity) for finding in findings)
    families = sorted({family for family, _ in counted}, key=lambda family: (order_of("family", family), family))
    return [FamilyRow(family, *(counted[family, severity] for severity in words()["severity"])) for family in families]
