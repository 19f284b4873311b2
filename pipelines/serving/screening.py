"""What a client of the server may ask: reading queries over the published relations, nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator

import duckdb

# Table functions that read nothing but their arguments and the catalogue. Whatever is not here is refused: files,
# remote servers, queries in strings, secrets.
TABLE_FUNCTIONS = {
    "duckdb_columns", "duckdb_constraints", "duckdb_databases", "duckdb_functions", "duckdb_schemas", "duckdb_tables",
    "duckdb_types", "duckdb_views", "generate_series", "pragma_show", "pragma_table_info", "range", "unnest",
}  # fmt: skip
# Functions of the server itself, and what tells of the machine it runs on.
BARRED_PREFIXES = ("quack_", "getenv", "whoami", "read_", "parquet_", "sniff_", "current_setting", "pg_")


def refusal(query: str) -> str | None:
    """Given a query, return why it is refused, or None where it only reads what is published.

    DuckDB's own parser says what the query is; what it cannot write down as a plain SELECT is refused.
    """
    with duckdb.connect() as parser:
        parsed = json.loads(parser.execute("select json_serialize_sql(?::varchar)", [query]).fetchone()[0])
    if parsed.get("error"):
        return f"only queries that read are answered: {parsed.get('error_message') or 'this is none'}"
    for kind, name in _called(parsed):
        if kind == "table" and any(sign in name for sign in "/\\:*?") or name.lower().endswith((".csv", ".parquet")):
            return f"{name} is a file: only the published tables are read"
        if kind == "table_function" and name.lower() not in TABLE_FUNCTIONS:
            return f"{name}() is not among the table functions that are answered"
        if kind != "table" and name.lower().startswith(BARRED_PREFIXES):
            return f"{name}() is not answered"
    return None


def _called(node: object) -> Iterator[tuple[str, str]]:
    """Yield (table | table_function | function, name) of everything a parsed query names."""
    if isinstance(node, dict):
        if node.get("type") == "BASE_TABLE":
            yield "table", node["table_name"]
        elif node.get("type") == "TABLE_FUNCTION":
            yield "table_function", node["function"].get("function_name", "")
        elif node.get("class") == "FUNCTION":
            yield "function", node["function_name"]
        for value in node.values():
            yield from _called(value)
    elif isinstance(node, list):
        for value in node:
            yield from _called(value)
