"""Row counts and first rows for the web page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

import duckdb
from dagster import MarkdownMetadataValue, MetadataValue

PREVIEW_ROWS = 5
PREVIEW_COLUMNS = 10


def preview_rows(names: Sequence[str], rows: Iterable[Sequence], most: int = PREVIEW_ROWS) -> MarkdownMetadataValue:
    """Given column names and rows, return the first rows as a Markdown table."""
    lines = ["| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]
    lines += ["| " + " | ".join(map(_cell, row)) + " |" for row in islice(rows, most)]
    return MetadataValue.md("\n".join(lines))


def tables_metadata(database: Path, tables: Iterable[Sequence[str]]) -> dict[tuple[str, ...], dict]:
    """Given (schema, table) names, return for each its row count and first rows as asset metadata; nothing for a view.

    One connection serves all: to open a database costs more than these questions.
    """
    with duckdb.connect(str(database), read_only=True) as con:
        known = set(con.execute("select schema_name, table_name from duckdb_tables()").fetchall())
        return {tuple(table): _metadata(con, *table) if tuple(table) in known else {} for table in tables}


def _metadata(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> dict:
    count = con.execute(f'select count(*) from "{schema}"."{table}"').fetchone()[0]
    cursor = con.execute(f'select * from "{schema}"."{table}" limit {PREVIEW_ROWS}')
    names = [column[0] for column in cursor.description][:PREVIEW_COLUMNS]
    rows = [row[:PREVIEW_COLUMNS] for row in cursor.fetchall()]
    return {"dagster/row_count": count, "preview": preview_rows(names, rows)}


def _cell(value) -> str:
    text = "" if value is None else " ".join(str(value).split()).replace("|", "\\|")
    return text if len(text) <= 60 else text[:59] + "…"
