"""The main job, run in this process against the home's instance: the web page shows the same runs."""

from __future__ import annotations

import contextlib
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from pipelines.errors import PipelineError
from pipelines.orchestration.instance import POSTGRES, prepare_instance
from pipelines.progress import OnEvent, silent
from pipelines.settings import Settings
from pipelines.warehouse.build import run_lock, standing_record
from pipelines.warehouse.papers import papers_read
from pipelines.warehouse.publish import current_record

if TYPE_CHECKING:
    from dagster._core.errors import DagsterMaxRetriesExceededError


class RunResult(NamedTuple):
    run_id: str
    record: dict


def run(settings: Settings, on_event: OnEvent = silent) -> RunResult:
    """Run the main job and return the published record (run.json).

    Raises PipelineError where another run is at work, where there is nothing to read, where a disk failed each time it
    was tried, and where nothing was published; any other error of a step comes through as it is. What the steps print
    goes to <home>/logs/run.log.
    """
    with run_lock(settings.home):
        os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
        os.environ["DAGSTER_HOME"] = str(prepare_instance(settings))
        with (settings.home / "logs" / "run.log").open("w") as log, contextlib.redirect_stdout(log):
            logging.captureWarnings(True)
            return _execute(settings, on_event)


def _execute(settings: Settings, on_event: OnEvent) -> RunResult:
    from dagster import DagsterExecutionStepExecutionError, DagsterInstance, Failure
    from dagster._core.errors import DagsterMaxRetriesExceededError
    from dagster._core.instance.ref import InstanceRef

    from pipelines.orchestration.definitions import defs
    from pipelines.orchestration.event_log import event_log_config
    from pipelines.orchestration.launcher import PROCESS_TAG
    from pipelines.orchestration.resources import Listener, Workspace

    # Capturing each step's output would start four processes a step; it all goes to one log file here.
    quiet = {"module": "dagster._core.storage.noop_compute_log_manager", "class": "NoOpComputeLogManager"}
    overrides: dict = {"compute_logs": quiet}
    if not os.environ.get(POSTGRES):
        overrides["event_log_storage"] = event_log_config(settings.dagster_home)
    reference = InstanceRef.from_dir(os.environ["DAGSTER_HOME"], overrides=overrides)
    run_id = str(uuid4())
    with DagsterInstance.from_ref(reference) as instance:
        # A failure is of papers that could not be read, told when all is published: the summary names each.
        try:
            with contextlib.suppress(Failure):
                defs.resolve_job_def("main_job").execute_in_process(
                    instance=instance,
                    run_config={
                        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                        "resources": {"workspace": {"config": Workspace.config_of(settings)}},
                    },
                    resources={"tell": Listener(on_event)},
                    run_id=run_id,
                    tags={PROCESS_TAG: str(os.getpid())},
                )
        except DagsterExecutionStepExecutionError as error:
            raise error.user_exception from None
        except DagsterMaxRetriesExceededError as error:
            raise PipelineError(f"{last_cause(error)}: tried again in vain, look at disk and mount") from None
    record = current_record(settings)
    published = record is not None and record["run_id"] == run_id
    if not published and standing_record(settings, papers_read(settings)) is None:
        raise PipelineError(f"the run ended without publishing: see {Path(settings.home, 'logs', 'dagster.log')}")
    return RunResult(run_id, record)


def last_cause(error: DagsterMaxRetriesExceededError) -> str:
    """Given that a step was tried too often, return in one line what failed in the end."""
    info = error.user_code_process_error_infos[0]
    while info.cause is not None:
        info = info.cause
    return " ".join(info.message.split())
