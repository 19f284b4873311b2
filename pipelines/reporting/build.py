"""The data-quality report: static files that open from disk, made of the warehouse and pictures of the papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

import duckdb

from pipelines.reporting.document import write_documents
from pipelines.reporting.evidence import draw_evidence
from pipelines.reporting.site import Site, render
from pipelines.reporting.words import order_of, words
from pipelines.settings import Settings
from pipelines.warehouse import query

Pictures = Mapping[str, Sequence[tuple[int, str]]]

# A page a browser still scrolls; what is beyond is counted, named as left out, and in the warehouse.
MOST_ROWS = 2_000


def build_report(con: duckdb.DuckDBPyConnection, folder: Path, settings: Settings, earlier: Path | None = None) -> int:
    """Given an open warehouse, where the papers are and the last generation, write the report into the folder and
    return its size in bytes. Without the papers there are no pictures; without a last generation all is made anew."""
    site = Site(folder, earlier / "report" if earlier else None)
    pictures = draw_evidence(con, settings.raw, folder)
    write_documents(site, con, settings)
    site.write("index.html", overview(con, pictures))
    return site.finish()


def overview(con: duckdb.DuckDBPyConnection, pictures: Pictures = MappingProxyType({})) -> str:
    """Given an open warehouse and (page, file name) of pictures by check, return the report's first page; every figure
    comes from pipelines.warehouse.query."""
    statuses = list(words()["status"])[::-1]
    return render(
        "index.html",
        "index.html",
        summary=query.summary(con),
        documents=sorted(query.documents(con), key=lambda row: (statuses.index(row.status), row.source_path)),
        families=by_family(query.rules(con)),
        failures=query.failures(con),
        pictures=pictures,
        findings=query.findings(con),
        most=MOST_ROWS,
    )


def by_family(rules: Sequence[query.RuleRow]) -> list[tuple[str, list[query.RuleRow]]]:
    """Given rules in order of their ids, return them grouped by family, families in the order of words.csv."""
    grouped = [(family, list(members)) for family, members in groupby(rules, key=lambda rule: family_of(rule.rule_id))]
    return sorted(grouped, key=lambda group: (order_of("family", group[0]), group[0]))


def family_of(rule_id: str) -> str:
    """Given a rule id (`TREE-01`), return its family."""
    return rule_id.partition("-")[0]
