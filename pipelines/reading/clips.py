"""Text that a page cuts off: what stands outside the clip path it is drawn with is not printed.

Programs that print spreadsheets draw the text of a cell whole and clip it to the cell: a name too long for its cell
runs on over its neighbours, unseen, and a merged cell cut by a page break has its whole text on both pages.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from operator import itemgetter

from pipelines.reading import engine
from pipelines.reading.frame import Matrix
from pipelines.reading.glyphs import Glyph
from pipelines.reading.model import Box

OVER = 1.0  # points by which text may stand out of its clip path and is not cut
MOST_SEGMENTS = 12  # of a clip path that is a rectangle; one of more is a picture's
SAME_BASELINE = 1.0
FAR = 10.0**6
NOWHERE = FAR, FAR, -FAR, -FAR  # stands out of nothing
LESS_ONE = (-1).__add__
FOUR = struct.Struct("4f")
RECTANGLE = (4, 5)  # segments
Bounds = tuple[float, float, float, float]  # left, low, right, high of its objects' space
Clip = tuple[float, float, float, float, Box]  # left, low, right, high of its objects' space, and where it is displayed


def overflowing(things: Sequence[tuple[int, Matrix]], glyphs: Sequence[Glyph]) -> dict[int, Box]:
    """Given the text objects of a page, each with the map of its holder to the displayed page, and the page's glyphs,
    return the clip box of those objects that stand out of theirs, by the object.

    Neighbours share a clip path, which pdfium then keeps once: where the first segment of the innermost path is the
    same, so is the box. One that lets all glyphs be seen cuts nothing.
    """
    # each question is put to all objects at once: a page may have one for each glyph, and a loop of the interpreter
    # costs more than the calls
    paths = list(map(engine.object_clip, map(itemgetter(0), things)))
    counts = list(map(engine.clip_paths, paths))
    if not any(count > 0 for count in set(counts)):
        return {}
    innermost = list(map(engine.clip_segment, paths, map(LESS_ONE, counts), repeat(0)))
    first = dict(zip(reversed(innermost), reversed(range(len(things))), strict=True))
    first.pop(None, None)  # of those without a clip path
    seen = _around(glyphs)
    known: dict[int, Bounds | None] = {}
    clips = {key: _clip(paths[i], counts[i], things[i][1], seen, known) for key, i in first.items()}
    clips = {key: clip for key, clip in clips.items() if clip}
    narrow = list(filter(clips.__contains__, innermost)) if clips else []
    if not narrow:
        return {}
    clipped = [thing for (thing, _), key in zip(things, innermost, strict=True) if key in clips]
    found: dict[int, Box] = {}
    for thing, key, bounds in zip(clipped, narrow, _bounds(clipped), strict=True):
        clip = clips[key]
        if bounds[0] < clip[0] or bounds[1] < clip[1] or bounds[2] > clip[2] or bounds[3] > clip[3]:
            found[thing] = clip[4]
    return found


def _bounds(things: Sequence[int]) -> Iterator[tuple[float, ...]]:
    """Left, low, right and high of each object."""
    buffer = (ctypes.c_float * (4 * len(things)))()
    at = ctypes.addressof(buffer)
    end = at + 16 * len(things)
    given = map(engine.object_bounds, things, *(range(at + 4 * side, end, 16) for side in range(4)))
    return (bounds if ok else NOWHERE for ok, bounds in zip(list(given), FOUR.iter_unpack(buffer), strict=True))


def _around(glyphs: Sequence[Glyph]) -> Box:
    if not glyphs:
        return Box(0.0, 0.0, 0.0, 0.0)
    x0, top, x1, bottom, _, _ = zip(*glyphs, strict=True)
    return Box(min(x0), min(top), max(x1), max(bottom))


def _clip(path: int, count: int, outer: Matrix, seen: Box, known: dict[int, Bounds | None]) -> Clip | None:
    """What the boxes of some clip paths have in common; None where one of them is no rectangle, nothing is left, or all
    that is to be seen is. `known` has the boxes by the first segment of their path."""
    left, low, right, high = -FAR, -FAR, FAR, FAR
    for i in range(count):
        key = engine.clip_segment(path, i, 0)
        if key not in known:
            known[key] = _rectangle(path, i)
        bounds = known[key]
        if bounds is None:
            return None
        left, low, right, high = (
            max(left, bounds[0]),
            max(low, bounds[1]),
            min(right, bounds[2]),
            min(high, bounds[3]),
        )
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


def _rectangle(path: int, index: int) -> Bounds | None:
    """The box of one of some clip paths, None where it is no rectangle."""
    segments = engine.clip_segments(path, index)
    if not 0 < segments <= MOST_SEGMENTS:
        return None
    point = (ctypes.c_float * 2)()
    at = ctypes.addressof(point)
    xs, ys = [], []
    # opposite corners tell a rectangle; a loop over all segments would cost twice as much
    for j in (0, 2) if segments in RECTANGLE else range(segments):
        engine.segment_point(engine.clip_segment(path, index, j), at, at + 4)
        x, y = point
        xs.append(x)
        ys.append(y)
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
