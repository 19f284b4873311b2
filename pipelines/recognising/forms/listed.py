"""Tables of many projects with their targets: what a row says of the project that begins in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipelines.recognising.forms.grid import Slot
from pipelines.recognising.forms.headers import Header
from pipelines.recognising.forms.parts import Field, GoalText
from pipelines.recognising.forms.words import label_of
from pipelines.recognising.lexicon import Lexicon

LISTED = {  # column of a table of many projects → the field of each one's form
    "listed_project": "project_name",
    "listed": "project_name",
    "listed_unit": "executing_unit",
    "listed_code": "project_code",
    "listed_budget": "year_budget",
}
ENTRIES = ("listed_project", "listed", "listed_unit")  # the column whose cells begin a form


def entry_of(header: Header) -> str | None:
    """Given the header of a table of indicators, return the role of the column whose cells begin a form, None where
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
