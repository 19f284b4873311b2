"""The parent's side: capped child processes that read PDFs, watched page by page."""

from __future__ import annotations

import contextlib
import hashlib
import json
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from threading import Lock, local
from typing import NamedTuple

from pipelines.errors import may_pass
from pipelines.reading import store as readings
from pipelines.reading.model import REASONS, Reading
from pipelines.reading.wire import BadOutput, checked
from pipelines.settings import PROJECT, Limits

RECYCLE_AFTER = 50
PASSING = ("changed", "page_timeout", "file_timeout", "memory", "crash")  # worth another try in the next run
COMMAND = (sys.executable, "-m", "pipelines.reading.child")


class Outcome(NamedTuple):
    sha256: str
    reason: str | None
    detail: str
    pages: int
    seconds: float
    cached: bool


class Worker:
    """One capped child process at a time; a new one after RECYCLE_AFTER requests or any trouble."""

    def __init__(self, limits: Limits, command: tuple[str, ...] = COMMAND):
        self.limits, self.command = limits, command
        self.process: subprocess.Popen | None = None
        self.used = 0

    def ask(self, request: dict) -> dict:
        """Given a request (child.py), return its last answer; trouble comes back as a refusal with a reason code."""
        if self.process is None or self.process.poll() is not None or self.used >= RECYCLE_AFTER:
            self._start()
        self.used += 1
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
        except OSError:
            return self._give_up("crash", "the reading process took no request")
        return self._answer()

    def close(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            with contextlib.suppress(BrokenPipeError):  # what it took no more is still to be written
                self.process.stdin.close()
            self.process.stdout.close()
            self.process = None

    def _start(self) -> None:
        self.close()
        self.used = 0
        self.process = subprocess.Popen(
            [*self.command, json.dumps(asdict(self.limits))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=PROJECT,
        )

    def _answer(self) -> dict:
        limits, began = self.limits, time.monotonic()
        heard, pending, taken, last_page = began, bytearray(), 0, 0
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while True:
                now = time.monotonic()
                wait = min(heard + limits.page_seconds, began + limits.file_seconds) - now
                if wait <= 0:
                    late = "page_timeout" if now - heard >= limits.page_seconds else "file_timeout"
                    return self._give_up(late, f"no progress after page {last_page}")
                if not selector.select(wait):
                    continue
                chunk = self.process.stdout.read1(1 << 20)
                if not chunk:
                    self.process.wait()
                    return self._give_up("crash", f"the reading process ended with {self.process.returncode}")
                taken += len(chunk)
                if taken > limits.output:
                    return self._give_up("stream_too_large", f"more than {limits.output} bytes came out of it")
                pending += chunk
                while b"\n" in chunk and (end := pending.find(b"\n")) >= 0:
                    line, pending = bytes(pending[:end]), pending[end + 1 :]
                    try:
                        message = json.loads(line) if len(line) < 200 else {"long": line}
                    except ValueError:
                        return self._give_up("bad_output", "the reading process wrote no JSON")
                    if not isinstance(message, dict):
                        return self._give_up("bad_output", "the reading process wrote something else")
                    if "page" not in message:
                        return message
                    # progress is a new page: a child that repeats itself makes none
                    page = message["page"]
                    if isinstance(page, int) and page > last_page:
                        last_page, heard = page, time.monotonic()

    def _give_up(self, reason: str, detail: str) -> dict:
        self.close()
        return {"refused": reason, "detail": detail}


def read_one(worker: Worker, path: Path, sha256: str) -> Reading:
    """Given a PDF and its hash, return its reading; one that cannot be read comes back with a reason and nothing else.

    Raises OSError where the disk that it lies on fails in a way that may pass.
    """
    answer = worker.ask({"read": str(path), "sha256": sha256})
    try:
        if "long" in answer:
            answer = json.loads(answer["long"])
        if "reading" in answer:
            reading = checked(answer["reading"])
            if reading.sha256 != sha256:
                return _refused(sha256, "bad_output", "the reading is of another file")
            return reading
        reason = answer["refused"]
        if reason == "changed":
            _raise_passing(path)
        return _refused(sha256, reason if reason in REASONS else "bad_output", str(answer.get("detail", ""))[:300])
    except (BadOutput, ValueError, KeyError, TypeError) as error:
        worker.close()
        return _refused(sha256, "bad_output", str(error)[:300])


def _raise_passing(path: Path) -> None:
    """Raise the OSError, if it is one that may pass, that stands between us and a file. The child's word is no proof of
    it: a paper could make it say so, and the run would fail."""
    try:
        with path.open("rb") as file:
            hashlib.file_digest(file, "sha256")
    except OSError as error:
        if may_pass(error):
            raise


def _refused(sha256: str, reason: str, detail: str) -> Reading:
    return Reading(sha256, (), (), (), reason, detail)


def read_papers(
    files: Mapping[str, Path],
    store: Path,
    limits: Limits,
    jobs: int = 1,
    on_done: Callable[[Outcome], None] | None = None,
) -> dict[str, Outcome]:
    """Given PDFs by their SHA-256, read those that the store does not hold yet, in `jobs` capped children, and return
    how each ended. One PDF that cannot be read costs none of the others. One that is refused for a PASSING reason, such
    as a file that is no longer the one with this hash, is read again the next time.

    Raises OSError where the disk that a PDF lies on fails in a way that may pass.
    """
    workers: list[Worker] = []
    mine, lock, outcomes = local(), Lock(), {}

    def one(sha256: str) -> None:
        began = time.monotonic()
        reading = readings.summary(store, sha256)
        cached = reading is not None and reading.reason not in PASSING
        if not cached:
            if not hasattr(mine, "worker"):
                mine.worker = Worker(limits)
                with lock:
                    workers.append(mine.worker)
            whole = read_one(mine.worker, files[sha256], sha256)
            if whole.reason == "crash":  # somebody may have killed the child
                whole = read_one(mine.worker, files[sha256], sha256)
            readings.save(store, whole)
            reading = readings.Summary(whole.reason, whole.detail, len(whole.pages))
        outcome = Outcome(sha256, reading.reason, reading.detail, reading.pages, time.monotonic() - began, cached)
        with lock:
            outcomes[sha256] = outcome
            if on_done:
                on_done(outcome)

    try:
        with ThreadPoolExecutor(max(1, jobs)) as pool:
            list(pool.map(one, files))
    finally:
        for worker in workers:
            worker.close()
    return outcomes
