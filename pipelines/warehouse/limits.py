"""What one query may cost in time, memory and rows, and how it ends where it costs more."""

from __future__ import annotations

import os
import resource
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import duckdb

from pipelines.errors import PipelineError

GIGABYTE = 10**9
GRACE = 3.0  # seconds; some functions never look whether they were interrupted


class QueryLimits(NamedTuple):
    """Seconds on the clock, bytes of memory, and rows of the result."""

    seconds: float = 60.0
    memory: int = 2 * GIGABYTE
    rows: int = 1_000_000

    @property
    def config(self) -> dict[str, str]:
        """The settings of a DuckDB instance that keeps to them; what does not fit into memory is not put on disk."""
        return {"memory_limit": f"{self.memory}B", "temp_directory": "", "threads": "2"}


@contextmanager
def within(con: duckdb.DuckDBPyConnection, limits: QueryLimits) -> Iterator[None]:
    """Let the block use the connection within these limits of time and memory.

    Raises PipelineError where the time is over or the memory used up. A query that goes on after it was interrupted
    ends the process (exit code 1): nothing else ends it.
    """
    over = threading.Event()
    told = f"the query took more than {limits.seconds:g} s: ask for less, or raise --timeout"
    timers = [
        threading.Timer(limits.seconds, lambda: (over.set(), con.interrupt())),
        threading.Timer(limits.seconds + GRACE, _end_process, [told]),
    ]
    for timer in timers:
        timer.daemon = True
        timer.start()
    try:
        with capped_memory(2 * limits.memory):
            yield
    except (duckdb.OutOfMemoryException, MemoryError):
        size = f"{limits.memory / GIGABYTE:g} GB"
        raise PipelineError(f"the query needs more than {size} of memory: ask for less, or raise --memory") from None
    except duckdb.Error:
        if over.is_set():
            raise PipelineError(told) from None
        raise
    finally:
        for timer in timers:
            timer.cancel()


@contextmanager
def capped_memory(size: int) -> Iterator[None]:
    """Let the process grow by so many bytes and no more: DuckDB's own limit does not count what some functions use.

    Where the system does not say how much a process has, nothing is capped.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    now = _data_size()
    if now is None or soft != resource.RLIM_INFINITY:
        yield
        return
    resource.setrlimit(resource.RLIMIT_DATA, (now + size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _data_size() -> int | None:
    with suppress(OSError):  # Linux alone has it
        return int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
    return None


def _end_process(told: str) -> None:
    print(f"gouji: {told}", file=sys.stderr, flush=True)
    os._exit(1)
