"""Do pages read by pdfium give the cells that plain pdfplumber finds, string for string, or a known better one?"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pdfplumber
import pytest

from pipelines.reading.document import _page_content, open_document
from pipelines.settings import Limits
from tests.corpus import CORPUS, needs_corpus, papers
from tests.typesetting.samples import RAW, SAMPLES

BACKGROUND = (
    "backgrounds of paragraphs and cells are no rulings: pdfplumber makes phantom rows, columns and tables of them"
)
CLOSED = "a row or cell that the page break or the drawing leaves open is closed: pdfplumber loses its text"
CUT = "text that its clip path cuts off belongs to the cell it is clipped to: pdfplumber reads it in the next"
TEXTLESS = "ruled areas without any text are no table"
# paper → what differs → (cells with text, blank cells), the reason why ours is right
EXPLAINED = {
    "js-gy-2018-dept-budget": {"only ours": (182, 115, BACKGROUND), "only theirs": (174, 984, BACKGROUND)},
    "js-gy-2019-dept-budget": {"only ours": (102, 90, BACKGROUND), "only theirs": (113, 849, BACKGROUND)},
    "js-rd-2018-dept-budget": {"only theirs": (14, 5, BACKGROUND)},
    "js-swb-2019-tables": {"only theirs": (14, 3, BACKGROUND), "other text": (1, 1, CUT)},
    "js-zx-2018-tables": {"only theirs": (14, 1, BACKGROUND)},
    "sh-pt-czj-2024-dept-final": {"only theirs": (0, 7, TEXTLESS)},
    "sh-pt-wanli-2025-LIBREOFFICE-DRAFT": {"only ours": (0, 2, CLOSED)},
    "jianghan-sasac-2023": {"only ours": (155, 97, CLOSED)},
    "archives-2024": {"only ours": (8, 2, CLOSED)},
    "archives-2025": {"only ours": (8, 2, CLOSED)},
}
Cells = dict[tuple[int, ...], str]


def compare(path: Path) -> dict[str, Counter]:
    """How the cells of all pages compare: the same, another text, only ours, only theirs; with text and blank."""
    found = {what: Counter() for what in ("same", "other text", "only ours", "only theirs")}
    data = path.read_bytes()
    document, _ = open_document(data, Limits())
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            ours = _ours(document, page.page_number - 1)
            theirs = _theirs(page)
            for box, text in ours.items():
                other = _near(box, theirs)
                what = "only ours" if other is None else "same" if theirs[other] == text else "other text"
                found[what][bool(text)] += 1
            for box, text in theirs.items():
                if _near(box, ours) is None:
                    found["only theirs"][bool(text.strip())] += 1
            page.close()
    return found


def _ours(document, index: int) -> Cells:
    content = _page_content(document, index)[1]
    return {tuple(round(v / 2) for v in box): text for table in content.tables for box, text in table.cells.items()}


def _theirs(page) -> Cells:
    left, top = page.cropbox[:2]
    return {
        tuple(round(v / 2) for v in (box[0] - left, box[1] - top, box[2] - left, box[3] - top)): text or ""
        for table in page.find_tables()
        for row, texts in zip(table.rows, table.extract(), strict=True)
        for box, text in zip(row.cells, texts, strict=True)
        if box
    }


def _near(box: tuple[int, ...], cells: Cells) -> tuple[int, ...] | None:
    if box in cells:
        return box
    return next((b for b in cells if all(abs(p - q) <= 1 for p, q in zip(box, b, strict=True))), None)


def check(name: str, path: Path) -> None:
    found = compare(path)
    explained = EXPLAINED.get(name, {})
    differences = {what: (n[True], n[False]) for what, n in found.items() if what != "same" and n}
    assert differences == {what: (text, blank) for what, (text, blank, _) in explained.items()}


@needs_corpus
@pytest.mark.parametrize("path", papers(), ids=lambda path: path.stem)
def test_a_real_paper_has_the_oracles_cells(path: Path) -> None:
    if path.stem == "zh-scanned-no-text-layer":
        pytest.skip("no text layer: refused before any page is read")
    check(path.stem, path)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_sample_has_the_oracles_cells(sample) -> None:
    check(sample.name, RAW / sample.path)


def test_every_explanation_is_of_a_paper_that_is_looked_at() -> None:
    known = {sample.name for sample in SAMPLES} | {path.stem for path in papers()}
    assert set(EXPLAINED) <= known or not CORPUS.is_dir()
