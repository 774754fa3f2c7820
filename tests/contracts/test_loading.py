"""Contracts are read as they are meant, or refused with file, field and reason."""

from pathlib import Path

import pytest
import yaml
from frictionless import Schema

from orchestration.contracts import ContractError, load_contracts

SCHEMAS = Path(__file__).parents[2] / "schemas"


@pytest.fixture
def schemas(tmp_path: Path) -> Path:
    """A copy of the shared parts with one small contract, for tests to spoil."""
    (tmp_path / "shared").mkdir()
    (tmp_path / "codes").mkdir()
    for name in ("kinds.yaml", "fields.yaml"):
        (tmp_path / "shared" / name).write_text((SCHEMAS / "shared" / name).read_text("utf-8"), "utf-8")
    for name in ("cities", "counties", "chains", "industries"):
        (tmp_path / "codes" / f"{name}.yaml").write_text(f"name: {name}\n", "utf-8")
    return tmp_path


def contract(**changes: object) -> dict[str, object]:
    plain: dict[str, object] = {
        "name": "tools",
        "title": "工具",
        "title_en": "Tools",
        "description": "工具名录。",
        "description_en": "A register of tools.",
        "owner": "某厅",
        "owner_en": "A department",
        "openness": "unconditional",
        "licence": "CC-BY-4.0",
        "primaryKey": ["uscc", "tool_name"],
        "fields": [
            {"name": "uscc", "type": "string", "common": True},
            field(name="tool_name", title="工具名称", constraints={"required": True}),
        ],
    }
    return {**plain, **changes}


def field(**changes: object) -> dict[str, object]:
    plain: dict[str, object] = {
        "name": "tool_name",
        "type": "string",
        "kind": "name",
        "title": "工具名称",
        "title_en": "Tool name",
        "description": "名称。",
        "description_en": "Its name.",
        "visibility": "public",
        "openness": "unconditional",
    }
    return {**plain, **changes}


def load(schemas: Path, content: dict[str, object]) -> object:
    (schemas / "tools.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    return load_contracts(schemas)["tools"]


def test_the_contracts_of_the_project_are_table_schemas() -> None:
    names = sorted(path.stem for path in SCHEMAS.glob("*.yaml"))
    assert {"morning_star_factories", "new_products", "scene_items"} <= set(names)
    for name in names:
        descriptor = yaml.safe_load((SCHEMAS / f"{name}.yaml").read_text("utf-8"))
        schema = Schema.from_descriptor(descriptor)
        assert Schema.validate_descriptor(descriptor).valid, name
        assert [f.type for f in schema.fields] == [f.type for f in load_contracts(SCHEMAS)[name].fields]


def test_every_field_has_both_languages() -> None:
    for one in load_contracts(SCHEMAS).values():
        for f in one.fields:
            assert all((f.title, f.title_en, f.description, f.description_en)), (one.name, f.name)


def test_private_is_the_default(schemas: Path) -> None:
    spoiled = field(name="sales", kind="money", type="number", title="销售收入")
    del spoiled["visibility"], spoiled["openness"]
    loaded = load(schemas, contract(fields=[*contract()["fields"], spoiled]))  # type: ignore[misc]
    assert not loaded.field("sales").public  # type: ignore[attr-defined]
    assert [f.name for f in loaded.public_fields] == ["uscc", "tool_name"]  # type: ignore[attr-defined]


def test_a_common_field_takes_over_its_labels(schemas: Path) -> None:
    loaded = load(schemas, contract())
    assert loaded.field("uscc").labels == (  # type: ignore[attr-defined]
        "统一社会信用代码", "社会信用代码", "信用代码", "机构代码", "统一信用代码",
    )  # fmt: skip


REFUSED = {
    "unknown property of the contract": (
        {"colour": "red"},
        "tools.yaml: unknown property colour",
    ),
    "unknown property of a field": (
        {"fields": [field(name="uscc", constraints={"required": True}), field(colour="red")]},
        "tools.yaml, field tool_name: unknown property colour",
    ),
    "key that names no field": (
        {"primaryKey": ["uscc", "colour"]},
        "tools.yaml, field colour: primaryKey names a field that the contract does not have",
    ),
    "key that may be empty": (
        {"fields": [{"name": "uscc", "type": "string", "common": True}, field()]},
        "tools.yaml, field tool_name: a field of the key must be required and public",
    ),
    "alias that two fields share, in another width": (
        {
            "fields": [
                {"name": "uscc", "type": "string", "common": True},
                field(constraints={"required": True}, aliases=["信用 代码（项）"]),
            ]
        },
        "tools.yaml, field tool_name: the label '信用 代码（项）' is claimed by uscc too",
    ),
    "kind that does not exist": (
        {"fields": [field(kind="colour")]},
        "tools.yaml, field tool_name: kind 'colour' is none of text, name, uscc, code, choice, set, list, date, "
        "month, year, integer, number, percent, money, boolean, phone, email",
    ),
    "type that its kind does not have": (
        {"fields": [field(kind="date")]},
        "tools.yaml, field tool_name: kind date is of type date",
    ),
    "code list that does not exist": (
        {"fields": [field(kind="code", codes="colours")]},
        "tools.yaml, field tool_name: there is no code list 'colours' in codes/",
    ),
    "choice without categories": (
        {"fields": [field(kind="choice")]},
        "tools.yaml, field tool_name: kinds choice and set list their `categories`, and no other kind does",
    ),
    "public field that may not be opened": (
        {
            "fields": [
                {"name": "uscc", "type": "string", "common": True},
                field(constraints={"required": True}, openness="none"),
            ]
        },
        "tools.yaml, field tool_name: is public, but its openness says it may not be opened",
    ),
    "field more open than its dataset": (
        {"openness": "conditional"},
        "tools.yaml, field uscc: is more open (unconditional) than its dataset (conditional)",
    ),
    "field given twice": (
        {"fields": [*contract()["fields"], field()]},  # type: ignore[misc]
        "tools.yaml, field tool_name: occurs twice",
    ),
    "name that the pipeline keeps": (
        {"fields": [*contract()["fields"], field(name="round", title="批次")]},  # type: ignore[misc]
        "tools.yaml, field round: is a name that the pipeline keeps for itself",
    ),
    "name that SQL would read as its own": (
        {"fields": [*contract()["fields"], field(name="order", title="订单")]},  # type: ignore[misc]
        "tools.yaml, field order: is a word of SQL",
    ),
    "name that could be one of the pipeline's suffixes": (
        {"fields": [*contract()["fields"], field(name="sales__cell", title="销售")]},  # type: ignore[misc]
        "tools.yaml, field sales__cell: is no name of small letters, digits and single underscores",
    ),
    "rule over a field that does not exist": (
        {"rules": [{"name": "r", "fields": ["colour"], "holds": "1", "message": "m", "message_en": "m"}]},
        "tools.yaml, field colour: rule r names a field that the contract does not have",
    ),
    "name other than its file's": (
        {"name": "colours"},
        "tools.yaml: is named 'colours' inside; file and name must agree",
    ),
    "common field that is not common": (
        {"fields": [{"name": "colour", "type": "string", "common": True}]},
        "tools.yaml, field colour: is marked common, but shared/fields.yaml has no such field",
    ),
}


@pytest.mark.parametrize(("changes", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_a_contract_that_cannot_be_meant_is_refused(schemas: Path, changes: dict[str, object], message: str) -> None:
    with pytest.raises(ContractError) as refusal:
        load(schemas, contract(**changes))
    assert str(refusal.value) == message


def test_a_key_given_twice_in_yaml_is_refused(schemas: Path) -> None:
    (schemas / "tools.yaml").write_text("name: tools\nname: tools\n", "utf-8")
    with pytest.raises(ContractError, match=r"tools\.yaml: is not valid YAML: .*key 'name' given twice"):
        load_contracts(schemas)


def test_a_file_that_is_no_mapping_is_refused(schemas: Path) -> None:
    (schemas / "tools.yaml").write_text("- a\n", "utf-8")
    with pytest.raises(ContractError, match=r"tools\.yaml: is not a mapping of properties"):
        load_contracts(schemas)
