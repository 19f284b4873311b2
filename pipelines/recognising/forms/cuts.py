"""Rows of a form's tables that are the rest of the row above them: cut by a page break, or by a line of the grid."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.recognising.forms.grid import FormRow, Slot
from pipelines.recognising.forms.headers import Header, values_under
from pipelines.recognising.forms.parts import DataRow, FormParts
from pipelines.recognising.forms.words import label_of
from pipelines.recognising.keys import key
from pipelines.recognising.lexicon import Lexicon

SHORT = 3  # characters of the rest of a name
MARK = re.compile(r"(?:指标|目标)\d*[:：]|\(?\d{1,2}[.、)）]|[①-⑳]")
DANGLING = re.compile("[-—–~～至≥≤＞＜><=＝]$")  # a value that must go on


def is_rest_of_name(form: FormParts, header: Header, cells: list[list[Slot]], row: FormRow, lexicon: Lexicon) -> bool:
    """Whether a row is the rest of the name above it, which a line of the grid parts though its values are merged over
    both rows; it is joined to it. Names that are not one share the values: these are then put under the columns."""
    before = form.rows[-1] if form.rows else None
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
        add_more(before, [cells[name] if n == name else [] for n in range(len(cells))], lexicon)
        return True
    for n, slots in zip(values, merged, strict=True):
        cells[n] = slots
    return False


def is_cut(form: FormParts, header: Header, cells: list[list[Slot]], lexicon: Lexicon) -> bool:
    """Whether a row is the rest of one that a page break cut: it has words, and no value where the row before it has
    one; it is joined to it."""
    before = form.rows[-1] if form.rows else None
    if before is None or before.header is not header:
        return False
    if header.table == "goals":
        texts = [one for column in cells for one in column if one.filled]
        if any(label_of(re.split("[:：]", t.text)[0], lexicon, "goal") for t in texts):
            return False
    else:
        values = [n for n, column in enumerate(header.columns) if column.is_value]
        whole = any(s.filled and not DANGLING.search(before.text(n).strip()) for n in values for s in cells[n])
        if whole or not any(before.text(n) for n in values):
            return False
    add_more(before, cells, lexicon)
    return True


def add_more(before: DataRow, cells: Sequence[Sequence[Slot]], lexicon: Lexicon) -> None:
    """Join what stands under each column to the row before."""
    for n, column in enumerate(cells):
        rest = [slot.text for slot in column if slot.own and slot.filled]
        if rest and not label_of(rest[-1], lexicon, "continued"):
            before.more[n] = "\n".join(filter(None, (before.more.get(n, ""), rest[-1])))
