"""What pages load: each asset under a name that holds the hash of its content, so that no cache shows an old one."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from orchestration.catalogue.published import CodeList, Published, said
from orchestration.catalogue.texts import say
from orchestration.contracts import Contract
from orchestration.release.columns import ID, ROUND
from orchestration.release.wording import Language

FOLDER = "assets"
LOOKS = Path(__file__).with_name("looks")
DIGITS = 10


def hashed(name: str, content: bytes) -> str:
    """The path of an asset from the top: `assets/site-0f3a….css` for `site.css`."""
    plain = PurePosixPath(name)
    return f"{FOLDER}/{plain.stem}-{hashlib.sha256(content).hexdigest()[:DIGITS]}{plain.suffix}"


def looks() -> dict[str, bytes]:
    """The style sheet and pictures, by their plain names."""
    return {path.name: path.read_bytes() for path in sorted(LOOKS.iterdir()) if path.is_file()}


def column_facts(one: Published, contract: Contract | None, language: Language) -> bytes:
    """What a script needs to show a table: of each column name, title, type and kind, and its codes' labels."""
    kinds = {ROUND.name: "round"} | ({field.name: field.kind for field in contract.fields} if contract else {})
    columns = [_facts(entry, kinds.get(entry["name"], "text"), one, language) for entry in one.columns]
    content = {"dataset": one.name, "version": one.version, "rows": one.rows, "columns": columns}
    return _json(content)


def lookup_facts(datasets: Mapping[str, Published], facts: bytes, language: Language) -> bytes:
    """The facts of the table of enterprises, with the title and page of every dataset that it may name."""
    named = {
        name: {"title": one.plain("title", language), "address": f"datasets/{name}.html"}
        for name, one in datasets.items()
    }
    return _json({**json.loads(facts), "datasets": named})


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _facts(entry: Any, kind: str, one: Published, language: Language) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "name": entry["name"],
        "title": said(entry, "title", language),
        "type": entry["type"],
        "kind": kind,
    }
    if entry["name"] == ID.name:
        facts["hidden"] = True
    if "unit" in entry:
        facts["unit"] = entry["unit"]
    if entry.get("categories"):
        facts["categories"] = list(entry["categories"])
    if (codes := one.code_lists.get(entry.get("codes", ""))) is not None:
        # Of a list of 1,400 classes a table may use ten: the others would only weigh.
        used = set(one.table[entry["name"]].unique().to_pylist())
        labels = _distinct(codes, one.code_lists, language)
        facts["codes"] = {code: label for code, label in labels.items() if code in used}
    return facts


def _distinct(codes: CodeList, lists: Mapping[str, CodeList], language: Language) -> dict[str, str]:
    """The label of each code; where two codes share one, as 市中区 of 济南 and of 枣庄 do, with what they belong to."""
    labels = {code: codes.label(code, language) for code in codes.labels}
    counts, cities = Counter(labels.values()), lists.get("cities")
    for code, label in labels.items():
        if counts[label] > 1:
            parent = codes.parents.get(code)
            within = cities.label(parent, language) if cities and parent else code
            labels[code] = say("words.within", language, name=label, within=within)
    return labels
