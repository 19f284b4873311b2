"""Is text that a page cuts off read where it belongs: in the cell it is clipped to, and once?"""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.reading.document import read_document
from pipelines.reading.glyphs import Glyph, in_place
from pipelines.reading.model import Box, Grid
from pipelines.reading.text import assign
from pipelines.settings import Limits
from tests.typesetting import Style
from tests.typesetting.draw import FONT, Sheets

COLUMNS = (60, 130, 200, 290)
TOP, HEIGHT = 100, 18


def sheets(path: Path) -> Sheets:
    sheet = Sheets(path, Style(page_numbers=False), "")
    sheet.start()
    return sheet


def rule(sheet: Sheets, rows: int, columns: tuple[float, ...] = COLUMNS, height: float = HEIGHT) -> None:
    for i in range(rows + 1):
        sheet.canvas.line(columns[0], y(sheet, TOP + i * height), columns[-1], y(sheet, TOP + i * height))
    for x in columns:
        sheet.canvas.line(x, y(sheet, TOP), x, y(sheet, TOP + rows * height))


def y(sheet: Sheets, top: float) -> float:
    return sheet.height - top


def clipped(sheet: Sheets, box: tuple[float, float, float, float], words: list[tuple[float, float, str]]) -> None:
    """Draw words at (x, baseline) from the top left, seen only within the box (x0, top, x1, bottom)."""
    canvas = sheet.canvas
    x0, top, x1, bottom = box
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(x0, y(sheet, bottom), x1 - x0, bottom - top)
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.setFont(FONT, 10)
    for x, baseline, text in words:
        canvas.drawString(x, y(sheet, baseline), text)
    canvas.restoreState()


def cell_of(row: int, column: int) -> tuple[float, float, float, float]:
    return COLUMNS[column], TOP + row * HEIGHT, COLUMNS[column + 1], TOP + (row + 1) * HEIGHT


def texts(grid: Grid) -> list[list[str]]:
    rows: list[list[str]] = [[] for _ in range(grid.n_rows)]
    for cell in grid.cells:
        rows[cell.row].append(cell.text)
    return rows


def line(row: int) -> float:
    return TOP + row * HEIGHT + 13


def test_a_name_longer_than_its_cell_is_whole_and_leaves_the_amount_beside_it_alone(tmp_path: Path) -> None:
    sheet = sheets(tmp_path / "paper.pdf")
    rule(sheet, 2)
    for i, (name, code, amount) in enumerate(
        [("项目", "科目", "预算数"), ("对个人和家庭的补助支出", "303", "1,234.56")]
    ):
        clipped(sheet, cell_of(i, 0), [(63, line(i), name)])
        clipped(sheet, cell_of(i, 1), [(133, line(i), code)])
        clipped(sheet, cell_of(i, 2), [(220, line(i), amount)])
    sheet.save()
    (grid,) = read_document(tmp_path / "paper.pdf", Limits()).grids
    assert texts(grid) == [["项目", "科目", "预算数"], ["对个人和家庭的补助支出", "303", "1,234.56"]]


def test_a_header_cut_off_on_both_sides_is_whole(tmp_path: Path) -> None:
    sheet = sheets(tmp_path / "paper.pdf")
    rule(sheet, 2)
    header = ("金额", "支出经济分类科目", "预算数")
    for column, (text, x) in enumerate(zip(header, (70, 125, 220), strict=True)):
        clipped(sheet, cell_of(0, column), [(x, line(0), text)])
    clipped(sheet, cell_of(1, 0), [(63, line(1), "12.30")])
    sheet.save()
    (grid,) = read_document(tmp_path / "paper.pdf", Limits()).grids
    assert texts(grid)[0] == list(header)


def test_a_line_below_a_row_too_low_for_it_is_kept(tmp_path: Path) -> None:
    sheet = sheets(tmp_path / "paper.pdf")
    rule(sheet, 3)
    for i, words in enumerate(("项目", "其中：专项", "合计")):
        clipped(sheet, cell_of(i, 0), [(63, line(i), words)])
    clipped(sheet, cell_of(1, 0), [(63, line(1) + 12, "资金")])
    sheet.save()
    (grid,) = read_document(tmp_path / "paper.pdf", Limits()).grids
    assert [row[0] for row in texts(grid)] == ["项目", "其中：专项\n资金", "合计"]


@pytest.mark.parametrize("whole_table", [True, False], ids=["clipped to the table", "clipped to the cell"])
def test_an_amount_of_a_merged_cell_cut_by_a_page_break_is_read_once(tmp_path: Path, whole_table: bool) -> None:
    """The cell's text is drawn on both pages, as the cell would be without the break; the clip shows a half of each."""
    sheet = sheets(tmp_path / "paper.pdf")
    for page, rows in enumerate((2, 3)):
        if page:
            sheet.start()
        rule(sheet, rows)
        body = (COLUMNS[0], TOP + (HEIGHT if page == 0 else 0), COLUMNS[-1], TOP + rows * HEIGHT)
        first = (COLUMNS[1], TOP + HEIGHT * (1 - page), COLUMNS[2], TOP + HEIGHT * (2 - page))
        clipped(sheet, body if whole_table else first, [(133, line(1 if page == 0 else -1), "98,765.43")])
    for row, words in enumerate(("甲", "乙", "丙")):
        clipped(sheet, cell_of(row, 0), [(63, line(row), words)])
    sheet.save()
    reading = read_document(tmp_path / "paper.pdf", Limits())
    found = [cell.text for grid in reading.grids for cell in grid.cells if cell.text]
    assert found.count("98,765.43") == 1
    assert not [ln for ln in reading.lines if "98" in ln.text]
    assert {"甲", "乙", "丙"} <= set(found)


def test_what_is_cut_off_outside_tables_is_no_running_text(tmp_path: Path) -> None:
    """A text box that goes on on the next page is drawn whole on both."""
    sheet = sheets(tmp_path / "paper.pdf")
    clipped(sheet, (60, 90, 400, 130), [(63, 110, "一、部门主要职责说明如下"), (63, 150, "二、机构设置情况说明如下")])
    sheet.save()
    reading = read_document(tmp_path / "paper.pdf", Limits())
    assert [ln.text for ln in reading.lines] == ["一、部门主要职责说明如下"]


@pytest.mark.parametrize("angle", [90, -90], ids=["upward", "downward"])
def test_a_header_turned_by_a_quarter_is_read(tmp_path: Path, angle: int) -> None:
    sheet = sheets(tmp_path / "paper.pdf")
    columns, height = (60, 160, 200, 240), 70
    rule(sheet, 2, columns, height)
    canvas = sheet.canvas
    canvas.setFont(FONT, 10)
    canvas.drawString(63, y(sheet, TOP + 40), "科目名称")
    for column, lines in ((1, ("基本支出",)), (2, ("项目支出", "合计"))):
        for k, text in enumerate(lines):
            canvas.saveState()
            first_x = columns[column] + (15 + 12 * k if angle == 90 else 25 - 12 * k)
            canvas.translate(first_x, y(sheet, TOP + (60 if angle == 90 else 10)))
            canvas.rotate(angle)
            canvas.drawString(0, 0, text)
            canvas.restoreState()
    for x, text in ((63, "行政运行支出科目"), (163, "12.30"), (203, "4.50")):
        canvas.drawString(x, y(sheet, TOP + height + 40), text)
    sheet.save()
    (grid,) = read_document(tmp_path / "paper.pdf", Limits()).grids
    assert texts(grid) == [["科目名称", "基本支出", "项目支出\n合计"], ["行政运行支出科目", "12.30", "4.50"]]


@pytest.mark.parametrize("shift", [-18.0, 18.0])
def test_a_box_displaced_against_its_baseline_is_put_in_its_row(shift: float) -> None:
    """A baseline is where the ink is; a font may say that its boxes are a row higher or lower."""
    right = Glyph(63, 104, 73, 114, 112.6, "项")
    displaced = right._replace(top=right.top + shift, bottom=right.bottom + shift)
    assert in_place(right) == right
    assert in_place(displaced).height == pytest.approx(right.height, abs=1)
    (found,), outside = assign([in_place(displaced)], [[Box(60, 100, 130, 118), Box(60, 118, 130, 136)]])
    assert list(found) == [Box(60, 100, 130, 118)] and not outside
