"""What the guides for submitters show is what `fuzhi check` says of that file of the sample."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from orchestration.contracts import load_contracts, submitted
from orchestration.sample import write_sample
from orchestration.settings import PROJECT
from tests.pipeline.conftest import Installation, install

SENDER, FORM = "inbox/2024-02/聊城市工业和信息化局", "2024年第二批晨星工厂汇总表（样例）.csv"
SHOWN = re.compile(r"^\$ \.venv/bin/fuzhi (check [^\n]+)\n(.+?)(?:\n…)?\n```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder, load_contracts(PROJECT / "schemas"), seeds=PROJECT / "dbt_project" / "seeds")
    return folder


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return install(tmp_path_factory.mktemp("checking"))


@pytest.mark.parametrize("guide", ["for-submitters.md", "for-submitters.zh.md"])
def test_the_guide_shows_what_a_check_says(installation: Installation, sample: Path, guide: str) -> None:
    shown = SHOWN.findall((PROJECT / "docs" / guide).read_text("utf-8"))
    assert len(shown) == 2
    (form,) = (sample / SENDER).rglob(FORM)
    for command, answer in shown:
        verb, name, *options = shlex.split(command)
        assert name == FORM
        said = installation.fuzhi(verb, str(form), *options).out
        assert said.startswith(f"{answer}\n")


@pytest.mark.parametrize("guide", ["for-submitters.md", "for-submitters.zh.md"])
def test_the_guide_names_every_register(guide: str) -> None:
    text = (PROJECT / "docs" / guide).read_text("utf-8")
    assert [name for name in submitted(load_contracts(PROJECT / "schemas")) if f"`{name}`" not in text] == []
