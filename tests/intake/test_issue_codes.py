"""Every code that intake can give an issue is one of the registry."""

import re
from pathlib import Path

from orchestration import intake
from orchestration.quality.registry import issue_types
from orchestration.settings import PROJECT


def test_codes_are_registered() -> None:
    sources = (path.read_text("utf-8") for path in Path(intake.__file__).parent.glob("*.py"))
    codes = {code for source in sources for code in re.findall(r'\b(?:Refusal|Issue|Provisional)\(\s*"(\w+)"', source)}
    assert len(codes) > 15
    assert codes - set(issue_types(PROJECT / "schemas")) == set()
