"""A picture of the place a number was read from: the region of the page, its cell outlined.

The paper is untrusted, so a capped child process draws it; this module is both sides.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from pipelines.errors import PipelineError
from pipelines.reading.model import Box
from pipelines.settings import PROJECT, Limits

SECONDS = 60
SCALE = 3.0  # pixels per point: 216 dpi, printed figures stay sharp
MOST_PIXELS = 25_000_000
CONTEXT = (260.0, 90.0)  # points around the cell, across and down
OUTLINE = (214, 40, 40)


def draw_cell(path: Path, page: int, box: Box, limits: Limits | None = None) -> bytes:
    """Given a paper, a page (from 1) and a box, return a PNG of the region with the box outlined in red.

    Raises PipelineError where the page cannot be drawn within the limits.
    """
    request = json.dumps([str(path), page, list(box), (limits or Limits()).address_space])
    command = [sys.executable, "-m", "pipelines.reporting.picture", request]
    try:
        child = subprocess.run(command, capture_output=True, cwd=PROJECT, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise PipelineError(f"page {page} of {path.name} took longer than {SECONDS} s to draw") from None
    if child.returncode != 0 or not child.stdout.startswith(b"\x89PNG\r\n\x1a\n"):
        why = child.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["the drawing process died"]
        raise PipelineError(f"page {page} of {path.name} cannot be drawn: {why[0][:200]}")
    return child.stdout


def crop_around(box: Box, width: float, height: float) -> Box:
    """Given a cell and its page's size, return the region to show: the cell with context, within the page."""
    across, down = CONTEXT
    return Box(
        max(0.0, min(box.x0, width) - across),
        max(0.0, min(box.top, height) - down),
        min(width, max(box.x1, 0.0) + across),
        min(height, max(box.bottom, 0.0) + down),
    )


def _draw(path: str, page_number: int, box: Box, out) -> None:
    import pypdfium2
    from PIL import ImageDraw

    pdf = pypdfium2.PdfDocument(path)
    if not 1 <= page_number <= len(pdf):
        raise ValueError(f"it has {len(pdf)} pages")
    page = pdf[page_number - 1]
    width, height = page.get_size()
    region = crop_around(box, width, height)
    scale = min(SCALE, (MOST_PIXELS / max(1.0, width * height)) ** 0.5)
    margins = (region.x0, height - region.bottom, width - region.x1, region.top)
    image = page.render(scale=scale, crop=margins).to_pil().convert("RGB")
    corners = [(box.x0 - region.x0) * scale, (box.top - region.top) * scale,
               (box.x1 - region.x0) * scale, (box.bottom - region.top) * scale]  # fmt: skip
    ImageDraw.Draw(image).rectangle(corners, outline=OUTLINE, width=max(2, round(1.2 * scale)))
    image.save(out, "PNG", optimize=True)


def _main() -> None:
    import resource

    path, page, box, address_space = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _draw(path, page, Box(*box), sys.stdout.buffer)


if __name__ == "__main__":
    _main()
