"""Reading the project's YAML files, and saying in words that need no trace what is wrong with one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


class YamlFileError(ValueError):
    """A file that is not the YAML that is wanted; the text is the reason, and names no path."""


def read_yaml(path: Path) -> Any:
    """The content of a YAML file in UTF-8, in which no mapping gives a key twice; None where it is empty.

    Raises YamlFileError where it cannot be read or is not valid YAML.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeyLoader)
    except OSError as error:
        raise YamlFileError(f"cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise YamlFileError(f"is not valid YAML: {' '.join(str(error).split())}") from error


def read_mapping(path: Path, of: str) -> dict[str, Any]:
    """The same of a file that must be a mapping; `of` says of what. Raises YamlFileError for any other."""
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise YamlFileError(f"is not a mapping of {of}")
    return content


class _UniqueKeyLoader(yaml.CSafeLoader):
    """YAML in which a key given twice is an error, not a silent loss of the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Refuse a key given twice, as YAML 1.2 asks and PyYAML does not."""
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=deep)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} given twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)
