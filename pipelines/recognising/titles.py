"""Which grid is which table: the title above it (or in its first rows), and the unit and notes around it."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.reading.model import Grid, Line, Reading
from pipelines.recognising.amounts import bare_unit, unit_in
from pipelines.recognising.keys import key
from pipelines.recognising.vocabulary import TableKind, table_kinds

LONGEST_TITLE = 60
SENTENCE = re.compile("[。;；?？!！]|，.*，")
FORM_TAG = re.compile(r"^(公开|预算|决算|附)?表?\d{1,2}(-\d+)?表?[:：]?$|^表[一二三四五六七八九十\d]+[:：]?$")
TAG_IN_FRONT = re.compile(r"^(公开|预算|决算)\d{1,2}表[:：]?|^附?表[一二三四五六七八九十\d]+[:：]")
NOTE = re.compile(r"^[(（]?(注|备注|说明)\d*[:：.、]|^[(（]无")
NOTHING = re.compile("无|没有|为空|空表|不涉及|未安排|不需填列")


class Surroundings(NamedTuple):
    """What stands around a grid: the lines above it, nearest first, and below it, in reading order."""

    above: tuple[Line, ...]
    below: tuple[Line, ...]


class Title(NamedTuple):
    """A table's title as printed (blanks taken out), its kind, and how many first grid rows it takes up."""

    text: str
    kind: TableKind | None
    grid_rows: int


def surroundings(reading: Reading) -> dict[int, Surroundings]:
    """Given a reading, return for each grid the lines between it and its neighbours on the same page; a grid at the top
    of a page has the last lines of the page before it as well."""
    bounds: dict[int, list[tuple[float, float, int]]] = {}
    for grid in reading.grids:
        for page in range(grid.first_page, grid.last_page + 1):
            boxes = [box for cell in grid.cells for p, box in cell.parts if p == page]
            if boxes:
                bounds.setdefault(page, []).append(
                    (min(b.top for b in boxes), max(b.bottom for b in boxes), grid.number)
                )
    lines: dict[int, list[Line]] = {}
    for line in reading.lines:
        lines.setdefault(line.page, []).append(line)
    found = {}
    for grid in reading.grids:
        top = next((t for t, _, n in bounds.get(grid.first_page, ()) if n == grid.number), 0.0)
        bottom = next((b for _, b, n in bounds.get(grid.last_page, ()) if n == grid.number), 0.0)
        floor = max((b for _, b, n in bounds[grid.first_page] if n != grid.number and b <= top + 1), default=0.0)
        ceiling = min((t for t, _, n in bounds[grid.last_page] if n != grid.number and t >= bottom - 1), default=10**9)
        above = [x for x in lines.get(grid.first_page, ()) if floor - 1 <= _middle(x) <= top]
        if not floor and not any(_looks_like_title(x.text) for x in above):
            below_last = max((b for _, b, _ in bounds.get(grid.first_page - 1, ())), default=0.0)
            above = [x for x in lines.get(grid.first_page - 1, ()) if _middle(x) > below_last][-4:] + above
        below = [x for x in lines.get(grid.last_page, ()) if bottom <= _middle(x) < ceiling]
        found[grid.number] = Surroundings(tuple(reversed(above)), tuple(below))
    return found


def _middle(line: Line) -> float:
    return (line.box.top + line.box.bottom) / 2


def _looks_like_title(text: str) -> bool:
    name = key(text)
    return "表" in name and len(name) <= LONGEST_TITLE and not SENTENCE.search(name) and not FORM_TAG.match(name)


def kind_of(title: str, year: int | None, none: str = "") -> TableKind | None:
    """Given a title, return the first kind whose words all stand in it. `none` are words to leave out of account, such
    as the department's name."""
    name = key(title)
    if none:
        name = name.replace(key(none), "")
    for kind in table_kinds(year):
        if all(word.search(name) for word in kind.all_of) and not any(word.search(name) for word in kind.none_of):
            return kind
    return None


def find_title(grid: Grid, around: Surroundings, year: int | None, department: str) -> Title:
    """Given a grid and its surroundings, return its title: the nearest line above that reads like one, put together
    where it is wrapped; else a row of the grid that spans it."""
    pieces = [line for line in around.above if key(line.text)]
    for i, line in enumerate(pieces):
        if not _looks_like_title(line.text):
            continue
        candidates = [line.text]
        if i + 1 < len(pieces) and not _looks_like_title(pieces[i + 1].text) and not unit_in(pieces[i + 1].text):
            candidates.append(pieces[i + 1].text + line.text)  # wrapped over two lines
        for text in candidates:
            title = TAG_IN_FRONT.sub("", key(text))
            if (
                len(title) <= LONGEST_TITLE
                and not SENTENCE.search(title)
                and (kind := kind_of(title, year, department))
            ):
                return Title(title, kind, 0)
    for row in range(min(3, grid.n_rows)):
        cells = [cell for cell in grid.cells if cell.row == row]
        if len(cells) == 1 and cells[0].column_span == grid.n_columns and _looks_like_title(cells[0].text):
            first = key(cells[0].text.split("\n")[0])
            if kind := kind_of(first, year, department):
                return Title(first, kind, row + 1)
    untyped = next((key(x.text) for x in pieces if _looks_like_title(x.text)), "")
    return Title(untyped, None, 0)


def find_unit(grid: Grid, around: Surroundings, title: Title, header_rows: int) -> str | None:
    """Given a grid, return the money unit printed for it: above it up to its title, in its first rows, in its title."""
    above = []
    for line in around.above:
        above.append(line.text)
        if title.text and title.text in key(line.text):
            break
    first = [cell.text for cell in grid.cells if cell.row < max(header_rows, 1)]
    # a unit named as such first: a bare 元 may be the second line of 单位：万元
    for texts, reader in (
        (above, unit_in),
        (first, unit_in),
        (first, _bracketed),
        ([title.text], unit_in),
        ([title.text], _bracketed),
        (above, bare_unit),
    ):
        if unit := next(filter(None, map(reader, texts)), None):
            return unit
    return None


def _bracketed(text: str) -> str | None:
    match = re.search(r"\((?:单位:?)?(亿元|百万元|万元|千元|元)\)", key(text))
    return match[1] if match else None


def find_note(around: Surroundings) -> str:
    """Given a grid's surroundings, return the note below it, empty where there is none."""
    for line in around.below[:3]:
        if NOTE.match(key(line.text)):
            return line.text.strip()
    return ""


def says_empty(note: str) -> bool:
    """Whether a note says that the table has nothing to show."""
    return bool(NOTHING.search(key(note)))
