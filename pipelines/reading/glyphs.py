"""Glyphs of a page, as pdfium hands them over, in points from the top left of the page as displayed."""

from __future__ import annotations

import ctypes
import math
from typing import NamedTuple

import pypdfium2.raw as pdfium

from pipelines.reading.frame import Frame

UPRIGHT = math.radians(2)
SAME_BASELINE = 0.02
SAMPLE = 60
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class Glyph(NamedTuple):
    """One printed character. `baseline` is the y of its origin, `top` and `bottom` those of its font's line."""

    x0: float
    top: float
    x1: float
    bottom: float
    baseline: float
    text: str


def read_glyphs(page, frame: Frame) -> tuple[list[Glyph], float]:
    """Given a pdfium page, return its upright glyphs within the page, in the order of the text, and the share of them
    that have no usable Unicode value (estimated from a sample)."""
    text_page = pdfium.FPDFText_LoadPage(page)
    if not text_page:
        return [], 0.0
    try:
        placed = _placed(text_page, frame)
        glyphs = [glyph for i, glyph in _upright(text_page, placed, frame.turns)]
        return glyphs, _unmapped_share(text_page, glyphs)
    finally:
        pdfium.FPDFText_ClosePage(text_page)


def _codes(text_page, count: int) -> list[int]:
    """The Unicode value of each character. One call for all where it gives one value each, else one call each."""
    buffer = (ctypes.c_ushort * (count + 1))()
    codes = buffer[: pdfium.FPDFText_GetText(text_page, 0, count, buffer) - 1]
    if len(codes) == count and not any(0xD800 <= code <= 0xDFFF for code in codes):
        return codes
    return [pdfium.FPDFText_GetUnicode(text_page, i) for i in range(count)]


def _placed(text_page, frame: Frame) -> list[tuple[int, Glyph]]:
    a, b, c, d, e, f = frame.matrix
    width, height = frame.width, frame.height
    get_box, get_origin = pdfium.FPDFText_GetLooseCharBox, pdfium.FPDFText_GetCharOrigin
    is_generated = pdfium.FPDFText_IsGenerated
    rect, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    p_rect, p_x, p_y = ctypes.byref(rect), ctypes.byref(x), ctypes.byref(y)
    out: list[tuple[int, Glyph]] = []
    for i, code in enumerate(_codes(text_page, pdfium.FPDFText_CountChars(text_page))):
        # pdfium puts in blanks and line ends of its own; the gaps between glyphs say the same
        if code <= 32 and (code in (0, 10, 13) or is_generated(text_page, i) == 1):
            continue
        if not get_box(text_page, i, p_rect) or not get_origin(text_page, i, p_x, p_y):
            continue
        left, low, right, high = rect.left, rect.bottom, rect.right, rect.top
        x0, y0 = a * left + c * low + e, b * left + d * low + f
        x1, y1 = a * right + c * high + e, b * right + d * high + f
        if x0 > x1:
            x0, x1 = x1, x0
        if y0 > y1:
            y0, y1 = y1, y0
        if x1 >= 0 and y1 >= 0 and x0 <= width and y0 <= height:
            out.append((i, Glyph(x0, y0, x1, y1, b * x.value + d * y.value + f, _character(code))))
    return out


def _upright(text_page, placed: list[tuple[int, Glyph]], turns: int) -> list[tuple[int, Glyph]]:
    """Leave out glyphs that stand at an angle: watermarks and stamps. A glyph on one baseline with its neighbour in the
    text stands upright; only of the others the angle is asked for."""
    get_angle = pdfium.FPDFText_GetCharAngle
    turned = turns * math.pi / 2  # pdfium measures a glyph's angle clockwise
    lines = [glyph.baseline for _, glyph in placed]
    out = []
    for k, item in enumerate(placed):
        y = lines[k]
        alone = not (k and abs(lines[k - 1] - y) < SAME_BASELINE) and not (
            k + 1 < len(lines) and abs(lines[k + 1] - y) < SAME_BASELINE
        )
        if alone:
            angle = (get_angle(text_page, item[0]) + turned + math.pi) % (2 * math.pi) - math.pi
            if abs(angle) > UPRIGHT:
                continue
        out.append(item)
    return out


def _character(code: int) -> str:
    if code == 2:  # pdfium's mark for a hyphen at the end of a line
        return "-"
    if code < 32 or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        return REPLACEMENT
    return chr(code)


def _unmapped_share(text_page, glyphs: list[Glyph]) -> float:
    if not glyphs:
        return 0.0
    odd = sum(g.text == REPLACEMENT or "\ue000" <= g.text <= "\uf8ff" for g in glyphs) / len(glyphs)
    count = pdfium.FPDFText_CountChars(text_page)
    sampled = range(0, count, max(1, count // SAMPLE))
    errors = sum(pdfium.FPDFText_HasUnicodeMapError(text_page, i) == 1 for i in sampled)
    return max(odd, errors / len(sampled))
