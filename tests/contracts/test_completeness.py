"""A contract without its mart or its suite stops a run before anything is built, and says which file is missing."""

from pathlib import Path

import pytest

from orchestration.contracts import ContractError, load_contracts
from orchestration.contracts.completeness import refuse_incomplete
from orchestration.settings import PROJECT, Settings
from tests.pipeline.conftest import install

ITSELF = Settings(PROJECT, PROJECT / "inbox", PROJECT / ".fuzhi", PROJECT / "published")


def test_every_contract_of_the_project_is_complete() -> None:
    refuse_incomplete(load_contracts(ITSELF.schemas), ITSELF)


@pytest.mark.parametrize("missing", ["dbt_project/models/marts/scene_items.sql", "expectations/scene_items.yaml"])
def test_what_is_missing_is_named(tmp_path: Path, missing: str) -> None:
    settings = install(tmp_path).settings
    (settings.project / missing).unlink()
    with pytest.raises(ContractError) as refusal:
        refuse_incomplete(load_contracts(settings.schemas), settings)
    assert str(refusal.value) == f"scene_items.yaml: {missing} is missing, which goes with it"
