"""Pictures of whole pages, with what may be a contact covered before anything is encoded.

The paper is untrusted, so a capped child process draws it; this module is both sides.
"""

from __future__ import annotations

import json
import signal
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pipelines.errors import PipelineError
from pipelines.reading.model import Box
from pipelines.reporting.picture import PNG
from pipelines.settings import PROJECT, Limits

SECONDS = 60  # for one child, which draws PAGES_AT_ONCE pages
PAGES_AT_ONCE = 40
SCALE = 2.0  # pixels per point: small print stays readable, a page of an A4 table is 20 to 50 kB
MOST_PIXELS = 8_000_000
MOST_BYTES = 4_000_000
GREYS_BITS = 2  # four greys: half the size of sixteen, and print is black on white
COVER = 0xAA
MARGIN = 1.0  # points around a covered box: glyphs may reach over the rulings of their cell


class PageOrder(NamedTuple):
    """A page to draw (from 1), and the boxes on it that must not be seen."""

    page: int
    covered: tuple[Box, ...] = ()


class PageImage(NamedTuple):
    """A page as a PNG, and the page's size in points, as displayed."""

    page: int
    width: float
    height: float
    png: bytes


def draw_pages(path: Path, orders: Sequence[PageOrder], limits: Limits | None = None) -> dict[int, PageImage]:
    """Given a paper and pages of it, return their pictures by page; a page that cannot be drawn within the limits has
    none.

    Raises PipelineError where no page can be drawn.
    """
    drawn: dict[int, PageImage] = {}
    why = ""
    for some in _batched(orders):
        found, trouble = _draw_some(path, some, limits or Limits())
        drawn |= {image.page: image for image in found}
        why = why or trouble
    if orders and not drawn:
        raise PipelineError(f"{path.name} cannot be drawn: {why or 'no page came out'}")
    return drawn


def _batched(orders: Sequence[PageOrder]) -> Iterator[Sequence[PageOrder]]:
    return (orders[start : start + PAGES_AT_ONCE] for start in range(0, len(orders), PAGES_AT_ONCE))


def _draw_some(path: Path, orders: Sequence[PageOrder], limits: Limits) -> tuple[list[PageImage], str]:
    """Return the pictures that came out, and in words what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        request = json.dumps([str(path), orders, limits.address_space, folder])
        command = [sys.executable, "-m", "pipelines.reporting.page_images"]
        why = ""
        try:
            for _ in range(2):
                child = subprocess.run(
                    command, input=request.encode(), capture_output=True, cwd=PROJECT, timeout=SECONDS, check=False
                )
                if child.returncode != -signal.SIGKILL:  # else somebody may have killed the child
                    break
            if child.returncode != 0:
                why = (child.stderr.decode(errors="replace").strip().splitlines() or ["the drawing process died"])[-1]
        except subprocess.TimeoutExpired:
            why = f"drawing took longer than {SECONDS} s"
        found = (_image(Path(folder), order.page) for order in orders)
        return [image for image in found if image is not None], why[:200]


def _image(folder: Path, page: int) -> PageImage | None:
    """What the child left of a page, if that is a picture and a size; the child is not trusted."""
    picture, size = folder / f"{page}.png", folder / f"{page}.size"
    for path, most in ((picture, MOST_BYTES), (size, 16)):
        if path.is_symlink() or not path.is_file() or path.stat().st_size > most:
            return None
    png, numbers = picture.read_bytes(), size.read_bytes()
    if not png.startswith(PNG) or len(numbers) != 16:
        return None
    width, height = struct.unpack("2d", numbers)
    return PageImage(page, width, height, png) if 1 <= width <= 20_000 and 1 <= height <= 20_000 else None


def _draw(pdf, order: PageOrder, folder: Path) -> None:
    from PIL import ImageDraw

    page = pdf[order.page - 1]
    width, height = page.get_size()
    scale = min(SCALE, (MOST_PIXELS / max(1.0, width * height)) ** 0.5)
    # notes and form fields are no part of what was read, a contact could stand in them
    image = page.render(scale=scale, grayscale=True, draw_annots=False, may_draw_forms=False).to_pil().convert("L")
    pen = ImageDraw.Draw(image)
    for x0, top, x1, bottom in order.covered:
        corners = (x0 - MARGIN, top - MARGIN, x1 + MARGIN, bottom + MARGIN)
        pen.rectangle([round(corner * scale) for corner in corners], fill=COVER)
    steps = (1 << GREYS_BITS) - 1
    greys = image.point([round(level * steps / 255) for level in range(256)])
    greys = greys.convert("P")
    greys.putpalette([round(step * 255 / steps) for step in range(steps + 1) for _ in range(3)])
    greys.save(folder / f"{order.page}.png", "PNG", bits=GREYS_BITS, compress_level=6)
    # last: a picture without it does not count
    (folder / f"{order.page}.size").write_bytes(struct.pack("2d", width, height))


def _main() -> None:
    import resource

    path, orders, address_space, folder = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import pypdfium2

    pdf = pypdfium2.PdfDocument(path)
    failed = []
    for page, covered in orders:
        try:
            _draw(pdf, PageOrder(page, tuple(Box(*box) for box in covered)), Path(folder))
        except Exception as error:  # one page costs no other
            failed.append(f"page {page}: {type(error).__name__}: {error}")
    if failed:
        sys.exit("; ".join(failed[:3]))


if __name__ == "__main__":
    _main()
