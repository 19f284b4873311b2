"""Small tables that people write by hand or in Excel (register.csv, sources.csv), read with every fault named."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from pipelines.errors import PipelineError

TOLD_AT_ONCE = 3
OTHER_COMMAS = "，；;、\t"
Value = TypeVar("Value")


def read_lines(
    file: Path, columns: Sequence[str], needed: Sequence[str], make: Callable[[dict[str, str]], Value]
) -> list[tuple[int, Value]]:
    """Given a CSV file in UTF-8, return (line number, value) of each line that is not empty; `make` is given a line's
    stripped cells by column, absent ones as "", and raises ValueError with what is wrong in them.

    Raises FileNotFoundError, and PipelineError which names the first wrong lines and says what to do.
    """
    header, *rows = _rows(file) or [(1, [])]
    names = [name.strip() for name in header[1]]
    while names and not names[-1]:  # Excel's empty columns at the end
        names.pop()
    if wrong := _wrong_header(names, columns, needed):
        raise PipelineError(f"{file} line 1: {wrong}")
    values, faults = [], []
    for line, row in rows:
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        try:
            values.append((line, make(_by_column(cells, names, columns))))
        except ValueError as error:
            faults.append(f"line {line}: {error}")
    tell(file, faults)
    return values


def tell(file: Path, faults: Sequence[str]) -> None:
    """Raise PipelineError with the first of these faults of a file, if there are any."""
    if faults:
        more = f" (and {len(faults) - TOLD_AT_ONCE} more)" if len(faults) > TOLD_AT_ONCE else ""
        raise PipelineError(f"{file} {'; '.join(faults[:TOLD_AT_ONCE])}{more}")


def not_a_year(column: str, text: str) -> str:
    """Return what is wrong with a cell that ought to be a year."""
    plain = unicodedata.normalize("NFKC", text)
    meant = f"; write {plain}, in half-width digits" if plain != text and plain.isascii() and plain.isdigit() else ""
    return f"{column} is {text!r}, not a year{meant}"


def doubles(entries: Iterable[tuple[int, str]]) -> list[str]:
    """Given (line, what may stand there but once), return a fault for each that stands there again."""
    first: dict[str, int] = {}
    return [f"line {line}: {what} stands in line {first[what]} already" for line, what in entries
            if first.setdefault(what, line) != line]  # fmt: skip


def _rows(file: Path) -> list[tuple[int, list[str]]]:
    """Return each row with the line that it begins in."""
    data = file.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PipelineError(
            f"{file} line {line} is not UTF-8 (Excel's plain CSV is GBK): save it as “CSV UTF-8”"
        ) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    before = 0
    try:
        for row in reader:
            rows.append((before + 1, row))
            before = reader.line_num
    except csv.Error as error:
        raise PipelineError(f"{file} line {before + 1} is not CSV: {error}; look for a quotation mark") from None
    return rows


def _wrong_header(names: Sequence[str], columns: Sequence[str], needed: Sequence[str]) -> str | None:
    known = f"columns are {', '.join(columns)}"
    sign = next((sign for sign in OTHER_COMMAS if len(names) == 1 and sign in names[0]), None)
    if sign:
        return f"its columns are parted by {sign!r}, not by commas: save it as “CSV UTF-8”; {known}"
    if unknown := [name for name in names if name not in columns]:
        return f"unknown column {unknown[0]!r}; {known}"
    if missing := [name for name in needed if name not in names]:
        return f"no column {missing[0]!r}; {known}"
    double = [name for name in names if names.count(name) > 1]
    return f"column {double[0]!r} stands twice" if double else None


def _by_column(cells: Sequence[str], names: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    if len(cells) < len(names) or any(cells[len(names) :]):
        raise ValueError(f"{len(cells)} fields, the first line has {len(names)}: one comma between each two of them")
    said = dict(zip(names, cells, strict=False))
    return {name: said.get(name, "") for name in columns}
