"""From the rows of form grids to what each row is: a head field, a goal, a header, a data row of a table of the form.

Forms are read by their labels: what a row is follows from the words in it and from the headings above it, never from
its number or the number of a column.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.recognising.forms.grid import FormRow, Slot
from pipelines.recognising.forms.headers import Header, assign, goal_header, read_header, unit_of, values_under
from pipelines.recognising.forms.listed import entry_of
from pipelines.recognising.forms.listing import Listing
from pipelines.recognising.forms.parts import NUMBERED_GOAL, DataRow, Field, FormParts, GoalText, Pair
from pipelines.recognising.forms.words import (
    Label,
    header_words,
    is_form_title,
    is_funding,
    is_year,
    label_of,
    labels_of,
    scope_of,
)
from pipelines.recognising.keys import key
from pipelines.recognising.lexicon import Lexicon
from pipelines.recognising.tables.amounts import is_number

SHORT = 3  # characters of the rest of a name
BANNER = 0.8  # share of the grid's width from which a lone cell is a heading
UNIT = re.compile(r"\((?:单位:)?(?:亿|百万|万|千|百)?元\)")
MARK = re.compile(r"(?:指标|目标)\d*[:：]|\(?\d{1,2}[.、)）]|[①-⑳]")
DANGLING = re.compile("[-—–~～至≥≤＞＜><=＝]$")  # a value that must go on
INLINE = re.compile(r"([^:：]{2,20})[:：]\s*(\S.*)", re.S)


def walk_forms(grids: Sequence[tuple[str | None, Sequence[FormRow]]], lexicon: Lexicon) -> list[FormParts]:
    """Given the rows of each grid with the form title printed above it (None: it goes on with the form before it; an
    empty text: a form without a title), return the forms."""
    forms: list[FormParts] = []
    walker: _Walker | None = None
    for title, given in grids:
        rows = list(given)
        if title and walker and walker.goes_on_below(title):
            title = None
        if rows and (title is not None or walker is None):
            forms.append(FormParts(title or "", rows[0].grid, rows[0].page))
            walker = _Walker(forms, lexicon)
        skip = -1
        for i, row in enumerate(rows):
            if i <= skip or not row.own or walker is None:
                continue
            heading = _banner(row)
            named = (
                heading is not None and not labels_of(heading.text, lexicon) and is_form_title(heading.text, lexicon)
            )
            if named and walker.goes_on_below(heading.text):
                continue
            if (named and forms[-1].fields) or walker.begins_anew(row):
                title = "" if named else forms[-1].title  # printed once over several forms
                forms.append(FormParts(title, row.grid, row.page))
                walker = _Walker(forms, lexicon)
            if named:
                forms[-1].title = forms[-1].title or heading.text
                forms[-1].headings.append(heading.text)
                continue
            skip = walker.read(rows, i)
            if row.first and skip > i and skip + 1 < len(rows):  # below a header that a page prints again
                rows[skip + 1] = rows[skip + 1]._replace(first=True)
    return forms


def _banner(row: FormRow) -> Slot | None:
    """The only cell of a row, where it spans the grid."""
    filled = [slot for slot in row.slots if slot.filled]
    if len(filled) == 1 and filled[0].own and filled[0].x1 - filled[0].x0 >= BANNER * row.width:
        return filled[0]
    return None


class _Walker:
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
        spaced = self._spaced(row.own[0].text)
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
        if heading := _banner(row):
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
        elif found := INLINE.fullmatch(slot.text.strip()) or self._spaced(slot.text):
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
        elif slot.own and not self._is_same_section(label, slot):
            if label.meaning == "indicators" and (self.section in ("goals", "indicators") or self.last == "goal"):
                self._scoped(slot.text)
            elif not label_of(slot.text, self.lexicon, "goal") or len(row.own) != 2:
                self._enter(slot.text, label)
        return slot

    def _is_below_goals_header(self) -> bool:
        """Whether the row before is a header of goals, so that this row's heading is the rest of its heading."""
        header = self.header
        return bool(header) and header.table == "goals" and all(row.header is not header for row in self.form.rows)

    def _scoped(self, text: str) -> None:
        """Indicators of the goal stated above: its scope and number stay."""
        said = scope_of(text, self.lexicon)
        if said and said != self.scope:
            self.scope, self.goal, self.stated = said, None, False
            self.begun += 1
        self.section, self.block = "indicators", text
        if self.header and self.header.table != "indicators":
            self.header = None  # its own goes on: 绩效指标 may begin below 一级指标 二级指标 …

    def _is_same_section(self, label: Label, slot: Slot) -> bool:
        return self.section == label.meaning and self.block == slot.text

    def _has(self, slot: Slot) -> bool:
        """Whether the table being read has a column where this cell stands."""
        if not self.header:
            return False
        return any(min(c.x1, slot.x1) - max(c.x0, slot.x0) > (slot.x1 - slot.x0) / 2 for c in self.header.columns)

    def _goal(self, row: FormRow, lead: Slot | None) -> bool:
        """A goal's name with its words beside it, or another goal beside the same name."""
        own = row.own
        left = row.slots[0]
        below = self.last == "goal" and len(own) == 1 and left.filled and not left.own and self._is_goals(left.text)
        if below and own[0].x1 - own[0].x0 >= row.width / 2 and not labels_of(own[0].text, self.lexicon):
            self._another_goal(own[0].text)
            return True
        if lead is not None and len(own) > 2:
            own = [slot for slot in own if slot is not lead]
        if len(own) != 2 or any(s.filled and not s.own and s is not lead for s in row.slots):
            return False
        label = label_of(own[0].text, self.lexicon, "goal")
        if label is None and self._is_goals(own[0].text):
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

    def _is_goals(self, text: str) -> bool:
        """Whether a text is the heading of the goals, which may stand beside them: 总体目标."""
        labels = labels_of(text, self.lexicon)
        return any(label.kind == "goal" or (label.kind, label.meaning) == ("section", "goals") for label in labels)

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

    def _spaced(self, text: str) -> re.Match | None:
        """A label and its value with only a blank between them."""
        found = re.fullmatch(r"(\S{3,20})\s+(\S.*)", text.strip(), re.S)
        return found if found and label_of(found[1], self.lexicon, "field") else None

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
        if row.first and self._cut(header, cells):
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
                self._more(self.form.rows[-1], cells)
                return True
        if self._rest_of_name(header, cells, row):
            return True
        first = min(c.x0 for c in header.columns)
        beside = [s for s in row.slots if s is not lead and s.x1 <= first + 2]
        side = next((s.text for s in beside if s.filled), "")
        placed = [slot for column in cells for slot in column]
        lost = [s for s in row.own if s is not lead and s not in placed and s not in beside]
        self.form.unread += [(row, slot) for slot in lost if key(slot.text).strip("—-/")]
        self.form.rows.append(DataRow(header, cells, self.scope, self.goal, self.stated, self.group, self.begun, side))
        return True

    def _rest_of_name(self, header: Header, cells: list[list[Slot]], row: FormRow) -> bool:
        """A name that a line of the grid parts though its values are merged over both rows. Names that are not one name
        share the values."""
        before = self.form.rows[-1] if self.form.rows else None
        role = {"indicators": "name", "project_list": "item"}.get(header.table)
        name = next((n for n, c in enumerate(header.columns) if c.role == role), None)
        values = [n for n, c in enumerate(header.columns) if c.is_value]
        if before is None or before.header is not header or name is None or any(cells[n] for n in values):
            return False
        rest = [slot for slot in cells[name] if slot.own and slot.filled]
        merged = [values_under(header, n, row) for n in values]
        if not rest or not any(slot.filled for slots in merged for slot in slots):
            return False
        above, text = before.text(name), rest[-1].text
        one = header.table == "project_list" or len(key(text)) <= SHORT or MARK.match(key(above))
        if one and not MARK.match(key(text)):
            self._more(before, [cells[name] if n == name else [] for n in range(len(cells))])
            return True
        for n, slots in zip(values, merged, strict=True):
            cells[n] = slots
        return False

    def _cut(self, header: Header, cells: list[list[Slot]]) -> bool:
        """The rest of a row that a page break cut: it has words, and no value where the row before it has one."""
        before = self.form.rows[-1] if self.form.rows else None
        if before is None or before.header is not header:
            return False
        if header.table == "goals":
            texts = [one for column in cells for one in column if one.filled]
            if any(label_of(re.split("[:：]", t.text)[0], self.lexicon, "goal") for t in texts):
                return False
        else:
            values = [n for n, column in enumerate(header.columns) if column.is_value]
            whole = any(s.filled and not DANGLING.search(before.text(n).strip()) for n in values for s in cells[n])
            if whole or not any(before.text(n) for n in values):
                return False
        self._more(before, cells)
        return True

    def _more(self, before: DataRow, cells: list[list[Slot]]) -> None:
        for n, column in enumerate(cells):
            rest = [slot.text for slot in column if slot.own and slot.filled]
            if rest and not label_of(rest[-1], self.lexicon, "continued"):
                before.more[n] = "\n".join(filter(None, (before.more.get(n, ""), rest[-1])))

    def _pairs(self, row: FormRow, own: list[Slot]) -> bool:
        """A block of labels and amounts side by side without a header (项目资金)."""
        if self.section != "funding" or self.header:
            return False
        slots = [slot for slot in row.slots if slot.own and slot in own or slot.own and not slot.filled]
        found = False
        label: Slot | None = None
        for slot in slots:
            if label is None and is_number(slot.text):
                self.form.unread.append((row, slot))  # an amount with nothing before it that names it
            elif slot.filled and (label is None or is_funding(slot.text, self.lexicon)):
                label = slot
                if all(abs(x - slot.x0) > 4 for x, _ in self.pair_heads):
                    self.pair_heads.append((slot.x0, slot.text))
            elif label is not None:
                heading = min(self.pair_heads, key=lambda head: abs(head[0] - label.x0))[1]
                self.form.pairs.append(Pair(label.text, heading, slot, self.block))
                label, found = None, True
        return found

    def _go_on(self, slot: Slot) -> None:
        if self.last == "field" and self.form.fields:
            field = self.form.fields[-1]
            text = f"{field.slot.text}\n{slot.text}"
            self.form.fields[-1] = field._replace(slot=field.slot._replace(text=text))
        if self.last == "goal" and self.form.goals:
            goal = self.form.goals[-1]
            self.form.goals[-1] = goal._replace(text=f"{goal.text}\n{slot.text}")
