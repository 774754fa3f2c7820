"""From a service and a database to what the public reads, and back to the submitter with file and row."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from tests.pipeline.conftest import Installation, Outcome, install
from tests.postgresql import Cluster
from tests.pulling.service import json_of, running_service

CODE = "91370100MA3C00001H"
BUREAU = "济南市工业和信息化局"
WHO = {"companyName": "济南样例甲有限公司", "信用代码": CODE, "city": "济南市"}
# Some columns are called as in forms, others in the service's own words.
FIRST = [
    {
        **WHO,
        "产品名称": "样例一号",
        "类别": "新产品",
        "ip": ["发明专利", "软件著作权"],
        "销售收入（万元）": 1.5e1,
        "at": 1,
    },
    {**WHO, "产品名称": "样例二号", "类别": "旧产品", "at": 2},
]
# As they are now; what stayed as it was comes again, for it is not earlier than the last.
LATER = [FIRST[1], FIRST[0] | {"类别": "新技术", "at": 3}, FIRST[1] | {"类别": "新产品", "at": 3}]


@dataclass(frozen=True)
class Story:
    """What the commands said, and what was published after each of two runs."""

    installation: Installation
    pulls: list[Outcome]
    runs: list[Outcome]
    products: list[list[tuple[Any, ...]]]
    factories: list[list[tuple[Any, ...]]]

    @property
    def folder(self) -> str:
        return f"2024-02/{BUREAU}"

    def answer(self, name: str) -> dict[str, Any]:
        (path,) = (self.installation.settings.workspace / "feedback" / self.folder).rglob(f"{name}*.json")
        content: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return content


def published(installation: Installation, dataset: str, *columns: str) -> list[tuple[Any, ...]]:
    folder = installation.settings.published / dataset
    version = json.loads((folder / "latest.json").read_text("utf-8"))["version"]
    rows = pq.read_table(folder / version / f"{dataset}.parquet").to_pylist()
    return sorted(tuple(row[column] for column in columns) for row in rows)


@pytest.fixture(scope="module")
def story(postgresql: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Pulled and run twice: in between a record was mended, one was changed, and a row went from the table."""
    made = install(tmp_path_factory.mktemp("pulled"), ("new_products", "morning_star_factories"))
    url = postgresql.new_database()
    postgresql.sql(
        f"""
        CREATE TABLE factories (企业名称 text, code char(18), 市 integer, 工厂名称 text, 认定年度 smallint);
        INSERT INTO factories SELECT '济南样例甲有限公司', '{CODE}', 370100, '样例工厂' || i, 2020 + i % 5
        FROM generate_series(1, 12) AS i;
        """,
        url,
    )
    common = {"round": "2024-02", "submitter": BUREAU}
    with running_service() as service, pytest.MonkeyPatch.context() as patch:
        sources = {
            "products": {
                **common,
                "kind": "rest",
                "dataset": "new_products",
                "address": f"{service.address}/products",
                "records": "items",
                "token": "JINAN_TOKEN",
                "cursor": {"field": "at", "parameter": "since"},
                "columns": {"companyName": "企业名称", "city": "市", "ip": "知识产权类型"},
                "leave_out": ["at"],
            },
            "factories": {
                **common,
                "kind": "postgresql",
                "dataset": "morning_star_factories",
                "database": "JINAN_DATABASE",
                "table": "factories",
                "columns": {"code": "统一社会信用代码"},
            },
        }
        path = made.settings.workspace.parent / "sources.yaml"
        path.write_text(yaml.safe_dump(sources, allow_unicode=True, sort_keys=False), "utf-8")
        patch.setenv("FUZHI_SOURCES", str(path))
        patch.setenv("JINAN_TOKEN", "s3cret-token")
        patch.setenv("JINAN_DATABASE", url)
        told = Story(made, [], [], [], [])
        for records in (FIRST, LATER):
            service.in_turn(json_of({"items": records}))
            told.pulls.append(made.fuzhi("pull"))
            told.runs.append(made.fuzhi("run"))
            told.products.append(published(made, "new_products", "product_name", "kind", "ip_types"))
            told.factories.append(published(made, "morning_star_factories", "factory_name", "recognised_year"))
            postgresql.sql("DELETE FROM factories WHERE 工厂名称 = '样例工厂12'", url)
        yield told


def test_what_was_pulled_is_told(story: Story) -> None:
    assert [outcome.exit_code for outcome in story.pulls + story.runs] == [0, 0, 0, 0]
    assert [outcome.out.splitlines() for outcome in story.pulls] == [
        [
            f"✓ products: 2 → {story.folder}/new_products/products-000001.parquet",
            f"✓ factories: 12 → {story.folder}/morning_star_factories/factories.parquet",
        ],
        [
            f"✓ products: 2 → {story.folder}/new_products/products-000002.parquet",
            f"✓ factories: 11 → {story.folder}/morning_star_factories/factories-correction1.parquet",
        ],
    ]


def test_the_rows_are_published_as_those_of_any_form(story: Story) -> None:
    assert story.products == [
        [("样例一号", "新产品", "发明专利;软件著作权")],
        [("样例一号", "新技术", "发明专利;软件著作权"), ("样例二号", "新产品", None)],
    ]


def test_a_row_that_went_from_a_table_goes_from_what_is_published(story: Story) -> None:
    factories = sorted((f"样例工厂{n}", 2020 + n % 5) for n in range(1, 13))
    assert story.factories == [factories, [each for each in factories if each[0] != "样例工厂12"]]


def test_every_row_is_accounted_for(story: Story) -> None:
    counts = ("files", "read", "published", "superseded", "quarantined")
    accounts = {one["dataset"]: tuple(one[count] for count in counts) for one in story.runs[1].report["datasets"]}
    assert accounts == {"new_products": (2, 4, 2, 1, 1), "morning_star_factories": (2, 23, 11, 12, 0)}


def test_the_answer_names_hash_file_row_and_cell(story: Story) -> None:
    answer = story.answer("products-000001")
    path = story.installation.settings.inbox / answer["submission"]
    assert answer["submission"] == f"{story.folder}/new_products/products-000001.parquet"
    assert answer["file"] == hashlib.sha256(path.read_bytes()).hexdigest()
    # The second record stands below the headings and the first.
    assert [(one["row"], one["cell"], one["code"], one["value"]) for one in answer["issues"]] == [
        (3, "E3", "not_in_list", "旧产品")
    ]
    assert story.answer("products-000002")["issues"] == []


def test_no_secret_is_kept_anywhere(story: Story) -> None:
    settings = story.installation.settings
    everything = settings.workspace.parent.rglob("*")
    files = [path for path in everything if path.is_file() and not path.is_relative_to(settings.project)]
    assert len(files) > 100
    assert not [path for path in files if any(secret in path.read_bytes() for secret in (b"s3cret", b"made-up"))]
