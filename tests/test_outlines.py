"""Does what adds up tell which row of a list without codes stands under which, and what code follows from it?"""

from __future__ import annotations

import random

import pytest

from pipelines.recognising.tables.outlines import Listed, Outline, depths, outline
from tests.sheets import LEFT, facts, filled, kinds, paper


def rows(*amounts: int | None, **told: object) -> list[Listed]:
    return [Listed((amount,), **told) for amount in amounts]


def test_sums_tell_the_outline_where_nothing_else_does() -> None:
    found = outline(rows(900, 600, 250, 350, 300, 100, 40, 60), (1000,))
    assert found.parents == (None, 0, 1, 1, 0, None, 5, 5)
    assert found.closes and found.sure


def test_a_department_stands_over_its_units_where_the_total_is_theirs() -> None:
    assert outline(rows(1000, 700, 300), (1000,)) == Outline((None, 0, 0), (None,) * 3, True, True)
    assert outline(rows(1000, 700, 300), (2000,)) == Outline((None, None, None), (None,) * 3, True, True)


def test_every_column_must_add_up() -> None:
    listed = [Listed(v) for v in ((50, 30, 20), (20, 20, None), (30, 10, 20), (50, 50, None))]
    assert outline(listed, (100, 80, 20)).parents == (None, 0, 0, None)


@pytest.mark.parametrize("seed", range(40))
def test_outlines_of_every_shape_are_found_again(seed: int) -> None:
    """Random trees of three levels, in two columns, with codes for half of their names."""
    draw = random.Random(seed)
    listed: list[Listed] = []
    parents: list[int | None] = []
    total = [0, 0]
    for n in range(draw.randint(1, 6)):
        top = len(listed)
        listed.append(Listed(()))
        parents.append(None)
        whole = [0, 0]
        for m in range(draw.randint(1, 4)):
            middle, sums = len(listed), [0, 0]
            listed.append(Listed((), (f"{201 + n}{m:02}",) if draw.random() < 0.5 else ()))
            parents.append(top)
            for _ in range(draw.randint(2, 6)):
                values = (draw.randint(100, 10**7), draw.randint(100, 10**7))
                listed.append(Listed(values))
                parents.append(middle)
                sums = [a + b for a, b in zip(sums, values, strict=True)]
            listed[middle] = listed[middle]._replace(values=tuple(sums))
            whole = [a + b for a, b in zip(whole, sums, strict=True)]
        listed[top] = Listed(tuple(whole), (str(201 + n),))
        total = [a + b for a, b in zip(total, whole, strict=True)]
    found = outline(listed, total)
    assert found.parents == tuple(parents)
    assert found.closes


def test_rounding_is_no_contradiction_and_an_error_is_one() -> None:
    thirds = rows(1000, 333, 333, 333, 500)
    assert outline(thirds, (1500,)).parents == (None, 0, 0, 0, None)
    assert outline(thirds, (1500,)).closes
    wrong = [Listed((900,), ("201",)), Listed((400,), ("20126",)), Listed((300,), ("20129",)), Listed((500,), ("205",))]
    found = outline(wrong, (1400,))
    assert found.parents == (None, 0, 0, None)  # the official levels decide, and nothing is said to add up
    assert not found.closes


def test_blanks_decide_where_two_outlines_add_up() -> None:
    listed = rows(100, 100, 100)
    flat = [row._replace(indent=i) for row, i in zip(listed, (0, 2, 4), strict=True)]
    assert outline(flat, (100,)).parents == (None, 0, 1)
    beside = [row._replace(indent=i) for row, i in zip(rows(100, None, None), (0, 2, 2), strict=True)]
    assert outline(beside, (100,)).parents == (None, 0, 0)


def test_two_outlines_that_add_up_alike_are_not_sure() -> None:
    assert not outline(rows(100, 100, 100), (200,)).sure
    assert outline(rows(100, 60, 40, None), (100,)).sure  # a row without amounts may stand anywhere


def test_a_code_goes_with_the_row_above_and_is_left_open_where_several_fit() -> None:
    def named(amount: int, *codes: str) -> Listed:
        return Listed((amount,), codes)

    running = ("2010101", "2012601", "2050101")
    found = outline(
        [named(70, "201"), named(70, "20126"), named(70, *running), named(30, "205"), named(30, *running)], (100,)
    )
    assert found.codes == ("201", "20126", "2012601", "205", "2050101")
    assert outline([named(70, "20126"), named(70, "2012601", "2012602")], (70,)).codes == (None, None)


def test_depths_count_from_the_top_level() -> None:
    assert depths([None, 0, 1, 1, None]) == (1, 2, 3, 3, 1)


BALANCE = [
    ["收 入", LEFT, "支 出", LEFT],
    ["项 目", "预算数", "项 目", "预算数"],
    ["一、财政拨款", "90.00", "教育支出", "40.00"],
    ["一般公共预算", "90.00", "普通教育", "40.00"],
    ["政府性基金预算", "", "小学教育", "25.00"],
    ["二、事业收入", "10.00", "初中教育", "15.00"],
    ["", "", "其他支出", "60.00"],
    ["", "", "其他支出", "60.00"],
    ["", "", "其他支出", "60.00"],
    ["本年收入合计", "100.00", "本年支出合计", "100.00"],
    ["收入总计", "100.00", "支出总计", "100.00"],
]


def test_款_and_项_of_a_balance_stand_below_their_classes() -> None:
    records = paper(BALANCE, "收支预算总表")
    spent = [a for a in filled(records) if a.side == "expenditure" and a.subject_scheme == "function"]
    assert [(a.subject_code, a.subject_level, a.code_source, a.parent_row_no, a.is_leaf) for a in spent] == [
        ("205", "class", "resolved", 9, False),
        ("20502", "section", "resolved", 2, False),
        ("2050202", "item", "resolved", 3, True),
        ("2050203", "item", "resolved", 3, True),
        ("229", "class", "resolved", 9, False),
        ("22999", "section", "resolved", 6, False),
        ("2299999", "item", "resolved", 7, True),
    ]
    assert kinds(records) == []


def test_a_name_that_nobody_knows_keeps_no_code_where_its_sums_place_it() -> None:
    table = [[c.replace("小学教育", "某种教育") for c in row] for row in BALANCE]
    records = paper(table, "收支预算总表")
    found = facts(records, "subject_name", "subject_code", "code_source", "parent_row_no")
    assert ("某种教育", None, None, 3) in found


UNITS = [
    ["单位名称", "总计", "一般公共预算", "其他收入"],
    ["合计", "100.00", "90.00", "10.00"],
    ["示例区档案局", "100.00", "90.00", "10.00"],
    ["示例区档案局", "70.00", "65.00", "5.00"],
    ["示例区档案服务中心", "30.00", "25.00", "5.00"],
]


def test_a_department_and_its_own_office_of_one_name_are_two_levels() -> None:
    records = paper(UNITS, "收入预算总表")
    found = [a for a in filled(records) if a.fund_source == "all"]
    assert [(a.subject_scheme, a.subject_level, a.parent_row_no, a.is_leaf) for a in found] == [
        ("flow", None, None, False),
        ("organization", "department", 1, False),
        ("organization", "unit", 2, True),
        ("organization", "unit", 2, True),
    ]
    department = next(o for o in records.organizations if o.name == "示例区档案局")
    assert department.parent_organization_id is None
    assert {o.parent_organization_id for o in records.organizations} == {None, department.organization_id}


def test_units_side_by_side_stay_so() -> None:
    records = paper([*UNITS[:2], *UNITS[3:]], "收入预算总表")
    assert {a.parent_row_no for a in filled(records) if a.subject_scheme == "organization"} == {1}


def test_a_list_that_does_not_add_up_says_so() -> None:
    table = [[c.replace("70.00", "71.00") for c in row] for row in UNITS]
    found = [(f.kind, f.severity) for f in paper(table, "收入预算总表").findings]
    assert found == [("unplaced_row", "warning")]
    assert kinds(paper(UNITS, "收入预算总表")) == []
