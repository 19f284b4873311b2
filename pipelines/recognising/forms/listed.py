"""Tables of many projects with their targets: what a row says of the project that begins in it or goes on in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipelines.recognising.bodies import body_in
from pipelines.recognising.forms.grid import FormRow, Slot
from pipelines.recognising.forms.headers import Header
from pipelines.recognising.forms.parts import Field, FormParts, GoalText, Pair
from pipelines.recognising.forms.words import label_of
from pipelines.recognising.keys import key
from pipelines.recognising.lexicon import Lexicon

LISTED = {  # column of a table of many projects → the field of each one's form
    "listed_project": "project_name",
    "listed": "project_name",
    "listed_unit": "executing_unit",
    "listed_code": "project_code",
    "listed_budget": "year_budget",
}
ENTRIES = ("listed_project", "listed", "listed_unit")  # the column whose cells begin a form
TARGETS = ("name", "target", "goal", "described")
TOTAL = re.compile("(?:合计|总计|小计|本页合计)")
CODE = re.compile(r"\d{6}")


def entry_of(header: Header) -> str | None:
    """Given the header of a table of targets, return the role of the column whose cells begin a form, None where
    the table is one form's."""
    return next((role for role in ENTRIES if any(c.role == role for c in header.columns)), None)


def said_in(header: Header, cells: Sequence[Sequence[Slot]]) -> dict[str, Field]:
    """Given a header and the cells of a row under each of its columns, return what begins in the row, by role."""
    said: dict[str, Field] = {}
    for column, slots in zip(header.columns, cells, strict=True):
        for slot in slots[-1:]:
            if slot.own and slot.filled:
                said.setdefault(column.role, Field(LISTED.get(column.role, column.role), column.text, slot))
    return said


def cell_under(header: Header, role: str | None, row: FormRow) -> Slot | None:
    """Given a header and a row, return the cell under the column of this role."""
    column = next((c for c in header.columns if c.role == role), None)
    if column is None:
        return None
    middle = (column.x0 + column.x1) / 2
    return next((slot for slot in row.slots if slot.x0 <= middle <= slot.x1), None)


def begins_blank(slot: Slot | None, rows: Sequence[FormRow], i: int) -> bool:
    """Whether a blank cell begins in row i and goes on with the next page, where its words are: the page break cuts it,
    or it is merged over rows to the end of the page."""
    if slot is None or slot.filled or not slot.own or rows[i].first or not (slot.open or slot.row_span > 1):
        return False
    after = i + slot.row_span
    return rows[after].page != rows[i].page if after < len(rows) else slot.open


def is_over_others(header: Header, said: Mapping[str, Field]) -> bool:
    """Whether a row is that of a total or of a body, which stands over its projects and has no target."""
    name = said.get(entry_of(header) or "")
    if name is None or said.keys() & set(TARGETS):
        return False
    if TOTAL.match(key(name.slot.text)) or header.table == "indicators":
        return True
    return "listed_unit" not in {c.role for c in header.columns} and body_in(key(name.slot.text)) is not None


def is_total(field: Field) -> bool:
    return bool(TOTAL.match(key(field.slot.text)))


def is_rest(form: FormParts, header: Header, said: Mapping[str, Field]) -> bool:
    """Whether a name at the top of a page is the rest of the name above the page break: of the amounts, which stand
    once beside a name, there are none here, or there were none above."""
    name = said[entry_of(header) or ""].slot.text
    if CODE.match(key(name)) or not any(c.role == "listed_budget" for c in header.columns):
        return False
    return ("listed_budget" in said) != any(f.name == "year_budget" for f in form.fields)


def goal_in(header: Header, said: Mapping[str, Field], lexicon: Lexicon) -> GoalText | None:
    """The goal printed in the row in full; None where it only names one that stands elsewhere (目标1)."""
    goal = said.get("goal")
    if goal is None or label_of(goal.slot.text, lexicon, "goal", "continued"):
        return None
    scope = next(column.scope for column in header.columns if column.role == "goal")
    return GoalText(scope, None, goal.slot.text, False)


def fields_of(entry: str | None, said: Mapping[str, Field], unit: Field | None) -> list[Field]:
    """The head of the form that begins in a row; `unit` is the body over it."""
    if entry == "listed_unit":
        return [said[entry]._replace(name="organization_name")] + [said[r] for r in ("listed_budget",) if r in said]
    own = [said[role] for role in LISTED if role in said and role != "listed_unit"]
    return [unit, *own] if unit else own


def funds_of(header: Header, said: Mapping[str, Field]) -> list[Pair]:
    """The amounts beside a project's name: its budget and the funds it is from."""
    units = {column.role: column.unit for column in header.columns}
    roles = [role for role in said if role == "listed_budget" or role.startswith("amount:")]
    return [Pair(said[r].label, "", said[r].slot, f"({units[r]})" if units[r] else "") for r in roles]
