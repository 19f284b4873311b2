"""Does any table that can be typeset come back exactly, whatever its spans, page breaks, rulings and type?"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.reading.document import read_document
from pipelines.settings import Limits
from tests.test_grids import printed, read
from tests.typesetting import Cell, Paper, Style, Table, typeset

TITLES = ("收支预算总表", "收入预算总表", "支出预算总表")
WORDS = st.text("一般公共预算支出合计行政运行（款）项、“三公”0123456789.%-", min_size=1, max_size=14)
NUMBERS = st.builds(lambda n, d: f"{n / 10**d:,.{d}f}", st.integers(0, 10**9), st.sampled_from([0, 1, 2]))


@st.composite
def headers(draw, columns: int) -> tuple[tuple[Cell, ...], ...]:
    """One row, or two rows in which some cells span columns and the others span both rows."""
    if draw(st.booleans()):
        return (tuple(Cell(draw(WORDS)) for _ in range(columns)),)
    top, below, at = [], [], 0
    while at < columns:
        width = draw(st.integers(1, min(3, columns - at)))
        if width == 1:
            top.append(Cell(draw(WORDS), row_span=2))
        else:
            top.append(Cell(draw(WORDS), column_span=width))
            below += [Cell(draw(WORDS)) for _ in range(width)]
        at += width
    if not below:
        return (tuple(Cell(cell.text) for cell in top),)
    return tuple(top), tuple(below)


@st.composite
def tables(draw) -> Table:
    columns = draw(st.integers(2, 7))
    body = tuple(
        (Cell(draw(WORDS)), *(Cell(draw(st.one_of(st.just(""), NUMBERS))) for _ in range(columns - 1)))
        for _ in range(draw(st.integers(1, 40)))
    )
    return Table(
        title="收支预算总表", widths=tuple(draw(st.integers(2, 4)) for _ in range(columns)), aligns="l" + "r" * (columns - 1),
        header=draw(headers(columns)), body=body, unit="单位：万元", landscape=draw(st.booleans()),
    )  # fmt: skip


STYLES = st.builds(
    Style,
    rulings=st.sampled_from(["strokes", "thin_rectangles", "dashes"]),
    rotated=st.booleans(),
    repeat_header=st.booleans(),
    open_edges=st.booleans(),
    watermark=st.sampled_from(["", "仅供测试"]),
    fake_bold=st.booleans(),
    digit_shift=st.sampled_from([0.0, 1.0]),
    font_size=st.sampled_from([7.0, 9.0, 10.5]),
    row_height=st.sampled_from([18.0, 21.0]),
    page_size=st.sampled_from([(595.3, 841.9), (420.0, 595.0), (841.9, 1190.6)]),
)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(tables(), min_size=1, max_size=3), STYLES)
def test_what_is_typeset_comes_back(parts: list[Table], style: Style) -> None:
    titled = [replace(table, title=title) for table, title in zip(parts, TITLES, strict=False)]
    paper = Paper("示例区档案局", 2025, "部门预算", ("本段文字不在表中。",), tuple(titled))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "paper.pdf"
        cells = typeset(paper, style, path)
        assert read(read_document(path, Limits())) == printed(cells)
