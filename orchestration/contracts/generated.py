"""How a generated file of the dbt project is written: with a head that says so, the same bytes each time."""

from __future__ import annotations

from typing import Any

import yaml

HEAD = "derived from schemas/ by orchestration/contracts/{module}.py: do not edit"


def model_file(call: str, module: str, config: str = "") -> str:
    """A model that consists of one macro."""
    return f"-- {_head(module)}\n{config}{{{{ {call} }}}}\n"


def yaml_file(content: dict[str, Any], module: str) -> str:
    """A properties file."""
    # By libyaml: some two hundred of them are compared in every run.
    text: str = yaml.dump(content, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=110)
    return f"# {_head(module)}\n{text}"


def macro_file(macros: dict[str, tuple[str, Any]], module: str) -> str:
    """Macros that return a value each: by their names a sentence on what it is, and the value (a list or a mapping)."""
    return f"{{# {_head(module)} #}}\n" + "\n".join(
        f"{{# {about} #}}\n{{%- macro {name}() -%}}\n{{{{ return({_literal(value)}) }}}}\n{{%- endmacro -%}}\n"
        for name, (about, value) in macros.items()
    )


def _literal(value: Any) -> str:
    """The value as Jinja reads it, a line for each item."""
    if isinstance(value, dict):
        return "{\n" + "".join(f"  {name!r}: {item!r},\n" for name, item in value.items()) + "}"
    return "[\n" + "".join(f"  {item!r},\n" for item in value) + "]"


def _head(module: str) -> str:
    head = HEAD.format(module=module)
    return f"{head[0].upper()}{head[1:]}."
