"""Beside the release: the answers, one asset per dataset and one for refused files, and what is for the operator.

Here: what Dagster needs to know of them: counts and the folder. Not here: how they are made (`orchestration.feedback`).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import dagster as dg

from orchestration.assets.failures import without_values
from orchestration.assets.workspace import WORKSPACE
from orchestration.contracts import Contract, derived, submitted
from orchestration.feedback.evidence import has_evidence, write_evidence
from orchestration.feedback.writing import Feedback, remove_stale
from orchestration.running.ahead import answering
from orchestration.running.beside import outcome
from orchestration.settings import Settings
from orchestration.watching.stage import stage

# With the in-process executor, they wait for the releases: the answers are made beside those.
AFTER_RELEASES = {"dagster/priority": "-10"}
DESCRIPTION = "For each submitter the form with its faults marked, as JSON, and as a letter."
DESCRIPTION_REFUSED = "Why a file was refused, as JSON and as a letter; answers to files that are gone are removed."


def feedback_assets(settings: Settings, contracts: dict[str, Contract]) -> Iterator[dg.AssetsDefinition]:
    """The annotated forms and letters under `feedback/` of the workspace."""
    for name, contract in submitted(contracts).items():
        yield _asset(settings, contract, name, [f"{name}__issues", f"{name}__accounts"])
    yield _asset(settings, None, "refused", [["intake", "submissions"], ["intake", "issues"]])
    for contract in derived(contracts).values():
        if has_evidence(settings, contract):
            yield _for_the_operator(settings, contract)


def _for_the_operator(settings: Settings, contract: Contract) -> dg.AssetsDefinition:
    @dg.asset(
        key=["feedback", contract.name],
        deps=[f"{contract.name}__issues"],
        group_name=contract.name,
        kinds={"markdown"},
        required_resource_keys=WORKSPACE,
        description="What no single submission shows, with the evidence, for the operator to look into.",
    )
    def evidence() -> dg.MaterializeResult[None]:
        with without_values(), stage("feedback", contract.name) as working:
            counts = write_evidence(settings, contract)
            working.tell(**counts)
        return dg.MaterializeResult(metadata={**counts, "folder": dg.MetadataValue.path(settings.operator)})

    return evidence


def _asset(
    settings: Settings, contract: Contract | None, name: str, deps: Sequence[str | Sequence[str]]
) -> dg.AssetsDefinition:
    @dg.asset(
        key=["feedback", name],
        deps=[dg.AssetKey(key) for key in deps],
        group_name=contract.name if contract else "intake",
        kinds={"excel"},
        required_resource_keys=WORKSPACE,
        op_tags=AFTER_RELEASES,
        description=DESCRIPTION if contract else DESCRIPTION_REFUSED,
    )
    def feedback() -> dg.MaterializeResult[None]:
        with without_values(), stage("feedback", contract.name if contract else None) as working:
            written = outcome(answering(settings, contract))
            if contract is None:
                # Runs whatever has changed, so here goes what belongs to no file any more.
                remove_stale(settings)
            working.tell(submissions=len(written), workbooks=sum(each.workbook is not None for each in written))
        return dg.MaterializeResult(metadata=_metadata(settings.workspace / "feedback", written))

    return feedback


def _metadata(folder: Path, own: Sequence[Feedback]) -> dict[str, dg.MetadataValue]:
    severities: Counter[str] = sum((Counter(each.severities) for each in own), Counter())
    return {
        "submissions": dg.MetadataValue.int(len(own)),
        "workbooks": dg.MetadataValue.int(sum(each.workbook is not None for each in own)),
        **{severity: dg.MetadataValue.int(severities[severity]) for severity in ("error", "warning", "info")},
        "folder": dg.MetadataValue.path(folder),
    }
