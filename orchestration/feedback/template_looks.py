"""What all sheets of the form to fill in share: wording, colours, and how a field is named."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from orchestration.contracts import Field

FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
SIDES: dict[str, dict[str, Any]] = {
    "text": {"align": "left", "indent": 1},
    "date": {"align": "center"},
    "number": {"align": "right", "indent": 1},
}
LINE = {"border": 1, "border_color": "#BFBFBF"}
# One colour per meaning: what must be filled in, what may be, what is never published.
REQUIRED, OPTIONAL, PRIVATE = "#F8D9A8", "#DCE6F1", "#D9D9D9"


@cache
def wording() -> dict[str, Any]:
    """What the form says beyond the contract, from `template.yaml`."""
    content: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("template.yaml").read_text("utf-8"))
    return content


def marked_heading(field: Field) -> str:
    """The heading of a field, with a star where it is required."""
    # Headings are compared without signs, so intake reads `企业名称 *` as 企业名称.
    return f"{field.heading} *" if field.required else field.heading


def colour(field: Field) -> str:
    """The colour of a heading by what is asked of its column."""
    if not field.public:
        return PRIVATE
    return REQUIRED if field.required else OPTIONAL


def how(field: Field, language: str) -> str:
    """How a value of the kind is written, in `zh` or `en`; nothing for kinds that need no words."""
    return str(wording()["kinds"].get(field.kind, {}).get(language, ""))
