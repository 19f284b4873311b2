"""The errors that a user is meant to read."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

NO_ROOM = 1 << 20  # bytes
FULL = (errno.ENOSPC, errno.EDQUOT)
# A mount that hangs or comes back, a busy device; a full disk or a missing permission stays what it is.
PASSING = {
    errno.EIO, errno.ESTALE, errno.EAGAIN, errno.EBUSY, errno.ETIMEDOUT, errno.EHOSTDOWN, errno.ENETDOWN,
    errno.ENETUNREACH, errno.ENETRESET, errno.ECONNRESET, errno.ENOTCONN, errno.EREMOTEIO,
}  # fmt: skip
# As DuckDB, dbt, SQLite and Arrow have it in their words.
SAYS_FULL = ("No space left on device", "disk is full", "Disk quota exceeded")


class PipelineError(Exception):
    """Something a person can act on. The message is one line and says what to do."""


class UsageError(PipelineError):
    """The command was asked for something that is not there; nothing was begun."""


def may_pass(error: OSError) -> bool:
    """Whether a disk or a network failed in a way that may have passed when it is tried again."""
    return error.errno in PASSING


def is_disk_full(error: BaseException, home: Path) -> bool:
    """Whether this error, or one that it came from, is that the home's disk has no room left.

    SQLite speaks of an I/O error only, so the disk is asked too.
    """
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        if getattr(error, "errno", None) in FULL or any(words in str(error) for words in SAYS_FULL):
            return True
        seen.append(error)
        error = error.__cause__ or error.__context__
    try:
        return shutil.disk_usage(home).free < NO_ROOM
    except OSError:  # there is no home: what went wrong says itself
        return False
