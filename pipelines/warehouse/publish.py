"""Generations: a warehouse is built aside, proven whole, and then takes the place of the last one in one step.

<home>/generations/<id>/{warehouse/budget.duckdb, exports/*.parquet, report/, review/*.csv, run.json}
<home>/current   -> generations/<id>          the one link that is ever changed
<home>/warehouse -> current/warehouse         (likewise exports, report, review)
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Collection
from pathlib import Path

import duckdb

from pipelines.errors import PipelineError
from pipelines.settings import Settings
from pipelines.warehouse.database import open_database

MARTS = (
    "dim_document",
    "dim_organization",
    "dim_function",
    "dim_economic",
    "fct_budget_line",
    "fct_change",
    "fct_form",
    "fct_form_amount",
    "fct_goal",
    "fct_indicator",
    "fct_statement",
    "fct_check",
    "fct_check_evidence",
    "dim_rule",
)
SCHEMAS = ("marts", "quality")
PARTS = ("warehouse", "exports", "report", "review")
KEPT_GENERATIONS = 3
# Rows of one document lie together, in reading order; the remaining columns make the order total.
ORDER = ("document_id", "cell_document_id", "page", "top", "x0")

Counts = dict[tuple[str, str], int]


def copy_warehouse(build_database: Path, target: Path) -> Counts:
    """Copy the schemas `marts` and `quality` of a build, with their comments, into a new file; return its row counts.

    Views become tables and rows get one definite order. Raises PipelineError unless what was written, opened anew,
    has every mart and every row.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    with open_database(target) as con:
        con.execute(f"attach '{_quoted(build_database)}' as build (read_only)")
        expected = {relation: copy_relation(con, *relation) for relation in relations_of(con, "build")}
        con.execute("detach build")
        con.execute("checkpoint")
    verify(target, expected)
    return expected


def verify(warehouse: Path, expected: Counts) -> None:
    """Raise PipelineError unless the file opens, has all marts and exactly the expected rows in each relation."""
    missing = [mart for mart in MARTS if ("marts", mart) not in expected]
    if missing:
        raise PipelineError(f"the build lacks {', '.join(f'marts.{mart}' for mart in missing)}: nothing is published")
    with open_database(warehouse, read_only=True) as con:
        for (schema, name), rows in expected.items():
            found = con.execute(f'select count(*) from {schema}."{name}"').fetchone()[0]
            if found != rows:
                raise PipelineError(f"{schema}.{name} has {found} rows, the build has {rows}: nothing is published")


def export_marts(
    warehouse: Path, folder: Path, earlier: Path | None = None, unchanged: Collection[str] = ()
) -> dict[str, int]:
    """Write each mart of the warehouse file as one Parquet file into the folder; return the rows of each.

    The marts that are `unchanged` since the exports in the folder `earlier` are linked from there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = {}
    with open_database(warehouse, read_only=True) as con:
        for mart in MARTS:
            file = folder / f"{mart}.parquet"
            if earlier and mart in unchanged and _link(earlier / file.name, file):
                rows[mart] = con.execute(f"select count(*) from marts.{mart}").fetchone()[0]
                continue
            copy = f"copy marts.{mart} to '{_quoted(file)}' (format parquet, compression zstd)"
            rows[mart] = con.execute(copy).fetchone()[0]
    return rows


def publish(
    settings: Settings, generation: Path, record: dict, before: Callable[[str], None] = lambda name: None
) -> Path:
    """Make a finished generation folder the current one; return where it now is.

    `record` is kept in its run.json; `before` is told the generation's id before it is the current one. Raises
    PipelineError where a part is missing or where something that is not ours stands in the way of the links. Up to the
    last rename readers see the earlier generation whole.
    """
    for part in PARTS:
        if not (generation / part).is_dir():
            raise PipelineError(f"the build has no {part}: run the main job again")
    (generation / "run.json").write_text(json.dumps(record, ensure_ascii=False, indent=1))
    _sync_tree(generation)
    _drop_unpublished(settings)
    place = settings.generations / _next_id(settings.generations, record["fingerprint"])
    settings.generations.mkdir(parents=True, exist_ok=True)
    os.rename(generation, place)
    _sync(settings.generations)
    before(place.name)
    # They lead nowhere until the last one is there, which publishes.
    for part in PARTS:
        _relink(settings.home / part, Path("current", part))
    _relink(settings.home / "current", Path("generations", place.name))
    _sync(settings.home)
    _prune(settings)
    return place


def current_generation(settings: Settings) -> Path | None:
    """Return the folder of the published generation, or None where nothing is published.

    The folder's real path differs for each generation: DuckDB keeps one instance per path and process, so a
    long-lived process that opens the warehouse by this path never meets an earlier one.
    """
    link = settings.home / "current"
    return link.resolve() if link.is_dir() else None


def generation_before(settings: Settings) -> Path | None:
    """Return the folder of the generation before the published one, None where it is not kept any more."""
    current = current_generation(settings)
    earlier = [path for path in settings.generations.glob("*/") if current and path.name < current.name]
    return max(earlier, default=None)


def current_record(settings: Settings) -> dict | None:
    """Return run.json of the published generation, or None where there is none that can be read."""
    generation = current_generation(settings)
    if generation is None:
        return None
    try:
        record = json.loads((generation / "run.json").read_text())
    except (OSError, ValueError):
        return None
    whole = all((generation / part).is_dir() for part in PARTS) and (generation / "warehouse/budget.duckdb").is_file()
    return record if whole and isinstance(record, dict) else None


def relations_of(con: duckdb.DuckDBPyConnection, database: str) -> list[tuple[str, str]]:
    """Return (schema, name) of every mart and quality relation of an attached database."""
    return con.execute(
        """select table_schema, table_name from information_schema.tables
           where table_catalog = ? and table_schema in (select unnest(?)) order by all""",
        [database, list(SCHEMAS)],
    ).fetchall()


def ordered_rows(con: duckdb.DuckDBPyConnection, schema: str, name: str) -> str:
    """Return the query for the rows of a relation of the attached database `build` in their one definite order."""
    names = [column for column, _ in _columns(con, schema, name)]
    order = [*(column for column in ORDER if column in names), *(column for column in names if column not in ORDER)]
    listed = ", ".join(f'"{column}"' for column in order)
    return f'select * from build."{schema}"."{name}" order by {listed}'


def copy_relation(con: duckdb.DuckDBPyConnection, schema: str, name: str) -> int:
    """Copy a relation of the attached database `build`, with its comments, into a new table; return its rows."""
    con.execute(f'create schema if not exists "{schema}"')
    con.execute(f'create table "{schema}"."{name}" as {ordered_rows(con, schema, name)}')
    for column, comment in _columns(con, schema, name):
        if comment:
            con.execute(f"""comment on column "{schema}"."{name}"."{column}" is '{_quoted(comment)}'""")
    comment = con.execute(
        """select comment from (select * from (select database_name, schema_name, table_name as name, comment
               from duckdb_tables()) union all
               (select database_name, schema_name, view_name, comment from duckdb_views()))
           where database_name = 'build' and schema_name = ? and name = ?""",
        [schema, name],
    ).fetchone()
    if comment and comment[0]:
        con.execute(f"""comment on table "{schema}"."{name}" is '{_quoted(comment[0])}'""")
    return con.execute(f'select count(*) from build."{schema}"."{name}"').fetchone()[0]


def _columns(con: duckdb.DuckDBPyConnection, schema: str, name: str) -> list[tuple[str, str | None]]:
    return con.execute(
        "select column_name, comment from duckdb_columns() "
        "where database_name = 'build' and schema_name = ? and table_name = ? order by column_index",
        [schema, name],
    ).fetchall()


def _link(source: Path, target: Path) -> bool:
    """Give a file a second name; return whether that could be done."""
    try:
        target.unlink(missing_ok=True)
        os.link(source, target)
    except OSError:  # it is not there any more, or the file system has no hard links
        return False
    return True


def _quoted(text: str | Path) -> str:
    return str(text).replace("'", "''")


def _next_id(generations: Path, fingerprint: str) -> str:
    """An id that sorts after every earlier one even when the clock has been set back."""
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    latest = max((path.name for path in generations.glob("*")), default="")
    number = 1
    while (name := f"{stamp}-{number:03d}-{fingerprint[:8]}") <= latest:
        if stamp < latest[:15]:
            stamp = latest[:15]
        number += 1
    return name


def _relink(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    if link.exists() and not link.is_symlink():
        raise PipelineError(f"{link} is no link of ours: move it away and run again")
    fresh = link.with_name(f".{link.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    os.replace(fresh, link)


def _drop_unpublished(settings: Settings) -> None:
    """Remove generations that a run was killed over before it could publish them."""
    current = current_generation(settings)
    for path in settings.generations.glob("*/"):
        if current is None or path.name > current.name:
            shutil.rmtree(path, ignore_errors=True)


def _prune(settings: Settings) -> None:
    current = current_generation(settings)
    for old in sorted(settings.generations.iterdir())[:-KEPT_GENERATIONS]:
        if old != current:
            shutil.rmtree(old, ignore_errors=True)


def _sync_tree(folder: Path) -> None:
    """Write a folder's files through to the disk; a file with a second link was when its generation was published."""
    for parent, _, names in os.walk(folder):
        for path in (Path(parent, name) for name in names):
            if path.stat().st_nlink == 1:
                _sync(path)
        _sync(Path(parent))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
