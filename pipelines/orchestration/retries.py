"""Retries where another try can help: trouble of disks and networks, never of data."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from dagster import RetryRequested

from pipelines.errors import may_pass

TRIES = 3
SECONDS_BETWEEN = 10


@contextlib.contextmanager
def retried() -> Iterator[None]:
    """Have the step run again after a while where it met trouble that may pass."""
    try:
        yield
    except OSError as error:
        if not may_pass(error):
            raise
        raise RetryRequested(max_retries=TRIES, seconds_to_wait=SECONDS_BETWEEN) from error
