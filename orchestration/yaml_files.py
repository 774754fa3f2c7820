"""Reading a YAML file that must be a mapping, and saying in words that need no trace what is wrong where it is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from orchestration.contracts.loading import UniqueKeyLoader


class YamlFileError(ValueError):
    """A file that is no YAML mapping; the text is the reason, and names no path."""


def read_mapping(path: Path, of: str) -> dict[str, Any]:
    """The content of a YAML file in UTF-8, which must be a mapping with each key once; `of` says of what.

    Raises YamlFileError where it cannot be read, is not valid YAML or is no mapping.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=UniqueKeyLoader)
    except OSError as error:
        raise YamlFileError(f"cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise YamlFileError(f"is not valid YAML: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict):
        raise YamlFileError(f"is not a mapping of {of}")
    return content
