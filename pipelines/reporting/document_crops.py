"""The part of a page picture that shows the cells of one identity: a window onto the picture, in percent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pipelines.reading.model import Box
from pipelines.reporting.document_data import Check
from pipelines.reporting.document_pictures import Page, Pictures

CONTEXT = (150.0, 34.0)  # points around the cells, across and down: a row label and a neighbouring row
SMALLEST = (360.0, 110.0)
SCALE = (0.9, 1.5)  # screen pixels per point: print stays readable
TALL = 480.0  # pixels; a taller window is scaled down


class Mark(NamedTuple):
    """A cell in the window: where, in percent of the window, and which amount it is."""

    id: str | None
    kind: str  # left | right | suspect
    left: float
    top: float
    width: float
    height: float


class Crop(NamedTuple):
    """A window of `width` × `height` points. The picture is to be `scale` percent of the window wide and to begin at
    `left`, `top` percent of the window."""

    page: int
    picture: str
    width: float
    height: float
    left: float
    top: float
    scale: float
    marks: tuple[Mark, ...]

    @property
    def shown(self) -> int:
        """How many screen pixels wide the window is at most."""
        least, most = SCALE
        return round(self.width * min(most, max(least, TALL / self.height)))


def crops(check: Check, pictures: Mapping[str, Pictures]) -> list[Crop]:
    """Given a check and the pictures of all documents, return a window for each page its cells stand on; cells without
    a place or a picture have none."""
    by_page: dict[tuple[str, int], list[tuple[str | None, str, Box]]] = {}
    for term in check.terms:
        if term.box is not None and term.document_id in pictures:
            kind = "suspect" if term.id and term.id == check.suspect_id else term.side
            by_page.setdefault((term.document_id, term.page), []).append((term.id, kind, term.box))
    found = []
    for (document_id, number), members in by_page.items():
        page = pictures[document_id].pages.get(number)
        if page is not None and page.picture is not None:
            window = _window([box for _, _, box in members], page.width, page.height)
            found.append(_crop(number, page, window, members))
    return found


def _window(boxes: list[Box], width: float, height: float) -> Box:
    whole = _around_all(boxes)
    across, down = CONTEXT
    x0, x1 = _widened(whole.x0 - across, whole.x1 + across, SMALLEST[0], width)
    top, bottom = _widened(whole.top - down, whole.bottom + down, SMALLEST[1], height)
    return Box(x0, top, x1, bottom)


def _widened(low: float, high: float, least: float, most: float) -> tuple[float, float]:
    """Given a stretch, return one of at least `least` within 0 and `most`."""
    lacking = max(0.0, least - (high - low)) / 2
    return max(0.0, low - lacking), min(most, high + lacking)


def _crop(number: int, page: Page, window: Box, members: Iterable[tuple[str | None, str, Box]]) -> Crop:
    width, height = window.x1 - window.x0, window.bottom - window.top
    marks = tuple(
        Mark(
            id,
            kind,
            _percent(box.x0 - window.x0, width),
            _percent(box.top - window.top, height),
            _percent(box.x1 - box.x0, width),
            _percent(box.bottom - box.top, height),
        )
        for id, kind, box in members
    )
    return Crop(
        number, page.picture, round(width, 1), round(height, 1), _percent(-window.x0, width),
        _percent(-window.top, height), _percent(page.width, width), marks,
    )  # fmt: skip


def _percent(part: float, whole: float) -> float:
    return round(100 * part / whole, 3)


def _around_all(boxes: Sequence[Box]) -> Box:
    return Box(
        min(b.x0 for b in boxes), min(b.top for b in boxes), max(b.x1 for b in boxes), max(b.bottom for b in boxes)
    )
