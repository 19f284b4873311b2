"""`gouji ui` with its sensor at work: killed while the run that it started is under way, and started again."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from pipelines.settings import PROJECT, Settings
from pipelines.warehouse.build import lock_holder, unchanged_record
from pipelines.warehouse.papers import discover
from tests.disturbances import Turn, kill, wait_for
from tests.watched_runs import alive, all_ended, descendants, environment, phase_of, stand_of

DAEMON = "kill -9 of the daemon"
PATIENCE = 400.0  # seconds: Dagster gives a run that is starting 180
OPERATION = """
timezone = "Asia/Shanghai"
schedule = { cron = "0 6 * 1-4 *", running = false }
sensor = { seconds = 1, running = true }
limits = { refused_share = 1.0 }
publication.budget = { opens = "01-01", due = "03-31" }
"""
ENDED = ("SUCCESS", "FAILURE", "CANCELED")


class Server:
    """`gouji ui` for a home; it is started wherever it is needed and does not run."""

    def __init__(self, settings: Settings):
        self.settings, self.process = settings, None
        self.operation = settings.home.parent / "operation.toml"
        self.operation.write_text(OPERATION, encoding="utf-8")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def pid(self) -> int | None:
        return self.process.pid if self.process else None

    def start(self) -> None:
        """Start it as a service manager does: where it has ended, and again where the port is still taken."""
        if self.process is not None and self.process.poll() is None:
            return
        command = [sys.executable, "-m", "pipelines.cli", "ui", "--port", str(self.port)]
        command += ["--raw", str(self.settings.raw), "--home", str(self.settings.home)]
        with (self.settings.home.parent / "ui.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=PROJECT, env=environment(self.settings) | {"GOUJI_OPERATION": str(self.operation)},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def disturb(self, turn: Turn) -> str:
        """Kill one of four: everything at once as when power fails, the daemon, the command, the run's process."""
        before = stand_of(self.settings)
        self.start()
        wait_for(turn, self.process, turn.phase(), before)
        struck = phase_of(self.settings, before)
        for pid in TARGETS[turn.number % len(TARGETS)](self.settings, self.process.pid):
            kill(pid)
        time.sleep(0.5)
        return struck

    def heal(self, settings: Settings) -> None:
        """Wait until what lies in raw/ is published and no run is under way."""
        deadline = time.monotonic() + PATIENCE
        while (
            unchanged_record(settings, discover(settings)) is None or lock_holder(settings.home) or under_way(settings)
        ):
            assert time.monotonic() < deadline, f"not healed in {PATIENCE:.0f} seconds: {under_way(settings)}"
            self.start()
            time.sleep(0.5)

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(60)
        for pid in alive(self.settings):
            kill(pid)
        all_ended(self.settings)


@contextlib.contextmanager
def served(settings: Settings) -> Iterator[Server]:
    server = Server(settings)
    try:
        yield server
    finally:
        server.stop()


def under_way(settings: Settings) -> list[tuple[str, str]]:
    """Return (run, status) of every run that has not ended, as Dagster's storage says."""
    try:
        with sqlite3.connect(f"file:{settings.dagster_home}/history/runs.db?mode=ro", uri=True, timeout=20) as con:
            return con.execute(f"select run_id, status from runs where status not in {ENDED}").fetchall()
    except sqlite3.OperationalError:
        return []


def everything(settings: Settings, server: int) -> list[int]:
    return alive(settings)


def the_daemon(settings: Settings, server: int) -> list[int]:
    return descendants(server, "dagster._daemon")


def the_command(settings: Settings, server: int) -> list[int]:
    return [server]


def the_run(settings: Settings, server: int) -> list[int]:
    return [pid for pid in descendants(server, "--multiprocessing-fork") if pid != os.getpid()]


TARGETS: tuple[Callable[[Settings, int], list[int]], ...] = (everything, the_daemon, the_command, the_run)
