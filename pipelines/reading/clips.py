"""Text that a page cuts off: what stands outside the clip path it is drawn with is not printed.

Programs that print spreadsheets draw the text of a cell whole and clip it to the cell: a name too long for its cell
runs on over its neighbours, unseen, and a merged cell cut by a page break has its whole text on both pages.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

from pipelines.reading import engine
from pipelines.reading.frame import Matrix
from pipelines.reading.glyphs import Glyph
from pipelines.reading.model import Box

OVER = 1.0  # points by which text may stand out of its clip path and is not cut
MOST_SEGMENTS = 12  # of a clip path that is a rectangle; one of more is a picture's
SAME_BASELINE = 1.0
FAR = 10.0**6
FOUR, TWO = struct.Struct("4f"), struct.Struct("2f")
RECTANGLE = (4, 5)  # segments
Clip = tuple[float, float, float, float, Box]  # left, low, right, high of its objects' space, and where it is displayed


def overflowing(things: Iterable[tuple[int, Matrix]], glyphs: Sequence[Glyph]) -> dict[int, Box]:
    """Given the text objects of a page, each with the map of its holder to the displayed page, and the page's glyphs,
    return the clip box of those objects that stand out of theirs, by the object.

    Neighbours share a clip path, which pdfium then keeps once: where the first segment of the innermost path is the
    same, so is the box. One that lets all glyphs be seen cuts nothing.
    """
    all_of_them: Box | None = None
    bounds = (ctypes.c_float * 4)()
    at = ctypes.addressof(bounds)
    places = at, at + 4, at + 8, at + 12
    clip_of, count_of, segment_of, bounds_of = (
        engine.object_clip,
        engine.clip_paths,
        engine.clip_segment,
        engine.object_bounds,
    )
    known: dict[int, Clip | None] = {}
    found: dict[int, Box] = {}
    for thing, outer in things:
        path = clip_of(thing)
        count = count_of(path) if path else 0
        if count <= 0:
            continue
        key = segment_of(path, count - 1, 0)
        if key not in known:
            if all_of_them is None:
                all_of_them = _around(glyphs)
            known[key] = _clip(path, count, outer, all_of_them)
        clip = known[key]
        if clip is not None and bounds_of(thing, *places):
            left, low, right, high = FOUR.unpack_from(bounds)
            if left < clip[0] or low < clip[1] or right > clip[2] or high > clip[3]:
                found[thing] = clip[4]
    return found


def _around(glyphs: Sequence[Glyph]) -> Box:
    if not glyphs:
        return Box(0.0, 0.0, 0.0, 0.0)
    x0, top, x1, bottom = (map(itemgetter(i), glyphs) for i in range(4))
    return Box(min(x0), min(top), max(x1), max(bottom))


def _clip(path: int, count: int, outer: Matrix, seen: Box) -> Clip | None:
    """What the boxes of some clip paths have in common; None where one of them is no rectangle, nothing is left, or all
    that is to be seen is."""
    point = (ctypes.c_float * 2)()
    at = ctypes.addressof(point)
    left, low, right, high = -FAR, -FAR, FAR, FAR
    for i in range(count):
        segments = engine.clip_segments(path, i)
        if not 0 < segments <= MOST_SEGMENTS:
            return None
        # opposite corners tell a rectangle; a loop over all segments would cost twice as much
        xs, ys = [], []
        for j in (0, 2) if segments in RECTANGLE else range(segments):
            engine.segment_point(engine.clip_segment(path, i, j), at, at + 4)
            x, y = TWO.unpack_from(point)
            xs.append(x)
            ys.append(y)
        left, low, right, high = max(left, min(xs)), max(low, min(ys)), min(right, max(xs)), min(high, max(ys))
    if left >= right or low >= high:
        return None
    a, b, c, d, e, f = outer
    x0, top, x1, bottom = (
        a * left + c * low + e,
        b * left + d * low + f,
        a * right + c * high + e,
        b * right + d * high + f,
    )
    box = Box(min(x0, x1), min(top, bottom), max(x0, x1), max(top, bottom))
    if box.x0 <= seen.x0 and box.top <= seen.top and box.x1 >= seen.x1 and box.bottom >= seen.bottom:
        return None
    return left - OVER, low - OVER, right + OVER, high + OVER, box


def cut_off(glyphs: Sequence[Glyph], clips: Mapping[Glyph, Box]) -> tuple[list[Glyph], dict[Glyph, Box]]:
    """Given the glyphs of a page and the clip boxes of some, return the glyphs without those that have nothing to do
    with what is seen, and of the others those that are cut off, with their clip boxes.

    What is cut off on the left or right goes on on a line that is seen; what is cut off above or below may be a line of
    a cell that is too low for it, or the copy of a text whose cell goes on from another page: where it stands tells.
    """
    if not clips:
        return list(glyphs), {}
    cut = {glyph: clip for glyph, clip in clips.items() if not _seen(glyph, clip)}
    kept, known = [], {}
    for glyph in glyphs:
        clip = cut.get(glyph)
        if clip is None:
            kept.append(glyph)
            continue
        across = clip.x0 <= glyph.middle < clip.x1
        along = clip.top <= glyph.height < clip.bottom
        if across or (along and _line_is_seen(glyph, clip, glyphs)):
            kept.append(glyph)
            known[glyph] = clip
    return kept, known


def _seen(glyph: Glyph, clip: Box) -> bool:
    return clip.x0 <= glyph.middle < clip.x1 and clip.top <= glyph.height < clip.bottom


def _line_is_seen(glyph: Glyph, clip: Box, glyphs: Sequence[Glyph]) -> bool:
    return any(
        abs(other.baseline - glyph.baseline) <= SAME_BASELINE and clip.x0 <= other.middle < clip.x1 for other in glyphs
    )
