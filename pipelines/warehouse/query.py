"""Questions to a published warehouse, each asked in one place: the report, the summary and the commands agree."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import duckdb

from pipelines.errors import PipelineError
from pipelines.settings import Settings
from pipelines.warehouse.limits import QueryLimits, within
from pipelines.warehouse.publish import current_generation

SEVERITIES = ("error", "warning", "info")
OUTCOMES = ("pass", "rounding", "fail", "accepted", "not_checked", "not_applicable")

# Broken identities of tables that do not close are told as one finding on the table (quality.findings), not one by one.
UNCLOSED = "table_does_not_close"
TOLD_ALONE = f"c.outcome = 'fail' and c.reason is distinct from '{UNCLOSED}'"

# Analysts' SQL may read the warehouse and nothing else of the machine; none of this can be switched back.
LOCKED = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "memory_limit": "2GB",
    "lock_configuration": "true",
}


class DocumentRow(NamedTuple):
    document_id: str
    fiscal_year: int | None
    department_name: str | None
    source_path: str
    file_name: str
    page_count: int | None
    status: str
    status_reason: str | None
    amounts_total: int
    amounts_certified: int


class RuleRow(NamedTuple):
    """One rule, and how many of its checks had which outcome."""

    rule_id: str
    title_zh: str | None
    title_en: str | None
    severity: str | None
    passed: int
    rounding: int
    fail: int
    accepted: int
    not_checked: int
    not_applicable: int


# The sides of a check as a reader sees them, of marts.fct_check c and marts.dim_rule r: a side of which nothing is
# printed has no value, whatever the sums make of it.
SIDES = {
    f"{side}_value": f"""case when coalesce((
        select not bool_and(e.state in ('blank', 'dash')) from marts.fct_check_evidence e
        where e.check_id = c.check_id and e.side = '{side}'), true) then c.{side}_value end"""
    for side in ("left", "right")
}
# marts.dim_document with one name for each body, whatever each of its papers calls it. A refused paper says nothing: a
# copy is its original's body's, another that of its folder's body, as the register or the folder's other papers say.
NAMED_DOCUMENTS = """(
    select d.* exclude (body_id, folder) replace (
        d.body_id as department_id,
        coalesce(o.name, d.department_name, if(d.status = 'refused', d.folder, null)) as department_name)
    from (
        select p.*, split_part(p.source_path, '/', 2) as folder,
            coalesce(p.department_id, case
                when p.status <> 'refused' then null
                when c.sha256 is not null then c.department_id
                when r.folder is not null then r.department_id
                else f.department_id
            end) as body_id
        from marts.dim_document p
        left join marts.dim_document c
            on p.status_reason like 'copy:%' and c.sha256 = p.sha256 and coalesce(c.status_reason, '') not like 'copy:%'
        left join (
            select department_name as folder, min(department_id) as department_id
            from quality.expected_papers group by all) r on split_part(p.source_path, '/', 2) = r.folder
        left join (
            select split_part(source_path, '/', 2) as folder,
                arg_min(department_id, (scope is distinct from 'department', department_id)) as department_id
            from marts.dim_document where department_id is not null group by all
        ) f on split_part(p.source_path, '/', 2) = f.folder
    ) d left join marts.dim_organization o on d.body_id = o.organization_id)"""
SIGN = "case when r.family = 'SHAPE' then '：' when r.relation = '>=' then '<' else '≠' end"


class Failure(NamedTuple):
    """One broken identity, as it can be written down: left = right, and by how much it is off. `sign` is what stands
    between the sides: ≠, < where the left ought to be at least the right, a colon where words say what is wrong."""

    check_id: str
    rule_id: str
    document_id: str
    file_name: str
    page: int | None
    left_label: str | None
    left_value: Decimal | None
    right_label: str | None
    right_value: Decimal | None
    difference: Decimal | None
    severity: str
    verdict: str | None
    sign: str = "≠"
    message_zh: str | None = None
    message: str | None = None
    is_singled_out: bool = False  # an identity of the tables in which one cell is likely wrong and no other would do


class CompletenessRow(NamedTuple):
    """One kind of paper in one year: who has published, and by name who ought to have."""

    fiscal_year: int
    document_kind: str
    bodies_published: int
    bodies_expected: int | None
    expected_published: int | None
    late: tuple[str, ...]
    missing: tuple[str, ...]
    unread: tuple[str, ...]


@contextmanager
def open_warehouse(settings: Settings, limits: QueryLimits | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the published warehouse read-only and locked; the block ends where it goes beyond limits of time and memory.

    Raises PipelineError where nothing is published and where a limit is reached.
    """
    generation = current_generation(settings)
    if generation is None:
        raise PipelineError(f"nothing is published in {settings.home} yet: run `gouji run` first")
    warehouse = generation / "warehouse" / "budget.duckdb"
    with open_file(warehouse, limits) as con, within(con, limits) if limits else nullcontext():
        yield con


@contextmanager
def open_file(warehouse: Path, limits: QueryLimits | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open one warehouse file read-only and locked."""
    config = LOCKED | (limits.config if limits else {})
    with duckdb.connect(str(warehouse), read_only=True, config=config) as con:
        yield con


def documents(con: duckdb.DuckDBPyConnection) -> list[DocumentRow]:
    """Return every document with its status, by path."""
    rows = con.execute(
        f"""select {", ".join(DocumentRow._fields)} from {NAMED_DOCUMENTS} order by source_path"""
    ).fetchall()
    return [DocumentRow(*row) for row in rows]


def completeness(con: duckdb.DuckDBPyConnection) -> list[CompletenessRow]:
    """Return how complete each year is, by year and kind; nothing from a warehouse made before there was a register."""
    if not con.execute("select 1 from duckdb_tables() where table_name = 'completeness'").fetchall():
        return []
    named = ", ".join(
        f"list(e.department_name order by e.department_name) filter (e.state in ({states}))"
        for states in ("'late'", "'missing'", "'held', 'refused'")
    )
    rows = con.execute(
        f"""select c.fiscal_year, c.document_kind, any_value(c.bodies_published), any_value(c.bodies_expected),
                   any_value(c.expected_published), {named}
            from quality.completeness c left join quality.expected_papers e using (fiscal_year, document_kind)
            group by all order by all"""
    ).fetchall()
    return [CompletenessRow(*row[:5], *(tuple(names or ()) for names in row[5:])) for row in rows]


def rules(con: duckdb.DuckDBPyConnection) -> list[RuleRow]:
    """Return every rule with its checks counted by outcome; each check is counted once."""
    counts = ", ".join(f"count(*) filter (c.outcome = '{outcome}')" for outcome in OUTCOMES)
    rows = con.execute(
        f"""select r.rule_id, any_value(r.title_zh), any_value(r.title_en), any_value(r.severity), {counts}
            from marts.dim_rule r left join marts.fct_check c using (rule_id)
            group by r.rule_id order by r.rule_id"""
    ).fetchall()
    return [RuleRow(*row) for row in rows]


def failures(con: duckdb.DuckDBPyConnection) -> list[Failure]:
    """Return every failed check that stands alone (TOLD_ALONE), errors first; a file name that several papers have
    stands with body and year."""
    rows = con.execute(
        f"""with named as (
               select document_id, source_path, if(count(*) over (partition by file_name) = 1, file_name,
                      concat_ws(' ', department_name, fiscal_year, file_name)) as file_name
               from {NAMED_DOCUMENTS})
           select c.check_id, c.rule_id, c.document_id, d.file_name, c.page, c.left_label, {SIDES["left_value"]},
                  c.right_label, {SIDES["right_value"]}, c.difference, c.severity, c.verdict, {SIGN},
                  c.message_zh, c.message, c.suspect_id is not null and c.severity = 'error'
           from marts.fct_check c join named d using (document_id)
           left join marts.dim_rule r on c.rule_id = r.rule_id
           where {TOLD_ALONE}
           order by case c.severity when 'error' then 0 when 'warning' then 1 else 2 end,
                    d.source_path, c.page, c.rule_id, c.check_id"""
    ).fetchall()
    return [Failure(*row) for row in rows]


def unclosed(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return how many tables do not close, and how many broken identities are told with them."""
    return {
        "tables": con.execute("select count(*) from quality.findings where kind = ?", [UNCLOSED]).fetchone()[0],
        "checks": con.execute(
            "select count(*) from marts.fct_check where outcome = 'fail' and reason = ?", [UNCLOSED]
        ).fetchone()[0],
    }


def unsettled(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return by severity how many places the reader could not settle."""
    counted = dict(con.execute("select severity, count(*) from quality.findings group by severity").fetchall())
    return {severity: counted.get(severity, 0) for severity in SEVERITIES}


def findings_by_state(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    """Return how many broken identities (`broken`) and places the reader could not settle (`unsettled`) are new, still
    open and gone since the generation before."""
    counted: dict[str, dict[str, int]] = {
        what: dict.fromkeys(("new", "open", "gone"), 0) for what in ("broken", "unsettled")
    }
    for what, state, count in con.execute(
        """select if(kind = 'broken_identity', 'broken', 'unsettled'), state, count(*)
           from quality.finding_history group by all"""
    ).fetchall():
        counted[what][state] = count
    return counted


def summary(con: duckdb.DuckDBPyConnection) -> dict:
    """Return what `gouji run` says at its end, as plain JSON values."""
    papers = documents(con)
    by_rule = rules(con)
    failed = failures(con)
    return {
        "documents": {status: sum(p.status == status for p in papers) for status in ("published", "held", "refused")},
        "not_published": [[p.source_path, p.status, p.status_reason] for p in papers if p.status != "published"],
        "budget_lines": con.execute("select count(*) from marts.fct_budget_line").fetchone()[0],
        "checks": {
            outcome: sum(getattr(rule, "passed" if outcome == "pass" else outcome) for rule in by_rule)
            for outcome in OUTCOMES
        },
        "broken": {severity: sum(f.severity == severity for f in failed) for severity in SEVERITIES},
        "failures": [
            [f.file_name, f.page, f.rule_id, f.severity, f.verdict, equation(f), f.is_singled_out] for f in failed[:20]
        ],
        "unclosed": unclosed(con),
        "unsettled": unsettled(con),
        "amounts_total": sum(p.amounts_total for p in papers if p.status == "published"),
        "amounts_certified": sum(p.amounts_certified for p in papers if p.status == "published"),
    }


def equation(failure: Failure) -> str:
    """Given a failed check, return it as one line: label value ≠ label value (difference); a bound has <. What a paper
    must hold and how it is filled in is no equation: that is its sentence."""
    if failure.sign == "：":
        return failure.message or ""
    if failure.left_value is None and failure.right_value is None:
        return f"{failure.left_label or ''} {failure.sign} {failure.right_label or ''}"  # words
    sides = ((failure.left_label, failure.left_value), (failure.right_label, failure.right_value))
    left, right = (f"{label or ''} {'blank' if value is None else money(value)}".strip() for label, value in sides)
    return f"{left} {failure.sign} {right} (off by {money(failure.difference)})"


def money(value: Decimal | None) -> str:
    """Given an amount in yuan, return it with thousands parted and every decimal it has; nothing is a dash."""
    return "—" if value is None else f"{value:,}".replace("-", "−")


def share(part: int, whole: int) -> str:
    """Given two counts, return the share rounded down: only what is whole says 100 %."""
    if not whole:
        return "—"
    return "100 %" if part >= whole else f"{part * 1000 // whole / 10:.1f} %"
