"""From the rows of form grids to what each row is: a head field, a goal, a header, a data row of a table of the form.

Forms are read by their labels: what a row is follows from the words in it and from the headings above it, never from
its number or the number of a column.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.recognising.forms.cuts import add_more, is_cut, is_rest_of_name
from pipelines.recognising.forms.grid import FormRow, Slot, banner_of
from pipelines.recognising.forms.headers import Header, assign, goal_header, read_header, unit_of
from pipelines.recognising.forms.listed import entry_of
from pipelines.recognising.forms.listing import Listing
from pipelines.recognising.forms.pairs import read_pairs
from pipelines.recognising.forms.parts import NUMBERED_GOAL, DataRow, Field, FormParts, GoalText
from pipelines.recognising.forms.words import (
    Label,
    header_words,
    is_goals,
    is_year,
    label_of,
    labels_of,
    scope_of,
    spaced_field,
)
from pipelines.recognising.keys import key
from pipelines.recognising.lexicon import Lexicon

UNIT = re.compile(r"\((?:单位:)?(?:亿|百万|万|千|百)?元\)")
INLINE = re.compile(r"([^:：]{2,20})[:：]\s*(\S.*)", re.S)


class Walker:
    """Reads rows into the last form; remembers under which headings it stands."""

    def __init__(self, forms: list[FormParts], lexicon: Lexicon):
        self.forms, self.form, self.lexicon = forms, forms[-1], lexicon
        self.listing = Listing(forms, lexicon)
        self.section: str | None = None
        self.scope: str | None = None
        self.goal: int | None = None
        self.stated = False
        self.header: Header | None = None
        self.group: str | None = None
        self.block = ""
        self.pair_heads: list[tuple[float, str]] = []
        self.begun = 0
        self.last: str | None = None  # what a row without a label at the top of a page goes on with

    def goes_on_below(self, title: str) -> bool:
        """Whether a title is that of the table of many projects being read, printed again on the next page."""
        again = key(title) == key(self.form.title) or key(title) in map(key, self.form.headings)
        return again and self.header is not None and entry_of(self.header) is not None

    def begins_anew(self, row: FormRow) -> bool:
        """Whether the row is the first of the next form: the label this form began with stands there again."""
        if not self.form.fields or row.own[0] is not row.slots[0] or read_header([row], 0, row.own, self.lexicon):
            return False
        spaced = spaced_field(row.own[0].text, self.lexicon)
        label = label_of(spaced[1] if spaced else row.own[0].text, self.lexicon, "field")
        first = self.form.fields[0].name
        return bool(label) and label.meaning == first and first in ("project_name", "organization_name")

    def read(self, rows: Sequence[FormRow], i: int) -> int:
        """Read row i and return the number of the last row that belongs to it."""
        row = rows[i]
        self.form.understood.add(row.grid)
        if all(unit_of(slot.text) and "单位" in slot.text for slot in row.own):
            self.form.headings += [slot.text for slot in row.own]
            return i
        if heading := banner_of(row):
            return self._heading(heading, row, i)
        lead = self._lead(row)
        if self._goal(row, lead):
            return i
        own = [slot for slot in row.own if slot is not lead]
        if header := read_header(rows, i, own, self.lexicon):
            self._begin(header)
            self._outside(header, rows[i : header.last_row + 1], lead)
            return header.last_row
        if header := goal_header(row, own, self.lexicon):
            self._begin(header)
            return i
        if self._fields(row, lead) or self._data(rows, i, lead) or self._pairs(row, own):
            return i
        if row.first and self.last and len(own) == 1 and not row.slots[0].filled:
            self._go_on(own[0])
        elif self.last != "narrative" or not row.first:
            self.form.understood.discard(row.grid) if row.first else None
            self.form.unread.append((row, own[0] if own else row.own[0]))
        return i

    def _begin(self, header: Header) -> None:
        unit = unit_of(self.block)
        columns = tuple(c._replace(unit=c.unit or unit) for c in header.columns)
        places = [(c.role, round(c.x0), round(c.x1)) for c in columns]
        again = self.header and places == [(c.role, round(c.x0), round(c.x1)) for c in self.header.columns]
        self.header = self.header if again else header._replace(columns=columns)
        self.last = "table"
        self.section = header.table

    def _outside(self, header: Header, rows: Sequence[FormRow], lead: Slot | None) -> None:
        """Note what stands in header rows and is no part of the header."""
        left = min(column.x0 for column in header.columns)
        for row in rows:
            for slot in row.own:
                known = header_words(header.table, slot.text, self.lexicon)
                known = known or any(slot.text == column.text for column in header.columns)
                if not known and slot is not lead and slot.x1 > left + 2:
                    self.form.unread.append((row, slot))

    def _heading(self, slot: Slot, row: FormRow, i: int) -> int:
        label = label_of(slot.text, self.lexicon, "section")
        self.form.headings.append(slot.text)
        if label:
            self._enter(slot.text, label)
        elif self.header and self.header.table == "goals" or self.last == "goal" and row.first:
            self._go_on(slot)
        elif found := INLINE.fullmatch(slot.text.strip()) or spaced_field(slot.text, self.lexicon):
            self._inline(found, slot)
        elif not (row.first and self.last == "narrative" or is_year(slot.text)):
            self.form.unread.append((row, slot))
        return i

    def _enter(self, text: str, label: Label) -> None:
        self.section, self.header, self.group, self.block = label.meaning, None, None, text
        self.scope, self.goal, self.stated = scope_of(text, self.lexicon), None, False
        self.pair_heads, self.last = [], None
        self.begun += 1

    def _lead(self, row: FormRow) -> Slot | None:
        """The cell at the left side that names the section of this row, if there is one; a new section is entered."""
        slot = row.slots[0]
        label = label_of(slot.text, self.lexicon, "section")
        if not slot.filled or label is None:
            if self.section == "funding" and slot.own and not self.header and UNIT.fullmatch(key(slot.text)):
                self.form.headings.append(slot.text)  # of the heading above: 资金金额, then （万元）
                return slot
            return slot if label_of(slot.text, self.lexicon, "continued") and not self._has(slot) else None
        if all(label_of(s.text, self.lexicon, "goal") for s in row.own):
            return None  # goals of several scopes side by side
        if len(row.own) == 2 and label_of(slot.text, self.lexicon, "narrative"):
            return None  # tasks in words
        if len(row.own) + (not slot.own) < (3 if self._has(slot) else 2):
            return None
        if label.meaning == "goals" and self._is_below_goals_header():
            self.block = slot.text
        elif slot.own and (label.meaning, slot.text) != (self.section, self.block):
            if label.meaning == "indicators" and (self.section in ("goals", "indicators") or self.last == "goal"):
                self._scoped(slot.text)
            elif not label_of(slot.text, self.lexicon, "goal") or len(row.own) != 2:
                self._enter(slot.text, label)
        return slot

    def _is_below_goals_header(self) -> bool:
        """Whether the row before is a header of goals, so that this row's heading is the rest of its heading."""
        goals = self.header and self.header.table == "goals"
        return bool(goals) and all(row.header is not self.header for row in self.form.rows)

    def _scoped(self, text: str) -> None:  # indicators of the goal stated above: its scope and number stay
        said = scope_of(text, self.lexicon)
        if said and said != self.scope:
            self.scope, self.goal, self.stated = said, None, False
            self.begun += 1
        self.section, self.block = "indicators", text
        if self.header and self.header.table != "indicators":
            self.header = None  # its own goes on: 绩效指标 may begin below 一级指标 二级指标 …

    def _has(self, slot: Slot) -> bool:
        """Whether the table being read has a column where this cell stands."""
        if not self.header:
            return False
        return any(min(c.x1, slot.x1) - max(c.x0, slot.x0) > (slot.x1 - slot.x0) / 2 for c in self.header.columns)

    def _goal(self, row: FormRow, lead: Slot | None) -> bool:
        """A goal's name with its words beside it, or another goal beside the same name."""
        own, left, lexicon = row.own, row.slots[0], self.lexicon
        below = self.last == "goal" and len(own) == 1 and left.filled and not left.own and is_goals(left.text, lexicon)
        if below and own[0].x1 - own[0].x0 >= row.width / 2 and not labels_of(own[0].text, lexicon):
            self._another_goal(own[0].text)
            return True
        if lead is not None and len(own) > 2:
            own = [slot for slot in own if slot is not lead]
        if len(own) != 2 or any(s.filled and not s.own and s is not lead for s in row.slots):
            return False
        label = label_of(own[0].text, self.lexicon, "goal")
        if label is None and is_goals(own[0].text, self.lexicon):
            label = Label("goal", scope_of(own[0].text, self.lexicon) or "")
        beside = labels_of(own[1].text, self.lexicon)
        if not label or beside or goal_header(row, own[1:], self.lexicon):
            return False
        if own[1].x1 - own[1].x0 < row.width / 2:
            return False
        table = self.header.table if self.header else None
        listed = table == "goals" and all(column.role != "label" for column in self.header.columns)
        stated = self.section == "indicators" or listed
        scope = label.meaning or (self.scope if stated else None)
        self.form.goals.append(GoalText(scope, label.number, own[1].text, stated))
        if not stated or scope != self.scope or label.number != self.goal:
            self.begun += 1
        self.scope, self.goal, self.stated, self.last = scope, label.number or 1, stated, "goal"
        if stated:
            self.section = "indicators"
        if self.header and self.header.table != "indicators" and (stated or self.section != "goals"):
            self.header = None
        return True

    def _another_goal(self, text: str) -> None:
        goal = self.form.goals[-1]
        if NUMBERED_GOAL.match(text):
            self._go_on(Slot(text, True, 1, 0, 0, 0, None))
        else:
            self.form.goals.append(goal._replace(number=(goal.number or 1) + 1, text=text))

    def _fields(self, row: FormRow, lead: Slot | None) -> bool:
        """Labels with their values beside them, or behind a colon in the same cell."""
        own = [slot for slot in row.slots if slot.own and slot is not lead]
        if not own or (own[0] is not row.slots[0] and self.header):
            return False
        kinds = ("field", "contact", "narrative")
        inline = INLINE.fullmatch(own[0].text.strip())
        if not any(label_of(text, self.lexicon, *kinds) for text in (own[0].text, inline[1] if inline else "")):
            return False
        if self.section == "funding" and not self.header and own[0] is not row.slots[0]:
            return False
        self.header = None
        i = 0
        while i < len(own):
            label = label_of(own[i].text, self.lexicon, *kinds)
            inline = INLINE.fullmatch(own[i].text.strip())
            if label and i + 1 < len(own):
                self._field(label, own[i].text, own[i + 1])
                i += 2
                while label.kind == "narrative" and i < len(own) and not label_of(own[i].text, self.lexicon, *kinds):
                    i += 1
                continue
            if not label and inline:
                self._inline(inline, own[i])
            elif own[i].filled and not label:
                self.form.unread.append((row, own[i]))
            i += 1
        return True

    def _inline(self, found: re.Match, slot: Slot) -> None:
        if label := label_of(found[1], self.lexicon, "field", "contact", "narrative"):
            self._field(label, found[1], slot._replace(text=found[2]))

    def _field(self, label: Label, text: str, value: Slot) -> None:
        self.last = "narrative" if label.kind == "narrative" else "field"
        if label.kind == "field":
            self.form.fields.append(Field(label.meaning, text, value))
        elif label.kind == "contact" and value.filled:
            self.form.contacts.append(Field(label.meaning, text, value))

    def _data(self, rows: Sequence[FormRow], i: int, lead: Slot | None) -> bool:
        if not self.header:
            return False
        header, row = self.header, rows[i]
        cells = assign(header.columns, [slot for slot in row.slots if slot is not lead])
        if not any(slot.own and slot.filled for column in cells for slot in column):
            return False
        if row.first and is_cut(self.form, header, cells, self.lexicon):
            return True
        if header.table == "totals":
            for slot in row.slots:
                if found := label_of(slot.text, self.lexicon, "group"):
                    self.group = found.meaning
        if header.table in ("indicators", "project_goals"):
            over_others = self.listing.read(header, cells, rows, i)
            self.form = self.forms[-1]
            if over_others:
                return True
            if header.table == "project_goals" and self.listing.goes_on and self.form.rows:
                add_more(self.form.rows[-1], cells, self.lexicon)
                return True
        if is_rest_of_name(self.form, header, cells, row, self.lexicon):
            return True
        first = min(c.x0 for c in header.columns)
        beside = [s for s in row.slots if s is not lead and s.x1 <= first + 2]
        side = next((s.text for s in beside if s.filled), "")
        placed = [slot for column in cells for slot in column]
        lost = [s for s in row.own if s is not lead and s not in placed and s not in beside]
        self.form.unread += [(row, slot) for slot in lost if key(slot.text).strip("—-/")]
        self.form.rows.append(DataRow(header, cells, self.scope, self.goal, self.stated, self.group, self.begun, side))
        return True

    def _go_on(self, slot: Slot) -> None:
        if self.last == "field" and self.form.fields:
            field = self.form.fields[-1]
            text = f"{field.slot.text}\n{slot.text}"
            self.form.fields[-1] = field._replace(slot=field.slot._replace(text=text))
        if self.last == "goal" and self.form.goals:
            goal = self.form.goals[-1]
            self.form.goals[-1] = goal._replace(text=f"{goal.text}\n{slot.text}")

    def _pairs(self, row: FormRow, own: list[Slot]) -> bool:
        if self.section != "funding" or self.header:
            return False
        return read_pairs(self.form, row, own, self.pair_heads, self.block, self.lexicon)
