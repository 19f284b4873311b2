"""What a row is about, and which row it breaks down."""

from __future__ import annotations

from typing import NamedTuple

from pipelines.recognising.blocks import Block, Row
from pipelines.recognising.keys import bare, key, number_style
from pipelines.recognising.vocabulary import class_codes, header_words, row_words, three_public

LEVELS = {"function": {3: "class", 5: "section", 7: "item"}, "economic": {3: "class", 5: "section"}}
FLOW_CODES = ("GRAND_TOTAL", "CURRENT_TOTAL", "CARRY_IN", "CARRY_OUT", "SURPLUS_DISTRIBUTION")


class Subject(NamedTuple):
    """A row's meaning. `parent` is the grid row it breaks down, `depth` counts from 0 at a total; `known` is False
    where the label is in no vocabulary."""

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


def is_total(subject: Subject) -> bool:
    return subject.scheme == "flow" and subject.code in FLOW_CODES


def word_of(label: str, year: int | None):
    """Given a label, return its row of row_words.csv, None where it has none."""
    text = bare(label)
    return next((w for w in row_words(year) if w.pattern.fullmatch(text)), None)


def fund_of(label: str, year: int | None) -> str | None:
    """Given a label, return the fund source it names."""
    return header_words(year).get(bare(label), {}).get("fund_source")


def list_subjects(rows: list[Row], block: Block, scheme: str, year: int | None) -> list[Subject]:
    """Rows of a list: told by code, by name where there is none; a row breaks down the row whose code its own begins
    with, the total where there is no such row."""
    subjects = []
    for i, row in enumerate(rows):
        word = word_of(row.name, year) if not row.code else None
        if word and word.scheme == "flow" and word.code:
            subjects.append(Subject(row, "flow", word.code, None, expenditure_type=word.expenditure_type))
        elif not row.code and not row.name:
            if not block.labels or i in (0, len(rows) - 1):
                subjects.append(Subject(row, "flow", "GRAND_TOTAL", None, known=not block.labels))
        elif scheme == "project":
            subjects.append(_project(row))
        else:
            level = LEVELS.get(scheme, {}).get(len(row.code or ""))
            subjects.append(
                Subject(row, scheme, row.code, row.name, level, known=bool(row.code) or scheme == "organization")
            )
    return _organization_levels(_by_code(subjects))


def _project(row: Row) -> Subject:
    if row.project_organization:
        return Subject(row, "project", row.code, row.name, "project")
    if row.code and row.code.isdigit() and len(row.code) >= 3:
        return Subject(row, "organization", row.code, row.name)
    return Subject(row, "project", row.code, row.name, None, known=bool(row.code))


def _by_code(subjects: list[Subject]) -> list[Subject]:
    total = next((s.row.number for s in subjects if is_total(s)), None)
    placed: list[Subject] = []
    unit: Subject | None = None
    category: Subject | None = None
    for s in subjects:
        if is_total(s):
            placed.append(s)
            continue
        above: Subject | None = None
        if s.scheme == "project":
            above = (category or unit) if s.level == "project" else unit
        elif s.code:
            shorter = [
                p for p in placed if p.scheme == s.scheme and p.code and p.code != s.code and s.code.startswith(p.code)
            ]
            above = max(shorter, key=lambda p: (len(p.code or ""), p.row.number), default=None)
        s = s._replace(parent=above.row.number if above else total, depth=above.depth + 1 if above else 1)
        if s.scheme == "organization":
            unit, category = s, None
        elif s.scheme == "project" and s.level != "project":
            category = s
        placed.append(s)
    return placed


def _organization_levels(subjects: list[Subject]) -> list[Subject]:
    first = min((s.depth for s in subjects if s.scheme == "organization"), default=1)
    return [
        s._replace(level="department" if s.depth == first else "unit") if s.scheme == "organization" else s
        for s in subjects
    ]


def balance_subjects(rows: list[Row], side: str, scheme: str | None, year: int | None) -> list[Subject]:
    """Rows of one side of a balance table: funds or classes by name, totals and carry lines by word; list numbers and
    the order of totals tell which row breaks down which."""
    subjects: list[Subject] = []
    carry: Subject | None = None
    for row in rows:
        if not row.name:
            continue
        group = next((g for g, own in zip(row.groups, row.own, strict=True) if g), "")
        label = group if bare(row.name) == "小计" and group else row.name
        subject = _balance_subject(row, label, group, side, scheme, year)
        if carry and subject.scheme == "fund_source" and number_style(_first(row)):
            subject = subject._replace(scheme="flow", code=carry.code, name=None)
        elif is_total(subject):
            carry = subject if subject.code in ("CARRY_IN", "CARRY_OUT") else None
        else:
            carry = None
        subjects.append(subject)
    return _balance_parents(_one_grand_total(subjects))


def _first(row: Row) -> str:
    return next((g for g in row.groups if g), "")


def _balance_subject(row: Row, label: str, group: str, side: str, scheme: str | None, year: int | None) -> Subject:
    word = word_of(label, year)
    if word:
        return Subject(
            row,
            "flow",
            word.code,
            None if word.code else label,
            fund_source=word.fund_source,
            expenditure_type=word.expenditure_type,
        )
    if side == "revenue" or scheme == "fund_source":
        fund = fund_of(label, year) or (fund_of(group, year) if group != label else None)
        carried = word_of(group, year)
        if not fund and carried and carried.code == "CARRY_IN":
            return Subject(row, "flow", "CARRY_IN", None)
        return Subject(row, "fund_source", None, label, fund_source=fund, known=bool(fund))
    code = row.code or class_codes(year).get(bare(label))
    return Subject(row, "function", code, label, "class" if code else None, known=bool(code))


def _one_grand_total(subjects: list[Subject]) -> list[Subject]:
    """Where a side prints both 收入合计 and 收入总计, the first is the year's own total."""
    grand = [s for s in subjects if s.code == "GRAND_TOTAL" and s.scheme == "flow"]
    if len(grand) < 2:
        return subjects
    last = next((s for s in grand if "总计" in key(s.row.name)), grand[-1])
    return [s._replace(code="CURRENT_TOTAL") if s in grand and s is not last else s for s in subjects]


def _balance_parents(subjects: list[Subject]) -> list[Subject]:
    grand = next((s for s in subjects if s.scheme == "flow" and s.code == "GRAND_TOTAL"), None)
    current = next((s for s in subjects if s.scheme == "flow" and s.code == "CURRENT_TOTAL"), None)
    placed: list[Subject] = []
    stack: list[tuple[str | None, Subject]] = []
    carry: Subject | None = None
    group_head: Subject | None = None
    for s in subjects:
        above: Subject | None
        style = number_style(_first(s.row))
        if s is grand:
            above = None
        elif carry and s.scheme == "flow" and s.code == carry.code:
            above = carry
        elif is_total(s):
            above = grand
            carry = s if s.code in ("CARRY_IN", "CARRY_OUT") else None
            stack = [(style, s)] if style else []
            group_head = None
        elif _is_group_line(s):
            above = group_head
        else:
            carry = None
            while stack and stack[-1][0] != style and any(k == style for k, _ in stack):
                stack.pop()
            if stack and stack[-1][0] == style:
                stack.pop()
            above = stack[-1][1] if stack and style else None
            if above is None:
                after = (
                    current is not None
                    and s.row.number > current.row.number
                    and number_style(_first(current.row)) is None
                )
                above = grand if after or current is None else current
            stack.append((style, s))
            group_head = s if any(bare(g) == "小计" for g in s.row.groups) else group_head
        placed.append(s._replace(parent=above.row.number if above else None, depth=_depth(s, above, placed)))
    return placed


def _is_group_line(s: Subject) -> bool:
    """A line inside a vertically merged group (一般公共预算资金 | 专项收入), not its 小计."""
    labels = [g for g in s.row.groups if g]
    return len(labels) == 2 and bare(labels[-1]) != "小计"


def _depth(s: Subject, above: Subject | None, placed: list[Subject]) -> int:
    if above is None:
        return 0
    found = next((p for p in placed if p.row.number == above.row.number), None)
    return (found.depth if found else 0 if above.code == "GRAND_TOTAL" else 1) + 1


def procurement_subjects(rows: list[Row], block: Block, year: int | None) -> list[Subject]:
    """Rows of a procurement tree: the last label column that a row fills says how deep it stands. A row that prints
    only an amount (another form of buying the same goods) is one more item like the one above it."""
    subjects: list[Subject] = []
    stack: list[tuple[int, Subject]] = []
    total: Subject | None = None
    for row in rows:
        filled = [i for i, (c, g) in enumerate(zip(block.labels, row.groups, strict=True)) if g and c.role != "remark"]
        word = word_of(row.name, year) if filled else None
        if word and word.code == "GRAND_TOTAL":
            total = Subject(row, "flow", "GRAND_TOTAL", None)
            subjects.append(total)
            stack = []
        elif filled:
            while stack and stack[-1][0] >= filled[-1]:
                stack.pop()
            above = stack[-1][1] if stack else total
            parent, depth = (above.row.number, above.depth + 1) if above else (None, 1)
            subjects.append(Subject(row, "procurement", None, row.name, parent=parent, depth=depth))
            stack.append((filled[-1], subjects[-1]))
        elif stack:
            last = stack[-1][1]
            subjects.append(last._replace(row=row._replace(name=last.row.name, project_name=last.row.project_name)))
    return subjects


def three_public_subjects(rows: list[Row], year: int | None) -> list[Subject] | None:
    """Rows of a 三公 table that lists its items downwards; None where the items stand in the header."""
    words = three_public(year)
    found = []
    for row in rows:
        code = words.get(bare(row.name))
        total = word_of(row.name, year)
        if code or (total and total.code == "GRAND_TOTAL"):
            found.append(Subject(row, "three_public", code or "WHOLE", row.name))
    return found if len([s for s in found if s.code != "WHOLE"]) >= 2 else None
