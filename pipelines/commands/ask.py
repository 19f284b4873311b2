"""`gouji status` and `gouji sql`: questions to the published warehouse."""

from __future__ import annotations

from decimal import Decimal

import duckdb

from pipelines.errors import PipelineError
from pipelines.settings import Settings
from pipelines.warehouse.query import DocumentRow, documents, findings_by_state, open_warehouse, share
from pipelines.warehouse.render import as_csv, as_json, as_table
from pipelines.warehouse.review import proposals, review_rows

FORMATS = {"table": as_table, "csv": as_csv, "json": as_json}


def status_text(settings: Settings, as_json_array: bool) -> str:
    """Return each document's status, as a table or as a JSON array; under the table stands what is left to decide."""
    with open_warehouse(settings) as con:
        rows, review, states = documents(con), review_rows(proposals(con)), findings_by_state(con)
    if as_json_array:
        names = (*DocumentRow._fields, "certified_share")
        return as_json(names, [(*row, _ratio(row)) for row in rows])
    names = ("status", "year", "department", "file", "amounts", "certified", "reason")
    table = as_table(
        names,
        [
            (row.status, row.fiscal_year, row.department_name, row.file_name, row.amounts_total,
             share(row.amounts_certified, row.amounts_total), row.status_reason)
            for row in rows
        ],
    )  # fmt: skip
    since = "Findings: {new} new, {open} still open, {gone} gone since the run before".format(**states)
    return "\n".join([table, since, *(_to_decide(settings, name, len(lines)) for name, lines in review.items())])


def sql_text(settings: Settings, query: str, form: str, seconds: float) -> str:
    """Return what a query on the published warehouse yields, in one of FORMATS.

    Raises PipelineError where the query is wrong, is not allowed or takes too long.
    """
    try:
        with open_warehouse(settings, seconds) as con:
            cursor = con.execute(query)
            names = [column[0] for column in cursor.description or ()]
            return FORMATS[form](names, cursor.fetchall())
    except duckdb.InterruptException:
        raise
    except duckdb.Error as error:
        raise PipelineError(str(error)) from error


def _to_decide(settings: Settings, name: str, lines: int) -> str:
    what = "1 line" if lines == 1 else f"{lines} lines"
    return f"To decide: {what} in {settings.home / 'review' / name}, for pipelines/vocabulary/{name}"


def _ratio(row: DocumentRow) -> Decimal | None:
    if not row.amounts_total:
        return None
    return (Decimal(row.amounts_certified) / row.amounts_total).quantize(Decimal("0.0001"), "ROUND_DOWN")
