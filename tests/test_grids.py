"""Do typeset tables come back as the grids they are: every cell once, with its text, spans and places?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.reading.document import read_document
from pipelines.reading.model import Reading
from pipelines.settings import Limits
from tests.typesetting import Paper, Placed, Style, typeset
from tests.typesetting.papers import plain_paper
from tests.typesetting.samples import SAMPLES

SMALL = Style(page_size=(420, 595), font_size=7, row_height=16)
STYLES = {
    "strokes": Style(),
    "thin rectangles": Style(rulings="thin_rectangles"),
    "dashes": Style(rulings="dashes"),
    "double outer border": Style(double_gap=1.5),
    "outer verticals not drawn": Style(outer_verticals=False),
    "rotated pages": Style(rotated=True),
    "header repeated": replace(SMALL, repeat_header=True),
    "header not repeated": SMALL,
    "open edges at the page end": replace(SMALL, open_edges=True),
    "open edges, rows cut by the page end": replace(SMALL, open_edges=True, split_rows=True),
    "watermark": Style(watermark="仅供测试"),
    "fake bold": Style(fake_bold=True),
    "digits on another baseline": Style(digit_shift=1.2),
}


def squeezed(text: str) -> str:
    return "".join(text.split())


def printed(cells: list[Placed]) -> dict[int, set[tuple]]:
    tables: dict[int, set[tuple]] = {}
    for cell in cells:
        if not cell.repeated:
            what = (cell.row, cell.column, cell.row_span, cell.column_span, squeezed(cell.text))
            tables.setdefault(cell.table, set()).add(what)
    return tables


def read(reading: Reading) -> dict[int, set[tuple]]:
    return {
        grid.number: {(c.row, c.column, c.row_span, c.column_span, squeezed(c.text)) for c in grid.cells}
        for grid in reading.grids
    }


@pytest.fixture(scope="module")
def layouts() -> Paper:
    return plain_paper("layouts")


@pytest.mark.parametrize("name", STYLES)
def test_a_typeset_paper_comes_back_cell_by_cell(layouts: Paper, name: str, tmp_path: Path) -> None:
    cells = typeset(layouts, STYLES[name], tmp_path / "paper.pdf")
    assert read(read_document(tmp_path / "paper.pdf", Limits())) == printed(cells)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_the_sample_papers_come_back_cell_by_cell(sample, tmp_path: Path) -> None:
    cells = typeset(sample.paper(), sample.style, tmp_path / "paper.pdf")
    assert read(read_document(tmp_path / "paper.pdf", Limits())) == printed(cells)


def test_a_cell_lies_where_it_is_printed(layouts: Paper, tmp_path: Path) -> None:
    cells = typeset(layouts, Style(rotated=True), tmp_path / "paper.pdf")
    reading = read_document(tmp_path / "paper.pdf", Limits())
    places = {(g.number, c.row, c.column): (c.page, c.box) for g in reading.grids for c in g.cells}
    for cell in cells:
        page, box = places[cell.table, cell.row, cell.column]
        assert page == cell.page
        assert box == pytest.approx(cell.box, abs=2)
