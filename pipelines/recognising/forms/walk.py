"""From the grids of forms to their parts: where a form begins and where it goes on."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.recognising.forms.grid import FormRow, banner_of
from pipelines.recognising.forms.parts import FormParts
from pipelines.recognising.forms.walker import Walker
from pipelines.recognising.forms.words import is_form_title, labels_of
from pipelines.recognising.lexicon import Lexicon


def walk_forms(grids: Sequence[tuple[str | None, Sequence[FormRow]]], lexicon: Lexicon) -> list[FormParts]:
    """Given the rows of each grid with the form title printed above it (None: it goes on with the form before it; an
    empty text: a form without a title), return the forms."""
    forms: list[FormParts] = []
    walker: Walker | None = None
    for title, given in grids:
        rows = list(given)
        if title and walker and walker.goes_on_below(title):
            title = None
        if rows and (title is not None or walker is None):
            forms.append(FormParts(title or "", rows[0].grid, rows[0].page))
            walker = Walker(forms, lexicon)
        skip = -1
        for i, row in enumerate(rows):
            if i <= skip or not row.own or walker is None:
                continue
            heading = banner_of(row)
            named = (
                heading is not None and not labels_of(heading.text, lexicon) and is_form_title(heading.text, lexicon)
            )
            if named and walker.goes_on_below(heading.text):
                continue
            if (named and forms[-1].fields) or walker.begins_anew(row):
                title = "" if named else forms[-1].title  # printed once over several forms
                forms.append(FormParts(title, row.grid, row.page))
                walker = Walker(forms, lexicon)
            if named:
                forms[-1].title = forms[-1].title or heading.text
                forms[-1].headings.append(heading.text)
                continue
            skip = walker.read(rows, i)
            if row.first and skip > i and skip + 1 < len(rows):  # below a header that a page prints again
                rows[skip + 1] = rows[skip + 1]._replace(first=True)
    return forms
