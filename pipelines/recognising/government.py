"""Papers about a government's whole budget (政府预算, 预算草案的报告): no department's, and not read as one's."""

from __future__ import annotations

import re

from pipelines.reading.model import Reading
from pipelines.recognising.keys import bare, key
from pipelines.recognising.lexicon import Lexicon, once

COVER_PAGES = 2
HEADING = 60  # letters at most of a line that may be a heading


def government_paper(reading: Reading, lexicon: Lexicon) -> str | None:
    """Given a reading, return what shows that it is about a government's whole budget, None where nothing does.

    A cover or title says so (Budget Law, article 14: the finance department publishes the government's budget, each
    department its own), and no cover speaks of a department's or unit's; or a table lists taxes, which are no
    department's revenue.
    """
    lines = [(line.page, key(line.text)) for line in reading.lines]
    cover = "".join(text for page, text in lines if page <= COVER_PAGES)
    if _words(lexicon, "department").search(cover):
        return None
    headings = [text for page, text in lines if page <= COVER_PAGES and len(text) <= HEADING]
    # a heading may be wrapped over two lines
    headings += ["".join(pair) for pair in zip(headings, headings[1:], strict=False)]
    if said := next((text for text in headings if _words(lexicon, "government").search(text)), None):
        return said
    return next(filter(None, (_taxes(grid, lexicon) for grid in reading.grids)), None)


def _taxes(grid, lexicon: Lexicon) -> str | None:
    pattern = _words(lexicon, "tax")
    taxes = dict.fromkeys(label for cell in grid.cells if pattern.fullmatch(label := bare(cell.text)))
    return "、".join(taxes) if len(taxes) >= 3 else None


@once
def _words(lexicon: Lexicon, kind: str) -> re.Pattern:
    return re.compile("|".join(r["pattern"] for r in lexicon.holding("government_words") if r["kind"] == kind))
