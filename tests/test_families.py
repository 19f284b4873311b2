"""What does a user with papers of a new region meet? Measured by tests/regions.py; `make corpus` prints it for all."""

from __future__ import annotations

import pytest

from pipelines.recognising import vocabulary
from pipelines.recognising.document import recognise
from tests import regions
from tests.corpus import name_of, needs_corpus, papers

pytestmark = needs_corpus
KNOWN = tuple(papers())


@pytest.mark.parametrize("name", sorted(map(name_of, papers())))
def test_with_the_whole_vocabulary_no_number_is_lost_in_silence(name: str) -> None:
    if name not in regions.readings(KNOWN):
        pytest.skip("refused by reading")
    paper, reading = regions.readings(KNOWN)[name]
    assert regions.lost_in_silence(reading, recognise(reading, paper)) == []


@pytest.mark.parametrize(
    ("family", "least_f1", "most_other", "most_untold"),
    # untold: 合计 of a 三公 table whose 会议费 and 培训费 nobody knows is taken for the total of the three
    [("Jiangsu", 0.57, 7, 3), ("Shanghai", 0.92, 4, 0), ("Wuhan", 0.84, 0, 0)],
)
def test_a_family_nobody_has_seen_loses_nothing_in_silence(
    family: str, least_f1: float, most_other: int, most_untold: int, capsys
) -> None:
    measured = regions.measure(family, KNOWN)
    with capsys.disabled():
        print(f"\n{family}: {measured}")
    assert measured.taken > 0
    assert measured.review_lines > 0
    assert measured.lost == 0
    assert measured.untold <= most_untold
    assert measured.wrong <= most_other
    assert measured.loose_f1 >= least_f1


def test_a_loss_that_no_finding_tells_would_be_seen() -> None:
    paper, reading = regions.readings(KNOWN)["js-gy-2018-dept-budget"]
    taken = {"header_words": [r for r in vocabulary.rows("header_words") if r["phrase"] == "基本支出"]}
    records = recognise(reading, paper, regions.without(taken))
    assert regions.lost_in_silence(reading, records) == []
    assert regions.lost_in_silence(reading, records._replace(findings=())) != []
