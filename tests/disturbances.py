"""What is done to runs: their processes are killed, their disk is full, others are at work beside them.

Each way takes a Turn and returns the phase of the run in which it struck.
"""

from __future__ import annotations

import contextlib
import errno
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import duckdb

from pipelines.settings import Settings
from tests.typesetting.samples import SAMPLES
from tests.watched_runs import FINISHED, PHASES, Stand, descendants, finished, phase_of, stand_of, started

WORKER, DBT = "pipelines.reading.child", "pipelines.warehouse.dbt_host"
PUBLISHING = ("copy", "report")


class Turn(NamedTuple):
    """One run to disturb. `number` counts a way's turns, `takes` has the seconds of each phase of an undisturbed run,
    `draw` the random numbers."""

    settings: Settings
    number: int
    takes: Mapping[str, float]
    draw: random.Random

    def phase(self, phases: tuple[str, ...] = PHASES) -> str:
        """The phase to strike in: turns go through all of them."""
        return phases[self.number % len(phases)]


def wait_for(turn: Turn, process: subprocess.Popen, phase: str, before: Stand) -> None:
    """Return at a random moment of the phase, at the latest when it or the process has ended."""
    wanted = PHASES.index(phase)
    while process.poll() is None and PHASES.index(phase_of(turn.settings, before)) < wanted:
        time.sleep(0.02)
    moment = time.monotonic() + turn.draw.uniform(0, turn.takes[phase])
    while process.poll() is None and time.monotonic() < moment and phase_of(turn.settings, before) == phase:
        time.sleep(0.02)


def kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def kill_run(turn: Turn) -> str:
    before = stand_of(turn.settings)
    process = started(turn.settings)
    wait_for(turn, process, turn.phase(), before)
    struck = phase_of(turn.settings, before)
    process.kill()
    finished(process)
    return struck


def kill_child(turn: Turn, phases: tuple[str, ...], named: str = "") -> str:
    """Kill one of the run's processes below it, or all whose command line names something."""
    before = stand_of(turn.settings)
    process = started(turn.settings)
    wait_for(turn, process, turn.phase(phases), before)
    while not (children := descendants(process.pid, named)) and process.poll() is None:
        time.sleep(0.02)
    struck = phase_of(turn.settings, before) if children else "none"
    for child in children if named else turn.draw.sample(children, min(1, len(children))):
        kill(child)
    code, said = finished(process)
    assert code in FINISHED or (code == 1 and told(said).startswith("gouji: ")), said
    return struck


def kill_reader(turn: Turn) -> str:
    return kill_child(turn, ("reading",), WORKER)


def kill_dbt(turn: Turn) -> str:
    return kill_child(turn, ("start", "reading", "staging", "checks", "gate", "marts"), DBT)


def kill_any_child(turn: Turn) -> str:
    return kill_child(turn, ("start", "reading", "staging", "checks", "gate", "marts"))


def hold_connection(turn: Turn) -> str:
    """An analyst reads on while a generation is published."""
    asked = "select count(*), sum(amount_yuan) from marts.fct_budget_line"
    with duckdb.connect(str(turn.settings.warehouse.resolve()), read_only=True) as con:
        before = con.execute(asked).fetchone()
        code, said = finished(started(turn.settings))
        assert code in FINISHED, said
        assert con.execute(asked).fetchone() == before
    return "all"


def run_twice(turn: Turn) -> str:
    before = stand_of(turn.settings)
    first = started(turn.settings)
    wait_for(turn, first, turn.phase(), before)
    struck = phase_of(turn.settings, before)
    second = started(turn.settings)
    (code, said), (other_code, other_said) = finished(first), finished(second)
    outcomes = ((code, said), (other_code, other_said))
    assert any(code in FINISHED for code, _ in outcomes), outcomes
    # the other is refused, or comes when the first has ended
    assert all(code in FINISHED or (code == 1 and "another run is at work" in said) for code, said in outcomes), (
        outcomes
    )
    return struck


def replace_paper(turn: Turn) -> str:
    """A paper is written anew while the run is at work, by a program that does not write it in one step."""
    path = turn.settings.raw / SAMPLES[1].path
    content = path.read_bytes()
    before = stand_of(turn.settings)
    process = started(turn.settings)
    wait_for(turn, process, turn.phase(("start", "reading")), before)
    struck = phase_of(turn.settings, before)
    path.write_bytes(content[: len(content) // 2])
    time.sleep(0.2)
    path.write_bytes(content)
    finished(process)
    return struck


def fill_disk(turn: Turn, phases: tuple[str, ...]) -> str:
    """Leave no byte free on the home's file system from a moment of a phase until the run has ended."""
    before = stand_of(turn.settings)
    process = started(turn.settings)
    wait_for(turn, process, turn.phase(phases), before)
    struck = phase_of(turn.settings, before)
    ballast = turn.settings.home / "ballast"
    try:
        with ballast.open("ab", buffering=0) as file:
            while process.poll() is None:
                fill(file.fileno())
                time.sleep(0.02)
            code, said = finished(process)
            fill(file.fileno())
        assert code in FINISHED or (code == 1 and "is full: make room" in told(said)), said
        # who reads needs no room
        with duckdb.connect(str(turn.settings.warehouse.resolve()), read_only=True) as con:
            assert con.execute("select count(*) from marts.fct_budget_line").fetchone()[0] > 0
    finally:
        ballast.unlink(missing_ok=True)
    return struck if code == 1 else "none"


def fill(handle: int) -> None:
    size = 1 << 20
    while size:
        try:
            os.write(handle, bytes(size))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            size //= 2


def fill_disk_at_build(turn: Turn) -> str:
    return fill_disk(turn, ("start", "reading", "staging", "checks", "gate", "marts"))


def fill_disk_at_publish(turn: Turn) -> str:
    return fill_disk(turn, PUBLISHING)


def told(said: str) -> str:
    """The last line of what a command said."""
    return (said.splitlines() or [""])[-1]


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int = 512) -> Iterator[None]:
    """Mount an empty file system of this size on a folder; raises PermissionError where this user may not."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PermissionError(errno.EPERM, done.stderr.strip())
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


WAYS: dict[str, Callable[[Turn], str]] = {
    "kill -9 of the run": kill_run,
    "kill -9 of the reading child": kill_reader,
    "kill -9 of any child": kill_any_child,
    "kill -9 of dbt": kill_dbt,
    "disk full at build": fill_disk_at_build,
    "disk full at publish": fill_disk_at_publish,
    "an analyst holds a connection": hold_connection,
    "two runs at once": run_twice,
    "a paper replaced while it is read": replace_paper,
}
ON_A_SMALL_DISK = (fill_disk_at_build, fill_disk_at_publish)
