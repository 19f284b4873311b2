"""What starts runs by itself: a sensor on raw/ and a yearly schedule."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from dagster import (
    DagsterInstance,
    DagsterRun,
    DagsterRunStatus,
    DefaultScheduleStatus,
    DefaultSensorStatus,
    RunRequest,
    RunsFilter,
    ScheduleDefinition,
    ScheduleEvaluationContext,
    SensorDefinition,
    SensorEvaluationContext,
    SensorResult,
    SkipReason,
    schedule,
    sensor,
)
from dagster._core.storage.tags import RUN_KEY_TAG
from dagster._utils.schedules import is_valid_cron_string

from pipelines.errors import PipelineError
from pipelines.operation.options import Options, load_options, options_file
from pipelines.operation.partitions import Partition, has_key, partition_of_path
from pipelines.operation.watching import (
    Look,
    dimensions_now,
    look,
    nothing_there,
    published_papers,
    settled_before,
    settled_partitions,
)
from pipelines.orchestration.partitions import add_partitions, keep_partitions
from pipelines.settings import Settings, settings_from
from pipelines.warehouse.build import unchanged_record
from pipelines.warehouse.papers import discover
from pipelines.warehouse.publish import current_generation, current_record
from pipelines.warehouse.raw import misnamed, strays

MAIN_JOB = "main_job"
UNDER_WAY = [
    DagsterRunStatus.QUEUED,
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
]
NAMED = 20


def checked_options() -> Options:
    """Return the settings of the operation; raises PipelineError, naming the file and the setting, also where Dagster
    cannot read the days of the schedule."""
    options = load_options()
    if not isinstance(options.cron, str) or not is_valid_cron_string(options.cron):
        said = f'schedule.cron is {options.cron!r}, not five fields such as "0 6 * 1-4 *"'
        raise PipelineError(f"{options_file()}: {said}")
    return options


def raw_folder_sensor(options: Options) -> SensorDefinition:
    """Return the sensor that starts one run for all partitions in which papers came, changed, moved or went."""

    @sensor(
        job_name=MAIN_JOB,
        minimum_interval_seconds=options.sensor_seconds,
        default_status=DefaultSensorStatus.RUNNING if options.sensor_running else DefaultSensorStatus.STOPPED,
        description="Papers under raw/ that are new, changed, renamed or withdrawn, once they are whole.",
    )
    def raw_folder(context: SensorEvaluationContext) -> SensorResult:
        settings = settings_from()
        if nothing_there(settings):
            return SensorResult(skip_reason=f"no paper lies in {settings.raw} yet{_astray(settings)}")
        remembered = json.loads(context.cursor or "{}")
        asked, tried = remembered.get("asked"), remembered.get("tried")
        seen = look(settings, remembered.get("files", {}))
        at_work = runs_under_way(context.instance)
        # A key is taken away from no run that may be for it.
        (add_partitions if at_work else keep_partitions)(context.instance, dimensions_now(settings))
        if not seen.changes:
            again = None if at_work else _run_of_tried_again(settings, seen, tried)
            if again is not None:
                return SensorResult([again], cursor=_cursor(seen, asked, again.run_key))
            return SensorResult(skip_reason=_why_none(seen) + _astray(settings), cursor=_cursor(seen, asked, tried))
        if at_work:
            of_run = asked if asked and any(run.tags.get(RUN_KEY_TAG) == asked["key"] for run in at_work) else None
            told = _what_waits(seen, of_run) + _astray(settings)
            return SensorResult(skip_reason=told, cursor=_cursor(seen, asked, tried))
        request = _run_of(seen, current_generation(settings))
        asked = {"key": request.run_key, "changes": [list(change) for change in seen.changes]}
        return SensorResult([request], cursor=_cursor(seen, asked, tried))

    return raw_folder


def yearly_schedule(options: Options) -> ScheduleDefinition:
    """Return the schedule that, while papers are being published, brings the warehouse up to the day."""

    @schedule(
        cron_schedule=options.cron,
        job_name=MAIN_JOB,
        execution_timezone=options.timezone,
        default_status=DefaultScheduleStatus.RUNNING if options.schedule_running else DefaultScheduleStatus.STOPPED,
        description="All papers that are whole, and which bodies have become late.",
    )
    def publication_window(context: ScheduleEvaluationContext) -> RunRequest | SkipReason:
        settings = settings_from()
        if nothing_there(settings):
            return SkipReason(f"no paper lies in {settings.raw} yet")
        record = unchanged_record(settings, discover(settings))
        if record is not None:
            return SkipReason(f"nothing has changed since {record['finished']}")
        if runs_under_way(context.instance):
            return SkipReason("a run is under way")
        seen = look(settings, settled_before(settings, time.time(), 2 * options.sensor_seconds))
        settled = settled_partitions(settings, seen)
        # Other reasons for a run are those of a day: a body that has become late, another version of the project.
        stands = unchanged_record(settings, published_papers(settings)) is not None
        if not seen.changes and (stands or settled == []):
            return SkipReason(_why_none(seen))
        return RunRequest(run_config=run_config(settled) if settled else {}, tags=_tags(seen))

    return publication_window


def run_config(partitions: Sequence[Partition]) -> dict:
    """Return the config of a run over these partitions."""
    return {"resources": {"workspace": {"config": {"partitions": [list(partition) for partition in partitions]}}}}


def runs_under_way(instance: DagsterInstance) -> Sequence[DagsterRun]:
    """Return the runs of the main job that have been asked for and have not ended."""
    return instance.get_runs(RunsFilter(job_name=MAIN_JOB, statuses=UNDER_WAY))


def _cursor(seen: Look, asked: Mapping | None, tried: str | None) -> str:
    """What the next look is to be given, the changes that a run was last asked for, and the last other try."""
    return json.dumps({"files": seen.remembered, "asked": asked, "tried": tried})


def _what_waits(seen: Look, of_run: Mapping | None) -> str:
    if of_run is None:
        return f"a run is under way that was started elsewhere; what it leaves of {len(seen.changes)} changes waits"
    waiting = sum(list(change) not in of_run["changes"] for change in seen.changes)
    return f"a run is under way; {f'{waiting} more changes wait for its end' if waiting else 'nothing more waits'}"


def _run_of_tried_again(settings: Settings, seen: Look, tried: str | None) -> RunRequest | None:
    """The one run that a generation gets for papers it could not read or judge for a reason that may have passed."""
    record, generation = current_record(settings), current_generation(settings)
    moving = set(map(partition_of_path, seen.moving))
    partitions = sorted({partition_of_path(path) for path in (record or {}).get("again", ())} - moving)
    if not partitions or tried == (key := f"again {generation.name}"):
        return None
    tags = {"gouji/changes": "tried again", "gouji/partitions": _some([partition.key for partition in partitions])}
    return RunRequest(run_key=key, run_config=run_config(partitions), tags=tags)


def _run_of(seen: Look, published: Path | None) -> RunRequest:
    partitions = seen.partitions
    # One partition is the run's own; several are in its config, for a run of the orchestrator has but one range.
    alone = partitions[0] if len(partitions) == 1 and has_key(partitions[0]) else None
    return RunRequest(
        run_key=seen.key(published.name if published else ""),
        run_config={} if alone else run_config(partitions),
        partition_key=alone.key if alone else None,
        tags=_tags(seen),
    )


def _tags(seen: Look) -> dict[str, str]:
    kinds = Counter(change.kind for change in seen.changes)
    return {
        "gouji/changes": ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "none under raw/",
        "gouji/partitions": _some([partition.key for partition in seen.partitions]) or "none",
    }


def _why_none(seen: Look) -> str:
    if not seen.moving:
        return "nothing has changed since the last publication"
    return f"still changing, or seen for the first time: {_some(seen.moving)}"


def _astray(settings: Settings) -> str:
    unread = [f"{path} ({why})" for path, why in strays(settings.raw)] if settings.raw.is_dir() else []
    folders = [f"{name} ({why})" for name, why in misnamed(settings.raw)] if settings.raw.is_dir() else []
    parts = [f"; {what}: {_some(named)}" for what, named in (("not read", unread), ("to rename", folders)) if named]
    return "".join(parts)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"
