"""Papers put under raw/, published and let age: what those who watch the folder see."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pipelines.operation.ledger import Entry, load_ledger, save_ledger, updated
from pipelines.operation.watching import look
from pipelines.settings import Settings
from pipelines.warehouse import papers as papers_module
from pipelines.warehouse.papers import discover

DAY, NEXT_DAY = date(2026, 3, 1), date(2026, 3, 2)


def put(settings: Settings, path: str, content: str) -> None:
    file = settings.raw / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)


def publish(settings: Settings, day: date = DAY) -> list[Entry]:
    """What a publication leaves behind: the ledger."""
    entries = updated(load_ledger(settings.ledger), discover(settings), day)
    save_ledger(settings.ledger, entries)
    return entries


def two_looks(settings: Settings):
    return look(settings, look(settings, {}).remembered)


def age(path: Path, monkeypatch) -> None:
    """Let a file have last changed long ago: the time of its inode cannot be set."""
    real = papers_module._signature
    old = path.stat().st_ino
    monkeypatch.setattr(papers_module, "_signature", lambda i: (i.st_size, 0, 0, old) if i.st_ino == old else real(i))
