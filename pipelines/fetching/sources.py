"""raw/sources.csv, where papers are to be had, and raw/fetched.csv, where and when each was had."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from pipelines.errors import PipelineError
from pipelines.lines import doubles, not_a_year, read_lines, tell

SOURCES_FILE = "sources.csv"
FETCHED_FILE = "fetched.csv"
REQUIRED = ("department", "year", "address")
OPTIONAL = ("sha256",)


class Source(NamedTuple):
    """One line of sources.csv; `sha256` is what the file must be, or None."""

    department: str
    year: str
    address: str
    sha256: str | None = None


class Fetched(NamedTuple):
    """One line of fetched.csv: a file as it came from its address. `file_name` is within raw/<year>/<department>/."""

    department: str
    year: str
    address: str
    file_name: str
    sha256: str
    bytes: str
    fetched_at: str
    etag: str
    last_modified: str


def read_sources(raw: Path) -> list[Source]:
    """Given raw/, return the lines of its sources.csv. Raises PipelineError with the lines that are wrong."""
    file = raw / SOURCES_FILE
    try:
        numbered = read_lines(file, (*REQUIRED, *OPTIONAL), REQUIRED, _source)
    except FileNotFoundError:
        raise PipelineError(f"there is no {file}: it has the columns {', '.join((*REQUIRED, *OPTIONAL))}") from None
    tell(file, doubles((line, f"{source.address} for {source.year}/{source.department}") for line, source in numbered))
    return [source for _, source in numbered]


def _source(cells: dict[str, str]) -> Source:
    name, year, sha256 = cells["department"], cells["year"], cells["sha256"]
    if not re.fullmatch(r"(19|20)[0-9]{2}", year):
        raise ValueError(not_a_year("year", year))
    if not name or name.startswith(".") or re.search(r'[/\\\x00-\x1f:*?"<>|]', name):
        raise ValueError(f"department is {name!r}, which cannot be a folder's name")
    try:
        address = urlsplit(cells["address"])
        whole = address.scheme in ("http", "https") and address.hostname and address.port != 0
    except ValueError:  # a bracket or a port that is none
        whole = False
    if not whole:
        raise ValueError(f"address is {cells['address']!r}, no http or https address")
    if sha256 and not re.fullmatch("[0-9a-fA-F]{64}", sha256):
        raise ValueError(f"sha256 is {sha256!r}, not 64 hex digits")
    return Source(name, year, cells["address"], sha256.lower() or None)


def read_fetched(raw: Path) -> list[Fetched]:
    """Given raw/, return the lines of its fetched.csv, the oldest first; none where there is no such file.

    Raises PipelineError where it cannot be read whole: written anew, it would lose what it knows.
    """
    file = raw / FETCHED_FILE
    try:
        return [row for _, row in read_lines(file, Fetched._fields, Fetched._fields, lambda cells: Fetched(**cells))]
    except FileNotFoundError:
        return []
    except PipelineError as error:
        raise PipelineError(f"{error}; or move it away: every file is then asked for again") from None


def write_fetched(raw: Path, rows: Iterable[Fetched]) -> None:
    """Write fetched.csv anew, in one step."""
    fresh = raw / f".{FETCHED_FILE}.new"
    with fresh.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Fetched._fields)
        writer.writerows(rows)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, raw / FETCHED_FILE)
