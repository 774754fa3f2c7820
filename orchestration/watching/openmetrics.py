"""Figures as text of OpenMetrics 1.0: families of samples, each with type, unit and help; the end is `# EOF`.

Gauges and counters alone, and no time stamps: so node_exporter's textfile collector, which reads Prometheus's older
format, takes the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
Labels = Mapping[str, str]


@dataclass(frozen=True)
class Family:
    """Samples of one name, by their labels. A counter's name is without `_total`; a unit is the end of the name."""

    name: str
    help: str
    samples: tuple[tuple[Labels, float], ...]
    type: str = "gauge"
    unit: str = ""


def text_of(families: Iterable[Family]) -> str:
    """The families as text, in their order; those without samples are left out.

    Raises ValueError for names, types or samples that OpenMetrics does not allow.
    """
    lines: list[str] = []
    names: set[str] = set()
    for family in families:
        _check(family)
        if family.name in names:
            raise ValueError(f"{family.name} is given twice")
        names.add(family.name)
        if family.samples:
            lines += _family(family)
    return "\n".join([*lines, "# EOF", ""])


def _family(family: Family) -> Iterable[str]:
    yield f"# TYPE {family.name} {family.type}"
    if family.unit:
        yield f"# UNIT {family.name} {family.unit}"
    yield f"# HELP {family.name} {_escaped(family.help)}"
    name = f"{family.name}_total" if family.type == "counter" else family.name
    for labels, value in family.samples:
        pairs = ",".join(f'{label}="{_escaped(text)}"' for label, text in sorted(labels.items()))
        yield f"{name}{{{pairs}}} {_number(value)}" if pairs else f"{name} {_number(value)}"


def _check(family: Family) -> None:
    if family.type not in ("gauge", "counter"):
        raise ValueError(f"{family.name}: type {family.type} is neither gauge nor counter")
    if not _NAME.fullmatch(family.name) or family.name.endswith("_total"):
        raise ValueError(f"{family.name} is no name of a family")
    if family.unit and not family.name.endswith(f"_{family.unit}"):
        raise ValueError(f"{family.name} does not end in its unit {family.unit}")
    seen = set()
    for labels, value in family.samples:
        if not all(_NAME.fullmatch(label) for label in labels):
            raise ValueError(f"{family.name}: a label has no name of letters and digits")
        if family.type == "counter" and not value >= 0:
            raise ValueError(f"{family.name}: a counter is not below 0")
        key = tuple(sorted(labels.items()))
        if key in seen:
            raise ValueError(f"{family.name}: two samples have the same labels")
        seen.add(key)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def _number(value: float) -> str:
    return repr(int(value)) if float(value).is_integer() else repr(float(value))
