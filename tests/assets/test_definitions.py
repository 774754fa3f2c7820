"""What Dagster loads: which assets and checks there are, what the sensor asks for, what is kept of an error."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from orchestration.assets import failures
from orchestration.assets.failures import StageError, without_values
from orchestration.assets.inbox_sensor import inbox_sensor
from orchestration.contracts import derived, load_contracts, submitted
from orchestration.definitions import definitions
from orchestration.errors import UserError
from orchestration.running.operation import Operation
from orchestration.settings import PROJECT, Settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("definitions")
    return Settings(PROJECT, folder / "inbox", folder / "workspace", folder / "published")


@pytest.fixture(scope="module")
def loaded(settings: Settings) -> dg.Definitions:
    before = dict(os.environ)
    try:
        return definitions(settings)
    finally:
        os.environ.clear()
        os.environ.update(before)


OF_A_REGISTER = {
    "sent/{0}", "raw/{0}", "stg_{0}", "{0}__superseded", "{0}__judged", "{0}__issues", "{0}__quarantine",
    "{0}__accounts", "{0}", "release/{0}", "feedback/{0}", "published/{0}",
}  # fmt: skip
OF_A_DERIVED_DATASET = {"{0}", "release/{0}"}
FOR_THE_OPERATOR = {"enterprises": {"enterprises__issues", "feedback/enterprises"}}
OF_ALL = {
    "intake/submissions", "intake/columns", "intake/issues", "intake/day", "feedback/refused",
    "published/versions", "published/accounts", "published/faults", "catalogue/site",
    "cities", "counties", "chains", "industries", "institutions", "code_labels",
}  # fmt: skip
CONTRACTS = load_contracts(PROJECT / "schemas")


def own_assets(dataset: str) -> set[str]:
    """The assets that stand in the group of the dataset."""
    names = OF_A_DERIVED_DATASET if CONTRACTS[dataset].derived else OF_A_REGISTER
    return {name.format(dataset) for name in names} | FOR_THE_OPERATOR.get(dataset, set())


def test_there_are_registers_and_derived_datasets() -> None:
    assert (len(submitted(CONTRACTS)), len(derived(CONTRACTS))) == (22, 9)


def test_the_assets_there_are(loaded: dg.Definitions) -> None:
    graph = loaded.resolve_asset_graph()
    expected = OF_ALL.union(*map(own_assets, CONTRACTS))
    assert {key.to_user_string() for key in graph.get_all_asset_keys()} == expected


def test_assets_stand_in_the_group_of_their_dataset(loaded: dg.Definitions) -> None:
    graph = loaded.resolve_asset_graph()
    groups = {key.to_user_string(): graph.get(key).group_name for key in graph.get_all_asset_keys()}
    for dataset in CONTRACTS:
        assert {name for name, group in groups.items() if group == dataset} == own_assets(dataset)


def test_the_checks_there_are_and_which_block(loaded: dg.Definitions) -> None:
    graph = loaded.resolve_asset_graph()
    blocking = {
        f"{key.asset_key.to_user_string()}:{key.name}"
        for key in graph.asset_check_keys
        if graph.get_check_spec(key).blocking
    }
    own = {"gate", "not_null_{0}_id", "unique_{0}_id"}
    expected = {f"{dataset}:{name.format(dataset)}" for name in own for dataset in CONTRACTS}
    expected |= {f"{dataset}:accounts" for dataset in submitted(CONTRACTS)}
    assert blocking == expected | {"feedback/refused:every_dataset_was_built"}


def test_dagster_validates_the_code_location(settings: Settings) -> None:
    command = [
        str(Path(sys.executable).with_name("dagster")),
        "definitions",
        "validate",
        "-m",
        "orchestration.definitions",
    ]
    environment = {**os.environ, "FUZHI_WORKSPACE": str(settings.workspace), "DAGSTER_HOME": ""}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_the_sensor_waits_until_the_inbox_is_still_and_asks_once(settings: Settings, loaded: dg.Definitions) -> None:
    sensor = inbox_sensor(settings, loaded.resolve_job_def("publish"), Operation())
    form = settings.inbox / "form.csv"

    def look(cursor: str | None) -> tuple[str | None, list[str | None]]:
        with dg.instance_for_test() as instance:
            context = dg.build_sensor_context(instance, cursor=cursor, definitions=loaded)
            data = sensor.evaluate_tick(context)
        return data.cursor, [request.run_key for request in data.run_requests or []]

    assert look(None) == (None, [])
    settings.inbox.mkdir()
    form.write_text("a", "utf-8")
    first, asked = look(None)
    assert asked == []
    again, [key] = look(first)
    assert again == first
    # Touched: it is looked at once more, and there is no other run to ask for.
    os.utime(form, ns=(1, 1))
    touched, asked = look(again)
    assert asked == []
    assert look(touched) == (touched, [key])
    form.write_text("ab", "utf-8")
    changed, asked = look(touched)
    assert asked == []
    _, [other] = look(changed)
    assert other != key


def test_an_error_that_quotes_a_row_loses_its_text() -> None:
    with pytest.raises(StageError) as stripped, without_values():
        int("13800000000x")
    assert "13800000000x" not in str(stripped.value)
    assert str(stripped.value).startswith("ValueError at test_definitions.py:")
    assert stripped.value.__suppress_context__


def test_only_what_may_pass_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failures, "SECONDS_BETWEEN", 0)
    asked = []

    def steps_taken(error: Exception) -> int:
        @dg.asset
        def reading() -> None:
            with without_values():
                asked.append(1)
                raise error

        asked.clear()
        with dg.instance_for_test() as instance:
            assert not dg.materialize([reading], instance=instance, raise_on_error=False).success
        return len(asked)

    assert steps_taken(OSError(errno.ESTALE, "a value")) == 1 + failures.TIMES
    assert steps_taken(OSError(errno.ENOSPC, "a value")) == 1
    assert steps_taken(ValueError("a value")) == 1


def test_an_error_that_is_meant_to_be_read_keeps_its_text() -> None:
    with pytest.raises(UserError, match="a folder is missing"), without_values():
        raise UserError("a folder is missing")
