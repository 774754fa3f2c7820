"""When something breaks or is well again, people are told.

Here: when to look. Not here: what is wrong and who is told (`orchestration.alerts`).
"""

import os
from collections.abc import Mapping

import dagster as dg

from orchestration.alerts.channels import channels
from orchestration.alerts.conditions import conditions
from orchestration.alerts.telling import tell
from orchestration.assets.rounds import sent
from orchestration.contracts import Contract, submitted
from orchestration.settings import Settings

# The address of Dagster's pages, to be named in an alert.
LINK = "FUZHI_ALERT_LINK"


def alert_sensor(settings: Settings, contracts: Mapping[str, Contract]) -> dg.SensorDefinition:
    """Look every half minute what is wrong, and tell the channels that the environment names; off where there are none.

    A message that does not get through is sent at the next look, and so until it does.
    """
    own = channels()
    checks = [
        *(dg.AssetCheckKey(dg.AssetKey(name), "gate") for name in contracts),
        *(dg.AssetCheckKey(dg.AssetKey(name), "accounts") for name in submitted(dict(contracts))),
        dg.AssetCheckKey(dg.AssetKey(["feedback", "refused"]), "every_dataset_was_built"),
    ]
    may_be_stale = [dg.AssetKey(["intake", "submissions"]), *map(sent, submitted(dict(contracts)))]

    @dg.sensor(
        name="alerts",
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING if own else dg.DefaultSensorStatus.STOPPED,
        description="Tells by webhook and e-mail of failed runs, red checks and stale data, and when they are over.",
    )
    def alerts(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        if not own:
            return dg.SkipReason("there is nobody to tell: set FUZHI_ALERT_WEBHOOK or FUZHI_ALERT_SMTP")
        wrong = conditions(context.instance, checks, may_be_stale)
        if wrong is None:
            return dg.SkipReason("a run that died is about to be started again")
        said = settings.workspace / "state" / "alerts.json"
        failures = tell(wrong, own, said, os.environ.get(LINK, ""))
        return dg.SkipReason("; ".join([f"{len(wrong)} wrong", *failures]))

    return alerts
