"""What this project's own child processes have in common."""

from __future__ import annotations

import ctypes
import signal

PR_SET_PDEATHSIG = 1


def die_with_parent(by: signal.Signals = signal.SIGKILL) -> None:
    """Have the kernel send this process a signal when the thread that started it ends, also where that was killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, by)
