"""Does a column say of which year its money is, no more and no less? Figures are invented."""

from __future__ import annotations

from tests.sheets import LEFT, UP, facts, paper


def periods(*heads: str, title: str = "收入总体情况表") -> list[tuple]:
    rows = [["科目编码", "科目名称", *heads], ["201", "一般公共服务支出", *["1.00"] * len(heads)]]
    return facts(paper(rows, title), "fund_source", "fund_period")


def test_funds_beside_a_carry_over_are_of_this_year() -> None:
    assert periods("合计", "一般公共预算", "财政专户管理资金", "单位资金", "上年结转") == [
        ("all", "total"), ("general_public", "current_year"), ("special_account", "current_year"),
        ("unit_funds", "current_year"), ("all", "carry_over"),
    ]  # fmt: skip


def test_funds_without_a_carry_over_beside_them_are_of_no_period() -> None:
    assert periods("合计", "一般公共预算", "单位资金") == [
        ("all", "total"), ("general_public", "total"), ("unit_funds", "total"),
    ]  # fmt: skip


def test_types_of_expenditure_beside_a_carry_forward_are_of_no_period() -> None:
    found = periods("合计", "基本支出", "项目支出", "结转下年", title="支出总体情况表")
    assert {period for _, period in found} == {"total"}


def test_the_total_of_a_fund_with_columns_for_both_periods_is_their_total() -> None:
    rows = [
        ["科目编码", "科目名称", "合计", "一般公共预算", LEFT, LEFT],
        [UP, UP, UP, "小计", "本年安排", "上年结转"],
        ["201", "一般公共服务支出", "3.00", "3.00", "2.00", "1.00"],
    ]
    assert facts(paper(rows, "收入总体情况表"), "fund_source", "fund_period") == [
        ("all", "total"), ("general_public", "total"), ("general_public", "current_year"), ("general_public", "carry_over"),
    ]  # fmt: skip
