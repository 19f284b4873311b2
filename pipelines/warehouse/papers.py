"""Which papers are there: every PDF under raw/<year>/<department>/, known by its content."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pipelines.errors import PipelineError, UsageError
from pipelines.operation.ledger import load_ledger
from pipelines.operation.partitions import is_year
from pipelines.reading.store import summary
from pipelines.recognising.identity import own_name
from pipelines.recognising.records import Paper
from pipelines.settings import Settings

STAT_CACHE = "papers.json"
# A file changed again within its timestamp's granularity looks unchanged, so a hash this fresh is not remembered.
SETTLED_NS = 2_000_000_000
# Lists and notes that people keep beside papers, and what systems leave there, are no papers that somebody misses.
BESIDE = {".csv", ".md", ".txt"}
NO_YEAR = "is no year of four digits: its papers are read, and no partition shows them"
LEFT_BY_SYSTEMS = {"Thumbs.db", "desktop.ini"}
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
    """Given the settings, return this run's papers under raw/, sorted by path: the selected ones, and of the others
    what was read of them before, so that a run on a selection takes nothing out of the warehouse.

    The folders are the partition keys, the content is the identity: `document_id` is the first 16 hex digits of the
    SHA-256. A copy of the same bytes gets a running suffix and names the original's path in `copy_of`. Unchanged
    files are not hashed again. Raises PipelineError where there is no such folder or no paper in it.
    """
    found = _found(settings)
    selected = {path for path, _ in found if is_selected(*_folders(path.relative_to(settings.raw)), settings)}
    # Partitions are named by what was seen there: one that is empty now has lost its papers and takes them out.
    if not selected and not (settings.partitions and found):
        raise (UsageError if found else PipelineError)(_nothing_found(settings, bool(found)))
    return _papers(settings, found, selected)


def papers_read(settings: Settings) -> list[Paper]:
    """Return the papers under raw/ that have been read, whoever selected them; one that has changed since, as it was
    read. As `discover`, raises PipelineError where there is none."""
    papers = _papers(settings, _found(settings))
    if not papers:
        raise PipelineError(f"no paper of {settings.raw} has been read yet: run `gouji run`")
    return papers


def waiting(settings: Settings, papers: Iterable[Paper]) -> dict[str, list[str]]:
    """Given the papers of a run, return the paths under raw/ whose content is not among them: `changed` since they were
    read, and `unread` at all."""
    found = _found(settings)
    hashes = _hashes(settings.home / STAT_CACHE, found)
    taken = {paper.source_path: paper.sha256 for paper in papers}
    there = {printable(path.relative_to(settings.raw)): hashes[path] for path, _ in found}
    return {
        "changed": sorted(path for path, sha256 in there.items() if taken.get(path, sha256) != sha256),
        "unread": sorted(there.keys() - taken.keys()),
    }


def sights(settings: Settings) -> list[Sight]:
    """Return every PDF under raw/ that would be read, without opening one; raises PipelineError where there is no such
    folder or nothing in it."""
    known = _load_cache(settings.home / STAT_CACHE)
    found = _found(settings)
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


def strays(raw: Path) -> list[tuple[str, str]]:
    """Given raw/, return (path, why) of every file there that is not read because of where or what it is."""
    return sorted((printable(path.relative_to(raw)), why) for path, _, why in _walk(raw) if why is not None)


def misnamed(raw: Path) -> list[tuple[str, str]]:
    """Given raw/, return (folder, why) of every folder whose papers are read although its name is no year."""
    folders = {printable(path.relative_to(raw).parts[0]) for path, _, why in _walk(raw) if why is None}
    return [(name, NO_YEAR) for name in sorted(folders) if not is_year(name)]


def printable(path: str | Path) -> str:
    """Given a path, return it as valid text: names written on a GBK system are decoded as such."""
    text = path.as_posix() if isinstance(path, Path) else path
    try:
        text.encode()
    except UnicodeEncodeError:
        return os.fsencode(text).decode("gb18030", errors="backslashreplace")
    return text


def is_selected(year: str, department: str, settings: Settings) -> bool:
    """Whether the settings select a folder raw/<year>/<department>/."""
    return (
        (not settings.years or year in settings.years)
        and (not settings.departments or department in settings.departments)
        and (not settings.partitions or (year, department) in settings.partitions)
    )


def _found(settings: Settings) -> list[tuple[Path, os.stat_result]]:
    if not settings.raw.is_dir():
        raise PipelineError(f"there is no folder {settings.raw}: make it, or name another with --raw")
    return [(path, info) for path, info, why in _walk(settings.raw) if why is None]


def _papers(
    settings: Settings, found: Sequence[tuple[Path, os.stat_result]], selected: Collection[Path] = ()
) -> list[Paper]:
    """The selected papers as they lie there, of the others what was read of them: now, or as the ledger has them."""
    hashes = _hashes(settings.home / STAT_CACHE, found)
    first_seen = {(e.source_path, e.sha256): e.first_seen for e in load_ledger(settings.ledger) if e.stands}
    stood = dict(first_seen.keys())
    papers = []
    for path, info in found:
        source_path, contents = printable(path.relative_to(settings.raw)), [hashes[path]]
        if path not in selected:
            contents = [s for s in (hashes[path], stood.get(source_path)) if s and summary(settings.readings, s)]
        papers += [
            Paper("", sha256, path, source_path, printable(path.name), *_folders(path.relative_to(settings.raw)),
                  info.st_size)
            for sha256 in contents[:1]
        ]  # fmt: skip
    return _number_copies(sorted(papers, key=lambda paper: paper.source_path), first_seen)


def _folders(relative: Path) -> tuple[str, str]:
    year, department = (printable(part) for part in relative.parts[:2])
    return year, department


def _walk(raw: Path) -> Iterator[tuple[Path, os.stat_result, str | None]]:
    root = raw.resolve()
    for folder, folders, names in os.walk(raw):
        for name in folders:
            path = Path(folder, name)
            if path.is_symlink():
                yield path, path.lstat(), "a link to a folder is not followed: copy the folder"
        for name in names:
            path = Path(folder, name)
            if path.suffix.lower() != ".pdf":
                if _may_be_missed(path):
                    yield path, path.lstat(), "is no PDF"
                continue
            try:
                info = path.stat()
            except OSError as error:
                yield path, path.lstat(), f"cannot be opened: {error.strerror}"
                continue
            yield path, info, _why_not(path, info, root)


def _may_be_missed(path: Path) -> bool:
    return (
        path.suffix.lower() not in BESIDE and not path.name.startswith((".", "~$")) and path.name not in LEFT_BY_SYSTEMS
    )


def _why_not(path: Path, info: os.stat_result, root: Path) -> str | None:
    if len(path.relative_to(root).parts) < 3:
        return "belongs in raw/<year>/<department>/"
    if not path.resolve().is_relative_to(root):
        return "a link that leaves raw/ is not followed: copy the file"
    if not stat.S_ISREG(info.st_mode):
        return "is no regular file"
    if not os.access(path, os.R_OK):
        return "cannot be opened: no permission"
    return None


def _nothing_found(settings: Settings, others: bool) -> str:
    if others:
        chosen = " ".join((*settings.years, *settings.departments, *("/".join(pair) for pair in settings.partitions)))
        return f"{settings.raw} has papers, but none of {chosen}: folders are raw/<year>/<department>/, spelled exactly"
    misplaced = sum(path.lower().endswith(".pdf") for path, _ in strays(settings.raw))
    hint = f" ({misplaced} lie elsewhere)" if misplaced else ""
    return f"no paper in {settings.raw}{hint}: put PDFs into {settings.raw}/<year>/<department>/ and run again"


def _hashes(cache_file: Path, found: list[tuple[Path, os.stat_result]]) -> Mapping[Path, str]:
    """Return the SHA-256 of each file; the cache keeps those of every file that still exists."""
    known = _load_cache(cache_file)
    now = time.time_ns()
    kept: dict[str, list] = {}
    hashes: dict[Path, str] = {}
    for path, info in found:
        digest = _cached(known, path, info) or _sha256(path)
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


def _names_its_folder(paper: Paper) -> bool:
    name = own_name(paper.folder_department)
    return len(name) > 1 and name in paper.file_name
