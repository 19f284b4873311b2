"""Places that a template left to be filled in (XX 局, 20XX 年) and that were printed unfilled."""

from __future__ import annotations

import re
from functools import cache

from pipelines.reading.model import Reading
from pipelines.recognising.identity import Identity
from pipelines.recognising.keys import identifier
from pipelines.recognising.records import Finding
from pipelines.recognising.vocabulary import rows

AROUND = 12


def placeholder_findings(reading: Reading, who: Identity) -> list[Finding]:
    """Given a reading and whose paper it is, return a finding for each printed line with an unfilled place."""
    found: dict[str, Finding] = {}
    for line in reading.lines:
        text = "".join(line.text.split())
        if match := unfilled(text):
            around = text[max(0, match.start() - AROUND) : match.end() + AROUND]
            made = identifier(who.document_id, "placeholder", line.page, around)
            message = "a place that the template leaves to be filled in was printed unfilled"
            found[made] = Finding(
                finding_id=made,
                document_id=who.document_id,
                kind="placeholder",
                severity="warning",
                page=line.page,
                table_id=None,
                text=around,
                message=message,
                vocabulary_file=None,
                proposed_row=None,
            )
    return list(found.values())


def unfilled(text: str) -> re.Match | None:
    """Given a text without blanks, return the first place in it that a template leaves to be filled in."""
    return _unfilled().search(text)


@cache
def _unfilled() -> re.Pattern:
    return re.compile("|".join(row["pattern"] for row in rows("placeholders")))
