"""changes.csv: one line per row that came or went and per cell that changed, with the values as the CSV writes them."""

from __future__ import annotations

import csv
import datetime
import math

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.release.changes import Changes, write_changes, write_no_changes
from orchestration.release.versions import RowChanges
from tests.release.marts import AWKWARD, SCENES, scene, scenes, with_threads, write_mart

HEADER = "key,kind,column,old,new\n"


def compare(tmp_path, before, after):
    """The changes between two lists of scenes, and the text of changes.csv."""
    one = write_mart(tmp_path / "one.parquet", SCENES, before)
    two = write_mart(tmp_path / "two.parquet", SCENES, after)
    changes = write_changes(one, two, tmp_path / "changes.csv")
    return changes, (tmp_path / "changes.csv").read_bytes().decode("utf-8")


def tables(tmp_path, before, after):
    pq.write_table(pa.table(before), tmp_path / "one.parquet")
    pq.write_table(pa.table(after), tmp_path / "two.parquet")
    changes = write_changes(tmp_path / "one.parquet", tmp_path / "two.parquet", tmp_path / "changes.csv")
    return changes, (tmp_path / "changes.csv").read_text("utf-8")


def test_a_first_release_changes_nothing(tmp_path):
    assert write_no_changes(tmp_path / "changes.csv") == Changes()
    assert (tmp_path / "changes.csv").read_bytes() == HEADER.encode()


def test_the_same_table_has_no_lines(tmp_path):
    assert compare(tmp_path, scenes(5), scenes(5)) == (Changes(), HEADER)
    assert compare(tmp_path, [], []) == (Changes(), HEADER)


def test_lines_are_sorted_by_key_and_then_by_the_columns_of_the_contract(tmp_path):
    before = [scene(1), scene(2), scene(3), scene(5)]
    after = [
        scene(2, matching_status="已对接", investment=12.5, side="需求"),
        scene(3),
        scene(4),
        scene(5, valid_until=datetime.date(2027, 1, 31)),
    ]
    changes, text = compare(tmp_path, before, after)
    assert text == (
        HEADER + "scene-000001,removed,,,\n"
        "scene-000002,changed,side,供给,需求\n"
        "scene-000002,changed,investment,0.2,12.5\n"
        "scene-000002,changed,matching_status,待对接,已对接\n"
        "scene-000004,added,,,\n"
        "scene-000005,changed,valid_until,,2027-01-31\n"
    )
    assert changes == Changes(
        RowChanges(added=1, removed=1, changed=2),
        (("side", 1), ("investment", 1), ("valid_until", 1), ("matching_status", 1)),
    )


def test_no_value_is_an_empty_cell_and_an_empty_text_two_quotes(tmp_path):
    _, text = compare(tmp_path, [scene(1, field=None), scene(2, field="x")], [scene(1, field=""), scene(2, field=None)])
    assert text == HEADER + 'scene-000001,changed,field,,""\nscene-000002,changed,field,x,\n'


def test_awkward_texts_come_back_as_they_are(tmp_path):
    count = len(AWKWARD)
    before = [scene(number, field="old") for number in range(1, count + 1)]
    after = [scene(number, field=text) for number, text in enumerate(AWKWARD, start=1)]
    changes, _ = compare(tmp_path, before, after)
    assert changes == Changes(RowChanges(changed=count), (("field", count),))
    with (tmp_path / "changes.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))[1:]
    assert [line[4] for line in lines] == [text or "" for text in AWKWARD]
    assert {tuple(line[1:4]) for line in lines} == {("changed", "field", "old")}


def test_numbers_are_told_apart_as_the_csv_writes_them(tmp_path):
    numbers = [(0.0, -0.0), (float("nan"), float("nan")), (1e22, 1e22), (0.1, math.nextafter(0.1, 1)), (None, 0.0)]
    changes, text = compare(
        tmp_path,
        [scene(n, investment=old) for n, (old, _) in enumerate(numbers)],
        [scene(n, investment=new) for n, (_, new) in enumerate(numbers)],
    )
    assert text == HEADER + (
        "scene-000000,changed,investment,0.0,-0.0\n"
        "scene-000003,changed,investment,0.1,0.10000000000000002\n"
        "scene-000004,changed,investment,,0.0\n"
    )
    assert changes.rows == RowChanges(changed=3)


def test_an_old_value_with_personal_data_is_not_published_again(tmp_path):
    leak = "联系人手机13912345678"
    before = [scene(1, description=leak), scene(2, description=leak), scene(3, description="x"), scene(4, field=leak)]
    after = [scene(1, description="见附件"), scene(2, description=None), scene(3, description="y")]
    changes, text = compare(tmp_path, before, after)
    assert text == HEADER + (
        "scene-000001,changed,description,,见附件\n"
        "scene-000002,changed,description,,\n"
        "scene-000003,changed,description,x,y\n"
        "scene-000004,removed,,,\n"
    )
    assert (changes.withheld, changes.cells) == (2, (("description", 3),))


def test_columns_that_came_or_went_have_no_lines(tmp_path):
    changes, text = tables(
        tmp_path,
        {"id": ["a", "b"], "name": ["甲", "乙"], "gone": ["1", "2"]},
        {"id": ["a", "b"], "name": ["甲", "丙"], "come": [1.0, 2.0]},
    )
    assert text == HEADER + "b,changed,name,乙,丙\n"
    assert changes == Changes(RowChanges(changed=1), (("name", 1),), ("come",), ("gone",))


def test_a_column_of_another_type_is_compared_as_text(tmp_path):
    changes, text = tables(tmp_path, {"id": ["a", "b"], "n": ["1", "01"]}, {"id": ["a", "b"], "n": [1, 1]})
    assert text == HEADER + "b,changed,n,01,1\n"
    assert changes.cells == (("n", 1),)


def test_tables_that_share_nothing_but_the_id_are_compared(tmp_path):
    changes, text = tables(tmp_path, {"id": ["a", "b"], "x": ["1", "2"]}, {"id": ["b", "c"], "y": ["1", "2"]})
    assert text == HEADER + "a,removed,,,\nc,added,,,\n"
    assert changes == Changes(RowChanges(1, 1, 0), (), ("y",), ("x",))


ROWS = list("abcdefghijklmnopqrst")


def test_a_column_that_keeps_its_values_under_another_name_looks_renamed(tmp_path):
    names = [f"名{row}" for row in ROWS]
    corrected = [*names[:-1], "更正"]
    changes, text = tables(
        tmp_path,
        {"id": ROWS, "name": names, "none": pa.nulls(20, pa.string()), "code": ["1"] * 20},
        {"id": ROWS, "title": corrected, "nil": pa.nulls(20, pa.string()), "number": [1] * 20},
    )
    assert changes.renamed == (("name", "title"),), "19 of 20 values are the same; nothing speaks for the empty ones"
    assert (changes.columns_removed, changes.columns_added) == (("name", "none", "code"), ("title", "nil", "number"))
    assert text == HEADER


def test_of_two_columns_that_may_be_the_renamed_one_the_likest_is_taken_and_only_once(tmp_path):
    names = [f"名{row}" for row in ROWS]
    changes, _ = tables(
        tmp_path,
        {"id": ROWS, "one": names, "two": names},
        {"id": ROWS, "near": [*names[:-1], "x"], "same": names, "far": ["x"] * 20},
    )
    assert changes.renamed == (("one", "same"), ("two", "near"))


values = st.lists(
    st.tuples(
        st.sampled_from(["a", "B", "中", "10", "9"]), st.sampled_from([None, "", "x", "NULL"]), st.sampled_from([0, 1])
    ),
    unique_by=lambda row: row[0],
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(values, values)
def test_the_lines_turn_one_table_into_the_other(tmp_path, before, after):
    def table(rows):
        columns = list(zip(*rows, strict=True)) or [(), (), ()]
        types = (pa.string(), pa.string(), pa.int64())
        return {name: pa.array(c, t) for name, c, t in zip(("id", "x", "n"), columns, types, strict=True)}

    changes, _ = tables(tmp_path, table(sorted(before)) if before else table([]), table(after))
    with duckdb.connect() as connection:
        lines = connection.execute(
            f"SELECT * FROM read_csv('{tmp_path}/changes.csv', header=true, all_varchar=true, "
            "allow_quoted_nulls=false, delim=',', quote='\"', escape='\"')"
        ).fetchall()
    assert lines == sorted(lines, key=lambda line: (line[0], ["x", "n", None].index(line[2])))
    old, new = ({row[0]: {"x": row[1], "n": str(row[2])} for row in rows} for rows in (before, after))
    for key, kind, column, was, now in lines:
        if kind == "changed":
            assert old[key][column] == was
            old[key][column] = now
        elif kind == "removed":
            del old[key]
        else:
            old[key] = new[key]
    assert old == new
    assert changes.rows.added == sum(line[1] == "added" for line in lines)


@pytest.mark.parametrize("threads", [1, 4])
def test_any_number_of_threads_writes_the_same_bytes(tmp_path, threads):
    rows = [{"id": f"{n:08d}", "field": str(n), "round": "2024-01"} for n in range(300_000)]
    other = [row if n % 7 else {**row, "field": None} for n, row in enumerate(rows) if n % 1000]
    one = write_mart(tmp_path / "one.parquet", SCENES, rows)
    two = write_mart(tmp_path / "two.parquet", SCENES, other)
    with with_threads(threads):
        changes = write_changes(one, two, tmp_path / "changes.csv")
    removed = [f"{n:08d},removed,,,\n" for n in range(0, 300_000, 1000)]
    changed = [f"{n:08d},changed,field,{n},\n" for n in range(0, 300_000, 7) if n % 1000]
    assert (tmp_path / "changes.csv").read_text("utf-8") == HEADER + "".join(sorted(removed + changed))
    assert changes.rows == RowChanges(removed=300, changed=len(changed))
