"""Where a paper says that rows of its tables are withheld (涉密): what is printed need not fill the sums above them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache

from pipelines.recognising.findings import make_finding
from pipelines.recognising.records import Finding
from pipelines.recognising.vocabulary import rows

KIND = "withheld_rows"
MESSAGE = "the paper says that rows are withheld; a sum that its rows do not fill is accepted as such"


def withheld_findings(said: Sequence[tuple[int, str]], document_id: str) -> list[Finding]:
    """Given the lines of running text of a paper and the notes to its tables, each with its page, return a finding for
    each sentence that says so. Sentences go on over lines and pages."""
    texts = ["".join(text.split()) for _, text in said]
    starts, whole = [], ""
    for text in texts:
        starts.append(len(whole))
        whole += text
    found = {}
    for match in _saying().finditer(whole):
        page = said[bisect_right(starts, match.start()) - 1][0]
        made = make_finding(document_id, KIND, "info", match[0], MESSAGE, where=(page,), page=page)
        found[made.finding_id] = made
    return list(found.values())


@cache
def _saying() -> re.Pattern:
    return re.compile("|".join(row["pattern"] for row in rows("withheld_words")))
