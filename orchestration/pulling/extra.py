"""Whether the extra [pull] is installed, without which nothing is pulled and everything else works."""

from __future__ import annotations

import os
from importlib.util import find_spec

from orchestration.errors import UserError


def require(*modules: str) -> None:
    """Raise UserError where one of these modules is missing."""
    if missing := [module for module in modules if find_spec(module) is None]:
        raise UserError(
            f"缺少附加组件[pull]（{', '.join(missing)}），请安装。 "
            f"Pulling needs the extra [pull] ({', '.join(missing)} is missing): "
            "pip install --require-hashes -r requirements-team.txt"
        )


def quiet_dlt() -> None:
    """Keep dlt, before it is imported, from telling its makers of its runs, and from a log that quotes what is asked.

    Its settings of the environment go before those of a file `.dlt/config.toml` that may lie around.
    """
    os.environ.update({"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "CRITICAL"})
