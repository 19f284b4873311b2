"""A reading as JSON, for the pipe between the capped child and its parent, and the check of what comes through it."""

from __future__ import annotations

import json
import math

from pipelines.reading.model import Box, Cell, Grid, Line, Page, Reading


class BadOutput(ValueError):
    """What came through the pipe is no reading."""


def dumps(reading: Reading) -> str:
    return json.dumps(reading._asdict(), ensure_ascii=True)


def checked(raw) -> Reading:
    """Given the JSON value that a child wrote, return the reading; the child is not trusted. Raises BadOutput."""
    try:
        reading = Reading(
            _str(raw["sha256"]),
            tuple(Page(_int(n), _num(w), _num(h), _int(g), _str(t)) for n, w, h, g, t in raw["pages"]),
            tuple(Line(_int(p), _box(b), _str(t)) for p, b, t in raw["lines"]),
            tuple(_grid(g) for g in raw["grids"]),
        )
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise BadOutput(f"{type(error).__name__}: {error}"[:200]) from error
    _check(reading)
    return reading


def _check(reading: Reading) -> None:
    count = len(reading.pages)
    if count < 1 or [p.number for p in reading.pages] != list(range(1, count + 1)):
        raise BadOutput("pages are not numbered from 1")
    for grid in reading.grids:
        if not 1 <= grid.first_page <= grid.last_page <= count:
            raise BadOutput(f"grid {grid.number} stands on no page")
        if grid.may_continue is not None and not 0 <= grid.may_continue < grid.number:
            raise BadOutput(f"grid {grid.number} continues one that is not before it")
        for cell in grid.cells:
            inside = 0 <= cell.row < grid.n_rows and 0 <= cell.column < grid.n_columns
            if not inside or cell.row_span < 1 or cell.column_span < 1 or not 1 <= cell.page <= count:
                raise BadOutput(f"grid {grid.number} has a cell outside itself")
    if any(not 1 <= line.page <= count for line in reading.lines):
        raise BadOutput("a line stands on no page")


def _grid(raw) -> Grid:
    number, first, last, n_rows, n_columns, edges, method, cells, may_continue = raw
    return Grid(
        _int(number),
        _int(first),
        _int(last),
        _int(n_rows),
        _int(n_columns),
        tuple(map(_num, edges)),
        _str(method),
        tuple(
            Cell(
                _int(r),
                _int(c),
                _int(rs),
                _int(cs),
                _str(t),
                _int(p),
                _box(b),
                tuple((_int(pp), _box(pb)) for pp, pb in parts),
            )
            for r, c, rs, cs, t, p, b, parts in cells
        ),
        None if may_continue is None else _int(may_continue),
    )


def _str(value) -> str:
    if not isinstance(value, str):
        raise ValueError("a text is expected")
    return value


def _int(value) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 10**9:
        raise ValueError("a count is expected")
    return value


def _num(value) -> float:
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError("a number is expected")
    return float(value)


def _box(value) -> Box:
    x0, top, x1, bottom = map(_num, value)
    return Box(x0, top, x1, bottom)
