"""Headers of the tables inside a form: which table it is, and what stands in each of its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipelines.recognising.forms.grid import FormRow, Slot
from pipelines.recognising.forms.words import HeaderWord, header_words, label_of, required_roles, scope_of, tables
from pipelines.recognising.keys import key
from pipelines.recognising.lexicon import Lexicon
from pipelines.recognising.tables.amounts import bare_unit, unit_in

PERIODS = ("target", "prior_year", "two_years_prior", "year", "group")
VALUES = ("target", "prior_year", "two_years_prior", "year", "actual", "current", "quantity", "share", "total")
VALUES += ("adjusted", "executed")
HORIZON = re.compile(r"(20\d{2})年?[^0-9]*$")
DEEPEST = 4  # rows of a header; a cell that spans more is no part of one
TARGETS = ("target", "prior_year", "two_years_prior", "year", "actual")
LEFT_OF_VALUES = ("name", "level2", "level1", "goal")


class Column(NamedTuple):
    """One column; x0 and x1 count from the left side of the grid. `year` and `unit` are set where the header prints
    them, `scope` where it names one."""

    role: str
    x0: float
    x1: float
    scope: str | None
    year: int | None
    unit: str | None
    text: str
    path: tuple[str, ...] = ()  # the headings over each other

    @property
    def is_value(self) -> bool:
        return self.role in VALUES or self.role.startswith("amount:")


class Header(NamedTuple):
    """`last_row` is the place of its last row among the rows it was read from."""

    table: str
    columns: tuple[Column, ...]
    last_row: int


def read_header(rows: Sequence[FormRow], i: int, own: Sequence[Slot], lexicon: Lexicon) -> Header | None:
    """Given rows and the filled cells that begin in row i, return the header that begins there, or None."""
    for table in tables(lexicon):
        words = [header_words(table, slot.text, lexicon) for slot in own]
        known = [word for word in words if word]
        if table == "indicators" and own and len(known) == len(own) and _only_periods(known):
            return Header(table, _columns_around_periods(rows[i], own, lexicon), i)
        if len(known) < 2 or len(known) * 2 < len(own) or table == "project_goals" and _names_targets(own, lexicon):
            continue
        last = _last_row(rows, i, own, table, lexicon)
        columns = tuple(filter(None, (_column(path, table, lexicon) for path in _paths(rows[i : last + 1], own))))
        columns = _explained(columns) if table == "indicators" else columns
        roles = {column.role for column in columns}
        wanted = required_roles(table, lexicon)
        if table == "indicators":
            roles |= {"target"} if roles & {"year", "prior_year"} else set()
        if table == "cost_item":
            wanted = {"item"} if any(r.startswith("amount:") for r in roles) else {"item", "amount"}
        if wanted <= roles:
            return Header(table, columns, last)
    return None


def _explained(columns: Sequence[Column]) -> tuple[Column, ...]:
    """A name right of all values (三级指标 … 指标值 … 指标内容) says what the indicator is about."""
    last = max((n for n, column in enumerate(columns) if column.role in TARGETS), default=len(columns))
    return tuple(c._replace(role="basis") if n > last and c.role == "name" else c for n, c in enumerate(columns))


def goal_header(row: FormRow, own: Sequence[Slot], lexicon: Lexicon) -> Header | None:
    """Given a row, return the header it is if it names goals of different scopes (or of one) above their columns."""
    heading = len(own) > 1 and own[0].row_span > max(slot.row_span for slot in own[1:])
    if heading or len(own) > 2 and not label_of(own[0].text, lexicon, "goal", "achieved"):
        own = own[1:]  # a heading over the rows of the goals, or its first half
    labels = [label_of(slot.text, lexicon, "goal", "achieved") for slot in own]
    if not own or not all(labels) or sum(s.x1 - s.x0 for s in own) < row.width / 2:
        return None
    if all(label.kind == "achieved" for label in labels) or len(own) == 1 and not labels[0].meaning:
        return None
    columns = []
    for slot, label in zip(own, labels, strict=True):
        horizon = HORIZON.search(key(slot.text).rstrip(")"))
        columns.append(
            Column(
                "achieved" if label.kind == "achieved" else "text",
                slot.x0,
                slot.x1,
                label.meaning or None,
                int(horizon[1]) if horizon else None,
                None,
                slot.text,
            )
        )
    return Header("goals", tuple(columns), 0)


def assign(columns: Sequence[Column], slots: Sequence[Slot]) -> list[list[Slot]]:
    """Given the columns of a header and the cells of a row, return for each column the cells that stand under it. A
    cell over several columns is a label of each of them, but a value of one only: where most of it stands."""
    found: list[list[Slot]] = [[] for _ in columns]
    for slot in slots:
        shared = [min(c.x1, slot.x1) - max(c.x0, slot.x0) for c in columns]
        best = max(range(len(columns)), key=lambda n: shared[n])
        for n, column in enumerate(columns):
            enough = shared[n] >= 0.5 * min(column.x1 - column.x0, slot.x1 - slot.x0)
            if enough and (not column.is_value or slot.own and n == best):
                found[n].append(slot)
    return found


def values_under(header: Header, n: int, row: FormRow) -> list[Slot]:
    """Given a value column, return the cell of a row under it, also where it is merged with the row above."""
    column = header.columns[n]
    middle = (column.x0 + column.x1) / 2
    return [slot for slot in row.slots if slot.x0 <= middle <= slot.x1][-1:]


def unit_of(text: str) -> str | None:
    """Given a label, return the money unit it names: 金额（万元）, 单位：元."""
    name = key(text)
    bracketed = next(filter(None, map(bare_unit, re.findall(r"\([^()]*\)", name))), None)
    return unit_in(name) or bracketed


def _names_targets(own: Sequence[Slot], lexicon: Lexicon) -> bool:
    """Whether a header has columns of indicators beside those of projects and goals."""
    others = [slot for slot in own if not header_words("project_goals", slot.text, lexicon)]
    words = [header_words("indicators", slot.text, lexicon) for slot in others]
    return any(word and word.role in (*TARGETS, "name", "level1", "level2") for word in words)


def _only_periods(words: Sequence[HeaderWord]) -> bool:
    return len(words) >= 2 and all(w.role in PERIODS for w in words) and any(w.role != "group" for w in words)


def _last_row(rows: Sequence[FormRow], i: int, own: Sequence[Slot], table: str, lexicon: Lexicon) -> int:
    """The last row of a header: as deep as its merged cells, and rows below that only name periods."""
    depths = [slot.row_span for slot in own if header_words(table, slot.text, lexicon)]
    last = min(len(rows) - 1, i + max((depth for depth in depths if depth <= DEEPEST), default=1) - 1)
    while last + 1 < len(rows) and table in ("totals", "indicators"):
        below = [header_words(table, slot.text, lexicon) for slot in rows[last + 1].own]
        if not below or not all(w and w.role in PERIODS for w in below):
            break
        last += 1
    return last


def _paths(rows: Sequence[FormRow], own: Sequence[Slot]) -> list[list[Slot]]:
    """The header cells above each other, for each cell of the last header row."""
    left = min(slot.x0 for slot in own)
    inside = [[s for s in row.slots if s.x0 >= left - 2] for row in rows]
    paths = []
    for leaf in inside[-1]:
        middle, path = (leaf.x0 + leaf.x1) / 2, []
        for slots in inside:
            for slot in slots:
                if slot.x0 <= middle <= slot.x1 and slot.text not in [s.text for s in path] and slot.filled:
                    path.append(slot)
        if path:
            paths.append([*path, leaf])
    return paths


def _column(path: Sequence[Slot], table: str, lexicon: Lexicon) -> Column | None:
    """Given the header cells above a column, return what stands in it: the deepest cell with a meaning tells."""
    leaf = path[-1]
    words = [(slot, header_words(table, slot.text, lexicon)) for slot in path]
    known = [(slot, word) for slot, word in words if word and word.role != "group"]
    scope = next(filter(None, (scope_of(slot.text, lexicon) for slot in path)), None)
    unit = next(filter(None, (unit_of(slot.text) for slot in path)), None)
    if not known:
        return Column("unknown", leaf.x0, leaf.x1, scope, None, None, path[-1].text or path[0].text)
    slot, word = known[-1]
    over = tuple(dict.fromkeys(slot.text for slot in path))
    return Column(word.role, leaf.x0, leaf.x1, scope, word.year, unit, slot.text, over)


def _columns_around_periods(row: FormRow, own: Sequence[Slot], lexicon: Lexicon) -> tuple[Column, ...]:
    """The columns of a header of which a page break left only the periods (前年 上年 预计当年实现): the columns left of
    them are, from right to left, name, levels and goal; what stands right of them is the basis."""
    columns = []
    left = [slot for slot in row.slots if slot.x1 <= own[0].x0 + 2]
    for slot, role in zip(reversed(left), LEFT_OF_VALUES, strict=False):
        columns.insert(0, Column(role, slot.x0, slot.x1, None, None, None, ""))
    for slot in own:
        word = header_words("indicators", slot.text, lexicon)
        if word and word.role != "group":
            columns.append(Column(word.role, slot.x0, slot.x1, None, word.year, None, slot.text))
    for slot in row.slots:
        if slot.x0 >= own[-1].x1 - 2:
            columns.append(Column("basis", slot.x0, slot.x1, None, None, None, ""))
            break
    return tuple(columns)
