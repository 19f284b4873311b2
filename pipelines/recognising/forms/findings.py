"""What must be said of a form that is no record: nothing of it is lost in silence.

A finding names labels, never values: what stands in a cell that is not understood may be a person's name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from pipelines.reading.model import Grid
from pipelines.recognising.findings import make_finding
from pipelines.recognising.forms.amounts import Trouble, amount_of, columns_apart, unknown_columns
from pipelines.recognising.forms.grid import FormRow, Slot, one_line
from pipelines.recognising.forms.headers import unit_of
from pipelines.recognising.forms.parts import FormParts
from pipelines.recognising.forms.records import Form, Indicator
from pipelines.recognising.forms.words import label_of
from pipelines.recognising.identity import Identity
from pipelines.recognising.keys import key
from pipelines.recognising.lexicon import Lexicon
from pipelines.recognising.records import Finding

LONGEST_LABEL = 20


def unknown_words(parts: FormParts, form: Form, indicators: Sequence[Indicator], who: Identity) -> list[Finding]:
    """What of a form's rows was not understood. Values are not repeated: an unknown row may name a person."""
    found = []
    for row, slot in parts.unread:
        label, number = _label(row, slot, who.lexicon), row.number + 1
        found.append(form_finding(who, "unmapped_row", "warning", row.page, form.form_id, label or f"row {number}",
                              f"no meaning for row {number} of grid {row.grid} in a form; it is in no mart",
                              "form_labels.csv", f"{key(label)},?,?,"))  # fmt: skip
    for table, text, slot in unknown_columns(parts, who.lexicon):
        found.append(form_finding(who, "unmapped_header", "warning", slot.page, form.form_id, text,
                              f"no meaning for this column of the form's table {table}; it is in no mart",
                              "form_headers.csv", f"{table},{key(text)},?,,"))  # fmt: skip
    for text, slot in columns_apart(parts):
        found.append(form_finding(who, "ignored_column", "info", slot.page, form.form_id, text,
                              "what this column of a form says is in no mart"))  # fmt: skip
    for level, text, page in dict.fromkeys(_unknown_levels(indicators)):
        found.append(form_finding(who, "unmapped_row", "warning", page, form.form_id, text,
                              f"no code for this indicator level {level}", "indicator_levels.csv",
                              f"{level},{key(text)},?,"))  # fmt: skip
    if not indicators and all(row.header.table != "project_goals" for row in parts.rows):
        found.append(form_finding(who, "label", "warning", parts.page, form.form_id, one_line(parts.title),
                              "a performance form in which no indicator was found"))  # fmt: skip
    return found


def _label(row: FormRow, slot: Slot, lexicon: Lexicon) -> str:
    """The text of a cell that stands where labels do, and beside no person; nothing for any other."""
    if slot is not row.slots[0] or any(label_of(s.text, lexicon, "contact") for s in row.slots):
        return ""
    return re.split("[:：]", one_line(slot.text))[0][:LONGEST_LABEL]


def _unknown_levels(indicators: Sequence[Indicator]) -> list[tuple[int, str, int]]:
    one = [(1, i.level1, i.page) for i in indicators if i.level1 and not i.level1_code]
    return one + [(2, i.level2, i.page) for i in indicators if i.level2 and not i.level2_code]


def trouble_finding(trouble: Trouble, form: Form | FormParts, who: Identity) -> Finding:
    messages = {
        "unread_cell": "this cell of a form is in no mart: no amount, or a value without a name or a period",
        "unknown_unit": "no money unit is printed for this amount of a form",
    }
    where = form.form_id if isinstance(form, Form) else form.grid
    text = f"{one_line(trouble.label)[:40]}: {one_line(trouble.slot.text)[:40]}"
    return form_finding(who, trouble.kind, "warning", trouble.slot.page, where, text, messages[trouble.kind])


def blank_form(parts: FormParts, who: Identity) -> Finding:
    message = "a performance form in whose cells nothing stands; it is in no mart"
    return form_finding(who, "label", "info", parts.page, parts.grid, one_line(parts.title), message)


def list_totals(
    walked: Sequence[FormParts], forms: Sequence[Form], units: Sequence[str | None], who: Identity
) -> list[Finding]:
    """Given the parts of forms, the forms made of them and their money units, return a finding for each table of many
    projects whose printed total is not their sum."""
    found, seen = [], set()
    for n, parts in enumerate(walked):
        listed = parts.listed_in
        if listed is None or listed.total is None or id(listed) in seen:
            continue
        seen.add(id(listed))
        total = amount_of(listed.total.slot, unit_of(listed.total.label) or units[n])
        of_list = [form for other, form in zip(walked, forms, strict=True) if other.listed_in is listed]
        listed_yuan = sum((form.year_budget_yuan or 0 for form in of_list), start=Decimal(0))
        half = (total.factor or 1) * Decimal(5).scaleb(-total.decimals - 1)  # each addend and the total are rounded
        if total.value is None or abs(total.value - listed_yuan) > half * (len(of_list) + 1):
            message = f"the printed total of a list of projects is not their sum, {listed_yuan} yuan"
            found.append(form_finding(who, "label", "warning", listed.total.slot.page, parts.grid, total.text, message))
    return found


def unread_grid(grid: Grid, who: Identity) -> Finding:
    text = f"p.{grid.first_page}"  # its words are not told: nobody knows whether they are a person's name
    message = "a grid among the performance forms of which nothing was understood"
    return form_finding(who, "unrecognised_table", "warning", grid.first_page, grid.number, text, message)


def form_finding(
    who: Identity,
    kind: str,
    severity: str,
    page: int,
    where: object,
    text: str,
    message: str,
    vocabulary_file: str | None = None,
    proposed_row: str | None = None,
) -> Finding:
    """Given a form's paper and what is to be said of it, return the finding; `where` tells places of one page apart."""
    return make_finding(
        who.document_id,
        kind,
        severity,
        text,
        message,
        where=(where, page),
        page=page,
        vocabulary_file=vocabulary_file,
        proposed_row=proposed_row,
    )
