"""What engines say of a model that failed, without values of rows."""

import pytest

from orchestration.running.messages import without_values


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (
            '[CAST_INVALID_INPUT] The value \'it\'s 13800138000\' of the type "STRING" cannot be cast to "INT" because'
            " it is malformed. SQLSTATE: 22018 (line 5, position 16)",
            "[CAST_INVALID_INPUT] The value '…' because it is malformed. SQLSTATE: 22018 (line 5, position 16)",
        ),
        (
            '[CAST_OVERFLOW] The value 13800138000L of the type "BIGINT" cannot be cast to "INT" due to an'
            " overflow. SQLSTATE: 22003",
            "[CAST_OVERFLOW] The value … of the type '…' due to an overflow. SQLSTATE: 22003",
        ),
        (
            "Conversion Error: Could not convert string '138\n0013' to INT32",
            "Conversion Error: Could not convert string '…' to INT32",
        ),
        (
            "Conversion Error: Type INT64 with value 13800138000 can't be cast because the value is out of range",
            "Conversion Error: Type INT64 with value … can't be cast because the value is out of range",
        ),
        ("", ""),
    ],
)
def test_neither_what_is_quoted_nor_numbers_are_kept(said: str, kept: str) -> None:
    assert without_values(said) == kept
