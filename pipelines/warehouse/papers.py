"""Which papers are there: every PDF under raw/<year>/<department>/, known by its content."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pipelines.errors import PipelineError, UsageError
from pipelines.operation.ledger import load_ledger
from pipelines.operation.register import read_register
from pipelines.reading.store import summary
from pipelines.recognising.bodies import own_name, region_of
from pipelines.recognising.records import Paper
from pipelines.settings import Settings
from pipelines.warehouse.raw import folders_of, papers_lying, printable, strays

STAT_CACHE = "papers.json"
# A file changed again within its timestamp's granularity looks unchanged, so a hash this fresh is not remembered.
SETTLED_NS = 2_000_000_000
NEVER = "9999-12-31"


class Sight(NamedTuple):
    """A PDF as it lies there now. `sha256` is known where it was hashed before and has not changed since."""

    path: Path
    source_path: str
    signature: tuple[int, int, int, int]
    sha256: str | None

    @property
    def changed_ns(self) -> int:
        """When its content or its name last changed, in nanoseconds since 1970."""
        return max(self.signature[1:3])


def discover(settings: Settings) -> list[Paper]:
    """Given the settings, return this run's papers, sorted by path: those of the selected folders as they lie there,
    and what was read of the others before, so that a run on a selection takes nothing out of the warehouse. Where the
    reader is another by now, it reads the others too.

    The folders are the partition keys, the content is the identity: `document_id` is the first 16 hex digits of the
    SHA-256. A copy of the same bytes gets a running suffix and names the original's path in `copy_of`. Unchanged
    files are not hashed again. Raises PipelineError where there is no such folder or no paper in it.
    """
    found = papers_lying(settings.raw)
    selected = {path for path, _ in found if is_selected(*folders_of(path.relative_to(settings.raw)), settings)}
    # Partitions are named by what was seen there: one that is empty now has lost its papers and takes them out.
    if not selected and not (settings.partitions and found):
        raise (UsageError if found else PipelineError)(_nothing_found(settings, bool(found)))
    hashes, stood = _hashes(settings.home / STAT_CACHE, found), _stood(settings)
    for path in hashes.keys() - selected:
        standing, _ = stood.get(printable(path.relative_to(settings.raw)), ("", ""))
        if standing == hashes[path] and summary(settings.readings, standing) is None:
            selected.add(path)
    return _papers(settings, hashes, stood, selected)


def papers_read(settings: Settings) -> list[Paper]:
    """Return the papers under raw/ that have been read, whoever selected them; one that has changed since, or is gone
    from a folder that is not selected, as it was read. As `discover`, raises PipelineError where there is none."""
    papers = _papers(settings, _hashes(settings.home / STAT_CACHE, papers_lying(settings.raw)), _stood(settings))
    if not papers:
        raise PipelineError(f"no paper of {settings.raw} has been read yet: run `gouji run`")
    return papers


def waiting(settings: Settings, papers: Iterable[Paper]) -> dict[str, list[str]]:
    """Given the papers of a run, return the paths that are otherwise now under raw/: `changed` since they were read,
    `gone`, and `unread` at all."""
    hashes = _hashes(settings.home / STAT_CACHE, papers_lying(settings.raw))
    taken = {paper.source_path: paper.sha256 for paper in papers}
    there = {printable(path.relative_to(settings.raw)): sha256 for path, sha256 in hashes.items()}
    return {
        "changed": sorted(path for path, sha256 in there.items() if taken.get(path, sha256) != sha256),
        "gone": sorted(taken.keys() - there.keys()),
        "unread": sorted(there.keys() - taken.keys()),
    }


def sights(settings: Settings) -> list[Sight]:
    """Return every PDF under raw/ that would be read, without opening one; raises PipelineError where there is no such
    folder or nothing in it."""
    known = _load_cache(settings.home / STAT_CACHE)
    found = papers_lying(settings.raw)
    if not found:
        raise PipelineError(_nothing_found(settings, False))
    return [
        Sight(path, printable(path.relative_to(settings.raw)), _signature(info), _cached(known, path, info))
        for path, info in found
    ]


def sha256_of(sight: Sight) -> str:
    """Return the hash of a file's content, empty where it cannot be read just now."""
    try:
        return _sha256(sight.path)
    except OSError:
        return ""


def is_selected(year: str, department: str, settings: Settings) -> bool:
    """Whether the settings select a folder raw/<year>/<department>/."""
    return (
        (not settings.years or year in settings.years)
        and (not settings.departments or department in settings.departments)
        and (not settings.partitions or (year, department) in settings.partitions)
    )


def _papers(
    settings: Settings,
    hashes: Mapping[Path, str],
    stood: Mapping[str, tuple[str, str]],
    selected: Collection[Path] = (),
) -> list[Paper]:
    """The selected papers as they lie there; of the others what was read of them, now or as the ledger has them."""
    papers = []
    for path, lying in hashes.items():
        standing, _ = stood.get(printable(path.relative_to(settings.raw)), ("", ""))
        contents = [lying] if path in selected else _read(settings, lying, standing)
        papers += [_paper(settings, path, sha256) for sha256 in contents[:1]]
    there, contents = {paper.source_path for paper in papers}, set(hashes.values())
    papers += [
        _paper(settings, settings.raw / source_path, sha256)
        for source_path, (sha256, _) in stood.items()
        # one that was moved is there under another path
        if source_path not in there
        and sha256 not in contents
        and not is_selected(*folders_of(Path(source_path)), settings)
        and _read(settings, sha256)
    ]
    bodies = sorted({body.department for body in read_register(settings.register)})
    papers = [paper._replace(registered_name=_registered(paper.folder_department, bodies)) for paper in papers]
    first_seen = {(path, sha256): day for path, (sha256, day) in stood.items()}
    return _number_copies(sorted(papers, key=lambda paper: paper.source_path), first_seen)


def _read(settings: Settings, *contents: str) -> list[str]:
    """Those that were read; last the one that was found changed when its turn came, which nobody has looked at."""
    found = {sha256: summary(settings.readings, sha256) for sha256 in contents if sha256}
    return sorted((sha256 for sha256 in found if found[sha256]), key=lambda sha256: found[sha256].reason == "changed")


def _paper(settings: Settings, path: Path, sha256: str) -> Paper:
    relative = path.relative_to(settings.raw)
    return Paper("", sha256, path, printable(relative), printable(path.name), *folders_of(relative))


def _stood(settings: Settings) -> dict[str, tuple[str, str]]:
    """What the ledger has of each path: the hash of its content and the day on which that was first seen."""
    return {
        entry.source_path: (entry.sha256, entry.first_seen) for entry in load_ledger(settings.ledger) if entry.stands
    }


def _nothing_found(settings: Settings, others: bool) -> str:
    if others:
        chosen = " ".join((*settings.years, *settings.departments, *("/".join(pair) for pair in settings.partitions)))
        return f"{settings.raw} has papers, but none of {chosen}: folders are raw/<year>/<department>/, spelled exactly"
    misplaced = sum(path.lower().endswith(".pdf") for path, _ in strays(settings.raw))
    hint = f" ({misplaced} lie elsewhere)" if misplaced else ""
    return f"no paper in {settings.raw}{hint}: put PDFs into {settings.raw}/<year>/<department>/ and run again"


def _hashes(cache_file: Path, found: list[tuple[Path, os.stat_result]]) -> Mapping[Path, str]:
    """Return the SHA-256 of each file that is still there; the cache keeps those of every one."""
    known = _load_cache(cache_file)
    now = time.time_ns()
    kept: dict[str, list] = {}
    hashes: dict[Path, str] = {}
    for path, info in found:
        try:
            digest = _cached(known, path, info) or _sha256(path)
        except FileNotFoundError:  # gone since it was listed
            continue
        if now - max(info.st_mtime_ns, info.st_ctime_ns) > SETTLED_NS:
            kept[str(path)] = [*_signature(info), digest]
        hashes[path] = digest
    if kept != known:
        _save_cache(cache_file, kept)
    return hashes


def _signature(info: os.stat_result) -> tuple[int, int, int, int]:
    return info.st_size, info.st_mtime_ns, info.st_ctime_ns, info.st_ino


def _cached(known: Mapping[str, list], path: Path, info: os.stat_result) -> str | None:
    entry = known.get(str(path))
    return entry[-1] if entry is not None and entry[:-1] == list(_signature(info)) else None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _load_cache(cache_file: Path) -> dict[str, list]:
    with contextlib.suppress(OSError, ValueError):
        entries = json.loads(cache_file.read_bytes())
        if isinstance(entries, dict):
            return {key: value for key, value in entries.items() if isinstance(value, list) and len(value) == 5}
    return {}


def _save_cache(cache_file: Path, entries: Mapping[str, list]) -> None:
    cache_file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=cache_file.parent, prefix=".papers-", suffix=".json")
    try:
        with os.fdopen(handle, "w") as file:
            json.dump(entries, file)
        os.replace(name, cache_file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _number_copies(papers: list[Paper], first_seen: Mapping[tuple[str, str], str]) -> list[Paper]:
    """Given papers by path, and the day on which the ledger first saw each path and content, return them numbered.

    Of equal contents the one seen first is the original, whatever is put beside it later; of several new ones the one
    whose file name names its folder's body.
    """
    same: dict[str, list[Paper]] = {}
    for paper in papers:
        same.setdefault(paper.sha256, []).append(paper)
    numbered = []
    for sha, members in same.items():
        original, *copies = sorted(
            members,
            key=lambda p: (first_seen.get((p.source_path, sha), NEVER), not _names_its_folder(p), p.source_path),
        )
        numbered.append(original._replace(document_id=sha[:16]))
        numbered += [
            copy._replace(document_id=f"{sha[:16]}-{number}", copy_of=original.source_path)
            for number, copy in enumerate(copies, 2)
        ]
    return sorted(numbered, key=lambda paper: paper.source_path)


def _registered(folder: str, bodies: Sequence[str]) -> str | None:
    """The body of the register that a folder names, in full or without its region; None where several fit."""
    if folder in bodies:
        return folder
    longer = [body for body in bodies if body.endswith(folder) and region_of(body) == body[: -len(folder)]]
    return longer[0] if len(longer) == 1 else None


def _names_its_folder(paper: Paper) -> bool:
    name = own_name(paper.folder_department)
    return len(name) > 1 and name in paper.file_name
