"""The codebook: every coded value with its one Chinese and one English name, and the check of the files that use codes.

vocabulary/codebook.csv holds the names, vocabulary/coded_columns.csv says which column of which file holds codes of
which field. What neither knows is an error, with file, line and the nearest right word: a code that nobody compares
with its list switches off in silence what it stands in.
"""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pipelines.errors import PipelineError

OWN = ("codebook.csv", "coded_columns.csv")
FOLDER = Path(__file__).resolve().parent / "vocabulary"
ANY_FILE = "*"
RULE_ID = "rule_id"  # a field whose codes stand in rules.csv beside the file
FEW = 12  # codes that a message can list

Row = tuple[int, dict[str, str]]  # line of the file, its values by column


class Word(NamedTuple):
    zh: str
    en: str


class CodedColumn(NamedTuple):
    """What a column may hold: a code of one of `fields` (`amount:funding` is `amount:` before a code of funding), or a
    text that `also` fits. `where` (column, value) limits this to the rows that have that value. `several`: parted
    by `|`."""

    where: tuple[str, str] | None
    fields: tuple[str, ...]
    also: re.Pattern | None
    required: bool
    several: bool

    @property
    def is_free(self) -> bool:
        return not self.fields and self.also is None


def words() -> dict[str, dict[str, Word]]:
    """Return for each field (`outcome`, `family` …) its codes in the order they are shown, each in both languages."""
    return _codebook(FOLDER / "codebook.csv")


def word(field: str, code: str | None) -> Word:
    """Given a field and a code, return its names; a code that is in no codebook stands for itself."""
    return words().get(field, {}).get(code or "", Word(code or "", code or ""))


def order_of(field: str, code: str) -> int:
    """Given a coded value, return its place in the order of the codebook; codes that are not in it come last."""
    return _places().get(field, {}).get(code, len(words().get(field, {})))


def read_rows(path: Path) -> list[Row]:
    """Given a CSV file with a header, return its rows with their lines. Raises PipelineError where a row has not as
    many cells as the header, or the header is none of coded_columns.csv."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header = next(reader)
        rows = [(reader.line_num, cells) for cells in reader if cells]
    for column in header:
        if not columns_named(path.name, column):
            where = "a column that coded_columns.csv names"
            raise PipelineError(f"{_said(path, 1)}: {_not_known(where, column, _columns_of(path.name))}")
    for line, cells in rows:
        if len(cells) != len(header):
            raise PipelineError(f"{_said(path, line)}: {len(cells)} cells, the header has {len(header)}")
    return [(line, dict(zip(header, cells, strict=True))) for line, cells in rows]


def check(path: Path, rows: Sequence[Row]) -> None:
    """Given the rows of a file, raise PipelineError for the first value that is no code where a code must stand; the
    message names file, line, value and the nearest right word."""
    if not rows:
        return
    choices = {column: columns_named(path.name, column) for column in rows[0][1]}
    held = {column: kinds for column, kinds in choices.items() if any(not k.is_free or k.required for k in kinds)}
    beside = {kind.where[0] for kinds in held.values() for kind in kinds if kind.where}
    right: set[tuple[str, ...]] = set()  # a column's value, with those it depends on, is looked up once
    for line, row in rows:
        told = tuple(row[column] for column in beside)
        for column, kinds in held.items():
            if (this := (column, row[column], *told)) in right:
                continue
            if wrong := _wrong(path, row, column, kinds):
                raise PipelineError(f"{_said(path, line)}: {wrong}")
            right.add(this)


def check_folder(folder: Path) -> None:
    """Given a folder of vocabulary or rules, raise PipelineError for the first wrong value in any of its CSV files."""
    _check_folder(folder, tuple((path, path.stat().st_mtime_ns) for path in sorted(folder.glob("*.csv"))))


def is_code(fields: Collection[str], value: str, folder: Path = FOLDER) -> bool:
    """Whether a value is a code of one of these fields."""
    return any(value in _codes(field, folder) for field in fields)


def columns_named(file: str, column: str) -> tuple[CodedColumn, ...]:
    """Given a file's name and a column of it, return what it may hold, by the rows that `where` tells apart; nothing
    where coded_columns.csv does not name the column."""
    files = _coded_columns(FOLDER / "coded_columns.csv")
    for name in (file, f"{ANY_FILE}{Path(file).suffix}", *([ANY_FILE] if file.endswith(".csv") else [])):
        if column in files.get(name, {}):
            return files[name][column]
    return ()


def _wrong(path: Path, row: dict[str, str], column: str, kinds: Sequence[CodedColumn]) -> str | None:
    value = row[column]
    fitting = [kind for kind in kinds if kind.where is None or row[kind.where[0]] == kind.where[1]]
    if not fitting:
        return f"column {column} says {value!r}, but takes no value in such a row" if value else None
    kind = fitting[0]
    if not value:
        return f"column {column} is blank" if kind.required else None
    if kind.is_free:
        return None
    for one in value.split("|") if kind.several else [value]:
        if not (kind.also and kind.also.fullmatch(one)) and not is_code(kind.fields, one, path.parent):
            known = [code for field in kind.fields for code in _codes(field, path.parent)]
            what = f"a code of {' or '.join(kind.fields)}" if kind.fields else f"of the form {kind.also.pattern}"
            return f"column {column}: {_not_known(what, one, known)}"
    return None


def _not_known(what: str, value: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(value, known, 1)
    hint = f"the nearest is {near[0]!r}" if near else f"known are {', '.join(known)}" if len(known) <= FEW else ""
    return f"{value!r} is not {what}" + (f"; {hint}" if hint and known else "")


def _said(path: Path, line: int) -> str:
    return f"{'/'.join(path.parts[-2:])} line {line}"


def _columns_of(file: str) -> list[str]:
    files = _coded_columns(FOLDER / "coded_columns.csv")
    return [*files.get(file, {}), *files.get(ANY_FILE, {})]


@cache
def _codes(field: str, folder: Path) -> dict[str, None]:
    before, colon, field = field.rpartition(":")
    if field == RULE_ID:
        return {row["rule_id"]: None for _, row in _plain(folder / "rules.csv")}
    return {f"{before}{colon}{code}": None for code in words()[field]}


@cache
def _check_folder(folder: Path, files: tuple[tuple[Path, int], ...]) -> None:
    _codes.cache_clear()  # rule ids are those of these files
    for path, _ in files:
        check(path, read_rows(path))


@cache
def _codebook(path: Path) -> dict[str, dict[str, Word]]:
    fields: dict[str, dict[str, Word]] = {}
    for line, row in _plain(path):
        codes = fields.setdefault(row["field"], {})
        if row["code"] in codes:
            raise PipelineError(f"{_said(path, line)}: {row['field']} {row['code']!r} has a name already")
        codes[row["code"]] = Word(row["zh"], row["en"])
    return fields


@cache
def _places() -> dict[str, dict[str, int]]:
    return {field: {code: place for place, code in enumerate(codes)} for field, codes in words().items()}


@cache
def _coded_columns(path: Path) -> dict[str, dict[str, tuple[CodedColumn, ...]]]:
    files: dict[str, dict[str, tuple[CodedColumn, ...]]] = {}
    for line, row in _plain(path):
        fields = tuple(filter(None, row["fields"].split("|")))
        for field in fields:
            if (name := field.rpartition(":")[2]) != RULE_ID and name not in words():
                raise PipelineError(f"{_said(path, line)}: {_not_known('a field of codebook.csv', name, [*words()])}")
        column, equals, value = row["where"].partition("=")
        kind = CodedColumn(
            (column, value) if equals else None,
            fields,
            re.compile(row["also"]) if row["also"] else None,
            row["required"] == "1",
            row["several"] == "1",
        )
        columns = files.setdefault(row["file"], {})
        columns[row["column"]] = (*columns.get(row["column"], ()), kind)
    return files


def _plain(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            yield reader.line_num, row
