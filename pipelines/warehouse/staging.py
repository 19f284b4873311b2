"""Papers' rows into the schema `staging`, one paper at a time, in bulk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from pipelines.recognising.records import Paper
from pipelines.settings import Settings
from pipelines.warehouse.recognised import RECORDS, rows_of
from pipelines.warehouse.schema import create_staging

if TYPE_CHECKING:
    import duckdb

    from pipelines.reading.worker import Outcome

ROWS_AT_ONCE = 50_000


def stage(
    settings: Settings,
    papers: Sequence[Paper],
    outcomes: Mapping[str, Outcome],
    con: duckdb.DuckDBPyConnection,
    keep: Callable[[pa.Table], None] | None = None,
) -> dict[str, int]:
    """Given the papers and how reading each (by SHA-256) ended, fill schema `staging`; return rows per table.

    Contacts are in no staging table: `keep` is given them, paper by paper.
    """
    create_staging(con)
    waiting: dict[str, list[pa.Table]] = {table: [] for table in RECORDS}
    counts = dict.fromkeys(RECORDS, 0)
    for paper in papers:
        rows = rows_of(settings, paper, outcomes[paper.sha256])
        if keep and rows.contacts.num_rows:
            keep(rows.contacts)
        for table, arrived in rows.tables.items():
            waiting[table].append(arrived)
            counts[table] += arrived.num_rows
        if sum(arrived.num_rows for arrived in waiting["amounts"]) >= ROWS_AT_ONCE:
            _flush(con, waiting)
    _flush(con, waiting)
    return counts


def _flush(con: duckdb.DuckDBPyConnection, waiting: Mapping[str, list[pa.Table]]) -> None:
    for table, batches in waiting.items():
        if batches:
            rows = pa.concat_tables(batches)
            con.register("arriving", rows)
            con.execute(f"insert into staging.{table} by name select * from arriving")
            con.unregister("arriving")
            batches.clear()
