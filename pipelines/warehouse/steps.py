"""The steps of the main job as plain functions on a build; Dagster calls them in order and contains none of them."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from pipelines.errors import PipelineError
from pipelines.operation.ledger import save_ledger
from pipelines.progress import Event, OnEvent, silent
from pipelines.reading.model import Box
from pipelines.reading.refused import Refused
from pipelines.reading.second import read_cells
from pipelines.reading.store import summary as reading_summary
from pipelines.reading.worker import PASSING, Outcome, read_papers
from pipelines.recognising import vocabulary
from pipelines.recognising.records import Paper
from pipelines.settings import SCHEMA_VERSION, Settings
from pipelines.warehouse import publish, review
from pipelines.warehouse.ahead import recognise_ahead
from pipelines.warehouse.build import (
    Build,
    current_build,
    fingerprint,
    project_fingerprint,
    standing_record,
    start_build,
)
from pipelines.warehouse.carried import Carried, carry_over, complete, joined_verdicts
from pipelines.warehouse.columns import require_declared
from pipelines.warehouse.database import open_database
from pipelines.warehouse.entitled import keep_entitled, show_entitled, write_entitled
from pipelines.warehouse.history import recall
from pipelines.warehouse.operation import stage_operation
from pipelines.warehouse.papers import discover, papers_read, waiting
from pipelines.warehouse.query import open_file, summary
from pipelines.warehouse.raw import misnamed, strays
from pipelines.warehouse.recognised import forget_other_versions, rows_of, state_of
from pipelines.warehouse.restricted import kept_contacts, read_contacts, write_contacts
from pipelines.warehouse.scope import (
    PAPERS_FILE,
    Known,
    Scope,
    changed,
    choose,
    documents_of,
    earlier_generation,
    known_documents,
    known_of,
)
from pipelines.warehouse.staging import stage
from pipelines.warehouse.transform import require_known_codes

if TYPE_CHECKING:
    from expectations.gate import Verdict

WAREHOUSE_FILE = Path("warehouse") / "budget.duckdb"


def read(settings: Settings, on_event: OnEvent = silent) -> list[tuple[Paper, Outcome]]:
    """Read the selected papers in capped children; what was read before is taken from the store.

    Returns each paper with how its reading ended; raises PipelineError where there is none, and before anything is read
    where vocabulary or rules have a value that the codebook does not know.
    """
    vocabulary.check()
    require_known_codes(os.environ)
    on_event(Event("discover"))
    papers = discover(settings)
    on_event(Event("discover", len(papers), len(papers)))
    by_content = {paper.sha256: paper for paper in reversed(papers)}
    done = 0

    def tell(outcome: Outcome) -> None:
        nonlocal done
        done += 1
        on_event(Event("read", done, len(by_content), by_content[outcome.sha256].source_path))

    on_event(Event("read", 0, len(by_content)))
    files = {sha256: paper.path for sha256, paper in by_content.items()}
    outcomes = read_papers(files, settings.readings, settings.limits, settings.jobs, tell)
    return [(paper, outcomes[paper.sha256]) for paper in papers]


def find(settings: Settings) -> list[Paper]:
    """Begin a build with the papers that have been read; raises PipelineError where there are none."""
    papers = papers_read(settings)
    build = start_build(settings)
    build.write_papers(papers)
    build.write("outcomes", [outcome._asdict() for outcome in _outcomes_read(settings, papers)])
    build.write("start", {"fingerprint": fingerprint(settings, papers), "started": time.time()})
    return papers


def choose_scope(settings: Settings, on_event: OnEvent = silent) -> Scope:
    """Recognise the papers that are new or have changed; return which documents must be built anew."""
    build = current_build(settings)
    papers = {paper.document_id: paper for paper in build.read_papers()}
    outcomes = _outcomes(build)
    states = {name: state_of(paper, outcomes[paper.sha256]) for name, paper in papers.items()}
    earlier = earlier_generation(settings)
    done: set[str] = set()

    def tell(paper: Paper) -> None:
        done.add(paper.document_id)
        on_event(Event("stage", len(done), len(papers), paper.source_path))

    def recognise(name: str) -> Known:
        paper = papers[name]
        known = known_of(states[name], rows_of(settings, paper, outcomes[paper.sha256]))
        if name not in done:
            tell(paper)
        return known

    on_event(Event("stage", 0, len(papers)))
    forget_other_versions(settings)
    recognise_ahead(settings, [papers[name] for name in changed(earlier, states)], outcomes, tell)
    return choose(earlier, states, recognise)


def stage_papers(settings: Settings, on_event: OnEvent = silent) -> dict[str, int]:
    """Put the papers that must be built anew, recognised, into the schema `staging` of a new build database; return
    rows per table. The contacts of all papers go to a restricted file of the build."""
    build = current_build(settings)
    scope = choose_scope(settings, on_event)
    build.write("scope", scope._asdict())
    wanted = set(scope.rebuilt)
    papers = [paper for paper in build.read_papers() if paper.document_id in wanted]
    build.database.unlink(missing_ok=True)
    contacts = []
    if scope.generation:
        kept = scope.documents.keys() - wanted
        contacts.append(kept_contacts(settings.home, Path(scope.generation).name, kept))
    with open_database(build.database) as con:
        counts = stage(settings, papers, _outcomes(build), con, contacts.append)
        build.write("ledger", stage_operation(settings, build.read_papers(), con))
    write_contacts(build.contacts, contacts)
    return counts


def pass_gate(settings: Settings, on_event: OnEvent = silent) -> list[Verdict]:
    """Judge the build's balance results, read the cells of failed ones a second time, decide on every document.

    Where a path holds another file by now than the document, its verdicts are undetermined, and the next run that finds
    it judges it again. Returns what was found for each rule, in the documents that were not built anew too; raises
    ExpectationError where an expectation could not run.
    """
    from expectations import gate

    build = current_build(settings)
    papers = {paper.document_id: paper for paper in build.read_papers()}
    absent: list[str] = []

    def read_again(document_id: str, cells: Sequence[tuple[str, int, Box]]) -> Mapping[str, str | None]:
        paper = papers[document_id]
        try:
            return read_cells(paper.path, paper.sha256, cells, settings.limits)
        except Refused:
            absent.append(document_id)
            return {}

    def on_paper(document_id: str, done: int, total: int) -> None:
        on_event(Event("gate", done, total, papers[document_id].path.name))

    on_event(Event("gate"))
    with open_database(build.database) as con:
        recall(con, settings, build.read("start")["started"])
        verdicts = gate.pass_gate(con, read_again, on_paper=on_paper)
    build.write("absent", absent)
    scope = _scope(build)
    if scope.generation:
        return joined_verdicts(verdicts, Path(scope.generation, WAREHOUSE_FILE), scope.left_out)
    return verdicts


def join_published(settings: Settings) -> Path:
    """Begin the next warehouse file with the published rows of all documents that were not built anew, where there are
    any; return the database in which the marts are whole after this."""
    build = current_build(settings)
    scope = _scope(build)
    if not scope.generation:
        return build.database
    warehouse = build.warehouse
    published = Path(scope.generation, WAREHOUSE_FILE)
    build.write("carried", carry_over(build.database, published, warehouse, scope.rebuilt, scope.left_out))
    return warehouse


def copy_out(settings: Settings) -> tuple[publish.Counts, Mapping[str, int]]:
    """Complete the next generation's warehouse file, and export its marts; return rows of each.

    Raises PipelineError where there is something in them that is not declared.
    """
    build = current_build(settings)
    generation = _scope(build).generation
    warehouse, exports = build.warehouse, build.generation / "exports"
    require_declared(build.database)
    if not generation:
        counts = publish.copy_warehouse(build.database, warehouse)
        return counts, publish.export_marts(warehouse, exports)
    carried = complete(build.database, warehouse, [Carried(*entry) for entry in build.read("carried")])
    require_declared(warehouse)
    unchanged = {name for schema, name, _, went, came in carried if schema == "marts" and not went and not came}
    exported = publish.export_marts(warehouse, exports, Path(generation, "exports"), unchanged)
    return {relation[:2]: relation.rows for relation in carried}, exported


def write_report(settings: Settings) -> int:
    """Write the next generation's report; return its size in bytes.

    Raises PipelineError where the generation has no warehouse yet, or has been published and is no longer the next.
    """
    from pipelines.reporting.build import build_report

    with _next_warehouse(settings) as (con, generation):
        contacts = read_contacts(current_build(settings).contacts)
        return build_report(con, generation / "report", settings, contacts, publish.current_generation(settings))


def write_review(settings: Settings) -> dict[str, int]:
    """Write the next generation's review files; return the lines in each.

    Raises PipelineError where the generation has no warehouse yet, or has been published and is no longer the next.
    """
    with _next_warehouse(settings) as (con, generation):
        return review.write_review(con, generation / "review")


def publish_generation(settings: Settings, run_id: str | None = None) -> tuple[Path, dict]:
    """Make the next generation the current one; return its place and its record (run.json).

    One that would be the same is not published, unless everything was to be built anew: what is new in the published
    one would be old in it.
    """
    build = current_build(settings)
    documents = _remembered(build)
    standing = None if settings.full else standing_record(settings, build.read_papers())
    if standing is not None:
        generation = publish.current_generation(settings)
        if documents_of(generation) == documents:
            return generation, standing
    record = _record(settings, build, run_id)
    (build.generation / PAPERS_FILE).write_text(json.dumps(documents))
    restricted = write_entitled(settings.home, build.warehouse, build.contacts)
    place = publish.publish(settings, build.generation, record, partial(keep_entitled, settings.home, restricted))
    show_entitled(settings, place.name)
    build.contacts.unlink()
    save_ledger(settings.ledger, build.read("ledger"))
    return place, record


@contextmanager
def _next_warehouse(settings: Settings) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    generation = current_build(settings).generation
    if not (generation / WAREHOUSE_FILE).is_file():
        raise PipelineError("there is no unpublished warehouse to report on: build publish/warehouse first")
    with open_file(generation / WAREHOUSE_FILE) as con:
        yield con, generation


def _record(settings: Settings, build: Build, run_id: str | None) -> dict:
    start = build.read("start")
    with open_file(build.warehouse) as con:
        counted = summary(con)
    return {
        "schema_version": SCHEMA_VERSION,
        "fingerprint": start["fingerprint"],
        "project": project_fingerprint(),
        "rebuilt": len(_scope(build).rebuilt),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.time() - start["started"], 1),
        "run_id": run_id,
        "raw": str(settings.raw),
        "not_read": strays(settings.raw),
        "misnamed": misnamed(settings.raw),
        "waiting": waiting(settings, build.read_papers()),
        "again": _worth_another_try(build),
        "summary": counted,
    }


def _worth_another_try(build: Build) -> list[str]:
    """The paths of the build's papers of which the next run may make something else though they do not change."""
    passing = {sha256 for sha256, outcome in _outcomes(build).items() if outcome.reason in PASSING}
    absent = build.read("absent")
    return [p.source_path for p in build.read_papers() if p.sha256 in passing or p.document_id in absent]


def _remembered(build: Build) -> dict[str, Known]:
    """What the next run is to know of the build's documents. One that was judged without its paper has a state that it
    never has again: it counts as changed."""
    documents = _scope(build).documents
    return documents | {name: documents[name]._replace(state="") for name in build.read("absent")}


def _outcomes_read(settings: Settings, papers: Sequence[Paper]) -> Iterator[Outcome]:
    for sha256 in {paper.sha256: None for paper in papers}:
        yield Outcome(sha256, *reading_summary(settings.readings, sha256), 0.0, True)


def _outcomes(build: Build) -> dict[str, Outcome]:
    return {entry["sha256"]: Outcome(**entry) for entry in build.read("outcomes")}


def _scope(build: Build) -> Scope:
    entries = build.read("scope")
    return Scope(**entries | {"documents": known_documents(entries["documents"])})
