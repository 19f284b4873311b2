"""Does the typesetter print what it says it prints, and do the sample papers balance?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pdfplumber
import pytest

from tests.typesetting import Paper, Placed, Style, Table, typeset
from tests.typesetting.budget import read_budget
from tests.typesetting.errors import Misprint, misprint
from tests.typesetting.papers import plain_paper
from tests.typesetting.samples import NINE, RAW, SAMPLES, TEN

SMALL = Style(page_size=(420, 595), font_size=7, row_height=16)
STYLES = {
    "strokes": Style(),
    "thin rectangles": Style(rulings="thin_rectangles"),
    "dashes": Style(rulings="dashes"),
    "double outer border": Style(double_gap=1.5),
    "rotated pages": Style(rotated=True),
    "small paper, repeated header": replace(SMALL, repeat_header=True),
    "rows cut by the page end": replace(SMALL, split_rows=True, rulings="thin_rectangles"),
    "watermark": Style(watermark="仅供测试"),
    "fake bold": Style(fake_bold=True),
    "digits on another baseline": Style(digit_shift=1.2),
}
Found = dict[int, list[tuple[tuple[float, ...], str]]]


def squeezed(text: str) -> str:
    return "".join(text.split())


def slanted(thing: dict) -> bool:
    return thing["object_type"] == "char" and abs(thing["matrix"][1]) > 0.01


def found_cells(path: Path) -> Found:
    """Return page → boxes and texts of the cells plain pdfplumber finds, fake bold and slanted text taken out."""
    found: Found = {}
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            clean = page.filter(lambda thing: not slanted(thing)).dedupe_chars()
            found[page.page_number] = [
                (box, squeezed(text))
                for table in clean.find_tables()
                for row, texts in zip(table.rows, table.extract(), strict=True)
                for box, text in zip(row.cells, texts, strict=True)
                if box
            ]
    return found


def text_at(found: Found, page: int, box: tuple[float, ...]) -> str | None:
    """Return the text of the one cell with this box, give or take a line's width and pdfplumber's snapping."""
    texts = [text for other, text in found[page] if all(abs(a - b) < 2 for a, b in zip(box, other, strict=True))]
    assert len(texts) < 2, f"two cells at {box} on page {page}"
    return texts[0] if texts else None


def unlike(found: Found, cells: list[Placed]) -> list[tuple[str, str | None]]:
    """Return printed and found text of each cell that is not found as it was printed."""
    pairs = []
    for cell in cells:
        texts = [text_at(found, page, box) for page, box in cell.parts]
        pairs.append((squeezed(cell.text), None if None in texts else "".join(texts)))
    return [pair for pair in pairs if pair[0] != pair[1]]


@pytest.fixture(scope="module")
def layouts() -> Paper:
    return plain_paper("layouts")


@pytest.mark.parametrize("name", STYLES)
def test_what_is_said_is_what_pdfplumber_finds(layouts: Paper, name: str, tmp_path: Path) -> None:
    cells = typeset(layouts, STYLES[name], tmp_path / "paper.pdf")
    found = found_cells(tmp_path / "paper.pdf")
    assert unlike(found, cells) == []
    assert sum(map(len, found.values())) == sum(len(cell.parts) for cell in cells)
    assert sum(not cell.repeated for cell in cells) == sum(
        len(row) for t in layouts.tables for row in t.header + t.body
    )


def test_rotated_pages_are_turned_for_display_only(layouts: Paper, tmp_path: Path) -> None:
    upright = typeset(layouts, Style(), tmp_path / "upright.pdf")
    rotated = typeset(layouts, Style(rotated=True), tmp_path / "rotated.pdf")
    assert upright == rotated
    with pdfplumber.open(tmp_path / "rotated.pdf") as pdf:
        pages = {page.page_number: page for page in pdf.pages}
    turned = [page for page in pages.values() if page.rotation == 90]
    assert [(page.width, page.height) for page in turned] == [(841.9, 595.3)]
    assert turned[0].page_obj.attrs["MediaBox"] == [0, 0, 595.3, 841.9]
    assert max(cell.box.x1 - pages[cell.page].width for cell in rotated) < -50


def test_a_page_end_cuts_rows_and_merged_cells(layouts: Paper, tmp_path: Path) -> None:
    cells = typeset(layouts, STYLES["rows cut by the page end"], tmp_path / "paper.pdf")
    cut = [cell for cell in cells if len(cell.parts) == 2]
    assert {cell.row_span for cell in cut} == {1, 5}
    assert all(first[0] + 1 == second[0] for first, second in (cell.parts for cell in cut))


def test_a_header_printed_again_is_the_same_header(layouts: Paper, tmp_path: Path) -> None:
    cells = typeset(layouts, STYLES["small paper, repeated header"], tmp_path / "paper.pdf")
    again = [cell for cell in cells if cell.repeated and cell.table == 5]
    header = [(cell.row, cell.column, cell.text) for cell in cells if cell.table == 5 and cell.row == 0]
    assert [cell.text for cell in again[:4]] == ["项目单位", "项目名称", "测算依据", "合计"]
    assert header == [(cell.row, cell.column, cell.text) for cell in again] * 2


def test_open_edges_hide_exactly_the_rows_at_the_page_end(layouts: Paper, tmp_path: Path) -> None:
    paper = replace(layouts, tables=layouts.tables[5:])
    closed = typeset(paper, SMALL, tmp_path / "closed.pdf")
    cells = typeset(paper, replace(SMALL, open_edges=True), tmp_path / "open.pdf")
    assert cells == closed
    assert {page for cell in cells for page, _ in cell.parts} == {1, 2}
    first = max(box.bottom for cell in cells for page, box in cell.parts if page == 1)
    second = min(box.top for cell in cells for page, box in cell.parts if page == 2)
    at_edge = [
        squeezed(cell.text)
        for cell in cells
        if any((page, box.bottom) == (1, first) or (page, box.top) == (2, second) for page, box in cell.parts)
    ]
    hidden = unlike(found_cells(tmp_path / "open.pdf"), cells)
    assert [text for text, _ in hidden] == at_edge
    assert "示例县普查中心" in at_edge and len(at_edge) == 11


def test_without_outer_verticals_the_outer_columns_have_no_cells(layouts: Paper, tmp_path: Path) -> None:
    paper = Paper("", 2023, "", (), layouts.tables[:1])
    cells = typeset(paper, Style(outer_verticals=False), tmp_path / "paper.pdf")
    lost = unlike(found_cells(tmp_path / "paper.pdf"), cells)
    outer = [squeezed(c.text) for c in cells if c.column == 0 or c.column + c.column_span == 6]
    assert [text for text, _ in lost] == outer


def test_a_row_that_does_not_fill_its_columns_is_refused(layouts: Paper, tmp_path: Path) -> None:
    table = layouts.tables[1]
    short = Table(table.title, table.widths, table.aligns, table.header, (table.body[0][:1],))
    with pytest.raises(ValueError, match="收入预算总表: no cell"):
        typeset(Paper("", 2023, "", (), (short,)), Style(), tmp_path / "paper.pdf")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_the_shipped_samples_are_what_the_typesetter_writes(sample, tmp_path: Path) -> None:
    sample.write(tmp_path)
    shipped = (RAW / sample.path).read_bytes()
    assert shipped == (tmp_path / sample.path).read_bytes(), "write them again: python -m tests.typesetting.samples"
    assert len(shipped) < 300_000


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_the_samples_say_what_pdfplumber_finds(sample, tmp_path: Path) -> None:
    cells = sample.write(tmp_path)
    hidden = unlike(found_cells(tmp_path / sample.path), cells)
    if sample.style == TEN:
        assert {squeezed(table.title)[5:] for table in sample.paper().tables} >= {"收支预算总表", "项目支出预算表"}
        assert 0 < len(hidden) < 60  # rows at page ends that have open edges
    else:
        assert sample.style == NINE
        assert hidden == []


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", "") or "0")


def broken_sums(table: Table, names: int) -> list[tuple[str, int]]:
    """Return code and column of each parent that is not the sum of its children; codes fill the first cells, `names`
    is the column of the name. The 合计 row has the code ''."""
    amounts = {}
    for row in table.body:
        code = "" if "合计" in row[0].text + row[1].text else "".join(cell.text for cell in row[:names])
        amounts[code] = [number(cell.text) for cell in row[-(len(table.widths) - names - 1) :]]
    children = defaultdict(list)
    for code in filter(None, amounts):
        children[code[:-2] if len(code) > 3 else ""].append(amounts[code])
    return [
        (code, names + 1 + column)
        for code, parts in sorted(children.items())
        for column, total in enumerate(amounts[code])
        if total != sum(part[column] for part in parts)
    ]


def cell_of(table: Table, key: str, column: int) -> str:
    (row,) = [row for row in table.body if key in (row[0].text, row[1].text)]
    return row[column].text


def test_the_tables_of_the_first_sample_balance() -> None:
    tables = SAMPLES[0].paper().tables
    assert len(tables) == 10
    assert [cell.text for cell in tables[0].body[-1]] == ["收　入　总　计", "575.53", "支　出　总　计", "575.53"]
    assert sum(number(row[1].text) for row in tables[0].body[:-3]) == Decimal("575.53")
    assert sum(number(row[3].text) for row in tables[0].body[:-3]) == Decimal("575.53")
    assert [broken_sums(tables[place], 1) for place in (2, 4, 6)] == [[], [], []]
    total = ["561.67", "394.92", "333.16", "61.76", "166.75"]
    assert [cell_of(tables[4], "合计", column) for column in range(2, 7)] == total
    assert [cell_of(tables[5], "合计", column) for column in range(2, 7)] == total
    assert [cell_of(tables[6], "合计", column) for column in range(2, 5)] == ["394.92", "333.16", "61.76"]
    assert [cell.text for cell in tables[7].body[0]] == ["3.25", "", "2.80", "", "2.80", "0.45"]
    assert cell_of(tables[9], "合计", 3) == cell_of(tables[2], "合计", 4) == "180.61"
    assert cell_of(tables[6], "30113", 2) == cell_of(tables[4], "2210201", 2) == "35.63"
    for table in (tables[4], tables[5]):
        for row in table.body:
            whole, basic, personnel, operating, project = (number(cell.text) for cell in row[2:])
            assert whole == basic + project
            assert basic == personnel + operating


def test_the_second_sample_has_one_misprint_and_balances_otherwise() -> None:
    tables = SAMPLES[1].paper().tables
    assert cell_of(tables[4], "20126", 2) == "475.80"
    assert cell_of(tables[2], "20126", 2) == "463.00"
    assert [broken_sums(tables[place], 1) for place in (2, 4, 6)] == [[], [("201", 2), ("20126", 2)], []]


def test_the_tables_of_the_third_sample_balance() -> None:
    tables = SAMPLES[2].paper().tables
    assert len(tables) == 9
    assert [broken_sums(tables[place], 3) for place in (1, 2, 4, 5)] == [[], [], [], []]
    assert broken_sums(tables[7], 2) == []
    assert [cell.text for cell in tables[4].body[-1]] == ["合计", "14,381,509.65", "11,593,809.65", "2,787,700.00"]
    assert [cell.text for cell in tables[7].body[-1]][1] == "11,593,809.65"
    assert [cell.text for cell in tables[3].body[-1]][3:6] == ["15,656,509.65", "14,381,509.65", "1,275,000.00"]


def test_codes_of_both_classifications_pair() -> None:
    """What is withheld for staff stands under its function and its economic code with one amount."""
    for name in ("archives-2024", "archives-2025", "sports-2025"):
        budget, _ = read_budget(name)
        for economic, function in {"30108": "2080505", "30109": "2080506", "30113": "2210201"}.items():
            assert budget.sum(economic=economic) == budget.sum(function=function) > 0


def test_a_misprint_must_meet_what_it_replaces() -> None:
    paper = SAMPLES[0].paper()
    changed = misprint(paper, Misprint(4, "20126", 2, cell_of(paper.tables[4], "20126", 2), "1.00"))
    assert cell_of(changed.tables[4], "20126", 2) == "1.00"
    with pytest.raises(ValueError, match="no row '20126' with '9.99'"):
        misprint(paper, Misprint(4, "20126", 2, "9.99", "1.00"))
