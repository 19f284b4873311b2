"""Query results as text: a table for reading, CSV and JSON for programs. Decimals keep every digit."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from rich.cells import cell_len


def as_table(names: Sequence[str], rows: Iterable[Sequence]) -> str:
    """Given column names and rows, return aligned text; numbers stand right, wide characters count double."""
    rows = list(rows)
    cells = [[_cell(value) for value in row] for row in rows]
    numeric = [all(map(_is_number, column)) for column in zip(*rows, strict=True)] or [False] * len(names)
    widths = [max(map(cell_len, column)) for column in zip(names, *cells, strict=True)]
    lines = [_line(names, widths, numeric), "  ".join("─" * width for width in widths)]
    lines += [_line(row, widths, numeric) for row in cells]
    return "\n".join(lines) + f"\n({len(rows)} row{'' if len(rows) == 1 else 's'})"


def as_csv(names: Sequence[str], rows: Iterable[Sequence]) -> str:
    """Given column names and rows, return CSV with a header; null is an empty field."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([[_plain(value) for value in row] for row in rows])
    return out.getvalue().rstrip("\n")


def as_json(names: Sequence[str], rows: Iterable[Sequence]) -> str:
    """Given column names and rows, return a JSON array of objects; a decimal is a number with all its digits."""
    lines = [_json(dict(zip(names, row, strict=True))) for row in rows]
    return "[" + ",\n ".join(lines) + "]"


def _is_number(value) -> bool:
    return value is None or (isinstance(value, int | float | Decimal) and not isinstance(value, bool))


def _line(cells: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    padded = (
        " " * (width - cell_len(cell)) + cell if right else cell + " " * (width - cell_len(cell))
        for cell, width, right in zip(cells, widths, numeric, strict=True)
    )
    return "  ".join(padded).rstrip()


def _cell(value) -> str:
    return "" if value is None else " ".join(str(_plain(value)).split())


def _plain(value):
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list | dict | tuple):
        return _json(value)
    return value


def _json(value) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_json(str(key))}: {_json(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_json, value)) + "]"
    if value is None or isinstance(value, bool | int):
        return json.dumps(value)
    if isinstance(value, float):
        return json.dumps(value) if value - value == 0 else "null"
    return json.dumps(str(value), ensure_ascii=False)
