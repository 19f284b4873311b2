"""Performance forms of several regions, typeset, and what is read in them."""

from __future__ import annotations

from pathlib import Path

from pipelines.reading.document import read_document
from pipelines.recognising.document import recognise
from pipelines.recognising.forms.form import recognise_forms
from pipelines.recognising.forms.records import FormAmount, Forms
from pipelines.recognising.identity import identify
from pipelines.recognising.records import Paper as Printed
from pipelines.recognising.tables.titles import surroundings
from pipelines.settings import Limits
from tests.typesetting.model import Style
from tests.typesetting.papers import plain_paper
from tests.typesetting.setter import typeset


def forms_printed(name: str, folder: Path, style: Style) -> Forms:
    """Typeset the forms of papers/<name>.json, read the PDF, and return the forms found in it."""
    path = folder / f"{name}.pdf"
    typeset(plain_paper(name), style, path)
    return forms_of(path)


def forms_of(path: Path) -> Forms:
    """Return the performance forms found in a PDF. Raises Refused where it cannot be read."""
    reading = read_document(path, Limits())
    printed = Printed(path.stem, reading.sha256, path, path.name, path.name, "", "")
    tables = recognise(reading, printed).tables
    return recognise_forms(reading, surroundings(reading), tables, identify(reading, printed))


def printed_amounts(forms: Forms) -> list[FormAmount]:
    """Return the numbers of the forms' tables: no blank cells, no budgets of the head."""
    return [a for a in forms.amounts if a.state in ("number", "zero") and a.section != "head"]
