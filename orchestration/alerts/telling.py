"""What to say: a condition once when it begins and once when it is over, on each channel until it gets through."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import yaml

from orchestration.alerts.channels import Channel, Message, NotSentError
from orchestration.alerts.conditions import Condition
from orchestration.intake.whole_files import write_if_changed

TEXTS = Path(__file__).with_name("texts.yaml")
LANGUAGES = ("zh", "en")


def tell(wrong: Collection[Condition], channels: Iterable[Channel], said_file: Path, link: str = "") -> list[str]:
    """Tell each channel what has begun and what is over since it was last told; why those that failed did.

    What a channel was told stands in `said_file` as soon as it has it. Where the process dies in between, the message
    is sent again under the same id.
    """
    said: dict[str, Any] = json.loads(said_file.read_bytes()) if said_file.exists() else {}
    failures = []
    for channel in channels:
        last = said.get(channel.name, {"number": 0, "wrong": []})
        before = [Condition(*one) for one in last["wrong"]]
        begun = sorted((one for one in wrong if one not in before), key=lambda one: one.key)
        over = sorted((one for one in before if one not in wrong), key=lambda one: one.key)
        if not begun and not over:
            continue
        try:
            channel.send(message(begun, over, last["number"] + 1, link))
        except NotSentError as error:
            failures.append(f"{channel.name}: {error}")
            continue
        standing = sorted([one.kind, one.subject] for one in wrong)
        said[channel.name] = {"number": last["number"] + 1, "wrong": standing}
        said_file.parent.mkdir(parents=True, exist_ok=True)
        write_if_changed(said_file, json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True).encode())
    return failures


def message(begun: list[Condition], over: list[Condition], number: int, link: str) -> Message:
    """One message for all that has changed; the `number`-th of its channel."""
    texts = yaml.safe_load(TEXTS.read_text("utf-8"))
    changes = [
        {
            "state": state,
            "kind": one.kind,
            "subject": one.subject,
            **{language: texts[one.kind][state][language].format(subject=one.subject) for language in LANGUAGES},
        }
        for state, conditions in (("wrong", begun), ("well", over))
        for one in conditions
    ]
    subjects = {name: texts["subject"][name].format(wrong=len(begun), well=len(over)) for name in LANGUAGES}
    lines = [[subjects[name], "", *(f"- {one[name]}" for one in changes)] for name in LANGUAGES]
    text = "\n".join([*lines[0], "", *lines[1], *(["", link] if link else []), ""])
    content = {"source": "fuzhi", "link": link, "subject": subjects, "changes": changes}
    id_ = hashlib.sha256(json.dumps([number, changes], sort_keys=True).encode()).hexdigest()[:32]
    return Message(id_, f"{subjects['zh']} {subjects['en']}", text, content)
