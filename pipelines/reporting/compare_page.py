"""The page that compares this report's warehouse with the last one's, and the versions of republished papers."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pipelines.reporting.compare import MOST_PAIRS, MOST_SHOWN, Comparison, Versions, both, compare, versions
from pipelines.reporting.findings_files import plain_cell
from pipelines.reporting.site import Site, render
from pipelines.reporting.times import MINUTES, local_time

PAGE, TABLE = "compare.html", "compare.csv"


class Row(NamedTuple):
    """One line of compare.csv: `what` is paper, fact or finding, `before` and `after` as they stand."""

    what: str
    change: str
    document_id: str | None
    source_path: str
    page: int | None
    subject: str | None
    before: object
    after: object
    link: str | None = None


def write_compare(site: Site, warehouse: Path, earlier: Path | None, timezone: str) -> None:
    """Given the site, the new warehouse file, the last generation and the reader's time zone, write the page and its
    machine-readable rows; without a last generation the page says so."""
    before = earlier / "warehouse" / "budget.duckdb" if earlier else None
    changes = None
    if before and before.is_file():
        with both(warehouse, before) as con:
            changes = compare(con)
        site.write(TABLE, as_csv(changes))
    since = _when(earlier.name, timezone) if earlier else None
    site.write(PAGE, page(changes, since, versions(warehouse)))


def _when(generation: str, timezone: str) -> str:
    """A generation's name begins with the time it was published, in UTC."""
    try:
        published = datetime.strptime(generation[:15], "%Y%m%dT%H%M%S").strftime(MINUTES)
        return f"{local_time(published, timezone)} {timezone}"
    except ValueError:
        return generation


def page(changes: Comparison | None, since: str | None, side_by_side: Sequence[Versions]) -> str:
    """Given the changes since a generation (None: there is none) and papers published side by side, return the page."""
    fields = Comparison._fields if changes else ()
    counts = {field: Counter(row.change for row in getattr(changes, field)) for field in fields}
    return render(
        "compare.html", PAGE, changes=changes, counts=counts, most=MOST_SHOWN, since=since,
        versions=side_by_side[:MOST_PAIRS], pairs_total=len(side_by_side),
    )  # fmt: skip


def as_csv(changes: Comparison) -> bytes:
    """Given changes, return them as one CSV that a spreadsheet opens in Chinese."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(Row._fields)
    writer.writerows([plain_cell(value) for value in row] for row in _rows(changes))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _rows(changes: Comparison) -> Iterator[Row]:
    for p in changes.papers:
        about = p.document_id or p.document_before
        yield Row("paper", p.change, about, p.source_path, None, p.department_name, p.status_before, p.status)
    for f in changes.facts:
        subject, page = f"{f.table_kind} {f.subject or ''} {f.column}", f.page or f.page_before
        yield Row("fact", f.change, f.document_id, f.source_path, page, subject, f.amount_before, f.amount, f.link)
    for f in changes.findings:
        yield Row("finding", f.change, f.document_id, f.source_path, f.page, f.code, f.was, f.now, f.link)
