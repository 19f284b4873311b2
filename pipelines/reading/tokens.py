"""Words of a printed line: what wide gaps part, the pieces that tables without rulings are made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from pipelines.reading.glyphs import Glyph
from pipelines.reading.text import line_text

NUMBER = re.compile(r"[-－+(（]?\d[\d,，]*([.．]\d+)?[%％]?[)）]?")
SAME_BASELINE = 2.0
TOKEN_GAP = 0.4  # of an em: numbers and words of neighbouring columns may come as close as this
SPACES = 2  # so many printed blanks still stand inside a word (收　入　总　计)
HAN = "\u2e80"


class Token(NamedTuple):
    """A piece of a line; `gap` is the white before it, in points."""

    x0: float
    top: float
    x1: float
    bottom: float
    text: str
    gap: float
    glyphs: tuple[Glyph, ...]

    @property
    def is_number(self) -> bool:
        return bool(NUMBER.fullmatch(self.text))

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def height(self) -> float:
        """The y of its middle."""
        return (self.top + self.bottom) / 2


def em_of(lines: Sequence[Sequence[Glyph]]) -> float:
    """Given lines, return the width of their usual full-width character in points."""
    wide = [g.x1 - g.x0 for line in lines for g in line if g.text >= HAN]
    return median(wide or [0.85 * (g.bottom - g.top) for line in lines for g in line] or [10.0])


def tokens_of(line: Sequence[Glyph], em: float) -> list[Token]:
    """Given the glyphs of a line, return its words from left to right; a number ends at any gap, other words go on over
    a printed blank or two. Cells side by side may have lines at different heights, near enough to be one line here."""
    words = sorted((token_of(run) for part in _baselines(line) for run in _runs(part, em)), key=lambda t: t.x0)
    found: list[Token] = []
    end = 0.0
    for word in words:
        found.append(word._replace(gap=word.x0 - end))
        end = max(end, word.x1)
    return found


def _baselines(line: Sequence[Glyph]) -> list[list[Glyph]]:
    """The glyphs of a line by their baselines, each from left to right."""
    parts: list[list[Glyph]] = []
    for glyph in sorted(line, key=lambda g: g.baseline):
        if parts and glyph.baseline - parts[-1][-1].baseline <= SAME_BASELINE:
            parts[-1].append(glyph)
        else:
            parts.append([glyph])
    return [sorted(part) for part in parts]


def _runs(line: Sequence[Glyph], em: float) -> list[list[Glyph]]:
    runs: list[list[Glyph]] = []
    spaces, end = 0, 0.0
    for glyph in line:
        if glyph.text.isspace():
            spaces += 1
            continue
        if runs:
            run = runs[-1]
            wide = glyph.x0 - max(g.x1 for g in run[-2:]) > TOKEN_GAP * em
            bridged = 0 < spaces <= SPACES and glyph.x0 - end <= SPACES * 1.2 * em
            if not wide or (bridged and not glyph.text.isdigit() and not _is_number(run)):
                run.append(glyph)
                spaces, end = 0, glyph.x1
                continue
        runs.append([glyph])
        spaces, end = 0, glyph.x1
    return runs


def token_of(glyphs: Sequence[Glyph]) -> Token:
    """Given glyphs of one line, return them as one token."""
    return Token(
        min(g.x0 for g in glyphs),
        min(g.top for g in glyphs),
        max(g.x1 for g in glyphs),
        max(g.bottom for g in glyphs),
        line_text(sorted(glyphs)),
        0.0,
        tuple(glyphs),
    )


def _is_number(run: list[Glyph]) -> bool:
    return run[-1].text.isdigit() and bool(NUMBER.fullmatch("".join(g.text for g in run)))
