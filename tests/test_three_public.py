"""Does an item of the three public expenses say whose money it is, where the table does? Figures are invented."""

from __future__ import annotations

from tests.sheets import LEFT, UP, facts, kinds, paper


def test_items_listed_downwards_under_fund_columns_have_their_fund() -> None:
    rows = [
        ["项目", "合计", "一般公共预算", "政府性基金预算"],
        ["行政经费", "9.00", "8.00", "1.00"],
        ["“三公”经费", "5.00", "5.00", "0.00"],
        ["其中：（一）因公出国（境）支出", "0.00", "0.00", "0.00"],
        ["（二）公务用车购置及运行维护支出", "3.00", "3.00", "0.00"],
        ["1.公务用车购置费", "0.00", "0.00", "0.00"],
        ["2.公务用车运行维护费", "3.00", "3.00", "0.00"],
        ["（三）公务接待费支出", "2.00", "2.00", "0.00"],
    ]
    records = paper(rows, "财政拨款安排的行政经费及“三公”经费预算表")
    found = facts(records, "subject_code", "fund_source")
    assert [code for code, _ in found[::3]] == [
        "OPERATING", "TOTAL", "OVERSEAS", "VEHICLE", "VEHICLE_PURCHASE", "VEHICLE_RUNNING", "RECEPTION",
    ]  # fmt: skip
    assert {fund for _, fund in found[::3]} == {"all"}
    assert {fund for _, fund in found[1::3]} == {"general_public"}
    assert {fund for _, fund in found[2::3]} == {"government_fund"}
    assert kinds(records) == []


def test_a_total_of_财政拨款_over_items_is_no_fund_column() -> None:
    rows = [
        ["“三公”经费财政拨款预算总额", "因公出国（境）费", "公务用车购置及运行费", LEFT, "公务接待费"],
        [UP, UP, "购置费", "运行费", UP],
        ["5.00", "0.00", "0.00", "3.00", "2.00"],
    ]
    assert {fund for (fund,) in facts(paper(rows, "“三公”经费支出表"), "fund_source")} == {"all"}


def test_two_years_side_by_side_are_two_years() -> None:
    head = ["合计", "因公出国（境）经费", "公务接待费"]
    rows = [
        ["2024年预算数", LEFT, LEFT, "2025年预算数", LEFT, LEFT],
        [*head, *head],
        ["5.00", "3.00", "2.00", "4.00", "3.00", "1.00"],
    ]
    found = facts(paper(rows, "一般公共预算“三公”经费支出情况表"), "amount_year", "subject_code", "amount_yuan")
    assert [x[:2] for x in found] == [
        (year, code) for year in (2024, 2025) for code in ("TOTAL", "OVERSEAS", "RECEPTION")
    ]
