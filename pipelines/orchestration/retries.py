"""Retries where another try can help: trouble of disks and networks, never of data."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator

from dagster import RetryRequested

TRIES = 3
SECONDS_BETWEEN = 10
# A mount that hangs or comes back, a busy device; a full disk or a missing permission stays what it is.
PASSING = {
    errno.EIO, errno.ESTALE, errno.EAGAIN, errno.EBUSY, errno.ETIMEDOUT, errno.EHOSTDOWN, errno.ENETDOWN,
    errno.ENETUNREACH, errno.ENETRESET, errno.ECONNRESET, errno.ENOTCONN, errno.EREMOTEIO,
}  # fmt: skip


@contextlib.contextmanager
def retried() -> Iterator[None]:
    """Have the step run again after a while where it met trouble that may pass."""
    try:
        yield
    except OSError as error:
        if error.errno not in PASSING:
            raise
        raise RetryRequested(max_retries=TRIES, seconds_to_wait=SECONDS_BETWEEN) from error
