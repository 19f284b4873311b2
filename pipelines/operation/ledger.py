"""The ledger of papers: every paper that was ever read here, when, and what became of it. It outlives rebuilds."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from pipelines.errors import PipelineError
from pipelines.recognising.records import Paper


class Entry(NamedTuple):
    """One content at one path. Days are ISO dates. It stands as long as `superseded_by` (the paper that took its path),
    `renamed_to` (the path that it has now) and `withdrawn` (the day it was found gone) are empty."""

    document_id: str
    source_path: str
    sha256: str
    first_seen: str
    last_seen: str
    superseded_by: str = ""
    renamed_to: str = ""
    withdrawn: str = ""

    @property
    def stands(self) -> bool:
        return not (self.superseded_by or self.renamed_to or self.withdrawn)


def load_ledger(file: Path) -> list[Entry]:
    """Return the ledger's entries, none where there is no ledger yet.

    Raises PipelineError where the file is damaged: what it knows is nowhere else.
    """
    try:
        with file.open(encoding="utf-8", newline="") as opened:
            header, *rows = list(csv.reader(opened, strict=True)) or [[]]
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PipelineError(f"the ledger {file} cannot be read ({error}): put back its last back-up") from None
    if tuple(header) != Entry._fields or any(len(row) != len(header) for row in rows):
        raise PipelineError(f"the ledger {file} is damaged: put back its last back-up, or move it away to begin anew")
    return [Entry(*row) for row in rows]


def save_ledger(file: Path, entries: Iterable[Sequence[str]]) -> None:
    """Write the ledger whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(dir=file.parent, prefix=".papers-", suffix=".csv")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened, lineterminator="\n")
            writer.writerow(Entry._fields)
            writer.writerows(entries)
            opened.flush()
            os.fsync(opened.fileno())
        os.replace(aside, file)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


def updated(entries: Iterable[Entry], papers: Iterable[Paper], today: date) -> list[Entry]:
    """Given the ledger and the papers that a build is made of, return the ledger as of today, by path and first day."""
    day = today.isoformat()
    by_path = {paper.source_path: paper for paper in papers}
    earlier = {(entry.source_path, entry.sha256): entry for entry in entries}
    # A path that had the content already is that of another copy, not of this one renamed.
    paths_of: dict[str, str] = {}
    for paper in by_path.values():
        known = earlier.get((paper.source_path, paper.sha256))
        if known is None or not known.stands:
            paths_of.setdefault(paper.sha256, paper.source_path)
    now = {
        (paper.source_path, paper.sha256): Entry(
            paper.document_id, paper.source_path, paper.sha256, _first_seen(earlier, paper) or day, day
        )
        for paper in by_path.values()
    }
    gone = {key: _ended(entry, by_path, paths_of, day) for key, entry in earlier.items() if key not in now}
    return sorted((gone | now).values(), key=lambda entry: (entry.source_path, entry.first_seen, entry.sha256))


def _first_seen(earlier: dict[tuple[str, str], Entry], paper: Paper) -> str | None:
    known = earlier.get((paper.source_path, paper.sha256))
    return known.first_seen if known else None


def _ended(entry: Entry, by_path: dict[str, Paper], paths_of: dict[str, str], day: str) -> Entry:
    if entry.superseded_by or entry.renamed_to:
        return entry
    if entry.source_path in by_path:
        return entry._replace(superseded_by=by_path[entry.source_path].document_id, withdrawn="")
    if entry.sha256 in paths_of:
        return entry._replace(renamed_to=paths_of[entry.sha256], withdrawn="")
    return entry if entry.withdrawn else entry._replace(withdrawn=day)
