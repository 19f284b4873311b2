"""How Dagster starts runs here, and how its daemon sees that a run's process is gone.

Dagster's own launcher leaves that to the code server that started the run. Where the server died with it (power, `kill`
of the daemon), or where the run was one at the command line, it would count as under way for ever and hold back every
other run.
"""

from __future__ import annotations

from dagster import DagsterRun
from dagster._core.launcher import CheckRunHealthResult, DefaultRunLauncher, WorkerStatus

from pipelines.settings import settings_from
from pipelines.warehouse.build import lock_holder

PROCESS_TAG = "gouji/process"


class WatchedRunLauncher(DefaultRunLauncher):
    """Dagster's launcher, which also knows whether the process of a run is there."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Given a run that has started and not ended, return whether its process is still at work."""
        # One that is executed again from the page has the tags of the run before it, and another process.
        process = run.tags.get(PROCESS_TAG) if run.parent_run_id is None else None
        alive = lock_holder(settings_from().home) == int(process) if process else self._is_executing(run)
        if alive:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.FAILED, "its process is gone")

    def _is_executing(self, run: DagsterRun) -> bool:
        from dagster._core.errors import DagsterUserCodeUnreachableError
        from dagster._grpc.types import CanCancelExecutionRequest, CanCancelExecutionResult
        from dagster._serdes import deserialize_value

        server = self._get_grpc_client_for_termination(run.run_id)
        if server is None:
            return False
        try:
            answer = server.can_cancel_execution(CanCancelExecutionRequest(run_id=run.run_id))
        except DagsterUserCodeUnreachableError:
            return False
        return deserialize_value(answer, CanCancelExecutionResult).can_cancel
