"""A page as HTML: one template per kind of page, autoescaped; what it says beyond its page is in `texts.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from orchestration.catalogue.pages.layout import POLICY, Frame
from orchestration.catalogue.texts import say, say_day, say_number, say_size, texts


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["number"] = say_number
    environment.filters["size"] = say_size
    environment.globals["policy"] = POLICY
    return environment


def render(template: str, frame: Frame, **values: Any) -> bytes:
    """The HTML of a page in UTF-8. Raises KeyError and UndefinedError for what there is none of."""
    language = frame.language
    return _html(
        template,
        frame=frame,
        t=lambda key, **places: say(key, language, **places),
        day=lambda day: say_day(day, language),
        document=lambda name: texts()["documents"][name][language],
        **values,
    )


def render_chooser(css: str, icon: str) -> bytes:
    """The page on which a language is chosen; it speaks both."""
    return _html("chooser.html", css=css, icon=icon, say=say)


def _html(template: str, **values: Any) -> bytes:
    return f"{_environment().get_template(template).render(**values).rstrip()}\n".encode()
