"""Rulings of a page, as pdfium hands over its paths, in points from the top left of the page as displayed."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from itertools import repeat
from typing import NamedTuple

import pypdfium2.raw as pdfium

from pipelines.reading import engine
from pipelines.reading.frame import Frame, Matrix, product

TEXT = pdfium.FPDF_PAGEOBJ_TEXT
MAX_OBJECTS = 400_000
MAX_FORM_DEPTH = 12
SHORTEST = 1.0
THICKEST_RULE = 3.0
STRAIGHT = 0.1
FILLED_RECTANGLE = 6  # segments at most
Edge = tuple[float, float, float]  # position across, start, end
Shape = tuple[list[tuple[float, float]], bool]  # corners, whether it is closed


class Strokes(NamedTuple):
    """What a page draws: horizontal (y, x0, x1) and vertical (x, top, bottom) edges, and its text objects, each with
    the map of what holds it to the displayed page."""

    horizontal: list[Edge]
    vertical: list[Edge]
    texts: list[tuple[int, Matrix]]


def read_strokes(page, frame: Frame) -> Strokes:
    """Given a pdfium page, return its edges and text objects.

    A filled shape that is thick both ways is a background (of a paragraph, a cell, the page) and no ruling; backgrounds
    count only on a page that has no ruling at all.
    """
    horizontal: list[Edge] = []
    vertical: list[Edge] = []
    backgrounds: list[Shape] = []
    texts: list[tuple[int, Matrix]] = []
    for shape, stroked in _shapes(page, frame.matrix, texts):
        if not stroked and _is_thick(shape[0]):
            backgrounds.append(shape)
        else:
            _edges(shape, frame, horizontal, vertical)
    if not horizontal and not vertical:
        for shape in backgrounds:
            _edges(shape, frame, horizontal, vertical)
    return Strokes(horizontal, vertical, texts)


def _is_thick(points: list[tuple[float, float]]) -> bool:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(max(xs) - min(xs), max(ys) - min(ys)) > THICKEST_RULE


def _edges(shape: Shape, frame: Frame, horizontal: list[Edge], vertical: list[Edge]) -> None:
    points, closed = shape
    if closed and len(points) > 2:
        points = [*points, points[0]]
    for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
        dx, dy = abs(x1 - x0), abs(y1 - y0)
        if dy <= STRAIGHT and dx >= SHORTEST:
            lo, hi = (x0, x1) if x0 < x1 else (x1, x0)
            if -1 <= y0 <= frame.height + 1 and hi > 0 and lo < frame.width:
                horizontal.append(((y0 + y1) / 2, lo, hi))
        elif dx <= STRAIGHT and dy >= SHORTEST:
            lo, hi = (y0, y1) if y0 < y1 else (y1, y0)
            if -1 <= x0 <= frame.width + 1 and hi > 0 and lo < frame.height:
                vertical.append(((x0 + x1) / 2, lo, hi))


def _shapes(page, matrix: Matrix, texts: list[tuple[int, Matrix]]) -> Iterator[tuple[Shape, bool]]:
    """Every painted subpath as a shape, and whether it is stroked; a fill closes its subpaths by itself. Text objects
    that are met are put into `texts`."""
    root = engine.handle(page)
    holders = [(root, matrix, 0, engine.page_count(root), engine.page_object)]
    floats, ints = (ctypes.c_float * 6)(), (ctypes.c_int * 2)()
    at, mode = ctypes.addressof(floats), ctypes.addressof(ints)
    seen = 0
    while holders:
        holder, outer, depth, count, get_object = holders.pop()
        things = list(map(get_object, repeat(holder), range(min(count, MAX_OBJECTS - seen))))
        kinds = list(map(engine.object_type, things))
        texts += [(thing, outer) for thing, what in zip(things, kinds, strict=True) if what == TEXT]
        for thing, what in zip(things, kinds, strict=True):
            if what == TEXT:  # a page may have one for each glyph
                continue
            if what == pdfium.FPDF_PAGEOBJ_PATH:
                engine.path_mode(thing, mode, mode + 4)
                filled, stroked = ints[0] != 0, ints[1] != 0
                segments = engine.path_count(thing)
                if filled and not stroked and segments <= FILLED_RECTANGLE:
                    if engine.object_bounds(thing, at, at + 4, at + 8, at + 12):
                        yield _rectangle(floats[:4], outer), False
                elif (filled or stroked) and engine.object_matrix(thing, at):
                    for shape in _subpaths(thing, segments, product(tuple(floats), outer), filled):
                        yield shape, stroked
            elif what == pdfium.FPDF_PAGEOBJ_FORM and depth < MAX_FORM_DEPTH and engine.object_matrix(thing, at):
                inner = product(tuple(floats), outer)
                holders.append((thing, inner, depth + 1, engine.form_count(thing), engine.form_object))
        seen += count


def _rectangle(bounds: list[float], outer: Matrix) -> Shape:
    """A filled path of a few segments by its bounding box: one call instead of four for each corner."""
    a, b, c, d, e, f = outer
    left, low, right, high = bounds
    x0, y0 = a * left + c * low + e, b * left + d * low + f
    x1, y1 = a * right + c * high + e, b * right + d * high + f
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)], True


def _subpaths(thing: int, segments: int, matrix: Matrix, filled: bool) -> Iterator[Shape]:
    a, b, c, d, e, f = matrix
    point = (ctypes.c_float * 2)()
    at = ctypes.addressof(point)
    points: list[tuple[float, float]] = []
    closed = filled
    for j in range(segments):
        segment = engine.path_segment(thing, j)
        if points and engine.segment_type(segment) == pdfium.FPDF_SEGMENT_MOVETO:
            yield points, closed
            points, closed = [], filled
        engine.segment_point(segment, at, at + 4)
        u, v = point
        points.append((a * u + c * v + e, b * u + d * v + f))
        if not closed and segments > 2:
            closed = bool(engine.segment_closes(segment))
    if points:
        yield points, closed
