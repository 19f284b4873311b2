"""Opening the databases that a run writes and reads."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipelines.settings import database_memory


def open_database(path: Path, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open a database within the memory that a run may use for one; what does not fit goes to a folder beside it."""
    return duckdb.connect(str(path), read_only=read_only, config={"memory_limit": database_memory()})
