"""What a verification finds, and its wording in both languages, from `wording.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.verifying.reading import ReadError
from orchestration.yaml_files import read_mapping

ERROR, NOTE = "error", "note"


@dataclass(frozen=True)
class Finding:
    """One finding: what it is, in which file or folder (by its path below the target), and facts that the text names.

    Facts are counts, versions, names and ids: never the value of a row.
    """

    code: str
    where: str
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def severity(self) -> str:
        """`error` where something is wrong, `note` where something could not be checked or is weak."""
        return str(wording()["findings"][self.code]["severity"])

    def say(self, language: str) -> tuple[str, str]:
        """What is wrong and what to do, in `zh` or `en`."""
        entry = wording()["findings"][self.code]
        facts = {
            name: wording()["reasons"][value][language] if name == "reason" else value for name, value in self.facts
        }
        message, advice = (str(entry[part][language]).format(**facts) for part in ("message", "advice"))
        return message, advice


def finding(code: str, where: str, **facts: object) -> Finding:
    """A finding with its facts as text."""
    return Finding(code, where, tuple((name, str(value)) for name, value in facts.items()))


def not_read(error: ReadError, where: str) -> Finding:
    """The finding that a file could not be read."""
    if error.missing:
        return finding("missing", where)
    if error.reason == "not_a_file":
        return finding("not_a_file", where)
    return finding("unreadable", where, reason=error.reason, detail=error.detail and f" {error.detail}")


@cache
def wording() -> dict[str, Any]:
    """The catalogue as it stands."""
    return read_mapping(Path(__file__).with_name("wording.yaml"), of="messages")


def at_place(where: str, name: str) -> str:
    """A file of the version that findings call `where`, which is empty for a version by itself."""
    return f"{where}/{name}" if where else name
