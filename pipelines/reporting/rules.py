"""The catalogue of balance rules with its counts, and a page of findings for each rule."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

import duckdb

from pipelines.reporting.findings import READ, Finding
from pipelines.reporting.links import rule_page
from pipelines.reporting.site import Site, render
from pipelines.reporting.words import order_of, words
from pipelines.warehouse.query import OUTCOMES, Failure

# Findings a page shows in full; what is beyond is counted, named as left out, and in findings.csv.
MOST_ROWS = 500


class Rule(NamedTuple):
    """One rule of the catalogue, and how many of its checks had which outcome."""

    rule_id: str
    family: str
    title_zh: str | None
    title_en: str | None
    formula: str | None
    severity: str
    legal_basis: str | None
    first_year: int | None
    counts: dict[str, int]
    documents: int


class Reason(NamedTuple):
    """Why a rule was not checked or does not apply, and at how many places."""

    outcome: str
    reason: str | None
    places: int


class Unmapped(NamedTuple):
    """A printed wording that no vocabulary knows, the row that would teach it, and how often it occurs."""

    kind: str
    text: str
    vocabulary_file: str | None
    proposed_row: str | None
    places: int
    documents: int


def rules(con: duckdb.DuckDBPyConnection) -> list[Rule]:
    """Given an open warehouse, return its rules by family in the catalogue's order; each check is counted once."""
    counts = ", ".join(f"count(*) filter (c.outcome = '{outcome}')" for outcome in OUTCOMES)
    rows = con.execute(
        f"""select r.rule_id, r.family, r.title_zh, r.title_en, r.formula, r.severity, r.legal_basis, r.first_year,
                   count(distinct c.document_id) filter (c.outcome <> 'not_applicable'), {counts}
            from marts.dim_rule r left join marts.fct_check c using (rule_id)
            group by all order by r.rule_id"""
    ).fetchall()
    found = [Rule(*row[:8], dict(zip(OUTCOMES, row[9:], strict=True)), row[8]) for row in rows]
    return sorted(found, key=lambda rule: (order_of("family", rule.family), rule.family, rule.rule_id))


def write_rules(
    site: Site, con: duckdb.DuckDBPyConnection, failures: Sequence[Failure], findings: Sequence[Finding]
) -> None:
    """Given the site, an open warehouse, its broken identities and findings, write the catalogue, a page for each rule,
    and one for what reading and recognising found."""
    catalogue = rules(con)
    reasons = _reasons(con)
    by_rule: dict[str, list[Failure]] = {}
    for failure in failures:
        by_rule.setdefault(failure.rule_id, []).append(failure)
    read = [finding for finding in findings if finding.family == READ]
    families = [(family, list(members)) for family, members in groupby(catalogue, key=lambda rule: rule.family)]
    kinds = _kinds(read)
    path = "rules/index.html"
    site.unit(path, (families, kinds), lambda: {path: render("rules.html", path, families=families, kinds=kinds)})
    for rule in catalogue:
        broken, why = by_rule.get(rule.rule_id, []), reasons.get(rule.rule_id, [])
        _write_rule(site, rule, broken[:MOST_ROWS], len(broken), why)
    _write_read(site, kinds, _unmapped(con))


def _write_rule(site: Site, rule: Rule, broken: Sequence[Failure], total: int, reasons: Sequence[Reason]) -> None:
    path = rule_page(rule.rule_id)
    values = {"rule": rule, "broken": broken, "total": total, "reasons": reasons}
    site.unit(path, values, lambda: {path: render("rule.html", path, **values)})


def _write_read(
    site: Site, kinds: Sequence[tuple[str, int, Sequence[Finding]]], unmapped: tuple[Sequence[Unmapped], int]
) -> None:
    path = rule_page(READ)
    values = {"kinds": kinds, "unmapped": unmapped[0], "unmapped_total": unmapped[1]}
    site.unit(path, values, lambda: {path: render("reading.html", path, **values)})


def _kinds(findings: Sequence[Finding]) -> list[tuple[str, int, list[Finding]]]:
    """What reading and recognising found as (kind, how many, the first of them), in the order of the codebook."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.code, []).append(finding)
    kinds = sorted(groups, key=lambda kind: (order_of("kind", kind), kind))
    return [(kind, len(groups[kind]), groups[kind][:MOST_ROWS]) for kind in kinds]


def _reasons(con: duckdb.DuckDBPyConnection) -> dict[str, list[Reason]]:
    rows = con.execute(
        """select rule_id, outcome, reason, count(*) from marts.fct_check
           where outcome in ('not_checked', 'not_applicable') group by all order by rule_id, outcome, 4 desc, reason"""
    ).fetchall()
    reasons: dict[str, list[Reason]] = {}
    for rule_id, *row in rows:
        if len(known := reasons.setdefault(rule_id, [])) < len(words()["outcome"]) * 5:
            known.append(Reason(*row))
    return reasons


def _unmapped(con: duckdb.DuckDBPyConnection) -> tuple[list[Unmapped], int]:
    rows = con.execute(
        f"""select {", ".join(Unmapped._fields)} from quality.unmapped order by places desc, kind, text"""
    ).fetchall()
    return [Unmapped(*row) for row in rows[:MOST_ROWS]], len(rows)
