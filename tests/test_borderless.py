"""Do tables without rulings, or with horizontal ones only, come back as printed, and does running text stay text?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.reading import document
from pipelines.reading.document import read_document
from pipelines.reading.model import Grid, Reading
from pipelines.settings import Limits
from tests.corpus import CORPUS, needs_corpus
from tests.test_grids import printed, squeezed
from tests.typesetting import Paper, Style, Table, typeset
from tests.typesetting.draw import Sheets
from tests.typesetting.model import Cell, row
from tests.typesetting.papers import plain_paper
from tests.typesetting.samples import SAMPLES

RULINGS = ("none", "three_lines", "horizontals")
ARCHIVES = {0, 1, 2, 3, 4, 5, 6, 9}  # the others have one row of amounts, or none: too little to tell a table by
SPORTS = {0, 1, 2, 3, 4, 5, 7}
LAYOUTS = {0, 1, 4, 5}
AMOUNT = re.compile(r"[\d,]+\.\d+")
MONEY = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?|\d+\.\d+")
BARE = {
    "jianghan-sasac-2023": 0.9,
    "js-gy-2018-dept-budget": 0.9,
    "js-jcy-2017-dept-budget": 0.9,
    "js-zx-2018-tables": 0.9,
    "js-zx-2018-narrative": 0.0,
    "js-swb-2019-narrative": 0.0,
    "sh-pt-czj-2024-dept-final": 0.6,
    "sh-pt-czj-2025-dept-budget": 0.9,
    "sh-pt-wanli-2024-dept-budget": 0.9,
}
Cells = set[tuple]


def cells_of(grid: Grid) -> Cells:
    return {(c.row, c.column, c.row_span, c.column_span, squeezed(c.text)) for c in grid.cells}


def set_and_read(paper: Paper, style: Style, path: Path) -> tuple[dict[int, Cells], Reading]:
    """The truth about each table, and what is read."""
    truth = printed(typeset(paper, style, path))
    return truth, read_document(path, Limits())


def by_line(cells: Iterable[tuple]) -> list[list[tuple[int, str]]]:
    """Rows with text, top to bottom, each its texts with their columns. A word alone in its row's labels may stand
    anywhere among them: without rulings nobody can tell over how many columns it is centred."""
    lines: dict[int, list[tuple[int, str]]] = {}
    for at, column, _, _, text in sorted(cells):
        if text:
            lines.setdefault(at, []).append((column, text))
    return [line for _, line in sorted(lines.items())]


@pytest.mark.parametrize("rulings", RULINGS)
@pytest.mark.parametrize("sample", SAMPLES[:2], ids=lambda sample: sample.name)
def test_a_paper_without_verticals_comes_back_cell_by_cell(sample, rulings: str, tmp_path: Path) -> None:
    """Wrapped headers and names, headers over several columns, columns without any amount, a table over two pages."""
    style = replace(sample.style, rulings=rulings, open_edges=False)
    truth, reading = set_and_read(sample.paper(), style, tmp_path / "paper.pdf")
    assert [cells_of(grid) for grid in reading.grids] == [truth[number] for number in sorted(ARCHIVES)]
    assert {grid.method for grid in reading.grids} == {"aligned"}
    assert reading.grids[6].first_page + 1 == reading.grids[6].last_page


@pytest.mark.parametrize("rulings", RULINGS)
def test_only_what_rulings_alone_tell_is_lost(rulings: str, tmp_path: Path) -> None:
    """Blank rows without rules between them, and over how many columns the label of a total is centred."""
    sample = SAMPLES[2]
    style = replace(sample.style, rulings=rulings)
    truth, reading = set_and_read(sample.paper(), style, tmp_path / "paper.pdf")
    assert len(reading.grids) == len(SPORTS)
    for grid, number in zip(reading.grids, sorted(SPORTS), strict=True):
        found, said = by_line(cells_of(grid)), by_line(truth[number])
        assert len(found) == len(said)
        for mine, theirs in zip(found, said, strict=True):
            assert [text for _, text in mine] == [text for _, text in theirs]
            assert [cell for cell in mine if cell[1] != "合计"] == [cell for cell in theirs if cell[1] != "合计"]
        if rulings == "horizontals":
            blank = {(r, c) for r, c, _, _, text in cells_of(grid) if not text}
            assert {(r, c) for r, c, _, span, text in truth[number] if not text and span == 1} <= blank


@pytest.mark.parametrize("rulings", RULINGS)
def test_merged_cells_come_back_unmerged_and_every_amount_in_its_place(rulings: str, tmp_path: Path) -> None:
    """Cells merged over rows or columns of the body; words that wrap; neighbours that almost touch."""
    truth, reading = set_and_read(plain_paper("layouts"), Style(rulings=rulings), tmp_path / "paper.pdf")
    assert len(reading.grids) == len(LAYOUTS)
    for grid, number in zip(reading.grids, sorted(LAYOUTS), strict=True):
        found = cells_of(grid)
        assert {c for c in found if AMOUNT.fullmatch(c[4])} == {c for c in truth[number] if AMOUNT.fullmatch(c[4])}
        assert sorted(c[4] for c in found if c[4]) == sorted(c[4] for c in truth[number] if c[4])
        merged = [c for c in truth[number] if c not in found]
        assert all(c[2] > 1 or c[3] > 1 for c in merged)


def test_what_is_in_a_table_is_not_running_text_and_the_rest_is(tmp_path: Path) -> None:
    sample = SAMPLES[0]
    style = replace(sample.style, rulings="none", open_edges=False)
    paper = replace(sample.paper(), tables=sample.paper().tables[:1])
    _, reading = set_and_read(paper, style, tmp_path / "paper.pdf")
    (grid,) = reading.grids
    lines = [squeezed(line.text) for line in reading.lines if line.page == grid.first_page]
    table = paper.tables[0]
    assert squeezed(table.title) in lines
    assert squeezed(table.unit) in lines
    assert not set(lines) & {squeezed(cell.text) for cell in grid.cells if cell.text}


def test_a_cell_lies_where_it_is_printed(tmp_path: Path) -> None:
    sample = SAMPLES[0]
    style = replace(sample.style, rulings="none", open_edges=False)
    cells = typeset(replace(sample.paper(), tables=sample.paper().tables[:1]), style, tmp_path / "paper.pdf")
    (grid,) = read_document(tmp_path / "paper.pdf", Limits()).grids
    places = {(c.row, c.column): (c.page, c.box) for c in grid.cells}
    for cell in cells:
        page, box = places[cell.row, cell.column]
        assert page == cell.page
        assert box.x0 < (cell.box.x0 + cell.box.x1) / 2 < box.x1
        assert box.top < (cell.box.top + cell.box.bottom) / 2 < box.bottom


def test_centred_amounts_make_a_column_too(tmp_path: Path) -> None:
    body = tuple(
        row(name, amount) for name, amount in zip("甲乙丙丁", ("1,046.50", "12.30", "0.75", "9.10"), strict=True)
    )
    table = Table("支出预算表", (3, 2), "lc", (row("项目", "金额"),), body)
    truth, reading = set_and_read(Paper("", 2025, "", (), (table,)), Style(rulings="none"), tmp_path / "paper.pdf")
    assert [cells_of(grid) for grid in reading.grids] == [truth[0]]


def test_ruled_and_borderless_tables_on_one_page_stay_apart(tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    sheets = Sheets(path, Style(page_numbers=False), "")
    sheets.start()
    rows = [("项目", "金额"), ("基本支出", "268.90"), ("项目支出", "61.50"), ("支出合计", "330.40")]
    for top in (100, 400):
        for place, (name, amount) in enumerate(rows):
            sheets.text(85, top + 20 * place, name, 9)
            sheets.text(300 - 5 * len(amount), top + 20 * place, amount, 9)
    for x in (80, 200, 310):
        sheets.canvas.line(x, sheets.height - 86, x, sheets.height - 166)
    for y in range(86, 167, 20):
        sheets.canvas.line(80, sheets.height - y, 310, sheets.height - y)
    sheets.save()
    reading = read_document(path, Limits())
    assert [(grid.method, grid.n_rows, grid.n_columns) for grid in reading.grids] == [
        ("ruled", 4, 2),
        ("aligned", 4, 2),
    ]
    assert [cell.text for cell in reading.grids[0].cells] == [cell.text for cell in reading.grids[1].cells]


CONTENTS = ["部门主要职能", "机构设置情况", "预算编制说明", "收支预算总表", "支出预算总表", "名词解释"]
PROSE = [
    "2025年收入预算1,608.25万元，其中财政拨款收入1,565.65万元，事业收入42.60万元。",
    "2025年支出预算1,608.25万元，其中基本支出1,159.38万元，项目支出448.87万元。",
    "一般公共预算1,438.15万元，政府性基金预算127.50万元，比上年增加12.30万元。",
    "机关运行经费预算61.76万元，政府采购预算30.00万元，其中货物10.00万元。",
]


def draw(path: Path, pieces: Iterable[tuple[float, float, str]]) -> Reading:
    """Print pieces of text at (left, top) and read the page."""
    sheets = Sheets(path, Style(page_numbers=False), "")
    sheets.start()
    for x, top, text in pieces:
        sheets.text(x, top, text, 11)
    sheets.save()
    return read_document(path, Limits())


NO_TABLES = {
    "running text": [(60, 80 + 20 * i, text) for i, text in enumerate(PROSE)],
    "running text with blanks around its numbers": [
        (60, 80 + 20 * i, re.sub(r"([\d,.]+)", r"   \1   ", text)) for i, text in enumerate(PROSE)
    ],
    "a table of contents": [
        piece
        for i, text in enumerate(CONTENTS)
        for piece in ((80, 120 + 24 * i, text), (500, 120 + 24 * i, f"{3 + 2 * i}"))
    ] + [(270, 80, "目　录")],
    "a table of contents with a heading over its page numbers": [
        piece
        for i, text in enumerate(["标题", *CONTENTS])
        for piece in ((80, 120 + 24 * i, text), (490, 120 + 24 * i, f"{3 + 2 * i}" if i else "页码"))
    ],
    "a table of contents with leaders": [
        piece
        for i, text in enumerate(CONTENTS)
        for piece in ((80, 120 + 24 * i, text + "." * 60), (500, 120 + 24 * i, f"{1.5 + i}"))
    ] + [(90, 90, "目录"), (495, 90, "金额")],
    "signatures": [
        piece
        for i, text in enumerate(["单位负责人：", "财务负责人：", "填表日期："])
        for piece in ((80, 200 + 24 * i, text), (400, 200 + 24 * i, f"2025.0{i + 1}"))
    ] + [(80, 170, "签字"), (400, 170, "日期")],
    "amounts without a header": [
        piece
        for i, text in enumerate(CONTENTS)
        for piece in ((80, 120 + 24 * i, text), (480, 120 + 24 * i, f"1{i}.50"))
    ],
    "too few rows": [(80, 100, "项目"), (300, 100, "金额"), (80, 120, "基本支出"), (290, 120, "12.50"),
                     (80, 140, "项目支出"), (290, 140, "13.50")],
}  # fmt: skip


@pytest.mark.parametrize("name", NO_TABLES)
def test_no_table_is_made_of(name: str, tmp_path: Path) -> None:
    reading = draw(tmp_path / "page.pdf", NO_TABLES[name])
    assert reading.grids == ()
    words = "".join(squeezed(line.text) for line in reading.lines)
    assert all(squeezed(text) in words for _, _, text in NO_TABLES[name])


def test_the_same_lines_with_a_header_are_a_table(tmp_path: Path) -> None:
    """What parts a table from the lines of the test above is its header."""
    header = [(80, 96, "项目"), (480, 96, "金额")]
    reading = draw(tmp_path / "page.pdf", header + NO_TABLES["amounts without a header"])
    assert [(grid.method, grid.n_rows, grid.n_columns) for grid in reading.grids] == [("aligned", 7, 2)]


@needs_corpus
@pytest.mark.parametrize("rulings", ["none", "horizontals"])
@pytest.mark.parametrize("name", BARE)
def test_a_real_paper_robbed_of_its_rulings_gives_no_amount_that_is_not_there(
    name: str, rulings: str, monkeypatch
) -> None:
    """Its tables were read by their rulings before: what stands in them is known. BARE says how much must be found."""
    path = next(CORPUS.glob(f"*/{name}.pdf"))

    def amounts(reading: Reading) -> Counter:
        return Counter(c.text for grid in reading.grids for c in grid.cells if MONEY.fullmatch(c.text))

    known = amounts(read_document(path, Limits()))
    strokes = document.read_strokes

    def robbed(page, frame):
        whole = strokes(page, frame)
        return whole._replace(horizontal=whole.horizontal if rulings == "horizontals" else [], vertical=[])

    monkeypatch.setattr(document, "read_strokes", robbed)
    found = amounts(read_document(path, Limits()))
    assert found <= known
    assert found.total() >= BARE[name] * known.total()


def test_a_header_over_several_columns_keeps_its_span(tmp_path: Path) -> None:
    """Also beside columns of the same width, where it could be centred over more of them."""
    header = (
        (
            Cell("单位", row_span=2),
            Cell("合计", row_span=2),
            Cell("基本支出", column_span=2),
            Cell("项目支出", row_span=2),
        ),
        row("人员经费", "公用经费"),
    )
    body = tuple(row(name, *(f"{n * k}.50" for k in (30, 10, 5, 15))) for n, name in enumerate("甲乙丙丁", 1))
    table = Table("支出预算表", (3, 2, 2, 2, 2), "lrrrr", header, body)
    truth, reading = set_and_read(Paper("", 2025, "", (), (table,)), Style(rulings="none"), tmp_path / "paper.pdf")
    assert [cells_of(grid) for grid in reading.grids] == [truth[0]]
