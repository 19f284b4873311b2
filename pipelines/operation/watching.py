"""What has changed under raw/ since the last publication, and whether it has stopped changing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pipelines.errors import PipelineError
from pipelines.operation.ledger import Entry, load_ledger
from pipelines.operation.partitions import Dimensions, Partition, dimensions, partition_of_path
from pipelines.operation.register import expected_now
from pipelines.recognising.records import Paper
from pipelines.settings import Settings
from pipelines.warehouse.papers import Sight, sha256_of, sights

GONE: tuple = ()


class Change(NamedTuple):
    """`kind` is new, changed, renamed or withdrawn; `earlier_path` is where a renamed paper was before."""

    kind: str
    source_path: str
    sha256: str | None
    earlier_path: str | None = None

    @property
    def partition(self) -> Partition:
        return partition_of_path(self.source_path)


class Look(NamedTuple):
    """What one look at raw/ found.

    `changes` lie in partitions where nothing moves any more; `moving` are the paths whose file was not the same in the
    last look; `remembered` is what the next look is to be given.
    """

    changes: tuple[Change, ...]
    moving: tuple[str, ...]
    remembered: Mapping[str, Sequence]

    @property
    def partitions(self) -> tuple[Partition, ...]:
        paths = [path for change in self.changes for path in (change.source_path, change.earlier_path) if path]
        return tuple(sorted({partition_of_path(path) for path in paths}))

    def key(self, published: str) -> str:
        """Given what the changes are changes to, return one hash of them: the same ones are asked for once, and again
        when a paper has come back to what it was in between."""
        return hashlib.sha256(repr((published, self.changes)).encode()).hexdigest()


def look(settings: Settings, last: Mapping[str, Sequence]) -> Look:
    """Given what the last look remembered, return what has changed since the last publication.

    A file counts as whole when size, times and inode were the same in two looks; the partition of one that is still
    moving waits. Raises PipelineError where there is no raw/ or the ledger is damaged: a folder that is not mounted
    must not look like one from which all was withdrawn.
    """
    stand = {entry.source_path: entry for entry in load_ledger(settings.ledger) if entry.stands}
    there = {sight.source_path: sight for sight in sights(settings)}
    different = [sight for sight in there.values() if _sha256(stand, sight.source_path) != (sight.sha256 or "")]
    remembered: dict[str, Sequence] = {sight.source_path: _remember(sight, last) for sight in different}
    remembered |= dict.fromkeys(stand.keys() - there.keys(), GONE)
    # A file that was touched only is remembered with its hash until a run has read its new times.
    arrived = {
        sight.source_path: remembered[sight.source_path][-1]
        for sight in different
        if remembered[sight.source_path][-1] != _sha256(stand, sight.source_path)
    }
    moving = {path for path, sha256 in arrived.items() if not sha256}
    moving |= {path for path, seen in remembered.items() if seen == GONE and path not in last}
    waiting = {partition_of_path(path) for path in moving}
    settled = [path for path in arrived if partition_of_path(path) not in waiting]
    gone = [path for path in stand.keys() - there.keys() if partition_of_path(path) not in waiting]
    return Look(tuple(_changes(settled, gone, arrived, stand)), tuple(sorted(moving)), remembered)


def nothing_there(settings: Settings) -> bool:
    """Whether raw/ has no paper and never had one; raises PipelineError where it had some."""
    try:
        return not sights(settings)
    except PipelineError as error:
        standing = sum(entry.stands for entry in load_ledger(settings.ledger))
        if not standing:
            return True
        raise PipelineError(f"{error}; {standing} papers of it are published: is the folder mounted?") from None


def dimensions_now(settings: Settings) -> Dimensions:
    """Return the partition keys of the folders under raw/, of what stands in the ledger, and of the register."""
    paths = [sight.source_path for sight in sights(settings)]
    paths += [entry.source_path for entry in load_ledger(settings.ledger) if entry.stands]
    partitions = set(map(partition_of_path, paths))
    return dimensions(partitions, expected_now(settings, {partition.year for partition in partitions}))


def settled_before(settings: Settings, now: float, seconds: float) -> dict[str, Sequence]:
    """Return what an earlier look would have remembered of all that has not changed for so many seconds: for who looks
    once only. A paper that is gone has changed when its folder did."""
    there = {sight.source_path: sight for sight in sights(settings)}
    gone = [entry.source_path for entry in load_ledger(settings.ledger) if entry.stands]
    remembered: dict[str, Sequence] = {
        path: [*sight.signature, ""] for path, sight in there.items() if now - sight.changed_ns / 1e9 >= seconds
    }
    left = [path for path in gone if path not in there and now - _folder_changed(settings.raw / path) >= seconds]
    return remembered | dict.fromkeys(left, GONE)


def settled_partitions(settings: Settings, seen: Look) -> list[Partition] | None:
    """Return the partitions in which no file is moving, None where that is all of them."""
    if not seen.moving:
        return None
    there = {partition_of_path(sight.source_path) for sight in sights(settings)}
    return sorted((there | set(seen.partitions)) - set(map(partition_of_path, seen.moving)))


def published_papers(settings: Settings) -> list[Paper]:
    """Return the papers that are published, as the ledger knows them, by path."""
    return sorted(
        (
            Paper(entry.document_id, entry.sha256, settings.raw / path, path, Path(path).name, *folder)
            for entry in load_ledger(settings.ledger)
            if entry.stands
            for path, folder in [(entry.source_path, partition_of_path(entry.source_path))]
        ),
        key=lambda paper: paper.source_path,
    )


def _folder_changed(path: Path) -> float:
    """When the nearest folder that is there last lost or got a file, in seconds since 1970."""
    return next(folder.stat().st_mtime for folder in path.parents if folder.is_dir())


def _sha256(stand: Mapping[str, Entry], path: str) -> str | None:
    return stand[path].sha256 if path in stand else None


def _remember(sight: Sight, last: Mapping[str, Sequence]) -> Sequence:
    """The file's signature and, where it is that of the last look, the hash of its content, else nothing."""
    *signature, sha256 = last.get(sight.source_path) or [None]
    if signature != list(sight.signature):
        return [*sight.signature, ""]
    return [*sight.signature, sha256 or sight.sha256 or sha256_of(sight)]


def _changes(
    arrived: Iterable[str], gone: Iterable[str], sha256: Mapping[str, str], stand: Mapping[str, Entry]
) -> Iterable[Change]:
    left: dict[str, list[str]] = {}
    for path in sorted(gone, reverse=True):
        left.setdefault(stand[path].sha256, []).append(path)
    for path in sorted(arrived):
        if path in stand:
            yield Change("changed", path, sha256[path])
        elif left.get(sha256[path]):
            yield Change("renamed", path, sha256[path], left[sha256[path]].pop())
        else:
            yield Change("new", path, sha256[path])
    for path in sorted(path for paths in left.values() for path in paths):
        yield Change("withdrawn", path, None)
