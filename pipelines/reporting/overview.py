"""The report's first page: departments by years, findings by family, trends and sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from pipelines.reporting import sums
from pipelines.reporting.charts import line, stacks
from pipelines.reporting.findings import Finding, by_family
from pipelines.reporting.history import Run
from pipelines.reporting.papers import Paper, count_states
from pipelines.reporting.reasons import reason_of_status
from pipelines.reporting.site import render
from pipelines.reporting.times import local_time
from pipelines.reporting.words import order_of, word, words
from pipelines.warehouse.query import Failure

# Broken identities shown in full on the first page; the pages of rules and papers have them all.
MOST_SHOWN = 8
MOST_RUNS_SHOWN = 12


class YearRow(NamedTuple):
    """The papers of one fiscal year, those that were received and those that are wanting."""

    fiscal_year: int | None
    states: dict[str, int]
    received: int
    amounts_total: int
    amounts_certified: int
    errors: int
    warnings: int


class FunctionRow(NamedTuple):
    """One class of function over the years of one kind of paper."""

    subject_code: str
    subject_name: str
    by_year: dict[int, sums.FunctionSum]


class FunctionTable(NamedTuple):
    """Expenditure by function of one kind of paper: for each year one of its sums, which says how complete the year
    is, and the classes by code."""

    years: dict[int, sums.FunctionSum]
    classes: dict[str, FunctionRow]


def overview(
    papers: Sequence[Paper],
    findings: Sequence[Finding],
    failures: Sequence[Failure],
    functions: Sequence[sums.FunctionSum],
    departments: Sequence[sums.DepartmentSum],
    runs: Sequence[Run],
    timezone: str = "UTC",
    regions: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Given what the warehouse says, the runs up to this one, the reader's time zone and the regions of
    bodies, return the page."""
    published = [paper for paper in papers if paper.state in ("clean", "findings")]
    data = page_data(papers, departments, regions)
    return render(
        "index.html",
        "index.html",
        states=count_states(papers),
        departments=len({_department(paper) for paper in papers}),
        amounts_total=sum(paper.amounts_total for paper in published),
        amounts_certified=sum(paper.amounts_certified for paper in published),
        severities=Counter(finding.severity for finding in findings),
        families=by_family(findings),
        failures=failures[:MOST_SHOWN],
        failures_total=len(failures),
        titles={finding.code: (finding.title_zh, finding.title_en) for finding in findings},
        years=(years := by_year(papers)),
        chart=stacks([(str(year.fiscal_year or "—"), year.states) for year in years]),
        runs=[run._replace(finished=local_time(run.finished, timezone)) for run in runs[-MOST_RUNS_SHOWN:]],
        timezone=timezone,
        runs_line=line([100 * run.amounts_certified / max(1, run.amounts_total) for run in runs]),
        errors_line=line([run.errors for run in runs]),
        functions=by_function(functions),
        year_options=[(year.fiscal_year, year.fiscal_year, year.fiscal_year) for year in years if year.fiscal_year],
        kind_options=_options("document_kind", {paper.document_kind for paper in papers}),
        state_options=_options("state", {paper.state for paper in papers}),
        severity_options=_options("severity", {finding.severity for finding in findings}),
        family_options=[
            (code, f"{code} {zh}", f"{code} {en}")
            for code, zh, en in _options("family", {finding.family for finding in findings})
        ],
        region_options=[(name, name, name) for name in data["regions"][0]],
        data=data,
    )


def by_year(papers: Iterable[Paper]) -> list[YearRow]:
    """Given papers, return their figures by fiscal year, papers of no known year last."""
    groups: dict[int | None, list[Paper]] = {}
    for paper in papers:
        groups.setdefault(paper.fiscal_year, []).append(paper)
    rows = []
    for year in sorted(groups, key=lambda year: (year is None, year)):
        members = groups[year]
        published = [paper for paper in members if paper.state in ("clean", "findings")]
        rows.append(
            YearRow(
                year,
                count_states(members),
                sum(paper.document_id is not None for paper in members),
                sum(paper.amounts_total for paper in published),
                sum(paper.amounts_certified for paper in published),
                sum(paper.errors for paper in members),
                sum(paper.warnings for paper in members),
            )
        )
    return rows


def by_function(rows: Iterable[sums.FunctionSum]) -> dict[str, FunctionTable]:
    """Given sums by function, the latest year first, return a table of them for each kind of paper."""
    tables: dict[str, FunctionTable] = {}
    for row in rows:
        table = tables.setdefault(row.document_kind, FunctionTable({}, {}))
        table.years.setdefault(row.fiscal_year, row)
        # the latest year comes first and names the class
        named = table.classes.setdefault(row.subject_code, FunctionRow(row.subject_code, row.subject_name, {}))
        named.by_year[row.fiscal_year] = row
    return {
        kind: FunctionTable(dict(sorted(tables[kind].years.items())), dict(sorted(tables[kind].classes.items())))
        for kind in sorted(tables, key=_kind_order)
    }


def page_data(papers: Sequence[Paper], departments: Sequence[sums.DepartmentSum], regions: Mapping[str, str]) -> dict:
    """Given papers and sums, return what the page's script filters, in short rows: ten thousand papers are a megabyte.

    A paper is [id, department, year, kind, state, amounts, certified, [[family, errors, warnings, notes] …], file,
    reason]; department, kind, state and family are places in the lists beside. A sum is [department, year, kind, id,
    yuan, tables, tables expected]. `regions` are the regions' names and, of each department, the place of its own.
    """
    names: dict[tuple, int] = {}
    for paper in papers:
        names.setdefault(_department(paper), len(names))
    by_id = {paper.department_id: names[_department(paper)] for paper in papers if paper.department_id}
    states, kinds = list(words()["state"]), list(words()["document_kind"])
    families = sorted(
        {f[0] for p in papers for f in p.findings}, key=lambda family: (order_of("family", family), family)
    )
    place = {family: number for number, family in enumerate(families)}
    return {
        "departments": [name for _, name in names],
        "regions": _by_place([regions.get(department_id or name) for department_id, name in names]),
        "states": [[state, *words()["state"][state], *words()["mark"][state]] for state in states],
        "kinds": [[kind, *words()["document_kind"][kind]] for kind in kinds],
        "families": [[family, *words()["family"].get(family, (family, family))] for family in families],
        "papers": [
            [
                paper.document_id,
                names[_department(paper)],
                paper.fiscal_year,
                kinds.index(paper.document_kind) if paper.document_kind in kinds else None,
                states.index(paper.state),
                paper.amounts_total,
                paper.amounts_certified,
                [[place[family], *counts] for family, *counts in paper.findings],
                paper.file_name,
                list(reason_of_status(paper.status_reason)) if paper.status_reason else None,
            ]
            for paper in papers
        ],
        "sums": [
            [
                by_id[row.department_id],
                row.fiscal_year,
                kinds.index(row.document_kind),
                row.document_id,
                _number(row.total),
                row.tables,
                row.tables_expected,
            ]
            for row in departments
        ],
    }


def _by_place(values: Sequence[str | None]) -> list:
    """Values as their distinct ones in order, and for each its place among these."""
    known = sorted({value for value in values if value})
    return [known, [known.index(value) if value else None for value in values]]


def _options(field: str, present: set[str | None]) -> list[tuple[str, str, str]]:
    """The choices of a filter: codes that occur, in the order of the codebook, each with its words."""
    codes = sorted((code for code in present if code), key=lambda code: (order_of(field, code), code))
    return [(code, *word(field, code)) for code in codes]


def _department(paper: Paper) -> tuple[str | None, str]:
    return paper.department_id, paper.department_name


def _kind_order(kind: str) -> tuple[int, str]:
    return order_of("document_kind", kind), kind


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == int(amount) else float(amount)
