"""What ought to be published against what is there: papers of each year, tables of each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import duckdb

from pipelines.reporting.site import Site, render
from pipelines.reporting.words import order_of, words

PATH = "coverage.html"


class PaperRow(NamedTuple):
    """One year and kind of quality.completeness; what no register expects is None."""

    fiscal_year: int
    document_kind: str
    bodies_published: int
    bodies_expected: int | None
    expected_published: int | None
    expected_unread: int | None
    expected_missing: int | None
    expected_late: int | None
    completeness: Decimal | None

    @property
    def complete(self) -> str:
        """The share with the two decimals that the warehouse has; only what is whole says 100 %."""
        if self.completeness is None:
            return "—"
        return "100 %" if self.completeness == 1 else f"{100 * self.completeness:.2f} %"


class TableRow(NamedTuple):
    """One kind of table that ought to be published, by what became of it."""

    document_kind: str
    table_kind: str
    legal_basis: str | None
    statuses: dict[str, int]


class BodyRow(NamedTuple):
    """One body, year and kind of paper: the status of each table it owes, (status, document, page) by table kind."""

    department_id: str | None
    department_name: str
    fiscal_year: int
    document_kind: str
    tables: dict[str, tuple[str, str | None, int | None]]


def write_coverage(site: Site, con: duckdb.DuckDBPyConnection, regions: Mapping[str, str]) -> None:
    """Given the site, an open warehouse and the regions of bodies, write the coverage page."""
    bodies = body_rows(con)
    tables = table_rows(con)
    data = page_data(bodies, tables, regions)
    values = {"papers": paper_rows(con), "tables": tables, "data": data}
    site.unit(PATH, values, lambda: {PATH: render("coverage.html", PATH, **values)})


def paper_rows(con: duckdb.DuckDBPyConnection) -> list[PaperRow]:
    """Given an open warehouse, return how complete each year and kind of paper is, the latest year first."""
    rows = con.execute(f"select {', '.join(PaperRow._fields)} from quality.completeness").fetchall()
    found = [PaperRow(*row) for row in rows]
    return sorted(found, key=lambda row: (-row.fiscal_year, order_of("document_kind", row.document_kind)))


def table_rows(con: duckdb.DuckDBPyConnection) -> list[TableRow]:
    """Given an open warehouse, return the kinds of tables that ought to be there, each counted by status."""
    rows = con.execute(
        """select document_kind, table_kind, any_value(legal_basis), list(status) from quality.coverage group by all"""
    ).fetchall()
    found = [
        TableRow(kind, table, basis, {status: statuses.count(status) for status in words()["coverage"]})
        for kind, table, basis, statuses in rows
    ]
    return sorted(
        found, key=lambda r: (order_of("document_kind", r.document_kind), order_of("table_kind", r.table_kind))
    )


def body_rows(con: duckdb.DuckDBPyConnection) -> list[BodyRow]:
    """Given an open warehouse, return each body's year and kind with the status of every table it owes."""
    bodies: dict[tuple, BodyRow] = {}
    for department_id, name, year, kind, table, status, document_id, page in con.execute(
        """select department_id, department_name, fiscal_year, document_kind, table_kind, status, document_id, page
           from quality.coverage order by department_name, department_id, fiscal_year, document_kind"""
    ).fetchall():
        body = bodies.setdefault((department_id or name, year, kind), BodyRow(department_id, name, year, kind, {}))
        body.tables.setdefault(table, (status, document_id, page))
    return list(bodies.values())


def page_data(bodies: Sequence[BodyRow], tables: Sequence[TableRow], regions: Mapping[str, str]) -> dict:
    """Given bodies, kinds of tables and the regions of bodies, return what the page's script shows, in short rows.

    A body is [name, year, kind, a letter for each table kind, documents, its place in `regions`]; a letter is the
    status' place in `statuses` (a blank where the table is not owed), `documents` are the papers, one or as many as
    letters.
    """
    kinds = list(dict.fromkeys(row.table_kind for row in tables))
    kinds.sort(key=lambda kind: order_of("table_kind", kind))
    statuses = list(words()["coverage"])
    document_kinds = list(words()["document_kind"])
    own = [regions.get(body.department_id or body.department_name) for body in bodies]
    region_names = sorted({region for region in own if region})
    rows = []
    for body, region in zip(bodies, own, strict=True):
        letters = "".join(str(statuses.index(body.tables[kind][0])) if kind in body.tables else " " for kind in kinds)
        documents = [body.tables[kind][1] if kind in body.tables else None for kind in kinds]
        named = list(dict.fromkeys(filter(None, documents)))
        shown = named if len(named) <= 1 else documents
        place = region_names.index(region) if region else None
        kind = document_kinds.index(body.document_kind)
        rows.append([body.department_name, body.fiscal_year, kind, letters, shown, place])
    return {
        "tables": [[kind, *words()["table_kind"].get(kind, (kind, kind))] for kind in kinds],
        "statuses": [[status, *words()["coverage"][status], *words()["coverage_mark"][status]] for status in statuses],
        "kinds": [[kind, *words()["document_kind"][kind]] for kind in document_kinds],
        "regions": region_names,
        "bodies": rows,
    }
