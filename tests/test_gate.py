"""Does the gate judge what was evaluated and keep back what cannot be trusted? "Could not run" is neither."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from expectations.catalogue import CATALOGUE, catalogue, load_rules, load_tolerances
from expectations.decisions import Decision, DocumentState, decide
from expectations.judging import ExpectationError, Verdict, judge
from expectations.readings import FailedCell, SecondReading, compare_amount, compare_column, compare_readings
from expectations.suites import HERE, suite_files
from pipelines.codebook import words
from pipelines.reading.model import Box
from pipelines.settings import PROJECT
from tests import across_fixture, forms_fixture

PAPERS = [*across_fixture.PAPERS, *forms_fixture.PAPERS]

SHAPES = [f"shape-{number}" for number in range(13)]
CHECKS = pd.DataFrame(
    [
        ("c1", "ROW-01", "a", "pass"),
        ("c2", "ROW-01", "b", "fail"),
        ("c3", "ROW-01", "b", "not_checked"),
        ("c4", "ROW-02", "a", "rounding"),
        ("c5", "TREE-01", "a", "accepted"),
        ("c6", "TREE-02", "a", "not_applicable"),
    ],
    columns=["check_id", "rule_id", "document_id", "outcome"],
)


def test_a_broken_number_fails_its_rule_and_its_paper_only():
    verdicts = {verdict.rule_id: verdict for verdict in judge(CHECKS, load_rules())}
    assert verdicts["ROW-01"] == Verdict("ROW-01", "error", 2, 1, 1, False, {"b": 1}, ("c2",))
    assert {rule for rule, verdict in verdicts.items() if not verdict.success} == {"ROW-01"}
    assert (verdicts["ROW-02"].evaluated, verdicts["TREE-01"].evaluated, verdicts["TREE-02"].evaluated) == (1, 1, 0)


@pytest.mark.parametrize("column", ["outcome", "rule_id"])
def test_an_expectation_that_could_not_run_raises(column):
    with pytest.raises(ExpectationError, match="expectation [A-Z]+-01 expect_column_values_to_not_be_in_set could not"):
        judge(CHECKS.drop(columns=column), load_rules())


def test_a_check_without_an_outcome_raises():
    with pytest.raises(ExpectationError, match="ROW-02.*without an outcome"):
        judge(CHECKS.assign(outcome=["pass", "pass", "pass", None, "pass", "pass"]), load_rules())


def test_a_rule_without_an_expectation_and_a_check_without_a_rule_raise():
    extra = load_rules()[0]._replace(rule_id="ROW-99")
    with pytest.raises(ExpectationError, match="no expectation for ROW-99"):
        judge(CHECKS, [*load_rules(), extra])
    with pytest.raises(ExpectationError, match="not in rules.csv: TREE-01"):
        judge(CHECKS, [rule for rule in load_rules() if rule.rule_id != "TREE-01"])


def test_great_expectations_counts_what_the_warehouse_counts(built):
    counted = built.con.execute(
        """select rule_id, count(*) filter (outcome in ('pass', 'rounding', 'fail', 'accepted')),
            count(*) filter (outcome = 'fail'), count(*) filter (outcome = 'not_checked')
        from marts.fct_check group by rule_id"""
    ).fetchall()
    judged = [(v.rule_id, v.evaluated, v.failed, v.not_checked) for v in built.verdicts]
    assert sorted(counted) == sorted(judged)
    others = "select count(*) from marts.fct_check where outcome = 'fail' and not list_contains(?, document_id)"
    assert built.con.execute(others, [forms_fixture.PAPERS]).fetchone() == (13,)


def test_the_gate_publishes_holds_and_refuses(built):
    rows = dict(built.con.execute("select document_id, [status, status_reason] from marts.dim_document").fetchall())
    assert rows == {name: ["published", None] for name in (*SHAPES, *PAPERS)} | {
        "good": ["published", None], "broken": ["published", None], "rounded": ["published", None],
        "unread": ["published", None], "accepted": ["published", None], "lapsed": ["published", None],
        "misread": ["held", "second_reading_differs: 1 cells, first on page 2"],
        "no-unit": ["held", "unknown_unit: 1 tables, first on page 2"],
        "narrative": ["published", "narrative: the tables are in accepted.pdf"],
        "stray": ["held", "no_budget_table: no table of a known kind"],
        "scan": ["refused", "no_text: 12 pages"],
        "locked": ["refused", "encrypted"],
        "water": ["held", "no_budget_table: no table of a known kind"],
        "water-2": ["refused", "copy: same content as 2025/示例区气象局/x.pdf"],
    }  # fmt: skip


def test_a_held_paper_has_checks_but_no_facts(built):
    published = built.con.execute("select distinct document_id from marts.fct_budget_line").fetchall()
    assert {name for (name,) in published} == {
        "accepted", "broken", "good", "lapsed", "rounded", "unread", *SHAPES, *PAPERS,
    }  # fmt: skip
    verdicts = """select document_id, verdict, count(*) from marts.fct_check where outcome = 'fail'
        and document_id not in ('sums-off', 'words-off') group by all order by all"""
    assert built.con.execute(verdicts).fetchall() == [
        ("broken", "publisher", 2), ("forms-broken", "publisher", 4), ("lapsed", "undetermined", 2),
        ("leaf", "publisher", 3), ("misread", "reading", 2),
    ]  # fmt: skip
    held = """select evidence.budget_line_id, evidence.amount from marts.fct_check_evidence as evidence
        inner join marts.fct_check as checks using (check_id)
        where checks.outcome = 'fail' and evidence.amount_id = 'misread-t1-r4c4'"""
    assert built.con.execute(held).fetchall() == [(None, Decimal("310000.00"))] * 2
    assert built.con.execute("select organization_id from marts.dim_organization where organization_id like 'org%' order by 1").fetchall() == [
        ("org-1",), ("org-2",),
    ]  # fmt: skip


def test_a_misread_table_cell_holds_and_any_other_only_where_an_error_rule_failed():
    state = DocumentState("a", None, "", 1, 1, 0, None)
    form = FailedCell("a-1", "a", 14, Box(0, 0, 1, 1), "1.00", ("ROW-01",), amount_yuan=Decimal("1.00"))
    cell = form._replace(amount_yuan=None, unit_factor=Decimal(1))
    differs = SecondReading("a-1", "1.00", "7.00", False)
    error = Verdict("ROW-01", "error", 1, 1, 0, False, {"a": 1}, ("c",))
    warning, unmade = error._replace(severity="warning"), differs._replace(agrees=None)
    held = [Decision("a", "held", "second_reading_differs: 1 cells, first on page 14")]
    for found, verdict in ((cell, error), (cell, warning), (form, error)):
        assert decide([state], [found], [differs], [verdict]) == held
    for found, reading, verdict in ((form, differs, warning), (cell, unmade, error)):
        assert decide([state], [found], [reading], [verdict]) == [Decision("a", "published", None)]


def test_what_could_not_be_recognised_is_held_and_what_could_not_be_read_refused():
    blank = DocumentState("a", None, "", 8, 0, 0, None)
    states = [blank._replace(reason="recognising_failed", detail="x"), blank._replace(reason="encrypted"), blank]
    assert [decision[1:] for decision in decide(states, [], [], [])] == [
        ("held", "recognising_failed: x"),
        ("refused", "encrypted"),
        ("held", "no_amounts: 8 budget tables, none of them filled"),
    ]


def test_readings_agree_aside_from_blanks_and_full_width_forms():
    assert compare_readings("3，518.85", " 3,518.85\n") is True
    assert compare_readings("3,518.85", "3,518.86") is False
    assert compare_readings("", None) is None


def test_an_amount_agrees_with_its_cell_in_yuan_or_in_ten_thousands():
    amount = Decimal("149200.00")
    assert compare_amount(amount, "共 14.92 万元") is True
    assert compare_amount(amount, "149，200") is True
    assert compare_amount(amount, "169.08") is False
    assert compare_amount(amount, "—") is None
    assert compare_amount(amount, None) is None


def test_a_column_agrees_unless_another_reading_finds_a_number_more():
    assert compare_column("1.00\n\n2,000.00", "1.00\n2,000.00") is True
    assert compare_column("1.00\n2.00\n3.00", "1.00\n2.00") is True
    assert compare_column("1.00\n2.00", "1.00\n2.00\n2.00") is False
    assert compare_column("1.00", None) is None


def test_the_catalogue_is_in_step_with_the_rules():
    assert CATALOGUE.read_text(encoding="utf-8") == catalogue(load_rules(), words()["family"], load_tolerances())


def test_suites_are_in_step_with_the_rules():
    assert {path.name: path.read_text(encoding="utf-8") for path in HERE.glob("*.json")} == suite_files(load_rules())


def test_only_judging_imports_great_expectations_and_not_at_import():
    folders = [PROJECT / "pipelines", PROJECT / "expectations"]
    sources = {path: path.read_text(encoding="utf-8") for folder in folders for path in folder.rglob("*.py")}
    naming = [path for path, text in sources.items() if "import great_expectations" in text]
    assert naming == [PROJECT / "expectations" / "judging.py"]
    loaded = "import sys, expectations.gate; print('great_expectations' in sys.modules, 'pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, cwd=Path(PROJECT))
    assert done.stdout.split() == ["False", "False"]
