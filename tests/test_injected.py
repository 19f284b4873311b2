"""Are errors found that were put into papers that had none, is the wrong cell named, and is it said rightly whose it is?

A sample of what `make bench` prints (tests/injected): each kind of error in one layout, every layout once clean, one build
of all papers.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.injected.suite import CLEAN, LAYOUTS, Case, Score, cases, run


def sample() -> list[Case]:
    """Each kind of error once, in turns in the layouts that can have it; each layout clean."""
    every = cases([0])
    layouts: dict[str, list[Case]] = {}
    for case in every:
        layouts.setdefault(case.kind, []).append(case)
    clean = layouts.pop(CLEAN)
    return [*clean, *(choice[turn % len(choice)] for turn, choice in enumerate(layouts.values()))]


@pytest.fixture(scope="module")
def scores(tmp_path_factory) -> list[Score]:
    return run(tmp_path_factory.mktemp("injected"), sample())


def of(scores: Sequence[Score], expected: str | None) -> list[Score]:
    return [score for score in scores if score.case.expected == expected]


def share(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def test_every_kind_of_error_is_in_the_sample(scores):
    assert {score.case.kind for score in scores} == {case.kind for case in cases([0])}
    assert {score.case.layout for score in of(scores, None)} == set(LAYOUTS)


def test_clean_papers_have_no_broken_identity_and_are_published(scores):
    assert [(score.case, score.rules) for score in of(scores, None) if score.fails] == []
    assert {score.status for score in of(scores, None)} == {"published"}


@pytest.mark.parametrize("expected", ["publisher", "reading"])
def test_errors_are_found_and_the_wrong_cells_named(scores, expected):
    injected = of(scores, expected)
    assert share([score.fails > 0 for score in injected]) >= 0.99, [score.case for score in injected if not score.fails]
    assert share([score.hit for score in injected]) >= 0.95, [score for score in injected if score.hit < 1]


def test_no_identity_is_broken_that_holds_no_wrong_cell(scores):
    assert [score for score in scores if score.astray] == []


def test_misprints_are_the_publishers_and_faults_of_the_reader_are_ours(scores):
    assert share([score.verdict for score in scores]) >= 0.95, [score for score in scores if not score.verdict]
    assert {score.status for score in of(scores, "publisher")} == {"published"}
    assert {score.status for score in of(scores, "reading")} == {"held"}
