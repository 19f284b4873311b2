"""Does the operator's set-up hold: services, storage, retries, locks?"""

from __future__ import annotations

import errno
import json
import multiprocessing
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from dagster import RetryRequested

from pipelines.errors import PipelineError
from pipelines.orchestration import retries
from pipelines.orchestration.instance import POSTGRES, prepare_instance
from pipelines.orchestration.retries import retried
from pipelines.orchestration.run import run
from pipelines.settings import PROJECT, Settings
from pipelines.warehouse import steps
from pipelines.warehouse.build import run_lock

OPERATOR = PROJECT / "docs" / "operator"
UNITS = sorted(OPERATOR.glob("*.service"))


def instance_config(tmp_path: Path) -> dict:
    home = prepare_instance(Settings(tmp_path / "raw", tmp_path / "home"))
    return json.loads((home / "dagster.yaml").read_text())


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_service_starts_what_is_installed(unit):
    commands = re.findall(r"^Exec\w+=/opt/gouji/\.venv/bin/(\S+) (.*)$", unit.read_text("utf-8"), re.M)
    assert len(commands) == 2
    for program, arguments in commands:
        assert Path(sys.executable).with_name(program).exists(), program
        (module,) = re.findall(r"-m (\S+)", arguments)
        assert PROJECT.joinpath(*module.split(".")).with_suffix(".py").exists()


def test_the_variables_of_the_environment_file_are_read_somewhere():
    named = set(re.findall(r"^#? ?(GOUJI_\w+)=", (OPERATOR / "environment").read_text("utf-8"), re.M))
    source = "".join(path.read_text("utf-8") for path in (PROJECT / "pipelines").rglob("*.py"))
    assert named == {"GOUJI_RAW", "GOUJI_HOME", "GOUJI_OPERATION", "GOUJI_DAGSTER_POSTGRES"}
    assert all(f'"{name}"' in source for name in named)


def test_runs_are_kept_in_postgres_where_told_and_the_password_is_in_no_file(tmp_path, monkeypatch):
    monkeypatch.delenv(POSTGRES, raising=False)
    assert "storage" not in instance_config(tmp_path)
    monkeypatch.setenv(POSTGRES, "postgresql://gouji:secret@127.0.0.1/dagster")
    with pytest.raises(PipelineError, match=r"must begin with postgresql\+psycopg2://") as raised:
        instance_config(tmp_path)
    assert "secret" not in str(raised.value)
    monkeypatch.setenv(POSTGRES, "postgresql+psycopg2://gouji:secret@127.0.0.1/dagster")
    config = instance_config(tmp_path)
    assert config["storage"] == {"postgres": {"postgres_url": {"env": POSTGRES}}}
    assert "secret" not in json.dumps(config)


def test_one_run_at_a_time_and_killed_runs_come_back(tmp_path):
    config = instance_config(tmp_path)
    assert config["concurrency"]["runs"]["max_concurrent_runs"] == 1
    assert config["concurrency"]["pools"] == {"default_limit": 1, "granularity": "run"}
    assert config["run_monitoring"]["enabled"]
    assert not config["run_retries"]["retry_on_asset_or_op_failure"]
    assert not config["telemetry"]["enabled"]


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.EBUSY])
def test_trouble_that_passes_is_tried_again(number):
    with pytest.raises(RetryRequested), retried():
        raise OSError(number, "trouble")


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "full"), PermissionError(errno.EACCES, "no"), PipelineError("x")]
)
def test_trouble_that_stays_is_not(error):
    with pytest.raises(type(error)), retried():
        raise error


def test_trouble_that_does_not_pass_is_told_in_a_sentence(published, tmp_path, monkeypatch):
    def failing(*_):
        raise OSError(errno.EIO, "Input/output error", "/mnt/raw/a.pdf")

    monkeypatch.setattr(retries, "SECONDS_BETWEEN", 0)
    monkeypatch.setattr(steps, "read", failing)
    with pytest.raises(PipelineError) as error:
        run(replace(published.settings, home=tmp_path / "home"))
    assert str(error.value) == (
        "OSError: [Errno 5] Input/output error: '/mnt/raw/a.pdf': tried again in vain, look at disk and mount"
    )


def _wait(home, patience, queue):
    queue.put("waiting")
    try:
        with run_lock(home, patience):
            queue.put("held")
    except PipelineError as error:
        queue.put(str(error))


def test_a_run_of_the_daemon_waits_for_one_at_the_command_line(tmp_path):
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=_wait, args=(tmp_path, 60.0, queue))
    with run_lock(tmp_path):
        process.start()
        assert queue.get(timeout=60) == "waiting"
        process.join(1.5)
        assert process.is_alive()
        assert queue.empty()
    assert queue.get(timeout=30) == "held"
    process.join(30)
