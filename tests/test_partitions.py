"""Is a year of a department a partition, and many of them one run?"""

from __future__ import annotations

import hashlib
import os
from datetime import date

import pytest
from dagster import AssetKey, DagsterInstance, RunsFilter, materialize

from pipelines.errors import PipelineError
from pipelines.operation.options import load_options
from pipelines.operation.partitions import MOST, Dimensions, Partition, dimensions
from pipelines.operation.published import PartitionState, changed_states, over_refused, partition_states
from pipelines.operation.register import Expected
from pipelines.orchestration import assets
from pipelines.orchestration.definitions import defs
from pipelines.orchestration.partitions import (
    DEPARTMENT_YEARS,
    add_partitions,
    keep_partitions,
    materialized_partitions,
)
from pipelines.orchestration.resources import BUILD_DATABASE, Workspace
from pipelines.reading.model import Reading
from pipelines.reading.store import save
from pipelines.settings import Settings
from pipelines.warehouse.papers import discover, papers_read
from pipelines.warehouse.publish import current_generation

READINGS, MATRIX = AssetKey("readings"), AssetKey("department_years")


def put(settings: Settings, path: str, read: bool = False) -> None:
    file = settings.raw / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(path.encode())
    if read:
        save(settings.readings, Reading(hashlib.sha256(path.encode()).hexdigest(), (), (), (), "not_pdf", ""))


@pytest.fixture
def settings(tmp_path):
    return Settings(raw=tmp_path / "raw", home=tmp_path / "home")


def test_keys_come_from_folders_and_register():
    expected = [Expected("丙", None, None, None, 2026, "budget", date(2026, 3, 31), False)]
    found = dimensions(
        [Partition("2024", "乙"), Partition("2025", "甲"), Partition("2025", "a|b"), Partition("2023年", "甲")],
        expected,
    )
    assert found == Dimensions(("2024", "2025", "2026"), ("丙", "乙", "甲"), ("2023年", "a|b"))
    assert Partition.of_key(Partition("2024", "乙").key) == ("2024", "乙")
    assert DEPARTMENT_YEARS.get_partition_key_from_str("乙|2024").keys_by_dimension == {
        "department": "乙",
        "year": "2024",
    }


def test_there_are_never_more_partitions_than_the_orchestrator_takes():
    found = dimensions(Partition(str(year), f"{body:05}") for year in range(2015, 2026) for body in range(9_200))
    assert len(found.years) * len(found.departments) <= MOST
    assert len(found.left_out) == 9_200 - MOST // 11


def test_years_stay_in_order_when_an_earlier_one_comes():
    with DagsterInstance.ephemeral() as instance:
        add_partitions(instance, Dimensions(("2024", "2025"), ("甲",)))
        add_partitions(instance, Dimensions(("2023", "2025"), ("乙", "甲")))
        assert list(instance.get_dynamic_partitions("year")) == ["2023", "2024", "2025"]
        assert list(instance.get_dynamic_partitions("department")) == ["甲", "乙"]


def test_keys_that_nothing_stands_for_any_more_go():
    with DagsterInstance.ephemeral() as instance:
        add_partitions(instance, Dimensions(("2024", "2025", "2025年"), ("甲", "乙")))
        keep_partitions(instance, Dimensions(("2024", "2026"), ("乙", "丙")))
        assert list(instance.get_dynamic_partitions("year")) == ["2024", "2026"]
        assert list(instance.get_dynamic_partitions("department")) == ["乙", "丙"]


def test_a_selection_of_partitions_is_no_cross_product(settings):
    for path in ("2024/甲/a.pdf", "2024/乙/b.pdf", "2025/甲/c.pdf", "2025/乙/d.pdf"):
        put(settings, path)
    chosen = Settings(settings.raw, settings.home, partitions=(("2024", "甲"), ("2025", "乙")))
    assert [paper.source_path for paper in discover(chosen)] == ["2024/甲/a.pdf", "2025/乙/d.pdf"]


def test_a_partition_that_lost_its_papers_takes_nothing_else_with_it(settings):
    put(settings, "2024/甲/a.pdf", read=True)
    chosen = Settings(settings.raw, settings.home, partitions=(("2024", "乙"),))
    assert [paper.source_path for paper in discover(chosen)] == ["2024/甲/a.pdf"]
    (settings.raw / "2024/甲/a.pdf").unlink()
    with pytest.raises(PipelineError, match="no paper in"):
        discover(chosen)


def test_a_build_is_made_of_what_has_been_read(settings):
    put(settings, "2024/甲/a.pdf", read=True)
    put(settings, "2024/甲/b.pdf")
    assert [paper.source_path for paper in papers_read(settings)] == ["2024/甲/a.pdf"]


def test_reading_is_partitioned_and_many_partitions_are_one_run():
    graph = defs.resolve_asset_graph()
    assert graph.get(READINGS).partitions_def == graph.get(MATRIX).partitions_def == DEPARTMENT_YEARS
    assert graph.get(READINGS).backfill_policy.max_partitions_per_run is None
    partitioned = {key for key in graph.get_all_asset_keys() if graph.get(key).partitions_def}
    assert partitioned == {READINGS, MATRIX}


def test_a_backfill_begins_with_reading_alone():
    graph = defs.resolve_asset_graph()
    made = {key for key in graph.get_all_asset_keys() if graph.get(key).is_executable}
    assert {key for key in made if not graph.get(key).parent_keys & made} == {READINGS}


def test_one_run_at_a_time_opens_the_build_database():
    pools = {key.path[-1]: graph_node.pools for key, graph_node in _executable(defs.resolve_asset_graph())}
    for name in ("papers", "documents", "int_checks_evaluated", "gate", "dim_document", "warehouse"):
        assert pools[name] == {BUILD_DATABASE}, name
    assert pools["readings"] == set()


def _executable(graph):
    return [(key, graph.get(key)) for key in graph.get_all_asset_keys() if graph.get(key).is_executable]


def test_the_matrix_shows_what_is_published(published):
    states = partition_states(current_generation(published.settings))
    with DagsterInstance.from_config(str(published.settings.dagster_home)) as instance:
        assert materialized_partitions(instance, MATRIX) == states.keys()
        assert set(instance.get_dynamic_partitions("year")) == {"2024", "2025"}
        records = instance.fetch_materializations(MATRIX, limit=10).records
        shown = {record.partition_key: record.asset_materialization.metadata for record in records}
    assert len(states) == 3
    for partition, state in states.items():
        metadata = shown[partition.key]
        assert metadata["papers"].value == state.papers == 1
        assert metadata["facts"].value == state.facts > 200
        assert metadata["certified share"].value == state.certified_share
        assert metadata["broken identities"].value == state.broken
        assert metadata["report"].value.endswith("report/index.html")
    assert sum(state.broken for state in states.values()) == 4


def test_what_changed_between_two_generations():
    one, two = (PartitionState(Partition("2025", name), papers=1, facts=9) for name in "甲乙")
    now, before = {one.partition: one, two.partition: two}, {two.partition: two._replace(facts=8)}
    assert changed_states(now, before) == [two, one]
    assert changed_states(before, before) == []
    assert changed_states({}, before) == [PartitionState(two.partition)]


def test_a_partition_fails_by_the_share_of_refused_papers():
    states = [PartitionState(Partition("2025", str(refused)), papers=4, refused=refused) for refused in range(5)]
    assert [state.refused for state in over_refused(states, 0.5)] == [3, 4]
    assert over_refused(states, 1.0) == []
    assert over_refused([PartitionState(Partition("2025", "gone"))], 0.0) == []


def test_too_many_refused_papers_fail_the_run_when_all_is_published(published, monkeypatch):
    nothing_allowed = load_options()._replace(refused_share=-1.0)
    monkeypatch.setattr(assets, "load_options", lambda: nothing_allowed)
    workspace = Workspace(home=str(published.settings.home), raw=str(published.settings.raw))
    with DagsterInstance.ephemeral() as instance:
        add_partitions(instance, Dimensions(("2024", "2025"), ("样例区体育局", "示例区档案局")))
        result = materialize(
            [assets.partitions], instance=instance, resources={"workspace": workspace}, raise_on_error=False
        )
        failure = result.failure_data_for_node("publish__partitions").user_failure_data
        assert not result.success
        assert "all is published" in failure.description
        assert "样例区体育局|2025" in failure.description
        assert "| 2025 | 样例区体育局 | 1 | 0 |" in failure.metadata["refused"].value
        assert materialized_partitions(instance, MATRIX) == set()


@pytest.fixture
def matrix(settings, tmp_path, monkeypatch):
    """What publishes states and runs the last step, and what returns the status of each department."""
    generations: list[dict] = [{}]
    monkeypatch.setattr(assets, "generation_before", lambda _: "before")
    monkeypatch.setattr(assets, "current_generation", lambda _: "now")
    monkeypatch.setattr(assets, "partition_states", lambda name: generations[-1 if name == "now" else -2])
    keys = Dimensions(("2025",), ("甲", "乙", "丙"))
    monkeypatch.setattr(assets, "dimensions_now", lambda _: keys)
    with DagsterInstance.local_temp(str(tmp_path)) as instance:

        def publish(*states: PartitionState) -> bool:
            generations.append({state.partition: state for state in states})
            workspace = Workspace(home=str(settings.home), raw=str(settings.raw))
            resources = {"workspace": workspace}
            return materialize(
                [assets.partitions], instance=instance, resources=resources, raise_on_error=False
            ).success

        def shown() -> dict[str, str]:
            keys = DEPARTMENT_YEARS.get_partition_keys(dynamic_partitions_store=instance)
            statuses = instance.get_status_by_partition(MATRIX, keys, DEPARTMENT_YEARS) or {}
            return {key.split("|")[0]: status.value for key, status in statuses.items() if status}

        yield publish, shown


def state(department: str, **counts: int) -> PartitionState:
    return PartitionState(Partition("2025", department), papers=sum(counts.values()), **counts)


def test_a_partition_is_filled_where_a_paper_of_it_is_published(matrix):
    publish, shown = matrix
    assert publish(state("甲", published=1), state("乙", copies=1), state("丙", held=1))
    assert shown() == {"甲": "MATERIALIZED"}
    assert publish(state("甲", held=1), state("乙", published=1), state("丙", published=1, held=1))
    assert shown() == {"乙": "MATERIALIZED", "丙": "MATERIALIZED"}
    assert publish(state("乙", published=1))
    assert shown() == {"乙": "MATERIALIZED"}


def test_a_partition_of_refused_papers_is_shown_as_failed_until_that_ends(matrix):
    publish, shown = matrix
    assert publish(state("甲", published=1), state("乙", published=1), state("丙", published=1))
    assert not publish(state("甲", refused=1), state("乙", published=1), state("丙", published=1, refused=2))
    failed = {"甲": "FAILED", "乙": "MATERIALIZED", "丙": "FAILED"}
    assert shown() == failed
    assert publish(state("甲", refused=1), state("乙", published=2), state("丙", published=1, refused=2))
    assert shown() == failed
    assert publish(state("甲", refused=1), state("丙", published=1, refused=2))
    assert shown() == {"甲": "FAILED", "丙": "FAILED"}
    assert publish(state("丙", published=3))
    assert shown() == {"丙": "MATERIALIZED"}


def test_a_range_of_partitions_is_read_in_one_run(settings, monkeypatch):
    for path in ("2024/甲/a.pdf", "2024/乙/b.pdf", "2025/甲/c.pdf"):
        put(settings, path)
    monkeypatch.setitem(os.environ, "GOUJI_RAW", str(settings.raw))
    monkeypatch.setitem(os.environ, "GOUJI_HOME", str(settings.home))
    job = defs.resolve_job_def("main_job").get_subset(asset_selection={READINGS})
    with DagsterInstance.ephemeral() as instance:
        add_partitions(instance, Dimensions(("2024", "2025"), ("乙", "甲")))
        result = job.execute_in_process(
            instance=instance,
            tags={"dagster/asset_partition_range_start": "乙|2024", "dagster/asset_partition_range_end": "甲|2024"},
        )
        assert result.success
        assert instance.get_runs_count(RunsFilter()) == 1
        assert materialized_partitions(instance, READINGS) == {("2024", "甲"), ("2024", "乙")}
        (record,) = instance.fetch_materializations(READINGS, limit=1).records
        assert record.asset_materialization.metadata["refused"].value == 1
    assert [paper.source_path for paper in papers_read(settings)] == ["2024/乙/b.pdf", "2024/甲/a.pdf"]
