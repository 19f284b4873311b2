"""Each paper and its state, and the papers that ought to be there: what the overview counts and filters."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import duckdb

from pipelines.reporting.findings import Finding
from pipelines.reporting.words import words
from pipelines.warehouse.query import NAMED_DOCUMENTS


class Paper(NamedTuple):
    """One paper, or (document_id None) one that ought to be there; `state` is a code of the codebook, `findings` are
    (family, errors, warnings, notes)."""

    document_id: str | None
    department_id: str | None
    department_name: str
    fiscal_year: int | None
    document_kind: str | None
    scope: str | None
    state: str
    status_reason: str | None
    file_name: str | None
    source_path: str | None
    amounts_total: int
    amounts_certified: int
    findings: tuple[tuple[str, int, int, int], ...] = ()

    @property
    def errors(self) -> int:
        return sum(counts[1] for counts in self.findings)

    @property
    def warnings(self) -> int:
        return sum(counts[2] for counts in self.findings)


def papers(con: duckdb.DuckDBPyConnection, findings: Sequence[Finding]) -> list[Paper]:
    """Given an open warehouse and its findings, return its papers and those that ought to be there but are not, by
    department, year and kind. A published paper is clean where it has neither errors nor warnings."""
    counted = _counted(findings)
    rows = con.execute(
        f"""select document_id, department_id, coalesce(department_name, split_part(source_path, '/', 2)), fiscal_year,
                  document_kind, scope, status, status_reason, file_name, source_path, amounts_total, amounts_certified
           from {NAMED_DOCUMENTS}"""
    ).fetchall()
    found = [Paper(*row, findings=counted.get(row[0], ())) for row in rows]
    named = [paper._replace(state=_state(paper)) for paper in found] + _not_there(con)
    return sorted(
        named,
        key=lambda p: (
            p.department_name,
            p.department_id or "",
            p.fiscal_year or 0,
            p.document_kind or "",
            p.source_path or "",
        ),
    )


def count_states(counted: Iterable[Paper]) -> dict[str, int]:
    """Given papers, return how many are in each state, every state named."""
    counts = Counter(paper.state for paper in counted)
    return {state: counts[state] for state in words()["state"]}


def _state(paper: Paper) -> str:
    if paper.state != "published":
        return paper.state
    return "findings" if paper.errors + paper.warnings else "clean"


def _counted(findings: Iterable[Finding]) -> dict[str, tuple[tuple[str, int, int, int], ...]]:
    counts: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    severities = list(words()["severity"])
    for finding in findings:
        counts[finding.document_id][finding.family][severities.index(finding.severity)] += 1
    return {
        document_id: tuple((family, *numbers) for family, numbers in sorted(families.items()))
        for document_id, families in counts.items()
    }


def _not_there(con: duckdb.DuckDBPyConnection) -> list[Paper]:
    """The papers of which coverage knows no table at all, and no paper is there for."""
    rows = con.execute(
        """select c.department_id, c.department_name, c.fiscal_year, c.document_kind,
                  if(bool_or(c.status = 'late'), 'late', 'missing')
           from quality.coverage c
           left join marts.dim_document d
               on d.department_id = c.department_id and d.fiscal_year = c.fiscal_year
               and coalesce(d.document_kind, 'budget') = c.document_kind
           where d.document_id is null
           group by c.department_id, c.department_name, c.fiscal_year, c.document_kind
           having bool_and(c.status in ('missing', 'late'))"""
    ).fetchall()
    return [
        Paper(None, department_id, name, year, kind, None, state, None, None, None, 0, 0)
        for department_id, name, year, kind, state in rows
    ]
