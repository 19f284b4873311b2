"""The data dictionary, from the descriptions that are written in a published warehouse.

`python -m pipelines.warehouse.dictionary var/warehouse/budget.duckdb > docs/dictionary.md`
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb

from pipelines.errors import PipelineError
from pipelines.warehouse.publish import MARTS, SCHEMAS
from pipelines.warehouse.query import open_file

HEAD = """# Data dictionary

What each table and column of the published warehouse holds. The same words are in the file itself, in `duckdb_tables()`
and `duckdb_columns()`. Made by `python -m pipelines.warehouse.dictionary var/warehouse/budget.duckdb`; to change a
description, edit it in dbt_project/models."""


def dictionary(con: duckdb.DuckDBPyConnection) -> str:
    """Given a published warehouse, return its tables and columns as a Markdown page.

    Raises PipelineError where a table or a column has no description.
    """
    return "\n\n".join([HEAD, *_tables(con)]) + "\n"


def _tables(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    tables = con.execute(
        "select schema_name, table_name, comment from duckdb_tables() "
        "where database_name = current_database() and schema_name in (select unnest(?)) order by all",
        [list(SCHEMAS)],
    ).fetchall()
    place = {name: number for number, name in enumerate(MARTS)}
    for schema, name, comment in sorted(tables, key=lambda t: (SCHEMAS.index(t[0]), place.get(t[1], len(MARTS)), t[1])):
        columns = con.execute(
            "select column_name, lower(data_type), comment from duckdb_columns() "
            "where database_name = current_database() and schema_name = ? and table_name = ? order by column_index",
            [schema, name],
        ).fetchall()
        bare = [f"{schema}.{name}"] * (not comment) + [f"{schema}.{name}.{c}" for c, _, said in columns if not said]
        if bare:
            raise PipelineError(f"no description in the warehouse for {', '.join(bare)}: add it to the model's .yml")
        rows = [f"| `{column}` | {kind} | {_cell(said)} |" for column, kind, said in columns]
        yield "\n".join([f"## {schema}.{name}", "", comment, "", "| column | type | |", "| --- | --- | --- |", *rows])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main(warehouse: Path) -> None:
    with open_file(warehouse) as con:
        sys.stdout.write(dictionary(con))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
