"""A dataset is built again when, and only when, something that it is made from has changed."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.contracts import load_contracts
from orchestration.running import changes
from orchestration.settings import Settings
from tests.pipeline.conftest import install

FIRST = [
    ("2024-01/a/1.csv", "aa", "new_products"),
    ("2024-01/a/2.csv", "bb", "scene_items"),
    ("2024-01/a/3.csv", "cc", "morning_star_factories"),
]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = install(tmp_path).settings
    submit(settings, FIRST)
    return settings


def submit(settings: Settings, rows: list[tuple[str, str, str]]) -> None:
    folder = settings.workspace / "intake"
    folder.mkdir(parents=True, exist_ok=True)
    names, files, datasets = (list(column) for column in zip(*rows, strict=True))
    nothing = pa.nulls(len(rows), pa.string())
    table = {"submission": names, "file": files, "dataset": datasets, "status": ["read"] * len(rows)}
    table |= {"city": nothing, "replaced_by": nothing}
    pq.write_table(pa.table(table), folder / "submissions.parquet")
    tell(settings)


def tell(settings: Settings, *codes: str) -> None:
    """Write the issues of the file of new_products."""
    columns = {"submission": [FIRST[0][0]] * len(codes), "code": codes}
    issues = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    pq.write_table(issues, settings.workspace / "intake" / "issues.parquet")


def changed(settings: Settings) -> set[str]:
    return set(changes.changed_datasets(settings, load_contracts(settings.schemas)))


def release_all(settings: Settings) -> None:
    contracts = load_contracts(settings.schemas)
    changes.mark_building(settings, changes.changed_datasets(settings, contracts))
    for name in contracts:
        changes.mark_built(settings, name)
        (settings.published / name).mkdir(parents=True, exist_ok=True)
        (settings.published / name / "latest.json").write_text("{}", "utf-8")


def test_everything_is_to_be_built_at_first_and_nothing_after(settings: Settings) -> None:
    everything = set(load_contracts(settings.schemas))
    assert changed(settings) == everything
    release_all(settings)
    assert changed(settings) == set()


def append(path: str) -> Callable[[Settings], None]:
    def edit(settings: Settings) -> None:
        file = settings.project / path
        file.write_text(file.read_text("utf-8") + "\n", "utf-8")

    return edit


ONE = {"new_products"}
CHANGES: dict[str, tuple[Callable[[Settings], None], set[str] | None]] = {
    "a file more": (lambda s: submit(s, [*FIRST, ("2024-01/b/4.csv", "dd", "new_products")]), ONE),
    "a file with other content": (lambda s: submit(s, [("2024-01/a/1.csv", "a2", "new_products"), *FIRST[1:]]), ONE),
    "what is told of a file": (lambda s: tell(s, "earlier_version_stands"), ONE),
    "a file taken away": (lambda s: submit(s, FIRST[1:]), ONE),
    "its contract": (append("schemas/new_products.yaml"), ONE),
    "its expectations": (append("expectations/new_products.yaml"), ONE),
    "its mart": (append("dbt_project/models/marts/new_products.sql"), ONE),
    "its release is gone": (lambda s: (s.published / "new_products" / "latest.json").unlink(), ONE),
    "a field of all": (append("schemas/shared/fields.yaml"), None),
    "a code list": (append("dbt_project/seeds/cities.csv"), None),
}


@pytest.mark.parametrize(("edit", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_what_is_built_again(settings: Settings, edit: Callable[[Settings], None], expected: set[str] | None) -> None:
    release_all(settings)
    edit(settings)
    assert changed(settings) == (set(load_contracts(settings.schemas)) if expected is None else expected)


def test_a_dataset_is_built_again_with_those_that_it_refers_to(tmp_path: Path) -> None:
    datasets = {"cooperations", "innovation_needs", "research_results"}
    settings = install(tmp_path, datasets).settings
    forms = [(f"2024-01/a/{name}.csv", name, name) for name in sorted(datasets)]
    submit(settings, forms)
    assert changed(settings) == datasets
    release_all(settings)
    assert changed(settings) == set()
    submit(settings, [(place, f"{file} again" if "needs" in place else file, name) for place, file, name in forms])
    assert changed(settings) == {"cooperations", "innovation_needs"}
    release_all(settings)
    append("schemas/cooperations.yaml")(settings)
    assert changed(settings) == {"cooperations"}, "what it refers to does not depend on it"


def test_a_code_list_that_changes_on_a_day_has_everything_built_again_once_the_data_are_of_that_day(
    settings: Settings,
) -> None:
    seed = settings.dbt_project / "seeds" / "chains.csv"
    seed.write_text(seed.read_text("utf-8") + "C12,低空经济,Low-Altitude Economy,,2024-07-01,,,2024\n", "utf-8")
    (settings.inbox / "2024-01").mkdir()

    def close(day: str) -> None:
        (settings.inbox / "2024-01" / "round.yaml").write_text(f"closed_on: {day}\n", "utf-8")

    close("2024-06-29")
    release_all(settings)
    close("2024-06-30")
    assert changed(settings) == set()
    close("2024-07-01")
    assert changed(settings) == set(load_contracts(settings.schemas))


def test_a_dataset_that_nobody_has_sent_anything_for_is_not_built(settings: Settings) -> None:
    submit(settings, FIRST[1:])
    assert changed(settings) == {"scene_items", "morning_star_factories"}


def test_a_dataset_whose_gate_was_red_is_tried_again(settings: Settings) -> None:
    contracts = load_contracts(settings.schemas)
    release_all(settings)
    append("schemas/new_products.yaml")(settings)
    changes.mark_building(settings, changes.changed_datasets(settings, contracts))
    assert changed(settings) == {"new_products"}


def test_a_mart_that_was_not_written_is_noticed(settings: Settings) -> None:
    contracts = load_contracts(settings.schemas)
    settings.marts.mkdir(parents=True)
    for name in contracts:
        (settings.marts / f"{name}.parquet").write_bytes(b"of an earlier run")
    changes.mark_building(settings, changes.changed_datasets(settings, contracts))
    assert changes.unbuilt_datasets(settings, contracts) == set(contracts)
    (settings.marts / "new_products.parquet").write_bytes(b"of this run")
    assert changes.unbuilt_datasets(settings, contracts) == set(contracts) - {"new_products"}


def test_the_inbox_is_not_opened_to_see_a_change(settings: Settings) -> None:
    form = settings.inbox / "2024-01" / "a" / "1.csv"
    form.parent.mkdir(parents=True)
    form.write_text("a", "utf-8")
    before = changes.inbox_digest(settings)
    assert changes.inbox_digest(settings) == before
    form.write_text("ab", "utf-8")
    assert changes.inbox_digest(settings) != before
