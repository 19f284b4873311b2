"""The funding block of a form: labels with their amounts beside them, without a header."""

from __future__ import annotations

from pipelines.recognising.forms.grid import FormRow, Slot
from pipelines.recognising.forms.parts import FormParts, Pair
from pipelines.recognising.forms.words import is_funding
from pipelines.recognising.lexicon import Lexicon
from pipelines.recognising.tables.amounts import is_number


def read_pairs(
    form: FormParts, row: FormRow, own: list[Slot], heads: list[tuple[float, str]], block: str, lexicon: Lexicon
) -> bool:
    """Read a row of labels and amounts side by side into the form; `heads` are the first labels of its columns with
    their places. Return whether the row has an amount with its label."""
    slots = [slot for slot in row.slots if slot.own and slot in own or slot.own and not slot.filled]
    found = False
    label: Slot | None = None
    for slot in slots:
        if label is None and is_number(slot.text):
            form.unread.append((row, slot))  # an amount with nothing before it that names it
        elif slot.filled and (label is None or is_funding(slot.text, lexicon)):
            label = slot
            if all(abs(x - slot.x0) > 4 for x, _ in heads):
                heads.append((slot.x0, slot.text))
        elif label is not None:
            heading = min(heads, key=lambda head: abs(head[0] - label.x0))[1]
            form.pairs.append(Pair(label.text, heading, slot, block))
            label, found = None, True
    return found
