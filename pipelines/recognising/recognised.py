"""What recognising makes of one paper."""

from __future__ import annotations

from typing import NamedTuple

from pipelines.recognising.forms.records import Forms
from pipelines.recognising.records import Amount, Change, Document, Finding, Organization, OtherNumber, Table
from pipelines.recognising.statements.statement import Statement


class Recognised(NamedTuple):
    """Everything one paper says. `forms` is None where the paper could not be read."""

    document: Document
    tables: tuple[Table, ...]
    amounts: tuple[Amount, ...]
    organizations: tuple[Organization, ...]
    findings: tuple[Finding, ...]
    forms: Forms | None = None
    statements: tuple[Statement, ...] = ()
    changes: tuple[Change, ...] = ()
    other_numbers: tuple[OtherNumber, ...] = ()
