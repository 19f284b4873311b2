"""The allow-list of the analysts' warehouse: the relations and columns that dbt's property files declare."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import yaml

from pipelines.errors import PipelineError
from pipelines.settings import DBT_PROJECT

PUBLISHED = ("marts", "quality")
Columns = Mapping[tuple[str, str], frozenset[str]]


def declared_columns(models: Path = DBT_PROJECT / "models") -> Columns:
    """Given the folder of dbt's models, return the declared columns of each published relation (schema, name)."""
    declared = {}
    for schema in PUBLISHED:
        for file in sorted((models / schema).glob("*.yml")):
            for model in yaml.safe_load(file.read_text(encoding="utf-8"))["models"]:
                names = frozenset(column["name"] for column in model.get("columns", ()))
                declared[schema, model["name"]] = names
    return declared


def require_declared(database: Path, declared: Columns | None = None) -> None:
    """Raise PipelineError, which names them, where the published schemas of a database file hold a relation or a column
    that is not declared: it may be what only the restricted warehouse holds (a contact's name, a telephone number)."""
    declared = declared_columns() if declared is None else declared
    with duckdb.connect(str(database), read_only=True) as con:
        held = con.execute(
            """select table_schema, table_name, column_name from information_schema.columns
               where table_catalog = current_database() and table_schema in (select unnest(?)) order by all""",
            [list(PUBLISHED)],
        ).fetchall()
    relations = sorted({f"{schema}.{name}" for schema, name, _ in held if (schema, name) not in declared})
    columns = [
        f"{schema}.{name}.{column}"
        for schema, name, column in held
        if column not in declared.get((schema, name), {column})
    ]
    if relations or columns:
        raise PipelineError(
            f"not declared, so not published: {', '.join([*relations, *columns])}; "
            f"declare it in dbt_project/models/<schema>/<model>.yml or leave it out of the model"
        )
