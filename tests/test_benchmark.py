"""Does every layout of the public benchmark come out as its truth says, and are the errors put into it found?

What does not come out right yet has a floor of its own in `FLOORS`, with the reason beside it.
"""

from __future__ import annotations

import json

import pytest

from tests.benchmark.__main__ import scored
from tests.benchmark.compose import headers, read_layout, sheets_of
from tests.benchmark.measure import LAYOUTS, Judged, Read, Twins, judge_all, raw_folder, read, write_layout
from tests.benchmark.scoring import compare_facts

# Facts (strict F1) and indicators of layouts that are not read whole.
FLOORS: dict[str, tuple[float, float]] = {}
# Layouts whose second paper is held because some of its misprints are taken for misreadings, and why.
TAKEN_FOR_OURS: dict[str, str] = {
    "guangdong": "a table whose total and one of whose rows are wrong fails in all its columns",
    "zhejiang": "rows of a list without codes are levelled by what closes: an error moves the level of others",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("benchmark")


@pytest.fixture(scope="module")
def papers(folder) -> dict[str, Twins]:
    return {name: write_layout(name, raw_folder(folder, name)) for name in LAYOUTS}


@pytest.fixture(scope="module")
def read_papers(papers) -> dict[str, Read]:
    return {name: read(twins.clean) for name, twins in papers.items()}


@pytest.fixture(scope="module")
def judged(papers, folder) -> dict[str, Judged]:
    return judge_all([written for twins in papers.values() for written in twins if written], folder)


@pytest.mark.parametrize("name", LAYOUTS)
def test_facts_and_indicators(name, read_papers):
    facts, indicators = FLOORS.get(name, (1.0, 1.0))
    done = read_papers[name]
    assert done.facts.strict.f1 >= facts, (done.facts.missing[:5], done.facts.extra[:5])
    assert done.indicators.f1 >= indicators


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_clean_paper_has_no_broken_identity(name, papers, judged):
    assert judged[papers[name].clean.path.name].broken == ()


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_errors_are_found(name, papers, judged):
    verdict = judged[papers[name].wrong.path.name]
    assert verdict.missed == ()
    if name not in TAKEN_FOR_OURS:
        assert set(verdict.verdicts) <= {"publisher"} and verdict.astray == 0


def test_a_paper_is_the_same_every_time(papers, tmp_path):
    name = LAYOUTS[0]
    again = write_layout(name, tmp_path)
    assert again.clean.path.read_bytes() == papers[name].clean.path.read_bytes()
    assert again.wrong.truth["errors"] == papers[name].wrong.truth["errors"]


@pytest.mark.parametrize("name", LAYOUTS)
def test_truth_says_what_is_printed(name, papers):
    for written in (papers[name].clean, papers[name].wrong):
        assert all(fact["printed_text"] for fact in written.truth["facts"])
    for error in papers[name].wrong.truth["errors"]:
        assert error["cells"]
    clean = {(f["page"], *f["box"]): f["printed_text"] for f in papers[name].clean.truth["facts"]}
    wrong = {(f["page"], *f["box"]): f["printed_text"] for f in papers[name].wrong.truth["facts"]}
    assert clean != wrong or not papers[name].wrong.truth["errors"]


def test_headings_are_merged_over_equal_neighbours():
    rows = headers([("科目编码",), ("基本支出", "小计"), ("基本支出", "人员经费"), ("项目支出",)])
    spans = [[(cell.text, cell.row_span, cell.column_span) for cell in row] for row in rows]
    assert spans == [
        [("科目编码", 2, 1), ("基本支出", 1, 2), ("项目支出", 2, 1)],
        [("小计", 1, 1), ("人员经费", 1, 1)],
    ]


def test_every_amount_is_coded_once():
    for name in LAYOUTS:
        for sheet in sheets_of(name, read_layout(name)):
            assert all(mark.codes["table_kind"] or mark.codes.get("subset_of") for mark in sheet.marks.values())


def test_another_reader_is_scored(papers, tmp_path):
    written = write_layout(LAYOUTS[0], tmp_path).clean
    written.path.with_suffix(".truth.json").write_text(json.dumps(written.truth), encoding="utf-8")
    facts = written.truth["facts"]
    written.path.with_suffix(".found.json").write_text(json.dumps({"facts": facts[1:]}), encoding="utf-8")
    assert f"{len(facts)}" in scored(tmp_path)[1] and "1.0000" not in scored(tmp_path)[1].split()[2]


def test_a_wrong_column_is_loosely_right_and_strictly_wrong(papers):
    facts = papers[LAYOUTS[0]].clean.truth["facts"]
    other = [{**facts[0], "fund_period": "never"}, *facts[1:]]
    compared = compare_facts(facts, other)
    assert (compared.strict.matched, compared.loose.matched) == (len(facts) - 1, len(facts))
