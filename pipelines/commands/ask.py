"""`gouji status` and `gouji sql`: questions to the published warehouse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

import duckdb

from pipelines.commands.run import astray_lines
from pipelines.errors import PipelineError
from pipelines.serving.screening import refusal
from pipelines.settings import Settings
from pipelines.warehouse.limits import QueryLimits
from pipelines.warehouse.publish import current_record
from pipelines.warehouse.query import (
    CompletenessRow,
    DocumentRow,
    completeness,
    documents,
    findings_by_state,
    open_warehouse,
    share,
)
from pipelines.warehouse.render import as_csv, as_json, as_table
from pipelines.warehouse.review import proposals, review_rows

NAMED = 5
ORDINARY = QueryLimits()
FORMATS = {"table": as_table, "csv": as_csv, "json": as_json}


def status_text(settings: Settings, as_json_array: bool) -> str:
    """Return each document's status, as a table or as a JSON array; under the table stand how complete each year is,
    what has changed since the run before, what of raw/ was not read, and what is left to decide."""
    with open_warehouse(settings) as con:
        rows, years, states = documents(con), completeness(con), findings_by_state(con)
        left = to_decide(con, settings.home / "review")
    if as_json_array:
        names = (*DocumentRow._fields, "certified_share")
        return as_json(names, [(*row, _ratio(row)) for row in rows])
    astray = astray_lines(current_record(settings) or {"not_read": ()})
    names = ("status", "year", "department", "file", "amounts", "certified", "reason")
    table = as_table(
        names,
        [
            (row.status, row.fiscal_year, row.department_name, row.file_name, row.amounts_total,
             share(row.amounts_certified, row.amounts_total), row.status_reason)
            for row in rows
        ],
    )  # fmt: skip
    return "\n".join([table, *completeness_lines(years), *since_lines(states), *astray, *left])


def since_lines(states: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Given broken identities and places the reader could not settle by what became of them since the run before,
    return a line each; what stands now is the number that `gouji run` says."""
    return [
        f"{what.capitalize():<10} {of['new'] + of['open']:,} {noun}: {of['new']:,} new, {of['open']:,} still open; "
        f"{of['gone']:,} gone since the run before"
        for (what, of), noun in zip(states.items(), ("identities", "places of the reader"), strict=True)
    ]


def completeness_lines(years: Iterable[CompletenessRow]) -> list[str]:
    """Given how complete each year is, return what a person wants to know of it, one line a year."""
    years = list(years)
    if not any(year.bodies_expected for year in years):
        return ["Register   none: with raw/register.csv this line says who has not published"]
    return [f"Register   {_completeness(year)}" for year in years]


def _completeness(year: CompletenessRow) -> str:
    kind = {"budget": "budgets", "final_account": "final accounts"}[year.document_kind]
    if not year.bodies_expected:
        return f"{year.fiscal_year} {kind}: {year.bodies_published} bodies published, none is in the register"
    said = [f"{year.expected_published} of {year.bodies_expected} bodies published"]
    for state, names in (("late", year.late), ("not yet due", year.missing), ("not readable", year.unread)):
        if names:
            more = ", …" if len(names) > NAMED else ""
            said.append(f"{len(names)} {state} ({', '.join(names[:NAMED])}{more})")
    return f"{year.fiscal_year} {kind}: {', '.join(said)}"


def sql_text(settings: Settings, query: str, form: str, limits: QueryLimits = ORDINARY) -> str:
    """Return what a query on the published warehouse yields, in one of FORMATS.

    Raises PipelineError where the query is wrong, is not allowed or costs more than the limits.
    """
    if reason := refusal(query):
        raise PipelineError(reason)
    try:
        with open_warehouse(settings, limits) as con:
            cursor = con.execute(query)
            names = [column[0] for column in cursor.description or ()]
            rows = cursor.fetchmany(limits.rows + 1)
    except duckdb.Error as error:
        raise PipelineError(str(error)) from error
    if len(rows) > limits.rows:
        raise PipelineError(f"the result has more than {limits.rows:,} rows: count or group them, or raise --rows")
    return FORMATS[form](names, rows)


def to_decide(con: duckdb.DuckDBPyConnection, folder: Path) -> list[str]:
    """Given an open warehouse and the folder of its review files, return a line for each file that has lines."""
    counts = {name: len(lines) for name, lines in review_rows(proposals(con)).items()}
    return [
        f"To decide  {count} line{'' if count == 1 else 's'} in {folder / name}, for pipelines/vocabulary/{name}"
        for name, count in counts.items()
    ]


def _ratio(row: DocumentRow) -> Decimal | None:
    if not row.amounts_total:
        return None
    return (Decimal(row.amounts_certified) / row.amounts_total).quantize(Decimal("0.0001"), "ROUND_DOWN")
