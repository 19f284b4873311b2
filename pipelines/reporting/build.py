"""The data-quality report: static files that open from disk, made of the warehouse and pictures of the papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.operation.options import load_options
from pipelines.reporting import findings_files, history
from pipelines.reporting.compare_page import write_compare
from pipelines.reporting.coverage import write_coverage
from pipelines.reporting.document import write_documents
from pipelines.reporting.findings import Finding, all_findings
from pipelines.reporting.overview import overview
from pipelines.reporting.papers import Paper, papers
from pipelines.reporting.regions import regions
from pipelines.reporting.rules import write_rules
from pipelines.reporting.site import Site
from pipelines.reporting.sums import department_sums, function_sums
from pipelines.reporting.times import MINUTES
from pipelines.settings import Settings
from pipelines.warehouse import query


def build_report(
    con: duckdb.DuckDBPyConnection, folder: Path, settings: Settings, contacts: pa.Table, earlier: Path | None = None
) -> int:
    """Given an open warehouse, where the papers are, its contacts and the last generation, write the report into the
    folder and return its size in bytes. Without the papers there are no pictures, and none shows a contact; without a
    last generation all is made anew."""
    site = Site(folder, earlier / "report" if earlier else None)
    findings = all_findings(con)
    failures = query.failures(con)
    found = papers(con, findings)
    write_documents(site, con, settings, contacts)
    write_findings(site, found, findings)
    write_rules(site, con, failures, findings)
    bodies = regions(con)
    write_coverage(site, con, bodies)
    timezone = load_options().timezone
    write_compare(site, warehouse_file(con), earlier, timezone)
    write_overview(site, con, found, findings, failures, timezone, bodies)
    return site.finish()


def warehouse_file(con: duckdb.DuckDBPyConnection) -> Path:
    """Given an open warehouse, return its file."""
    return Path(
        con.execute("select path from duckdb_databases() where database_name = current_database()").fetchone()[0]
    )


def write_findings(site: Site, found: Sequence[Paper], findings: Sequence[Finding]) -> None:
    """Write the findings as files: all of them, and those of each paper."""
    site.unit(
        "findings",
        findings,
        lambda: {
            "findings.csv": findings_files.as_csv(findings),
            "findings.json": findings_files.as_json(findings),
            "findings.xlsx": findings_files.as_workbook(findings),
        },
    )
    by_document: dict[str, list[Finding]] = {}
    for finding in findings:
        by_document.setdefault(finding.document_id, []).append(finding)
    for paper in found:
        if paper.document_id:
            _write_findings_of(site, paper.document_id, by_document.get(paper.document_id, []))


def _write_findings_of(site: Site, document_id: str, findings: Sequence[Finding]) -> None:
    path = f"documents/{document_id}.findings"
    site.unit(
        path,
        findings,
        lambda: {f"{path}.csv": findings_files.as_csv(findings), f"{path}.json": findings_files.as_json(findings)},
    )


def write_overview(
    site: Site,
    con: duckdb.DuckDBPyConnection,
    found: Sequence[Paper],
    findings: Sequence[Finding],
    failures: Sequence[query.Failure],
    timezone: str,
    bodies: Mapping[str, str],
) -> None:
    """Write the first page, with times of this time zone and the regions of bodies, and the runs it shows for the next
    report."""
    now = datetime.now(UTC).strftime(MINUTES)
    runs = [*history.earlier_runs(site.earlier), history.this_run(now, found)]
    site.write(history.HISTORY, history.as_json(runs))
    sums = function_sums(con), department_sums(con)
    site.write("index.html", overview(found, findings, failures, *sums, runs, timezone, bodies))
