"""The register of expected papers: which bodies publish, since when, and which of their papers are due."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from pipelines.errors import PipelineError
from pipelines.operation.options import Options, Window, load_options
from pipelines.settings import Settings

COLUMNS = ("department", "code", "region", "parent", "since", "until")
NEEDED = ("department",)
FIRST_YEAR, LAST_YEAR = 1994, 2100  # no budget was laid before the Budget Law of 1994
TOLD_AT_ONCE = 3


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
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.reader(opened, strict=True))
    except FileNotFoundError:
        return []
    except UnicodeDecodeError:
        raise PipelineError(f"{file} is not UTF-8: save it as “CSV UTF-8”") from None
    except csv.Error as error:
        raise PipelineError(f"{file} is not CSV: {error}") from None
    header = [name.strip() for name in rows[0]] if rows else []
    wrong = _wrong_header(header)
    if wrong:
        raise PipelineError(f"{file} line 1: {wrong}")
    numbered = [(line, row) for line, row in enumerate(rows[1:], 2) if any(cell.strip() for cell in row)]
    bodies, faults = [], []
    for line, row in numbered:
        try:
            bodies.append((line, _body(header, row)))
        except ValueError as error:
            faults.append(f"line {line}: {error}")
    faults += _doubles(bodies)
    if faults:
        more = f" (and {len(faults) - TOLD_AT_ONCE} more)" if len(faults) > TOLD_AT_ONCE else ""
        raise PipelineError(f"{file} {'; '.join(faults[:TOLD_AT_ONCE])}{more}")
    return [body for _, body in bodies]


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


def _wrong_header(header: Sequence[str]) -> str | None:
    unknown = [name for name in header if name not in COLUMNS]
    missing = [name for name in NEEDED if name not in header]
    double = [name for name in header if header.count(name) > 1]
    if unknown:
        return f"unknown column {unknown[0]!r}; columns are {', '.join(COLUMNS)}"
    if missing:
        return f"no column {missing[0]!r}; columns are {', '.join(COLUMNS)}"
    return f"column {double[0]!r} stands twice" if double else None


def _body(header: Sequence[str], row: Sequence[str]) -> Body:
    if len(row) != len(header):
        raise ValueError(f"{len(row)} fields, the first line has {len(header)}")
    said = {name: cell.strip() or None for name, cell in zip(header, row, strict=True)}
    if said["department"] is None:
        raise ValueError("no department")
    for name in ("since", "until"):
        year = said.get(name)
        if year is not None and not _is_year(year):
            raise ValueError(f"{name} is {year!r}, not a year")
        said[name] = int(year) if year is not None else None
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
