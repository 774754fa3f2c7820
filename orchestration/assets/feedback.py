"""Beside the release: the answer to each submitter, one asset per dataset and one for refused files.

Here: what Dagster needs to know of them: counts and the folder. Not here: how they are made (`orchestration.feedback`).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import dagster as dg

from orchestration.assets.failures import without_values
from orchestration.contracts import Contract
from orchestration.feedback.writing import Feedback, write_feedback
from orchestration.settings import Settings


def feedback_assets(settings: Settings, contracts: dict[str, Contract]) -> Iterator[dg.AssetsDefinition]:
    """The annotated forms and letters under `feedback/` of the workspace."""
    for name in contracts:
        yield _asset(settings, contracts, name, name, [f"{name}__issues", f"{name}__accounts"])
    yield _asset(settings, contracts, "refused", None, [["intake", "submissions"], ["intake", "issues"]])


def _asset(
    settings: Settings,
    contracts: dict[str, Contract],
    name: str,
    dataset: str | None,
    deps: Sequence[str | Sequence[str]],
) -> dg.AssetsDefinition:
    @dg.asset(
        key=["feedback", name],
        deps=[dg.AssetKey(key) for key in deps],
        group_name=dataset or "intake",
        kinds={"excel"},
        description="For each submitter the form with its faults marked, as JSON, and as a letter.",
    )
    def feedback() -> dg.MaterializeResult[None]:
        with without_values():
            written = write_feedback(settings, contracts)
        own = [each for each in written if each.dataset == dataset]
        return dg.MaterializeResult(metadata=_metadata(settings.workspace / "feedback", own))

    return feedback


def _metadata(folder: Path, own: Sequence[Feedback]) -> dict[str, dg.MetadataValue]:
    severities: Counter[str] = sum((Counter(each.severities) for each in own), Counter())
    return {
        "submissions": dg.MetadataValue.int(len(own)),
        "workbooks": dg.MetadataValue.int(sum(each.workbook is not None for each in own)),
        **{severity: dg.MetadataValue.int(severities[severity]) for severity in ("error", "warning", "info")},
        "folder": dg.MetadataValue.path(folder),
    }
