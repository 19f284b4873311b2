"""Contact persons and telephone numbers of performance forms, kept where only their owner can read.

<home>/build/<run>/restricted/contacts.parquet   one row per `pipelines.recognising.forms.records.Contact`, until the
                                                 build is published
<home>/restricted/                               the published ones: pipelines.warehouse.entitled

Nothing else of them is kept: no staging table, mart, export, report or log has a column for them.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.errors import PipelineError
from pipelines.recognising.forms.records import Contact
from pipelines.warehouse.entitled import entitled_of
from pipelines.warehouse.schema import column_types

ARROW_TYPES = {"VARCHAR": pa.string(), "INTEGER": pa.int32(), "DOUBLE": pa.float64()}
SCHEMA = pa.schema([(name, ARROW_TYPES[kind]) for name, kind in column_types(Contact).items()])
ORDER = [(name, "ascending") for name in ("document_id", "page", "top", "x0", "role", "name", "telephone")]


def contacts_table(contacts: Sequence[Contact]) -> pa.Table:
    """Given contacts, return them as a table; raises ArrowException where a text cannot be written."""
    columns = list(zip(*contacts, strict=True)) or [()] * len(SCHEMA)
    arrays = [pa.array(values, kind) for values, kind in zip(columns, SCHEMA.types, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def write_contacts(path: Path, tables: Sequence[pa.Table]) -> None:
    """Write tables of contacts as one file, in the place of what stands there: folder 0700, file 0600 from its first
    byte on, whatever the umask."""
    path.parent.mkdir(exist_ok=True)
    path.parent.chmod(0o700)
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        pq.write_table(pa.concat_tables([SCHEMA.empty_table(), *tables]).sort_by(ORDER), file, compression="zstd")


def read_contacts(path: Path) -> pa.Table:
    """Return the contacts that `write_contacts` wrote there."""
    return pq.read_table(path, schema=SCHEMA)


def published_contacts(home: Path, generation: str) -> pa.Table:
    """Return the contacts in the restricted warehouse of the generation with this id; raises PipelineError where there
    is none."""
    file = entitled_of(home, generation)
    if not file.is_file():
        raise PipelineError(f"{file} is not there: run `gouji run` first")
    with duckdb.connect(str(file), read_only=True) as con:
        return con.execute("from restricted.contacts").to_arrow_table().select(SCHEMA.names).cast(SCHEMA).sort_by(ORDER)


def kept_contacts(home: Path, generation: str, documents: Collection[str]) -> pa.Table:
    """Return the published contacts of these documents. Raises as `published_contacts`."""
    kept = published_contacts(home, generation)
    return kept.filter(pc.is_in(kept["document_id"], pa.array(sorted(documents), pa.string())))
