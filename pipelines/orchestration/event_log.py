"""The event log of a run at the command line. Dagster's own makes an engine and opens a file up to three times for
every event; a run has a thousand events, and writing them took a quarter of a small run's time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event

# Where Dagster keeps the logs of runs under its home when no storage is configured.
FOLDER = Path("history", "runs")


class RunEventLog(SqliteEventLogStorage):
    """The same files, each with one engine that keeps its connection."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None):
        self._engines: dict[str, Engine] = {}
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: dict) -> RunEventLog:
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engines.get(shard)
            if engine is None:
                address = self.conn_string_for_shard(shard)
                engine = create_engine(address, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS})
                event.listen(engine, "connect", _do_not_wait_for_the_disk)
                self._initdb(engine)
                self._engines[shard] = engine
            with engine.connect() as con, con.begin():
                yield con

    def dispose(self) -> None:
        super().dispose()
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()


def event_log_config(dagster_home: Path) -> dict:
    """Given Dagster's home, return the entry `event_log_storage` of an instance's config."""
    return {"module": __name__, "class": RunEventLog.__name__, "config": {"base_dir": str(dagster_home / FOLDER)}}


def _do_not_wait_for_the_disk(connection, _record) -> None:
    # In a write-ahead log this loses the last events with the machine's power, never the file.
    connection.execute("pragma synchronous = normal")
