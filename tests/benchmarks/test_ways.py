"""What is compared does the same work: on a small form the three ways publish the same rows."""

import hashlib
from pathlib import Path

import duckdb
import pytest

from orchestration.release.latest import latest_table
from tests.benchmarks import bare, by_hand, inputs
from tests.benchmarks.same_rows import RowsDifferError, fingerprint, refuse_different
from tests.pipeline.conftest import install

ROWS = 1_000


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Path:
    (form,) = inputs.forms(inputs.csv_inbox(tmp_path_factory.mktemp("inputs"), ROWS))
    return form


@pytest.fixture(scope="module")
def published_bare(form: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("bare")
    bare.main(form, out)
    return out / "scene_items.parquet"


def test_the_three_ways_publish_the_same_rows(form: Path, published_bare: Path, tmp_path: Path) -> None:
    by_hand.main(form, tmp_path / "by hand")
    installation = install(tmp_path, ["scene_items"])
    place = form.relative_to(form.parents[2])
    installation.submit(str(place), form.read_text("utf-8"))
    published = installation.fuzhi("run").dataset("scene_items")
    assert (published["read"], published["superseded"], published["quarantined"]) == (ROWS, 20, 9)
    table = latest_table(installation.settings.published, "scene_items")
    assert table is not None
    tables = {"by hand": tmp_path / "by hand" / "scene_items.parquet", "bare": published_bare, "fuzhi run": table}
    assert refuse_different(tables).startswith("971 rows, ")


def test_one_value_that_differs_is_found_whatever_the_order(published_bare: Path, tmp_path: Path) -> None:
    turned, other = tmp_path / "turned.parquet", tmp_path / "other.parquet"
    rows = f"select * from '{published_bare}' order by scene_name desc"
    duckdb.sql(f"copy ({rows}) to '{turned}'")
    assert turned.read_bytes() != published_bare.read_bytes()
    assert fingerprint(turned) == fingerprint(published_bare)
    changed = "select * replace (case when scene_name = '样例场景7' then 8.5 else investment end as investment)"
    duckdb.sql(f"copy ({changed} from '{published_bare}') to '{other}'")
    with pytest.raises(
        RowsDifferError, match=r"not the same\na: 971 rows, \d+\nb: 971 rows, \d+\n- .*样例场景7"
    ) as told:
        refuse_different({"a": published_bare, "b": other})
    assert len(str(told.value).splitlines()) == 5


def test_the_same_rows_are_the_same_file_and_begin_every_larger_one(form: Path, tmp_path: Path) -> None:
    (again,) = inputs.forms(inputs.csv_inbox(tmp_path, ROWS))
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(form.read_bytes()).digest()
    (longer,) = inputs.forms(inputs.csv_inbox(tmp_path, ROWS + 500))
    assert longer.read_bytes().startswith(form.read_bytes())
    (rest,) = inputs.forms(inputs.csv_inbox(tmp_path, 500, first=ROWS))
    heading, _, rows = rest.read_bytes().partition(b"\n")
    assert longer.read_bytes() == form.read_bytes() + rows
    assert heading.decode().split(",") == [
        *("企业名称", "统一社会信用代码", "市", "县（市、区）", "方向", "场景名称", "场景领域", "产业链", "描述"),
        *("投资额（万元）", "发布日期", "有效期至", "对接状态", "联系人", "联系电话"),
    ]


def test_workbooks_hold_the_rows_of_the_csv(form: Path, tmp_path: Path) -> None:
    one = inputs.forms(inputs.xlsx_inbox(tmp_path, 50))
    many = inputs.forms(inputs.many_inbox(tmp_path, 2))
    assert [path.name for path in many] == ["scene_items_00000.xlsx", "scene_items_00001.xlsx"]
    rows = by_hand.cleaned(by_hand.read(form)).head(50)
    assert by_hand.cleaned(by_hand.read(one[0])).equals(rows)
    assert by_hand.cleaned(by_hand.read(many[1])).equals(rows.tail(25).reset_index(drop=True))


def test_an_inbox_says_that_it_is_made_up(form: Path) -> None:
    inbox = form.parents[2]
    assert (inbox / "inbox.yaml").read_text("utf-8") == "made_up: true\n"
    assert "made_up: true" in (inbox / "2024-01" / "round.yaml").read_text("utf-8")
