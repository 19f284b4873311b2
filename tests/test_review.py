"""Does what nobody knows come back as a row to add, with a proposal where arithmetic supports one, decided by a person?"""

from __future__ import annotations

import csv
from collections.abc import Iterable

import duckdb
import pytest

from pipelines.commands.ask import to_decide
from pipelines.errors import PipelineError
from pipelines.recognising import lexicon, vocabulary
from pipelines.recognising.records import Finding
from pipelines.settings import PROJECT, Settings
from pipelines.warehouse import steps
from pipelines.warehouse.review import review_rows, write_review
from tests.sheets import LEFT, facts, paper

LOTTERY = [
    ["科目编码", "科目名称", "合计", "财政拨款", "彩票公益金"],
    ["合计", LEFT, "9.00", "4.00", "5.00"],
    ["229", "其他支出", "9.00", "4.00", "5.00"],
]


def proposed_lines(findings: Iterable[Finding]) -> dict[str, list[str]]:
    return review_rows((f.vocabulary_file, f.proposed_row) for f in findings if f.proposed_row)


def proposed(rows: list[list[str]], title: str = "部门收入总表") -> list[str]:
    return [f.proposed_row or "" for f in paper(rows, title).findings]


def test_a_column_that_closes_the_total_is_proposed_as_a_fund() -> None:
    assert proposed(LOTTERY) == ["彩票公益金,fund_source,?other_income,"]


def test_a_column_that_closes_nothing_is_proposed_without_a_meaning() -> None:
    rows = [row[:] for row in LOTTERY]
    rows[2][4] = "4.99"
    assert proposed(rows) == ["彩票公益金,?,?,"]


def test_a_column_that_closes_the_types_of_expenditure_is_proposed_as_projects() -> None:
    rows = [["科目编码", "科目名称", "合计", "基本支出", "发展支出"], ["205", "教育支出", "9.00", "4.00", "5.00"]]
    assert proposed(rows, "支出预算总表") == ["发展支出,expenditure_type,?project,"]


def test_a_table_of_no_known_kind_is_proposed_by_its_shape() -> None:
    rows = [["科目编码", "科目名称", "合计", "基本支出", "项目支出"], ["205", "教育支出", "9.00", "4.00", "5.00"]]
    assert proposed(rows, "资金安排明细表") == ["?expenditure,?all,资金安排明细表,,,,"]


def test_a_vertical_三公_item_nobody_knows_is_proposed_for_its_file() -> None:
    rows = [["项目", "金额"], ["公务接待费", "1.00"], ["会议费", "1.00"], ["外宾款待开支", "2.00"]]
    finding = paper(rows, "“三公”经费支出表").findings[0]
    assert (finding.kind, finding.severity, finding.proposed_row) == ("unmapped_row", "error", "外宾款待开支,?,")


def test_the_review_lines_have_the_form_of_their_files() -> None:
    findings = [*paper(LOTTERY, "部门收入总表").findings, *paper(LOTTERY, "彩票专项收入总表").findings]
    review = proposed_lines(findings)
    assert review == {
        "header_words.csv": ["彩票公益金,fund_source,?other_income,"],
        "table_titles.csv": ["?revenue,?all,彩票专项收入总表,,,,"],
    }
    for name, lines in review.items():
        width = len(vocabulary.rows(name.removesuffix(".csv"))[0])
        assert {len(row) for row in csv.reader(lines)} == {width}


@pytest.fixture
def with_rows(tmp_path, monkeypatch):
    """A function that adds lines to a copy of the vocabulary and makes it the one in use."""

    def add(name: str, *lines: str) -> None:
        for path in vocabulary.FOLDER.glob("*.csv"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
        with (tmp_path / name).open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
        monkeypatch.setattr(vocabulary, "FOLDER", tmp_path)
        lexicon.forget()

    yield add
    monkeypatch.undo()
    lexicon.forget()


def test_a_review_line_with_its_value_decided_maps_the_column(with_rows) -> None:
    line = proposed(LOTTERY)[0]
    with_rows("header_words.csv", line.replace("?", ""))
    assert [fund for (fund,) in facts(paper(LOTTERY, "部门收入总表"), "fund_source")[:3]] == [
        "all", "appropriation", "other_income"
    ]  # fmt: skip


ODD = [
    ["项目", "预算数", "项目", "预算数"],
    ["一、财政拨款收入", "9.00", "一、教育支出", "7.00"],
    ["", "", "待分配支出(年初未细化)", "2.00"],
    ["收入总计", "9.00", "支出总计", "9.00"],
]


@pytest.mark.parametrize(
    ("rows", "title", "old", "new"),
    [
        (ODD, "部门收支总表", "flow,?", "flow,CARRY_OUT"),
        (
            [["科目编码", "科目名称", "合计"], ["205", "教育支出", "9.00"]],
            "教育资金(本级)安排表",
            "?,?",
            "expenditure,all",
        ),
        (
            [["项目", "金额"], ["会议费", "1.00"], ["培训费", "1.00"], ["外宾款待(境外)", "2.00"]],
            "三公经费表",
            "?",
            "RECEPTION",
        ),
    ],
)
def test_every_kind_of_review_line_works_once_decided(with_rows, rows, title, old, new) -> None:
    review = proposed_lines(paper(rows, title).findings)
    assert len(review) == 1
    name, (line,) = next(iter(review.items()))
    with_rows(name, line.replace(old, new))
    after = paper(rows, title)
    assert after.findings == ()
    assert len(facts(after, "amount_yuan")) == sum("." in cell for row in rows for cell in row)


def test_a_review_line_nobody_decided_stops_the_run(with_rows) -> None:
    with_rows("header_words.csv", proposed(LOTTERY)[0])
    with pytest.raises(PipelineError, match=r"header_words.csv line \d+: decide what stands for \?other_income"):
        paper(LOTTERY, "部门收入总表")


def test_the_review_files_say_what_to_decide_and_status_names_them(tmp_path) -> None:
    file = "pipelines/vocabulary/header_words.csv"
    lines = ["留本资金,?,?,", "彩票公益金,fund_source,?other_income,", "留本资金,?,?,"]
    with duckdb.connect() as con:
        con.execute("create schema quality; create table quality.findings (vocabulary_file text, proposed_row text)")
        con.executemany("insert into quality.findings values (?, ?)", [*([file, line] for line in lines), [None, None]])
        assert write_review(con, tmp_path) == {"header_words.csv": 2}
        told = to_decide(con, tmp_path)
    assert told == [f"To decide  2 lines in {tmp_path}/header_words.csv, for pipelines/vocabulary/header_words.csv"]
    written = (tmp_path / "header_words.csv").read_text(encoding="utf-8").splitlines()
    assert written == [",".join(vocabulary.columns("header_words")), *lines[:2]]


def test_an_undecided_line_stops_staging_instead_of_holding_each_paper(with_rows, tmp_path) -> None:
    settings = Settings(raw=PROJECT / "raw", home=tmp_path / "home", years=("2024",))
    steps.read(settings)
    steps.find(settings)
    with_rows("header_words.csv", "彩票公益金,fund_source,?other_income,")
    with pytest.raises(PipelineError, match="decide what stands for"):
        steps.read(settings)
    with pytest.raises(PipelineError, match="decide what stands for"):
        steps.stage_papers(settings)
