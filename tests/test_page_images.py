"""Do pictures of pages show the paper, and nobody's name or telephone number?"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pdfplumber
import pypdfium2
import pytest
from PIL import Image

from pipelines.commands.trace import trace_text
from pipelines.errors import PipelineError
from pipelines.reading.document import read_document
from pipelines.reading.model import Box, Cell, Grid, Line, Page, Reading
from pipelines.recognising.lexicon import lexicon_of
from pipelines.recognising.private_places import private_places, unknown_pages
from pipelines.reporting.document_pictures import contact_places, orders
from pipelines.reporting.page_images import COVER, PageImage, PageOrder, draw_pages
from pipelines.reporting.picture import COVER as COVER_OF_CELL
from pipelines.reporting.picture import crop_around
from pipelines.settings import Limits
from pipelines.warehouse.publish import current_generation
from pipelines.warehouse.query import open_warehouse
from pipelines.warehouse.restricted import published_contacts
from tests.test_contacts import ODD_TABLES, PERSONS, TELEPHONES
from tests.typesetting.model import Style
from tests.typesetting.papers import plain_paper, read_table
from tests.typesetting.setter import typeset


def private_words(page) -> Iterator[Box]:
    """Where an independent reader finds invented persons and telephone numbers."""
    for pattern in (PERSONS, TELEPHONES):
        for found in page.search(pattern, regex=True):
            yield Box(found["x0"], found["top"], found["x1"], found["bottom"])


def levels(image: Image.Image, size: tuple[float, float], box: Box, inset: float = 0.5) -> set[int]:
    x, y = image.width / size[0], image.height / size[1]
    edges = (box.x0 + inset) * x, (box.top + inset) * y, (box.x1 - inset) * x, (box.bottom - inset) * y
    return set(image.crop([round(edge) for edge in edges]).convert("L").get_flattened_data())


def test_no_picture_of_the_report_shows_a_contact(published_forms):
    settings = published_forms.settings
    with open_warehouse(settings) as con:
        papers = con.execute("select document_id, source_path from marts.dim_document order by all").fetchall()
    covered = {}
    for document_id, source_path in papers:
        with pdfplumber.open(settings.raw / source_path) as pdf:
            for number, page in enumerate(pdf.pages, start=1):
                picture = settings.report / "documents" / document_id / f"{number}.png"
                if picture.is_file():
                    for box in private_words(page):
                        covered[document_id] = covered.get(document_id, 0) + 1
                        image = Image.open(picture)
                        assert levels(image, (page.width, page.height), box) == {COVER}, (source_path, number, box)
    contacts = contact_places(published_contacts(settings.home, current_generation(settings).name))
    assert len(contacts) == 2
    assert all(covered[id] >= sum(map(len, pages.values())) == 6 for id, pages in contacts.items())


def test_the_picture_of_a_traced_cell_shows_no_contact_beside_it(published_forms, tmp_path):
    settings = published_forms.settings
    contacts = contact_places(published_contacts(settings.home, current_generation(settings).name))
    with open_warehouse(settings) as con:
        amounts = con.execute(
            """select a.form_amount_id, f.document_id, d.source_path, a.page, [a.x0, a.top, a.x1, a.bottom]
               from marts.fct_form_amount a join marts.fct_form f using (form_id) join marts.dim_document d using (document_id)
               order by all"""
        ).fetchall()
    seen = 0
    for id, document_id, source_path, page, corners in amounts:
        width, height = pypdfium2.PdfDocument(settings.raw / source_path)[page - 1].get_size()
        region = crop_around(Box(*corners), width, height)
        for box in contacts[document_id].get(page, ()):
            if (
                seen < 2
                and box.x0 >= region.x0
                and box.top >= region.top
                and box.x1 <= region.x1
                and box.bottom <= region.bottom
            ):
                trace_text(settings, id, tmp_path / "cell.png", raw_given=False)
                at = Box(box.x0 - region.x0, box.top - region.top, box.x1 - region.x0, box.bottom - region.top)
                size = region.x1 - region.x0, region.bottom - region.top
                assert levels(Image.open(tmp_path / "cell.png"), size, at) == {COVER_OF_CELL[0]}
                seen += 1
    assert seen == 2


def test_no_number_of_a_table_is_covered(published_forms):
    """What is covered for safety's sake costs no amount, indicator or number of the text."""
    settings = published_forms.settings
    with open_warehouse(settings) as con:
        numbers = con.execute(
            """select n.document_id, n.page, [n.x0, n.top, n.x1, n.bottom] from (
                   select document_id, page, x0, top, x1, bottom from quality.printed_amounts where state <> 'blank'
                   union all select document_id, page, x0, top, x1, bottom from marts.fct_indicator
                   union all select document_id, page, x0, top, x1, bottom from marts.fct_statement) n"""
        ).fetchall()
    assert len(numbers) > 900
    for document_id, page, box in numbers:
        image, size = picture_of(settings.report / "documents" / document_id, page)
        middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        assert levels(image, size, Box(*middle, *middle), -0.6) != {COVER}


PICTURES: dict[Path, Image.Image] = {}


def picture_of(folder: Path, page: int) -> tuple[Image.Image, tuple[float, float]]:
    path = folder / f"{page}.png"
    if path not in PICTURES:
        PICTURES[path] = Image.open(path).convert("L")
    image = PICTURES[path]
    return image, (image.width / 2, image.height / 2)


@pytest.fixture(scope="module")
def odd(tmp_path_factory) -> tuple[Path, Reading]:
    """Contacts where nobody expects them: beside a title, in a row label, under a column head, in the text."""
    paper = plain_paper("performance-archives-2025")
    tables = [read_table({"widths": [1, 1, 1, 1], "aligns": "llll", "header": [], **table}) for table in ODD_TABLES]
    forms = [replace(paper.tables[2], title="2025年示例登记卡"), replace(paper.tables[2], title="")]
    text = ("# 说明", "本表由示例甲乙编制，联系人：示例丙丁，电话：010-00000003。", "联系电话：", "010-00000004")
    path = tmp_path_factory.mktemp("odd") / "paper.pdf"
    typeset(replace(paper, paragraphs=text, tables=(*tables, *forms)), Style(), path)
    return path, read_document(path, Limits())


def test_contacts_are_covered_where_nobody_expects_them(odd):
    path, reading = odd
    places = private_places(reading, lexicon_of(2025))
    drawn = draw_pages(path, [PageOrder(page.number, places.get(page.number, ())) for page in reading.pages])
    bare = draw_pages(path, [PageOrder(page.number) for page in reading.pages])
    seen = 0
    with pdfplumber.open(path) as pdf:
        for number, page in enumerate(pdf.pages, start=1):
            for box in private_words(page):
                seen += 1
                assert levels(opened(drawn[number]), (page.width, page.height), box) == {COVER}, (number, box)
                assert len(levels(opened(bare[number]), (page.width, page.height), box)) > 1
    assert seen >= 20


def opened(image: PageImage) -> Image.Image:
    return Image.open(io.BytesIO(image.png))


def grid_of(*rows: tuple[str, ...]) -> Reading:
    """A reading with one grid; the box of a cell says its row and column."""
    cells = tuple(
        Cell(r, c, 1, 1, text, 1, box, ((1, box),))
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
        for box in [Box(c, r, c + 1, r + 1)]
    )
    grid = Grid(0, 1, 1, len(rows), len(rows[0]), (), "ruled", cells)
    return Reading("", (Page(1, 10, 10, 1, "digital"),), (), (grid,))


@pytest.mark.parametrize(
    ("rows", "covered"),
    [
        ([("负责人", "示例甲", "联系电话", "85000000")], {"示例甲", "85000000"}),
        ([("联系人及电话", "", "示例甲 85000000", "")], {"示例甲 85000000"}),
        ([("项目", "负责人", "合计"), ("甲项目", "示例甲", "3.00"), ("乙项目", "示例乙", "4.00")], {"示例甲", "示例乙", "合计"}),
        ([("登记人", "示例甲", "010-85000000", "3.00")], {"登记人", "示例甲", "010-85000000"}),
        ([("电话费", "3.00", "退休人员", "12")], set()),
        ([("填报人", "示例甲", "联系电话", "85000000"), ("资金", "", "当年金额", "")], {"示例甲", "85000000", "资金"}),
        ([("项目名称", "示例项目", "年度", "2025")], set()),
        ([("填报人", "", "项目编码", "0001")], set()),
    ],
)  # fmt: skip
def test_what_stands_beside_a_label_is_private(rows, covered):
    reading = grid_of(*rows)
    texts = {cell.box: cell.text for cell in reading.grids[0].cells}
    assert {texts[box] for box in private_places(reading, lexicon_of(2025)).get(1, ())} == covered


@pytest.mark.parametrize(
    ("lines", "covered"),
    [
        (["联系人：示例甲", "支出3万元"], {0}),
        (["联系人 示例甲"], {0}),
        (["电话：027-", "85000000"], {0, 1}),
        (["咨询电话：", "85000000"], {0, 1}),
        (["咨询电话：027-8500000", "0。"], {0, 1}),
        (["咨询电话：027-85000000", "3月公开"], {0}),
        (["咨询电话：027-85000000", "第五部分"], {0}),
        (["项目负责人培训3期", "收入合计12"], set()),
    ],
)
def test_lines_that_name_somebody_are_private(lines, covered):
    printed = tuple(Line(1, Box(0, n, 9, n + 1), text) for n, text in enumerate(lines))
    reading = Reading("", (Page(1, 10, 10, 1, "digital"),), printed, ())
    assert {int(box.top) for box in private_places(reading, lexicon_of(2025)).get(1, ())} == covered


def test_a_page_on_which_a_contact_cannot_be_placed_is_withheld():
    reading = Reading(
        "", (Page(1, 9, 9, 1, "digital"), Page(2, 9, 9, 9, "unmapped"), Page(3, 9, 9, 1, "digital")), (), ()
    )
    somewhere, nowhere = Box(1, 1, 2, 2), Box(0, 0, 0, 0)
    drawn, withheld = orders([1, 2, 3], {1: [somewhere]}, {3: [nowhere]}, unknown_pages(reading))
    assert drawn == [PageOrder(1, (somewhere,))]
    assert withheld == [2, 3]


def test_a_paper_that_cannot_be_drawn_says_so_and_a_page_costs_no_other(odd, tmp_path):
    path, reading = odd
    drawn = draw_pages(path, [PageOrder(1), PageOrder(999)])
    assert list(drawn) == [1]
    assert (drawn[1].width, drawn[1].height) == pytest.approx(reading.pages[0][1:3], abs=0.1)
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7\nnothing")
    with pytest.raises(PipelineError, match="bad.pdf cannot be drawn"):
        draw_pages(tmp_path / "bad.pdf", [PageOrder(1)])
