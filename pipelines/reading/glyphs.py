"""Glyphs of a page, as pdfium hands them over, in points from the top left of the page as displayed."""

from __future__ import annotations

import ctypes
import math
import re
import struct
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import repeat
from typing import NamedTuple

import pypdfium2.raw as pdfium

from pipelines.reading import engine
from pipelines.reading.frame import Frame
from pipelines.reading.model import Box

UPRIGHT = math.radians(2)
QUARTER = math.pi / 2
OF_BASELINE = 0.36  # of its height a glyph's middle is above its baseline, in any usual font
DISPLACED = 0.28  # a box whose middle is by so much of its height away from there is displaced
SAME_BASELINE = 0.02
SAMPLE = 60
FEW_ODD = 0.1
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# a character that is none that is printed: a replacement, of private use, or of the upper half of Latin-1, to which
# bytes fall back that a font gives no meaning, but for the signs of it that are common in Chinese papers
ODD = re.compile(rf"[{REPLACEMENT}\ue000-\uf8ff]|(?![\xa0§°±²³·×÷])[\x80-\xff]")


class Glyph(NamedTuple):
    """One printed character. `baseline` is the y of its origin, `top` and `bottom` those of its font's line; of a box
    that a font displaces against its baseline, the baseline is right."""

    x0: float
    top: float
    x1: float
    bottom: float
    baseline: float
    text: str

    @property
    def middle(self) -> float:
        """The x of its middle."""
        return (self.x0 + self.x1) / 2

    @property
    def height(self) -> float:
        """The y of its middle."""
        return (self.top + self.bottom) / 2


class Turned(NamedTuple):
    """A glyph set sideways: its box on the page, and the glyph as it is when the page is turned to make it upright."""

    box: Box
    upright: Glyph


class Glyphs(NamedTuple):
    """The glyphs of a page, in the order of the text: the upright ones, those set sideways, the clip boxes of those
    that may be cut off, and the share of them that have no usable Unicode value (estimated from a sample)."""

    upright: list[Glyph]
    turned: list[Turned]
    clips: dict[Glyph, Box]
    unmapped: float


def read_glyphs(page, frame: Frame, clips_of: Callable[[list[Glyph]], Mapping[int, Box]] | None = None) -> Glyphs:
    """Given a pdfium page, return its glyphs within the page; `clips_of` tells, given the upright ones, the clip boxes
    of those text objects that stand out of theirs (clips.py)."""
    text_page = pdfium.FPDFText_LoadPage(page)
    if not text_page:
        return Glyphs([], [], {}, 0.0)
    try:
        codes = _codes(text_page, pdfium.FPDFText_CountChars(text_page))
        text = engine.handle(text_page)
        placed = _placed(text, codes, frame)
        upright, turned = _by_angle(text, placed, frame.turns)
        unmapped = _unmapped_share(text, len(codes), upright)
        clips = clips_of(upright) if clips_of else {}
        owned = ((glyph, clips.get(engine.text_object(text, i))) for i, glyph in placed) if clips else ()
        found = {in_place(glyph): clip for glyph, clip in owned if clip}
        return Glyphs(upright, turned, found, unmapped)
    finally:
        pdfium.FPDFText_ClosePage(text_page)


def _codes(text_page, count: int) -> list[int]:
    """The Unicode value of each character. One call for all where it gives one value each, else one call each."""
    buffer = (ctypes.c_ushort * (count + 1))()
    codes = buffer[: pdfium.FPDFText_GetText(text_page, 0, count, buffer) - 1]
    if len(codes) == count and not any(0xD800 <= code <= 0xDFFF for code in codes):
        return codes
    return [pdfium.FPDFText_GetUnicode(text_page, i) for i in range(count)]


def _placed(text: int, codes: list[int], frame: Frame) -> list[tuple[int, Glyph]]:
    # pdfium puts in blanks and line ends of its own; the gaps between glyphs say the same
    is_generated, get_box, get_origin = engine.text_is_generated, engine.text_loose_box, engine.text_origin
    wanted = [
        i for i, code in enumerate(codes) if code > 32 or (code not in (0, 10, 13) and is_generated(text, i) != 1)
    ]
    boxes, origins = (ctypes.c_float * (4 * len(wanted)))(), (ctypes.c_double * (2 * len(wanted)))()
    at_box, at_origin = ctypes.addressof(boxes), ctypes.addressof(origins)
    end = at_origin + 16 * len(wanted)
    # a loop of the interpreter costs as much as the calls, `map` next to nothing
    has_box = list(map(get_box, repeat(text), wanted, range(at_box, at_box + 16 * len(wanted), 16)))
    has_origin = map(get_origin, repeat(text), wanted, range(at_origin, end, 16), range(at_origin + 8, end, 16))
    has_origin = list(has_origin)
    a, b, c, d, e, f = frame.matrix
    width, height = frame.width, frame.height
    out: list[tuple[int, Glyph]] = []
    new = tuple.__new__  # Glyph(…) does the same and costs twice as much
    characters = map(_character, map(codes.__getitem__, wanted))
    unpacked = struct.iter_unpack("4f", boxes), struct.iter_unpack("2d", origins)
    for i, box, origin, text_, (left, high, right, low), (x, y) in zip(
        wanted, has_box, has_origin, characters, *unpacked, strict=True
    ):
        if not box or not origin:
            continue
        x0, y0 = a * left + c * low + e, b * left + d * low + f
        x1, y1 = a * right + c * high + e, b * right + d * high + f
        if x0 > x1:
            x0, x1 = x1, x0
        if y0 > y1:
            y0, y1 = y1, y0
        baseline = b * x + d * y + f
        if x1 >= 0 and y1 >= 0 and x0 <= width and y0 <= height:
            out.append((i, new(Glyph, (x0, y0, x1, y1, baseline, text_))))
    return out


def in_place(glyph: Glyph) -> Glyph:
    """Given an upright glyph, return it with its box where its baseline says, should a font displace the two."""
    x0, top, x1, bottom, baseline, text = glyph
    size = bottom - top
    off = baseline - OF_BASELINE * size - (top + bottom) / 2
    return Glyph(x0, top + off, x1, bottom + off, baseline, text) if abs(off) > DISPLACED * size else glyph


def _by_angle(text: int, placed: list[tuple[int, Glyph]], turns: int) -> tuple[list[Glyph], list[Turned]]:
    """The upright glyphs and those turned by a quarter. Those at another angle are watermarks and stamps and are left
    out. A glyph on one baseline with its neighbour in the text stands upright; only of the others the angle is asked
    for."""
    by = turns * QUARTER  # pdfium measures a glyph's angle clockwise
    upright, turned = [], []
    before = math.inf
    last = len(placed) - 1
    for k, (i, glyph) in enumerate(placed):
        line = glyph.baseline
        after = placed[k + 1][1].baseline if k < last else math.inf
        if abs(line - before) > SAME_BASELINE and abs(line - after) > SAME_BASELINE:
            angle = (engine.text_angle(text, i) + by + math.pi) % (2 * math.pi) - math.pi
            if abs(angle) > UPRIGHT:
                if abs(abs(angle) - QUARTER) <= UPRIGHT:
                    turned.append(_turned(glyph, downward=angle > 0))
                before = line
                continue
        upright.append(glyph)
        before = line
    sample = upright[:: max(1, len(upright) // SAMPLE)]
    if any(in_place(glyph) is not glyph for glyph in sample):  # it is a font's, so many have it where one has
        upright = [in_place(glyph) for glyph in upright]
    return upright, turned


def _turned(glyph: Glyph, downward: bool) -> Turned:
    """A glyph of a line that runs down the page, or up it."""
    x0, top, x1, bottom, _, text = glyph
    upright = Glyph(top, -x1, bottom, -x0, -x0, text) if downward else Glyph(-bottom, x0, -top, x1, x1, text)
    return Turned(Box(x0, top, x1, bottom), upright)


@lru_cache(1 << 14)
def _character(code: int) -> str:
    if code in (2, 0xFFFE):  # pdfium's marks for a hyphen at the end of a line
        return "-"
    if code < 32 or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        return REPLACEMENT
    return chr(code)


def _unmapped_share(text: int, count: int, glyphs: list[Glyph]) -> float:
    """The share of glyphs without a usable Unicode value, by pdfium's word and by what they look like: of the glyphs
    outside ASCII where that is the larger, as digits often come out right where nothing else does."""
    if not glyphs:
        return 0.0
    odd = len(ODD.findall("".join([g.text for g in glyphs])))
    share = odd / len(glyphs)
    if share > FEW_ODD:
        share = odd / sum(not g.text.isascii() for g in glyphs)
    sampled = range(0, count, max(1, count // SAMPLE))
    errors = list(map(engine.text_map_error, repeat(text), sampled)).count(1)
    return max(share, errors / len(sampled))
