"""What counts as wrong: the last run, red checks, stale assets, as a real instance of Dagster has them."""

from collections.abc import Iterator

import dagster as dg
import pytest
from dagster._core.definitions.freshness import FreshnessState, FreshnessStateChange
from dagster._core.storage.tags import WILL_RETRY_TAG
from dagster._core.test_utils import create_run_for_test

from orchestration.alerts.conditions import Condition, conditions
from orchestration.assets.inbox_sensor import PATIENCE, waits

GATE = dg.AssetCheckKey(dg.AssetKey("products"), "gate")
SENT = dg.AssetKey(["sent", "products"])


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as instance:
        yield instance


def run_with(instance: dg.DagsterInstance, *, red: bool = False, broken: bool = False) -> dg.DagsterRun:
    """A run in this process; as far as the instance knows, one from the queue."""

    @dg.asset
    def products() -> None:
        if broken:
            raise RuntimeError("a cable")

    @dg.asset_check(asset=products, blocking=True)
    def gate() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=not red)

    job = dg.Definitions(
        assets=[products],
        asset_checks=[gate],
        jobs=[dg.define_asset_job("publish", executor_def=dg.in_process_executor)],
    ).resolve_job_def("publish")
    result = job.execute_in_process(instance=instance, raise_on_error=False)
    return result.dagster_run


def wrong(instance: dg.DagsterInstance) -> list[Condition] | None:
    return conditions(instance, [GATE], [SENT])


def test_a_red_check_is_wrong_until_it_is_green(instance: dg.DagsterInstance) -> None:
    assert wrong(instance) == []
    run_with(instance, red=True)
    assert wrong(instance) == [Condition("check", "products gate")]
    # A run that plans the check and does not come to it says nothing of it.
    run_with(instance, broken=True)
    assert wrong(instance) == [Condition("check", "products gate")]
    run_with(instance)
    assert wrong(instance) == []


def test_what_is_stale_is_wrong_until_it_is_not(instance: dg.DagsterInstance) -> None:
    for state, expected in ((FreshnessState.WARN, []), (FreshnessState.FAIL, [Condition("stale", "sent/products")])):
        instance._report_runless_asset_event(
            FreshnessStateChange(
                key=SENT, new_state=state, previous_state=FreshnessState.PASS, state_change_timestamp=1.0
            )
        )
        assert wrong(instance) == expected


@pytest.mark.parametrize(
    ("how", "reason"),
    [({}, "published"), ({"red": True}, "a check is red"), ({"broken": True}, "the next attempt is due")],
)
def test_another_run_is_asked_for_only_where_it_can_help(
    instance: dg.DagsterInstance, how: dict[str, bool], reason: str
) -> None:
    run_with(instance, **how)
    records = instance.get_run_records()
    assert reason in str(waits(instance, records))
    # Long after: what may have passed is tried again, as often as patience lasts.
    later = [record._replace(end_time=1.0) for record in records]
    assert (waits(instance, later) is None) == ("broken" in how)
    if "broken" in how:
        assert "somebody must look" in str(waits(instance, later * (len(PATIENCE) + 1)))


def test_while_a_run_is_about_to_be_started_again_nothing_is_decided(instance: dg.DagsterInstance) -> None:
    run = create_run_for_test(instance, job_name="publish", status=dg.DagsterRunStatus.FAILURE)
    instance.add_run_tags(run.run_id, {WILL_RETRY_TAG: "true"})
    assert "about to be started again" in str(waits(instance, instance.get_run_records()))
