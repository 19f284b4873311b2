"""Partitions: a year of a department, which is one folder raw/<year>/<department>/."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pipelines.operation.register import Expected
from pipelines.recognising.records import Paper

MOST = 100_000
SEPARATOR = "|"
# What the orchestrator allows in no key; such a folder is read all the same, in runs over everything.
BARRED = (SEPARATOR, "...", "\a", "\b", "\f", "\n", "\r", "\t", "\v", "\0")


class Partition(NamedTuple):
    """The key is `department|year`: the orchestrator puts the dimensions of a key in alphabetical order."""

    year: str
    department: str

    @property
    def key(self) -> str:
        return f"{self.department}{SEPARATOR}{self.year}"

    @classmethod
    def of_key(cls, key: str) -> Partition:
        department, year = key.split(SEPARATOR)
        return cls(year, department)


def partition_of(paper: Paper) -> Partition:
    """Given a paper, return the partition that its folder is."""
    return Partition(paper.folder_year, paper.folder_department)


def partition_of_path(source_path: str) -> Partition:
    """Given a path under raw/, return the partition that it lies in."""
    return Partition(*source_path.split("/", 2)[:2])


def can_be_key(name: str) -> bool:
    """Whether a folder's name can be half of a partition key."""
    return bool(name) and not any(part in name for part in BARRED)


def is_year(name: str) -> bool:
    """Whether a folder's name is a year: another one would be a column of its own in the matrix."""
    return len(name) == 4 and name.isascii() and name.isdigit()


def has_key(partition: Partition) -> bool:
    """Whether a folder is shown as a partition."""
    return is_year(partition.year) and can_be_key(partition.department)


class Dimensions(NamedTuple):
    """The keys of both dimensions, sorted, and the folder names that cannot be one."""

    years: tuple[str, ...]
    departments: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def dimensions(partitions: Iterable[Partition], expected: Iterable[Expected] = ()) -> Dimensions:
    """Given the folders that are there and the papers that are expected, return the keys of both dimensions.

    Departments beyond MOST partitions are left out, the last ones by name.
    """
    partitions = list(partitions)
    expected = list(expected)
    years = {partition.year for partition in partitions} | {str(paper.fiscal_year) for paper in expected}
    departments = {partition.department for partition in partitions} | {paper.department for paper in expected}
    kept_years = sorted(filter(is_year, years))
    kept = sorted(filter(can_be_key, departments))[: MOST // max(1, len(kept_years))]
    return Dimensions(tuple(kept_years), tuple(kept), tuple(sorted((years | departments) - {*kept_years, *kept})))
