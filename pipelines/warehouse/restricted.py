"""Contact persons and telephone numbers of performance forms: one file that only its owner can read.

<home>/restricted/contacts.parquet      one row per `pipelines.recognising.forms.records.Contact`

Nothing else of them is kept: no staging table, mart, export, report or log has a column for them.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.recognising.forms.records import Contact
from pipelines.warehouse.schema import column_types

UNFINISHED = ".contacts-"
VERSION = b"version"
ARROW_TYPES = {"VARCHAR": pa.string(), "INTEGER": pa.int32(), "DOUBLE": pa.float64()}
SCHEMA = pa.schema([(name, ARROW_TYPES[kind]) for name, kind in column_types(Contact).items()])
ORDER = [(name, "ascending") for name in ("document_id", "page", "top", "x0", "role")]


def contacts_path(home: Path) -> Path:
    """Given the home, return where its contacts are kept."""
    return home / "restricted" / "contacts.parquet"


def contacts_table(contacts: Sequence[Contact]) -> pa.Table:
    """Given contacts, return them as a table; raises ArrowException where a text cannot be written."""
    columns = list(zip(*contacts, strict=True)) or [()] * len(SCHEMA)
    arrays = [pa.array(values, kind) for values, kind in zip(columns, SCHEMA.types, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def contacts_version(home: Path) -> str | None:
    """Return what the contacts kept in this home were made by, None where there are none."""
    try:
        return (pq.read_schema(contacts_path(home)).metadata or {}).get(VERSION, b"").decode()
    except (OSError, pa.ArrowException):
        return None


def kept_contacts(home: Path, documents: Collection[str]) -> pa.Table:
    """Return the contacts of these documents that earlier runs have kept."""
    kept = pq.read_table(contacts_path(home))
    return kept.filter(pc.is_in(kept["document_id"], pa.array(sorted(documents), pa.string())))


@contextlib.contextmanager
def contacts_file(home: Path, version: str = "") -> Iterator[Callable[[pa.Table], None]]:
    """Yield a function that keeps tables of contacts; they take the place of the last run's when the block ends well.

    `version` says what they are made by. Where the block raises or the process dies, the earlier file stands. Folder
    0700, file 0600, whatever the umask. Call it only under `run_lock`: what a killed run left behind is removed.
    """
    target = contacts_path(home)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.parent.chmod(0o700)
    for left in target.parent.glob(f"{UNFINISHED}*"):
        left.unlink()
    # mkstemp makes the file 0600 from its first byte on.
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=UNFINISHED)
    try:
        with os.fdopen(handle, "wb") as file:
            arrived: list[pa.Table] = []
            yield arrived.append
            whole = pa.concat_tables([SCHEMA.empty_table(), *arrived]).sort_by(ORDER)
            pq.write_table(whole.replace_schema_metadata({VERSION: version}), file, compression="zstd")
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
