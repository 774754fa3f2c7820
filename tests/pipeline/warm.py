"""Runs `fuzhi` in processes forked from one that has imported the libraries: each run of a test saves their import.

Started as a program. Each line of its input asks for one run: arguments, environment, the files for both outputs.
It answers each with the exit code. The forked process is a run like any other, but for what is imported already.
"""

import json
import os
import sys
import traceback
from typing import Any


def import_libraries() -> None:
    import dagster  # noqa: F401
    import dagster_dbt  # noqa: F401
    import dbt.adapters.duckdb
    import dbt.cli.main  # noqa: F401
    import pandas  # noqa: F401

    import orchestration.quality.judge  # noqa: F401


def run(request: dict[str, Any]) -> int:
    """Fork, run, and wait; the exit code."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 70
    try:
        for descriptor, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(request[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
        os.environ.clear()
        os.environ.update(request["environment"])
        sys.argv = ["fuzhi", *request["arguments"]]
        from orchestration.cli import app

        app()
    except SystemExit as exit_:
        code = exit_.code if isinstance(exit_.code, int) else int(exit_.code is not None)
    except BaseException:  # noqa: BLE001 - told as the interpreter tells it
        traceback.print_exc()
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    import_libraries()
    for line in sys.stdin:
        print(run(json.loads(line)), flush=True)
