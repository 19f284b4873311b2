"""Are the rows that number a table's columns told from its data, wherever they stand?"""

from __future__ import annotations

import pytest

from pipelines.recognising.tables.column_numbers import numbers_columns
from tests.sheets import UP, facts, kinds, paper

HEADER = [["功能分类科目名称", "总计", "基本支出", "项目支出"]]
ROWS = [["合计", "7.00", "3.00", "4.00"], ["教育支出", "7.00", "3.00", "4.00"]]


@pytest.mark.parametrize(
    "numbers",
    [
        ["**", "1", "2", "3"], ["**", "1=2+3", "2", "3"], ["甲", "1", "2", "3"], ["栏次", "1", "2", "3"],
        ["项目", "1", "2", "3"], ["", "1", "2", "3"], ["", "(1)", "(2)", "(3)"],
    ],
)  # fmt: skip
def test_numbers_of_columns_are_no_amounts(numbers: list[str]) -> None:
    plain = paper([*HEADER, *ROWS], "支出预算总表")
    numbered = paper([*HEADER, numbers, *ROWS], "支出预算总表")
    fields = ("subject_code", "subject_name", "expenditure_type", "amount_yuan")
    assert len(facts(plain, *fields)) == 6
    assert facts(numbered, *fields) == facts(plain, *fields)
    assert kinds(numbered) == kinds(plain) == []


def test_numbers_of_columns_printed_again_on_a_later_page_are_no_amounts() -> None:
    again = paper([*HEADER, ["**", "1", "2", "3"], ROWS[0], ["**", "1", "2", "3"], ROWS[1]], "支出预算总表")
    assert facts(again, "subject_code", "amount_yuan") == facts(
        paper([*HEADER, *ROWS], "支出预算总表"), "subject_code", "amount_yuan"
    )


def test_one_column_of_money_is_numbered_too() -> None:
    records = paper([["功能分类科目名称", "预算数"], ["**", "1"], ["教育支出", "4.00"]], "国有资本经营预算支出表")
    assert facts(records, "subject_name", "printed_text") == [("教育支出", "4.00")]


@pytest.mark.parametrize(
    "texts", [["教育支出", "1", "2", "3"], ["**", "2", "3"], ["**", "1", "3"], ["1", "**"], ["合计", "1", "2"], []]
)
def test_rows_of_small_amounts_number_no_columns(texts: list[str]) -> None:
    assert not numbers_columns(texts)


def test_a_header_over_numbered_columns_is_read_whole() -> None:
    rows = [["科目名称", "本年支出", "<", "<"], [UP, "合计", "基本支出", "项目支出"], ["**", "1", "2", "3"], *ROWS]
    assert facts(paper(rows, "支出预算总表"), "expenditure_type")[:3] == [("all",), ("basic",), ("project",)]
