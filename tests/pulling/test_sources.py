"""The file of sources says all that there is to say, and whatever it should not say is refused with its place."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.contracts import load_contracts, submitted
from orchestration.pulling.source import Bounds, Cursor, PostgresTable, RestService
from orchestration.pulling.sources import SourcesError, load_sources
from orchestration.settings import PROJECT

DATASETS = ("new_products", "scene_items")
WHOSE = {"round": "2024-02", "submitter": "烟台市工业和信息化局", "dataset": "new_products"}
REST = {**WHOSE, "kind": "rest", "address": "https://forms.example.org/api/products"}
TABLE = {**WHOSE, "kind": "postgresql", "database": "YANTAI_DATABASE", "table": "forms.products"}


def load(tmp_path: Path, content: Any) -> dict[str, Any]:
    path = tmp_path / "sources.yaml"
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True), "utf-8")
    return dict(load_sources(path, DATASETS))


def test_all_that_can_be_said_is_understood(tmp_path: Path) -> None:
    text = """
yantai_products:
  kind: rest
  round: 2024-02
  submitter: 烟台市工业和信息化局
  dataset: new_products
  address: https://forms.example.org/api/products
  records: data.items
  parameters: {status: final, year: 2024}
  paging: {kind: page, parameter: page, first: 0, size_parameter: size, size: 200, total: data.pages}
  token: YANTAI_TOKEN
  token_header: X-Api-Key
  cursor: {field: updated_at, parameter: since, start: "2024-01-01", overlap: 600}
  columns: {companyName: 企业名称}
  leave_out: [id]
  limits: {pages: 100}
  time_zone: UTC
jinan_products: {kind: postgresql, round: 2024-02, submitter: 济南市工业和信息化局, dataset: scene_items,
  database: JINAN_DATABASE, table: forms.products}
"""
    assert load(tmp_path, text) == {
        "yantai_products": RestService(
            name="yantai_products",
            round="2024-02",
            submitter="烟台市工业和信息化局",
            dataset="new_products",
            cursor=Cursor("updated_at", "since", "2024-01-01", 600),
            columns={"companyName": "企业名称"},
            leave_out=frozenset({"id"}),
            bounds=Bounds(pages=100),
            time_zone="UTC",
            address="https://forms.example.org/api/products",
            records="data.items",
            parameters={"status": "final", "year": "2024"},
            paging={
                "kind": "page",
                "parameter": "page",
                "first": 0,
                "size_parameter": "size",
                "size": 200,
                "total": "data.pages",
            },
            token="YANTAI_TOKEN",
            token_header="X-Api-Key",
        ),
        "jinan_products": PostgresTable(
            name="jinan_products",
            round="2024-02",
            submitter="济南市工业和信息化局",
            dataset="scene_items",
            cursor=None,
            columns={},
            leave_out=frozenset(),
            bounds=Bounds(),
            time_zone="Asia/Shanghai",
            database="JINAN_DATABASE",
            schema="forms",
            table="products",
        ),
    }


@pytest.mark.parametrize(
    ("source", "where", "what"),
    [
        ("text", "a", "kind is neither rest nor postgresql"),
        (REST | {"kind": "soap"}, "a", "kind is neither rest nor postgresql"),
        ({"kind": "rest", **WHOSE}, "a", "lacks address"),
        (REST | {"url": "x"}, "a", "does not know url; it may have address, columns, cursor, dataset"),
        (TABLE | {"address": "x"}, "a", "does not know address"),
        (REST | {"dataset": "products"}, "a.dataset", "is none of new_products, scene_items"),
        (REST | {"round": "2024"}, "a.round", "is no round such as 2024-02"),
        (REST | {"submitter": "../../etc"}, "a.submitter", "cannot be the name of a folder"),
        (REST | {"submitter": ".hidden"}, "a.submitter", "cannot be the name of a folder"),
        (REST | {"submitter": "a\nb"}, "a.submitter", "cannot be the name of a folder"),
        (REST | {"submitter": "烟" * 100}, "a.submitter", "cannot be the name of a folder"),
        (REST | {"address": "ftp://example.org/x"}, "a.address", "is no address such as"),
        (REST | {"address": "https://example.org/x?token=s3cret"}, "a.address", "is no address such as"),
        (REST | {"address": "https://example.org:port/"}, "a.address", "is no address such as"),
        (REST | {"address": "https://me:s3cret@example.org/"}, "a.address", "holds a name or a password"),
        (REST | {"address": "http://example.org/", "token": "T"}, "a.address", "use https"),
        (REST | {"token": "s3cret-token"}, "a.token", "is no name of an environment variable"),
        (TABLE | {"database": "postgresql://me:s3cret@x/y"}, "a.database", "is no name of an environment variable"),
        (REST | {"token_header": "X-Key"}, "a.token_header", "there is no token to send in it"),
        (REST | {"records": "data[*]"}, "a.records", "is no path such as data.items"),
        (REST | {"parameters": {"a": [1]}}, "a.parameters.a", "is neither text in quotes nor a whole number"),
        (REST | {"parameters": ["a"]}, "a.parameters", "is no mapping"),
        (REST | {"paging": {"kind": "pages"}}, "a.paging", "kind is none of page, offset, link, header, token"),
        (REST | {"paging": {"kind": "page"}}, "a.paging", "lacks parameter"),
        (REST | {"paging": {"kind": "link", "parameter": "p"}}, "a.paging", "does not know parameter"),
        (REST | {"paging": {"kind": "page", "parameter": "p", "size": 5}}, "a.paging", "size and size_parameter"),
        (REST | {"paging": {"kind": "page", "parameter": "p", "first": -1}}, "a.paging.first", "from 0"),
        (REST | {"cursor": {"field": "at"}}, "a.cursor", "lacks parameter"),
        (TABLE | {"cursor": {"field": "at", "parameter": "p"}}, "a.cursor", "does not know parameter"),
        (TABLE | {"cursor": {"field": "at", "overlap": "1h"}}, "a.cursor.overlap", "is no whole number from 0"),
        (REST | {"limits": {"pages": 0}}, "a.limits.pages", "is no whole number from 1"),
        (REST | {"limits": {"rows": 1}}, "a.limits", "does not know rows"),
        (REST | {"columns": {"a": "名", "b": "名"}}, "a.columns", "gives one heading to two columns"),
        (REST | {"columns": {"a": None}}, "a.columns.a", "is no text"),
        (REST | {"leave_out": "id"}, "a.leave_out", "is no list of columns"),
        (REST | {"time_zone": "Shandong"}, "a.time_zone", "is no time zone"),
        (REST | {"time_zone": "../../../etc/passwd"}, "a.time_zone", "is no time zone"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_without_secrets(
    source: Any, where: str, what: str, tmp_path: Path
) -> None:
    with pytest.raises(SourcesError) as told:
        load(tmp_path, {"a": source})
    assert str(told.value).startswith(f"{tmp_path / 'sources.yaml'}: {where}: ")
    assert what in str(told.value)
    assert "s3cret" not in str(told.value)


@pytest.mark.parametrize("name", ["Yantai", "烟台", "a-b", "1a", "a_correction", "corrected", "x" * 61])
def test_a_name_that_would_speak_in_the_name_of_a_file_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(SourcesError, match="a source is named by small letters"):
        load(tmp_path, {name: REST})


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourcesError, match="FUZHI_SOURCES"):
        load_sources(None, DATASETS)
    with pytest.raises(SourcesError, match="cannot be read"):
        load_sources(tmp_path / "none.yaml", DATASETS)
    with pytest.raises(SourcesError, match="is not a mapping of sources"):
        load(tmp_path, "- a")
    with pytest.raises(SourcesError, match="given twice"):
        load(tmp_path, "a: {}\na: {}")


def test_the_example_of_the_guide_is_understood(tmp_path: Path) -> None:
    guide = (PROJECT / "docs" / "operate.md").read_text("utf-8").partition("## Pulling from services")[2]
    path = tmp_path / "sources.yaml"
    path.write_text(guide.partition("```yaml\n")[2].partition("```")[0], "utf-8")
    sources = load_sources(path, submitted(load_contracts(PROJECT / "schemas")))
    assert {name: source.dataset for name, source in sources.items()} == {
        "yantai_products": "new_products",
        "jinan_factories": "morning_star_factories",
    }
