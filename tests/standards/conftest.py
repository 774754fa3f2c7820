"""Packages of made-up rows, released once for all tests that only look at them."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from orchestration.release import release, write_catalogs
from orchestration.release.source import submissions_source
from tests.release.marts import CODE_LISTS, CONTRACTS, CREATED, VALIDATION, awkward_scenes, factory, scene, write_mart

ROWS = {
    "scene_items": [
        *(row for row in awkward_scenes() if len(row["field"] or "") <= 100),
        scene(100, investment=None, county_code="370102", chain="C01"),
        scene(101, investment=1e22),
    ],
    "morning_star_factories": [factory(number) for number in range(1, 20)],
    "new_products": [
        {"id": f"p{n}", "product_name": f"产品{n}", "kind": "新产品", "org_name": "企业", "city_code": "370300",
         "uscc": "91370100MA3C4YQ88K", "field": "机器人", "level": "国内领先", "round": "2024-01",
         "ip_types": "发明专利;软件著作权" if n % 2 else None, "tiers": "瞪羚" if n % 2 else None}
        for n in range(1, 9)
    ],
}  # fmt: skip
LATER = datetime.date(2024, 9, 30)
DATASETS = sorted(ROWS)


def publish(published: Path, dataset: str, rows, scratch: Path, created=LATER) -> Path:
    """Release made-up rows as a dataset's next version; its folder."""
    mart = write_mart(scratch / f"{dataset}.parquet", CONTRACTS[dataset], rows)
    return release(
        CONTRACTS[dataset],
        mart,
        VALIDATION,
        published,
        created=created,
        sample=True,
        sources=[submissions_source(["2024-01", "2023-02"])],
        code_lists=CODE_LISTS,
    ).folder


@pytest.fixture(scope="session")
def published(tmp_path_factory) -> Path:
    """A folder of three datasets, one of them in its second version."""
    folder, scratch = tmp_path_factory.mktemp("published"), tmp_path_factory.mktemp("marts")
    publish(folder, "morning_star_factories", ROWS["morning_star_factories"][:3], scratch, CREATED)
    for dataset in DATASETS:
        publish(folder, dataset, ROWS[dataset], scratch)
    write_catalogs(folder)
    return folder


@pytest.fixture(params=DATASETS)
def package(published, request) -> Path:
    """The folder of the latest version of each dataset."""
    return sorted((published / request.param).glob("*/"))[-1]
