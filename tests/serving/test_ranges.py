"""Range headers, sound and awkward (RFC 9110 §14)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.serving.ranges import Span, UnsatisfiableError, span_of


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-0", Span(0, 1)),
        ("bytes=0-9", Span(0, 10)),
        ("bytes=3-5", Span(3, 6)),
        ("bytes=9-", Span(9, 10)),
        ("bytes=0-", Span(0, 10)),
        ("bytes=-1", Span(9, 10)),
        ("bytes=-10", Span(0, 10)),
        ("bytes=-99", Span(0, 10)),
        ("bytes=5-99", Span(5, 10)),
        ("Bytes= 3-5 ", Span(3, 6)),
    ],
)
def test_one_range_within_the_file_is_sent(header, span):
    assert span_of(header, 10) == span


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=5-3",
        "bytes=--3",
        "bytes=+1-3",
        "bytes=1 - 3",
        "bytes=٣-٥",
        "bytes=0-1,3-4",
        "rows=0-5",
        "bytes=0-" + "9" * 5000,
        "0-5",
    ],
)
def test_what_is_no_range_that_we_know_gets_the_whole_file(header):
    assert span_of(header, 10) is None


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=10-", 10), ("bytes=10-12", 10), ("bytes=-0", 10), ("bytes=0-", 0), ("bytes=-5", 0)]
)
def test_a_range_beyond_the_file_cannot_be_satisfied(header, size):
    with pytest.raises(UnsatisfiableError):
        span_of(header, size)


@given(st.integers(0, 50), st.integers(0, 60), st.integers(0, 60))
def test_a_range_is_what_a_slice_of_the_bytes_is(size, first, last):
    content = bytes(range(size))
    try:
        span = span_of(f"bytes={first}-{last}", size)
    except UnsatisfiableError:
        assert first >= size and first <= last
        return
    if span is None:
        assert last < first
    else:
        assert content[span.start : span.stop] == content[first : last + 1] != b""
