"""What a run did not build anew, joined to what it built: rows of the published generation, document by document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from pipelines.errors import PipelineError
from pipelines.warehouse.publish import SCHEMAS

if TYPE_CHECKING:
    from expectations.gate import Verdict

# The document of a row is named in it, or in the row of another mart that it belongs to.
OWNERS = {"document_id": None, "check_id": "fct_check", "form_id": "fct_form"}


def join_earlier(
    build_database: Path, warehouse: Path, rebuilt: Sequence[str], left_out: Sequence[str]
) -> dict[tuple[str, str], int]:
    """Given a build of the rebuilt documents and the published warehouse, add to each mart and quality relation of the
    build the published rows of all documents but the ones left out; return the rows added.

    Call it before the relations that are made over all documents are built: every one that is there is taken to consist
    of the rebuilt documents' rows. Raises PipelineError where one does not.
    """
    with duckdb.connect(str(build_database)) as con:
        con.execute(f"attach '{_quoted(warehouse)}' as published (read_only)")
        con.execute("create temp table left_out as select unnest(?::varchar[]) as document_id", [list(left_out)])
        con.execute("create temp table rebuilt as select unnest(?::varchar[]) as document_id", [list(rebuilt)])
        con.begin()
        added = {relation: _join(con, *relation) for relation in _relations(con)}
        con.commit()
        return added


def joined_verdicts(verdicts: Iterable[Verdict], warehouse: Path, left_out: Sequence[str]) -> list[Verdict]:
    """Given what was found for each rule in a run, return it with the published checks of all documents but the ones
    left out: these were judged by the run that made them."""
    with duckdb.connect(str(warehouse), read_only=True) as con:
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


def _join(con: duckdb.DuckDBPyConnection, schema: str, name: str) -> int:
    names = [row[0] for row in con.execute(f"describe {schema}.{name}").fetchall()]
    key = next((column for column in OWNERS if column in names), None)
    if key is None:
        _same_for_all(con, schema, name)
        return 0
    own = _keys("rebuilt", key, "marts")
    (foreign,) = con.execute(
        f"""select (select count(*) from {schema}.{name} where {key} is null or {key} not in ({own}))
            + (select count(*) from published.{schema}.{name} where {key} is null)"""
    ).fetchone()
    if foreign:
        raise PipelineError(f"{schema}.{name} has {foreign} rows of no rebuilt document: tag its model over_all")
    out = _keys("left_out", key, "published.marts")
    return con.execute(
        f"insert into {schema}.{name} by name from published.{schema}.{name} where {key} not in ({out})"
    ).fetchone()[0]


def _keys(documents: str, key: str, marts: str) -> str:
    """The query for the keys that belong to the documents of a table."""
    if OWNERS[key] is None:
        return f"select document_id from {documents}"
    return f"select {key} from {marts}.{OWNERS[key]} where document_id in (select document_id from {documents})"


def _same_for_all(con: duckdb.DuckDBPyConnection, schema: str, name: str) -> None:
    here, there = f"from {schema}.{name}", f"from published.{schema}.{name}"
    (differing,) = con.execute(
        f"select count(*) from ((({here}) except all ({there})) union all (({there}) except all ({here})))"
    ).fetchone()
    if differing:
        raise PipelineError(f"{schema}.{name} belongs to no document and has changed: tag its model over_all")


def _relations(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return con.execute(
        """select schema_name, table_name from duckdb_tables()
           where database_name = current_database() and schema_name in (select unnest(?)) order by all""",
        [list(SCHEMAS)],
    ).fetchall()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
