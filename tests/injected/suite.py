"""Sets papers with known errors, runs them through reading, recognising, the checks and the gate, and scores the result."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import duckdb

from expectations.decisions import decide
from expectations.gate import document_states, examine, load_rules, results
from expectations.judging import judge
from pipelines.reading.document import read_document
from pipelines.reading.second import texts_at
from pipelines.reading.store import save
from pipelines.reading.worker import Outcome
from pipelines.settings import Limits, Settings
from pipelines.warehouse.papers import discover
from pipelines.warehouse.staging import stage
from pipelines.warehouse.transform import BEFORE_GATE, run_dbt
from tests.injected.budgets import budget
from tests.injected.errors import KINDS, NoPlace
from tests.injected.extras import forms, prior_table
from tests.injected.faults import FAULTS
from tests.typesetting.budget import Budget
from tests.typesetting.model import Paper, Style, Table
from tests.typesetting.nine_tables import nine_tables
from tests.typesetting.samples import NINE, TEN
from tests.typesetting.setter import typeset
from tests.typesetting.ten_tables import ten_tables

CLEAN = "clean"
Point = tuple[int, float, float]  # page, x, y


class Layout(NamedTuple):
    """A family of papers: the facts they are made of, their tables and how they are drawn. `kinds` are the errors that it
    is there for; without any it is there for all that need no more than tables. `before` are the facts of last year's
    paper, where the tables quote it; `text` is a paragraph more."""

    facts: str
    tables: Callable[[Budget], list[Table]]
    style: Style
    kinds: frozenset[str] = frozenset()
    before: str | None = None
    text: str = ""


SHARES = "{year}年支出预算{total}万元，其中：基本支出{basic}万元，占{basic_share}%；项目支出{project}万元，占{project_share}%。"
LAYOUTS = {
    "ten": Layout("archives-2025", ten_tables, TEN),
    "nine": Layout("sports-2025", nine_tables, NINE),
    "ten, strokes": Layout("archives-2025", ten_tables, Style(repeat_header=True, digit_shift=0.6)),
    "nine, dashes": Layout("sports-2025", nine_tables, Style(rulings="dashes", fake_bold=True, row_height=19.0)),
    "with forms": Layout(
        "archives-2025", lambda b: [*ten_tables(b), *forms(b)], TEN, frozenset({"form", "form against table"})
    ),
    "with text": Layout("archives-2025", ten_tables, TEN, frozenset({"text against table", "share"}), text=SHARES),
    "two years": Layout("archives-2025", ten_tables, TEN, frozenset({"prior year"}), before="archives-2024"),
}
SPECIAL = frozenset(kind for layout in LAYOUTS.values() for kind in layout.kinds)
BY_FUNCTION = 4  # the place of the table that quotes last year, among the ten


class Case(NamedTuple):
    """One paper: its kind of error, and where it is wrong."""

    kind: str
    layout: str
    seed: int
    expected: str | None  # the verdict that is right; None where nothing is wrong
    points: tuple[Point, ...] = ()
    said: str = ""
    number: str = ""


class Score(NamedTuple):
    """What became of a case. `rules` are the rules that found it, `astray` failed checks that touch no wrong cell;
    `named` how many cells were named, `hit` the share of the wrong cells of failed checks among them, `single` whether one named cell alone,
    singled out, is wrong indeed."""

    case: Case
    fails: int
    astray: int
    rules: tuple[str, ...]
    named: int
    hit: float
    single: bool
    verdict: bool
    status: str


def cases(seeds: Iterable[int], layouts: Sequence[str] = tuple(LAYOUTS), clean: int = 1) -> list[Case]:
    """Return a case of each kind in each layout for each seed, and `clean` ones of each layout."""
    seeds = list(seeds)
    made = [Case(CLEAN, layout, seed, None) for layout in layouts for seed in range(clean)]
    for layout in layouts:
        special = LAYOUTS[layout].kinds
        kinds = [kind for kind in KINDS if kind in (special or KINDS.keys() - SPECIAL)]
        made += [Case(kind, layout, seed, "publisher") for kind in kinds for seed in seeds]
        made += [Case(kind, layout, seed, "reading") for kind in FAULTS if not special for seed in seeds]
    return made


def run(folder: Path, wanted: Sequence[Case]) -> list[Score]:
    """Set and read the papers of the cases, build once, and score each; cases without a place for their error are left
    out."""
    settings = Settings(raw=folder / "raw", home=folder / "home")
    made: dict[str, Case] = {}
    for number, case in enumerate(wanted):
        path = settings.raw / "2025" / f"case-{number:04d}" / f"case-{number:04d}.pdf"
        path.parent.mkdir(parents=True, exist_ok=True)
        done = _set(case, number, path, settings)
        if done is not None:
            made[path.name] = done
    papers = discover(settings)
    outcomes = {paper.sha256: Outcome(paper.sha256, None, "", 1, 0.0, False) for paper in papers}
    database = folder / "build.duckdb"
    with duckdb.connect(str(database)) as con:
        stage(settings, papers, outcomes, con)
    run_dbt(database, BEFORE_GATE, folder / "target")
    paths = {paper.document_id: paper.path for paper in papers}
    with duckdb.connect(str(database)) as con:
        cells, readings = examine(
            con, lambda name, places: texts_at(paths[name].read_bytes(), list(places), lambda *_: None)
        )
        decisions = decide(document_states(con), cells, readings, judge(results(con), load_rules()))
        status = {decision.document_id: decision.status for decision in decisions}
        scored = [paper for paper in papers if paper.file_name in made]
        return [_score(con, paper.document_id, made[paper.file_name], status[paper.document_id]) for paper in scored]


def _set(case: Case, number: int, path: Path, settings: Settings) -> Case | None:
    """Typeset and read the paper of a case; return the case with the places of its error, None where it has none."""
    dice = random.Random(f"{case.kind}/{case.layout}/{case.seed}")
    layout = LAYOUTS[case.layout]
    paper, figures = _clean(layout.facts, number, layout)
    if layout.before:
        before, earlier = _clean(layout.before, number, layout)
        quoting = prior_table(figures, earlier)
        paper = replace(paper, tables=(*paper.tables[:BY_FUNCTION], quoting, *paper.tables[BY_FUNCTION + 1 :]))
        typeset(before, layout.style, last := path.with_name(f"{path.stem}-before.pdf"))
        save(settings.readings, read_document(last, Limits()))
    wrong, said, printed = frozenset(), "", ""
    if case.kind in KINDS:
        try:
            paper, wrong, said, printed = KINDS[case.kind](paper, dice)
        except NoPlace:
            return None
    cells = typeset(paper, layout.style, path)
    reading = read_document(path, Limits())
    points = tuple((cell.page, *_centre(cell.box)) for cell in cells if (cell.table, cell.row, cell.column) in wrong)
    if case.kind in FAULTS:
        reading, misread, said = FAULTS[case.kind](reading, dice)
        points = tuple((cell.page, *_centre(cell.box)) for cell in misread)
    save(settings.readings, reading)
    return case._replace(points=points, said=said, number=printed)


def _clean(facts: str, number: int, layout: Layout) -> tuple[Paper, Budget]:
    figures, said = budget(facts, number)
    words = figures.figures()
    for kind in ("basic", "project"):
        words[f"{kind}_share"] = f"{Decimal(_plain(words[kind])) * 100 / Decimal(_plain(words['total'])):.2f}"
    said["paragraphs"].extend([layout.text] if layout.text else [])
    text = tuple(paragraph.format(year=figures.year, **words) for paragraph in said["paragraphs"])
    return Paper(figures.department, figures.year, said["title"], text, tuple(layout.tables(figures))), figures


def _plain(number: str) -> str:
    return number.replace(",", "")


def _centre(box: Sequence[float]) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _score(con: duckdb.DuckDBPyConnection, document_id: str, case: Case, status: str) -> Score:
    amounts = con.execute(
        """select amount_id, page, x0, top, x1, bottom from staging.amounts where document_id = $1
        union all
        select form_amount_id, amounts.page, x0, top, x1, bottom
        from staging.stg_budget__form_amounts as amounts inner join staging.forms using (form_id)
        where document_id = $1""",
        [document_id],
    ).fetchall()
    wrong = {
        amount_id
        for amount_id, page, x0, top, x1, bottom in amounts
        for at, x, y in case.points
        if at == page and x0 <= x <= x1 and top <= y <= bottom
    }
    if case.number:
        value = Decimal(_plain(case.number))
        wrong |= {
            statement_id
            for (statement_id,) in con.execute(
                "select statement_id from staging.statements where document_id = ? and value in (?, ?)",
                [document_id, value, value * 10_000],
            ).fetchall()
        }
    failed = con.execute(
        """select checks.check_id, checks.rule_id, list(terms.amount_id), any_value(verdicts.verdict)
        from intermediate.int_checks_evaluated as checks
        inner join intermediate.int_check_terms_gathered as terms using (check_id)
        inner join staging.verdicts as verdicts using (check_id)
        where checks.document_id = ? and checks.outcome = 'fail'
        group by all order by all""",
        [document_id],
    ).fetchall()
    suspects = con.execute(
        """select distinct amount_id, alternatives from staging.suspects
        where check_id in (select check_id from intermediate.int_checks_evaluated where document_id = ?)""",
        [document_id],
    ).fetchall()
    wrong &= {amount_id for _, _, members, _ in failed for amount_id in members}
    named = {amount_id for amount_id, _ in suspects}
    alone = {amount_id for amount_id, alternatives in suspects if alternatives == 1}
    return Score(
        case, len(failed), sum(wrong.isdisjoint(members) for _, _, members, _ in failed),
        tuple(sorted({rule for _, rule, _, _ in failed})), len(named), len(wrong & named) / max(len(wrong), 1),
        bool(alone) and alone <= wrong, all(verdict == case.expected for *_, verdict in failed), status,
    )  # fmt: skip
