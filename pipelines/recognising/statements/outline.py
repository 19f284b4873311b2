"""Where in a paper a paragraph stands: headings, and the total that the list it belongs to breaks down."""

from __future__ import annotations

from typing import NamedTuple

from pipelines.recognising.statements.clauses import topic
from pipelines.recognising.statements.paragraphs import Paragraph


class Entry(NamedTuple):
    """`style` is that of a list number, or `part`, `title`, `intro` (a line that a list follows)."""

    style: str
    kind: str  # heading | item | intro
    text: str
    subject: str


class Outline:
    """The headings and list items open at a paragraph; `enter` each paragraph, `leave` it with what it is about."""

    def __init__(self) -> None:
        self.open: list[Entry] = []
        self.listing = False  # the paragraph before ended in a colon or a semicolon

    @property
    def section(self) -> str:
        return "/".join(e.text for e in self.open if e.kind == "heading")

    @property
    def topic(self) -> str:
        """What the nearest numbered heading is about, for a claim that names no subject."""
        headings = [e for e in self.open if e.kind == "heading" and e.style not in ("part", "title")]
        return headings[-1].subject if headings else ""

    @property
    def parent(self) -> str:
        """The subject of the nearest list total that no heading parts from here."""
        for entry in reversed(self.open):
            if entry.kind == "heading":
                return ""
            if entry.subject:
                return entry.subject
        return ""

    def enter(self, paragraph: Paragraph, heading: bool) -> None:
        """Given the next paragraph, close what ends before it, and open it where it is a heading."""
        style = paragraph.style or ("title" if heading else None)
        if style in ("part", "title"):
            self.open = [e for e in self.open if style == "title" and e.style == "part" and paragraph.style is None]
        elif style:
            self._close(style)
        elif not self.listing:
            self._close_lists()
        if heading:
            text = paragraph.text.rstrip("。")
            self.open.append(Entry(style or "title", "heading", text, topic(text, paragraph.folded[: len(text)])))

    def leave(self, paragraph: Paragraph, subject: str) -> None:
        """Given what the paragraph is about, open it where a list can follow."""
        self.listing = paragraph.folded[-1] in ":;"
        if self.open and self.open[-1].text == paragraph.text.rstrip("。"):
            return
        if paragraph.style and paragraph.style != "part":
            self.open.append(Entry(paragraph.style, "item", paragraph.text, subject))
        elif paragraph.folded[-1] == ":":
            if self.open and self.open[-1].kind == "intro":
                before = self.open.pop()
                subject = subject or before.subject
            self.open.append(Entry("intro", "intro", paragraph.text, subject))

    def _close(self, style: str) -> None:
        """A list number closes everything since the last one of its style."""
        for i, entry in enumerate(self.open):
            if entry.style == style:
                del self.open[i:]
                return

    def _close_lists(self) -> None:
        """Plain text ends the lists above it, up to the last heading."""
        while self.open and self.open[-1].kind != "heading":
            self.open.pop()
