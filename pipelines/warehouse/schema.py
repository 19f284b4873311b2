"""The schema `staging` of the build database: one table per record of `pipelines.recognising.records`, and what
later steps put beside them (second readings, the gate's decisions, performance forms, statements)."""

from __future__ import annotations

from decimal import Decimal
from types import NoneType
from typing import get_args, get_type_hints

import duckdb

from pipelines.recognising.records import Amount, Document, Finding, Organization, Table

COLUMN_TYPES = {str: "VARCHAR", int: "INTEGER", float: "DOUBLE", bool: "BOOLEAN", Decimal: "DECIMAL(20,2)"}
RECORD_TABLES = {
    "documents": Document,
    "tables": Table,
    "amounts": Amount,
    "organizations": Organization,
    "findings": Finding,
}
_BOX = {"page": "INTEGER", "x0": "DOUBLE", "top": "DOUBLE", "x1": "DOUBLE", "bottom": "DOUBLE"}
_MONEY = "DECIMAL(20,2)"
OTHER_TABLES = {
    "second_readings": {
        "amount_id": "VARCHAR",
        "first_text": "VARCHAR",
        "second_text": "VARCHAR",
        "agrees": "BOOLEAN",
    },
    "gate": {"document_id": "VARCHAR", "status": "VARCHAR", "status_reason": "VARCHAR"},
    "forms": {
        "form_id": "VARCHAR",
        "document_id": "VARCHAR",
        "form_no": "INTEGER",
        "form_kind": "VARCHAR",
        "title": "VARCHAR",
        "organization_name": "VARCHAR",
        "project_name": "VARCHAR",
        "project_code": "VARCHAR",
        "project_department": "VARCHAR",
        "executing_unit": "VARCHAR",
        "project_year": "INTEGER",
        "start_year": "INTEGER",
        "end_year": "INTEGER",
        "project_category": "VARCHAR",
        "project_frequency": "VARCHAR",
        "total_budget_yuan": _MONEY,
        "year_budget_yuan": _MONEY,
        "page": "INTEGER",
    },
    "form_amounts": {
        "form_id": "VARCHAR",
        "section": "VARCHAR",
        "line_no": "INTEGER",
        "item": "VARCHAR",
        "basis_text": "VARCHAR",
        "funding": "VARCHAR",
        "amount_year": "INTEGER",
        "amount_yuan": _MONEY,
        "share_percent": "DECIMAL(12,4)",
        "quantity_text": "VARCHAR",
        **_BOX,
    },
    "goals": {"form_id": "VARCHAR", "scope": "VARCHAR", "goal_no": "INTEGER", "goal_text": "VARCHAR"},
    "indicators": {
        "indicator_id": "VARCHAR",
        "form_id": "VARCHAR",
        "document_id": "VARCHAR",
        "scope": "VARCHAR",
        "goal_no": "INTEGER",
        "level1": "VARCHAR",
        "level1_code": "VARCHAR",
        "level2": "VARCHAR",
        "level2_code": "VARCHAR",
        "name": "VARCHAR",
        "value_role": "VARCHAR",
        "value_year": "INTEGER",
        "value_text": "VARCHAR",
        "value_kind": "VARCHAR",
        "comparator": "VARCHAR",
        "value_low": "DECIMAL(24,6)",
        "value_high": "DECIMAL(24,6)",
        "value_unit": "VARCHAR",
        "basis_text": "VARCHAR",
        **_BOX,
    },
    "statements": {
        "statement_id": "VARCHAR",
        "document_id": "VARCHAR",
        "section": "VARCHAR",
        "subject": "VARCHAR",
        "measure": "VARCHAR",
        "period": "VARCHAR",
        "value": "DECIMAL(24,6)",
        "unit": "VARCHAR",
        "quote": "VARCHAR",
        **_BOX,
    },
}


def column_types(record: type) -> dict[str, str]:
    """Given a NamedTuple, return its fields with their DuckDB types, in order.

    Raises KeyError for an annotation that has no column type.
    """
    return {name: COLUMN_TYPES[_plain(hint)] for name, hint in get_type_hints(record).items()}


def staging_tables() -> dict[str, dict[str, str]]:
    """Return every staging table with its columns and their DuckDB types."""
    return {name: column_types(record) for name, record in RECORD_TABLES.items()} | OTHER_TABLES


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
