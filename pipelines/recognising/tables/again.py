"""Tables that stand in a paper more than once: one table printed twice, or the papers of two bodies in one file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.recognising.identity import Identity
from pipelines.recognising.keys import bare, key
from pipelines.recognising.records import Finding, Table
from pipelines.recognising.tables.findings import finding

DECORATION = re.compile(r"(?:19|20)\d{2}年?度?|[(].*[)]|部门|单位|本级|续表?$")


def again_findings(tables: Sequence[Table], who: Identity) -> list[Finding]:
    """Given the tables of a paper, return a finding for each filled one whose title, apart from year and body, a filled
    table before it has: the amounts of both are in the marts."""
    first: dict[tuple, Table] = {}
    found = []
    for table in tables:
        if table.table_kind is None or table.state != "filled":
            continue
        title = DECORATION.sub("", bare(key(table.title).replace(key(who.department_name or "\n"), "")))
        before = first.setdefault((table.table_kind, title), table)
        if before is not table and title:
            message = (
                f"a table of this title stands on page {before.first_page} already: printed twice, or papers of two "
                "bodies in one file; the amounts of both are in the marts"
            )
            found.append(finding(table, "copy", "warning", table.title, message))
    return found
