"""Which column gives which field: the headings of a table against the labels of a contract."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from orchestration.contracts.labels import fold, fold_heading, heading_unit
from orchestration.intake.forms import Form

SERIAL = {"序号", "序列号", "顺序号", "行号", "序", "no"}
LONGEST = 100
# A row that gives fewer fields than this is no header; one cell may well say 企业名称 by chance.
HEADER_FIELDS = 2
_CHINESE_BREAK = re.compile(r"(?<=[^\x00-\xff])\s+|\s+(?=[^\x00-\xff])")


@dataclass(frozen=True)
class Heading:
    """What stands above one column, the uppermost first; no `parts` where nothing does."""

    position: int
    parts: tuple[str, ...]

    @cached_property
    def text(self) -> str:
        """The heading in one line: `联系方式 / 手机`; a line break between Chinese characters leaves no blank."""
        lines = (" ".join(_CHINESE_BREAK.sub("", part).split()) for part in self.parts)
        return " / ".join(dict.fromkeys(lines))

    @cached_property
    def unit(self) -> str | None:
        """The unit that the heading gives, that of its lowest part first."""
        return next(filter(None, map(heading_unit, reversed(self.parts))), None)

    @cached_property
    def is_serial(self) -> bool:
        """Whether the column only counts the rows (序号)."""
        return bool(self.parts) and fold(self.parts[-1]) in SERIAL

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """The heading folded, in the order in which it is looked for: lowest part, all parts, parts above."""
        if len(self.parts) < 2:
            return tuple(map(_folded, self.parts))
        return tuple(map(_folded, (self.parts[-1], "".join(self.parts), "".join(self.parts[:-1]))))


def _folded(text: str) -> str:
    # Data rows are looked at too before the header is found, and their texts can be long.
    return _fold(text) if len(text) <= LONGEST else ""


# Every form is tried on the same rows, and most files have the headings of the one before.
_fold = lru_cache(maxsize=10_000)(fold_heading)


@dataclass(frozen=True)
class Claims:
    """Which field each column gives, by position, and the columns that repeat a heading and are not read."""

    fields: dict[int, str]
    repeated: tuple[Heading, ...]

    def fit(self, form: Form) -> bool:
        """Whether the table can be one of that dataset: each field of its key has a column, and a field of its own has.

        A key may be a credit code alone, which any form has. One column by itself is no header.
        """
        given = set(self.fields.values())
        own = not form.own or not given.isdisjoint(form.own)
        return given >= set(form.key) and own and len(given) >= min(HEADER_FIELDS, len(form.fields))


def claim(headings: Sequence[Heading], form: Form) -> Claims:
    """Match headings to fields, exactly after folding, never by likeness.

    The lowest part of a heading decides; where that is no label, all its parts together; where those are none
    either, the parts above, if they stand above this column alone (else there is no telling which one is meant).
    """
    fields: dict[int, str] = {}
    repeated: list[Heading] = []
    for stage in range(3):
        taken = set(fields.values())
        open_to = [h for h in headings if h.position not in fields and h not in repeated and stage < len(h.spellings)]
        found = [(h, form.labels.get(h.spellings[stage])) for h in open_to]
        named = [field for _, field in found]
        for heading, field in found:
            if field is None or field in taken or (stage == 2 and named.count(field) > 1):
                continue
            if field in fields.values():
                repeated.append(heading)
            else:
                fields[heading.position] = field
    return Claims(fields, tuple(repeated))


def suggestion(heading: Heading, claims: Claims, form: Form) -> str | None:
    """The title of the unclaimed field whose label looks most like the heading; only ever for a message."""
    taken = set(claims.fields.values())
    labels = [label for label, field in form.labels.items() if field not in taken]
    for spelling in heading.spellings:
        close = difflib.get_close_matches(spelling, labels, n=1, cutoff=0.6)
        if close:
            return form.titles[form.labels[close[0]]]
    return None
