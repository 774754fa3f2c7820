"""The registry's words for a kind of issue, said of no cell in particular."""

from __future__ import annotations

import re
from collections.abc import Mapping

from orchestration.catalogue.texts import say
from orchestration.quality.registry import IssueType
from orchestration.release.wording import Language

# What stands where the answer to a submitter names a column or a value.
BLANK = "…"
# What would follow a colon, with the clause that announces it: `，读到的列是：…。`, `: ….`
_LISTED = re.compile(rf"(?:[，;][^，;]*(?:是|are))?[：:] ?{BLANK}([。.])$")


def issue_words(types: Mapping[str, IssueType], code: str, language: Language) -> str:
    """What is wrong, in general; the code itself where the registry does not know it."""
    if code not in types:
        return code
    return _in_general(types[code].render(language, heading=BLANK, value=BLANK, detail=BLANK)[0], language)


def advice_words(issue: IssueType, language: Language) -> str:
    """What whoever sent it can do."""
    return _in_general(issue.render(language, heading=BLANK, value=BLANK, detail=BLANK)[1], language)


def _in_general(message: str, language: Language) -> str:
    if message == BLANK:
        # A rule has words of its own, and they stand with its dataset.
        return say("issues.rule_broken", language)
    return _LISTED.sub(r"\1", message)
