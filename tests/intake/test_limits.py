"""The limits are data: what is given counts, what cannot be meant is refused by name."""

from pathlib import Path

import pytest

from orchestration.errors import UserError
from orchestration.intake.limits import DEFAULT_LIMITS, Limits, read_limits
from orchestration.settings import PROJECT


def schemas_with(folder: Path, text: str) -> Path:
    (folder / "shared").mkdir()
    (folder / "shared" / "limits.yaml").write_text(text, "utf-8")
    return folder


def test_the_project_comes_with_the_defaults_each_written_out() -> None:
    text = (PROJECT / "schemas" / "shared" / "limits.yaml").read_text("utf-8")
    assert read_limits(PROJECT / "schemas") == DEFAULT_LIMITS
    assert all(f"\n{name}: " in text for name in vars(DEFAULT_LIMITS))


def test_what_is_given_counts_and_the_rest_stays(tmp_path: Path) -> None:
    assert read_limits(schemas_with(tmp_path, "rows: 500\nwall_seconds: 5\n")) == Limits(rows=500, wall_seconds=5)


def test_nothing_given_means_the_defaults(tmp_path: Path) -> None:
    assert read_limits(schemas_with(tmp_path, "# as it comes\n")) == DEFAULT_LIMITS


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("rowz: 5", r"limits.yaml: unknown limit rowz; the limits are memory, cpu_seconds, "),
        ("5: 5", r"limits.yaml: unknown limit 5; "),
        ("rows: 0", r"limits.yaml: rows is 0, which is no whole number above 0"),
        ("rows: -3", r"limits.yaml: rows is -3, "),
        ("rows: 2.5", r"limits.yaml: rows is 2.5, "),
        ("rows: yes", r"limits.yaml: rows is True, "),
        ("rows:", r"limits.yaml: rows is None, "),
        ("memory: 2 GiB", r"limits.yaml: memory is '2 GiB', "),
        ("rows: 1\nrows: 2", r"limits.yaml: is not valid YAML: key 'rows' given twice"),
        ("- rows", r"limits.yaml: is not a mapping of limits"),
        ("rows: [", r"limits.yaml: is not valid YAML"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(UserError, match=reason):
        read_limits(schemas_with(tmp_path, text))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"limits.yaml: cannot be read: No such file"):
        read_limits(tmp_path)
