"""Is a run whose process died seen as such, so that it does not hold back all others?"""

from __future__ import annotations

import subprocess
import sys

import pytest
from dagster import DagsterInstance, DagsterRun, DagsterRunStatus
from dagster._core.launcher import WorkerStatus
from dagster._core.storage.tags import GRPC_INFO_TAG

from pipelines.orchestration.definitions import defs
from pipelines.orchestration.instance import prepare_instance
from pipelines.orchestration.launcher import PROCESS_TAG, WatchedRunLauncher
from pipelines.settings import PROJECT, Settings
from pipelines.warehouse.build import lock_holder

HOLDS = """
import sys
from pathlib import Path
from pipelines.warehouse.build import run_lock
with run_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.setenv("GOUJI_HOME", str(tmp_path))
    return Settings(tmp_path / "raw", tmp_path)


@pytest.fixture
def holder(settings):
    """A process that holds the home for a run."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(settings.home)], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def status(settings: Settings, tags: dict[str, str], parent: str | None = None) -> WorkerStatus:
    with DagsterInstance.from_config(str(prepare_instance(settings))) as instance:
        assert instance.run_monitoring_enabled
        run = DagsterRun(
            job_name="main_job", status=DagsterRunStatus.STARTED, tags=tags, parent_run_id=parent, root_run_id=parent
        )
        instance.add_run(run)
        assert instance.run_launcher.supports_check_run_worker_health
        health = instance.run_launcher.check_run_worker_health(run)
        assert health.msg == ("its process is gone" if health.status == WorkerStatus.FAILED else None)
        return health.status


def test_a_run_of_the_command_line_lives_as_long_as_its_process_holds_the_home(settings, holder):
    assert lock_holder(settings.home) == holder.pid
    assert status(settings, {PROCESS_TAG: str(holder.pid)}) == WorkerStatus.RUNNING
    assert status(settings, {PROCESS_TAG: str(holder.pid + 1)}) == WorkerStatus.FAILED
    holder.kill()
    holder.wait()
    assert lock_holder(settings.home) is None
    assert status(settings, {PROCESS_TAG: str(holder.pid)}) == WorkerStatus.FAILED


def test_a_run_executed_again_is_not_taken_for_the_process_of_the_one_before(settings, holder, monkeypatch):
    monkeypatch.setattr(WatchedRunLauncher, "_is_executing", lambda *_: True)
    earlier = {PROCESS_TAG: str(holder.pid + 1)}
    assert status(settings, earlier, parent="11111111-1111-1111-1111-111111111111") == WorkerStatus.RUNNING


def test_a_run_of_the_daemon_does_not_outlive_the_server_that_started_it(settings):
    assert status(settings, {}) == WorkerStatus.FAILED
    nobody = f'{{"host": "localhost", "socket": "{settings.home / "nobody"}"}}'
    assert status(settings, {GRPC_INFO_TAG: nobody}) == WorkerStatus.FAILED


def test_a_retry_begins_with_a_build_of_its_own():
    assert defs.resolve_job_def("main_job").tags["dagster/retry_strategy"] == "ALL_STEPS"
