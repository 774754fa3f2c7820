"""Writing the sample: `inbox/` with its submissions, and beside it `manifest.json`, which lists what was planted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from orchestration.contracts import Contract, submitted
from orchestration.sample.accounts import account
from orchestration.sample.code_lists import read_code_lists
from orchestration.sample.enterprise_issues import plant_enterprise_issues
from orchestration.sample.enterprises import made_up_enterprises
from orchestration.sample.filling import filled
from orchestration.sample.first_tries import with_a_first_try
from orchestration.sample.forms import Form, dress
from orchestration.sample.manifest import Manifest
from orchestration.sample.senders import submitters
from orchestration.sample.strays import strays
from orchestration.sample.submissions import Submission, World
from orchestration.sample.words import WORDS, load_words
from orchestration.sample.writers import write
from orchestration.settings import PROJECT

SEEDS = PROJECT / "dbt_project" / "seeds"
_NOTE = "本收件箱中的单位、人员、电话、邮箱、地址和数据均为样例，纯属虚构，仅用于演示和测试。"
_NOTE_EN = (
    "Everything in this inbox is made up for demonstration and tests: organisations, people, numbers, addresses, data."
)


def write_sample(
    folder: Path,
    contracts: Mapping[str, Contract],
    seed: int = 2023,
    scale: float = 1.0,
    seeds: Path = SEEDS,
    words_file: Path = WORDS,
) -> Manifest:
    """Write a made-up inbox to `<folder>/inbox` and what it holds to `<folder>/manifest.json`.

    Two rounds from 16 cities and an association for each contract that the word lists know. The same arguments give the
    same bytes. `scale` multiplies the rows, not the faults. A sample that stood there before is replaced, file by file;
    FileExistsError where the inbox holds files and no manifest lists them.
    """
    _remove_former(folder)
    words = load_words(words_file)
    known = {name: contracts[name] for name in sorted(submitted(contracts)) if name in words["datasets"]}
    lists = read_code_lists(seeds, {"cities", "counties", "chains", "industries"} | _lists(known.values()))
    world = World(words, lists, made_up_enterprises(words, lists, seed), seed, scale)
    inbox = folder / "inbox"
    sent: list[tuple[Submission, Form]] = []
    datasets = filled(known, world)
    plant_enterprise_issues(known, datasets)
    for name, submissions in datasets.items():
        for submission in with_a_first_try(submissions, list(known).index(name)):
            form = dress(submission, world)
            content = write(form.sheets, submission.format, quoted=submission.layout.quoted)
            _write(inbox / submission.path, content)
            sent.append((submission, form))
    if sent:
        sent.append(_send_again(inbox, *_to_send_again(sent), world))
    names = [submitter.name for submitter in submitters(words, lists)]
    refused = strays(list(words["rounds"]), names)
    for stray in refused:
        _write(inbox / stray.path, stray.content)
    _describe(inbox, words, seed, scale)
    manifest = account(sent, refused, seed, scale)
    manifest.write(folder / "manifest.json")
    return manifest


def _lists(contracts: Iterable[Contract]) -> set[str]:
    return {field.codes for contract in contracts for field in contract.fields if field.codes}


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _remove_former(folder: Path) -> None:
    """Remove the files that a former manifest lists, and no other."""
    inbox, manifest = folder / "inbox", folder / "manifest.json"
    if manifest.exists():
        for file in json.loads(manifest.read_text(encoding="utf-8"))["files"]:
            (inbox / file["submission"]).unlink(missing_ok=True)
        manifest.unlink()
    elif inbox.exists() and any(path.is_file() for path in inbox.rglob("*")):
        raise FileExistsError(f"{inbox} holds files that are not of the sample")


def _to_send_again(sent: list[tuple[Submission, Form]]) -> tuple[Submission, Form]:
    """What the association sent first."""
    return next((s, f) for s, f in sent if s.submitter.city is None)


def _send_again(inbox: Path, submission: Submission, form: Form, world: World) -> tuple[Submission, Form]:
    """Send the same file again in the last round, under the name that a browser gives a second download."""
    last = list(world.words["rounds"])[-1]
    path = Path(submission.path)
    copy = Path(last, *path.parts[1:-1], f"{path.stem} (1){path.suffix}").as_posix()
    _write(inbox / copy, (inbox / submission.path).read_bytes())
    return (
        replace(submission, path=copy, round=last),
        replace(form, habits=form.habits | {"same_file_again"}),
    )


def _describe(inbox: Path, words: Mapping[str, Any], seed: int, scale: float) -> None:
    """Write `inbox.yaml` and the `round.yaml` of each round."""
    about = {"made_up": True, "note": _NOTE, "note_en": _NOTE_EN, "seed": seed, "scale": scale}
    _write(inbox / "inbox.yaml", _yaml(about))
    for round_id, terms in words["rounds"].items():
        about = {
            "title": f"{terms['title']}（样例）",
            "title_en": terms["title_en"],
            "closed_on": terms["closed_on"],
            "made_up": True,
        }
        _write(inbox / round_id / "round.yaml", _yaml(about))


def _yaml(content: Mapping[str, Any]) -> bytes:
    text: str = yaml.safe_dump(dict(content), allow_unicode=True, sort_keys=False, width=200)
    return text.encode()
