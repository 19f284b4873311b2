"""What a row of a list is about, and which row it breaks down."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.reading.model import Cell
from pipelines.recognising.bodies import body_in
from pipelines.recognising.keys import bare
from pipelines.recognising.lexicon import Lexicon, RowWord
from pipelines.recognising.tables.amounts import is_number
from pipelines.recognising.tables.blocks import Block, Row, first_label
from pipelines.recognising.tables.bodies_over import OfBody, bodies_over
from pipelines.recognising.tables.codes import scheme_by_code
from pipelines.recognising.tables.headers import Column
from pipelines.recognising.tables.uncoded import Place, places
from pipelines.recognising.vocabulary import CLASSIFICATIONS, codes_named, names
from pipelines.recognising.wording import meaning_of

ECONOMIC_LEVELS = {3: "class", 5: "section", 7: "item"}
LEVELS = {
    "function": {3: "class", 5: "section", 7: "item"},
    "economic": ECONOMIC_LEVELS,
    "government_economic": ECONOMIC_LEVELS,
}
CLASS = 3  # digits of a 类
ANY = re.compile("")
FLOW_CODES = ("GRAND_TOTAL", "CURRENT_TOTAL", "CARRY_IN", "CARRY_OUT", "SURPLUS_DISTRIBUTION")


class Subject(NamedTuple):
    """A row's meaning. `parent` is the grid row it breaks down, `depth` counts from 0 at a total; `known` is False
    where the label is in no vocabulary, `counted` where other rows say all it says (小计, a part told after 其中)."""

    row: Row
    scheme: str
    code: str | None
    name: str | None
    level: str | None = None
    fund_source: str | None = None
    expenditure_type: str | None = None
    parent: int | None = None
    depth: int = 0
    known: bool = True
    counted: bool = True
    sure: bool = True  # False where neither a code nor any sum tells where the row stands
    code_source: str | None = None  # filled | resolved where the code is not printed whole in the row


class Line(NamedTuple):
    """One subject under one amount column of its block."""

    block: Block
    subject: Subject
    column: Column
    cell: Cell


def is_total(subject: Subject) -> bool:
    return subject.scheme == "flow" and subject.code in FLOW_CODES


def word_of(label: str, lexicon: Lexicon) -> RowWord | None:
    """Given a label, return what row_words.csv says of it, or what a heading of these words would: a type of
    expenditure; None where neither knows it."""
    text = bare(label)
    if word := next((w for w in lexicon.row_words if w.pattern.fullmatch(text)), None):
        return word
    meaning = _meaning(label, lexicon)
    if meaning.keys() == {"expenditure_type"} and meaning["expenditure_type"] != "carry_forward":
        return RowWord(ANY, "flow", None, None, meaning["expenditure_type"])
    return None


def fund_of(label: str, lexicon: Lexicon) -> str | None:
    """Given a label, return the fund source that its words make up."""
    meaning = _meaning(label, lexicon)
    return meaning.get("fund_source") if not meaning.keys() - {"fund_source", "side", "amount_basis"} else None


def carried_fund_of(label: str, lexicon: Lexicon) -> str | None:
    """Given a label such as 财政拨款资金结转, return the fund source that it says is carried over."""
    meaning = _meaning(label, lexicon)
    told = meaning.get("fund_period") == "carry_over" and not meaning.keys() - {"fund_source", "fund_period", "side"}
    return meaning.get("fund_source") if told else None


def _meaning(label: str, lexicon: Lexicon) -> dict[str, str]:
    """What a heading of a label's words would say, nothing where a word of it is unknown."""
    meaning, rest = meaning_of(label, lexicon)
    return {} if rest else meaning


def scheme_of(rows: list[Row]) -> str:
    """Given the rows of a list whose header does not say what they are, return the classification that most of its
    codes (names where it prints no codes) belong to, `organization` where they belong to none."""
    listed = [row for row in rows if row.code or row.name]
    coded = [row for row in listed if row.code]
    for scheme in CLASSIFICATIONS:
        known = [bool(names(scheme, row.code or "")) for row in coded]
        known = known or [bool(codes_named(scheme, bare(row.name))) for row in listed]
        if 2 * sum(known) >= len(known):
            return scheme
    return "organization"


def list_subjects(rows: list[Row], block: Block, scheme: str, lexicon: Lexicon) -> list[Subject]:
    """Rows of a list: told by code, by name where there is none; a row breaks down the row whose code its own begins
    with, in a list without codes the row it stands under, the total where there is no such row."""
    if scheme != "organization" and not any(row.code or row.unit_name for row in rows):
        listed = [row for row in rows if row.name and not ((word := word_of(row.name, lexicon)) and word.code)]
        total = next((row for row in rows if (word := word_of(row.name, lexicon)) and word.code == "GRAND_TOTAL"), None)
        said = any(_names_bodies(c) for c in block.labels)
        if groups := bodies_over(listed, [c.number for c in block.amounts], total, said):
            return _under_bodies(rows, groups, block, scheme, lexicon)
    return _listed(rows, block, scheme, lexicon)


def _under_bodies(rows: list[Row], groups: list[OfBody], block: Block, scheme: str, lexicon: Lexicon) -> list[Subject]:
    """Rows of a list in which each body stands over its own: the parts of each are a list on their own."""
    grouped = {row.number for group in groups for row in (group.body, *group.parts)}
    rest = _listed([row for row in rows if row.number not in grouped], block, scheme, lexicon)
    total = next((s.row.number for s in rest if is_total(s)), None)
    found = list(rest)
    for body, parts in groups:
        found.append(Subject(body, "organization", None, body.name, "department", parent=total, depth=1))
        for s in _listed(list(parts), block, scheme, lexicon):
            if s.scheme == "project":
                s = s._replace(level="project", known=True)
            parent = body.number if s.parent is None else s.parent
            s = s._replace(row=s.row._replace(unit_name=body.name), parent=parent, depth=s.depth + 1)
            found.append(s)
    return sorted(found, key=lambda s: s.row.number)


def _listed(rows: list[Row], block: Block, scheme: str, lexicon: Lexicon) -> list[Subject]:
    subjects = []
    named = not any(row.code for row in rows) and any(c.words[-1:] == ("项目名称",) for c in block.labels)
    bodies = any(row.code for row in rows) and any(_names_bodies(c) for c in block.labels)
    for i, row in enumerate(rows):
        word = word_of(row.name, lexicon) if not row.code else None
        if not row.code and not row.name and (above := word_of(first_label(row), lexicon)) and above.code:
            row, word = row._replace(unit_code=None, unit_name=None), above  # 合计 over all label columns
        if word and (word.code or word.scheme == "subtotal" or scheme not in ("project", "organization")):
            name = None if word.code else row.name
            counted = word.scheme != "subtotal"
            subjects.append(
                Subject(row, "flow", word.code, name, None, word.fund_source, word.expenditure_type, counted=counted)
            )
        elif not row.code and (row.unit_name and (not row.name or word) or row.unit_code and not row.unit_name):
            subjects.append(Subject(row, "organization", row.unit_code, row.unit_name or row.name))
        elif not row.code and not row.name:
            if not block.labels or i in (0, len(rows) - 1) and not any(row.groups) and _has_amount(row):
                subjects.append(Subject(row, "flow", "GRAND_TOTAL", None, known=not block.labels))
        elif scheme == "project":
            subjects.append(_project(row, named))
        elif bodies and not row.code and scheme != "organization" and not codes_named(scheme, bare(row.name)):
            subjects.append(Subject(row, "organization", row.unit_code, row.name))
        else:
            by = _scheme_of_row(row, scheme)
            level = LEVELS.get(by, {}).get(len(row.code or ""))
            known = bool(row.code) or by == "organization" or bool(codes_named(by, bare(row.name)))
            source = "filled" if row.filled_code else None
            subjects.append(Subject(row, by, row.code, row.name, level, known=known, code_source=source))
    if scheme in LEVELS and not any(s.code for s in subjects if s.scheme in LEVELS):
        return _uncoded(subjects, block, scheme, lexicon)
    if _lists_bodies(subjects):
        return _organization_levels(_uncoded(subjects, block, "organization", lexicon))
    return _organization_levels(_by_code(subjects))


def _lists_bodies(subjects: list[Subject]) -> bool:
    """Whether a list names bodies alone, without codes, so that its total or its blanks tell a department from its
    units."""
    listed = [s for s in subjects if s.counted and not is_total(s)]
    told = any(is_total(s) for s in subjects) or len({s.row.indent for s in listed}) > 1
    return told and len(listed) > 1 and all(s.scheme == "organization" and not s.code for s in listed)


def _scheme_of_row(row: Row, scheme: str) -> str:
    """The classification of a row that prints a code or a name: a code in a list of subjects that can be none of theirs
    is that of a body over them (105236 示例大学)."""
    by = scheme_by_code(row.scheme or scheme, row.code)
    if by not in LEVELS or not row.code or not row.name:
        return by
    strange = not any(names(s, row.code[:CLASS]) for s in CLASSIFICATIONS)
    if len(row.code) not in LEVELS[by] or strange and body_in(bare(row.name)):
        return "organization" if row.code.isdigit() and not codes_named(by, bare(row.name)) else by
    return by


def _has_amount(row: Row) -> bool:
    return any(is_number(cell.text) for cell in row.cells.values())


def _names_bodies(column: Column) -> bool:
    """Whether a label column may name bodies over their subjects: 单位名称（科目）, 单位代码."""
    return column.scheme == "organization" or column.role == "name" and "单位" in "".join(column.words[-1:])


def _uncoded(subjects: list[Subject], block: Block, scheme: str, lexicon: Lexicon) -> list[Subject]:
    """Rows without codes: what stands under what is told by their sums, official names and indentation."""
    total = next((s for s in subjects if is_total(s)), None)
    listed = [s for s in subjects if s.scheme == scheme]
    found = places(
        [s.row for s in listed], [c.number for c in block.amounts], total and total.row, _named_by(scheme), lexicon
    )
    above = total.row.number if total else None
    placed = {
        s.row.number: s._replace(
            parent=above if place.parent is None else listed[place.parent].row.number,
            depth=place.depth,
            code=place.code,
            code_source="resolved" if place.code else None,
            level=level_at(scheme, place, found.closes),
            sure=found.tells(place),
        )
        for s, place in zip(listed, found.rows, strict=True)
    }
    return [placed.get(s.row.number, s) for s in _with_flow_parents(subjects, above)]


def _named_by(scheme: str) -> str | None:
    return scheme if scheme in LEVELS else None


def level_at(scheme: str, place: Place, closes: bool) -> str | None:
    """Given the place of a row without a printed code, return its level: that of its code, of the only length of code
    that its name has, or of its depth where the list adds up."""
    length = len(place.code) if place.code else place.length or (1 + 2 * place.depth if closes else 0)
    return LEVELS.get(scheme, {}).get(length)


def _with_flow_parents(subjects: list[Subject], total: int | None) -> list[Subject]:
    return [
        s if is_total(s) or not s.counted or s.scheme != "flow" else s._replace(parent=total, depth=1) for s in subjects
    ]


def _project(row: Row, named: bool) -> Subject:
    """What a row of a project table is; `named` where its heading says that it names projects, and none has a code."""
    if named or row.project_organization or row.unit_name and row.name:
        return Subject(row, "project", row.code, row.name, "project")
    if row.code and row.code.isdigit() and len(row.code) >= 3:
        return Subject(row, "organization", row.code, row.name)
    return Subject(row, "project", row.code, row.name, None, known=bool(row.code))


def _by_code(subjects: list[Subject]) -> list[Subject]:
    total = next((s.row.number for s in subjects if is_total(s)), None)
    nested = any(s.scheme not in ("organization", "flow") for s in subjects)
    placed: list[Subject] = []
    unit: Subject | None = None
    group: Subject | None = None  # the last body over others: no subject of its own stands under it
    category: Subject | None = None
    use: Subject | None = None
    head: Subject | None = None  # the last row by another classification
    for s in subjects:
        if is_total(s) or not s.counted:
            placed.append(s)
            continue
        above: Subject | None = None
        if s.scheme == "project":
            above = (category or unit) if s.level == "project" else unit
        elif s.scheme == "flow":
            above = use = None
        elif s.code:
            shorter = [
                p
                for p in placed
                if p.scheme == s.scheme
                and p.code != s.code
                and any(s.code.startswith(code) for code in _codes_of(p))
                and (unit is None or s.scheme == "organization" or p.row.number > unit.row.number)
                and (head is None or s.row.scheme or p.row.number > head.row.number)
            ]
            above = max(shorter, key=lambda p: (len(p.code or ""), p.row.number), default=None)
        if above is None and s.scheme not in ("organization", "flow"):
            above = use or (None if s.row.scheme else head) or unit
        if s.scheme == "organization" and not s.code and nested:
            group = unit if unit and placed and placed[-1] is unit else group
            above = group
        s = s._replace(parent=above.row.number if above else total, depth=above.depth + 1 if above else 1)
        if s.scheme == "organization":
            unit, category, head = s, None, None
        elif s.row.scheme:
            head = s
        elif s.scheme == "project" and s.level != "project":
            category = s
        elif s.scheme == "flow":
            use = s
        placed.append(s)
    return placed


def _codes_of(subject: Subject) -> tuple[str, ...]:
    """The code of a row, of one that prints none those its name has officially: they place it, and are not its own."""
    return (subject.code,) if subject.code else codes_named(subject.scheme, bare(subject.name or ""))


def _organization_levels(subjects: list[Subject]) -> list[Subject]:
    first = min((s.depth for s in subjects if s.scheme == "organization"), default=1)
    return [
        s._replace(level="department" if s.depth == first else "unit") if s.scheme == "organization" else s
        for s in subjects
    ]
