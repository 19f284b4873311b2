"""Rulings of a page, as pdfium hands over its paths, in points from the top left of the page as displayed."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import pypdfium2.raw as pdfium

from pipelines.reading.frame import Frame, Matrix, product

MAX_OBJECTS = 400_000
MAX_FORM_DEPTH = 12
SHORTEST = 1.0
THICKEST_RULE = 3.0
STRAIGHT = 0.1
FILLED_RECTANGLE = 6  # segments at most
Edge = tuple[float, float, float]  # position across, start, end
Shape = tuple[list[tuple[float, float]], bool]  # corners, whether it is closed


def read_strokes(page, frame: Frame) -> tuple[list[Edge], list[Edge]]:
    """Given a pdfium page, return its horizontal (y, x0, x1) and vertical (x, top, bottom) edges.

    A filled shape that is thick both ways is a background (of a paragraph, a cell, the page) and no ruling; backgrounds
    count only on a page that has no ruling at all.
    """
    horizontal: list[Edge] = []
    vertical: list[Edge] = []
    backgrounds: list[Shape] = []
    for shape, stroked in _shapes(page, frame.matrix):
        if not stroked and _is_thick(shape[0]):
            backgrounds.append(shape)
        else:
            _edges(shape, frame, horizontal, vertical)
    if not horizontal and not vertical:
        for shape in backgrounds:
            _edges(shape, frame, horizontal, vertical)
    return horizontal, vertical


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


def _shapes(page, matrix: Matrix) -> Iterator[tuple[Shape, bool]]:
    """Every painted subpath as a shape, and whether it is stroked; a fill closes its subpaths by itself."""
    holders = [(page, matrix, 0, pdfium.FPDFPage_CountObjects(page), pdfium.FPDFPage_GetObject)]
    seen = 0
    m, fill, stroke = pdfium.FS_MATRIX(), ctypes.c_int(), ctypes.c_int()
    p_m, p_fill, p_stroke = ctypes.byref(m), ctypes.byref(fill), ctypes.byref(stroke)
    get_type, get_matrix, get_mode = (
        pdfium.FPDFPageObj_GetType,
        pdfium.FPDFPageObj_GetMatrix,
        pdfium.FPDFPath_GetDrawMode,
    )
    while holders:
        holder, outer, depth, count, get_object = holders.pop()
        for i in range(count):
            seen += 1
            if seen > MAX_OBJECTS:
                return
            thing = get_object(holder, i)
            what = get_type(thing)
            if what == pdfium.FPDF_PAGEOBJ_PATH:
                get_mode(thing, p_fill, p_stroke)
                filled, stroked = fill.value != 0, stroke.value != 0
                if not filled and not stroked:
                    continue
                segments = pdfium.FPDFPath_CountSegments(thing)
                if not stroked and segments <= FILLED_RECTANGLE:
                    yield _bounds(thing, outer), False
                elif get_matrix(thing, p_m):
                    inner = product((m.a, m.b, m.c, m.d, m.e, m.f), outer)
                    for shape in _subpaths(thing, segments, inner, filled):
                        yield shape, stroked
            elif what == pdfium.FPDF_PAGEOBJ_FORM and depth < MAX_FORM_DEPTH and get_matrix(thing, p_m):
                inner = product((m.a, m.b, m.c, m.d, m.e, m.f), outer)
                counted = pdfium.FPDFFormObj_CountObjects(thing)
                holders.append((thing, inner, depth + 1, counted, pdfium.FPDFFormObj_GetObject))


_sides = [ctypes.c_float() for _ in range(4)]
_p_sides = [ctypes.byref(side) for side in _sides]


def _bounds(thing, outer: Matrix) -> Shape:
    """A filled path of a few segments by its bounding box: one call instead of four for each corner."""
    a, b, c, d, e, f = outer
    if not pdfium.FPDFPageObj_GetBounds(thing, *_p_sides):
        return [(0.0, 0.0)], True
    left, low, right, high = (side.value for side in _sides)
    x0, y0 = a * left + c * low + e, b * left + d * low + f
    x1, y1 = a * right + c * high + e, b * right + d * high + f
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)], True


def _subpaths(thing, segments: int, matrix: Matrix, filled: bool) -> Iterator[Shape]:
    a, b, c, d, e, f = matrix
    x, y = _sides[:2]
    p_x, p_y = _p_sides[:2]
    get, point = pdfium.FPDFPath_GetPathSegment, pdfium.FPDFPathSegment_GetPoint
    kind, closes = pdfium.FPDFPathSegment_GetType, pdfium.FPDFPathSegment_GetClose
    points: list[tuple[float, float]] = []
    closed = filled
    for j in range(segments):
        segment = get(thing, j)
        if points and kind(segment) == pdfium.FPDF_SEGMENT_MOVETO:
            yield points, closed
            points, closed = [], filled
        point(segment, p_x, p_y)
        u, v = x.value, y.value
        points.append((a * u + c * v + e, b * u + d * v + f))
        if not closed and segments > 2:
            closed = bool(closes(segment))
    if points:
        yield points, closed
