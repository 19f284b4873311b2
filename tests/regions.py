"""What a vocabulary that never saw a region makes of its papers.

For each region, the vocabulary rows that only this region needs are taken out; its papers are read with what the others
alone would have taught. A row is needed by a region if amounts of it change without the row. What is right says the
truth of a paper where there is one, else what the whole vocabulary reads in it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

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
from tests.corpus import CORPUS, cities, name_of, papers, scorer
from tests.sheets import filled

FILES = ("table_titles", "title_words", "header_words", "row_words", "three_public")
FAMILIES = {"js": "Jiangsu", "sh": "Shanghai", "jianghan": "Wuhan"}  # of the papers the product grew up with
Files = dict[str, list[dict[str, str]]]
Among = tuple[Path, ...]
ALL = (*papers(), *cities())
NUMBERS_IN = re.compile(r"(\d+) (?:numbers|amounts)")


class Place(NamedTuple):
    """One grid of a paper with what is needed to recognise it, and all its words."""

    region: str
    grid: Grid
    around: Surroundings
    who: Identity
    words: str


@cache
def readings(among: Among = ALL) -> dict[str, tuple[Paper, Reading]]:
    found = {}
    for path in among:
        try:
            reading = read_document(path, Limits())
        except Refused:
            continue
        name = name_of(path)
        paper = Paper(name, reading.sha256, path, path.name, path.name, "", path.parent.name)
        found[name] = (paper, reading)
    return found


def region_of(name: str) -> str:
    """The folder of a city's paper, the family of another."""
    return name.split("__")[0] if "__" in name else FAMILIES.get(name.split("-")[0], "other")


def regions(among: Among = ALL) -> list[str]:
    return sorted({region_of(name) for name in readings(among)})


@cache
def places(among: Among) -> list[Place]:
    """Every grid that is no part of a form, the regions taking turns."""
    by_region: dict[str, list[Place]] = {name: [] for name in regions(among)}
    for stem, (paper, reading) in readings(among).items():
        who, around = identify(reading, paper), surroundings(reading)
        forms = {t.table_no for t in recognise(reading, paper).tables if t.state in ("form", "no_money")}
        for grid in (g for g in reading.grids if g.number not in forms):
            texts = [*(cell.text for cell in grid.cells), *(line.text for line in around[grid.number].above)]
            place = Place(region_of(stem), grid, around[grid.number], who, "\n".join(map(key, texts)))
            by_region[place.region].append(place)
    longest = max(map(len, by_region.values()))
    return [found[i] for i in range(longest) for found in by_region.values() if i < len(found)]


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
    if word := row.get("phrase") or row.get("word"):
        return word in place.words
    if "pattern" in row:
        return re.search(row["pattern"], place.words) is not None
    return all(re.search(word, place.words) for word in row["all_of"].split())


@cache
def needed_by(among: Among) -> list[tuple[str, dict[str, str], frozenset[str]]]:
    """Each vocabulary row and the regions that need it; more than two are told as two."""
    before = [said(place) for place in places(among)]
    found = []
    for name in FILES:
        for row in vocabulary.rows(name):
            needing: set[str] = set()
            files = without({name: [row]})
            for place, was in zip(places(among), before, strict=True):
                if len(needing) < 2 and place.region not in needing and may_stand_in(row, place):
                    needing |= {place.region} if said(place, files) != was else set()
            found.append((name, row, frozenset(needing)))
    return found


def rows_of(region: str, among: Among) -> Files:
    taken: Files = {}
    for name, row, needing in needed_by(among):
        if needing == {region}:
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


def measure(region: str, among: Among = ALL) -> Measured:
    """Given a region, read its papers with what the other regions among these papers would have taught."""
    taken = rows_of(region, among)
    expected, published, loose, findings, lost, wrong, untold = 0, 0, 0, [], 0, 0, 0
    files = without(taken)
    for name, (paper, reading) in readings(among).items():
        if region_of(name) != region:
            continue
        records = recognise(reading, paper, files)
        findings += records.findings
        lost += len(lost_in_silence(reading, records))
        truth, facts = facts_of(name, among), [amount._asdict() for amount in filled(records)]
        unlike, matched = unlike_truth(truth, facts)
        told = {bare(finding.text) for finding in records.findings if finding.kind == "unmapped_row"}
        expected, published, loose = expected + len(truth), published + len(facts), loose + matched
        wrong, untold = wrong + len(unlike), untold + sum(fact["_bare"] not in told for fact in unlike)
    lines = sum(map(len, review_rows((f.vocabulary_file, f.proposed_row) for f in findings if f.proposed_row).values()))
    f1 = round(2 * loose / max(1, expected + published), 4)
    return Measured(sum(map(len, taken.values())), expected, published, f1, wrong, untold, lines, lost)


def facts_of(name: str, among: Among) -> list[dict]:
    """The truth of a paper, where there is none what the whole vocabulary reads in it."""
    path = CORPUS / "truth" / f"{name}.json"
    if path.exists():
        return json.loads(path.read_text(encoding="utf-8"))["facts"]
    paper, reading = readings(among)[name]
    return [amount._asdict() for amount in filled(recognise(reading, paper))]


def main() -> None:
    """Print the table of docs/measurements.md."""
    print(
        f"{'region':22} {'rows':>5} {'facts':>6} {'found':>6} {'loose F1':>9} {'other':>6} {'untold':>7} {'lines':>6} {'lost':>5}"
    )
    rows = {region: measure(region) for region in regions()}
    for region, m in rows.items():
        print(
            f"{region:22} {m.taken:5} {m.truth:6} {m.published:6} {m.loose_f1:9.4f} {m.wrong:6} {m.untold:7}"
            f" {m.review_lines:6} {m.lost:5}"
        )
    scored = [m.loose_f1 for m in rows.values() if m.truth]
    print(f"{'mean':22} {sum(m.taken for m in rows.values()):5} {'':6} {'':6} {sum(scored) / len(scored):9.4f}")


if __name__ == "__main__":
    main()
