"""What a run did not build anew, carried over: the next warehouse file begins as a copy of the published one, in which
the rows of what was built take the place of those that are left out. What stays costs a copy of bytes, no more."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import duckdb

from pipelines.errors import PipelineError
from pipelines.warehouse.build import NEXT
from pipelines.warehouse.database import open_database
from pipelines.warehouse.publish import copy_relation, copy_warehouse, ordered_rows, relations_of, verify

if TYPE_CHECKING:
    from expectations.gate import Verdict

# The document of a row is named in it, or in the row of another mart that it belongs to.
OWNERS = {"document_id": None, "check_id": "fct_check", "form_id": "fct_form"}
# A file of which more than this share holds deleted rows or nothing is written anew.
MOST_WASTE = 1 / 3


class Carried(NamedTuple):
    """A relation of the next warehouse file: its rows, and how many of them went and came since the published one."""

    schema: str
    name: str
    rows: int
    went: int
    came: int


def carry_over(
    build_database: Path, published: Path, target: Path, rebuilt: Sequence[str], left_out: Sequence[str]
) -> list[Carried]:
    """Given a build of the rebuilt documents and the published warehouse, write a copy of the latter in which each mart
    and quality relation of the build has put its rows in the place of those of the documents left out; return these
    relations. In the build they become views of the copy: what is built over all documents sees them all.

    Rows of one document lie together in one definite order; the order of documents tells when they were built. Call it
    before relations over all documents are built: every one that is there is taken to consist of the rebuilt documents'
    rows. Raises PipelineError where one does not; nothing is to be published then.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(published, target)
    with open_database(target) as con:
        con.execute(f"attach '{_quoted(build_database)}' as build (read_only)")
        con.execute("create temp table left_out as select unnest(?::varchar[]) as document_id", [list(left_out)])
        con.execute("create temp table rebuilt as select unnest(?::varchar[]) as document_id", [list(rebuilt)])
        owners = {relation: _owner(con, *relation) for relation in relations_of(con, "build")}
        for relation, key in owners.items():
            _prove(con, *relation, key)
        con.begin()
        # first the rows that hang on another mart, as long as that one still says whose they are
        went = {
            relation: _take_out(con, *relation, key)
            for relation, key in sorted(owners.items(), key=lambda item: item[1] == "document_id")
        }
        came = {relation: 0 if key is None else _put_in(con, *relation) for relation, key in owners.items()}
        con.commit()
        carried = [Carried(*name, _count(con, *name), went[name], came[name]) for name in owners]
        con.execute("detach build")
    _show_in(build_database, target, owners)
    return carried


def complete(build_database: Path, target: Path, carried: Iterable[Carried]) -> list[Carried]:
    """Given a build in which the relations over all documents are built, and the next warehouse file of `carry_over`,
    put these relations into the file and return all; one that says what it said is left as it is.

    Raises PipelineError unless what was written, opened anew, has every mart and every row.
    """
    whole = {relation[:2]: relation for relation in carried}
    with open_database(target) as con:
        con.execute(f"attach '{_quoted(build_database)}' as build (read_only)")
        there = set(relations_of(con, _name(con)))
        for schema, name in relations_of(con, "build"):
            if (schema, name) in whole:
                continue
            rows = con.execute(f"select count(*) from build.{schema}.{name}").fetchone()[0]
            if (schema, name) in there and _is_same(con, schema, name):
                whole[schema, name] = Carried(schema, name, rows, 0, 0)
                continue
            went = _count(con, schema, name) if (schema, name) in there else 0
            con.execute(f"drop table if exists {schema}.{name}")
            copy_relation(con, schema, name)
            whole[schema, name] = Carried(schema, name, rows, went, rows)
        con.execute("detach build")
        con.execute("checkpoint")
        is_bloated = _waste(con) > MOST_WASTE
    if is_bloated:
        bloated = target.with_suffix(".bloated")
        os.replace(target, bloated)
        copy_warehouse(bloated, target)
        bloated.unlink()
    verify(target, {relation[:2]: relation.rows for relation in whole.values()})
    return list(whole.values())


def joined_verdicts(verdicts: Iterable[Verdict], warehouse: Path, left_out: Sequence[str]) -> list[Verdict]:
    """Given what was found for each rule in a run, return it with the published checks of all documents but the ones
    left out: these were judged by the run that made them."""
    with open_database(warehouse, read_only=True) as con:
        rows = con.execute(
            """select rule_id, count(*) filter (outcome in ('pass', 'rounding', 'fail', 'accepted')),
                count(*) filter (outcome = 'fail'), count(*) filter (outcome = 'not_checked'),
                coalesce(list(document_id) filter (outcome = 'fail'), []),
                coalesce(list(check_id) filter (outcome = 'fail'), [])
            from marts.fct_check where document_id not in (select unnest(?::varchar[])) group by rule_id""",
            [list(left_out)],
        ).fetchall()
    earlier = {row[0]: row[1:] for row in rows}
    return [_joined(verdict, *earlier.get(verdict.rule_id, (0, 0, 0, [], []))) for verdict in verdicts]


def _joined(
    verdict: Verdict, evaluated: int, failed: int, not_checked: int, documents: list[str], checks: list[str]
) -> Verdict:
    return verdict._replace(
        evaluated=verdict.evaluated + evaluated,
        failed=verdict.failed + failed,
        not_checked=verdict.not_checked + not_checked,
        success=verdict.success and not failed,
        failed_documents=dict(Counter(verdict.failed_documents) + Counter(documents)),
        failed_checks=tuple(sorted((*verdict.failed_checks, *checks))),
    )


def _owner(con: duckdb.DuckDBPyConnection, schema: str, name: str) -> str | None:
    """The column that says whose the rows of a relation are, None where they are nobody's."""
    names = [row[0] for row in con.execute(f"describe build.{schema}.{name}").fetchall()]
    return next((column for column in OWNERS if column in names), None)


def _prove(con: duckdb.DuckDBPyConnection, schema: str, name: str, key: str | None) -> None:
    if key is None:
        if not _is_same(con, schema, name):
            raise PipelineError(f"{schema}.{name} belongs to no document and has changed: tag its model over_all")
        return
    own = _keys("rebuilt", key, "build.marts")
    (foreign,) = con.execute(
        f"""select (select count(*) from build.{schema}.{name} where {key} is null or {key} not in ({own}))
            + (select count(*) from {schema}.{name} where {key} is null)"""
    ).fetchone()
    if foreign:
        raise PipelineError(f"{schema}.{name} has {foreign} rows of no rebuilt document: tag its model over_all")


def _take_out(con: duckdb.DuckDBPyConnection, schema: str, name: str, key: str | None) -> int:
    if key is None:
        return 0
    out = _keys("left_out", key, "marts")
    return con.execute(f"delete from {schema}.{name} where {key} in ({out})").fetchone()[0]


def _put_in(con: duckdb.DuckDBPyConnection, schema: str, name: str) -> int:
    return con.execute(f"insert into {schema}.{name} by name {ordered_rows(con, schema, name)}").fetchone()[0]


def _keys(documents: str, key: str, marts: str) -> str:
    """The query for the keys that belong to the documents of a table."""
    if OWNERS[key] is None:
        return f"select document_id from {documents}"
    return f"select {key} from {marts}.{OWNERS[key]} where document_id in (select document_id from {documents})"


def _is_same(con: duckdb.DuckDBPyConnection, schema: str, name: str) -> bool:
    here, there = f"from {schema}.{name}", f"from build.{schema}.{name}"
    (differing,) = con.execute(
        f"select count(*) from ((({here}) except all ({there})) union all (({there}) except all ({here})))"
    ).fetchone()
    return not differing


def _show_in(build_database: Path, target: Path, relations: Iterable[tuple[str, str]]) -> None:
    """Put views of the next warehouse file in the place of these relations of a build."""
    with open_database(build_database) as con:
        con.execute(f"attach '{_quoted(target)}' as {NEXT} (read_only)")
        con.begin()
        for schema, name in relations:
            kind = con.execute(
                "select table_type from information_schema.tables where table_catalog = current_database() "
                "and table_schema = ? and table_name = ?",
                [schema, name],
            ).fetchone()[0]
            con.execute(f"drop {'view' if kind == 'VIEW' else 'table'} {schema}.{name}")
            con.execute(f"create view {schema}.{name} as from {NEXT}.{schema}.{name}")
        con.commit()


def _waste(con: duckdb.DuckDBPyConnection) -> float:
    """The share of a warehouse file that holds deleted rows, which go when all that share their row group do, or
    nothing."""
    (written,) = con.execute(
        "select sum(estimated_size) from duckdb_tables() where database_name = current_database()"
    ).fetchone()
    rows = sum(_count(con, *name) for name in relations_of(con, _name(con)))
    total, used = con.execute(
        "select total_blocks, used_blocks from pragma_database_size() where database_name = current_database()"
    ).fetchone()
    return 1 - rows / max(1, written) * used / max(1, total)


def _name(con: duckdb.DuckDBPyConnection) -> str:
    return con.execute("select current_database()").fetchone()[0]


def _count(con: duckdb.DuckDBPyConnection, schema: str, name: str) -> int:
    return con.execute(f"select count(*) from {schema}.{name}").fetchone()[0]


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
