"""The schema `staging` of the build database: one table per record of `pipelines.recognising.records`, and what
stands beside them: expected papers, the ledger, and what the gate finds (second readings, decisions)."""

from __future__ import annotations

from decimal import Decimal
from types import NoneType
from typing import get_args, get_type_hints

import duckdb

from pipelines.recognising.forms.records import Calculation, Form, FormAmount, Goal, Indicator
from pipelines.recognising.records import Amount, Change, Document, Finding, Organization, OtherNumber, Table
from pipelines.recognising.statements.statement import Statement

COLUMN_TYPES = {str: "VARCHAR", int: "INTEGER", float: "DOUBLE", bool: "BOOLEAN", Decimal: "DECIMAL(20,2)"}
RECORD_TABLES = {
    "documents": Document,
    "tables": Table,
    "amounts": Amount,
    "organizations": Organization,
    "findings": Finding,
    "forms": Form,
    "form_amounts": FormAmount,
    "calculations": Calculation,
    "goals": Goal,
    "indicators": Indicator,
    "statements": Statement,
    "changes": Change,
    "other_numbers": OtherNumber,
}
# Decimals that are no money.
SCALES = {
    ("form_amounts", "share_percent"): "DECIMAL(12,4)",
    ("calculations", "computed_yuan"): "DECIMAL(24,6)",
    ("indicators", "value_low"): "DECIMAL(24,6)",
    ("indicators", "value_high"): "DECIMAL(24,6)",
    ("indicators", "weight"): "DECIMAL(12,4)",
    ("indicators", "score"): "DECIMAL(12,4)",
    ("statements", "value"): "DECIMAL(24,6)",
    ("changes", "value_percent"): "DECIMAL(24,6)",
}
LEDGER_COLUMNS = {
    "document_id": "VARCHAR",
    "source_path": "VARCHAR",
    "sha256": "VARCHAR",
    "first_seen": "DATE",
    "last_seen": "DATE",
    "superseded_by": "VARCHAR",
    "renamed_to": "VARCHAR",
    "withdrawn": "DATE",
}
OPERATION_TABLES = {
    "expected_papers": {
        "department_name": "VARCHAR",
        "department_code": "VARCHAR",
        "region_name": "VARCHAR",
        "parent_name": "VARCHAR",
        "fiscal_year": "INTEGER",
        "document_kind": "VARCHAR",
        "due_on": "DATE",
        "is_late": "BOOLEAN",
    },
    "paper_ledger": LEDGER_COLUMNS,
}
GATE_TABLES = {
    "second_readings": {
        "amount_id": "VARCHAR",
        "first_text": "VARCHAR",
        "second_text": "VARCHAR",
        "agrees": "BOOLEAN",
        "second_yuan": "DECIMAL(20,2)",
    },
    "suspects": {
        "check_id": "VARCHAR",
        "amount_id": "VARCHAR",
        "proposed_value": "DECIMAL(20,2)",
        "mistake": "VARCHAR",
        "alternatives": "INTEGER",
        "is_slip": "BOOLEAN",
    },
    "verdicts": {
        "check_id": "VARCHAR",
        "verdict": "VARCHAR",
        "suspect_id": "VARCHAR",
        "proposed_value": "DECIMAL(20,2)",
    },
    # tables that do not close, and the broken checks that are a part of that
    "table_findings": {
        "finding_id": "VARCHAR",
        "document_id": "VARCHAR",
        "kind": "VARCHAR",
        "severity": "VARCHAR",
        "page": "INTEGER",
        "table_id": "VARCHAR",
        "text": "VARCHAR",
        "message_zh": "VARCHAR",
        "message": "VARCHAR",
    },
    "blocked_checks": {"check_id": "VARCHAR", "table_id": "VARCHAR"},
    "run": {"started": "TIMESTAMP"},
    "earlier_findings": {
        "finding_id": "VARCHAR",
        "kind": "VARCHAR",
        "document_id": "VARCHAR",
        "source_path": "VARCHAR",
        "rule_id": "VARCHAR",
        "place": "VARCHAR",
        "page": "INTEGER",
        "severity": "VARCHAR",
        "text": "VARCHAR",
        "difference": "DECIMAL(20,2)",
        "first_seen": "TIMESTAMP",
    },
    "gate": {"document_id": "VARCHAR", "status": "VARCHAR", "status_reason": "VARCHAR"},
}


def column_types(record: type) -> dict[str, str]:
    """Given a NamedTuple, return its fields with their DuckDB types, in order.

    Raises KeyError for an annotation that has no column type.
    """
    return {name: COLUMN_TYPES[_plain(hint)] for name, hint in get_type_hints(record).items()}


def staging_tables() -> dict[str, dict[str, str]]:
    """Return every staging table with its columns and their DuckDB types."""
    records = {
        table: {name: SCALES.get((table, name), kind) for name, kind in column_types(record).items()}
        for table, record in RECORD_TABLES.items()
    }
    return records | OPERATION_TABLES | GATE_TABLES


def create_staging(con: duckdb.DuckDBPyConnection) -> None:
    """Create the schema `staging` with all its tables, empty; tables of an earlier build are replaced."""
    con.execute("create schema if not exists staging")
    for table, columns in staging_tables().items():
        listed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        con.execute(f"create or replace table staging.{table} ({listed})")


def _plain(hint: object) -> type:
    """Given `X | None`, return X; anything else comes back as it is."""
    members = [member for member in get_args(hint) if member is not NoneType]
    return members[0] if members else hint  # type: ignore[return-value]
