"""The story of reading one PDF: open it, read each page, join what page breaks part."""

from __future__ import annotations

import ctypes
import gc
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pypdfium2.raw as pdfium

from pipelines.reading import preflight
from pipelines.reading.clips import overflowing
from pipelines.reading.frame import BadPageBox, frame_of
from pipelines.reading.glyphs import read_glyphs
from pipelines.reading.grids import build_grid
from pipelines.reading.joins import join_tables
from pipelines.reading.model import Page, Reading
from pipelines.reading.pages import PageContent, read_page
from pipelines.reading.refused import Refused
from pipelines.reading.strokes import read_strokes
from pipelines.settings import Limits

GARBAGE = 20_000  # new objects between two looks for cycles among them: a page makes many and next to no cycle
FEWEST_GLYPHS = 10  # a page with less is a picture, a cover or blank
UNMAPPED_SHARE = 0.3


def read_document(
    path: Path,
    limits: Limits,
    on_page: Callable[[int, int], None] = lambda page, of: None,
    sha256: str | None = None,
) -> Reading:
    """Given a PDF, and its hash where it is to be proven, return what stands in it. Raises Refused with a reason code
    where it cannot be read.

    Runs in a capped child process (worker.py): nothing here is safe against a PDF made to do harm.
    """
    with _rare_collection():
        return _read(preflight.checked_bytes(path, limits, sha256), limits, on_page)


@contextmanager
def _rare_collection() -> Iterator[None]:
    """Looking for garbage at the usual pace takes about a twentieth of the time of reading."""
    usual = gc.get_threshold()
    gc.set_threshold(GARBAGE, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _read(data: bytes, limits: Limits, on_page: Callable[[int, int], None]) -> Reading:
    document, count = open_document(data, limits)
    contents, pages = [], []
    try:
        for index in range(count):
            on_page(index + 1, count)
            page, content = _page_content(document, index, contents[-1] if contents else None)
            pages.append(page)
            contents.append(content)
    finally:
        pdfium.FPDF_CloseDocument(document)
    if not any(page.text_layer == "digital" for page in pages):
        raise Refused("no_text", f"{count} pages, none with a usable text layer")
    grids = tuple(build_grid(i, joined) for i, joined in enumerate(join_tables(contents)))
    lines = tuple(line for content in contents for line in content.lines)
    return Reading(hashlib.sha256(data).hexdigest(), tuple(pages), lines, grids)


def open_document(data: bytes, limits: Limits):
    """Given the bytes of a PDF, return pdfium's handle and the number of pages on which both engines agree.

    pdfium reads from `data` itself: it has to live as long as the handle. Raises Refused.
    """
    pdfium.FPDF_InitLibrary()
    document = pdfium.FPDF_LoadMemDocument64(ctypes.c_char_p(data), len(data), None)
    if not document:
        code = pdfium.FPDF_GetLastError()
        if code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise Refused("encrypted", "a password is needed to open it")
        raise Refused("engine_error", f"pdfium error {code}")
    count = pdfium.FPDF_GetPageCount(document)
    if count < 1:
        raise Refused("zero_pages", "no page found")
    if count > limits.pages:
        raise Refused("too_many_pages", f"{count} pages, the limit is {limits.pages}")
    other = preflight.count_pages(data)
    if other != count:
        raise Refused("page_count_mismatch", f"pdfium counts {count} pages, pdfminer {other}")
    return document, count


def _page_content(document, index: int, before: PageContent | None = None) -> tuple[Page, PageContent]:
    page = pdfium.FPDF_LoadPage(document, index)
    if not page:
        raise Refused("engine_error", f"page {index + 1} does not load")
    try:
        frame = frame_of(page)
        strokes = read_strokes(page, frame)
        glyphs = read_glyphs(page, frame, partial(overflowing, strokes.texts))
    except BadPageBox as error:
        raise Refused("bad_page_box", f"page {index + 1}: {error}") from error
    finally:
        pdfium.FPDF_ClosePage(page)
    count = len(glyphs.upright)
    layer = "none" if count < FEWEST_GLYPHS else "unmapped" if glyphs.unmapped > UNMAPPED_SHARE else "digital"
    seen = Page(index + 1, round(frame.width, 2), round(frame.height, 2), count, layer)
    if layer == "unmapped":  # its text is no text: the page counts as a scanned one
        return seen, PageContent(index + 1, frame.width, frame.height, [], [])
    return seen, read_page(index + 1, frame, glyphs, strokes, before)
