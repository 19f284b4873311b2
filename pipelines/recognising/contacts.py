"""Persons and telephone numbers that got into other texts: beside a table's title, in a row label, in a finding.

The contacts of performance forms are records of their own (form_records.Contact), the running text leaves its own out
(statements); this is for what is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipelines.recognising.lexicon import Lexicon, lexicon_of, once
from pipelines.recognising.recognised import Recognised

REMOVED = "…"
TELEPHONE = re.compile(
    r"(?<![\dA-Za-z.,])(?:\(?0\d{2,3}\)?[-—–\s]\d{7,8}|1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}|400-?\d{3}-?\d{4})"
    r"(?![\dA-Za-z]|[.,]\d|[百千万亿]?元)"
)
IDENTITY_CARD = re.compile(r"(?<!\d)\d{15}(?:\d{2}[\dXx])?(?!\d)")
CLAUSE = re.compile(r"[^，,。；;、\n]*")
# Which texts of a record may be shortened: those that only tell, and names. What is counted or matched by code is not.
TEXTS = {
    "tables": ("title", "note"),
    "amounts": ("subject_name", "project_name", "project_organization"),
    "changes": ("subject_name", "project_name", "project_organization", "column_label"),
    "other_numbers": ("row_label", "column_label"),
    "findings": ("text", "message"),
    "statements": ("section", "subject", "quote", "share_of"),
}
FORM_TEXTS = {
    "forms": ("title", "project_name"),
    "amounts": ("item", "basis_text", "quantity_text", "category"),
    "calculations": ("text",),
    "goals": ("goal_text",),
    "indicators": ("name", "value_text", "basis_text"),
}
NOT_READ = ("text", "unread")  # states of an amount whose printed text is no number


def without_contacts(recognised: Recognised) -> Recognised:
    """Given a recognised paper, return it without persons and telephone numbers outside `forms.contacts`."""
    document = recognised.document
    lexicon = lexicon_of(document.fiscal_year, document.region_name)
    found = recognised._replace(**{part: _shortened(getattr(recognised, part), TEXTS[part], lexicon) for part in TEXTS})
    amounts = tuple(
        _short(amount, ("printed_text",), lexicon) if amount.state in NOT_READ else amount for amount in found.amounts
    )
    # half a row of a vocabulary file is none
    findings = tuple(
        finding._replace(proposed_row=None)
        if finding.proposed_row and without_contact(finding.proposed_row, lexicon) != finding.proposed_row
        else finding
        for finding in found.findings
    )
    others = tuple(n for n in found.other_numbers if not _is_of_a_person(n.printed_text, n.column_label, lexicon))
    forms = found.forms
    if forms:
        forms = forms._replace(**{p: _shortened(getattr(forms, p), FORM_TEXTS[p], lexicon) for p in FORM_TEXTS})
    return found._replace(amounts=amounts, findings=findings, forms=forms, other_numbers=others)


def without_contact(text: str, lexicon: Lexicon) -> str:
    """Given a text, return it without what follows a label such as 联系人： and without clauses that hold a telephone
    number; a text that is nothing else is an ellipsis."""
    if label := _label(lexicon).search(text):
        text = text[: label.start()].rstrip() + REMOVED
    if TELEPHONE.search(text):
        text = CLAUSE.sub(lambda clause: REMOVED if TELEPHONE.search(clause[0]) else clause[0], text)
    return text


def _is_of_a_person(number: str, heading: str, lexicon: Lexicon) -> bool:
    """Whether a number is a telephone number or one of an identity card, or stands under a heading for such."""
    return bool(TELEPHONE.search(number) or IDENTITY_CARD.search(number) or _label(lexicon).search(heading + ":…"))


def _shortened(records: Iterable, fields: tuple[str, ...], lexicon: Lexicon) -> tuple:
    return tuple(_short(record, fields, lexicon) for record in records)


def _short(record, fields: tuple[str, ...], lexicon: Lexicon):
    texts = {name: text for name in fields if (text := getattr(record, name))}
    changed = {name: short for name, text in texts.items() if (short := without_contact(text, lexicon)) != text}
    return record._replace(**changed) if changed else record


@once
def _label(lexicon: Lexicon) -> re.Pattern:
    """Labels of persons and telephone numbers, followed by what they name."""
    labels = (row["pattern"] for row in lexicon.holding("form_labels") if row["kind"] == "contact")
    return re.compile(rf"(?:{'|'.join(labels)})\s*[:：]\s*\S")
