"""Which documents a run must build anew: those that changed, and all that are related to them.

Every row of the warehouse is a function of one group of related documents: a department with its years and its units.
Rows of the groups in which nothing changed are taken over from the published generation as they are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pipelines.settings import Settings
from pipelines.warehouse.build import project_fingerprint
from pipelines.warehouse.entitled import entitled_of
from pipelines.warehouse.publish import current_generation, current_record
from pipelines.warehouse.recognised import Rows

PAPERS_FILE = "papers.json"


class Known(NamedTuple):
    """What is remembered of a document: a hash of all its rows are made of, and what relates it to others: the folder
    of its department, the departments that it is about, all bodies that it names."""

    state: str
    folder: str
    bodies: tuple[str, ...]
    named: tuple[str, ...]


class Earlier(NamedTuple):
    """The published generation as a run finds it."""

    generation: Path
    documents: Mapping[str, Known]


class Scope(NamedTuple):
    """`rebuilt` are the documents a run builds, in the order of its papers; `left_out` those of the published
    generation whose rows it must not take over: the rebuilt ones, and those that are gone. `generation` is where the
    rest comes from, None where nothing is taken over."""

    generation: str | None
    rebuilt: list[str]
    left_out: list[str]
    documents: dict[str, Known]


def earlier_generation(settings: Settings) -> Earlier | None:
    """Return the published generation if its rows are what this project would build of its papers, else None.

    They are not where code, vocabulary, rules or acceptances have changed since, where its contacts are gone, and where
    `settings.full` asks not to look at it.
    """
    generation, record = current_generation(settings), current_record(settings)
    if settings.full or generation is None or record is None or record.get("project") != project_fingerprint():
        return None
    if not entitled_of(settings.home, generation.name).is_file():
        return None
    documents = documents_of(generation)
    return None if documents is None else Earlier(generation, documents)


def documents_of(generation: Path) -> dict[str, Known] | None:
    """Return what is remembered of each document of a generation, None where that cannot be read."""
    try:
        return known_documents(json.loads((generation / PAPERS_FILE).read_text()))
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def known_documents(entries: Mapping[str, Sequence]) -> dict[str, Known]:
    """Given what is remembered of documents as JSON has it, return it as it was."""
    return {name: Known(*entry[:2], *map(tuple, entry[2:])) for name, entry in entries.items()}


def changed(earlier: Earlier | None, states: Mapping[str, str]) -> list[str]:
    """Given the published generation and the state of each document there is now, return those that are new or have
    changed."""
    before = earlier.documents if earlier else {}
    return [name for name, state in states.items() if name not in before or before[name].state != state]


def choose(earlier: Earlier | None, states: Mapping[str, str], recognise: Callable[[str], Known]) -> Scope:
    """Given the published generation and the state of each document there is now, return what must be built.

    `recognise` is asked for the documents that are new or changed, and for no other.
    """
    before = earlier.documents if earlier else {}
    fresh = changed(earlier, states)
    gone = [name for name in before if name not in states]
    now = {name: before[name] for name in states if name in before} | {name: recognise(name) for name in fresh}
    touched = _groups_of([*fresh, *gone], before, now)
    rebuilt = [name for name in states if name in touched]
    return Scope(
        str(earlier.generation) if earlier else None,
        rebuilt,
        [name for name in before if name in touched],
        {name: now[name] for name in states},
    )


def known_of(state: str, rows: Rows) -> Known:
    """Given a paper's rows, return what is remembered of it."""
    (document,) = rows.tables["documents"].select(["folder_department", "department_id"]).to_pylist()
    named = rows.tables["organizations"].select(["organization_id", "level"]).to_pylist()
    # papers name one department now with and now without its region: each name counts
    bodies = {document["department_id"], *(body["organization_id"] for body in named if body["level"] == "department")}
    return Known(
        state,
        document["folder_department"],
        tuple(sorted(bodies - {None})),
        tuple(sorted({body["organization_id"] for body in named} - {None})),
    )


def _groups_of(names: Iterable[str], before: Mapping[str, Known], now: Mapping[str, Known]) -> set[str]:
    """Return every document, of before or now, that is related to one of the named ones, directly or over others.

    A document is related to those in its department's folder, to those about the same department, and to those about a
    body that it names.
    """
    entries = [(name, known) for documents in (before, now) for name, known in documents.items()]
    bodies = {body for _, known in entries for body in known.bodies}
    places: dict[str, list[tuple[str, str]]] = {}
    members: dict[tuple[str, str], set[str]] = {}
    for name, known in entries:
        for place in _places(known, bodies):
            places.setdefault(name, []).append(place)
            members.setdefault(place, set()).add(name)
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            for place in places.pop(name):
                waiting += members.pop(place, ())
    return found


def _places(known: Known, bodies: set[str]) -> list[tuple[str, str]]:
    return [("folder", known.folder), *(("body", body) for body in {*known.bodies, *bodies.intersection(known.named)})]
