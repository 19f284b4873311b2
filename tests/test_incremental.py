"""Does a run build only what changed papers touch, and is the result that of building everything?"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from expectations.judging import Verdict
from pipelines.errors import PipelineError
from pipelines.orchestration.manifest import fresh_manifest
from pipelines.settings import Settings
from pipelines.warehouse.build import project_fingerprint
from pipelines.warehouse.carried import carry_over
from pipelines.warehouse.entitled import entitled_path
from pipelines.warehouse.publish import current_generation, current_record
from pipelines.warehouse.restricted import published_contacts
from pipelines.warehouse.scope import Earlier, Known, choose, earlier_generation
from tests.faults import relations
from tests.plain_runs import paper_of, run
from tests.typesetting.samples import SAMPLES
from tests.typesetting.setter import typeset


class Grown(NamedTuple):
    settings: Settings
    rebuilt: list[int]
    verdicts: list[Verdict]


@pytest.fixture(scope="module")
def grown(published, host, tmp_path_factory) -> Grown:
    """A copy of the published samples through two runs with changes."""
    folder = tmp_path_factory.mktemp("grown")
    settings = Settings(folder / "raw", folder / "home")
    shutil.copytree(published.settings.raw, settings.raw)
    shutil.copytree(published.settings.home, settings.home, symlinks=True)
    (archives,) = (sample for sample in SAMPLES if sample.name == "archives-2025")

    typeset(archives.paper(), replace(archives.style, font_size=8.0), settings.raw / archives.path)
    paper_of("示范市样例区科学馆", 2025, settings.raw / "2025/样例区科学馆/预算.pdf")
    paper_of("示范市样例区图书馆", 2025, settings.raw / "2025/样例区图书馆/预算.pdf")
    first, _ = run(settings, host)

    shutil.rmtree(settings.raw / "2025/样例区图书馆")
    paper_of("示范市样例区体育局", 2024, settings.raw / "2024/样例区体育局/预算.pdf")
    second, verdicts = run(settings, host)
    return Grown(settings, [first, second], verdicts)


def test_a_run_builds_changed_papers_and_those_related_to_them(grown):
    # the archives' two years and two new bodies; then the sports bureau's two years
    assert grown.rebuilt == [4, 2]


def test_the_result_is_that_of_building_everything(grown, host, tmp_path):
    full = replace(grown.settings, home=tmp_path / "home")
    shutil.copytree(grown.settings.readings, full.readings)
    rebuilt, verdicts = run(full, host)
    assert rebuilt == len(_documents(full)) == 5
    assert relations(grown.settings) == relations(full)
    kept = [published_contacts(made.home, current_generation(made).name) for made in (grown.settings, full)]
    assert kept[0] == kept[1]
    assert grown.verdicts == verdicts


def test_verdicts_count_the_checks_of_all_papers(grown):
    with duckdb.connect(str(grown.settings.warehouse.resolve()), read_only=True) as con:
        counted = con.execute(
            """select rule_id, count(*) filter (outcome in ('pass', 'rounding', 'fail', 'accepted')),
                count(*) filter (outcome = 'fail'), count(*) filter (outcome = 'not_checked')
            from marts.fct_check group by all"""
        ).fetchall()
    found = [(v.rule_id, v.evaluated, v.failed, v.not_checked) for v in grown.verdicts]
    assert sorted(row for row in found if any(row[1:])) == sorted(row for row in counted if any(row[1:]))
    assert sum(failed for _, _, failed, _ in found) > 0


def test_nothing_is_taken_over_from_another_version_of_the_project(grown, tmp_path):
    settings = grown.settings
    assert earlier_generation(settings).documents.keys() == set(_documents(settings))
    assert current_record(settings)["project"] == project_fingerprint()
    assert earlier_generation(replace(settings, full=True)) is None
    home = tmp_path / "home"
    shutil.copytree(settings.home, home, symlinks=True)
    other = replace(settings, home=home)
    record = (home / "current" / "run.json").resolve()
    record.write_text(record.read_text().replace(project_fingerprint(), "0" * 64))
    assert earlier_generation(other) is None
    shutil.copy(settings.home / "current" / "run.json", record)
    assert earlier_generation(other) is not None
    entitled_path(home).resolve().unlink()
    assert earlier_generation(other) is None


def _documents(settings: Settings) -> list[str]:
    with duckdb.connect(str(settings.warehouse.resolve()), read_only=True) as con:
        return [name for (name,) in con.execute("select document_id from marts.dim_document").fetchall()]


BEFORE = {
    "d24": Known("s", "局", ("b",), ("b", "u1", "u2")),
    "d25": Known("s", "局", ("b",), ("b", "u1", "u2")),
    "u1": Known("s", "一中心", ("u1",), ("u1",)),
    "x": Known("s", "甲馆", ("x",), ("x", "u2")),
    "y": Known("s", "乙馆", ("y",), ("y", "u2")),
}
STATES = dict.fromkeys(BEFORE, "s")
NEW = {"u2": Known("n", "二中心", ("u2",), ("u2",)), "z": Known("n", "丙馆", ("z",), ("z",))}


@pytest.mark.parametrize(
    ("states", "rebuilt", "left_out"),
    [
        (STATES, [], []),
        (STATES | {"u1": "n"}, ["d24", "d25", "u1"], ["d24", "d25", "u1"]),
        (STATES | {"x": "n"}, ["x"], ["x"]),
        (STATES | {"z": "n"}, ["z"], []),
        # a unit that several departments name has a paper of its own now
        (STATES | {"u2": "n"}, ["d24", "d25", "u1", "x", "y", "u2"], ["d24", "d25", "u1", "x", "y"]),
        ({name: "s" for name in BEFORE if name != "d24"}, ["d25", "u1"], ["d24", "d25", "u1"]),
        ({name: "s" for name in BEFORE if name != "y"}, [], ["y"]),
    ],
)
def test_related_are_papers_of_one_folder_one_department_and_its_units(states, rebuilt, left_out):
    asked = []

    def recognise(name: str) -> Known:
        asked.append(name)
        return NEW.get(name) or BEFORE[name]._replace(state=states[name])

    scope = choose(Earlier(Path("generation"), BEFORE), states, recognise)
    assert (scope.rebuilt, scope.left_out) == (rebuilt, left_out)
    assert asked == [name for name, state in states.items() if state == "n"]
    assert {name: known.state for name, known in scope.documents.items()} == states


def test_a_body_that_changed_its_name_takes_its_old_relations_along():
    scope = choose(
        Earlier(Path("generation"), BEFORE), STATES | {"u1": "n"}, lambda _: Known("n", "新中心", ("z",), ("z",))
    )
    assert scope.rebuilt == ["d24", "d25", "u1"]


def test_with_nothing_published_everything_is_built():
    scope = choose(None, STATES, BEFORE.__getitem__)
    assert (scope.generation, scope.rebuilt, scope.left_out) == (None, list(BEFORE), [])


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("quality.best as select 'a' as document_id, 1 as n", "quality.best has 1 rows of no rebuilt document"),
        ("quality.best as select null::varchar as document_id, 1 as n", "quality.best has 1 rows"),
        ("quality.best as select 2 as n", "quality.best belongs to no document"),
    ],
)
def test_a_relation_that_does_not_consist_of_documents_is_named(tmp_path, table, says):
    for name in ("build", "published"):
        with duckdb.connect(str(tmp_path / name)) as con:
            con.execute("create schema marts; create schema quality")
            con.execute("create table quality.best as select 'b' as document_id, 1 as n" if name == "published" else "")
            con.execute(f"create table {table}" if name == "build" else "")
    if "document_id" not in table:
        with duckdb.connect(str(tmp_path / "published")) as con:
            con.execute("create or replace table quality.best as select 1 as n")
    with pytest.raises(PipelineError, match=says):
        carry_over(tmp_path / "build", tmp_path / "published", tmp_path / "next" / "budget", ["b"], ["b"])


def test_what_is_built_over_all_documents_is_built_of_what_was_joined():
    nodes = fresh_manifest()["nodes"]
    models = {name: node for name, node in nodes.items() if node["resource_type"] == "model"}
    over_all = {name for name, node in models.items() if "over_all" in node["tags"]}
    assert {models[name]["name"] for name in over_all} >= {"dim_organization", "dim_function", "coverage", "unmapped"}
    for name, node in models.items():
        parents = [models[parent] for parent in node["depends_on"]["nodes"] if parent in models]
        if name in over_all:
            partial = [p["name"] for p in parents if p["schema"] == "intermediate" or "budget" in p["fqn"]]
            assert partial == [], f"{node['name']} sees the rebuilt papers alone"
        else:
            assert over_all.isdisjoint(node["depends_on"]["nodes"]), f"{node['name']} is built before what it refers to"
