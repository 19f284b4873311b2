"""Which page tables are one table, and does it come back as one grid: header once, every row once, cut cells whole?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from pipelines.reading.grids import build_grid
from pipelines.reading.joins import join_tables
from pipelines.reading.model import Box, Grid, Line, Page, Reading
from pipelines.reading.pages import PageContent, PageTable
from pipelines.reading.rulings import Edge, close_open_sides, find_tables, merge_edges
from pipelines.reading.store import load_reading, save
from pipelines.reading.wire import BadOutput, checked, dumps

HEADER = ["科目编码", "科目名称", "合计", "基本支出"]
COLUMNS = (50.0, 110.0, 250.0, 330.0, 410.0)
FIRST = [["201", "一般公共服务支出", "30.00", "10.00"], ["20101", "人大事务", "30.00", "10.00"]]
REST = [["208", "社会保障和就业支出", "5.00", "5.00"], ["", "合计", "35.00", "15.00"]]
HEADING = ("表3", "部门支出总表", "编制单位：某某局", "单位：万元")


def table(
    rows: Sequence[Sequence[str]], columns: Sequence[float] = COLUMNS, top: float = 100.0, method: str = "ruled"
) -> dict:
    cells = {}
    for i, row in enumerate(rows):
        for (left, right), text in zip(pairwise(columns), row, strict=True):
            cells[Box(left, top + 20 * i, right, top + 20 * i + 20)] = text
    return {"cells": cells, "method": method}


def page(
    number: int,
    *tables: dict,
    above: Sequence[str] = (),
    below: Sequence[str] = (),
    size: tuple[float, float] = (595.0, 842.0),
) -> PageContent:
    """`above` and `below` are lines of print above the first and below the last table."""
    made = [
        PageTable(
            number,
            t["cells"],
            False,
            False,
            t["method"],
            cut_bottom=t.get("cut", frozenset()),
            cut_top=t.get("cut", frozenset()),
        )
        for t in tables
    ]
    end = made[-1].box.bottom if made else 300.0
    lines = [Line(number, Box(60, 20 + 18 * i, 200, 30 + 18 * i), text) for i, text in enumerate(above)]
    lines += [Line(number, Box(60, end + 10 + 18 * i, 200, end + 20 + 18 * i), text) for i, text in enumerate(below)]
    return PageContent(number, *size, lines, made)


def grids(*pages: PageContent) -> list[Grid]:
    return [build_grid(i, joined) for i, joined in enumerate(join_tables(list(pages)))]


def texts(grid: Grid) -> list[list[str]]:
    rows: list[list[str]] = [[] for _ in range(grid.n_rows)]
    for cell in grid.cells:
        rows[cell.row].append(cell.text)
    return rows


WHOLE = [HEADER, *FIRST, *REST]


@pytest.mark.parametrize(
    "above",
    [
        HEADING,
        HEADING[-1:],
        HEADING[1:3],
        ("部门支出总表（续）", "单位：万元"),
        ("续表",),
        ("（接上页）",),
        (),
    ],
    ids=["whole heading", "unit", "title and maker", "title with its mark", "mark", "from the page before", "nothing"],
)
def test_a_table_goes_on_below_its_own_heading_and_header(above: tuple[str, ...]) -> None:
    first = page(1, table([HEADER, *FIRST]), above=HEADING, below=["第 3 页，共 9 页"])
    (grid,) = grids(first, page(2, table([HEADER, *REST]), above=above))
    assert texts(grid) == WHOLE
    assert (grid.first_page, grid.last_page, grid.may_continue) == (1, 2, None)


def test_a_table_goes_on_without_its_header() -> None:
    (grid,) = grids(page(1, table([HEADER, *FIRST]), above=HEADING), page(2, table(REST), above=HEADING[:2]))
    assert texts(grid) == WHOLE


@pytest.mark.parametrize("title", ["部门收入总表", "部门支出总表（二）", "政府性基金预算支出表"])
def test_another_title_over_the_same_columns_is_another_table(title: str) -> None:
    found = grids(
        page(1, table([HEADER, *FIRST]), above=HEADING),
        page(2, table([HEADER, *REST]), above=[HEADING[0], title, *HEADING[2:]]),
    )
    assert [texts(grid) for grid in found] == [[HEADER, *FIRST], [HEADER, *REST]]
    assert [grid.may_continue for grid in found] == [None, None]


def test_another_maker_under_the_same_title_is_another_table() -> None:
    found = grids(
        page(1, table([HEADER, *FIRST]), above=HEADING),
        page(2, table([HEADER, *REST]), above=[*HEADING[:2], "编制单位：某某中心", HEADING[-1]]),
    )
    assert len(found) == 2


def test_columns_of_other_widths_are_the_same_under_the_same_header() -> None:
    """Each page is a sheet of its own, with columns as wide as its words."""
    other = (40.0, 80.0, 260.0, 300.0, 450.0)
    (grid,) = grids(
        page(1, table([HEADER, *FIRST]), above=HEADING), page(2, table([HEADER, *REST], other), above=HEADING)
    )
    assert texts(grid) == WHOLE
    assert grid.n_columns == 4 and len(grid.cells) == 20
    places = {cell.text: cell.box.x0 for cell in grid.cells}
    assert places["30.00"] == 250.0 and places["35.00"] == 260.0  # where it stands on its page


def test_columns_on_paper_of_another_scale_are_the_same() -> None:
    larger = tuple(2 * x for x in COLUMNS)
    (grid,) = grids(page(1, table([HEADER, *FIRST])), page(2, table(REST, larger), size=(1190.0, 1684.0)))
    assert texts(grid) == WHOLE


def test_an_edge_a_little_off_its_place_is_the_same_edge() -> None:
    (grid,) = grids(page(1, table([HEADER, *FIRST])), page(2, table(REST, (50.0, 115.0, 250.0, 330.0, 410.0))))
    assert texts(grid) == WHOLE


def test_other_columns_are_another_table() -> None:
    other = (50.0, 70.0, 180.0, 300.0, 410.0)
    assert len(grids(page(1, table([HEADER, *FIRST])), page(2, table(REST, other)))) == 2


def test_blank_pages_between_do_not_part_a_table() -> None:
    (grid,) = grids(page(1, table([HEADER, *FIRST])), page(2, below=["- 2 -"]), page(3, table(REST)))
    assert texts(grid) == WHOLE


def test_a_page_of_text_between_parts_tables() -> None:
    found = grids(page(1, table([HEADER, *FIRST])), page(2, above=["二、说明"]), page(3, table(REST)))
    assert len(found) == 2


def test_the_total_printed_again_below_the_header_is_there_once() -> None:
    total = ["", "合计", "35.00", "15.00"]
    (grid,) = grids(
        page(1, table([HEADER, total, *FIRST]), above=HEADING),
        page(2, table([HEADER, total, REST[0]]), above=HEADING),
    )
    assert texts(grid) == [HEADER, total, *FIRST, REST[0]]


@pytest.mark.parametrize("first_has_title", [True, False], ids=["title on the first page", "title on the second"])
def test_a_title_in_the_grid_of_one_page_does_not_hide_the_header(first_has_title: bool) -> None:
    title = ["", "部门支出总表", "", ""]
    rows = [[HEADER, *FIRST], [HEADER, *REST]]
    rows[0 if first_has_title else 1].insert(0, title)
    (grid,) = grids(page(1, table(rows[0])), page(2, table(rows[1])))
    assert texts(grid) == ([title] if first_has_title else []) + WHOLE


def test_another_title_in_the_grid_is_another_table() -> None:
    def titled(title: str, rows: list[list[str]]) -> dict:
        made = table(rows, top=140.0)
        blank = {Box(left, 100, right, 120): "" for left, right in pairwise(COLUMNS)}
        return made | {"cells": blank | {Box(50, 120, 410, 140): title} | made["cells"]}

    first = page(1, titled("预算07表 政府性基金预算支出表", [HEADER, *FIRST]))
    same = page(2, titled("预算07表 政府性基金预算支出表（续）", [HEADER, *REST]))
    other = page(2, titled("预算08表 国有资本经营预算支出表", [HEADER, *REST]))
    assert len(grids(first, same)) == 1
    assert len(grids(first, other)) == 2


def test_forms_of_one_title_stay_apart() -> None:
    """Each begins with the same label and another project beside it."""
    columns, heading = (50.0, 110.0, 250.0), ("项目绩效目标表", "（2025年度）")
    forms = [
        table([["项目名称", name], ["主管部门", "某某局"], ["年度目标", "完成"]], columns)
        for name in ("甲项目", "乙项目")
    ]
    assert len(grids(page(1, forms[0], above=heading), page(2, forms[1], above=heading))) == 2
    assert len(grids(page(1, forms[0]), page(2, forms[1]))) == 2


def test_a_note_below_parts_and_the_same_columns_without_a_heading_are_told() -> None:
    found = grids(page(1, table([HEADER, *FIRST]), below=["注：本表不含上年结转。"]), page(2, table(REST)))
    assert [grid.may_continue for grid in found] == [None, 0]


def test_a_note_below_every_page_does_not_part() -> None:
    note = ["注：本表不含上年结转。"]
    found = grids(
        page(1, table([HEADER, *FIRST]), above=HEADING, below=note),
        page(2, table([HEADER, *REST]), above=HEADING, below=note),
    )
    assert len(found) == 1


def test_a_running_head_above_every_page_does_not_part() -> None:
    head = ["某某局2025年度部门预算公开"]
    pages = [page(n, table([HEADER, *FIRST] if n == 1 else REST), above=head) for n in (1, 2, 3)]
    assert len(grids(*pages)) == 1


def merged(amounts: Sequence[str], names: Sequence[str]) -> dict:
    """A project's amount and goal in cells over all rows, and an indicator in each row."""
    height = 20 * len(names)
    cells = {Box(50, 100, 110, 100 + height): amounts[0], Box(110, 100, 250, 100 + height): amounts[1]}
    cells |= {Box(250, 100 + 20 * i, 410, 120 + 20 * i): name for i, name in enumerate(names)}
    return {"cells": cells, "method": "ruled"}


def test_a_merged_cell_cut_by_a_page_break_is_one_with_the_rest_of_its_text() -> None:
    first = merged(("12.30", "完成年度维修采购培训工作，"), ("甲", "乙"))
    rest = merged(("", "保证正常运转。"), ("丙", "丁"))
    (grid,) = grids(page(1, first), page(2, rest))
    amount, goal = (cell for cell in grid.cells if cell.column < 2)
    assert (amount.text, amount.row_span, len(amount.parts)) == ("12.30", 4, 2)
    assert (goal.text, goal.row_span) == ("完成年度维修采购培训工作，\n保证正常运转。", 4)
    assert [page for page, _ in goal.parts] == [1, 2]


def test_an_amount_of_a_cut_cell_that_stands_on_the_second_page_belongs_to_the_whole() -> None:
    first, rest = merged(("", "完成年度维修采购培训各项"), ("甲",)), merged(("12.30", "工作。"), ("乙", "丙"))
    (grid,) = grids(page(1, first), page(2, rest))
    assert [(c.text, c.row_span) for c in grid.cells if c.column < 2] == [
        ("12.30", 3),
        ("完成年度维修采购培训各项\n工作。", 3),
    ]


def test_the_next_project_at_the_top_of_a_page_is_no_part_of_the_last() -> None:
    goals = "完成年度维修采购培训工作。", "完成年度设备采购和安装调试。"
    first, rest = merged(("12.30", goals[0]), ("甲", "乙")), merged(("4.50", goals[1]), ("丙", "丁"))
    (grid,) = grids(page(1, first), page(2, rest))
    assert [c.text for c in grid.cells if c.column < 2] == ["12.30", goals[0], "4.50", goals[1]]


def test_another_level_beside_a_cut_amount_is_no_part_of_the_one_before() -> None:
    first, rest = merged(("12.30", "产出指标"), ("甲", "乙")), merged(("", "效益指标"), ("丙", "丁"))
    (grid,) = grids(page(1, first), page(2, rest))
    assert [(c.text, c.row_span) for c in grid.cells if c.column < 2] == [
        ("12.30", 4),
        ("产出指标", 2),
        ("效益指标", 2),
    ]


def test_cells_without_a_rule_at_the_break_beside_rows_that_end_there_are_one() -> None:
    first, rest = merged(("", "满意度指"), ("甲", "乙")), merged(("", "标"), ("丙", "丁"))
    for part in (first, rest):
        part["cut"] = frozenset(c for c in part["cells"] if c.x0 < 250)
    (grid,) = grids(page(1, first), page(2, rest))
    assert [(c.text, c.row_span) for c in grid.cells if c.column < 2] == [("", 4), ("满意度指\n标", 4)]


def test_what_may_continue_comes_through_the_pipe_and_the_store(tmp_path: Path) -> None:
    found = tuple(grids(page(1, table([HEADER, *FIRST]), below=["注：略。"]), page(2, table(REST))))
    reading = Reading("a" * 64, tuple(Page(n, 595.0, 842.0, 99, "digital") for n in (1, 2)), (), found)
    assert [grid.may_continue for grid in reading.grids] == [None, 0]
    assert checked(json.loads(dumps(reading))) == reading
    save(tmp_path, reading)
    assert load_reading(tmp_path, reading.sha256) == reading
    wrong = reading._replace(grids=(found[0], found[1]._replace(may_continue=1)))
    with pytest.raises(BadOutput):
        checked(json.loads(dumps(wrong)))


def closed(horizontal: list[Edge], vertical: list[Edge]) -> list[list[Box]]:
    rules, sides, _ = close_open_sides(merge_edges(horizontal), merge_edges(vertical))
    return find_tables(rules, sides)


def test_merged_cells_open_at_the_page_end_beside_rows_that_end_there_are_cells() -> None:
    """The first two columns have no rule at the top and the bottom; the third has rows."""
    rows = [(y, 200.0, 300.0) for y in (100.0, 120.0, 140.0)]
    middle = [(120.0, 50.0, 200.0)]
    (cells,) = closed([*rows, *middle], [(x, 100.0, 140.0) for x in (50.0, 100.0, 200.0, 300.0)])
    assert {(c.x0, c.top, c.x1, c.bottom) for c in cells if c.x0 < 200} == {
        (x0, top, x1, top + 20) for x0, x1 in ((50.0, 100.0), (100.0, 200.0)) for top in (100.0, 120.0)
    }


def test_columns_without_any_rule_beside_rows_are_merged_cells_over_the_whole_page() -> None:
    rows = [(y, 200.0, 300.0) for y in (100.0, 120.0, 140.0)]
    (cells,) = closed(rows, [(x, 100.0, 140.0) for x in (50.0, 100.0, 200.0, 300.0)])
    assert {(c.x0, c.top, c.x1, c.bottom) for c in cells if c.x0 < 200} == {
        (50.0, 100.0, 100.0, 140.0),
        (100.0, 100.0, 200.0, 140.0),
    }
