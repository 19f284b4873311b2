"""The forms of a table of many projects, one for each project and amount, as its rows come."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.recognising.forms.grid import FormRow, Slot
from pipelines.recognising.forms.headers import Header
from pipelines.recognising.forms.listed import (
    begins_blank,
    cell_under,
    entry_of,
    fields_of,
    funds_of,
    goal_in,
    is_over_others,
    is_rest,
    is_total,
    said_in,
)
from pipelines.recognising.forms.parts import Field, FormParts, GoalText, ListedProjects
from pipelines.recognising.keys import key
from pipelines.recognising.lexicon import Lexicon

NAMES = ("project_name", "organization_name", "project_code", "executing_unit")


class Listing:
    """Reads the rows of a table of many projects. A name merged over several amounts names a form for each of them; a
    name that stands on a later page than the rows it is merged over names these too."""

    def __init__(self, forms: list[FormParts], lexicon: Lexicon):
        self.forms, self.lexicon = forms, lexicon
        self.unit: Field | None = None  # whose the following projects are
        self.nameless: list[FormParts] = []  # begun in cells whose words come on a later page
        self.was_open = False  # the page break left the last name's cell open
        self.list = ListedProjects()
        self.goes_on = False  # the row read last is the rest of what stands above a page break

    def read(self, header: Header, cells: list[list[Slot]], rows: Sequence[FormRow], i: int) -> bool:
        """Given a row below a header, note what it says of its project. Return whether that is all it says: the row of
        a total or of a unit, which stands over its projects."""
        row, said, entry = rows[i], said_in(header, cells), entry_of(header)
        goal = goal_in(header, said, self.lexicon)
        self.goes_on = False
        if entry is None:
            if goal:
                self._goal(goal)
            return False
        if is_over_others(header, said):
            self._over_others(row, said, entry)
            return True
        if entry == "listed_project":
            self.unit = said.get("listed_unit", self.unit)
        self._begin(header, said, rows, i)
        form = self.forms[-1]
        if "listed_budget" in said and all(f.name != "year_budget" for f in form.fields):
            form.fields.append(said["listed_budget"])
        known = [(pair.slot.page, pair.slot.box) for pair in form.pairs]
        form.pairs += [p for p in funds_of(header, said) if (p.slot.page, p.slot.box) not in known]
        place = cell_under(header, entry, row)
        self.was_open = bool(place and place.open)
        if goal:
            self._goal(goal)
        return False

    def _begin(self, header: Header, said: dict[str, Field], rows: Sequence[FormRow], i: int) -> None:
        """Begin the form whose name or amount begins in the row; say the name of those that wait for it."""
        row, form, entry = rows[i], self.forms[-1], entry_of(header)
        name, budget = said.get(entry or ""), said.get("listed_budget")
        known = [key(f.slot.text) for f in form.fields if f.name in (*NAMES, "year_budget")]
        if name and row.first and self.nameless:
            for waiting in self.nameless:
                waiting.fields += [f for f in fields_of(entry, said, self.unit) if f.name in NAMES]
            self.nameless, self.goes_on = [], True
        elif name and key(name.slot.text) not in known:
            if row.first and self.was_open and is_rest(form, header, said):
                self._more_name(name)
            else:
                self._new(row, fields_of(entry, said, self.unit))
        elif not name and begins_blank(cell_under(header, entry, row), rows, i):
            self.nameless.append(self._new(row, []))
        elif self._begins_amount(header, budget, known, rows, i):
            names = [f for f in form.fields if f.name in NAMES]
            begun = self._new(row, names)
            self.nameless += [begun] if not names else []
        else:
            self.goes_on = row.first and not name

    def _begins_amount(
        self, header: Header, budget: Field | None, known: list[str], rows: Sequence[FormRow], i: int
    ) -> bool:
        """Whether another amount begins below the name of the project before."""
        if all(f.name != "year_budget" for f in self.forms[-1].fields) or header.table != "indicators":
            return False
        if budget:
            return not (rows[i].first and key(budget.slot.text) in known)
        return begins_blank(cell_under(header, "listed_budget", rows[i]), rows, i)

    def _new(self, row: FormRow, fields: list[Field]) -> FormParts:
        form = self.forms[-1]
        if form.fields or form.rows:
            form = FormParts(form.title, row.grid, row.page, headings=[*form.headings])
            form.understood.add(row.grid)
            self.forms.append(form)
        form.fields += fields
        form.listed_in = self.list
        return form

    def _over_others(self, row: FormRow, said: dict[str, Field], entry: str) -> None:
        name = said[entry]
        checked = ()
        if not is_total(name):
            self.unit = name._replace(name="executing_unit")
        elif self.list.total is None and "listed_budget" in said:
            self.list.total, checked = said["listed_budget"], ("listed_budget",)
        lost = [f.slot for role, f in said.items() if role not in (entry, "ignored", *checked)]
        self.forms[-1].unread += [(row, slot) for slot in lost if any(c.isdigit() for c in key(slot.text))]

    def _goal(self, goal: GoalText) -> None:
        """A goal is printed again, is the rest of the one that a page break cut, or is another one."""
        goals = self.forms[-1].goals
        if goal.text in [g.text for g in goals]:
            return
        if self.goes_on and goals:
            goals[-1] = goals[-1]._replace(text=f"{goals[-1].text}\n{goal.text}")
        else:
            goals.append(goal)

    def _more_name(self, name: Field) -> None:
        """The rest of a name that a page break cut."""
        fields = self.forms[-1].fields
        for n, field in enumerate(fields):
            if field.name == name.name:
                text = f"{field.slot.text}\n{name.slot.text}"
                fields[n] = field._replace(slot=field.slot._replace(text=text))
        self.goes_on = True
