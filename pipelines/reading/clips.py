"""Text that a page cuts off: what stands outside the clip path it is drawn with is not printed.

Programs that print spreadsheets draw the text of a cell whole and clip it to the cell: a name too long for its cell
runs on over its neighbours, unseen, and a merged cell cut by a page break has its whole text on both pages.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Mapping, Sequence

from pipelines.reading import engine
from pipelines.reading.frame import Matrix
from pipelines.reading.glyphs import Glyph
from pipelines.reading.model import Box

OVER = 1.0  # points by which text may stand out of its clip path and is not cut
MOST_SEGMENTS = 12  # of a clip path that is a rectangle; one of more is a picture's
SAME_BASELINE = 1.0
FAR = 10.0**6


def overflowing(things: Iterable[tuple[int, Matrix]]) -> dict[int, Box]:
    """Given text objects of a page and the maps of their holders to the displayed page, return the clip box of those
    that stand out of it, by the object."""
    bounds = (ctypes.c_float * 4)()
    at = ctypes.addressof(bounds)
    found: dict[int, Box] = {}
    for thing, outer in things:
        path = engine.object_clip(thing)
        count = engine.clip_paths(path) if path else 0
        if count <= 0 or not engine.object_bounds(thing, at, at + 4, at + 8, at + 12):
            continue
        clip = _clip_box(path, count, outer)
        if clip is None:
            continue
        left, low, right, high = bounds
        x0, top, x1, bottom = _mapped([(left, low), (right, high)], outer)
        if x0 < clip.x0 - OVER or x1 > clip.x1 + OVER or top < clip.top - OVER or bottom > clip.bottom + OVER:
            found[thing] = clip
    return found


def _clip_box(path: int, count: int, outer: Matrix) -> Box | None:
    """What the boxes of some clip paths have in common, None where one of them is no rectangle."""
    point = (ctypes.c_float * 2)()
    at = ctypes.addressof(point)
    box = Box(-FAR, -FAR, FAR, FAR)
    for i in range(count):
        segments = engine.clip_segments(path, i)
        if not 0 < segments <= MOST_SEGMENTS:
            return None
        points = []
        for j in range(segments):
            engine.segment_point(engine.clip_segment(path, i, j), at, at + 4)
            points.append(tuple(point))
        x0, top, x1, bottom = _mapped(points, outer)
        box = Box(max(box.x0, x0), max(box.top, top), min(box.x1, x1), min(box.bottom, bottom))
    return box if box.x0 < box.x1 and box.top < box.bottom else None


def _mapped(points: Sequence[tuple[float, float]], matrix: Matrix) -> tuple[float, float, float, float]:
    a, b, c, d, e, f = matrix
    xs = [a * x + c * y + e for x, y in points]
    ys = [b * x + d * y + f for x, y in points]
    return min(xs), min(ys), max(xs), max(ys)


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
