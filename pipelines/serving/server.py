"""The serving process: the published warehouse over DuckDB's Quack protocol, read-only, through a locked instance.

An in-memory database with one view for each published relation stands before the warehouse file; when a new generation
is published the views move to its file in one transaction, and queries under way end on the file they began with.
"""

from __future__ import annotations

import argparse
import importlib.resources
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipelines.serving.screening import refusal
from pipelines.settings import Settings, settings_from
from pipelines.warehouse.limits import GIGABYTE, QueryLimits, capped_memory
from pipelines.warehouse.publish import SCHEMAS, current_generation

EXTENSIONS = ("httpfs", "quack")  # quack takes its random numbers from httpfs
LOCKS = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "enable_external_access": "false",
    "lock_configuration": "true",
}
OVERDUE = 75  # exit code: a query ran over its time, and the instance ends with it
LOOK_EVERY = 0.5  # seconds


def start(
    settings: Settings, uri: str, token: str, limits: QueryLimits, other_hosts: bool = False
) -> tuple[duckdb.DuckDBPyConnection, Path]:
    """Begin to serve the current generation at `quack:<host>:<port>`; return the instance and the generation's folder.

    Raises duckdb.Error where the address cannot be used.
    """
    con = duckdb.connect(config=limits.config)
    for name in EXTENSIONS:
        con.execute(f"load '{extension(name)}'")
    con.create_function("gouji_allows", lambda _, query: allows(query), ["VARCHAR", "VARCHAR"], "BOOLEAN")
    con.execute("set quack_authorization_function = 'gouji_allows'")
    generation = current_generation(settings)
    show(con, generation)
    con.execute("call quack_serve(?, token := ?, allow_other_hostname := ?)", [uri, token, other_hosts])
    # Later generations are attached from here, and from nowhere else.
    con.execute("set allowed_directories = [?]", [str(settings.generations.resolve())])
    for name, value in LOCKS.items():
        con.execute(f"set {name} = {value}")
    return con, generation


def extension(name: str) -> Path:
    """Return the file of a DuckDB extension that was installed as a Python package."""
    folder = importlib.resources.files(f"duckdb_extension_{name}") / "extensions" / f"v{duckdb.__version__}"
    return Path(str(folder / f"{name}.duckdb_extension"))


def allows(query: str) -> bool:
    """Given a client's query, return whether it is answered; the reason of a refusal goes to the log."""
    reason = refusal(query)
    if reason:
        print(f"refused: {reason}", file=sys.stderr, flush=True)
    return reason is None


def show(con: duckdb.DuckDBPyConnection, generation: Path) -> None:
    """Let the views read this generation's warehouse."""
    name = _name(generation)
    warehouse = generation / "warehouse" / "budget.duckdb"
    con.execute(f"attach '{_quoted(warehouse)}' as \"{name}\" (read_only)")
    relations = con.execute(
        """select schema_name, table_name from duckdb_tables()
           where database_name = ? and schema_name in (select unnest(?))""",
        [name, list(SCHEMAS)],
    ).fetchall()
    before = con.execute("select schema_name, view_name from duckdb_views() where not internal").fetchall()
    con.execute("begin")
    for schema in SCHEMAS:
        con.execute(f"create schema if not exists {schema}")
    for schema, relation in set(before) - set(relations):
        con.execute(f'drop view "{schema}"."{relation}"')
    for schema, relation in relations:
        con.execute(f'create or replace view "{schema}"."{relation}" as from "{name}"."{schema}"."{relation}"')
    con.execute("commit")


def overdue(con: duckdb.DuckDBPyConnection, seconds: float) -> str | None:
    """Return a query that has been running for longer than this, or None."""
    running = con.execute(
        "select query, query_started_at from quack_active_connections() where query_started_at is not null"
    ).fetchall()
    now = datetime.now(UTC).replace(tzinfo=None)
    return next((query for query, began in running if (now - began).total_seconds() > seconds), None)


def follow(settings: Settings, con: duckdb.DuckDBPyConnection, generation: Path, seconds: float) -> str | None:
    """Move on to each new generation until a query runs over its time; return that query, or None where the parent
    process is gone.

    The file of an earlier generation is let go when no query that began on it can still be under way.
    """
    parent, left = os.getppid(), {}
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY)
        newest = current_generation(settings)
        if newest and newest != generation:
            show(con, newest)
            left[generation] = time.monotonic()
            generation = newest
        for earlier in [earlier for earlier, since in left.items() if time.monotonic() - since > seconds]:
            con.execute(f'detach "{_name(earlier)}"')
            del left[earlier]
        if query := overdue(con, seconds):
            return query
    return None


def main() -> None:
    """The child that `gouji serve` starts; the token comes on standard input."""
    options = argparse.ArgumentParser()
    options.add_argument("--home", type=Path, required=True)
    options.add_argument("--uri", required=True)
    options.add_argument("--seconds", type=float, required=True)
    options.add_argument("--memory", type=float, required=True)
    options.add_argument("--other-hosts", action="store_true")
    given = options.parse_args()
    settings = settings_from(home=given.home)
    limits = QueryLimits(given.seconds, round(given.memory * GIGABYTE))
    con, generation = start(settings, given.uri, sys.stdin.readline().strip(), limits, given.other_hosts)
    with capped_memory(2 * limits.memory):
        query = follow(settings, con, generation, limits.seconds)
    if query is None:
        return
    print(f"stopped after {given.seconds:g} s: {' '.join(query.split())[:200]}", file=sys.stderr, flush=True)
    # A query under way cannot be interrupted from outside its connection: the instance goes, its parent starts another.
    os._exit(OVERDUE)


def _name(generation: Path) -> str:
    """The name under which a generation's warehouse is attached."""
    return f"generation {generation.name}"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


if __name__ == "__main__":
    main()
