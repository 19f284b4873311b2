"""What the rows of a form are found to be, before their values are read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from pipelines.recognising.forms.grid import FormRow, Slot
from pipelines.recognising.forms.headers import Header

NUMBERED_GOAL = re.compile(r"(?m)^\s*目标\s*(\d+)\s*[:：]\s*")


class Field(NamedTuple):
    name: str
    label: str
    slot: Slot


class GoalText(NamedTuple):
    """A goal as printed. `stated`: above its indicators rather than in the form's list of goals."""

    scope: str | None
    number: int | None
    text: str
    stated: bool


class Pair(NamedTuple):
    """A label with its amount in a block without a header; `heading` is the first label of the same column."""

    label: str
    heading: str
    slot: Slot
    block: str


@dataclass
class DataRow:
    """A row of a table of the form: for each column of its header the cells that stand there, label first."""

    header: Header
    cells: list[list[Slot]]
    scope: str | None
    goal: int | None
    stated: bool  # the goal is stated above the table
    group: str | None
    begins: int  # rows with the same number belong under one goal or heading
    side: str = ""  # what stands left of the table's first column
    more: dict[int, str] = field(default_factory=dict)  # text of the columns that a page break cut off

    def text(self, column: int) -> str:
        filled = [slot.text for slot in self.cells[column] if slot.filled]
        return "\n".join(filter(None, (filled[-1] if filled else "", self.more.get(column, ""))))


@dataclass
class ListedProjects:
    """A table of many projects: the total it prints, where it prints one."""

    total: Field | None = None


@dataclass
class FormParts:
    """Everything the rows of one form say, in order."""

    title: str
    grid: int
    page: int
    fields: list[Field] = field(default_factory=list)
    contacts: list[Field] = field(default_factory=list)
    goals: list[GoalText] = field(default_factory=list)
    rows: list[DataRow] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    unread: list[tuple[FormRow, Slot]] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    understood: set[int] = field(default_factory=set)
    listed_in: ListedProjects | None = None
