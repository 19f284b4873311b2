"""What this product makes of the benchmark's papers: facts, indicators, broken identities, errors found, verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from expectations.decisions import decide
from expectations.gate import document_states, examine, load_rules, results
from expectations.judging import judge
from pipelines.reading.document import read_document
from pipelines.reading.second import texts_at
from pipelines.reading.store import save
from pipelines.reading.worker import Outcome
from pipelines.recognising.document import recognise
from pipelines.recognising.recognised import Recognised
from pipelines.recognising.records import Paper
from pipelines.settings import Limits, Settings
from pipelines.warehouse.papers import discover
from pipelines.warehouse.staging import stage
from pipelines.warehouse.transform import BEFORE_GATE, run_dbt
from tests.benchmark.compose import read_layout, sheets_of
from tests.benchmark.errors import with_errors
from tests.benchmark.flows import REGIONS
from tests.benchmark.scoring import Compared, Score, compare_facts, compare_indicators
from tests.benchmark.truth import Written, write

LAYOUTS = tuple(sorted(path.stem for path in REGIONS.glob("*.json")))


class Twins(NamedTuple):
    """The papers of a layout: without errors, with errors, and the narrative that goes with tables without a name."""

    clean: Written
    wrong: Written | None
    narrative: Written | None


class Read(NamedTuple):
    """What was recognised in one paper against its truth."""

    facts: Compared
    indicators: Score
    recognised: Recognised


class Judged(NamedTuple):
    """What the checks said of one paper. `found` are the kinds of injected errors that a broken identity holds a cell of,
    `astray` broken identities without any, `verdicts` those of the broken identities."""

    broken: tuple[str, ...]
    found: tuple[str, ...]
    missed: tuple[str, ...]
    astray: int
    verdicts: tuple[str, ...]
    status: str
    reason: str | None
    department: str | None


def write_layout(name: str, folder: Path) -> Twins:
    """Write the papers of a layout below a folder, each twin in a folder of its own as a department's papers are."""
    facts = read_layout(name)
    sheets = sheets_of(name, facts)
    wrong_sheets, errors = with_errors(name, sheets)
    narrative = None
    if "narrative" in facts:
        text = {**facts, **facts["narrative"], "cover": facts["department"]}
        narrative = write(f"{name}-narrative", text, [], folder / name)
    clean = write(name, facts, sheets, folder / name)
    return Twins(clean, write(f"{name}-errors", facts, wrong_sheets, folder / f"{name}-errors", errors), narrative)


def read(written: Written) -> Read:
    """Read and recognise one paper and compare it with its truth."""
    reading = read_document(written.path, Limits())
    name = written.path.name
    paper = Paper(written.path.stem, reading.sha256, written.path, name, name, str(written.truth["fiscal_year"]), "")
    done = recognise(reading, paper)
    facts = [amount._asdict() for amount in done.amounts if amount.state in ("number", "zero")]
    rows: list[dict[str, Any]] = []
    if done.forms:
        numbers = {form.form_id: form.form_no for form in done.forms.forms}
        rows = [{**row._asdict(), "form_no": numbers[row.form_id]} for row in done.forms.indicators]
    return Read(compare_facts(written.truth["facts"], facts), compare_indicators(written.truth["forms"], rows), done)


def judge_all(papers: Sequence[Written], folder: Path) -> dict[str, Judged]:
    """Build the papers once, as a run does up to its gate, and return what the checks said of each by its file's name.
    Papers stand below folder/raw/<year>/<department>/."""
    settings = Settings(raw=folder / "raw", home=folder / "home")
    for path in sorted(settings.raw.glob("*/*/*.pdf")):
        save(settings.readings, read_document(path, Limits()))
    found = discover(settings)
    outcomes = {paper.sha256: Outcome(paper.sha256, None, "", 1, 0.0, False) for paper in found}
    database = folder / "build.duckdb"
    with duckdb.connect(str(database)) as con:
        stage(settings, found, outcomes, con)
    run_dbt(database, BEFORE_GATE, folder / "target")
    paths = {paper.document_id: paper.path for paper in found}
    truths = {written.path.name: written.truth for written in papers}
    with duckdb.connect(str(database)) as con:
        cells, readings = examine(
            con, lambda name, places: texts_at(paths[name].read_bytes(), list(places), lambda *_: None)
        )
        decisions = decide(document_states(con), cells, readings, judge(results(con), load_rules()))
        by_id = {decision.document_id: decision for decision in decisions}
        return {
            paper.file_name: _judged(con, paper.document_id, truths[paper.file_name], by_id[paper.document_id])
            for paper in found
            if paper.file_name in truths
        }


def _judged(con: duckdb.DuckDBPyConnection, document_id: str, truth: dict[str, Any], decision: Any) -> Judged:
    amounts = con.execute(
        "select amount_id, page, x0, top, x1, bottom from staging.amounts where document_id = ?", [document_id]
    ).fetchall()
    failed = con.execute(
        """select checks.rule_id, list(terms.amount_id), any_value(verdicts.verdict)
        from intermediate.int_checks_evaluated as checks
        inner join intermediate.int_check_terms_gathered as terms using (check_id)
        left join staging.verdicts as verdicts using (check_id)
        where checks.document_id = ? and checks.outcome = 'fail'
        group by checks.check_id, checks.rule_id order by all""",
        [document_id],
    ).fetchall()
    (department,) = con.execute(
        "select department_name from staging.documents where document_id = ?", [document_id]
    ).fetchone()
    wrong = {
        error["kind"]: {
            amount_id
            for amount_id, page, x0, top, x1, bottom in amounts
            for cell in error["cells"]
            if page == cell["page"] and x0 <= _middle(cell["box"], 0) <= x1 and top <= _middle(cell["box"], 1) <= bottom
        }
        for error in truth["errors"]
    }
    hit = {kind for kind, ids in wrong.items() if any(ids & set(members) for _, members, _ in failed)}
    every = set().union(*wrong.values()) if wrong else set()
    return Judged(
        tuple(rule for rule, _, _ in failed),
        tuple(kind for kind in wrong if kind in hit),
        tuple(kind for kind in wrong if kind not in hit),
        sum(every.isdisjoint(members) for _, members, _ in failed),
        tuple(str(verdict) for _, _, verdict in failed),
        decision.status,
        getattr(decision, "reason", None),
        department,
    )


def _middle(box: Sequence[float], axis: int) -> float:
    return (box[axis] + box[axis + 2]) / 2


def raw_folder(folder: Path, name: str) -> Path:
    """Where the twins of a layout go below a folder that is read like raw/."""
    return folder / "raw" / str(read_layout(name)["year"])
