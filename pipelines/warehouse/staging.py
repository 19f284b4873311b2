"""Recognised papers into the schema `staging`, one paper at a time, in bulk."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from pipelines.reading.store import load_reading
from pipelines.recognising.contacts import without_contacts
from pipelines.recognising.document import recognise, refused
from pipelines.recognising.recognised import Recognised
from pipelines.recognising.records import Paper
from pipelines.settings import PROJECT, Settings
from pipelines.warehouse.restricted import contacts_file, contacts_table
from pipelines.warehouse.schema import create_staging

if TYPE_CHECKING:
    import duckdb

    from pipelines.reading.worker import Outcome

log = logging.getLogger(__name__)

# Staging table ← what it holds of a recognised paper. Contacts are in none: pipelines.warehouse.restricted has them.
RECORDS: dict[str, Callable[[Recognised], Sequence[tuple]]] = {
    "documents": lambda paper: (paper.document,),
    "tables": lambda paper: paper.tables,
    "amounts": lambda paper: paper.amounts,
    "organizations": lambda paper: paper.organizations,
    "findings": lambda paper: paper.findings,
    "forms": lambda paper: paper.forms.forms if paper.forms else (),
    "form_amounts": lambda paper: paper.forms.amounts if paper.forms else (),
    "calculations": lambda paper: paper.forms.calculations if paper.forms else (),
    "goals": lambda paper: paper.forms.goals if paper.forms else (),
    "indicators": lambda paper: paper.forms.indicators if paper.forms else (),
    "statements": lambda paper: paper.statements,
}
ROWS_AT_ONCE = 50_000


def stage(
    settings: Settings,
    papers: Sequence[Paper],
    outcomes: Mapping[str, Outcome],
    con: duckdb.DuckDBPyConnection,
    on_done: Callable[[Paper], None] | None = None,
) -> dict[str, int]:
    """Given the papers and how reading each (by SHA-256) ended, fill schema `staging`; return rows per table.

    Every paper gets its row in staging.documents: one whose recognising raises is there with the reason
    `recognising_failed` and costs the others nothing. Contacts go to the home's restricted file instead.
    """
    create_staging(con)
    schemas = {name: con.execute(f"select * from staging.{name} limit 0").to_arrow_table().schema for name in RECORDS}
    waiting: dict[str, list[pa.Table]] = {table: [] for table in RECORDS}
    counts = dict.fromkeys(RECORDS, 0)
    with contacts_file(settings.home) as keep:
        for paper in papers:
            rows_of, contacts = _staged(settings, paper, outcomes[paper.sha256], schemas)
            if contacts.num_rows:
                keep(contacts)
            for table, rows in rows_of.items():
                waiting[table].append(rows)
                counts[table] += rows.num_rows
            if sum(rows.num_rows for rows in waiting["amounts"]) >= ROWS_AT_ONCE:
                _flush(con, waiting)
            if on_done:
                on_done(paper)
    _flush(con, waiting)
    return counts


def _staged(
    settings: Settings, paper: Paper, outcome: Outcome, schemas: Mapping[str, pa.Schema]
) -> tuple[dict[str, pa.Table], pa.Table]:
    """Return the paper's rows per staging table, and its contacts."""
    if paper.copy_of is not None:
        found = refused(paper, "copy", f"same content as {paper.copy_of}")
    elif outcome.reason is not None:
        found = refused(paper, outcome.reason, outcome.detail)
    else:
        try:
            found = without_contacts(recognise(load_reading(settings.readings, paper.sha256), paper))
            return _to_arrow(found, schemas), contacts_table(found.forms.contacts if found.forms else ())
        except Exception as error:
            # A paper is untrusted input: whatever it makes the recogniser raise must cost no other paper its place.
            # The error's own words may quote the paper, a person's name among them: only its kind and place are told.
            places = _places(error)
            log.error("recognising %s failed: %s at %s", paper.source_path, type(error).__name__, ", ".join(places))
            found = refused(paper, "recognising_failed", f"{type(error).__name__} at {places[0]}")
    return _to_arrow(found, schemas), contacts_table(())


def _places(error: Exception) -> list[str]:
    """Given an error, return the lines of this project that it came through, the innermost first."""
    frames = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    ours = [(path.relative_to(PROJECT), line) for path, line in frames if path.is_relative_to(PROJECT / "pipelines")]
    return [f"{path.as_posix()}:{line}" for path, line in reversed(ours)]


def _to_arrow(recognised: Recognised, schemas: Mapping[str, pa.Schema]) -> dict[str, pa.Table]:
    return {table: _arrow_table(records(recognised), schemas[table]) for table, records in RECORDS.items()}


def _arrow_table(records: Iterable[tuple], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*records, strict=True)) or [()] * len(schema)
    arrays = [
        pa.array(_scaled(values, field.type) if pa.types.is_decimal(field.type) else values, field.type)
        for values, field in zip(columns, schema, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _scaled(values: Iterable[Decimal | None], kind: pa.Decimal128Type) -> list[Decimal | None]:
    step = Decimal(1).scaleb(-kind.scale)
    return [None if value is None else value.quantize(step) for value in values]


def _flush(con: duckdb.DuckDBPyConnection, waiting: Mapping[str, list[pa.Table]]) -> None:
    for table, batches in waiting.items():
        if batches:
            rows = pa.concat_tables(batches)
            con.register("arriving", rows)
            con.execute(f"insert into staging.{table} by name select * from arriving")
            con.unregister("arriving")
            batches.clear()
