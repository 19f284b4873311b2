"""The gate: Great Expectations judges the balance results, an independent reader reads the cells of failed identities
once more, and each document is published, held or refused.

The only module that imports Great Expectations. Over SQLAlchemy it fails on every expectation against DuckDB, so it
judges a data frame: whether a check holds was decided in SQL on decimals, here a status column is judged.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from expectations.catalogue import Rule, load_rules
from pipelines.reading.model import Box

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

__all__ = [
    "Decision", "DocumentState", "ExpectationError", "FailedCell", "Rule", "SecondReading", "Verdict",
    "compare_amount", "compare_number", "compare_readings", "decide", "document_states", "failed_cells", "judge",
    "load_rules", "pass_gate", "results",
]  # fmt: skip

SUITES = Path(__file__).resolve().parent / "suites"
JUDGED = ("pass", "rounding", "fail", "accepted")
NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
HELD_REASONS = {"recognising_failed"}  # the paper could be read, so it is not refused


class ExpectationError(Exception):
    """An expectation could not run: neither passed nor failed."""


class Verdict(NamedTuple):
    """What Great Expectations found for one rule. `failed_documents` counts its failed checks by document;
    `not_checked` ones have an unread term and were not judged."""

    rule_id: str
    severity: str
    evaluated: int
    failed: int
    not_checked: int
    success: bool
    failed_documents: Mapping[str, int]
    failed_checks: tuple[str, ...]


class FailedCell(NamedTuple):
    """A cell of at least one failed check, or the lines of a number in the running text; `rule_ids` are the rules of
    these checks. `amount_yuan` is set where the amount is known without its printed text (performance forms), `is_text`
    where only a number among words is to be found again."""

    amount_id: str
    document_id: str
    page: int
    box: Box
    printed_text: str
    rule_ids: tuple[str, ...]
    amount_yuan: Decimal | None = None
    is_text: bool = False


class SecondReading(NamedTuple):
    """A row of staging.second_readings; `agrees` is null where no second reading could be made."""

    amount_id: str
    first_text: str
    second_text: str | None
    agrees: bool | None


class DocumentState(NamedTuple):
    """What the gate must know of a document besides its checks. `companion` is another paper of the same body, year and
    kind that holds the tables: narrative and tables are often published apart."""

    document_id: str
    reason: str | None
    detail: str
    recognised_tables: int
    filled_tables: int
    unknown_unit_tables: int
    first_unknown_unit_page: int | None
    companion: str | None = None
    forms: int = 0


class Decision(NamedTuple):
    """A row of staging.gate; `status_reason` is a code, then details after a colon."""

    document_id: str
    status: str  # published | held | refused
    status_reason: str | None


ReadAgain = Callable[[str, Sequence[tuple[str, int, Box]]], Mapping[str, str | None]]


def pass_gate(
    con: duckdb.DuckDBPyConnection, read_again: ReadAgain, rules: Sequence[Rule] | None = None
) -> list[Verdict]:
    """Judge the checks in the build database, read the cells of failed ones again, decide on every document, and write
    staging.second_readings and staging.gate. `read_again` takes a document id and (amount id, page, box) of cells
    and gives their texts.

    Raises ExpectationError when an expectation could not run.
    """
    verdicts = judge(results(con), load_rules() if rules is None else rules)
    cells = failed_cells(con)
    readings = second_readings(cells, read_again)
    decisions = decide(document_states(con), cells, readings, verdicts)
    _replace(con, "staging.second_readings", readings)
    _replace(con, "staging.gate", decisions)
    return verdicts


def results(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return every check that was evaluated, with its rule, document and outcome."""
    return con.execute(
        "select check_id, rule_id, document_id, outcome from intermediate.int_checks_evaluated order by all"
    ).df()


def failed_cells(con: duckdb.DuckDBPyConnection) -> list[FailedCell]:
    """Return the cells of all failed checks, blank ones too, each once; in forms those with a place of their own, in
    the running text the lines of a number."""
    rows = con.execute(
        """
        with failed as (
            select terms.amount_id, list_sort(list(distinct checks.rule_id)) as rule_ids
            from intermediate.int_check_terms_gathered as terms
            inner join intermediate.int_checks_evaluated as checks using (check_id)
            where checks.outcome = 'fail'
            group by all
        )

        select amount_id, document_id, page, x0, top, x1, bottom, coalesce(printed_text, ''), rule_ids, null, false
        from staging.amounts
        inner join failed using (amount_id)
        union all
        select failed.amount_id, forms.document_id, amounts.page, x0, top, x1, bottom,
            amounts.amount_yuan::varchar, rule_ids, amounts.amount_yuan, false
        from staging.stg_budget__form_amounts as amounts
        inner join failed on amounts.form_amount_id = failed.amount_id
        inner join staging.forms as forms using (form_id)
        union all
        select failed.amount_id, document_id, page, x0, top, x1, bottom, printed_text, rule_ids, null, true
        from staging.statements as statements
        inner join failed on statements.statement_id = failed.amount_id
        order by 2, 3, 5, 4, 1
        """
    ).fetchall()
    return [FailedCell(*row[:3], Box(*row[3:7]), row[7], tuple(row[8]), *row[9:]) for row in rows]


def document_states(con: duckdb.DuckDBPyConnection) -> list[DocumentState]:
    """Return of each document why it could not be read, and how many tables were recognised."""
    rows = con.execute(
        """
        with filled as (
            select department_id, fiscal_year, document_kind, min(file_name) as file_name
            from staging.documents
            where department_id is not null
                and document_id in (select document_id from staging.tables where state = 'filled')
            group by all
        )

        select documents.document_id, documents.reason, coalesce(documents.detail, ''),
            count(tables.table_kind), count(*) filter (tables.table_kind is not null and tables.state = 'filled'),
            count(*) filter (tables.state = 'unknown_unit'),
            min(tables.first_page) filter (tables.state = 'unknown_unit'), any_value(filled.file_name),
            (select count(*) from staging.forms as forms where forms.document_id = documents.document_id)
        from staging.documents as documents
        left join staging.tables as tables using (document_id)
        left join filled using (department_id, fiscal_year, document_kind)
        group by all
        order by documents.document_id
        """
    ).fetchall()
    return [DocumentState(*row) for row in rows]


def judge(checks: pd.DataFrame, rules: Iterable[Rule]) -> list[Verdict]:
    """Given the checks with rule_id, document_id, check_id and outcome, return what the suites say per rule.

    Raises ExpectationError when an expectation raised, when a rule has no expectation, or a check no rule or outcome.
    """
    rules = list(rules)
    missing = {"check_id", "rule_id", "document_id", "outcome"} - set(checks.columns)
    judged = checks if missing else checks[checks["outcome"].isin(JUDGED) | checks["outcome"].isna()]
    found = {outcome["rule_id"]: outcome for outcome in _validate(judged, _suites())}
    if missing:
        raise ExpectationError(f"no expectation can be judged without the columns {', '.join(sorted(missing))}")
    unknown = set(checks["rule_id"].dropna()) - {rule.rule_id for rule in rules}
    if unknown or checks["rule_id"].isna().any():
        raise ExpectationError(f"checks of rules that are not in rules.csv: {', '.join(sorted(unknown)) or 'null'}")
    without = [rule.rule_id for rule in rules if rule.rule_id not in found]
    if without:
        raise ExpectationError(f"no expectation for {', '.join(without)}: run python -m expectations.suites")
    unread = Counter(checks.loc[checks["outcome"] == "not_checked", "rule_id"])
    return [_verdict(rule, found[rule.rule_id], unread[rule.rule_id]) for rule in rules]


def second_readings(cells: Iterable[FailedCell], read_again: ReadAgain) -> list[SecondReading]:
    """Given the cells of failed checks, return what the second reader reads there, one call per document."""
    documents: dict[str, list[FailedCell]] = {}
    for cell in cells:
        documents.setdefault(cell.document_id, []).append(cell)
    readings = []
    for document_id, members in documents.items():
        texts = read_again(document_id, [(cell.amount_id, cell.page, cell.box) for cell in members])
        for cell in members:
            second = texts.get(cell.amount_id)
            if cell.is_text:
                agrees = compare_number(cell.printed_text, second)
            elif cell.amount_yuan is None:
                agrees = compare_readings(cell.printed_text, second)
            else:
                agrees = compare_amount(cell.amount_yuan, second)
            readings.append(SecondReading(cell.amount_id, cell.printed_text, second, agrees))
    return readings


def compare_readings(first: str, second: str | None) -> bool | None:
    """Given two readings of a cell, return whether they say the same, blanks and full-width forms aside; None where
    there is no second one."""
    return None if second is None else _plain(first) == _plain(second)


def compare_number(printed: str, second: str | None) -> bool | None:
    """Given a number as it was read among words and another reading of its lines, return whether that has the number
    too; None where it has no number at all, or the first is none in digits."""
    # blanks part two numbers, or the digits of one that was spread out
    texts = (unicodedata.normalize("NFKC", second or ""), _plain(second or ""))
    numbers = [found for text in texts for found in NUMBER.findall(text)]
    first = NUMBER.fullmatch(_plain(printed))
    return _plain(printed) in numbers if numbers and first else None


def compare_amount(amount: Decimal, second: str | None) -> bool | None:
    """Given an amount in yuan and another reading of its cell, return whether that has the amount, in yuan or in 万元;
    None where it has no number."""
    numbers = [Decimal(found.replace(",", "")) for found in NUMBER.findall(unicodedata.normalize("NFKC", second or ""))]
    return any(amount in (number, number * 10_000) for number in numbers) if numbers else None


def decide(
    documents: Iterable[DocumentState],
    cells: Iterable[FailedCell],
    readings: Iterable[SecondReading],
    verdicts: Iterable[Verdict],
) -> list[Decision]:
    """Given what is known of each document, return whether it is published, held or refused, and why.

    Held is what was read but cannot be trusted: a cell of a failed identity of severity `error` reads differently
    the second time, amounts have no known unit, or there is no budget table with an amount in it.
    """
    errors = [verdict for verdict in verdicts if verdict.severity == "error"]
    failed = {(verdict.rule_id, document) for verdict in errors for document in verdict.failed_documents}
    differing = {reading.amount_id for reading in readings if reading.agrees is False}
    pages: dict[str, list[int]] = {}
    for cell in cells:
        if cell.amount_id in differing and any((rule, cell.document_id) in failed for rule in cell.rule_ids):
            pages.setdefault(cell.document_id, []).append(cell.page)
    return [_decision(document, pages.get(document.document_id, [])) for document in documents]


def _decision(document: DocumentState, differing_pages: Sequence[int]) -> Decision:
    if document.reason:
        status = "held" if document.reason in HELD_REASONS else "refused"
        return Decision(document.document_id, status, ": ".join(filter(None, (document.reason, document.detail))))
    if document.recognised_tables == 0 and document.forms:
        return Decision(document.document_id, "published", f"performance forms only: {document.forms}")
    if document.recognised_tables == 0 and document.companion:
        return Decision(document.document_id, "published", f"narrative: the tables are in {document.companion}")
    if document.recognised_tables == 0:
        reason = "no_budget_table: no table of a known kind"
    elif document.unknown_unit_tables:
        tables, page = document.unknown_unit_tables, document.first_unknown_unit_page
        reason = f"unknown_unit: {tables} tables, first on page {page}"
    elif document.filled_tables == 0:
        reason = f"no_amounts: {document.recognised_tables} budget tables, none of them filled"
    elif differing_pages:
        reason = f"second_reading_differs: {len(differing_pages)} cells, first on page {min(differing_pages)}"
    else:
        return Decision(document.document_id, "published", None)
    return Decision(document.document_id, "held", reason)


def _verdict(rule: Rule, outcome: Mapping[str, Any], not_checked: int) -> Verdict:
    failed = outcome["failed"]
    return Verdict(
        rule.rule_id,
        rule.severity,
        outcome["evaluated"],
        len(failed),
        not_checked,
        outcome["success"],
        dict(Counter(document for document, _ in failed)),
        tuple(check for _, check in failed),
    )


def _suites() -> list[dict]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(SUITES.glob("*.json"))]


def _validate(checks: pd.DataFrame, suites: Iterable[dict]) -> list[dict[str, Any]]:
    """Run the suites over the checks; return of each expectation its rule, what it judged and what failed."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("checks").add_dataframe_asset("checks")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": checks})
    shape = {"result_format": "COMPLETE", "unexpected_index_column_names": ["document_id", "check_id"]}
    outcomes = []
    for suite in suites:
        expected = context.suites.add(gx.ExpectationSuite(name=suite["name"], expectations=suite["expectations"]))
        outcomes += [_outcome(found.to_json_dict()) for found in batch.validate(expected, result_format=shape).results]
    return outcomes


def _outcome(found: dict) -> dict[str, Any]:
    rule_id = found["expectation_config"]["meta"]["rule_id"]
    name = f"{rule_id} {found['expectation_config']['type']}"
    raised = _raised(found["exception_info"])
    if raised is not None:
        raise ExpectationError(f"expectation {name} could not run: {raised}")
    result = found["result"]
    if "element_count" not in result or result.get("missing_count", 0):
        raise ExpectationError(f"expectation {name} could not run: checks without an outcome")
    failed = [(row["document_id"], row["check_id"]) for row in result["unexpected_index_list"] or []]
    if len(failed) != result["unexpected_count"] or found["success"] != (not failed):
        raise ExpectationError(f"expectation {name} contradicts itself: {result['unexpected_count']} failed")
    return {"rule_id": rule_id, "evaluated": result["element_count"], "failed": failed, "success": found["success"]}


def _raised(info: Mapping[str, Any]) -> str | None:
    """Given exception_info of a result, return what was raised: it is one entry, or one per metric."""
    entries = [info] if "raised_exception" in info else list(info.values())
    return next((entry["exception_message"] or "no message" for entry in entries if entry["raised_exception"]), None)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _replace(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[NamedTuple]) -> None:
    con.execute(f"delete from {table}")
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        con.executemany(f"insert into {table} values ({marks})", [list(row) for row in rows])
