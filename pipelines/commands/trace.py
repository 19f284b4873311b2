"""`gouji trace`: from one number of the warehouse to the place where it is printed."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import duckdb

from pipelines.errors import PipelineError
from pipelines.reading.model import Box
from pipelines.reporting.links import document_page
from pipelines.settings import Settings
from pipelines.warehouse.publish import current_record
from pipelines.warehouse.query import SIDES, SIGN, money, open_warehouse

# Marts whose rows stand at a place in a paper, with the column that names the row.
TRACED = {
    "fct_budget_line": "budget_line_id",
    "fct_change": "change_id",
    "fct_form_amount": "form_amount_id",
    "fct_indicator": "indicator_id",
    "fct_statement": "statement_id",
}
UNCHECKED = ("fct_change",)  # rows that stand in no identity
SHOWN = 12


class Traced(NamedTuple):
    """One row of a mart, and the paper it was read from."""

    mart: str
    id: str
    document_id: str
    values: dict
    source_path: str
    sha256: str
    fiscal_year: int | None
    checks: list[str]


def trace_text(settings: Settings, id: str, png: Path | None, raw_given: bool) -> str:
    """Given an id or its first letters, return the row, its place and its checks as text; draw the cell if asked.

    Raises PipelineError where no row or more than one row has such an id, and where the paper is gone or changed.
    """
    with open_warehouse(settings) as con:
        found = find_row(con, id)
    lines = [f"{found.mart} {found.id}", *_fields(found.values), f"  {'paper':<22}{found.source_path}"]
    place = found.values
    corners = ", ".join(f"{place[side]:.1f}" for side in Box._fields)
    lines.append(f"  {'place':<22}page {place['page']}, box {corners} (points from the top left)")
    report = settings.report / document_page(found.document_id)
    if report.is_file():
        lines.append(f"  {'report':<22}{report.as_uri()}#{found.id}")
    if found.checks:
        lines.append("  checks")
        lines += [f"    {check}" for check in found.checks]
    if png is not None:
        from pipelines.reporting.document_pictures import covered_on
        from pipelines.reporting.picture import draw_cell

        paper = find_paper(settings, found, raw_given)
        covered = covered_on(settings, found.document_id, found.sha256, found.fiscal_year, place["page"])
        box = Box(*(place[side] for side in Box._fields))
        png.write_bytes(draw_cell(paper, place["page"], box, covered, settings.limits))
        lines.append(f"  {'picture':<22}{png}")
    return "\n".join(lines)


def find_row(con: duckdb.DuckDBPyConnection, id: str) -> Traced:
    """Given an id or its first letters, return the one row it names; raises PipelineError otherwise."""
    matches: list[tuple[str, str]] = []
    for mart, column in TRACED.items():
        exact = con.execute(f"select {column} from marts.{mart} where {column} = ?", [id]).fetchall()
        rows = (
            exact
            or con.execute(
                f"select {column} from marts.{mart} where starts_with({column}, ?) limit {SHOWN}", [id]
            ).fetchall()
        )
        matches += [(mart, row[0]) for row in rows]
    if not id or not matches:
        columns = ", ".join(TRACED.values())
        raise PipelineError(f"no published number has the id {id!r}: ids are in the columns {columns} of the marts")
    if len(matches) > 1:
        few = ", ".join(match for _, match in matches[:3])
        raise PipelineError(f"{id!r} begins more than one id ({few} …): give more of it")
    return _traced(con, *matches[0])


def find_paper(settings: Settings, found: Traced, raw_given: bool) -> Path:
    """Return the paper of a traced row, proven to be the one that was read; raises PipelineError otherwise."""
    record = current_record(settings)
    raw = settings.raw if raw_given or record is None else Path(record["raw"])
    paper = raw / found.source_path
    if not paper.is_file():
        raise PipelineError(f"{paper} is not there any more: name the folder of the papers with --raw")
    with paper.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != found.sha256:
            raise PipelineError(f"{paper} has changed since it was read: run `gouji run` first")
    return paper


def _traced(con: duckdb.DuckDBPyConnection, mart: str, id: str) -> Traced:
    cursor = con.execute(f"select * from marts.{mart} where {TRACED[mart]} = ?", [id])
    names = [column[0] for column in cursor.description]
    values = dict(zip(names, cursor.fetchone(), strict=True))
    document_id, source_path, sha256, fiscal_year = con.execute(
        """select document_id, source_path, sha256, fiscal_year from marts.dim_document
           where document_id = coalesce($1, (select document_id from marts.fct_form where form_id = $2))""",
        [values.get("document_id"), values.get("form_id")],
    ).fetchone()
    if mart in UNCHECKED:
        return Traced(mart, id, document_id, values, source_path, sha256, fiscal_year, [])
    checks = con.execute(
        f"""select distinct c.rule_id, c.outcome, c.left_label, {SIDES["left_value"]}, {SIGN}, c.right_label,
                   {SIDES["right_value"]}
            from marts.fct_check_evidence e join marts.fct_check c using (check_id)
            left join marts.dim_rule r using (rule_id)
            where e.{TRACED[mart]} = ? order by all""",
        [id],
    ).fetchall()
    return Traced(mart, id, document_id, values, source_path, sha256, fiscal_year, [_check(*row) for row in checks])


def _check(
    rule_id: str,
    outcome: str,
    left_label: str | None,
    left_value: Decimal | None,
    sign: str,
    right_label: str | None,
    right_value: Decimal | None,
) -> str:
    held = sign if outcome == "fail" else {"<": "≥"}.get(sign, "=")
    sides = ((left_label, left_value), (right_label, right_value))
    said = [f"{label or ''} {money(value) if value is not None else ''}".strip() for label, value in sides]
    return f"{outcome:<16}{rule_id:<14}{said[0]} {held} {said[1]}"


def _fields(values: dict) -> list[str]:
    hidden = {"page", *Box._fields}
    return [
        f"  {name:<22}{money(value) if name.endswith('_yuan') else value}"
        for name, value in values.items()
        if value is not None and name not in hidden
    ]
