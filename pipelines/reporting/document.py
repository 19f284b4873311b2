"""The story of a document's page: from any number back to its place on the paper."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from itertools import groupby

import duckdb
import pyarrow as pa

from pipelines.reporting import document_data as data
from pipelines.reporting import document_forms as form_data
from pipelines.reporting.document_crops import crops
from pipelines.reporting.document_pictures import Pictures, place_pictures
from pipelines.reporting.document_script import script_data
from pipelines.reporting.document_tables import grids
from pipelines.reporting.fingerprints import document_fingerprints
from pipelines.reporting.links import document_page
from pipelines.reporting.reasons import reason_of_check, reason_of_status
from pipelines.reporting.site import Site, render
from pipelines.settings import Settings
from pipelines.warehouse.query import UNCLOSED

log = logging.getLogger(__name__)

NO_PICTURES: Mapping[str, Pictures] = {}


def write_documents(site: Site, con: duckdb.DuckDBPyConnection, settings: Settings, contacts: pa.Table) -> None:
    """Given a report being written, an open warehouse, where the papers are and the contacts in them, write a page for
    each document with the pictures of its pages. What has not changed since the last report is taken over."""
    pictures = place_pictures(site, con, settings, contacts)
    own, shared, rules = document_fingerprints(con), data.shared_checks(con), data.rules(con)
    others, near = _hashes_elsewhere(shared), data.neighbours(shared)
    for (document_id,) in con.execute("select document_id from marts.dim_document order by all").fetchall():
        path = document_page(document_id)
        inputs = (own.get(document_id), others.get(document_id), pictures.get(document_id), sorted(rules.items()))
        site.unit(
            f"documents/{document_id}",
            inputs,
            lambda id=document_id, path=path: {path: _page_or_why(con, id, pictures, rules, near)},
        )


def _page_or_why(
    con: duckdb.DuckDBPyConnection, document_id: str, pictures: Mapping[str, Pictures], rules: Mapping, near: Mapping
) -> str:
    """Return the document's page; where it cannot be made, a page that says so: one paper costs no other its place."""
    try:
        return page(con, document_id, pictures, rules, near)
    except Exception as error:
        log.exception("the report's page of %s could not be made", document_id)
        head = data.head(con, document_id)
        return render("document_failed.html", document_page(document_id), head=head, error=type(error).__name__)


def page(
    con: duckdb.DuckDBPyConnection,
    document_id: str,
    pictures: Mapping[str, Pictures] = NO_PICTURES,
    rules: Mapping[str, tuple[str, str]] | None = None,
    near: Mapping[str, set[str]] | None = None,
) -> str:
    """Given an open warehouse, a document and the pictures there are by document, return the document's page. `rules`
    and `near` are what document_data says of them, asked once for many pages.

    Raises LookupError for an unknown document.
    """
    head = data.head(con, document_id)
    tables, cells = data.tables(con, document_id), data.cells(con, document_id)
    checks, forms = data.checks(con, document_id, near), form_data.forms(con, document_id)
    broken = [check for check in checks if check.outcome == "fail"]
    failed = [check for check in broken if check.reason != UNCLOSED]
    numbers = [cell.number for cell in cells if cell.state != "blank"] + data.other_numbers(con, document_id)
    numbers += data.numbers_of_terms(checks, document_id, {number.id for number in numbers})
    rules = data.rules(con) if rules is None else rules
    own = pictures.get(document_id, Pictures())
    return render(
        "document.html",
        document_page(document_id),
        head=head,
        status_reason=reason_of_status(head.status_reason),
        outcomes=data.outcomes(con, document_id),
        failed=[(check, crops(check, pictures)) for check in failed],
        accepted=[check for check in checks if check.outcome == "accepted"],
        not_checked=[(check, reason_of_check(check.reason)) for check in checks if check.outcome == "not_checked"],
        grids=grids(tables, cells),
        other_tables=[table for table in tables if table.state not in ("filled", "form")],
        numbers={number.id: number for number in numbers},
        elsewhere={term.id: term for check in checks for term in check.terms if term.document_id != document_id},
        unclosed=len(broken) - len(failed),
        broken={term.id for check in broken for term in check.terms if term.id},
        uncertified=[c.number for c in cells if c.state in ("number", "zero") and not c.number.certifying_checks],
        odd=[cell for cell in cells if cell.state in ("text", "unread")],
        forms=forms,
        statements=form_data.statements(con, document_id),
        findings=data.findings(con, document_id),
        not_applicable=_by_reason(data.obligations_without_checks(con, document_id)),
        pictures=own,
        rules=rules,
        target=form_data.target_text,
        plain=form_data.plain,
        data=script_data(document_id, numbers, checks, rules, own),
    )


def _by_reason(obligations: Sequence[data.Obligation]) -> list[tuple[object, list[data.Obligation]]]:
    ordered = sorted(obligations, key=lambda owed: (owed.reason or "", owed.rule_id))
    found = [(reason_of_check(reason), list(group)) for reason, group in groupby(ordered, key=lambda owed: owed.reason)]
    return sorted(found, key=lambda group: -len(group[1]))


def _hashes_elsewhere(shared: Sequence[tuple[str, str, int]]) -> dict[str, int]:
    """Return for each document a hash of the checks of other papers that its amounts take part in."""
    hashes: dict[str, int] = {}
    for _, document_id, hashed in shared:
        hashes[document_id] = hashes.get(document_id, 0) + hashed
    return hashes
