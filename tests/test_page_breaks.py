"""Are rows that a page break cuts put together again, and rows that only look so left alone?"""

from __future__ import annotations

import pytest

from pipelines.reading.model import Grid
from pipelines.recognising.tables.page_breaks import mended
from tests.sheets import grid

HEADER = ["单位名称", "总计", "事业收入"]
ABOVE = [HEADER, ["示例区档案局", "9,000.25", "1,000.50"]]


def over_pages(upper: list[str], lower: list[str], after: list[str]) -> Grid:
    """A table whose row `lower` is the first one of its second page."""
    whole = grid(0, [*ABOVE, upper, lower, after])
    first = len(ABOVE) + 1
    cells = tuple(cell if cell.row < first else cell._replace(page=2, parts=((2, cell.box),)) for cell in whole.cells)
    return whole._replace(last_page=2, cells=cells)


def texts(table: Grid) -> list[list[str]]:
    return [[c.text.replace("\n", "") for c in table.cells if c.row == row] for row in range(table.n_rows)]


AFTER = ["示例区图书馆", "50.00", "20.10"]


@pytest.mark.parametrize(
    ("upper", "lower", "whole"),
    [
        (["示例区档案", "14,549.64", "12,437.3"], ["服务中心", "", "6"], ["示例区档案服务中心", "14,549.64", "12,437.36"]),
        (["示例区（城北", "14,549.64", ""], ["分局）", "", ""], ["示例区（城北分局）", "14,549.64", ""]),
        (["示例区图", "14,549.64", "3.00"], ["书馆", "", ""], ["示例区图书馆", "14,549.64", "3.00"]),
        (["示例区体育馆", "14,549", "3.00"], ["", ".64", ""], ["示例区体育馆", "14,549.64", "3.00"]),
    ],
    ids=["number", "bracket", "name printed whole elsewhere", "decimals alone"],
)  # fmt: skip
def test_the_rest_of_a_row_is_joined_to_it(upper: list[str], lower: list[str], whole: list[str]) -> None:
    found = mended(over_pages(upper, lower, AFTER))
    assert texts(found) == [*ABOVE, whole, [], AFTER]
    cut = next(c for c in found.cells if c.row == len(ABOVE) and c.column == 0)
    assert [page for page, _ in cut.parts] == [1, 2]


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        (["示例区体育馆", "14,549.64", "3.00"], ["示例区文化馆", "7.00", ""]),
        (["示例区体育馆", "14,549.64", "3.00"], ["示例区文化馆", "", ""]),
        (["示例区体育馆", "14,549.64", ""], ["文化馆", "", "6"]),
        (["示例区体育馆", "14,549.64", "3.00"], ["文化馆", "", "6"]),
        (["示例区（城北", "14,549.64", "3.00"], ["分局）", "7.00", ""]),
    ],
)
def test_a_row_of_its_own_stays_one(upper: list[str], lower: list[str]) -> None:
    table = over_pages(upper, lower, AFTER)
    assert mended(table) == table


def test_rows_of_one_page_are_never_joined() -> None:
    table = grid(0, [*ABOVE, ["示例区（城北", "14,549.64", "12.3"], ["分局）", "", "6"], AFTER])
    assert mended(table) == table
