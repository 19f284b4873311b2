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
    """Given raw/, return the lines of its sources.csv. Raises PipelineError with the line that is wrong."""
    file = raw / SOURCES_FILE
    if not file.is_file():
        raise PipelineError(f"there is no {file}: it has the columns {', '.join((*REQUIRED, *OPTIONAL))}")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        named = tuple(reader.fieldnames or ())
        if missing := [name for name in REQUIRED if name not in named]:
            raise PipelineError(f"{file} line 1: the columns {', '.join(missing)} are missing")
        if unknown := [name for name in named if name not in (*REQUIRED, *OPTIONAL)]:
            raise PipelineError(f"{file} line 1: nothing is known of the columns {', '.join(unknown)}")
        sources = [_source(row, f"{file} line {reader.line_num}") for row in reader if any(row.values())]
    return list(dict.fromkeys(sources))


def _source(row: dict[str, str | None], where: str) -> Source:
    values = {name: (row.get(name) or "").strip() for name in (*REQUIRED, *OPTIONAL)}
    if None in row:
        raise PipelineError(f"{where}: there are more values than columns")
    if not re.fullmatch(r"(19|20)\d{2}", values["year"]):
        raise PipelineError(f"{where}: {values['year'] or 'nothing'} is no year")
    name = values["department"]
    if not name or name.startswith(".") or re.search(r'[/\\\x00-\x1f:*?"<>|]', name):
        raise PipelineError(f"{where}: {name or 'nothing'} cannot be a department's folder")
    address = urlsplit(values["address"])
    if address.scheme not in ("http", "https") or not address.hostname:
        raise PipelineError(f"{where}: {values['address'] or 'nothing'} is no http or https address")
    if values["sha256"] and not re.fullmatch("[0-9a-fA-F]{64}", values["sha256"]):
        raise PipelineError(f"{where}: {values['sha256']} is no SHA-256 (64 hex digits)")
    return Source(name, values["year"], values["address"], values["sha256"].lower() or None)


def read_fetched(raw: Path) -> list[Fetched]:
    """Given raw/, return the lines of its fetched.csv, the oldest first."""
    file = raw / FETCHED_FILE
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as lines:
        return [Fetched(*(row.get(name) or "" for name in Fetched._fields)) for row in csv.DictReader(lines)]


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
