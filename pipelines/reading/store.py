"""Readings on disk: one folder of Parquet per PDF, keyed by the reader's version and the file's hash."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pipelines.reading.model import Box, Cell, Grid, Line, Page, Reading


class Summary(NamedTuple):
    reason: str | None
    detail: str
    pages: int


@cache
def reader_version() -> str:
    """The version of the reader: a hash of its source, so that a changed reader reads again."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def folder(store: Path, sha256: str) -> Path:
    """Given the hash of a PDF, return where its reading is kept."""
    return store / reader_version() / sha256[:2] / sha256


def summary(store: Path, sha256: str) -> Summary | None:
    """What is known of a PDF that was read before, None where it was not."""
    try:
        return Summary(**json.loads((folder(store, sha256) / "reading.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None


def unfinished(store: Path) -> Path:
    """Return the folder in which what goes into the store is made; what lies there between runs is left over."""
    place = store / ".new"
    place.mkdir(mode=0o700, exist_ok=True)
    return place


def save(store: Path, reading: Reading) -> None:
    """Write a reading, whole or not at all."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    target = folder(store, reading.sha256)
    store.mkdir(mode=0o700, parents=True, exist_ok=True)  # whole pages, contact persons included
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=unfinished(store)))
    try:
        for name, rows in _tables(reading).items():
            pq.write_table(pa.Table.from_pydict(rows), aside / f"{name}.parquet", compression="zstd")
        found = Summary(reading.reason, reading.detail, len(reading.pages))
        (aside / "reading.json").write_text(json.dumps(found._asdict()))
        if target.exists():
            shutil.rmtree(target)
        os.replace(aside, target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def load_reading(store: Path, sha256: str) -> Reading:
    """Given the hash of a PDF that was read, return its reading."""
    import pyarrow.parquet as pq

    where = folder(store, sha256)
    found = summary(store, sha256)
    if found is None:
        raise FileNotFoundError(f"no reading of {sha256} in {store}")
    if found.reason:
        return Reading(sha256, (), (), (), found.reason, found.detail)
    rows = {name: pq.read_table(where / f"{name}.parquet").to_pylist() for name in ("pages", "lines", "grids", "cells")}
    cells: dict[int, list[Cell]] = {}
    for c in rows["cells"]:
        parts = tuple((p, Box(*box)) for p, *box in json.loads(c["parts"]))
        cells.setdefault(c["grid"], []).append(
            Cell(c["row"], c["column"], c["row_span"], c["column_span"], c["text"], c["page"], _box(c), parts)
        )
    return Reading(
        sha256,
        tuple(Page(**p) for p in rows["pages"]),
        tuple(Line(line["page"], _box(line), line["text"]) for line in rows["lines"]),
        tuple(
            Grid(**{**g, "column_edges": tuple(g["column_edges"])}, cells=tuple(cells.get(g["number"], ())))
            for g in rows["grids"]
        ),
    )


def _box(row: dict) -> Box:
    return Box(row["x0"], row["top"], row["x1"], row["bottom"])


def _tables(reading: Reading) -> dict[str, dict[str, list]]:
    def columns(names: tuple[str, ...], rows: list[tuple]) -> dict[str, list]:
        return {name: [row[i] for row in rows] for i, name in enumerate(names)}

    cells = [
        (
            g.number,
            c.row,
            c.column,
            c.row_span,
            c.column_span,
            c.text,
            c.page,
            *c.box,
            json.dumps([[p, *b] for p, b in c.parts]),
        )
        for g in reading.grids
        for c in g.cells
    ]
    return {
        "pages": columns(Page._fields, list(reading.pages)),
        "lines": columns(("page", *Box._fields, "text"), [(line.page, *line.box, line.text) for line in reading.lines]),
        "grids": columns(
            ("number", "first_page", "last_page", "n_rows", "n_columns", "column_edges", "method", "may_continue"),
            [(*g[:5], list(g.column_edges), g.method, g.may_continue) for g in reading.grids],
        ),
        "cells": columns(
            ("grid", "row", "column", "row_span", "column_span", "text", "page", *Box._fields, "parts"), cells
        ),
    }
