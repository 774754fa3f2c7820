"""The forms to fill in are kept as long as they would be made the same."""

from dataclasses import replace
from pathlib import Path

from orchestration.catalogue import forms
from orchestration.catalogue.forms import kept_form
from orchestration.contracts import load_contracts
from orchestration.feedback.template import template
from orchestration.settings import PROJECT, Settings


def test_a_form_is_made_again_only_where_it_would_differ(tmp_path: Path) -> None:
    settings = Settings(PROJECT, tmp_path / "inbox", tmp_path / "workspace", tmp_path / "published")
    contract = load_contracts(settings.schemas)["industry_brains"]
    made = template(contract, settings)
    assert kept_form(settings, contract) == made
    (kept,) = (settings.workspace / forms.FOLDER).iterdir()

    kept.write_bytes(b"kept")
    assert kept_form(settings, contract) == b"kept", "it is not made again"

    other = replace(contract, title="另一名录")
    assert kept_form(settings, other) == template(other, settings) != made
    (now,) = (settings.workspace / forms.FOLDER).iterdir()
    assert now != kept, "of each dataset one form is kept"
