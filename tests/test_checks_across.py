"""Do tables, codes and performance forms of one paper answer to each other, and only where they must?"""

from collections import Counter
from decimal import Decimal

import pytest

from tests.across_fixture import form_amount_id
from tests.build_fixture import Built

FAMILIES = ("CROSS", "PAIR", "FORM", "LINK")


def held(built: Built, document_id: str) -> Counter:
    rows = built.con.execute(
        "select rule_id from marts.fct_check where document_id = ? and outcome = 'pass'", [document_id]
    ).fetchall()
    return Counter(rule for (rule,) in rows if rule.startswith(FAMILIES))


def failed(built: Built, document_id: str) -> list:
    return built.con.execute(
        """select rule_id, left_value, right_value, suspect_id, proposed_value, verdict from marts.fct_check
        where document_id = ? and outcome = 'fail' order by all""",
        [document_id],
    ).fetchall()


def reason(built: Built, document_id: str, rule_id: str) -> str:
    return built.con.execute(
        "select reason from marts.fct_check where document_id = ? and rule_id = ? and outcome = 'not_applicable'",
        [document_id, rule_id],
    ).fetchone()[0]


def test_tables_that_agree_hold_every_identity_between_them(built):
    assert failed(built, "agree") == []
    assert held(built, "agree") == {
        "CROSS-01": 1, "CROSS-03": 1, "CROSS-04": 1, "CROSS-06": 1, "CROSS-07": 1, "CROSS-09": 2, "CROSS-11": 1,
        "CROSS-12": 2, "CROSS-15": 2, "CROSS-16": 1, "CROSS-20": 11, "CROSS-21": 8, "CROSS-25": 1, "CROSS-26": 1,
        "CROSS-27": 1, "CROSS-32": 1, "PAIR-01": 1,
    }  # fmt: skip


def test_a_broken_leaf_is_named_with_the_amount_it_should_be(built):
    wrong, right = Decimal("210000.00"), Decimal("200000.00")
    found = failed(built, "leaf")
    assert [(rule, {left, right_value}) for rule, left, right_value, *_ in found] == [
        ("CROSS-20", {wrong, right}), ("ROW-01", {wrong, right}), ("TREE-01", {wrong, right}),
    ]  # fmt: skip
    assert {row[3:] for row in found} == {("leaf-t2-r4c2", right, "publisher")}


def test_a_code_that_a_list_prints_for_each_unit_is_compared_by_its_sum(built):
    assert failed(built, "leaves-alone") == []
    assert held(built, "leaves-alone")["CROSS-20"] == 1
    terms = built.con.execute(
        """select side, count(*) from marts.fct_check_evidence inner join marts.fct_check using (check_id)
        where document_id = 'leaves-alone' and rule_id = 'CROSS-20' and left_value = 800000 group by side, check_id
        order by all"""
    ).fetchall()
    assert ("left", 3) in terms and ("right", 2) in terms


def test_a_class_that_a_list_prints_for_each_unit_is_compared_by_its_sum(built):
    assert failed(built, "classes-of-bodies") == []
    assert held(built, "classes-of-bodies")["CROSS-15"] == 2


def test_an_expenditure_table_by_source_that_lists_what_is_carried_in_is_no_table_of_the_years_expenditure(built):
    assert failed(built, "by-source") == []
    assert held(built, "by-source")["CROSS-06"] == 0
    assert reason(built, "by-source", "CROSS-06").startswith("applies only where nothing is")


def test_other_money_bars_equality_with_the_general_public_budget_but_not_the_bound(built):
    rules = held(built, "other-money")
    assert failed(built, "other-money") == []
    assert (rules["CROSS-20"], rules["CROSS-12"], rules["CROSS-01"], rules["CROSS-41"]) == (0, 0, 2, 16)
    assert reason(built, "other-money", "CROSS-20") == "applies only where two totals agree"
    assert reason(built, "agree", "CROSS-41") == "applies only where two totals differ"


def test_what_is_carried_bars_the_rules_without_it(built):
    rules = held(built, "carried")
    assert failed(built, "carried") == []
    assert (rules["CROSS-04"], rules["CROSS-07"], rules["CROSS-25"], rules["CROSS-06"]) == (0, 0, 0, 1)
    assert reason(built, "carried", "CROSS-04") == "applies only where nothing is: p.1 收入上年结转结余"


def test_a_bound_that_holds_with_room_certifies_nothing(built):
    certified = dict(
        built.con.execute(
            "select budget_line_id, certified from marts.fct_budget_line where document_id = 'agree'"
        ).fetchall()
    )
    assert certified.pop("agree-t6-r0c0") is False  # reception: 12 in all, 10 of it basic
    assert set(certified.values()) == {True}


def test_a_form_holds_its_own_sums_and_its_row_of_the_project_table(built):
    rules = held(built, "forms")
    assert failed(built, "forms") == []
    assert {rule: count for rule, count in rules.items() if rule.startswith(("FORM", "LINK"))} == {
        "FORM-04": 1, "FORM-05": 1, "FORM-06": 1, "FORM-07": 1, "LINK-05": 1, "LINK-11": 1,
    }  # fmt: skip
    evidence = built.con.execute(
        """select form_id, form_amount_id, budget_line_id, amount from marts.fct_check_evidence
        inner join marts.fct_check using (check_id)
        where document_id = 'forms' and rule_id in ('FORM-05', 'LINK-05') and side = 'right' order by rule_id"""
    ).fetchall()
    assert evidence == [
        ("forms", form_amount_id("forms", "funding", 1, "all", 2025), None, Decimal("90000.00")),
        (None, None, "forms-t7-r1c0", Decimal("90000.00")),
    ]
    ids = {row[0] for row in built.con.execute("select form_amount_id from marts.fct_form_amount").fetchall()}
    assert evidence[0][1] in ids


def test_a_form_with_a_wrong_budget_fails_against_its_parts_and_the_table(built):
    found = failed(built, "forms-broken")
    assert [row[0] for row in found] == ["FORM-05", "FORM-06", "FORM-07", "LINK-05"]
    assert {row[4] for row in found if row[0] != "FORM-06"} == {Decimal("90000.00")}
    assert len({row[3] for row in found}) == 1
    assert {row[5] for row in found} == {"publisher"}  # the head of a form is read again like any cell


@pytest.mark.parametrize(
    ("document_id", "rule_id", "expected"),
    [
        ("agree", "CROSS-20", ("held", 11, 11, 0, None)),
        ("leaf", "CROSS-20", ("failed", 11, 10, 1, None)),
        ("agree", "FORM-04", ("not_applicable", 0, 0, 0, "no amounts of project_form in this paper")),
        ("unread", "ROW-02", ("not_checked", 6, 5, 0, "unread: p.2 人员经费 3?")),
    ],
)
def test_every_paper_owes_every_rule_and_says_what_became_of_it(built, document_id, rule_id, expected):
    assert built.con.execute(
        "select state, places, held, failed, reason from quality.obligations where document_id = ? and rule_id = ?",
        [document_id, rule_id],
    ).fetchall() == [expected]
