"""What may be asked of a published warehouse: one reading query over its relations, nothing else."""

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
# Functions of the server itself, what tells of the machine it runs on, and what leaves a trace.
BARRED_PREFIXES = (
    "quack_", "getenv", "whoami", "read_", "parquet_", "sniff_", "current_setting", "pg_", "getvariable", "write_log",
)  # fmt: skip
FILE_ENDINGS = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet", ".gz", ".zst", ".duckdb", ".db")
READS = "the published warehouse is only read, with SELECT, FROM, WITH, VALUES, DESCRIBE, SHOW or SUMMARIZE"


def refusal(query: str) -> str | None:
    """Given a query, return why it is refused and what to ask instead, or None where it only reads what is published.

    DuckDB's own parser says what the query is; what it cannot write down as one plain SELECT is refused.
    """
    if unreadable := _unreadable(query):
        return unreadable
    # The parser itself opens the files of IMPORT DATABASE.
    with duckdb.connect(config={"enable_external_access": "false"}) as parser:
        try:
            statements = parser.extract_statements(query)
        except duckdb.ParserException as error:
            return f"this cannot be read as SQL: {' '.join(str(error).split())}"
        except duckdb.Error:
            return f"{_first_word(query)} is refused: {READS}"
        if reason := _no_single_query(query, statements):
            return reason
        quoted = query.replace("'", "''")  # a bound parameter would load pandas, which takes a second
        written = parser.execute(f"select json_serialize_sql('{quoted}'::varchar)").fetchone()[0]
    try:
        parsed = json.loads(written)
        if parsed.get("error"):
            return f"{_first_word(query)} is refused: {READS}"
        return next(filter(None, (_reason(kind, name) for kind, name in _called(parsed))), None)
    except RecursionError:
        return "the query is nested too deeply: part it with WITH"


def _unreadable(query: str) -> str | None:
    """DuckDB's parser and its binder part ways at a NUL, and what is not UTF-8 reaches neither."""
    if "\0" in query:
        return "the query holds a NUL character: leave it out"
    try:
        query.encode()
    except UnicodeEncodeError:
        return "the query is not UTF-8: save it, or set the terminal, as UTF-8"
    return None


def _no_single_query(query: str, statements: list[duckdb.Statement]) -> str | None:
    if not statements:
        return 'there is no query: try "from marts.dim_document"'
    if len(statements) > 1 and not statements[0].query:  # one that the parser has made several of
        return "a PIVOT whose values are not named is refused: name them, ON … IN (…)"
    if len(statements) > 1:
        return f"these are {len(statements)} statements: ask them one at a time"
    if statements[0].type != duckdb.StatementType.SELECT:
        return f"{_first_word(query)} is refused: {READS}"
    return None


def _first_word(query: str) -> str:
    """The word that says what the statement does, as DuckDB's tokenizer sees it: after all comments."""
    for place, kind in duckdb.tokenize(query):
        if kind in (duckdb.token_type.keyword, duckdb.token_type.identifier):
            return query.encode()[place:].decode(errors="ignore").split(maxsplit=1)[0].rstrip(";(").upper()
    return "this statement"


def _reason(kind: str, name: str) -> str | None:
    short = name.lower()
    if kind == "table" and (any(sign in name for sign in "/\\:*?") or short.endswith(FILE_ENDINGS)):
        return f"{name} is a file: only the published tables are read; SHOW ALL TABLES names them"
    if kind == "table_function" and short not in TABLE_FUNCTIONS:
        return f"{name}() is refused: no files, servers or settings are read; SHOW ALL TABLES names what there is"
    if kind != "table" and short.startswith(BARRED_PREFIXES):
        return f"{name}() is refused: it tells of the machine or leaves a trace there; ask the published tables alone"
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
