"""Runs as processes that are watched from outside: which phase they are in, what they leave behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from pipelines.settings import PROJECT, Settings
from pipelines.warehouse.publish import current_generation

FINISHED = (0, 3)  # 3: one of the papers may be a copy
# What a build has from the beginning of a phase on.
MARKS = {
    "checks": "dbt/check",
    "gate": "dbt/check/nodes.json",
    "marts": "dbt/marts",
    "copy": "dbt/over_all/nodes.json",
    "report": "generation/report",
    "rename": "generation/run.json",
}
PHASES = ("start", "reading", "staging", *MARKS)
# What processes of the watched runs have in their environment.
MARK = "GOUJI_WATCHED"


def environment(settings: Settings) -> dict[str, str]:
    """The environment of everything that is started for a home: its processes are found by it."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {MARK: str(settings.home)}


def started(settings: Settings, *options: str, preexec=None) -> subprocess.Popen:
    """Start the main job."""
    command = [sys.executable, "-m", "pipelines.cli", "run", *options]
    command += ["--raw", str(settings.raw), "--home", str(settings.home)]
    return subprocess.Popen(
        command, cwd=PROJECT, env=environment(settings), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, preexec_fn=preexec,
    )  # fmt: skip


def finished(process: subprocess.Popen) -> tuple[int, str]:
    said, _ = process.communicate(timeout=1800)
    return process.returncode, said


class Stand(NamedTuple):
    """What a home looks like before a run: by what differs, the run's phase is known."""

    build: Path | None
    process: str
    generation: Path | None


def stand_of(settings: Settings) -> Stand:
    lock = settings.home / "run.lock"
    build = max(settings.build.glob("*/"), default=None)
    return Stand(build, lock.read_text() if lock.is_file() else "", current_generation(settings))


def phase_of(settings: Settings, before: Stand) -> str:
    """Given what the home looked like before the run, return the phase that the run is in."""
    now = stand_of(settings)
    if now.build is None or now.build == before.build:
        return "start" if now.process in ("", before.process) else "reading"
    if now.generation != before.generation:
        return "rename"
    reached = "staging"
    for phase, mark in MARKS.items():
        if (now.build / mark).exists():
            reached = phase
    return reached


def timed(settings: Settings, *options: str) -> dict[str, float]:
    """Run the main job undisturbed; return the seconds of each phase."""
    before = stand_of(settings)
    process = started(settings, *options)
    takes, last = dict.fromkeys(PHASES, 0.0), time.monotonic()
    while process.poll() is None:
        phase = phase_of(settings, before)
        time.sleep(0.01)
        now = time.monotonic()
        takes[phase], last = takes[phase] + now - last, now
    code, said = finished(process)
    assert code in FINISHED, said
    return takes


def descendants(pid: int, named: str = "") -> list[int]:
    """Processes below a process, at any depth, whose command line names something."""
    below = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            for child in map(int, Path(f"/proc/{pid}/task/{task}/children").read_text().split()):
                below += [child] * (named in Path(f"/proc/{child}/cmdline").read_text()) + descendants(child, named)
    except OSError:  # it has ended meanwhile
        pass
    return below


def alive(settings: Settings) -> list[int]:
    """Processes that were started for this home and have not ended, whoever is their parent now."""
    mark = f"{MARK}={settings.home}\0".encode()
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (place / "environ").read_bytes() + b"\0":
                found.append(int(place.name))
        except OSError:
            continue
    return found


def all_ended(settings: Settings, but: int | None = None, seconds: float = 60.0) -> list[str]:
    """Wait until no process of this home is left but one and those below it; return what is left after so many
    seconds."""
    deadline = time.monotonic() + seconds
    while left := set(alive(settings)) - ({but, *descendants(but)} if but else set()):
        if time.monotonic() > deadline:
            return [f"{pid} {' '.join(command_of(pid))}" for pid in left]
        time.sleep(0.1)
    return []


def command_of(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return []
