"""Do Great Expectations, Dagster, dbt, the warehouse, the summary and the report count the same checks?"""

from __future__ import annotations

import re
from collections import Counter

import duckdb
import pytest
from dagster import AssetCheckKey, AssetKey, DagsterInstance

from expectations.catalogue import load_rules
from expectations.judging import judge
from pipelines.orchestration.gate import GATE, check_name
from pipelines.warehouse.publish import current_record

JUDGED = ("pass", "rounding", "fail", "accepted")
Counts = dict[str, tuple[int, int, int]]  # by rule: evaluated, failed, not checked


@pytest.fixture(scope="module")
def con(published):
    with duckdb.connect(str(published.settings.warehouse.resolve()), read_only=True) as con:
        yield con


@pytest.fixture(scope="module")
def counted(con) -> Counts:
    """Counts by SQL of the warehouse, the one that the others are held against."""
    outcomes = Counter(con.execute("select rule_id, outcome from marts.fct_check").fetchall())
    return {
        rule.rule_id: (
            sum(outcomes[rule.rule_id, outcome] for outcome in JUDGED),
            outcomes[rule.rule_id, "fail"],
            outcomes[rule.rule_id, "not_checked"],
        )
        for rule in load_rules()
    }


def test_the_sample_has_checks_that_fail(counted):
    assert sum(failed for _, failed, _ in counted.values()) == 4
    assert sum(evaluated for evaluated, _, _ in counted.values()) > 1_000


def test_great_expectations_judges_every_check_once(con, counted):
    checks = con.execute("select check_id, rule_id, document_id, outcome from marts.fct_check").df()
    assert {v.rule_id: (v.evaluated, v.failed, v.not_checked) for v in judge(checks, load_rules())} == counted


def test_dagster_shows_the_same(published, counted):
    shown: Counts = {}
    with DagsterInstance.from_config(str(published.settings.dagster_home)) as instance:
        for rule_id in counted:
            (record,) = instance.event_log_storage.get_asset_check_execution_history(
                AssetCheckKey(GATE, check_name(rule_id)), limit=1
            )
            metadata = record.event.asset_check_evaluation.metadata
            shown[rule_id] = tuple(metadata[name].value for name in ("evaluated", "failed", "not checked"))
    assert shown == counted


def test_the_report_shows_the_same(published, counted):
    page = (published.settings.report / "rules/index.html").read_text()
    shown: Counts = {}
    for rule_id, row in re.findall(r'<tr data-rule="([^"]+)">(.*?)</tr>', page, re.S):
        held, rounding, failed, accepted, not_checked = [
            int(number.replace(",", "")) for number in re.findall(r'<td class="n[^>]*>([\d,]+)</td>', row)[:5]
        ]
        shown[rule_id] = (held + rounding + failed + accepted, failed, not_checked)
    assert shown == counted


def test_the_summary_and_the_quality_tables_show_the_same(published, con, counted):
    evaluated, failed, not_checked = (sum(column) for column in zip(*counted.values(), strict=True))
    checks = current_record(published.settings)["summary"]["checks"]
    assert (sum(checks[outcome] for outcome in JUDGED), checks["fail"], checks["not_checked"]) == (
        evaluated, failed, not_checked,
    )  # fmt: skip
    assert f"{failed} broken" in published.output
    for query in (
        """select sum(checks_pass + checks_rounding + checks_fail + checks_accepted), sum(checks_fail),
            sum(checks_not_checked) from quality.document_quality""",
        "select sum(held + failed + accepted), sum(failed), sum(not_checked) from quality.obligations",
    ):
        counts = con.execute(query).fetchone()
        assert tuple(map(int, counts))[:2] == (evaluated, failed), query


def test_dbt_held_its_own_counts_against_the_checks(published):
    """The data tests that compare the quality tables with fct_check ran, and would fail the run."""
    with DagsterInstance.from_config(str(published.settings.dagster_home)) as instance:
        for model in ("document_quality", "obligations"):
            checks = instance.event_log_storage.get_asset_check_execution_history(
                AssetCheckKey(AssetKey(["quality", model]), f"{model}_accounts_for_checks"), limit=1
            )
            assert [record.event.asset_check_evaluation.passed for record in checks] == [True], model
