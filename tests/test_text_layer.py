"""Is text that is no text found out, and is what does not belong to the page left out of it?"""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.reading.document import _page_content, open_document, read_document
from pipelines.reading.model import Page
from pipelines.reading.refused import Refused
from pipelines.recognising.keys import key
from pipelines.settings import Limits
from tests.test_grids import printed, read
from tests.typesetting import Paper, Style, Table, typeset
from tests.typesetting.draw import Sheets
from tests.typesetting.model import row
from tests.typesetting.papers import plain_paper

RADICALS = {"入": "⼊", "支": "⽀", "金": "⾦", "一": "⼀", "人": "⼈"}


def pages(path: Path) -> list[Page]:
    data = path.read_bytes()
    document, count = open_document(data, Limits())
    return [_page_content(document, index)[0] for index in range(count)]


def without_unicode_map(path: Path) -> None:
    """Rename the entry that says which characters a font's codes are; the file keeps its length and its offsets."""
    data = path.read_bytes()
    assert b"/ToUnicode" in data
    path.write_bytes(data.replace(b"/ToUnicode", b"/XoUnicode"))


def one_table(path: Path, style: Style) -> dict[int, set[tuple]]:
    paper = plain_paper("layouts")
    return printed(typeset(replace(paper, tables=paper.tables[:1]), style, path))


@pytest.mark.parametrize("shift", [0.0, 1.0], ids=["one font", "digits of a font of their own"])
def test_a_font_without_a_unicode_map_is_found_out(tmp_path: Path, shift: float) -> None:
    path = tmp_path / "paper.pdf"
    typeset(plain_paper("layouts"), Style(digit_shift=shift), path)
    assert {page.text_layer for page in pages(path)} == {"digital"}
    without_unicode_map(path)
    assert {page.text_layer for page in pages(path)} == {"unmapped"}
    with pytest.raises(Refused) as refused:
        read_document(path, Limits())
    assert refused.value.reason == "no_text"


def test_a_page_without_usable_text_beside_others_is_named_and_gives_nothing(tmp_path: Path) -> None:
    """Digits have their own codes in this font and come out right without a map; the characters do not."""
    path = tmp_path / "paper.pdf"
    sheets = Sheets(path, Style(page_numbers=False), "")
    sheets.start()
    sheets.text(80, 100, "1,234,567.89", 11)
    sheets.start()
    sheets.text(80, 100, "一般公共预算支出", 11)
    sheets.text(80, 130, "政府性基金预算收入", 11)
    sheets.save()
    without_unicode_map(path)
    reading = read_document(path, Limits())
    assert [page.text_layer for page in reading.pages] == ["digital", "unmapped"]
    assert [(line.page, line.text) for line in reading.lines] == [(1, "1,234,567.89")]


def test_a_page_of_accented_latin_is_text(tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    sheets = Sheets(path, Style(page_numbers=False), "")
    sheets.start()
    sheets.canvas.setFont("Helvetica", 11)
    sheets.canvas.drawString(80, 700, "Les dépenses du département sont arrêtées à la somme prévue.")
    sheets.save()
    assert [page.text_layer for page in pages(path)] == ["digital"]


def test_text_outside_the_visible_page_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    sheets = Sheets(path, Style(page_numbers=False), "")
    sheets.start()
    sheets.text(80, 100, "一般公共预算支出说明如下", 11)
    sheets.text(sheets.width + 40, 100, "页外文字", 11)
    sheets.text(-200, 200, "页外文字", 11)
    sheets.text(80, -30, "页外文字", 11)
    sheets.text(80, sheets.height + 60, "页外文字", 11)
    sheets.save()
    reading = read_document(path, Limits())
    assert [line.text for line in reading.lines] == ["一般公共预算支出说明如下"]


@pytest.mark.parametrize("rotated", [False, True])
def test_a_watermark_across_the_page_is_left_out(tmp_path: Path, rotated: bool) -> None:
    path = tmp_path / "paper.pdf"
    paper = plain_paper("layouts")
    paper = replace(paper, tables=tuple(replace(table, landscape=True) for table in paper.tables[:1]))
    cells = printed(typeset(paper, Style(watermark="内部资料", rotated=rotated), path))
    reading = read_document(path, Limits())
    assert read(reading) == cells
    assert not any(set(line.text) & set("内资料") for line in reading.lines)


def test_radicals_are_kept_as_printed_and_read_as_characters(tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    words = [("收⼊", "⾦额"), ("⼀般公共预算⽀出", "12.30"), ("⼈员经费", "4.50")]
    table = Table("收支预算总表", (3, 2), "lr", (row(*words[0]),), tuple(row(*line) for line in words[1:]))
    typeset(Paper("", 2025, "", (), (table,)), Style(), path)
    (grid,) = read_document(path, Limits()).grids
    texts = [cell.text for cell in grid.cells]
    assert texts == [text for line in words for text in line]
    assert [key(text) for text in texts] == ["收入", "金额", "一般公共预算支出", "12.30", "人员经费", "4.50"]
    assert all(unicodedata.normalize("NFKC", radical) == plain for plain, radical in RADICALS.items())


def test_radicals_of_the_supplement_are_mapped_in_keys() -> None:
    """NFKC leaves them as they are."""
    assert key("部⻔⻋辆⻓期") == "部门车辆长期"
