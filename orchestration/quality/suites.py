"""Suites: what a table as a whole must hold, written by hand in `expectations/<dataset>.yaml`.

A suite is a list of entries. Each says which expectation (`expect`), its arguments, and why (`why`, `why_en`):

    - expect: expect_table_row_count_to_be_between     # any expectation of Great Expectations, by its name
      min_value: 1
      why: 公开表不得为空
      why_en: The table must not be empty
    - expect: no_rows                                  # SQL that must find nothing
      sql: select 1 from {table} where valid_until < published_on
    - expect: share                                    # two counts, of which one is a share of the other
      part: select count(*) from {table} where side = '需求'
      whole: select count(*) from {table}
      min_value: 0.05
      max_value: 0.95
      strict_min: true                                 # above min_value, not only at it
      from_rows: 200                                   # says nothing about a smaller table

    - guard: shrink                                    # a guard of `expectations/shared/guards.yaml`: what is given
      min_value: 0.5                                   # here takes the place of what is given there
    - guard: few_new_cities                            # a guard of its own, which must read {previous}
      expect: no_rows
      sql: ...

A guard watches what changes against the last release; it alone can be accepted (`fuzhi run --accept`). The shared
guards stand in front of every suite. SQL is DuckDB's. `{table}` is the table to be judged, `{previous}` the same table
in the last release (where there is none, the entry is skipped, and said to be), `{cities}` and the like the code lists.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from orchestration.quality.check import Check, GateError
from orchestration.yaml_files import YamlFileError, read_yaml

# The forms of this project, by the short name that a suite gives them.
OWN_FORMS = {"no_rows": "expect_no_rows", "share": "expect_share_to_be_between"}
WORDS = {"expect", "why", "why_en", "from_rows", "guard"}
# The arguments that are SQL with placeholders.
SQL_ARGUMENTS = ("sql", "where", "part", "whole")
# A quantifier of a regular expression, as in [0-9]{18}, is none.
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class SuiteError(GateError):
    """A suite that cannot be used; says in which file, which entry and why."""

    def __init__(self, origin: str, reason: str) -> None:
        super().__init__(f"{origin}: {reason}")


def read_suite(path: Path, guards: Path | None = None) -> tuple[Check, ...]:
    """Read the checks of a suite, in their order; those of the file `guards` first, as the suite may have changed them.

    Raises SuiteError for a file that cannot be read, is no list of entries, or has an entry without `expect`,
    `why` or `why_en`, or a guard that is not to be had. Whether the expectation and its arguments exist is known only
    to Great Expectations: that is said when the gate runs.
    """
    shared = {} if guards is None else {check.guard: (check, entry) for check, entry in _guards(guards)}
    own = []
    named = set()
    for number, entry in enumerate(_entries(path), start=1):
        guard = entry.get("guard") if isinstance(entry, dict) else None
        if guard is not None and guard in named:
            raise SuiteError(f"{path.name}, entry {number}", f"the guard {guard} is given twice")
        named.add(guard)
        if guard in shared:
            shared[guard] = (_check(path, number, {**shared[guard][1], **entry}), entry)
        else:
            own.append(_check(path, number, entry))
    return (*(check for check, _ in shared.values()), *own)


def placeholders(check: Check) -> set[str]:
    """The tables that the SQL of a check reads, by the names in its placeholders."""
    texts = (str(check.kwargs.get(argument, "")) for argument in SQL_ARGUMENTS)
    return {name for text in texts for name in _PLACEHOLDER.findall(text)}


def fill_in(check: Check, tables: dict[str, str]) -> dict[str, Any]:
    """The arguments of a check with the names of tables in place of the placeholders."""
    return {
        name: _PLACEHOLDER.sub(lambda match: tables[match[1]], value)
        if name in SQL_ARGUMENTS and isinstance(value, str)
        else value
        for name, value in check.kwargs.items()
    }


def _guards(path: Path) -> list[tuple[Check, dict[str, Any]]]:
    found = [(_check(path, number, entry), entry) for number, entry in enumerate(_entries(path), start=1)]
    for check, _ in found:
        if check.guard is None:
            raise SuiteError(check.origin, "has no name (`guard`)")
    return found


def _entries(path: Path) -> list[Any]:
    try:
        content = read_yaml(path)
    except YamlFileError as error:
        raise SuiteError(path.name, str(error)) from error
    if not isinstance(content, list):
        raise SuiteError(path.name, "is not a list of expectations")
    return content


def _check(path: Path, number: int, entry: Any) -> Check:
    origin = f"{path.name}, entry {number}"
    name = entry.get("expect") if isinstance(entry, dict) else None
    if not isinstance(name, str):
        unknown = f", and there is no guard {entry['guard']}" if isinstance(entry, dict) and "guard" in entry else ""
        raise SuiteError(origin, f"does not say which expectation (`expect`){unknown}")
    origin = f"{origin} ({name})"
    for word in ("why", "why_en"):
        if not isinstance(entry.get(word), str) or not entry[word].strip():
            raise SuiteError(origin, f"does not say why (`{word}`)")
    from_rows = entry.get("from_rows", 0)
    if not isinstance(from_rows, int) or isinstance(from_rows, bool) or from_rows < 0:
        raise SuiteError(origin, f"from_rows is {from_rows!r}, which is no number of rows")
    if "regex" in name.lower():
        # Great Expectations knows no regular expressions for DuckDB: it would raise an error on every run.
        raise SuiteError(origin, "regular expressions are for `no_rows`, with DuckDB's regexp_full_match")
    kwargs = {key: value for key, value in entry.items() if key not in WORDS}
    if OWN_FORMS.get(name, name) == OWN_FORMS["share"]:
        _check_bounds(origin, [kwargs[bound] for bound in ("min_value", "max_value") if bound in kwargs])
    guard = entry.get("guard")
    check = Check(OWN_FORMS.get(name, name), kwargs, entry["why"], entry["why_en"], from_rows, origin, guard=guard)
    if guard is not None and (not isinstance(guard, str) or "previous" not in placeholders(check)):
        raise SuiteError(origin, f"{guard!r} is no guard: it has a name and compares with {{previous}}")
    return check


def _check_bounds(origin: str, bounds: list[Any]) -> None:
    if not bounds:
        raise SuiteError(origin, "gives neither min_value nor max_value")
    for bound in bounds:
        if not isinstance(bound, int | float) or isinstance(bound, bool):
            raise SuiteError(origin, f"{bound!r} is no share; four fifths are written 0.8")
