"""Does a row get the code it prints, and none that it does not? Figures and names are invented."""

from __future__ import annotations

import pytest

from tests.sheets import LEFT, UP, facts, kinds, paper

PARTS = [["科目编码", LEFT, LEFT, "科目名称", "合计"], ["类", "款", "项", UP, UP]]


def codes(rows: list[list[str]], title: str = "支出总体情况表") -> list[tuple]:
    return facts(paper([*PARTS, *rows], title), "subject_code", "code_source", "parent_row_no")


def test_a_part_left_blank_is_that_of_the_row_above_and_the_code_says_so() -> None:
    rows = [
        ["", "", "", "合 计", "9.00"],
        ["201", "", "", "一般公共服务支出", "6.00"],
        ["", "26", "", "档案事务", "6.00"],
        ["", "", "01", "行政运行", "4.00"],
        ["", "", "04", "档案馆", "2.00"],
        ["210", "11", "01", "行政单位医疗", "3.00"],
    ]
    assert codes(rows) == [
        ("GRAND_TOTAL", None, None), ("201", "printed", 2), ("20126", "filled", 3), ("2012601", "filled", 4),
        ("2012604", "filled", 4), ("2101101", "printed", 2),
    ]  # fmt: skip


def test_a_part_of_a_code_with_nothing_above_it_is_no_code() -> None:
    assert codes([["", "11", "", "行政事业单位医疗", "3.00"], ["", "", "01", "行政单位医疗", "3.00"]])[0][:2] == (
        None,
        None,
    )


def test_a_class_row_ends_what_is_filled_from_above() -> None:
    rows = [
        ["201", "26", "01", "行政运行", "4.00"],
        ["221", "", "", "住房保障支出", "3.00"],
        ["", "", "01", "某项", "3.00"],
    ]
    assert [code for code, _, _ in codes(rows)] == ["2012601", "221", None]


BOTH = [
    ["科目编码", LEFT, "部门预算支出经济分类科目", "科目编码", LEFT, "政府预算支出经济分类科目", "小计"],
    ["类", "款", UP, "类", "款", UP, UP],
]


def test_codes_in_parts_of_two_classifications_on_one_row_are_two_codes() -> None:
    rows = [
        *BOTH,
        ["", "", "合计", "", "", "", "9.00"],
        ["301", "", "工资福利支出", "501", "", "机关工资福利支出", "5.00"],
        ["301", "01", "基本工资", "501", "01", "工资奖金津补贴", "5.00"],
        ["301", "", "工资福利支出", "505", "", "对事业单位经常性补助", "4.00"],
        ["301", "01", "基本工资", "505", "01", "工资福利支出", "4.00"],
    ]
    records = paper(rows, "一般公共预算基本支出情况表")
    said = facts(records, "subject_scheme", "economic_code", "government_economic_code", "parent_row_no", "is_leaf")
    assert said == [
        ("flow", None, None, None, False),
        ("economic", "301", "501", 2, False),
        ("economic", "30101", "50101", 3, True),
        ("economic", "301", "505", 2, False),
        ("economic", "30101", "50501", 5, True),
    ]
    assert kinds(records) == []


def test_a_function_and_an_economic_code_of_one_row_are_both_kept() -> None:
    rows = [
        ["功能分类科目", LEFT, "部门预算支出经济分类科目", LEFT, "合计"],
        ["编码", "名称", "编码", "名称", UP],
        ["2012601", "行政运行", "30101", "基本工资", "4.00"],
        ["2012601", "行政运行", "30102", "津贴补贴", "2.00"],
    ]
    said = facts(paper(rows, "部门支出预算表"), "subject_code", "function_code", "economic_code")
    assert said == [("2012601", "2012601", "30101"), ("2012601", "2012601", "30102")]


@pytest.mark.parametrize(("code", "scheme"), [("50101", "government_economic"), ("30101", "economic")])
def test_the_code_tells_the_classification_of_a_row_where_the_heading_does_not(code: str, scheme: str) -> None:
    rows = [["科目编码", "科目名称", "合计"], [code, "工资", "4.00"]]
    records = paper(rows, "一般公共预算基本支出表（经济分类）")
    assert facts(records, "subject_scheme", f"{scheme}_code") == [(scheme, code)]
