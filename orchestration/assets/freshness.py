"""When something is stale, as `schemas/shared/freshness.yaml` says: Dagster's daemon judges by these policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg
from dagster import FreshnessPolicy

from orchestration.errors import UserError
from orchestration.settings import Settings
from orchestration.yaml_files import YamlFileError, read_mapping


class FreshnessError(UserError):
    """A `freshness.yaml` that cannot be used."""


@dataclass(frozen=True)
class Policies:
    """For the inbox as a whole, for what is sent for any dataset, and for single datasets; None for never stale."""

    looked_at: FreshnessPolicy | None
    sent: FreshnessPolicy | None
    datasets: Mapping[str, FreshnessPolicy]

    def of(self, dataset: str) -> FreshnessPolicy | None:
        """The policy for what is sent for a dataset."""
        return self.datasets.get(dataset, self.sent)


def policies(settings: Settings) -> Policies:
    """Read the file; nothing is ever stale where there is none. Raises FreshnessError."""
    path = settings.schemas / "shared" / "freshness.yaml"
    if not path.exists():
        return Policies(None, None, {})
    try:
        content = read_mapping(path, of="properties")
    except YamlFileError as error:
        raise FreshnessError(f"{path.name} {error}") from error
    if unknown := content.keys() - {"looked_at", "sent", "datasets"}:
        raise FreshnessError(f"{path.name}: unknown {', '.join(sorted(unknown))}")
    own = content.get("datasets") or {}
    return Policies(
        _policy(path, "looked_at", content.get("looked_at"), "hours"),
        _policy(path, "sent", content.get("sent"), "days"),
        {str(name): policy for name, raw in own.items() if (policy := _policy(path, str(name), raw, "days"))},
    )


def _policy(path: Path, name: str, raw: Any, unit: str) -> FreshnessPolicy | None:
    if raw is None:
        return None
    warn, fail = f"warn_{unit}", f"fail_{unit}"
    numbers = isinstance(raw, dict) and raw.keys() == {warn, fail} and all(isinstance(one, int) for one in raw.values())
    if not numbers or not 0 < raw[warn] < raw[fail]:
        raise FreshnessError(f"{path.name}: {name} is not {{{warn}: number, {fail}: greater number}}")
    return dg.FreshnessPolicy.time_window(
        fail_window=timedelta(**{unit: raw[fail]}), warn_window=timedelta(**{unit: raw[warn]})
    )
