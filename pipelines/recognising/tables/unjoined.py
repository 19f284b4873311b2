"""Tables that look like the rest of the table before them and were not joined to it: their rows are missing there."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.reading.model import Grid
from pipelines.recognising.records import Finding, Table
from pipelines.recognising.tables.findings import finding

UNJOINED = "not_joined"


def unjoined_findings(grids: Sequence[Grid], tables: Sequence[Table]) -> list[Finding]:
    """Given the grids of a paper and what they were found to be, return a finding for each that has money, no kind of
    its own, and the columns of the recognised table before it. It holds the paper: that table's sums may be short."""
    by_number = {table.table_no: table for table in tables}
    found = []
    for grid in grids:
        table, before = by_number[grid.number], by_number.get(-1 if grid.may_continue is None else grid.may_continue)
        if before is not None and before.table_kind and table.state == "unrecognised":
            message = (
                f"this table has the columns of the one on page {before.last_page} and may be its continuation; "
                "it was not joined to it, and its rows are in no mart"
            )
            found.append(finding(table, UNJOINED, "error", table.title, message))
    return found
