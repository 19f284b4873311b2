"""Does a table that may be the rest of the one before it hold the paper, and no other?"""

from __future__ import annotations

from pathlib import Path

from expectations.decisions import DocumentState, decide
from pipelines.reading.model import Page, Reading
from pipelines.recognising.document import recognise
from pipelines.recognising.recognised import Recognised
from pipelines.recognising.records import Paper
from tests.sheets import grid, line

LIST = [
    ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
    ["201", "一般公共服务支出", "42.00", "30.00", "12.00"],
    ["20101", "人大事务", "42.00", "30.00", "12.00"],
]
REST = [["2010101", "行政运行", "30.00", "30.00", ""], ["2010102", "一般行政管理事务", "12.00", "", "12.00"]]


def read(title: str, may_continue: int | None) -> Recognised:
    second = grid(1, REST)._replace(first_page=2, last_page=2, may_continue=may_continue)
    second = second._replace(cells=tuple(c._replace(page=2, parts=((2, c.box),)) for c in second.cells))
    lines = [line("示例市示例局2025年部门预算", 40), line("支出总表", 150, 200), line("单位：万元", 180, 500)]
    lines += [line(title, 150, 200, page=2)] if title else []
    pages = tuple(Page(n, 842, 595, 500, "digital") for n in (1, 2))
    reading = Reading("0" * 64, pages, tuple(lines), (grid(0, LIST), second))
    return recognise(reading, Paper("d", "0" * 64, Path("a.pdf"), "a.pdf", "a.pdf", "2025", "示例局"))


def unjoined(records: Recognised) -> list[tuple[int | None, str]]:
    return [(f.page, f.severity) for f in records.findings if f.kind == "not_joined"]


def test_a_table_with_the_columns_of_the_one_before_it_and_no_kind_is_told() -> None:
    assert unjoined(read("某某情况一览", 0)) == [(2, "error")]


def test_a_table_of_a_kind_of_its_own_is_no_rest() -> None:
    assert unjoined(read("项目支出表", 0)) == []


def test_a_table_with_other_columns_is_no_rest() -> None:
    assert unjoined(read("某某情况一览", None)) == []


def test_it_holds_the_paper() -> None:
    state = DocumentState("d", None, "", 2, 1, 0, None, unjoined_tables=1, first_unjoined_page=2)
    assert decide([state], [], [], [])[0][1:] == ("held", "not_joined: 1 tables, first on page 2")
