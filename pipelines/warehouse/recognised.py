"""What recognising made of each paper, as rows of the schema `staging`, kept so that no paper is recognised twice.

<home>/staging/recognised-<version>/<ab>/<key>.arrow      one file per paper, one Arrow stream per table in it
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import shutil
import tempfile
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa

from pipelines.errors import PipelineError
from pipelines.reading.store import load_reading, reader_version, unfinished
from pipelines.reading.worker import Outcome
from pipelines.recognising.contacts import without_contacts
from pipelines.recognising.document import recognise, refused
from pipelines.recognising.recognised import Recognised
from pipelines.recognising.records import Paper
from pipelines.settings import PROJECT, Settings
from pipelines.warehouse.restricted import contacts_table
from pipelines.warehouse.schema import create_staging

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
    "changes": lambda paper: paper.changes,
    "other_numbers": lambda paper: paper.other_numbers,
}
# What decides the rows besides the paper and its reading.
SOURCES = ("recognising", "vocabulary", "warehouse/recognised.py", "warehouse/restricted.py", "warehouse/schema.py")
PREFIX = "recognised-"


class Rows(NamedTuple):
    """One paper's rows per staging table, and the contacts that go to the restricted file instead."""

    tables: Mapping[str, pa.Table]
    contacts: pa.Table


def state_of(paper: Paper, outcome: Outcome) -> str:
    """Given a paper and how reading it ended, return one hash of all that its own rows are made of."""
    printed = paper._replace(path=None)
    return hashlib.sha256(json.dumps([*printed, outcome.reason, outcome.detail]).encode()).hexdigest()


def rows_of(settings: Settings, paper: Paper, outcome: Outcome) -> Rows:
    """Given a paper and how reading it ended, return its rows: from the store, or recognised now and kept there.

    Every paper gets its row of `documents`: one whose recognising raises is there with the reason
    `recognising_failed`. Only what was recognised from a reading is kept: the rest is made in no time.
    """
    if paper.copy_of is not None:
        return _as_rows(refused(paper, "copy", f"same content as {paper.copy_of}"))
    if outcome.reason is not None:
        return _as_rows(refused(paper, outcome.reason, outcome.detail))
    file = _file(settings, paper, outcome)
    kept = _load(file)
    if kept is None:
        try:
            found = without_contacts(recognise(load_reading(settings.readings, paper.sha256), paper))
            kept = _as_rows(found)
        except PipelineError:
            raise  # not the paper is at fault but what it is read with, such as an undecided row of the vocabulary
        except Exception as error:
            # A paper is untrusted input: whatever it makes the recogniser raise must cost no other paper its place.
            # The error's own words may quote the paper, a person's name among them: only its kind and place are told.
            places = _places(error)
            log.error("recognising %s failed: %s at %s", paper.source_path, type(error).__name__, ", ".join(places))
            return _as_rows(refused(paper, "recognising_failed", f"{type(error).__name__} at {places[0]}"))
        _save(settings.readings, file, kept)
    return kept


def is_kept(settings: Settings, paper: Paper, outcome: Outcome) -> bool:
    """Whether a paper's rows need not be recognised: they are in the store, or made without its reading."""
    refused = paper.copy_of is not None or outcome.reason is not None
    return refused or _file(settings, paper, outcome).is_file()


def forget_other_versions(settings: Settings) -> None:
    """Remove what earlier versions of the recogniser left in the store; call it only under `run_lock`."""
    current = _folder(settings)
    for folder in settings.readings.glob(f"{PREFIX}*"):
        if folder != current:
            shutil.rmtree(folder, ignore_errors=True)


@cache
def recogniser_version() -> str:
    """The version of the recogniser: a hash of its source, its vocabulary and of the reader below it."""
    digest = hashlib.sha256(reader_version().encode())
    for source in SOURCES:
        place = PROJECT / "pipelines" / source
        files = place.rglob("*") if place.is_dir() else (place,)
        for path in sorted(path for path in files if path.suffix in (".py", ".csv")):
            digest.update(f"{path.relative_to(PROJECT).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


@cache
def schemas() -> dict[str, pa.Schema]:
    """Return the Arrow schema of each staging table that recognising fills, as DuckDB has it."""
    with duckdb.connect() as con:
        create_staging(con)
        return {name: con.execute(f"select * from staging.{name}").to_arrow_table().schema for name in RECORDS}


def _folder(settings: Settings) -> Path:
    return settings.readings / f"{PREFIX}{recogniser_version()}"


def _file(settings: Settings, paper: Paper, outcome: Outcome) -> Path:
    return _folder(settings) / paper.sha256[:2] / f"{state_of(paper, outcome)}.arrow"


def _as_rows(recognised: Recognised) -> Rows:
    tables = {name: _arrow_table(records(recognised), schemas()[name]) for name, records in RECORDS.items()}
    return Rows(tables, contacts_table(recognised.forms.contacts if recognised.forms else ()))


def _load(file: Path) -> Rows | None:
    """Return what was kept in the file; None where there is none or where it is damaged: it can be made again."""
    with contextlib.suppress(OSError, pa.ArrowException), pa.memory_map(str(file)) as source:
        tables = [pa.ipc.open_stream(source).read_all() for _ in range(len(RECORDS) + 1)]
        names = [*RECORDS, "contacts"]
        if all(table.schema == schema for table, schema in zip(tables, schemas().values(), strict=False)):
            kept = dict(zip(names, tables, strict=True))
            return Rows(kept, kept.pop("contacts"))
    return None


def _save(store: Path, file: Path, rows: Rows) -> None:
    """Keep the rows, whole or not at all; contacts are among them, so only the owner may look."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=unfinished(store))
    try:
        with os.fdopen(handle, "wb") as sink:
            for table in (*rows.tables.values(), rows.contacts):
                with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as out:
                    out.write_table(table)
        os.replace(name, file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _places(error: Exception) -> list[str]:
    """Given an error, return the lines of this project that it came through, the innermost first."""
    frames = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    ours = [(path.relative_to(PROJECT), line) for path, line in frames if path.is_relative_to(PROJECT / "pipelines")]
    return [f"{path.as_posix()}:{line}" for path, line in reversed(ours)]


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
