"""A YAML file that is no mapping is answered with the reason, not with a trace."""

from pathlib import Path

import pytest

from orchestration.yaml_files import YamlFileError, read_mapping


def test_a_mapping_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("名录: {rows: 3}\n", "utf-8")
    assert read_mapping(tmp_path / "a.yaml", of="datasets") == {"名录": {"rows": 3}}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is not a mapping of codes"),
        (b"- a\n", "is not a mapping of codes"),
        (b"a: 1\na: 2\n", "is not valid YAML: key 'a' given twice"),
        (b"a: [\n", "is not valid YAML"),
        ("名录: 1".encode("gb18030"), "is not valid YAML"),
    ],
)
def test_what_is_no_mapping_is_named(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "a.yaml").write_bytes(content)
    with pytest.raises(YamlFileError, match=reason):
        read_mapping(tmp_path / "a.yaml", of="codes")


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(YamlFileError, match="cannot be read: No such file"):
        read_mapping(tmp_path / "a.yaml", of="codes")
