"""The register of expected papers: which bodies publish, since when, and which of their papers are due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from pipelines.lines import not_a_year, read_lines, tell
from pipelines.operation.options import Options, Window, load_options
from pipelines.settings import Settings

COLUMNS = ("department", "code", "region", "parent", "since", "until")
NEEDED = ("department",)
FIRST_YEAR, LAST_YEAR = 1994, 2100  # no budget was laid before the Budget Law of 1994


class Body(NamedTuple):
    """A body that publishes: its folder name under raw/<year>/ or the name it prints, and the fiscal years, both
    included, in which it does; None is without a bound."""

    department: str
    code: str | None = None
    region: str | None = None
    parent: str | None = None
    since: int | None = None
    until: int | None = None

    def publishes(self, fiscal_year: int) -> bool:
        return (self.since or FIRST_YEAR) <= fiscal_year <= (self.until or LAST_YEAR)


class Expected(NamedTuple):
    """One kind of paper of one body for one year; `is_late` once the day it is due has passed."""

    department: str
    code: str | None
    region: str | None
    parent: str | None
    fiscal_year: int
    document_kind: str
    due_on: date
    is_late: bool


def read_register(file: Path) -> list[Body]:
    """Return the bodies of raw/register.csv, none where there is no such file.

    Raises PipelineError with the line number of each thing that is wrong: an unknown or missing column, a year that is
    none, a body twice in the same year.
    """
    try:
        numbered = read_lines(file, COLUMNS, NEEDED, _body)
    except FileNotFoundError:
        return []
    tell(file, _doubles(numbered))
    return [body for _, body in numbered]


def expected_now(settings: Settings, folder_years: Iterable[str], options: Options | None = None) -> list[Expected]:
    """Given the year folders that hold papers, return which papers the register under raw/ expects by today.

    Raises PipelineError where the register or the settings of the operation are wrong.
    """
    options = options or load_options()
    bodies, first = read_register(settings.register), first_collected_year(folder_years)
    return expected_papers(bodies, options.windows, first, options.today())


def expected_papers(
    bodies: Iterable[Body], windows: Sequence[Window], first_year: int | None, today: date
) -> list[Expected]:
    """Given the register, return which papers are expected by now, in a definite order.

    Expected is what may be published already (its window is open) from `first_year` on: nobody is late with papers of
    years that were never collected.
    """
    if first_year is None:
        return []
    return [
        Expected(*body[:4], year, window.document_kind, window.due_on(year), today > window.due_on(year))
        for body in sorted(bodies, key=lambda body: (body.department, body.since or 0))
        for window in windows
        for year in range(max(first_year, FIRST_YEAR), today.year + 1)
        if body.publishes(year) and window.opens_on(year) <= today
    ]


def first_collected_year(folder_years: Iterable[str]) -> int | None:
    """Given year folders, return the first that is a year."""
    return min((int(year) for year in folder_years if _is_year(year)), default=None)


def _body(cells: dict[str, str]) -> Body:
    said: dict[str, str | int | None] = {name: cell or None for name, cell in cells.items()}
    if said["department"] is None:
        raise ValueError("no department")
    for name in ("since", "until"):
        if cells[name] and not _is_year(cells[name]):
            raise ValueError(not_a_year(name, cells[name]))
        said[name] = int(cells[name]) if cells[name] else None
    body = Body(**said)
    if body.since and body.until and body.until < body.since:
        raise ValueError(f"until {body.until} is before since {body.since}")
    return body


def _doubles(bodies: Sequence[tuple[int, Body]]) -> list[str]:
    by_name: dict[str, list[tuple[int, Body]]] = {}
    for line, body in bodies:
        by_name.setdefault(body.department, []).append((line, body))
    return [
        f"line {later}: {second.department} stands in line {earlier} already for the same year"
        for entries in by_name.values()
        for (earlier, first), (later, second) in combinations(entries, 2)
        if max(first.since or FIRST_YEAR, second.since or FIRST_YEAR)
        <= min(first.until or LAST_YEAR, second.until or LAST_YEAR)
    ]


def _is_year(text: str) -> bool:
    return text.isascii() and text.isdigit() and FIRST_YEAR <= int(text) <= LAST_YEAR
