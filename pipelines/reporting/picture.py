"""The picture of the place a number was read from: a region of a page, its cell outlined, contacts covered.

The paper is untrusted, so a capped child process draws it; this module is both sides.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pipelines.errors import PipelineError
from pipelines.reading.model import Box
from pipelines.settings import PROJECT, Limits

SECONDS = 60
SCALE = 3.0  # pixels per point: 216 dpi, printed figures stay sharp
MOST_PIXELS = 25_000_000
CONTEXT = (260.0, 90.0)  # points around the cells, across and down
OUTLINE = (214, 40, 40)
COVER = (90, 90, 90)
MARGIN = 1.0  # points around a covered box: glyphs may reach over the rulings of their cell
PNG = b"\x89PNG\r\n\x1a\n"


def draw_cell(path: Path, page: int, box: Box, covered: Sequence[Box] = (), limits: Limits | None = None) -> bytes:
    """Given a paper, a page (from 1), a box and boxes to cover, return a PNG of the region, the box outlined in red.

    Raises PipelineError where the page cannot be drawn within the limits.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "cell.png")
        request = json.dumps([str(path), page, box, tuple(covered), (limits or Limits()).address_space, str(out)])
        command = [sys.executable, "-m", "pipelines.reporting.picture"]
        try:
            child = subprocess.run(
                command, input=request.encode(), capture_output=True, cwd=PROJECT, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise PipelineError(f"{path.name} took longer than {SECONDS} s to draw") from None
        if child.returncode != 0:
            why = child.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["the drawing process died"]
            raise PipelineError(f"page {page} of {path.name} cannot be drawn: {why[0][:200]}")
        picture = out.read_bytes() if out.is_file() else b""
    if not picture.startswith(PNG):
        raise PipelineError(f"page {page} of {path.name} cannot be drawn")
    return picture


def crop_around(box: Box, width: float, height: float) -> Box:
    """Given a box and its page's size, return the region to show: the box with context, within the page."""
    across, down = CONTEXT
    return Box(
        max(0.0, min(box.x0, width) - across),
        max(0.0, min(box.top, height) - down),
        min(width, max(box.x1, 0.0) + across),
        min(height, max(box.bottom, 0.0) + down),
    )


def _draw(pdf, page: int, box: Box, covered: Sequence[Box], out: Path) -> None:
    from PIL import ImageDraw

    if not 1 <= page <= len(pdf):
        raise ValueError(f"there is no page {page}, it has {len(pdf)}")
    width, height = pdf[page - 1].get_size()
    region = crop_around(box, width, height)
    scale = min(SCALE, (MOST_PIXELS / max(1.0, width * height)) ** 0.5)
    margins = (region.x0, height - region.bottom, width - region.x1, region.top)
    image = pdf[page - 1].render(scale=scale, crop=margins, draw_annots=False, may_draw_forms=False)
    image = image.to_pil().convert("RGB")
    pen = ImageDraw.Draw(image)

    def corners(x0: float, top: float, x1: float, bottom: float) -> list[tuple[float, float]]:
        return [((x0 - region.x0) * scale, (top - region.top) * scale),
                ((x1 - region.x0) * scale, (bottom - region.top) * scale)]  # fmt: skip

    for x0, top, x1, bottom in covered:
        pen.rectangle(corners(x0 - MARGIN, top - MARGIN, x1 + MARGIN, bottom + MARGIN), fill=COVER)
    pen.rectangle(corners(*box), outline=OUTLINE, width=max(2, round(1.2 * scale)))
    image.save(out, "PNG", optimize=True)


def _main() -> None:
    import resource

    path, page, box, covered, address_space, out = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import pypdfium2

    pdf = pypdfium2.PdfDocument(path)
    _draw(pdf, page, Box(*box), [Box(*place) for place in covered], Path(out))


if __name__ == "__main__":
    _main()
