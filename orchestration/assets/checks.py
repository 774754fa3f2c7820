"""What must hold before anything is released: rows are accounted for, the gate is green, nothing was left unbuilt.

Here: checks that stop a dataset, or the run. Not here: how they judge (`orchestration.quality`).
"""

from collections.abc import Iterable, Iterator
from typing import Any

import dagster as dg

from orchestration.assets.failures import without_values
from orchestration.contracts import Contract
from orchestration.quality.accounts import unaccounted
from orchestration.quality.verdicts import keep_verdict
from orchestration.running import changes
from orchestration.running.ahead import judging
from orchestration.running.beside import outcome
from orchestration.settings import Settings
from orchestration.watching.stage import DONE, RED, stage

# With the in-process executor the step of lowest priority that is ready runs last.
LAST = {"dagster/priority": "-100"}
ACCEPT = "Publish although guards against the last release fail: the change is meant. Holds for this run alone."


def dataset_checks(settings: Settings, contract: Contract) -> list[dg.AssetChecksDefinition]:
    """The blocking checks of one dataset: `accounts`, where forms are sent for it, and `gate`."""

    @dg.asset_check(
        asset=contract.name,
        name="accounts",
        blocking=True,
        description="read = published + superseded + quarantined + ignored, for every submission.",
    )
    def accounts(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        with without_values(), stage("accounts", contract.name) as working:
            differences = unaccounted(settings.workspace, contract.name)
            working.outcome = RED if differences else DONE
            working.tell(submissions_that_differ=len(differences))
        for difference in differences:
            context.log.error(str(difference))
        return dg.AssetCheckResult(passed=not differences, metadata={"submissions_that_differ": len(differences)})

    @dg.asset_check(
        asset=contract.name,
        name="gate",
        blocking=True,
        description="Great Expectations: the rules of the contract and those of the table as a whole.",
        config_schema={"accept": dg.Field(bool, default_value=False, description=ACCEPT)},
    )
    def gate(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        with without_values(), stage("gate", contract.name) as working:
            verdict = outcome(judging(settings, contract))
            if context.op_execution_context.op_config["accept"]:
                verdict = verdict.with_guards_accepted()
            keep_verdict(settings.verdicts, verdict, settings.marts / f"{contract.name}.parquet")
            working.outcome = DONE if verdict.success else RED
            working.tell(
                expectations=len(verdict.results), failed=len(verdict.failures), accepted=len(verdict.accepted)
            )
        for failure in verdict.failures:
            context.log.error(failure)
        if verdict.guarded:
            context.log.error(
                f"{contract.name}: only guards against the last release stand in the way. 如确认变化属实 If the change "
                f"is meant: fuzhi run --accept {contract.name}"
            )
        for one in verdict.accepted:
            context.log.warning(f"accepted: {one.sentence} {one.sentence_en}")
        return dg.AssetCheckResult(
            passed=verdict.success,
            metadata={
                "expectations": len(verdict.results),
                "failed": len(verdict.failures),
                "accepted": len(verdict.accepted),
            },
        )

    return [gate] if contract.derived else [accounts, gate]


def accepting(datasets: Iterable[str]) -> dict[str, Any]:
    """The run configuration with which the guards of these datasets are accepted, for one run."""
    return {"ops": {f"{dataset}_gate": {"config": {"accept": True}} for dataset in datasets}}


def run_check(settings: Settings, contracts: dict[str, Contract]) -> dg.AssetChecksDefinition:
    """The last step of a run: every dataset that changed was built; fails the run where a model was not."""

    @dg.asset_check(
        # On an asset that nothing is made from: whatever is made from it would have to wait for this check.
        asset=["feedback", "refused"],
        name="every_dataset_was_built",
        blocking=True,
        description="No model of a dataset that has changed failed.",
        op_tags=LAST,
    )
    def every_dataset_was_built(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        unbuilt = sorted(changes.unbuilt_datasets(settings, contracts))
        for dataset in unbuilt:
            context.log.error(f"{dataset}: not built; its last release stands")
        return dg.AssetCheckResult(passed=not unbuilt, metadata={"not_built": unbuilt})

    return every_dataset_was_built


def all_checks(settings: Settings, contracts: dict[str, Contract]) -> Iterator[dg.AssetChecksDefinition]:
    """Every check of the code location."""
    for contract in contracts.values():
        yield from dataset_checks(settings, contract)
    yield run_check(settings, contracts)
