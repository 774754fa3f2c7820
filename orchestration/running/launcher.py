"""Dagster's launcher of runs, which can also tell whether the process of a run is still there.

Dagster's own cannot: a run whose machine went down would count as running for ever, and the queue behind it wait.
"""

from __future__ import annotations

import json
from pathlib import Path

from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._core.launcher import DefaultRunLauncher
from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus
from dagster._core.storage.dagster_run import DagsterRun
from dagster._core.storage.tags import GRPC_INFO_TAG
from dagster._grpc.client import DagsterGrpcClient
from dagster._grpc.types import CanCancelExecutionRequest, CanCancelExecutionResult
from dagster._serdes import deserialize_value

from orchestration.running.alone import WorkspaceInUseError, alone


class Launcher(DefaultRunLauncher):
    """Starts runs in the code server, and asks it for them; `dagster.yaml` names it."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Dagster's daemon may ask."""
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Whether the code server that was given the run has it; a `fuzhi run`, of no server, holds the workspace.

        A server that does not answer at its port may come back, and will know then; a socket is of one server, and
        dies with it.
        """
        where = run.tags.get(GRPC_INFO_TAG)
        client: DagsterGrpcClient | None = self._get_grpc_client_for_termination(run.run_id)  # type: ignore[no-untyped-call]
        if where is None or client is None:
            return _of_command_line(Path(self._instance.root_directory).parent)
        try:
            answer = deserialize_value(
                client.can_cancel_execution(CanCancelExecutionRequest(run_id=run.run_id)), CanCancelExecutionResult
            )
        except DagsterUserCodeUnreachableError:
            gone = "socket" in json.loads(where)
            status = WorkerStatus.NOT_FOUND if gone else WorkerStatus.RUNNING
            return CheckRunHealthResult(status, "the code server does not answer")
        if answer.can_cancel:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.NOT_FOUND, "the process of the run is gone")


def _of_command_line(workspace: Path) -> CheckRunHealthResult:
    try:
        with alone(workspace):
            return CheckRunHealthResult(WorkerStatus.NOT_FOUND, "no process holds the workspace")
    except WorkspaceInUseError:
        return CheckRunHealthResult(WorkerStatus.RUNNING)
