"""OpenMetrics 1.0 by its grammar (the ABNF of the specification, for gauges and counters), as a second reader."""

from __future__ import annotations

import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
TEXT = r"(?:[^\n\"\\]|\\n|\\\"|\\\\)*"
LABEL = rf"[a-zA-Z_][a-zA-Z0-9_]*=\"{TEXT}\""
NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
META = re.compile(rf"# (TYPE|UNIT|HELP) ({NAME}) (.*)")
SAMPLE = re.compile(rf"({NAME})(?:\{{((?:{LABEL})?(?:,{LABEL})*)\}})? ({NUMBER})")
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def parse(text: str) -> Samples:
    """Each sample by name and labels; AssertionError where the text is no OpenMetrics."""
    *lines, end = text.removesuffix("\n").split("\n")
    assert end == "# EOF"
    assert text.endswith("\n")
    found: Samples = {}
    families: dict[str, dict[str, str]] = {}
    family = ""
    for line in lines:
        meta = META.fullmatch(line)
        if meta:
            kind, name, said = meta.groups()
            if name != family:
                assert kind == "TYPE", "a family begins with its type"
                assert name not in families, "families do not interleave"
                families[name], family = {}, name
            assert kind not in families[name]
            families[name][kind] = said
            assert kind != "UNIT" or name.endswith(f"_{said}")
            continue
        sample = SAMPLE.fullmatch(line)
        assert sample, line
        name, labels, number = sample.groups()
        kind = families[family]["TYPE"]
        assert kind in ("gauge", "counter")
        assert name == (f"{family}_total" if kind == "counter" else family)
        pairs = re.findall(rf"([a-zA-Z_][a-zA-Z0-9_]*)=\"({TEXT})\"", labels or "")
        assert len({label for label, _ in pairs}) == len(pairs)
        key = (name, frozenset(pairs))
        assert key not in found
        found[key] = float(number)
        assert kind == "gauge" or found[key] >= 0
    return found
