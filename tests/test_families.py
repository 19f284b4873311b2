"""What does a user with papers of a new province meet?

For each family of real papers, the vocabulary rows that only this family needs are taken out; its papers are read with
what the others alone would have taught. A row is needed by a family if amounts of it change without the row.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from typing import NamedTuple

import pytest

from pipelines.reading.document import read_document
from pipelines.reading.model import Grid, Reading
from pipelines.reading.refused import Refused
from pipelines.recognising import vocabulary
from pipelines.recognising.document import recognise
from pipelines.recognising.identity import Identity, identify
from pipelines.recognising.keys import bare, key
from pipelines.recognising.lexicon import Lexicon
from pipelines.recognising.recognised import Recognised
from pipelines.recognising.records import Paper
from pipelines.recognising.tables.amounts import is_number
from pipelines.recognising.tables.table import recognise_table
from pipelines.recognising.tables.titles import Surroundings, surroundings
from pipelines.settings import Limits
from pipelines.warehouse.review import review_rows
from tests.corpus import CORPUS, needs_corpus, papers, scorer
from tests.sheets import filled

pytestmark = needs_corpus
FILES = ("table_titles", "header_words", "row_words", "three_public")
FAMILIES = {"Jiangsu": "js-", "Shanghai": "sh-", "Wuhan": "jianghan-"}
Files = dict[str, list[dict[str, str]]]
NUMBERS_IN = re.compile(r"(\d+) (?:numbers|amounts)")


class Place(NamedTuple):
    """One grid of a paper with what is needed to recognise it, and all its words."""

    family: str
    grid: Grid
    around: Surroundings
    who: Identity
    words: str


@cache
def readings() -> dict[str, tuple[Paper, Reading]]:
    found = {}
    for path in papers():
        try:
            reading = read_document(path, Limits())
        except Refused:
            continue
        paper = Paper(path.stem, reading.sha256, path, path.name, path.name, "", path.parent.name)
        found[path.stem] = (paper, reading)
    return found


def family_of(stem: str) -> str:
    return next(name for name, prefix in FAMILIES.items() if stem.startswith(prefix))


@cache
def places() -> list[Place]:
    """Every grid that is no part of a form, the families taking turns."""
    by_family: dict[str, list[Place]] = {name: [] for name in FAMILIES}
    for stem, (paper, reading) in readings().items():
        who, around = identify(reading, paper), surroundings(reading)
        forms = {t.table_no for t in recognise(reading, paper).tables if t.state in ("form", "no_money")}
        for grid in (g for g in reading.grids if g.number not in forms):
            texts = [*(cell.text for cell in grid.cells), *(line.text for line in around[grid.number].above)]
            place = Place(family_of(stem), grid, around[grid.number], who, "\n".join(map(key, texts)))
            by_family[place.family].append(place)
    longest = max(map(len, by_family.values()))
    return [found[i] for i in range(longest) for found in by_family.values() if i < len(found)]


def said(place: Place, files: Files | None = None) -> list[tuple]:
    words = place.who.lexicon
    who = place.who._replace(lexicon=Lexicon(words.year, words.region, files))
    found = recognise_table(place.grid, place.around, who, Counter()).amounts
    return [amount[3:] for amount in found if amount.state in ("number", "zero")]


def without(taken: Files) -> Files:
    """The files that rows are taken from, without these rows."""
    return {name: [r for r in vocabulary.rows(name) if r not in gone] for name, gone in taken.items()}


def may_stand_in(row: dict[str, str], place: Place) -> bool:
    """Whether a vocabulary row can say anything about a grid."""
    if "phrase" in row:
        return row["phrase"] in place.words
    if "pattern" in row:
        return re.search(row["pattern"], place.words) is not None
    return all(re.search(word, place.words) for word in row["all_of"].split())


@cache
def needed_by() -> list[tuple[str, dict[str, str], frozenset[str]]]:
    """Each vocabulary row and the families that need it; more than two are told as two."""
    before = [said(place) for place in places()]
    found = []
    for name in FILES:
        for row in vocabulary.rows(name):
            families: set[str] = set()
            files = without({name: [row]})
            for place, was in zip(places(), before, strict=True):
                if len(families) < 2 and place.family not in families and may_stand_in(row, place):
                    families |= {place.family} if said(place, files) != was else set()
            found.append((name, row, frozenset(families)))
    return found


def rows_of(family: str) -> Files:
    taken: Files = {}
    for name, row, families in needed_by():
        if families == {family}:
            taken.setdefault(name, []).append(row)
    return taken


def lost_in_silence(reading: Reading, records: Recognised) -> list[tuple[int, int, int]]:
    """Tables whose numbers are more than those published and those that findings tell of: (page, lost, told)."""
    published = Counter((a.table_id, a.page, a.x0, a.top) for a in filled(records))
    told: Counter = Counter()
    for finding in records.findings:
        told[finding.table_id] += sum(map(int, NUMBERS_IN.findall(finding.message))) + (finding.kind == "unread_cell")
    silent = []
    for table, grid in zip(records.tables, reading.grids, strict=True):
        if table.state in ("form", "no_money"):
            continue
        printed = [c for c in grid.cells if is_number(c.text) and ("." in c.text or "," in key(c.text))]
        lost = [c for c in printed if (table.table_id, c.page, c.box.x0, c.box.top) not in published]
        if len(lost) > told[table.table_id]:
            silent.append((grid.first_page, len(lost), told[table.table_id]))
    return silent


class Measured(NamedTuple):
    """`taken` vocabulary rows; of `truth` facts `published`, of these `wrong` (other than the truth in any field), and
    of these `untold` (no finding names their row); `lost` tables with numbers neither published nor told."""

    taken: int
    truth: int
    published: int
    loose_f1: float
    wrong: int
    untold: int
    review_lines: int
    lost: int


def unlike_truth(truth: list[dict], facts: list[dict]) -> tuple[list[dict], int]:
    """The facts that are not in the truth field by field, and how many facts name at least its table, row and amount."""
    score = scorer()
    expected = [
        score.clean(fact) | {"_also": [score.clean(fact | also) for also in fact.get("also_accept") or ()]}
        for fact in truth
    ]
    found = [score.clean(fact) for fact in facts]
    strict = len(score.match_strict(expected, found))
    wrong = list(found)
    return wrong, strict + len(score.match_loose(expected, found))


def measure(family: str) -> Measured:
    taken = rows_of(family)
    expected, published, loose, findings, lost, wrong, untold = 0, 0, 0, [], 0, 0, 0
    files = without(taken)
    for stem, (paper, reading) in readings().items():
        if family_of(stem) != family:
            continue
        records = recognise(reading, paper, files)
        findings += records.findings
        lost += len(lost_in_silence(reading, records))
        path = CORPUS / "truth" / f"{stem}.json"
        if not path.exists():
            continue
        truth = json.loads(path.read_text(encoding="utf-8"))["facts"]
        facts = [amount._asdict() for amount in filled(records)]
        unlike, matched = unlike_truth(truth, facts)
        told = {bare(finding.text) for finding in records.findings if finding.kind == "unmapped_row"}
        expected, published, loose = expected + len(truth), published + len(facts), loose + matched
        wrong, untold = wrong + len(unlike), untold + sum(fact["_bare"] not in told for fact in unlike)
    lines = sum(map(len, review_rows((f.vocabulary_file, f.proposed_row) for f in findings if f.proposed_row).values()))
    f1 = round(2 * loose / (expected + published), 4)
    return Measured(sum(map(len, taken.values())), expected, published, f1, wrong, untold, lines, lost)


@pytest.mark.parametrize("stem", sorted(path.stem for path in papers()))
def test_with_the_whole_vocabulary_no_number_is_lost_in_silence(stem: str) -> None:
    if stem not in readings():
        pytest.skip("refused by reading")
    paper, reading = readings()[stem]
    assert lost_in_silence(reading, recognise(reading, paper)) == []


@pytest.mark.parametrize(
    ("family", "least_f1", "most_wrong"), [("Jiangsu", 0.59, 2), ("Shanghai", 0.91, 2), ("Wuhan", 0.84, 0)]
)
def test_a_family_nobody_has_seen_loses_nothing_in_silence(
    family: str, least_f1: float, most_wrong: int, capsys
) -> None:
    measured = measure(family)
    with capsys.disabled():
        print(f"\n{family}: {measured}")
    assert measured.taken > 0
    assert measured.review_lines > 0
    assert measured.lost == 0
    assert measured.untold == 0
    assert measured.wrong <= most_wrong
    assert measured.loose_f1 >= least_f1


def test_a_loss_that_no_finding_tells_would_be_seen() -> None:
    paper, reading = readings()["js-gy-2018-dept-budget"]
    files = without({"header_words": [r for r in vocabulary.rows("header_words") if r["phrase"] == "基本支出"]})
    records = recognise(reading, paper, files)
    assert lost_in_silence(reading, records) == []
    assert lost_in_silence(reading, records._replace(findings=())) != []
