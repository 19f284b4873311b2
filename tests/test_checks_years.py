"""Do papers of several years, and of a department and its units, answer to each other, and only where they must?"""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest

from pipelines.recognising.bodies import organization_id
from tests.years_fixture import build

YUAN = Decimal("1.00")


@pytest.fixture(scope="module")
def years(tmp_path_factory) -> duckdb.DuckDBPyConnection:
    return build(tmp_path_factory.mktemp("years"))


def outcomes(years: duckdb.DuckDBPyConnection, document_id: str) -> dict[str, list[str]]:
    """What became of each rule between papers that this paper carries."""
    return dict(
        years.execute(
            """select rule_id, list(outcome order by outcome) from marts.fct_check
            where document_id = ? and rule_id similar to '(PRIOR|YEARS)-.*'
                and outcome <> 'not_applicable'
            group by rule_id order by rule_id""",
            [document_id],
        ).fetchall()
    )


def fails(years: duckdb.DuckDBPyConnection, document_id: str, rule_id: str) -> list[tuple]:
    return years.execute(
        """select left_value, right_value, verdict, suspect_id from marts.fct_check
        where document_id = ? and rule_id = ? and outcome = 'fail' order by all""",
        [document_id, rule_id],
    ).fetchall()


def reason(years: duckdb.DuckDBPyConnection, document_id: str, rule_id: str) -> tuple[str, str]:
    return years.execute(
        "select state, reason from quality.obligations where document_id = ? and rule_id = ?", [document_id, rule_id]
    ).fetchone()


def test_papers_of_a_body_that_agree_hold_every_identity_between_them(years):
    assert outcomes(years, "budget-2025") == {
        "PRIOR-01": ["pass"] * 4, "PRIOR-03": ["pass"], "PRIOR-05": ["pass"], "PRIOR-06": ["pass"], "YEARS-03": ["pass"],
    }  # fmt: skip
    assert outcomes(years, "final-2025") == {
        "PRIOR-02": ["pass"], "PRIOR-04": ["pass"], "YEARS-01": ["pass"], "YEARS-02": ["pass"], "YEARS-04": ["rounding"],
    }  # fmt: skip


def test_a_prior_year_figure_that_differs_names_the_line_of_the_other_paper(years):
    assert fails(years, "broken-2025", "PRIOR-01") == [
        (810_000 * YUAN, 800_000 * YUAN, "publisher", f"broken-2025-t1-r{row}c1") for row in range(3)
    ]
    evidence = years.execute(
        """select side, cell_document_id, budget_line_id, label from marts.fct_check_evidence
        where check_id in (
            select check_id from marts.fct_check where rule_id = 'PRIOR-01' and suspect_id = 'broken-2025-t1-r2c1'
        ) order by side"""
    ).fetchall()
    assert evidence == [
        ("left", "broken-2025", "broken-2025-t1-r2c1", "20899 其他社会保障和就业支出 · 2024年"),
        ("right", "broken-2024", "broken-2024-t1-r2c0", "2024年预算 · 20899 其他社会保障和就业支出"),
    ]


def test_a_renumbered_code_is_found_by_its_name_within_its_class(years):
    held = years.execute(
        """select left_label, right_label from marts.fct_check
        where document_id = 'budget-2025' and rule_id = 'PRIOR-01' and left_label like '2089999%'"""
    ).fetchall()
    assert held == [("2089999 其他社会保障和就业支出 · 2024年", "2024年预算 · 2089901 其他社会保障和就业支出")]


def test_execution_beyond_its_budget_is_found(years):
    assert fails(years, "broken-final-2024", "PRIOR-04") == [(120_000 * YUAN, 130_000 * YUAN, "publisher", None)]


def test_the_two_years_before_of_a_form_are_those_of_the_form_before(years):
    assert [row[:2] for row in fails(years, "broken-2025", "PRIOR-05")] == [(820_000 * YUAN, 800_000 * YUAN)]
    assert [row[:2] for row in fails(years, "broken-2025", "PRIOR-06")] == [(710_000 * YUAN, 700_000 * YUAN)]


def test_what_is_carried_in_is_what_was_carried_out(years):
    assert fails(years, "broken-final-2025", "YEARS-01") == [(40_000 * YUAN, 30_000 * YUAN, "publisher", None)]
    assert fails(years, "broken-2025", "YEARS-03") == [(20_000 * YUAN, 30_000 * YUAN, "publisher", None)]
    assert [row[:2] for row in fails(years, "broken-final-2025", "YEARS-02")] == [(40_000 * YUAN, 50_000 * YUAN)]


def test_what_was_spent_in_years_before_is_what_their_final_accounts_say(years):
    assert [row[:2] for row in fails(years, "broken-final-2025", "PRIOR-02")] == [(710_000 * YUAN, 700_000 * YUAN)]
    assert [row[:2] for row in fails(years, "broken-2025", "PRIOR-03")] == [(610_000 * YUAN, 600_000 * YUAN)]


def test_a_figure_republished_in_a_finer_unit_may_differ_by_what_the_coarser_one_rounds(years):
    tolerance = years.execute(
        "select left_value, tolerance from marts.fct_check where document_id = 'final-2024' and rule_id = 'YEARS-04'"
    ).fetchall()
    assert tolerance == [(Decimal("800012.34"), Decimal("50.0000"))]
    assert [row[:2] for row in fails(years, "broken-final-2024", "YEARS-04")] == [
        (Decimal("790012.34"), 800_000 * YUAN)
    ]


def test_a_department_is_the_sum_of_its_units_own_papers(years):
    assert outcomes(years, "department") == {"YEARS-06": ["pass"] * 4, "YEARS-09": ["pass"] * 2}
    assert outcomes(years, "department-broken") == {
        "YEARS-05": ["fail"], "YEARS-06": ["fail"] * 4, "YEARS-07": ["fail"], "YEARS-08": ["fail"], "YEARS-09": ["fail"],
    }  # fmt: skip


def test_a_sum_over_units_waits_for_the_papers_of_all(years):
    assert outcomes(years, "department-lacking") == {"YEARS-06": ["not_checked"], "YEARS-09": ["pass"]}
    assert reason(years, "department-lacking", "YEARS-06") == (
        "not_checked", "needs general_public_by_function of 戊局下属所",
    )  # fmt: skip


def test_an_obligation_that_needs_another_paper_names_it(years):
    assert reason(years, "alone-2025", "PRIOR-01") == ("not_applicable", "needs the budget 2024 of 丙局")
    assert reason(years, "final-2024", "YEARS-01") == (
        "not_applicable", "no amount in this paper that another paper of its body would repeat",
    )  # fmt: skip
    assert reason(years, "department", "YEARS-05") == ("not_applicable", "the papers of its units print no such line")


def test_typeset_papers_of_two_years_and_of_units_hold_every_identity_between_them(years):
    final, now = (outcomes(years, f"typeset-{name}") for name in ("final-2024", "budget-2025"))
    assert {rule: len(found) for rule, found in final.items()} == {"PRIOR-04": 2, "YEARS-04": 2, "YEARS-11": 1}
    assert set(now) == {
        "PRIOR-01", "PRIOR-07", "YEARS-05", "YEARS-06", "YEARS-07", "YEARS-08", "YEARS-09", "YEARS-10",
    }  # fmt: skip
    assert sum(len(found) for found in now.values()) > 200
    broken = years.execute(
        "select rule_id, left_label from marts.fct_check where starts_with(document_id, 'typeset') and outcome = 'fail'"
    ).fetchall()
    assert broken == []


def test_a_change_from_last_year_that_the_two_papers_contradict_is_found(years):
    evidence = years.execute(
        """select left_value, right_value, list(cell_document_id order by cell_document_id), count(statement_id)
        from marts.fct_check inner join marts.fct_check_evidence using (check_id)
        where document_id = 'off-budget-2025' and rule_id = 'YEARS-10' and outcome = 'fail' group by all"""
    ).fetchall()
    assert evidence == [(191_400 * YUAN, 181_400 * YUAN, ["off-budget-2024", "off-budget-2025", "off-budget-2025"], 1)]


def test_an_initial_budget_in_the_text_of_a_final_account_is_that_of_the_budget_paper(years):
    assert [row[:2] for row in fails(years, "off-final-2024", "YEARS-11")] == [(5_626_700 * YUAN, 5_616_700 * YUAN)]


def test_a_prior_amount_in_the_text_is_that_of_its_own_paper(years):
    """The text of 2025 says what 2024's budget was, 1.00 万元 too much."""
    ((said, printed, *_),) = fails(years, "off-budget-2025", "PRIOR-07")
    assert said - printed == 10_000 * YUAN


def test_a_department_and_its_own_office_are_two_bodies(years):
    assert outcomes(years, "office-2025") == {}


def test_a_body_is_one_with_and_without_its_region(years):
    bodies = years.execute(
        "select count(distinct department_id), count(*) from marts.dim_document where starts_with(document_id, 'named')"
    ).fetchall()
    expected = years.execute(
        """select distinct department_name, fiscal_year from quality.coverage where department_name like '%庚局'
        order by all"""
    ).fetchall()
    assert bodies == [(1, 3)]
    assert expected == [("示例市示例区庚局", 2024), ("示例市示例区庚局", 2025)]
    assert outcomes(years, "named-short-2025") == {"PRIOR-01": ["pass"] * 4}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("中共示例省委办公厅", "示例省委办公厅", True),
        ("示例市示例区人民政府万里街道办事处", "示例市示例区万里街道办事处", True),
        ("示例局（本级）", "示例局本级", True),
        ("示例局（汇总）", "示例局", True),
        ("示例局本级", "示例局", False),
        ("示例市示例区人民政府", "示例市示例区", False),
        ("示例市人民政府办公室", "示例市委办公室", False),
    ],
)
def test_a_body_keeps_its_id_when_its_name_is_written_otherwise(one, other, same):
    assert (organization_id(one) == organization_id(other)) is same


def test_no_rule_between_papers_holds_a_document(years):
    held = years.execute("select document_id from marts.dim_document where status <> 'published'").fetchall()
    assert held == []
