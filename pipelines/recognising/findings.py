"""One way to make a finding: what must be said of a paper that is no balance check."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.recognising.keys import identifier
from pipelines.recognising.records import Finding


def make_finding(
    document_id: str,
    kind: str,
    severity: str,
    text: str,
    message: str,
    *,
    where: Sequence[object] = (),
    page: int | None = None,
    table_id: str | None = None,
    vocabulary_file: str | None = None,
    proposed_row: str | None = None,
) -> Finding:
    """Given what is to be said of a paper, return the finding. Its id is made of the kind, the place (`where`), text
    and message, so that the same finding has the same id in every build. `vocabulary_file` is a name in
    pipelines/vocabulary."""
    return Finding(
        finding_id=identifier(document_id, kind, *where, text, message),
        document_id=document_id,
        kind=kind,
        severity=severity,
        page=page,
        table_id=table_id,
        text=text,
        message=message,
        vocabulary_file=f"pipelines/vocabulary/{vocabulary_file}" if vocabulary_file else None,
        proposed_row=proposed_row,
    )
