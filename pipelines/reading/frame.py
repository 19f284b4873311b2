"""The page as displayed: from PDF user space to points from the top left."""

from __future__ import annotations

from typing import NamedTuple

import pypdfium2.raw as pdfium

LARGEST_PAGE = 15_000.0
Matrix = tuple[float, float, float, float, float, float]


class BadPageBox(ValueError):
    """The page has no usable size."""


class Frame(NamedTuple):
    """`matrix` (a, b, c, d, e, f) maps user space to the displayed page of `width` and `height` points; `turns` are the
    page's quarter turns clockwise."""

    matrix: Matrix
    width: float
    height: float
    turns: int


def frame_of(page) -> Frame:
    """Given a pdfium page, return how it is displayed. Raises BadPageBox."""
    rect = pdfium.FS_RECTF()
    if not pdfium.FPDF_GetPageBoundingBox(page, rect):
        raise BadPageBox("no page box")
    width, height = rect.right - rect.left, rect.top - rect.bottom
    if not (1 <= width <= LARGEST_PAGE and 1 <= height <= LARGEST_PAGE):
        raise BadPageBox(f"page of {width:.0f} x {height:.0f} points")
    turns = pdfium.FPDFPage_GetRotation(page) % 4
    matrix = {
        0: (1.0, 0.0, 0.0, -1.0, -rect.left, rect.top),
        1: (0.0, 1.0, 1.0, 0.0, -rect.bottom, -rect.left),
        2: (-1.0, 0.0, 0.0, 1.0, rect.right, -rect.bottom),
        3: (0.0, -1.0, -1.0, 0.0, rect.top, rect.right),
    }[turns]
    return Frame(matrix, width, height, turns) if turns % 2 == 0 else Frame(matrix, height, width, turns)


def product(first: Matrix, then: Matrix) -> Matrix:
    """The map that does `first` and `then` after it."""
    a, b, c, d, e, f = first
    A, B, C, D, E, F = then
    return (a * A + b * C, a * B + b * D, c * A + d * C, c * B + d * D, e * A + f * C + E, e * B + f * D + F)
