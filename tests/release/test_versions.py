"""The next version and why, from what differs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from orchestration.release.versions import Edition, Reason, RowChanges, next_version, reasons_to_release

COLUMNS = (("id", "string"), ("name", "string"), ("amount", "number"), ("round", "string"))
BEFORE = Edition(COLUMNS, data="aa", metadata="m")


def after(columns=COLUMNS, data="aa", metadata="m"):
    return Edition(tuple(columns), data, metadata)


def test_nothing_changed_asks_for_nothing():
    assert reasons_to_release(BEFORE, after(), RowChanges()) == ()


def test_corrected_values_are_a_patch():
    reasons = reasons_to_release(BEFORE, after(data="bb"), RowChanges(changed=7))
    assert reasons == (Reason("patch", "values_changed", "7"),)
    assert next_version("1.2.3", reasons) == "1.2.4"


def test_other_bytes_with_the_same_rows_ask_for_nothing():
    assert reasons_to_release(BEFORE, after(data="bb"), RowChanges()) == ()


def test_corrections_together_with_additions_are_told_and_the_weightiest_decides():
    reasons = reasons_to_release(BEFORE, after(data="bb"), RowChanges(added=3, removed=2, changed=1))
    assert reasons == (
        Reason("minor", "rows_added", "3"),
        Reason("patch", "rows_removed", "2"),
        Reason("patch", "values_changed", "1"),
    )
    assert next_version("1.2.3", reasons) == "1.3.0"


def test_added_rows_are_minor_and_removed_rows_alone_a_correction():
    added = reasons_to_release(BEFORE, after(data="bb"), RowChanges(added=3))
    removed = reasons_to_release(BEFORE, after(data="bb"), RowChanges(removed=2))
    both = reasons_to_release(BEFORE, after(data="bb"), RowChanges(added=3, removed=2))
    assert added == (Reason("minor", "rows_added", "3"),)
    assert removed == (Reason("patch", "rows_removed", "2"),)
    assert both == (Reason("minor", "rows_added", "3"), Reason("patch", "rows_removed", "2"))
    assert [next_version("1.2.3", r) for r in (added, removed, both)] == ["1.3.0", "1.2.4", "1.3.0"]


def test_an_added_column_is_minor():
    columns = (*COLUMNS[:2], ("city", "string"), *COLUMNS[2:])
    assert reasons_to_release(BEFORE, after(columns, "bb"), RowChanges()) == (Reason("minor", "column_added", "city"),)


def test_a_renamed_column_is_one_removed_and_one_added_and_major():
    columns = (COLUMNS[0], ("title", "string"), *COLUMNS[2:])
    reasons = reasons_to_release(BEFORE, after(columns, "bb"), RowChanges())
    assert reasons == (Reason("major", "column_removed", "name"), Reason("minor", "column_added", "title"))
    assert next_version("1.2.3", reasons) == "2.0.0"


def test_another_type_or_order_of_columns_is_major():
    typed = (*COLUMNS[:2], ("amount", "integer"), COLUMNS[3])
    moved = (COLUMNS[0], COLUMNS[2], COLUMNS[1], COLUMNS[3])
    assert reasons_to_release(BEFORE, after(typed, "bb"), RowChanges()) == (
        Reason("major", "column_type_changed", "amount"),
    )
    assert reasons_to_release(BEFORE, after(moved, "bb"), RowChanges()) == (Reason("major", "columns_reordered"),)


def test_other_words_about_the_same_data_are_a_correction():
    reasons = reasons_to_release(BEFORE, after(metadata="n"), RowChanges())
    assert reasons == (Reason("patch", "metadata_changed"),)


def said(columns, words):
    return Edition(columns, "aa", "m", tuple((name, f"{type_} {words}") for name, type_ in columns))


def test_other_words_about_a_column_are_a_correction_but_not_about_one_that_came_went_or_has_another_type():
    typed = (*COLUMNS[:2], ("amount", "integer"), COLUMNS[3])
    more = (*COLUMNS, ("city", "string"))
    codes = [
        [reason.code for reason in reasons_to_release(said(COLUMNS, "a"), present, RowChanges())]
        for present in (
            said(COLUMNS, "a"),
            said(COLUMNS, "b"),
            said(more, "a"),
            said(COLUMNS[:3], "a"),
            said(typed, "a"),
        )
    ]
    assert codes == [[], ["metadata_changed"], ["column_added"], ["column_removed"], ["column_type_changed"]]


columns = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(["string", "number"])), unique_by=lambda c: c[0]
).map(tuple)
editions = st.builds(Edition, columns, st.sampled_from(["x", "y"]), st.sampled_from(["m", "n"]))


@given(editions, editions, st.builds(RowChanges, *[st.integers(0, 2)] * 3))
def test_a_version_only_grows_and_equal_editions_need_none(previous, present, rows):
    reasons = reasons_to_release(previous, present, rows)
    same = (previous.columns, previous.metadata) == (present.columns, present.metadata)
    assert (reasons == ()) == (same and rows == RowChanges())
    if reasons:
        before, now = dict(previous.columns), dict(present.columns)
        kept = [name for name in before if name in now]
        broken = (
            len(kept) < len(before)
            or any(before[name] != now[name] for name in kept)
            or kept != [name for name in now if name in before]
        )
        version = tuple(map(int, next_version("1.2.3", reasons).split(".")))
        assert version > (1, 2, 3)
        assert (version == (2, 0, 0)) == broken
