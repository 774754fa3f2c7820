"""Personal data that the row check misses does not get out: the run says where it is, and the last release stands."""

from pathlib import Path

from tests.pipeline.conftest import install
from tests.pipeline.forms import PRODUCTS, SCENES

MOBILE = "19912340056"


def test_a_planted_number_that_the_row_check_misses_stops_the_release(tmp_path: Path) -> None:
    installation = install(tmp_path, ["new_products", "scene_items"])
    settings = installation.settings
    installation.submit("2024-01/济南市工业和信息化局/产品.csv", PRODUCTS)
    first = installation.fuzhi("run")
    assert first.exit_code == 0, first.err
    before = {path: path.read_bytes() for path in settings.published.rglob("*") if path.is_file()}

    macro = settings.dbt_project / "macros" / "personal_data.sql"
    text = macro.read_text("utf-8")
    name = "personal_data_fault(value, field)"
    assert f"macro {name}" in text
    macro.write_text(text.replace(f"macro {name}", "macro blind(value, field)", 1) + blind(name), "utf-8")
    lines = PRODUCTS.splitlines()
    planted = [f"{lines[0]},应用情况", f"{lines[1]},详询{MOBILE}", f"{lines[2]},已应用"]
    installation.submit("2024-02/济南市工业和信息化局/产品.csv", "\n".join(planted) + "\n")
    installation.submit("2024-02/济南市工业和信息化局/scene_items/场景.csv", SCENES)
    outcome = installation.fuzhi("run")

    assert outcome.exit_code == 1
    assert outcome.dataset("new_products")["version"] == "1.0.0"
    assert outcome.dataset("scene_items")["new"], "the other datasets publish"
    after = {path: path.read_bytes() for path in before}
    own = [path for path in before if "new_products" in path.parts]
    assert len(own) > 6
    assert [path for path in own if after[path] != before[path]] == []
    assert [path.name for path in (settings.published / "new_products").iterdir() if path.is_dir()] == ["1.0.0"]
    assert "手机号码 mobile number" in outcome.err
    assert "new_products.parquet" in outcome.err and "applications" in outcome.err
    row = next(word for word in outcome.err.split() if len(word) == 16 and set(word) <= set("0123456789abcdef"))
    assert f"new_products.parquet {row} applications" in " ".join(outcome.err.split())

    assert MOBILE not in outcome.out + outcome.err
    kept = [path for folder in ("dagster", "dbt", "state", "gate") for path in (settings.workspace / folder).rglob("*")]
    kept += settings.published.rglob("*")
    assert [path for path in kept if path.is_file() and MOBILE.encode() in path.read_bytes()] == []

    again = installation.fuzhi("run")
    assert again.exit_code == 1, "it stays so until something is mended"


def blind(name: str) -> str:
    return "\n{%- macro " + name + " -%}cast(null as {{ text_type() }}){%- endmacro -%}\n"
