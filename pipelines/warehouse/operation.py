"""What the operation knows beside the papers, in the schema `staging`: what is expected, and the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb
import pyarrow as pa

from pipelines.operation.ledger import Entry, load_ledger, updated
from pipelines.operation.options import load_options
from pipelines.operation.register import expected_now
from pipelines.recognising.records import Paper
from pipelines.settings import Settings
from pipelines.warehouse.schema import LEDGER_COLUMNS


def stage_operation(settings: Settings, papers: Sequence[Paper], con: duckdb.DuckDBPyConnection) -> list[Entry]:
    """Fill staging.expected_papers and staging.paper_ledger for a build of these papers; return the ledger as it is to
    be once the build is published."""
    options = load_options()
    ledger = updated(load_ledger(settings.ledger), papers, options.today())
    _insert(con, "expected_papers", expected_now(settings, [paper.folder_year for paper in papers], options))
    _insert(con, "paper_ledger", [_row(entry) for entry in ledger])
    return ledger


def _row(entry: Entry) -> tuple:
    values = entry._asdict()
    days = {name: date.fromisoformat(values[name]) for name in ("first_seen", "last_seen", "withdrawn") if values[name]}
    return tuple((values | days)[name] or None for name in LEDGER_COLUMNS)


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple]) -> None:
    schema = con.execute(f"select * from staging.{table} limit 0").to_arrow_table().schema
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
    con.register("arriving", pa.Table.from_arrays(arrays, schema=schema))
    con.execute(f"insert into staging.{table} select * from arriving")
    con.unregister("arriving")
