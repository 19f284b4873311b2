"""A page of contents set as a table that says which of a paper's tables are empty, and why (报表目录)."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

from pipelines.reading.model import Cell, Reading
from pipelines.recognising.keys import key
from pipelines.recognising.lexicon import Lexicon
from pipelines.recognising.tables.headers import Sheet
from pipelines.recognising.tables.titles import TAG_IN_FRONT, Surroundings, title_key

ALIKE = 0.7  # how much of two titles of one number must be the same
DECORATION = re.compile(r"(?:19|20)\d{2}年?度?|\([^()]*\)|-[^-]*$")


class Entry(NamedTuple):
    """A table that the contents call empty: its number (表9), its title and what they say of it."""

    tag: str
    title: str
    said: str


def with_contents(around: dict[int, Surroundings], reading: Reading, lexicon: Lexicon) -> dict[int, Surroundings]:
    """Given what stands around the grids of a reading, return it with what its contents say of the grids they call
    empty: those with the number or the title of an entry above them, the year and what stands in brackets aside."""
    entries = [entry for grid in reading.grids for entry in _entries(Sheet(grid), lexicon)]
    if not entries:
        return around
    return {number: x._replace(listed=_said_of(x, entries)) for number, x in around.items()}


def _entries(sheet: Sheet, lexicon: Lexicon) -> list[Entry]:
    """The entries of a grid that is a page of contents, none where it is not."""
    roles: dict[str, Cell] = {}
    for cell in sheet.row(0):
        if role := lexicon.contents_words.get(key(cell.text)):
            roles.setdefault(role, cell)
    if "title" not in roles or "empty" not in roles:
        return []
    found = []
    for row in range(1, sheet.grid.n_rows):
        text = {role: key(cell.text) if (cell := sheet.at(row, head.column)) else "" for role, head in roles.items()}
        if text["title"] and lexicon.contents_words.get(text["empty"]) == "yes":
            said = [f"{key(roles[role].text)}:{text[role]}" for role in ("empty", "reason") if text.get(role)]
            found.append(Entry(text.get("tag", ""), _plain(text["title"]), ";".join(said)))
    return found


def _said_of(around: Surroundings, entries: list[Entry]) -> str:
    titles = [title_key(line.text) for line in around.above]
    plain = {_plain(title) for title in titles}
    by_number = (e.said for e in entries if e.tag in titles and any(_alike(e.title, title) for title in plain))
    by_title = (e.said for e in entries if e.title in plain)
    return next((said for found in (by_number, by_title) for said in found), "")


def _alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other).ratio() >= ALIKE


def _plain(title: str) -> str:
    return DECORATION.sub("", TAG_IN_FRONT.sub("", key(title)))
