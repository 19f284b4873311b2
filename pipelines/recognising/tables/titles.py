"""Which grid is which table: the title above it (or in its first rows), and the unit and notes around it."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.reading.model import Grid, Line, Reading
from pipelines.recognising.keys import LIST_NUMBER, bare, key
from pipelines.recognising.lexicon import Lexicon, TableKind, TitleWords
from pipelines.recognising.placeholders import unfilled
from pipelines.recognising.tables.amounts import REPLACED, bare_unit, unit_in

LONGEST_TITLE = 60
SENTENCE = re.compile("[。;?!]|,.*,")
TAG = r"(?:公开|预算|决算|财决|财预|附)?表?[一二三四五六七八九十\d]{1,3}(?:-\d+)?表?"
FORM_TAG = re.compile(rf"^\(?{TAG}\)?[:：]?$")
TAG_IN_FRONT = re.compile(
    r"^(公开|预算|决算|财决|财预)\d{1,2}表[:：]?|^附?表[一二三四五六七八九十\d]+(-\d+)?[:：、.]?(?!年)"
)
TITLE_END = re.compile(rf"表(\([^()]*\))*(续表?)?((金额|货币|计量)?单位[:(].*|{TAG})?$|^附?表[一二三四五六七八九十\d]")
BODY_LABEL = re.compile(r"^(编制|填报|预算|公开|填制|编报)?(部门|单位)(\(单位\))?(名称)?[:：]")
NOTE = re.compile(
    r"^[(（]?(注|备注|说明)\d*[:：.、]|^[(（](本表|本?(部门|单位))?无|^(我|本)(部门|单位|[^,。:]{1,6}(局|委|院|办|处|中心|街道|镇|乡))?.{0,20}(无|没有|未)"
)
NOTHING = re.compile("无|没有|为空|空表|不涉及|未安排|不需填列")
NO_ENTRY = re.compile(
    r"\(?(无|无数据|空表|本表无数据|不涉及|(本)?(单位|部门)?(不需填列|无此项|无相关数据)|无此项(预算|支出|内容)?)\)?"
)
NOTE_LINES = 6  # below a grid in which its notes begin
FRAME_ROWS = 4  # a grid's first rows in which title, body and unit may stand
BODY_NAME = re.compile("^.{2,}([局委厅院办处府部会所站馆校学队社团署室镇乡园司协联台场庭狱]|中心|街道|本级)(?!门)")


class Surroundings(NamedTuple):
    """What stands around a grid: the lines above it, nearest first, and below it, in reading order; `listed` is what
    the paper's contents say of the grid where they call it empty."""

    above: tuple[Line, ...]
    below: tuple[Line, ...]
    listed: str = ""


class Title(NamedTuple):
    """A table's title as printed (blanks taken out), its kind, and how many first grid rows title, body and unit take
    up. `unknown` is what no vocabulary knows of it, or the word of another table beside those of its `likely` kind:
    then it has no kind."""

    text: str
    kind: TitleWords | None
    grid_rows: int
    unknown: str = ""
    likely: TitleWords | None = None


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


def title_key(text: str) -> str:
    """Given a text that may be a title, return its key without glyphs that have no character: some programs end a title
    with one."""
    return key(text).replace(REPLACED, "")


def _looks_like_title(text: str) -> bool:
    name = title_key(text)
    return (
        bool(TITLE_END.search(name))
        and len(name) <= LONGEST_TITLE
        and not SENTENCE.search(name)
        and not FORM_TAG.match(name)
        and not NOTE.match(name)
    )


def kind_of(title: str, lexicon: Lexicon, none: str = "") -> TitleWords | None:
    """Given a title, return the first kind whose words all stand in it. `none` are words to leave out of account, such
    as the department's name."""
    name = key(title)
    if none:
        name = name.replace(key(none), "")
    for kind in lexicon.titles:
        if all(word.search(name) for word in kind.all_of) and not any(word.search(name) for word in kind.none_of):
            return kind
    return None


def kind_titled(title: Title, lexicon: Lexicon) -> TableKind | None:
    """Given a title, return its kind of table with the fund source and type of expenditure that the
    title names."""
    if title.kind is None:
        return None
    kind = lexicon.kinds[title.kind.table_kind]
    return kind._replace(
        fund_source=title.kind.fund_source or kind.fund_source,
        expenditure_type=kind.expenditure_type or title.kind.expenditure_type,
    )


def find_title(grid: Grid, around: Surroundings, lexicon: Lexicon, department: str) -> Title:
    """Given a grid and its surroundings, return its title: a row at the head of the grid, else the nearest line above
    that reads like one, put together where it is wrapped."""
    frame = _frame_rows(grid, lexicon, department)
    inside = [part for cell in grid.cells if cell.row < frame for part in (cell.text, *cell.text.split("\n"))]
    outside = [line for line in around.above if key(line.text)]
    doubtful: Title | None = None
    for text in (
        *inside,
        *(text for i in range(len(outside)) for text in _put_together(outside, i, lexicon, department)),
    ):
        name = _without_unit(TAG_IN_FRONT.sub("", title_key(text)))
        if _looks_like_title(text) and (kind := kind_of(name, lexicon, department)):
            unknown, another = unknown_in(name, kind, lexicon, department)
            if not another:
                return Title(name, kind, frame, unknown, kind)
            doubtful = doubtful or Title(name, None, frame, another, kind)
    untyped = next((title_key(x) for x in (*inside, *(line.text for line in outside)) if _looks_like_title(x)), "")
    return doubtful or Title(untyped, None, frame)


def _put_together(lines: list[Line], i: int, lexicon: Lexicon, department: str) -> list[str]:
    """Given lines, nearest first, return how line `i` may be read as a title: with the line above it first where the
    two are set as one (same height, close, on one middle axis) or where only both together name a kind."""
    line = lines[i]
    if not _looks_like_title(line.text):
        return []
    if i + 1 == len(lines):
        return [line.text]
    upper = lines[i + 1]
    if _looks_like_title(upper.text) or unit_in(upper.text) or LIST_NUMBER.match(key(line.text)):
        return [line.text]
    both = upper.text + line.text
    heights = [x.box.bottom - x.box.top for x in (upper, line)]
    axes = [(x.box.x0 + x.box.x1) / 2 for x in (upper, line)]
    as_one = (
        upper.page == line.page
        and 0 <= line.box.top - upper.box.bottom <= min(heights)
        and abs(heights[0] - heights[1]) <= 0.15 * max(heights)
        and abs(axes[0] - axes[1]) <= 2 * max(heights)
        and kind_of(upper.text + "表", lexicon, department) is not None
    )
    return [both, line.text] if as_one else [line.text, both]


def _without_unit(name: str) -> str:
    return re.sub("(金额|货币|计量)?单位[:(].*$", "", name)


def unknown_in(title: str, kind: TitleWords, lexicon: Lexicon, department: str = "") -> tuple[str, str]:
    """Given a title and its kind, take out the words of the kind, those that may stand beside them, year, list number
    and a body's name. Return what of the rest no vocabulary knows, and the first word in it of another table."""
    if not lexicon.kinds[kind.table_kind].is_held:
        return "", ""
    name = re.sub(r"(?:19|20)(?:\d\d|[X*]{2})年?度?", " ", bare(key(title).replace(key(department) or "\n", " ")))
    name = re.sub(r"[X*]{2,}", "某某", name)
    words = lexicon.title_words
    others = [w for w, tells in words.items() if tells == "another"]
    # 支出经济分类 is no word for expenditure, yet in 基本支出经济分类 it is none either
    idle = [w for w, tells in words.items() if tells == "nothing" and any(other in w for other in others)]
    name = _without([*kind.all_of, *kind.beside, *(re.compile(re.escape(w)) for w in idle)], name)
    parts = [BODY_NAME.sub("", part) for part in re.split(r"[\s\W_\d]+", name)]
    another = next((w for w in others if any(w in part for part in parts)), "")
    for word in words:
        parts = [part for whole in parts for part in whole.split(word)]
    return "".join(parts), another


def _without(words: list[re.Pattern], name: str) -> str:
    """A title with a blank for each word in it, taken out from left to right, of several at one place the longest."""
    left, i = "", 0
    while i < len(name):
        end = max((match.end() for word in words if (match := word.match(name, i))), default=i)
        left, i = (left + " ", end) if end > i else (left + name[i], i + 1)
    return left


def _frame_rows(grid: Grid, lexicon: Lexicon, department: str) -> int:
    """How many rows at the head of a grid hold its title, form tag, body and unit, and no header."""
    frame = 0
    for row in range(min(FRAME_ROWS, grid.n_rows)):
        cells = sorted((c for c in grid.cells if c.row == row), key=lambda c: c.column)
        said = [cell for cell in cells if key(cell.text)]
        if not said:
            continue
        for i, cell in enumerate(said):
            value = i > 0 and BODY_LABEL.match(key(said[i - 1].text)) and key(said[i - 1].text).endswith((":", "："))
            whole = cell.column_span == grid.n_columns > 1
            if not value and not all(_is_frame(x, whole, lexicon, department) for x in cell.text.split("\n") if key(x)):
                return frame
        frame = row + 1
    return frame if frame < grid.n_rows else 0


def _is_frame(text: str, whole: bool, lexicon: Lexicon, department: str) -> bool:
    name = key(text)
    if FORM_TAG.match(name) and not name.isdigit() or BODY_LABEL.match(name) or unit_in(name) or bare_unit(name):
        return True
    return _looks_like_title(text) and (whole or kind_of(name, lexicon, department) is not None)


def find_unit(grid: Grid, around: Surroundings, title: Title, header_rows: int) -> str | None:
    """Given a grid, return the money unit printed for it: above it up to its title, in its first rows, in its title,
    or just above its title."""
    above, over = [], []
    for i, line in enumerate(around.above):
        above.append(line.text)
        if title.text and title.text in key(line.text):
            over = [x.text for x in around.above[i + 1 : i + 3] if x.page == line.page]
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
        (over, unit_in),
    ):
        if unit := next(filter(None, map(reader, texts)), None):
            return unit
    return None


def _bracketed(text: str) -> str | None:
    match = re.search(r"\((?:单位:?)?(亿元|百万元|万元|千元|元)\)", key(text))
    return match[1] if match else None


def find_note(grid: Grid, around: Surroundings, first: int) -> str:
    """Given a grid, its surroundings and its first data row, return the note in its last rows or below it, or the 无
    that stands in its first cell; empty where there is none. Of several notes below it the one that says the table is
    empty, else what the contents say of it, else the first: 注：本表反映… often stands before 说明：…故本表无数据. One
    for XX局 is the template's."""
    data = [cell for cell in grid.cells if cell.row >= first and key(cell.text)]
    for cell in reversed(data[-4:]):
        if is_note(cell.text):
            return cell.text.strip()
    if data and NO_ENTRY.fullmatch(key(data[0].text)):
        return data[0].text.strip()
    notes = [line.text.strip() for line in around.below[:NOTE_LINES] if NOTE.match(key(line.text))]
    said = (note for note in notes if says_empty(note) and not unfilled(key(note)))
    return next(said, around.listed or (notes[0] if notes else ""))


def is_note(text: str) -> bool:
    """Whether a cell's text is a note to the table and no label of a row."""
    return bool(NOTE.match(key(text))) and len(key(text)) > 3


def says_empty(note: str) -> bool:
    """Whether a note says that the table has nothing to show."""
    return bool(NOTHING.search(key(note)))
