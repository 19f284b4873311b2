"""Glyphs and rulings of a page, as pdfium hands them over, in points from the top left of the page as displayed."""

from __future__ import annotations

import ctypes
import math
from typing import NamedTuple

import pypdfium2.raw as pdfium

MAX_OBJECTS = 400_000
MAX_FORM_DEPTH = 12
UPRIGHT = math.radians(2)
SHORTEST_EDGE = 1.0
THICKEST_RULE = 3.0
LARGEST_PAGE = 15_000.0
MAP_ERROR_SAMPLE = 60


class Glyph(NamedTuple):
    """One printed character. `baseline` is the y of its origin, `top` and `bottom` those of its font's line."""

    x0: float
    top: float
    x1: float
    bottom: float
    baseline: float
    text: str


class Ink(NamedTuple):
    """What stands on one page. `horizontal` are (y, x0, x1), `vertical` (x, top, bottom)."""

    width: float
    height: float
    glyphs: list[Glyph]
    horizontal: list[tuple[float, float, float]]
    vertical: list[tuple[float, float, float]]
    unmapped: int  # of MAP_ERROR_SAMPLE characters looked at, those without a usable Unicode value


class BadPageBox(ValueError):
    """The page has no usable size."""


def display_transform(page) -> tuple[tuple[float, ...], float, float, int]:
    """Given a pdfium page, return the affine map (a, b, c, d, e, f) from PDF user space to the displayed page, the
    displayed width and height, and its quarter turns clockwise. Raises BadPageBox."""
    rect = pdfium.FS_RECTF()
    if not pdfium.FPDF_GetPageBoundingBox(page, rect):
        raise BadPageBox("no page box")
    width, height = rect.right - rect.left, rect.top - rect.bottom
    if not (1 <= width <= LARGEST_PAGE and 1 <= height <= LARGEST_PAGE):
        raise BadPageBox(f"page of {width:.0f} x {height:.0f} points")
    turns = pdfium.FPDFPage_GetRotation(page) % 4
    matrix = {
        0: (1, 0, 0, -1, -rect.left, rect.top),
        1: (0, 1, 1, 0, -rect.bottom, -rect.left),
        2: (-1, 0, 0, 1, rect.right, -rect.bottom),
        3: (0, -1, -1, 0, rect.top, rect.right),
    }[turns]
    return (matrix, width, height, turns) if turns % 2 == 0 else (matrix, height, width, turns)


def read_ink(page) -> Ink:
    """Given a loaded pdfium page, return its glyphs and rulings. Raises BadPageBox."""
    matrix, width, height, turns = display_transform(page)
    glyphs, unmapped = _glyphs(page, matrix, width, height, turns)
    horizontal, vertical = _rulings(page, matrix, width, height)
    return Ink(width, height, glyphs, horizontal, vertical, unmapped)


def _glyphs(page, matrix, width, height, turns) -> tuple[list[Glyph], int]:
    a, b, c, d, e, f = matrix
    text_page = pdfium.FPDFText_LoadPage(page)
    if not text_page:
        return [], 0
    out: list[Glyph] = []
    try:
        count = pdfium.FPDFText_CountChars(text_page)
        get_unicode, get_box = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
        get_origin, get_angle = pdfium.FPDFText_GetCharOrigin, pdfium.FPDFText_GetCharAngle
        is_generated = pdfium.FPDFText_IsGenerated
        rect, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
        p_rect, p_x, p_y = ctypes.byref(rect), ctypes.byref(x), ctypes.byref(y)
        turned = turns * math.pi / 2  # pdfium measures a glyph's angle clockwise
        for i in range(count):
            code = get_unicode(text_page, i)
            if code <= 32 and (code in (10, 13, 0) or is_generated(text_page, i) == 1):
                continue
            angle = (get_angle(text_page, i) + turned + math.pi) % (2 * math.pi) - math.pi
            if abs(angle) > UPRIGHT:
                continue  # a watermark or a stamp; upright text is what tables are made of
            if not get_box(text_page, i, p_rect) or not get_origin(text_page, i, p_x, p_y):
                continue
            u0, v0, u1, v1 = rect.left, rect.bottom, rect.right, rect.top
            x0, y0 = a * u0 + c * v0 + e, b * u0 + d * v0 + f
            x1, y1 = a * u1 + c * v1 + e, b * u1 + d * v1 + f
            if x0 > x1:
                x0, x1 = x1, x0
            if y0 > y1:
                y0, y1 = y1, y0
            if x1 < 0 or y1 < 0 or x0 > width or y0 > height:
                continue
            baseline = b * x.value + d * y.value + f
            out.append(Glyph(x0, y0, x1, y1, baseline, _character(code)))
        step = max(1, count // MAP_ERROR_SAMPLE)
        has_error = pdfium.FPDFText_HasUnicodeMapError
        unmapped = sum(has_error(text_page, i) == 1 for i in range(0, count, step))
    finally:
        pdfium.FPDFText_ClosePage(text_page)
    return out, unmapped


def _character(code: int) -> str:
    if code == 2:  # pdfium's mark for a hyphen at the end of a line
        return "-"
    if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF or code < 32:
        return "\N{REPLACEMENT CHARACTER}"
    return chr(code)


def _rulings(page, matrix, width, height):
    horizontal: list[tuple[float, float, float]] = []
    vertical: list[tuple[float, float, float]] = []

    def edge(p, q):
        (x0, y0), (x1, y1) = p, q
        dx, dy = abs(x1 - x0), abs(y1 - y0)
        if dy <= 0.1 and dx >= SHORTEST_EDGE:
            lo, hi = (x0, x1) if x0 < x1 else (x1, x0)
            if -1 <= y0 <= height + 1 and hi > 0 and lo < width:
                horizontal.append(((y0 + y1) / 2, lo, hi))
        elif dx <= 0.1 and dy >= SHORTEST_EDGE:
            lo, hi = (y0, y1) if y0 < y1 else (y1, y0)
            if -1 <= x0 <= width + 1 and hi > 0 and lo < height:
                vertical.append(((x0 + x1) / 2, lo, hi))

    areas = []
    for points, closed, stroked in _subpaths(page, matrix):
        if not stroked and _is_area(points):
            areas.append(points)
            continue
        for i in range(len(points) - 1):
            edge(points[i], points[i + 1])
        if closed and len(points) > 2:
            edge(points[-1], points[0])
    if not (horizontal or vertical):
        for points in areas:
            for i in range(len(points)):
                edge(points[i - 1], points[i])
    return horizontal, vertical


def _is_area(points) -> bool:
    """Whether a filled shape is a background (of a paragraph, a cell, the page) and no ruling: it is thick both ways."""
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(max(xs) - min(xs), max(ys) - min(ys)) > THICKEST_RULE


def _subpaths(page, matrix):
    """Yield (points, closed, stroked) of every painted subpath; a fill closes its subpaths by itself."""
    objects = [(page, matrix, 0, pdfium.FPDFPage_CountObjects(page), pdfium.FPDFPage_GetObject)]
    seen = 0
    m = pdfium.FS_MATRIX()
    p_m = ctypes.byref(m)
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    p_fill, p_stroke = ctypes.byref(fill), ctypes.byref(stroke)
    fx, fy = ctypes.c_float(), ctypes.c_float()
    p_fx, p_fy = ctypes.byref(fx), ctypes.byref(fy)
    get_type, get_matrix = pdfium.FPDFPageObj_GetType, pdfium.FPDFPageObj_GetMatrix
    segment, point, kind = (
        pdfium.FPDFPath_GetPathSegment,
        pdfium.FPDFPathSegment_GetPoint,
        pdfium.FPDFPathSegment_GetType,
    )
    closes = pdfium.FPDFPathSegment_GetClose
    while objects:
        holder, outer, depth, count, get_object = objects.pop()
        for i in range(count):
            seen += 1
            if seen > MAX_OBJECTS:
                return
            obj = get_object(holder, i)
            what = get_type(obj)
            if what == pdfium.FPDF_PAGEOBJ_PATH:
                pdfium.FPDFPath_GetDrawMode(obj, p_fill, p_stroke)
                if not (fill.value or stroke.value) or not get_matrix(obj, p_m):
                    continue
                a, b, c, d, e, f = _product((m.a, m.b, m.c, m.d, m.e, m.f), outer)
                points: list[tuple[float, float]] = []
                closed = bool(fill.value)
                for j in range(pdfium.FPDFPath_CountSegments(obj)):
                    s = segment(obj, j)
                    if kind(s) == pdfium.FPDF_SEGMENT_MOVETO and points:
                        yield points, closed, stroke.value
                        points, closed = [], bool(fill.value)
                    point(s, p_fx, p_fy)
                    x, y = fx.value, fy.value
                    points.append((a * x + c * y + e, b * x + d * y + f))
                    closed = closed or bool(closes(s))
                if points:
                    yield points, closed, stroke.value
            elif what == pdfium.FPDF_PAGEOBJ_FORM and depth < MAX_FORM_DEPTH and get_matrix(obj, p_m):
                inner = _product((m.a, m.b, m.c, m.d, m.e, m.f), outer)
                objects.append(
                    (obj, inner, depth + 1, pdfium.FPDFFormObj_CountObjects(obj), pdfium.FPDFFormObj_GetObject)
                )


def _product(first, then):
    a, b, c, d, e, f = first
    A, B, C, D, E, F = then
    return (a * A + b * C, a * B + b * D, c * A + d * C, c * B + d * D, e * A + f * C + E, e * B + f * D + F)
