"""Pictures of the places numbers were read from: a region of a page, its cells outlined.

The paper is untrusted, so a capped child process draws it; this module is both sides.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pipelines.errors import PipelineError
from pipelines.reading.model import Box
from pipelines.settings import PROJECT, Limits

SECONDS = 60
SCALE = 3.0  # pixels per point: 216 dpi, printed figures stay sharp
MOST_PIXELS = 25_000_000
CONTEXT = (260.0, 90.0)  # points around the cells, across and down
OUTLINE = (214, 40, 40)
PNG = b"\x89PNG\r\n\x1a\n"


class Place(NamedTuple):
    """What one picture shows: the boxes of cells on one page (from 1), and how many pixels a point gets."""

    page: int
    boxes: tuple[Box, ...]
    scale: float = SCALE


def draw_cell(path: Path, page: int, box: Box, limits: Limits | None = None) -> bytes:
    """Given a paper, a page (from 1) and a box, return a PNG of the region with the box outlined in red.

    Raises PipelineError where the page cannot be drawn within the limits.
    """
    picture = draw_places(path, [Place(page, (box,))], limits)[0]
    if picture is None:
        raise PipelineError(f"page {page} of {path.name} cannot be drawn")
    return picture


def draw_places(path: Path, places: Sequence[Place], limits: Limits | None = None) -> list[bytes | None]:
    """Given a paper and places in it, return a PNG of each, None of one that cannot be drawn.

    Raises PipelineError where the paper cannot be drawn within the limits.
    """
    with tempfile.TemporaryDirectory() as folder:
        request = json.dumps([str(path), places, (limits or Limits()).address_space, folder])
        command = [sys.executable, "-m", "pipelines.reporting.picture"]
        try:
            child = subprocess.run(
                command, input=request.encode(), capture_output=True, cwd=PROJECT, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise PipelineError(f"{path.name} took longer than {SECONDS} s to draw") from None
        if child.returncode != 0:
            why = child.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["the drawing process died"]
            raise PipelineError(f"{path.name} cannot be drawn: {why[0][:200]}")
        return [_png(Path(folder, f"{number}.png")) for number in range(len(places))]


def _png(path: Path) -> bytes | None:
    data = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
    return data if data.startswith(PNG) else None


def crop_around(box: Box, width: float, height: float) -> Box:
    """Given a box and its page's size, return the region to show: the box with context, within the page."""
    across, down = CONTEXT
    return Box(
        max(0.0, min(box.x0, width) - across),
        max(0.0, min(box.top, height) - down),
        min(width, max(box.x1, 0.0) + across),
        min(height, max(box.bottom, 0.0) + down),
    )


def around_all(boxes: Sequence[Box]) -> Box:
    """Given boxes, return the smallest box that holds them all."""
    return Box(
        min(b.x0 for b in boxes), min(b.top for b in boxes), max(b.x1 for b in boxes), max(b.bottom for b in boxes)
    )


def _draw(pdf, place: Place, out: Path) -> None:
    from PIL import ImageDraw

    if not 1 <= place.page <= len(pdf):
        raise ValueError(f"there is no page {place.page}, it has {len(pdf)}")
    page = pdf[place.page - 1]
    width, height = page.get_size()
    region = crop_around(around_all(place.boxes), width, height)
    scale = min(place.scale, (MOST_PIXELS / max(1.0, width * height)) ** 0.5)
    margins = (region.x0, height - region.bottom, width - region.x1, region.top)
    image = page.render(scale=scale, crop=margins).to_pil().convert("RGB")
    pen = ImageDraw.Draw(image)
    for x0, top, x1, bottom in place.boxes:
        corners = [(x0 - region.x0, top - region.top), (x1 - region.x0, bottom - region.top)]
        scaled = [(x * scale, y * scale) for x, y in corners]
        pen.rectangle(scaled, outline=OUTLINE, width=max(2, round(1.2 * scale)))
    image.save(out, "PNG", optimize=True)


def _main() -> None:
    import resource

    path, places, address_space, folder = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import pypdfium2

    pdf = pypdfium2.PdfDocument(path)
    for number, (page, boxes, scale) in enumerate(places):
        _draw(pdf, Place(page, tuple(Box(*box) for box in boxes), scale), Path(folder, f"{number}.png"))


if __name__ == "__main__":
    _main()
