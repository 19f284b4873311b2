"""The goals of a form and its indicators: one record per printed value."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from pipelines.recognising.forms.besides import besides
from pipelines.recognising.forms.described import described_indicators
from pipelines.recognising.forms.grid import Slot, one_line
from pipelines.recognising.forms.headers import HORIZON, Column
from pipelines.recognising.forms.indicators import level_code, parse_value
from pipelines.recognising.forms.parts import NUMBERED_GOAL, DataRow, FormParts, GoalText
from pipelines.recognising.forms.records import Goal, Indicator
from pipelines.recognising.forms.words import glued_levels, label_of
from pipelines.recognising.keys import identifier, key
from pipelines.recognising.lexicon import Lexicon

ROLES = {-1: "prior_year", -2: "two_years_prior", 0: "target"}
VALUES = ("target", "prior_year", "two_years_prior", "year", "actual")
BLANK_WORDS = re.compile(r"(?:(?:目标|指标)\d*[:：]?|[-—–/…._:：])*")
NOTHING = re.compile("[-—–/…无]*|不?适用")


class Block(NamedTuple):
    """One value column with the columns that say what its values are of: numbers of columns, None for none."""

    value: int
    name: int
    level1: int | None
    level2: int | None
    goal: int | None
    basis: int | None
    sign: int | None
    unit: int | None
    scope: str | None
    said: dict[str, int]  # what else is printed of the indicator: role → column


def says_something(parts: FormParts) -> bool:
    """Whether a form is filled: it names a project, or states a goal, a target or an amount. A blank one has only
    labels (目标1：, 指标1：) in its cells."""
    named = any(f.slot.filled for f in parts.fields if f.name in ("project_name", "project_code", "year_budget"))
    goals = (words for text in (*parts.goals, *_table_goals(parts)) for _, words in _numbered(text))
    amounts = (pair.slot.text for pair in parts.pairs)
    values = (
        row.text(n) for row in parts.rows for n, column in enumerate(row.header.columns)
        if column.is_value or column.role == "described"
    )  # fmt: skip
    return named or any(not BLANK_WORDS.fullmatch(key(text)) for text in (*goals, *amounts, *values))


def form_goals(form_id: str, parts: FormParts, default_scope: str | None) -> list[Goal]:
    """Given the parts of a form, return its goals. Those of its list of goals come first; a goal that is stated only
    above its indicators is added."""
    listed = list(_table_goals(parts)) + [goal for goal in parts.goals if not goal.stated]
    goals: list[Goal] = []
    seen: set[tuple[str | None, int]] = set()
    for text in (*listed, *(goal for goal in parts.goals if goal.stated)):
        for number, words in _numbered(text):
            if BLANK_WORDS.fullmatch(key(words)):
                continue
            scope = text.scope or default_scope
            if (scope, number) not in seen or not text.stated:
                while (scope, number) in seen:
                    number += 1
                seen.add((scope, number))
                goals.append(Goal(form_id, scope, number, words))
    return goals


def _table_goals(parts: FormParts) -> list[GoalText]:
    """The goals in columns under a heading of their scope; what a page break cuts is put together again."""
    found = []
    for row in parts.rows:
        if row.header.table == "goals":
            for n, column in enumerate(row.header.columns):
                label = row.header.columns[0].role == "label" and label_of(row.text(0), None, "goal")
                number = label.number if label else None
                if column.role == "text" and key(row.text(n)):
                    found.append(GoalText(column.scope or row.scope, number, row.text(n), False))
    return found


def _numbered(goal: GoalText) -> list[tuple[int, str]]:
    """Several goals in one cell (目标1：… 目标2：…), parted; a lone one has the number of its label, else 1."""
    marks = list(NUMBERED_GOAL.finditer(goal.text))
    if not marks:
        return [(goal.number or 1, one_line(goal.text))]
    ends = [mark.start() for mark in marks[1:]] + [len(goal.text)]
    return [(int(m[1]), one_line(goal.text[m.end() : end])) for m, end in zip(marks, ends, strict=True)]


def form_indicators(
    form_id: str, document_id: str, parts: FormParts, lexicon: Lexicon, default_scope: str | None
) -> tuple[list[Indicator], list[Slot]]:
    """Given the parts of a form, return a record for each printed value of its indicators, and the values
    without an indicator's name or a period."""
    found: list[Indicator] = []
    nameless: list[Slot] = []
    seen: Counter = Counter()
    carried: dict[tuple[int, str], str] = {}
    goal: tuple[int, str | None, int] | None = None
    glued = False  # names begin with their levels: one that does not is not read right
    for row in parts.rows:
        for n, column in enumerate(row.header.columns):
            if column.role == "described" and row.cells[n]:
                found += _told(form_id, document_id, row, n, lexicon, default_scope, nameless)
        if row.header.table != "indicators":
            continue
        for block in _blocks(row.header.columns):
            named = _goal_named(row, block, lexicon)
            scope = block.scope or row.scope or (named and named[0]) or _scope_above(parts, row, block) or default_scope
            if named:
                goal = (row.begins, named[0] or scope, named[1])
            in_column = goal[2] if goal and goal[0] == row.begins else None
            number = row.goal if row.stated else in_column or row.goal
            level1, level2 = _levels(row, block, carried, lexicon)
            name = one_line(row.text(block.name))
            if block.level1 is None and block.level2 is None:
                level1, level2, left = glued_levels(name, lexicon)
                if level1 and left:
                    glued, name = True, left
                else:
                    level1, level2, name = None, None, "" if glued else name
            for slot in row.cells[block.value][-1:]:
                text = one_line("\n".join(filter(None, (slot.text, row.more.get(block.value, "")))))
                if not text or NOTHING.fullmatch(key(text)):
                    continue
                role, of = _when(row.header.columns[block.value], lexicon, scope, parts)
                if not name or not role:
                    nameless.append(slot)
                    continue
                sign = one_line(row.text(block.sign)) if block.sign is not None else ""
                unit = one_line(row.text(block.unit)) if block.unit is not None else ""
                value = parse_value(text, sign, unit)
                what = (form_id, scope, number, key(level1 or ""), key(level2 or ""), key(name), role)
                seen[what] += 1
                found.append(
                    Indicator(
                        indicator_id=identifier(*what, seen[what]),
                        form_id=form_id,
                        document_id=document_id,
                        scope=scope,
                        goal_no=number,
                        level1=level1,
                        level1_code=level_code(1, level1, lexicon),
                        level2=level2,
                        level2_code=level_code(2, level2, lexicon),
                        name=name,
                        value_role=role,
                        value_year=of,
                        value_text=_printed(text, sign, unit, value.comparator),
                        value_kind=value.kind,
                        comparator=value.comparator,
                        value_low=value.low,
                        value_high=value.high,
                        value_unit=value.unit,
                        basis_text=one_line(row.text(block.basis)) or None if block.basis is not None else None,
                        page=slot.page,
                        **slot.box._asdict(),
                        **besides(row, block.said),
                    )
                )
    return found, nameless


def _told(
    form_id: str, document_id: str, row: DataRow, n: int, lexicon: Lexicon, default_scope: str | None, lost: list[Slot]
) -> list[Indicator]:
    """The indicators that a cell tells in words; a piece of it that is none is lost."""
    found, slot = [], row.cells[n][-1]
    told, rest = described_indicators(row.text(n), lexicon)
    lost += [slot._replace(text=piece) for piece in rest if not BLANK_WORDS.fullmatch(key(piece))]
    for number, one in enumerate(told):
        for scope, text in one.values:
            if NOTHING.fullmatch(key(text)):
                continue
            scope, value = scope or default_scope, parse_value(text)
            found.append(
                Indicator(
                    indicator_id=identifier(form_id, slot.page, slot.box, number, scope, key(one.name)),
                    form_id=form_id,
                    document_id=document_id,
                    scope=scope,
                    goal_no=None,
                    level1=one.level1,
                    level1_code=level_code(1, one.level1, lexicon),
                    level2=one.level2,
                    level2_code=level_code(2, one.level2, lexicon),
                    name=one.name,
                    value_role="target",
                    value_year=lexicon.year if scope == "annual" else None,
                    value_text=text,
                    value_kind=value.kind,
                    comparator=value.comparator,
                    value_low=value.low,
                    value_high=value.high,
                    value_unit=value.unit,
                    basis_text=None,
                    page=slot.page,
                    **slot.box._asdict(),
                )
            )
    return found


def _blocks(columns: Sequence[Column]) -> list[Block]:
    """One block for each value column: its name and levels are the nearest such columns left of it, a column of levels
    that stands only once holds for all; its basis, sign and unit are the nearest before the next name."""
    values = [n for n, c in enumerate(columns) if c.role in VALUES]
    names = [n for n, c in enumerate(columns) if c.role == "name"]
    blocks = []
    for value in values:
        name = max((n for n in names if n < value), default=names[0] if names else None)
        if name is None:
            continue
        after = min((n for n in names if n > name), default=len(columns))

        def left(role: str, name: int = name) -> int | None:
            return max((n for n, c in enumerate(columns) if c.role == role and n < name), default=None)

        def near(role: str, name: int = name, after: int = after, value: int = value) -> int | None:
            inside = [n for n, c in enumerate(columns) if c.role == role and name < n < after]
            return min(inside, key=lambda n: abs(n - value), default=None)

        scope = columns[value].scope or columns[name].scope
        roles = ("scoring", "core", "weight") if columns[value].role != "actual" else ("score", "deviation")
        if all(columns[n].role != "actual" for n in values):
            roles += ("score", "deviation")
        said = {role: n for role in roles if (n := near(role)) is not None}
        blocks.append(
            Block(
                value,
                name,
                left("level1"),
                left("level2"),
                left("goal"),
                near("basis"),
                near("comparator") if columns[value].role != "actual" else None,
                near("unit"),
                scope,
                said,
            )
        )
    return blocks


def _goal_named(row: DataRow, block: Block, lexicon: Lexicon) -> tuple[str | None, int] | None:
    """Scope and number of the goal that the row's goal column, or what stands left of the table, names."""
    text = row.text(block.goal) if block.goal is not None else row.side
    label = label_of(text, lexicon, "goal") if text else None
    return (label.meaning or None, label.number or 1) if label else None


def _levels(
    row: DataRow, block: Block, carried: dict[tuple[int, str], str], lexicon: Lexicon
) -> tuple[str | None, str | None]:
    """The levels of a row; a level left blank (or 续上页) is that of the row before, under the same heading."""
    found: list[str | None] = []
    for role, column in (("level1", block.level1), ("level2", block.level2)):
        text = one_line(row.text(column)) if column is not None else ""
        if text and not label_of(text, lexicon, "continued"):
            if role == "level1" and carried.get((row.begins, f"level1{column}")) != text:
                carried.pop((row.begins, f"level2{block.level2}"), None)
            carried[row.begins, f"{role}{column}"] = text
        found.append(carried.get((row.begins, f"{role}{column}")))
    return found[0], found[1]


def _scope_above(parts: FormParts, row: DataRow, block: Block) -> str | None:
    """Where the form's goals stand in columns by scope and the indicators in as many blocks, the goals above tell."""
    goals = next((r.header.columns for r in parts.rows if r.header.table == "goals"), ())
    here = row.header.columns[block.value]
    middle = (row.header.columns[block.name].x0 + here.x1) / 2
    if sum(c.role == "target" for c in row.header.columns) < 2:
        return None
    return next((c.scope for c in goals if c.scope and c.x0 <= middle <= c.x1), None)


def _when(column: Column, lexicon: Lexicon, scope: str | None, parts: FormParts) -> tuple[str | None, int | None]:
    """Role and year of a value; no role for a year that is neither the form's nor one of the two before. A long-term
    target is for the year the form names as its horizon, if it names one."""
    if column.role == "actual":
        return "achieved", lexicon.year
    if column.role == "year":
        return ROLES.get((column.year or 0) - (lexicon.year or 0)), column.year
    offset = next(n for n, role in ROLES.items() if role == column.role)
    if scope == "annual":
        return column.role, lexicon.year + offset if lexicon.year else None
    headings = [c.text for r in parts.rows if r.header.table == "goals" for c in r.header.columns if c.scope == scope]
    horizon = next(filter(None, (HORIZON.search(key(text).rstrip(")")) for text in headings)), None)
    return column.role, int(horizon[1]) if horizon and scope else None


def _printed(text: str, sign: str, unit: str, comparator: str | None) -> str:
    """The value as printed, with the sign and unit of columns of their own (≥ | 90 | %) around it."""
    sign = sign if comparator and parse_value(text).kind != "range" and parse_value(sign + "1").comparator else ""
    sign = "" if len(sign) > 4 else sign
    known = key(unit) not in ("", "/", "-", "无")
    return f"{sign}{text}{unit if known and key(unit) not in key(text) else ''}"
