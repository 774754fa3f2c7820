"""Dagster pulls when it is due, and says which source failed; the others are in the inbox all the same."""

import dagster as dg
import pytest

from orchestration.assets.pulling import pull_job
from orchestration.assets.schedule import pull_schedule
from orchestration.errors import UserError
from orchestration.running.operation import Operation
from orchestration.settings import Settings
from tests.pulling.conftest import Declare
from tests.pulling.service import Answer, Service, json_of


def test_a_job_pulls_and_fails_where_a_source_does(service: Service, settings: Settings, declare: Declare) -> None:
    secret = "secret value"
    service.reply = lambda asked: Answer(status=404) if asked.path == "/bad" else json_of([{"产品名称": secret}])
    declare(
        bad={"kind": "rest", "address": f"{service.address}/bad"},
        good={"kind": "rest", "address": f"{service.address}/good"},
    )
    with dg.DagsterInstance.ephemeral() as instance:
        result = pull_job(settings).execute_in_process(instance=instance, raise_on_error=False)
        events = [str(entry.to_json()) for entry in instance.all_logs(result.run_id)]
    assert not result.success
    assert [path.name for path in settings.inbox.rglob("*.parquet")] == ["good.parquet"]
    failure = result.failure_data_for_node("pull_sources")
    assert failure is not None
    assert failure.user_failure_data is not None
    assert failure.user_failure_data.description == (
        "bad: 服务没有这个地址（状态码404）。请核对address。 The service has no such address (status 404): check it."
    )
    assert len(events) > 5
    assert not [event for event in events if secret in event]


def test_a_pull_is_due_when_the_environment_says(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    job = pull_job(settings)
    assert pull_schedule(job, Operation()).default_status == dg.DefaultScheduleStatus.STOPPED
    monkeypatch.setenv("FUZHI_PULL_SCHEDULE", "15 5 * * *")
    due = pull_schedule(job, Operation.from_environment())
    assert (due.cron_schedule, due.execution_timezone) == ("15 5 * * *", "Asia/Shanghai")
    assert due.default_status == dg.DefaultScheduleStatus.RUNNING
    monkeypatch.setenv("FUZHI_PULL_SCHEDULE", "daily")
    with pytest.raises(UserError, match="FUZHI_PULL_SCHEDULE is no line of cron"):
        Operation.from_environment()
