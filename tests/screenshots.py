"""The README's picture, made from the report of the sample papers: `gouji run`, then `python -m tests.screenshots`."""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image

from pipelines.reporting.links import document_page
from pipelines.settings import PROJECT, settings_from
from pipelines.warehouse.query import failures, open_warehouse
from tests.browser import open_browser, open_page, set_width

PICTURE = PROJECT / "docs" / "report.png"
SIZE = (1440, 1180)
COLOURS = 64  # text, rulings and marks: a tenth of the bytes, and nothing that the eye would miss


def take(home: str | None, target: Path) -> None:
    """Write the picture of the first broken identity's paper in a published home."""
    settings = settings_from(home=home)
    with open_warehouse(settings) as con:
        page = settings.report.resolve() / document_page(failures(con)[0].document_id)
    with tempfile.TemporaryDirectory() as profile, open_browser(Path(profile)) as browser:
        set_width(browser, *SIZE)
        browser.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
        open_page(browser, page)
        shot = Image.open(io.BytesIO(browser.get_screenshot_as_png()))
    shot.convert("RGB").quantize(COLOURS).save(target, optimize=True)


if __name__ == "__main__":
    take(sys.argv[1] if len(sys.argv) > 1 else None, PICTURE)
