"""Ink: pages, text and rulings on a reportlab canvas, in points from the top left of the page as displayed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import reportlab
from reportlab.pdfbase.pdfmetrics import getRegisteredFontNames, registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tests.typesetting.model import Style

FONT = "Sample"
DIGITS = "SampleDigits"
FILES = {
    FONT: Path(__file__).with_name("fonts") / "DroidSansFallback-subset.ttf",
    DIGITS: Path(reportlab.__file__).with_name("fonts") / "Vera.ttf",
}
CLOSING = "，。、；：？！）》」』】〕”’"
DASH, GAP = 3.0, 1.5
THIN = 0.5


class Segment(NamedTuple):
    """A horizontal or vertical ruling from (x0, y0) to (x1, y1), x0 <= x1 and y0 <= y1."""

    x0: float
    y0: float
    x1: float
    y1: float


def load_fonts() -> None:
    for name, file in FILES.items():
        if name not in getRegisteredFontNames():
            registerFont(TTFont(name, str(file)))


def runs(text: str, style: Style) -> list[tuple[str, float, str]]:
    """Given a line, return its runs as (font, rise, text); one run unless digits have a baseline of their own."""
    if not style.digit_shift:
        return [(FONT, 0.0, text)]
    pieces = [piece for piece in re.split(r"([0-9.,]+)", text) if piece]
    return [(DIGITS, style.digit_shift, p) if re.fullmatch(r"[0-9.,]+", p) else (FONT, 0.0, p) for p in pieces]


def width_of(text: str, size: float, style: Style) -> float:
    return sum(stringWidth(piece, font, size) for font, _, piece in runs(text, style))


def wrap(text: str, width: float, size: float, style: Style) -> list[str]:
    """Break a text into lines of at most this width; numbers and Latin words stay whole where they fit on a line,
    and no line begins with a closing mark."""
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for token in tokens(paragraph, width, size, style):
            if line and width_of(line + token, size, style) > width:
                carried = line[-1] if token in CLOSING and len(line) > 1 else ""
                lines.append(line[: len(line) - len(carried)])
                line = carried
            line += token
        lines.append(line)
    return lines


def tokens(text: str, width: float, size: float, style: Style) -> Iterator[str]:
    for token in re.findall(r"[!-~]+|.", text):
        yield from [token] if width_of(token, size, style) <= width else token


def pieces(segment: Segment) -> Iterator[Segment]:
    """Cut a ruling into dashes."""
    horizontal = segment.y0 == segment.y1
    start, end = (segment.x0, segment.x1) if horizontal else (segment.y0, segment.y1)
    while start < end:
        stop = min(start + DASH, end)
        yield segment._replace(x0=start, x1=stop) if horizontal else segment._replace(y0=start, y1=stop)
        start += DASH + GAP


def joined(segments: Iterable[Segment]) -> list[Segment]:
    """Join rulings on one line that touch or overlap."""
    result: list[Segment] = []
    for segment in sorted(segments, key=lambda s: (s.x0 == s.x1, s.x0 if s.x0 == s.x1 else s.y0, s)):
        last = result[-1] if result else None
        if last and touches(last, segment):
            result[-1] = last._replace(x1=max(last.x1, segment.x1), y1=max(last.y1, segment.y1))
        else:
            result.append(segment)
    return result


def touches(first: Segment, second: Segment) -> bool:
    if first.x0 == first.x1:
        return second.x0 == second.x1 == first.x0 and second.y0 <= first.y1
    return second.y0 == second.y1 == first.y0 == first.y1 and second.x0 <= first.x1


class Sheets:
    """The pages of one PDF, written one after another; `page` counts from 1, `width` and `height` are as displayed."""

    def __init__(self, path: Path, style: Style, title: str) -> None:
        load_fonts()
        self.style = style
        self.page = 0
        self.width = self.height = 0.0
        self.canvas = Canvas(str(path), invariant=1, pageCompression=1)
        self.canvas.setTitle(title)

    def start(self, landscape: bool = False) -> None:
        """End the page and begin the next."""
        if self.page:
            self.finish()
        self.page += 1
        short, long = sorted(self.style.page_size)
        self.width, self.height = (long, short) if landscape else (short, long)
        turned = landscape and self.style.rotated
        self.canvas.setPageSize((self.width, self.height))
        self.canvas.setPageRotation(90 if turned else 0)
        if turned:
            self.canvas.transform(0, 1, -1, 0, short, 0)
        self.canvas.setLineWidth(THIN)
        if self.style.watermark:
            self.stamp(self.style.watermark)
        if self.style.running_head:
            self.text(self.style.margin, 30, self.style.running_head, 8)

    def finish(self) -> None:
        if self.style.page_numbers and self.page > 1:
            label = f"- {self.page - 1} -"
            self.text((self.width - width_of(label, 9, self.style)) / 2, self.height - 30, label, 9)
        self.canvas.showPage()

    def save(self) -> None:
        self.finish()
        self.canvas.save()

    def text(self, x: float, baseline: float, line: str, size: float, bold: bool = False) -> None:
        """Print one line; bold is made by printing it twice, a little apart, as many producers do."""
        for offset in (0, 0.3) if bold and self.style.fake_bold else (0,):
            at = x + offset
            for font, rise, piece in runs(line, self.style):
                self.canvas.setFont(font, size)
                self.canvas.drawString(at, self.height - baseline + rise, piece)
                at += stringWidth(piece, font, size)

    def stamp(self, text: str) -> None:
        self.canvas.saveState()
        self.canvas.translate(self.width / 2, self.height / 2)
        self.canvas.rotate(40)
        self.canvas.setFillGray(0.88)
        self.canvas.setFont(FONT, 60)
        self.canvas.drawCentredString(0, 0, text)
        self.canvas.restoreState()

    def rule(self, segments: Iterable[Segment]) -> None:
        """Draw rulings the way the style says."""
        if self.style.rulings == "none":
            return
        if self.style.ruling_gray:
            self.canvas.saveState()
            self.canvas.setStrokeGray(self.style.ruling_gray)
            self.canvas.setFillGray(self.style.ruling_gray)
            self.draw(segments)
            self.canvas.restoreState()
        else:
            self.draw(segments)

    def draw(self, segments: Iterable[Segment]) -> None:
        if self.style.rulings == "thin_rectangles":
            for segment in sorted(set(segments)):
                self.bar(segment)
        elif self.style.rulings == "dashes":
            for segment in joined(segments):
                for piece in pieces(segment):
                    self.bar(piece)
        elif self.style.rulings in ("strokes", "horizontals", "three_lines"):
            for x0, y0, x1, y1 in joined(segments):
                self.canvas.line(x0, self.height - y0, x1, self.height - y1)
        else:
            raise ValueError(f"no such rulings: {self.style.rulings}")

    def bar(self, segment: Segment) -> None:
        x, y = segment.x0 - THIN / 2, self.height - segment.y1 - THIN / 2
        size = segment.x1 - segment.x0 + THIN, segment.y1 - segment.y0 + THIN
        self.canvas.rect(x, y, *size, stroke=0, fill=1)
