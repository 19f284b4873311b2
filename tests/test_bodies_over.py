"""Are bodies in a list without codes told from what they spend? Figures and names are invented."""

from __future__ import annotations

import pytest

from tests.sheets import facts, paper

HEAD = ["支出项目类别（资金使用单位）", "总计", "一般公共预算"]
PROJECTS = "部门预算项目支出及其他支出预算表"


def rows(*lines: tuple[str, str], head: list[str] = HEAD) -> list[list[str]]:
    return [head, *([name, amount, amount] for name, amount in lines)]


def said(table: list[list[str]], title: str = PROJECTS) -> list[tuple]:
    found = facts(paper(table, title), "subject_scheme", "project_name", "parent_row_no", "is_leaf", "fund_source")
    return [x[:-1] for x in found if x[-1] == "all"]


def test_projects_stand_under_the_bodies_whose_sums_they_make() -> None:
    table = rows(
        ("合计", "10.00"),
        ("示例市档案局（本级）", "6.00"),
        ("档案抢救", "4.00"),
        ("物业管理费", "2.00"),
        ("示例市档案馆", "4.00"),
        ("展览经费", "4.00"),
    )
    assert said(table) == [
        ("flow", None, None, False),
        ("organization", None, 1, False),
        ("project", "档案抢救", 2, True),
        ("project", "物业管理费", 2, True),
        ("organization", None, 1, False),
        ("project", "展览经费", 5, True),
    ]


def test_economic_classes_stand_under_their_bodies() -> None:
    table = rows(
        ("合计", "10.00"),
        ("示例市档案局（本级）", "6.00"),
        ("工资福利支出", "5.00"),
        ("商品和服务支出", "1.00"),
        ("示例市档案馆", "4.00"),
        ("工资福利支出", "4.00"),
    )
    found = facts(paper(table, "部门预算基本支出预算表"), "subject_scheme", "subject_name", "parent_row_no", "is_leaf")
    assert found[::2] == [
        ("flow", None, None, False),
        ("organization", "示例市档案局（本级）", 1, False),
        ("economic", "工资福利支出", 2, True),
        ("economic", "商品和服务支出", 2, True),
        ("organization", "示例市档案馆", 1, False),
        ("economic", "工资福利支出", 5, True),
    ]


def test_amounts_rounded_each_for_itself_still_tell_the_bodies() -> None:
    table = rows(("合计", "0.99"), ("示例市档案局", "0.99"), ("甲项", "0.33"), ("乙项", "0.33"), ("丙项", "0.34"))
    assert [x[0] for x in said(table)] == ["flow", "organization", "project", "project", "project"]


def test_names_that_sound_like_bodies_are_none_where_no_sums_say_so() -> None:
    table = rows(("合计", "9.00"), ("示例市监测中心", "4.00"), ("示例市档案馆", "5.00"))
    assert all(x[3] for x in said(table)[1:])


@pytest.mark.parametrize(("last", "told"), [("3.00", True), ("2.00", False)])
def test_bodies_whose_names_do_not_tell_are_told_by_the_only_sums_that_hold(last: str, told: bool) -> None:
    table = rows(
        ("合计", "12.00"), ("二级机构甲", "9.00"), ("项目一", "4.00"), ("项目二", "5.00"), ("乙", last), ("丙", last)
    )
    assert (said(table)[1][0] == "organization") is told


def test_a_table_that_names_projects_names_projects() -> None:
    table = rows(
        ("合计", "9.00"), ("档案抢救", "4.00"), ("展览经费", "5.00"), head=["项目名称", "合计", "一般公共预算"]
    )
    assert said(table, "项目支出预算情况表")[1:] == [("project", "档案抢救", 1, True), ("project", "展览经费", 1, True)]


def test_blank_rows_at_the_end_of_a_table_are_no_totals() -> None:
    table = rows(("合计", "9.00"), ("示例市档案局", "9.00"), ("档案抢救", "9.00"), ("", ""), ("", ""))
    assert [x[0] for x in said(table)] == ["flow", "organization", "project"]
