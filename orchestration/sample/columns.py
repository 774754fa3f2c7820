"""The columns of a form: which fields in which order, under which headings, and what stands beside them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.contracts import Field
from orchestration.contracts.labels import fold_heading
from orchestration.sample.layouts import Layout
from orchestration.sample.submissions import Submission, World

_CHINESE = re.compile(r"[\u4e00-\u9fff]+")


@dataclass(frozen=True)
class Column:
    """One column of a form: of a field, of serial numbers, of something that no field claims, or blank."""

    heading: str = ""
    group: str = ""
    field: Field | None = None
    extra: tuple[str, ...] = ()
    serial: bool = False


def lay_out(submission: Submission, world: World, rng: random.Random, habits: set[str]) -> tuple[Column, ...]:
    """The columns from left to right; the habits that show in them are added to `habits`."""
    return tuple(_columns(submission, world, rng, habits))


def _columns(submission: Submission, world: World, rng: random.Random, habits: set[str]) -> Iterator[Column]:
    layout, fields = submission.layout, list(submission.fields)
    if layout.shuffled:
        habits.add("columns_shuffled")
    if len(fields) < len(submission.contract.fields):
        habits.add("column_left_out")
    if layout.header_rows == 2:
        habits.add("header_two_rows")
        fields.sort(key=lambda f: tuple(world.words["groups"]).index(_group(f)))
    if layout.margin:
        habits.add("blank_columns")
        yield Column()
    if layout.serials:
        habits.add("word_numbering" if layout.serials == "word" else "serial_numbers")
        yield Column("序号", serial=True)
    for index, f in enumerate(fields):
        if layout.margin and index == len(fields) // 2:
            yield Column()
        group = world.words["groups"][_group(f)].format(title=submission.contract.title)
        yield Column(_heading(f, layout, rng, habits), group if layout.header_rows == 2 else "", f)
    claimed = {fold_heading(label) for f in submission.contract.fields for label in f.labels}
    extras = [extra for extra in world.words["extra_columns"] if fold_heading(extra["heading"]) not in claimed]
    for extra in rng.sample(extras, layout.extra_columns):
        habits.add("column_extra")
        yield Column(extra["heading"], extra=tuple(extra["texts"]))


def _group(f: Field) -> str:
    if f.kind in ("phone", "email") or f.name in ("contact_person", "address", "legal_representative"):
        return "contact"
    return "enterprise" if f.kind == "uscc" or f.codes or f.name in ("org_name", "tiers") else "other"


def _heading(f: Field, layout: Layout, rng: random.Random, habits: set[str]) -> str:
    text = rng.choice(f.labels) if layout.synonyms else f.title
    if text != f.title:
        habits.add("heading_synonym")
    if layout.headings == "spaces" and len(text) <= 4:
        habits.add("heading_spaces")
        text = " ".join(text)
    if layout.headings == "breaks" and len(text) > 4 and _CHINESE.fullmatch(text):
        habits.add("heading_break")
        text = f"{text[: len(text) // 2]}\n{text[len(text) // 2 :]}"
    if layout.headings == "stars" and f.required:
        habits.add("heading_star")
        text = f"*{text}"
    unit = layout.hand.money if f.kind == "money" and layout.hand.money else f.unit
    if unit and (layout.headings != "plain" or f.kind == "money"):
        habits.add("heading_unit")
        text += {"breaks": f"\n（{unit}）", "spaces": f" ( {unit} )"}.get(layout.headings, f"（{unit}）")
    return text
