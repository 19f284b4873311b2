"""The place where the next warehouse is made: one folder per run, out of readers' sight, and one run at a time."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import struct
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import PipelineError
from pipelines.operation.ledger import load_ledger
from pipelines.operation.register import expected_now
from pipelines.reading.store import unfinished
from pipelines.recognising.records import Paper
from pipelines.settings import DBT_PROJECT, EXPECTATIONS, PROJECT, SCHEMA_VERSION, Settings
from pipelines.warehouse.entitled import in_step
from pipelines.warehouse.publish import current_generation, current_record

FLOCK = "hhqqi"
STALE_SECONDS = 3600
# The next warehouse file's name beside the build database.
NEXT = "next"
_held: dict[Path, int] = {}


@dataclass(frozen=True)
class Build:
    """One unpublished build: its database, its list of papers, and the generation it is to become."""

    path: Path

    @property
    def database(self) -> Path:
        return self.path / "build.duckdb"

    @property
    def generation(self) -> Path:
        return self.path / "generation"

    @property
    def warehouse(self) -> Path:
        """The warehouse file of the generation that the build is to become."""
        return self.generation / "warehouse" / "budget.duckdb"

    @property
    def contacts(self) -> Path:
        """The file of the contacts that the generation's restricted warehouse is to hold."""
        return self.path / "restricted" / "contacts.parquet"

    @property
    def beside(self) -> dict[str, Path]:
        """The databases that views in the build's own refer to, by the names they have there."""
        return {NEXT: self.warehouse} if self.warehouse.is_file() else {}

    @property
    def dbt_target(self) -> Path:
        return self.path / "dbt"

    def write(self, name: str, value: object) -> None:
        """Keep a JSON value under this name."""
        (self.path / f"{name}.json").write_text(json.dumps(value, ensure_ascii=True))

    def read(self, name: str):
        """Return the JSON value of this name; raises PipelineError where an earlier step has not written it."""
        try:
            return json.loads((self.path / f"{name}.json").read_text())
        except FileNotFoundError:
            raise PipelineError(f"the build has no {name} yet: run the main job first") from None

    def write_papers(self, papers: Sequence[Paper]) -> None:
        self.write("papers", [paper._asdict() | {"path": str(paper.path)} for paper in papers])

    def read_papers(self) -> list[Paper]:
        return [Paper(**entry | {"path": Path(entry["path"])}) for entry in self.read("papers")]


def start_build(settings: Settings) -> Build:
    """Make an empty build and drop what killed runs left behind; call it only under `run_lock`.

    Each build has a folder of its own: a dbt process that outlived a killed run writes into a folder that is gone.
    """
    shutil.rmtree(settings.build, ignore_errors=True)
    _drop_unfinished(settings)
    path = settings.build / f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{os.getpid()}"
    path.mkdir(parents=True)
    return Build(path)


def _drop_unfinished(settings: Settings) -> None:
    if settings.readings.is_dir():
        shutil.rmtree(unfinished(settings.readings), ignore_errors=True)
    for folder in (settings.home, settings.ledger.parent):
        for path in folder.glob(".papers-*"):
            # Whoever looks at raw/ just now writes one too, without the lock.
            if time.time() - path.stat().st_mtime > STALE_SECONDS:
                path.unlink(missing_ok=True)


def current_build(settings: Settings) -> Build:
    """Return the build under way; raises PipelineError where there is none."""
    builds = sorted(settings.build.glob("*/")) if settings.build.is_dir() else []
    if not builds:
        raise PipelineError("nothing is being built: run the main job first (gouji run)")
    return Build(builds[-1])


@contextlib.contextmanager
def run_lock(home: Path, patience: float = 0.0) -> Iterator[None]:
    """Hold the home for one run; nested use in one process is one hold. Raises PipelineError where another run has it
    and does not end within `patience` seconds.

    A record lock belongs to the process alone: children that outlive a killed run do not keep it, as they would
    with flock.
    """
    home = home.resolve()
    if home in _held:
        yield
        return
    home.mkdir(parents=True, exist_ok=True)
    handle = os.open(home / "run.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            _lock(handle, time.monotonic() + patience)
        except OSError:
            pid = os.read(handle, 20).decode(errors="replace").strip() or "?"
            raise PipelineError(f"another run is at work in {home} (process {pid}): wait until it has ended") from None
        os.truncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        _held[home] = handle
        yield
    finally:
        _held.pop(home, None)
        os.close(handle)


def lock_holder(home: Path) -> int | None:
    """Return the process that holds the home for a run, None where none does."""
    try:
        handle = os.open(home.resolve() / "run.lock", os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        # struct flock of Linux: type, whence, start, length, process. Asking takes no lock that a run could meet.
        found = fcntl.fcntl(handle, fcntl.F_GETLK, struct.pack(FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0))
        return None if struct.unpack(FLOCK, found)[0] == fcntl.F_UNLCK else int(os.read(handle, 20) or 0)
    finally:
        os.close(handle)


def _lock(handle: int, deadline: float) -> None:
    while True:
        try:
            return fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() >= deadline:
                raise
        time.sleep(1.0)


def fingerprint(settings: Settings, papers: Sequence[Paper]) -> str:
    """Given what goes into a warehouse, return one hash: papers, what the register expects by today, and the project.

    A selection is in it by the papers that it adds.
    """
    digest = hashlib.sha256(project_fingerprint().encode())
    for paper in papers:
        digest.update(f"{paper.source_path}\0{paper.sha256}\0{paper.registered_name or ''}\0".encode())
    digest.update(json.dumps(expected_now(settings, [paper.folder_year for paper in papers]), default=str).encode())
    return digest.hexdigest()


def project_fingerprint() -> str:
    """Return one hash of what decides what becomes of papers: code and data, the libraries it is locked to, schema."""
    digest = hashlib.sha256(str(SCHEMA_VERSION).encode())
    for path in project_files():
        digest.update(f"{path.relative_to(PROJECT).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def unchanged_record(settings: Settings, papers: Sequence[Paper]) -> dict | None:
    """Return run.json of the published generation where a run on these papers would make the same, else None.

    A run may make something else of papers that its record names as worth another try.
    """
    record = standing_record(settings, papers)
    return None if record is None or record.get("again") else record


def standing_record(settings: Settings, papers: Sequence[Paper]) -> dict | None:
    """Return run.json of the published generation where it is that of these papers, else None.

    A run that was killed between its publication and the restricted warehouse or the ledger has something left to do.
    """
    record = current_record(settings)
    if record is None or record.get("fingerprint") != fingerprint(settings, papers):
        return None
    if not in_step(settings, current_generation(settings).name):
        return None
    standing = {(entry.source_path, entry.sha256) for entry in load_ledger(settings.ledger) if entry.stands}
    return record if standing == {(paper.source_path, paper.sha256) for paper in papers} else None


def project_files() -> list[Path]:
    """Return the files that decide what comes out: code, vocabulary, rules, dbt project, pinned libraries."""
    roots = (PROJECT / "pipelines", EXPECTATIONS, DBT_PROJECT)
    derived = {"__pycache__", "target", "logs", "dbt_packages"}
    files = [
        path
        for root in roots
        for path in root.rglob("*")
        if path.is_file() and derived.isdisjoint(path.relative_to(root).parts) and not path.name.startswith(".")
    ]
    lock = PROJECT / "requirements.lock"
    return sorted([*files, lock] if lock.is_file() else files)
