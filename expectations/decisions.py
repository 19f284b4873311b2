"""The decision on each paper: published, held or refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from expectations.judging import Verdict
from expectations.readings import FailedCell, SecondReading

HELD_REASONS = {"recognising_failed", "government"}  # the paper could be read, so it is not refused


class DocumentState(NamedTuple):
    """What the gate must know of a document besides its checks. `companion` is another paper of the same body, year and
    kind that holds the tables: narrative and tables are often published apart."""

    document_id: str
    reason: str | None
    detail: str
    recognised_tables: int
    filled_tables: int
    unknown_unit_tables: int
    first_unknown_unit_page: int | None
    companion: str | None = None
    forms: int = 0
    unclosed_tables: int = 0
    first_unclosed_page: int | None = None
    unjoined_tables: int = 0
    first_unjoined_page: int | None = None


class Decision(NamedTuple):
    """A row of staging.gate; `status_reason` is a code, then details after a colon."""

    document_id: str
    status: str  # published | held | refused
    status_reason: str | None


def decide(
    documents: Iterable[DocumentState],
    cells: Iterable[FailedCell],
    readings: Iterable[SecondReading],
    verdicts: Iterable[Verdict],
) -> list[Decision]:
    """Given what is known of each document, return whether it is published, held or refused, and why.

    Held is what was read but cannot be trusted: a cell of a failed identity reads differently the second time (outside
    of budget tables, where a cell holds more than its amount, only of one of severity `error`), the identities of a
    table break as a block, a table may be the rest of another, amounts have no known unit, or there is no budget table
    with an amount in it.
    """
    errors = [verdict for verdict in verdicts if verdict.severity == "error"]
    failed = {(verdict.rule_id, document) for verdict in errors for document in verdict.failed_documents}
    differing = {reading.amount_id for reading in readings if reading.agrees is False}
    pages: dict[str, list[int]] = {}
    for cell in cells:
        is_amount = cell.unit_factor is not None
        if cell.amount_id in differing and (
            is_amount or any((rule, cell.document_id) in failed for rule in cell.rule_ids)
        ):
            pages.setdefault(cell.document_id, []).append(cell.page)
    return [_decision(document, pages.get(document.document_id, [])) for document in documents]


def _decision(document: DocumentState, differing_pages: Sequence[int]) -> Decision:
    if document.reason:
        status = "held" if document.reason in HELD_REASONS else "refused"
        return Decision(document.document_id, status, ": ".join(filter(None, (document.reason, document.detail))))
    if document.recognised_tables == 0 and document.forms:
        return Decision(document.document_id, "published", f"performance forms only: {document.forms}")
    if document.recognised_tables == 0 and document.companion:
        return Decision(document.document_id, "published", f"narrative: the tables are in {document.companion}")
    if document.recognised_tables == 0:
        reason = "no_budget_table: no table of a known kind"
    elif document.unknown_unit_tables:
        tables, page = document.unknown_unit_tables, document.first_unknown_unit_page
        reason = f"unknown_unit: {tables} tables, first on page {page}"
    elif document.unjoined_tables:
        tables, page = document.unjoined_tables, document.first_unjoined_page
        reason = f"not_joined: {tables} tables, first on page {page}"
    elif document.filled_tables == 0:
        reason = f"no_amounts: {document.recognised_tables} budget tables, none of them filled"
    elif document.unclosed_tables:
        tables, page = document.unclosed_tables, document.first_unclosed_page
        reason = f"table_does_not_close: {tables} tables, first on page {page}"
    elif differing_pages:
        reason = f"second_reading_differs: {len(differing_pages)} cells, first on page {min(differing_pages)}"
    else:
        return Decision(document.document_id, "published", None)
    return Decision(document.document_id, "held", reason)
