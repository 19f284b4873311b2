"""Does what comes, changes, moves and goes under raw/ start one run, once it is whole?"""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from dagster import DagsterInstance, DagsterRunStatus, build_schedule_context, build_sensor_context
from dagster._core.storage.tags import RUN_KEY_TAG
from dagster._core.test_utils import create_run_for_test

from pipelines.errors import PipelineError
from pipelines.operation.watching import look, published_papers
from pipelines.orchestration import watch
from pipelines.orchestration.definitions import defs
from pipelines.orchestration.resources import Workspace
from pipelines.settings import Settings
from tests.generations import make_generation
from tests.raw_folder import NEXT_DAY, age, publish, put, two_looks


@pytest.fixture
def settings(tmp_path, monkeypatch):
    (tmp_path / "raw").mkdir()
    monkeypatch.setenv("GOUJI_RAW", str(tmp_path / "raw"))
    monkeypatch.setenv("GOUJI_HOME", str(tmp_path / "home"))
    return Settings(raw=tmp_path / "raw", home=tmp_path / "home")


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    with DagsterInstance.local_temp(str(tmp_path_factory.mktemp("dagster"))) as instance:
        yield instance


@pytest.fixture
def instance(stored):
    yield stored
    for dimension in ("department", "year"):
        for key in stored.get_dynamic_partitions(dimension):
            stored.delete_dynamic_partition(dimension, key)


def tick(instance: DagsterInstance, cursor: str | None = None):
    repository = defs.get_repository_def()
    context = build_sensor_context(instance, cursor=cursor, repository_def=repository, instance_ref=instance.get_ref())
    return repository.get_sensor_def("raw_folder").evaluate_tick(context)


def test_a_new_paper_is_read_when_two_looks_agree(settings, instance):
    put(settings, "2026/甲/a.pdf", "whole")
    first = tick(instance)
    assert not first.run_requests
    assert "2026/甲/a.pdf" in first.skip_message
    second = tick(instance, first.cursor)
    (request,) = second.run_requests
    assert request.partition_key == "甲|2026"
    assert request.tags["gouji/changes"] == "1 new"
    assert list(instance.get_dynamic_partitions("department")) == ["甲"]
    third = tick(instance, second.cursor)
    assert [r.run_key for r in third.run_requests] == [request.run_key]  # the orchestrator asks for each key once


def test_a_half_copied_file_is_not_read(settings, instance):
    cursor = None
    for size in range(1, 5):
        put(settings, "2026/甲/a.pdf", "x" * size)
        found = tick(instance, cursor)
        assert not found.run_requests
        assert "still changing" in found.skip_message
        cursor = found.cursor
    assert len(tick(instance, cursor).run_requests) == 1


def test_a_partition_waits_for_its_slowest_file_and_others_do_not(settings, instance):
    put(settings, "2026/甲/a.pdf", "a")
    put(settings, "2026/乙/b.pdf", "b")
    put(settings, "2025/乙/c.pdf", "c")
    first = tick(instance)
    put(settings, "2026/甲/slow.pdf", "s")
    (request,) = tick(instance, first.cursor).run_requests
    assert request.partition_key is None
    config = request.run_config["resources"]["workspace"]["config"]
    assert Workspace(**config).settings.partitions == (("2025", "乙"), ("2026", "乙"))
    assert request.tags["gouji/partitions"] == "乙|2025, 乙|2026"


def test_what_is_published_starts_nothing(settings, instance):
    put(settings, "2026/甲/a.pdf", "a")
    publish(settings)
    assert look(settings, {}).moving in ((), ("2026/甲/a.pdf",))  # its hash may be too fresh to be remembered
    assert two_looks(settings).changes == ()
    first = tick(instance)
    assert "nothing has changed" in tick(instance, first.cursor).skip_message


def test_a_withdrawn_paper_starts_a_run_for_its_partition_and_stays_in_the_ledger(settings, instance):
    put(settings, "2026/甲/a.pdf", "a")
    put(settings, "2026/乙/b.pdf", "b")
    publish(settings)
    (settings.raw / "2026/甲/a.pdf").unlink()
    first = tick(instance)
    assert not first.run_requests
    (request,) = tick(instance, first.cursor).run_requests
    assert (request.partition_key, request.tags["gouji/changes"]) == ("甲|2026", "1 withdrawn")
    entries = {entry.source_path: entry for entry in publish(settings, NEXT_DAY)}
    assert entries["2026/甲/a.pdf"].withdrawn == "2026-03-02"
    assert (entries["2026/甲/a.pdf"].last_seen, entries["2026/乙/b.pdf"].last_seen) == ("2026-03-01", "2026-03-02")
    assert two_looks(settings).changes == ()


def test_a_folder_that_is_not_mounted_is_no_withdrawal(settings, instance):
    put(settings, "2026/甲/a.pdf", "a")
    publish(settings)
    shutil.rmtree(settings.raw)
    with pytest.raises(PipelineError, match="1 papers of it are published: is the folder mounted"):
        tick(instance)
    settings.raw.mkdir()
    with pytest.raises(PipelineError, match="is the folder mounted"):
        tick(instance)


def test_an_empty_folder_of_a_new_home_is_no_alarm(settings, instance):
    assert "no paper lies in" in tick(instance).skip_message


def test_a_damaged_ledger_is_an_alarm(settings, instance):
    put(settings, "2026/甲/a.pdf", "a")
    settings.ledger.parent.mkdir(parents=True)
    settings.ledger.write_text("document_id,source_path\nx\n")
    with pytest.raises(PipelineError, match="put back its last back-up"):
        tick(instance)


def test_only_what_the_run_under_way_was_not_asked_for_waits(settings, instance):
    put(settings, "2026/甲/a.pdf", "a")
    put(settings, "2026/甲/b.pdf", "b")
    asking = tick(instance, tick(instance).cursor)
    (request,) = asking.run_requests
    run = create_run_for_test(
        instance, watch.MAIN_JOB, status=DagsterRunStatus.STARTED, tags={RUN_KEY_TAG: request.run_key}
    )
    meanwhile = tick(instance, asking.cursor)
    assert meanwhile.skip_message == "a run is under way; nothing more waits"
    put(settings, "2026/乙/c.pdf", "c")
    later = tick(instance, tick(instance, meanwhile.cursor).cursor)
    assert not later.run_requests
    assert later.skip_message == "a run is under way; 1 more changes wait for its end"
    instance.delete_run(run.run_id)


def test_a_run_that_was_started_elsewhere_may_read_what_waits(settings, instance):
    put(settings, "2026/甲/a.pdf", "a")
    first = tick(instance)
    run = create_run_for_test(instance, watch.MAIN_JOB, status=DagsterRunStatus.STARTED)
    assert "what it leaves of 1 changes waits" in tick(instance, first.cursor).skip_message
    instance.delete_run(run.run_id)


def test_what_may_be_read_the_next_time_is_tried_once_more_in_each_generation(settings, instance):
    put(settings, "2026/甲/a.pdf", "a")
    publish(settings)
    keys, cursor = [], None
    for again in ([], ["2026/甲/a.pdf"], ["2026/甲/a.pdf"]):
        record = make_generation(settings) / "run.json"
        record.write_text(json.dumps(json.loads(record.read_text()) | {"again": again}))
        for _ in range(3):
            seen = tick(instance, cursor)
            keys += [request.run_key for request in seen.run_requests]
            cursor = seen.cursor
    assert keys == [f"again {folder.name}" for folder in sorted(settings.generations.iterdir())[1:]]
    run = create_run_for_test(instance, watch.MAIN_JOB, status=DagsterRunStatus.STARTED)
    make_generation(settings).joinpath("run.json").write_text(json.dumps({"again": ["2026/甲/a.pdf"]}))
    assert not tick(instance, cursor).run_requests
    instance.delete_run(run.run_id)
    (request,) = tick(instance, cursor).run_requests
    assert (request.tags["gouji/changes"], request.tags["gouji/partitions"]) == ("tried again", "甲|2026")
    assert request.run_config == watch.run_config([("2026", "甲")])


def test_a_folder_that_is_no_year_is_no_column_and_is_read_all_the_same(settings, instance):
    put(settings, "2025/甲/a.pdf", "a")
    first = tick(instance)
    put(settings, "2026年/甲/b.pdf", "b")
    (request,) = tick(instance, tick(instance, first.cursor).cursor).run_requests
    assert list(instance.get_dynamic_partitions("year")) == ["2025"]
    assert request.run_config["resources"]["workspace"]["config"]["partitions"] == [["2025", "甲"], ["2026年", "甲"]]


def test_what_lies_astray_is_named_at_each_tick(settings, instance):
    put(settings, "2025/loose.pdf", "a")
    assert "not read: 2025/loose.pdf (belongs in raw/<year>/<department>/)" in tick(instance).skip_message
    put(settings, "2025年/甲/a.pdf", "a")
    put(settings, "2025年/甲/a.docx", "a")
    said = tick(instance).skip_message
    assert "2025年/甲/a.docx (is no PDF)" in said
    assert "to rename: 2025年 (is no year of four digits" in said


def test_keys_go_with_their_folders_but_not_under_a_run(settings, instance):
    put(settings, "2025/甲/a.pdf", "a")
    put(settings, "2024/乙/b.pdf", "b")
    first = tick(instance)
    shutil.rmtree(settings.raw / "2024")
    run = create_run_for_test(instance, watch.MAIN_JOB, status=DagsterRunStatus.STARTING)
    tick(instance, first.cursor)
    assert list(instance.get_dynamic_partitions("year")) == ["2024", "2025"]
    instance.delete_run(run.run_id)
    tick(instance, first.cursor)
    assert list(instance.get_dynamic_partitions("year")) == ["2025"]
    assert list(instance.get_dynamic_partitions("department")) == ["甲"]


def test_departments_of_the_register_are_partitions_before_they_publish(settings, instance):
    put(settings, "2026/甲/a.pdf", "a")
    (settings.raw / "register.csv").write_text("department,since\n甲,\n未公开局,2026\n")
    tick(instance)
    assert set(instance.get_dynamic_partitions("department")) == {"甲", "未公开局"}
    (settings.raw / "register.csv").write_text("department,since\n甲,soon\n")
    with pytest.raises(PipelineError, match="line 2: since is 'soon'"):
        tick(instance)


def test_a_name_that_is_no_key_is_read_all_the_same(settings, instance):
    put(settings, "2026/a|b/a.pdf", "a")
    (request,) = tick(instance, tick(instance).cursor).run_requests
    assert request.partition_key is None
    assert request.run_config["resources"]["workspace"]["config"] == {"partitions": [["2026", "a|b"]]}


def evaluate_schedule(instance: DagsterInstance):
    schedule = defs.resolve_schedule_def("publication_window")
    at = datetime(2026, 3, 2, 6, tzinfo=ZoneInfo("Asia/Shanghai"))
    return schedule, schedule.evaluate_tick(build_schedule_context(instance, scheduled_execution_time=at))


def test_the_schedule_runs_in_the_local_time_of_the_window(settings, instance, monkeypatch):
    schedule, empty = evaluate_schedule(instance)
    assert (schedule.execution_timezone, schedule.cron_schedule) == ("Asia/Shanghai", "0 6 * 1-4 *")
    assert "no paper lies in" in empty.skip_message
    put(settings, "2026/甲/a.pdf", "a")
    _, moving = evaluate_schedule(instance)
    assert "still changing, or seen for the first time: 2026/甲/a.pdf" in moving.skip_message
    age(settings.raw / "2026/甲/a.pdf", monkeypatch)
    _, whole = evaluate_schedule(instance)
    assert whole.run_requests[0].run_config == {}
    assert whole.run_requests[0].tags["gouji/changes"] == "1 new"
    assert whole.run_requests[0].tags["gouji/partitions"] == "甲|2026"
    put(settings, "2026/乙/b.pdf", "b")
    _, partly = evaluate_schedule(instance)
    assert partly.run_requests[0].run_config == watch.run_config([("2026", "甲")])
    monkeypatch.setattr(watch, "runs_under_way", lambda _: [None])
    _, busy = evaluate_schedule(instance)
    assert busy.skip_message == "a run is under way"
    monkeypatch.setattr(watch, "unchanged_record", lambda *_: {"finished": "2026-03-01"})
    _, unchanged = evaluate_schedule(instance)
    assert "nothing has changed since 2026-03-01" in unchanged.skip_message


def test_the_schedule_starts_nothing_for_a_file_that_is_being_written(settings, instance, monkeypatch):
    put(settings, "2026/甲/a.pdf", "a")
    publish(settings)
    put(settings, "2026/甲/half.pdf", "h")
    published = [paper.source_path for paper in published_papers(settings)]
    assert published == ["2026/甲/a.pdf"]

    def unchanged(_, papers):
        return {"finished": "2026-03-01"} if [paper.source_path for paper in papers] == published else None

    monkeypatch.setattr(watch, "unchanged_record", unchanged)
    assert "still changing" in evaluate_schedule(instance)[1].skip_message
    monkeypatch.setattr(watch, "unchanged_record", lambda *_: None)  # as on the day that somebody is late
    put(settings, "2026/乙/b.pdf", "b")
    age(settings.raw / "2026/乙/b.pdf", monkeypatch)
    (request,) = evaluate_schedule(instance)[1].run_requests
    assert request.run_config == watch.run_config([("2026", "乙")])
    assert request.tags["gouji/partitions"] == "乙|2026"
