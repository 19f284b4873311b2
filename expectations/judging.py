"""Great Expectations judges the results of the balance checks.

The only module that imports Great Expectations. Over SQLAlchemy it fails on every expectation against DuckDB, so it
judges a data frame: whether a check holds was decided in SQL on decimals, here a status column is judged.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from expectations.catalogue import Rule

if TYPE_CHECKING:
    import pandas as pd

SUITES = Path(__file__).resolve().parent / "suites"
JUDGED = ("pass", "rounding", "fail", "accepted")


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
    whole = asset.add_batch_definition_whole_dataframe("all")
    shape = {"result_format": "COMPLETE", "unexpected_index_column_names": ["document_id", "check_id"]}
    outcomes = []
    for suite in suites:
        expected = context.suites.add(gx.ExpectationSuite(name=suite["name"], expectations=suite["expectations"]))
        batch = whole.get_batch({"dataframe": _checks_of(suite, checks)})
        outcomes += [_outcome(found.to_json_dict()) for found in batch.validate(expected, result_format=shape).results]
    return outcomes


def _checks_of(suite: dict, checks: pd.DataFrame) -> pd.DataFrame:
    """The checks of a suite's rules: every expectation filters all that it is given."""
    if "rule_id" not in checks.columns:
        return checks
    return checks[checks["rule_id"].isin([expected["meta"]["rule_id"] for expected in suite["expectations"]])]


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
