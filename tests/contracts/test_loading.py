"""Contracts are read as they are meant, or refused with file, field and reason."""

from pathlib import Path

import pytest
import yaml
from frictionless import Schema

from orchestration.contracts import ContractError, Reference, load_contracts

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


# A credit code and the name of whom it is of.
ENTERPRISE = [{"name": name, "type": "string", "common": True} for name in ("uscc", "org_name")]


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
            *ENTERPRISE,
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


def write(schemas: Path, content: dict[str, object]) -> Path:
    (schemas / "tools.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    return schemas


def load(schemas: Path, content: dict[str, object]) -> object:
    return load_contracts(write(schemas, content))["tools"]


def test_the_contracts_of_the_project_are_table_schemas() -> None:
    contracts = load_contracts(SCHEMAS)
    names = sorted(path.stem for path in SCHEMAS.glob("*.yaml"))
    assert {"morning_star_factories", "new_products", "scene_items"} <= set(names)
    for name in names:
        descriptor = yaml.safe_load((SCHEMAS / f"{name}.yaml").read_text("utf-8"))
        schema = Schema.from_descriptor(descriptor)
        assert Schema.validate_descriptor(descriptor).valid, name
        assert [f.type for f in schema.fields] == [f.type for f in contracts[name].fields]


def test_every_field_has_both_languages() -> None:
    for one in load_contracts(SCHEMAS).values():
        for f in one.fields:
            assert all((f.title, f.title_en, f.description, f.description_en)), (one.name, f.name)


def test_private_is_the_default(schemas: Path) -> None:
    spoiled = field(name="sales", kind="money", type="number", title="销售收入")
    del spoiled["visibility"], spoiled["openness"]
    loaded = load(schemas, contract(fields=[*contract()["fields"], spoiled]))  # type: ignore[misc]
    assert not loaded.field("sales").public  # type: ignore[attr-defined]
    assert [f.name for f in loaded.public_fields] == ["uscc", "org_name", "tool_name"]  # type: ignore[attr-defined]


def test_a_common_field_takes_over_its_labels(schemas: Path) -> None:
    loaded = load(schemas, contract())
    assert loaded.field("uscc").labels == (  # type: ignore[attr-defined]
        "统一社会信用代码", "社会信用代码", "信用代码", "机构代码", "统一信用代码",
    )  # fmt: skip


def consent(**changes: object) -> dict[str, object]:
    return field(**{"name": "agreed", "type": "boolean", "kind": "boolean", "title": "是否同意", **changes})


def refers(fields: list[str], dataset: str, theirs: list[str]) -> dict[str, object]:
    return {"fields": fields, "reference": {"resource": dataset, "fields": theirs}}


KEYED: list[object] = contract()["fields"]  # type: ignore[assignment]
RULE = {"name": "r", "fields": ["tool_name"], "holds": "1", "message": "m", "message_en": "m"}
PERSON = {"name": "contact_person", "type": "string", "common": True}
# What the contract under test may refer to: a register with a private field, and a derived dataset.
OTHERS = {
    "makers": contract(name="makers", fields=[*KEYED, PERSON]),
    "found": contract(name="found", derived=True),
}


def test_what_is_meant_is_read(schemas: Path) -> None:
    (schemas / "makers.yaml").write_text(yaml.safe_dump(OTHERS["makers"] | {"title": "厂家"}), "utf-8")
    budget = field(name="budget", title="预算", type="number", kind="money", consent="agreed")
    words = field(name="words", title="关键词", kind="list", maxItems=3)
    rules = [{**RULE, "holds": "a or b", "from_round": "2024-01", "until_round": "2024-02"}, RULE]
    loaded = load_contracts(write(schemas, contract(
        fields=[*KEYED, budget, consent(), words], rules=rules, foreignKeys=[refers(["uscc"], "makers", ["uscc"])]
    )))["tools"]  # fmt: skip
    assert loaded.field("budget").consent == "agreed"
    assert loaded.field("words").constraint("maxItems") == 3
    assert [rule.condition for rule in loaded.rules] == ["round < '2024-01' or round > '2024-02' or (a or b)", "1"]
    assert loaded.references == (Reference(("uscc",), "makers", ("uscc",), "厂家", "Tools"),)
    assert not loaded.derived


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
        {"fields": [*ENTERPRISE, field()]},
        "tools.yaml, field tool_name: a field of the key must be required and public",
    ),
    "alias that two fields share, in another width": (
        {
            "fields": [
                *ENTERPRISE,
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
                *ENTERPRISE,
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
    "rule for a round that is none": (
        {"rules": [{**RULE, "from_round": "2024"}]},
        "tools.yaml: rule r is for round '2024'; a round is written 2024-01",
    ),
    "rule until a round that is none": (
        {"rules": [{**RULE, "until_round": "2024-1"}]},
        "tools.yaml: rule r is for round '2024-1'; a round is written 2024-01",
    ),
    "rule for rounds by another word": (
        {"rules": [{**RULE, "since_round": "2024-01"}]},
        "tools.yaml: unknown property since_round",
    ),
    "consent that no field gives": (
        {"fields": [*KEYED, field(name="budget", title="预算", consent="agreed")]},
        "tools.yaml, field budget: its consent 'agreed' is no public field of kind boolean",
    ),
    "consent that is no yes or no": (
        {"fields": [*KEYED, field(name="budget", title="预算", consent="tool_name")]},
        "tools.yaml, field budget: its consent 'tool_name' is no public field of kind boolean",
    ),
    "consent that is not published": (
        {"fields": [*KEYED, field(name="budget", title="预算", consent="agreed"), consent(visibility="private")]},
        "tools.yaml, field budget: its consent 'agreed' is no public field of kind boolean",
    ),
    "consent for what is private anyway": (
        {"fields": [*KEYED, field(name="budget", title="预算", consent="agreed", visibility="private"), consent()]},
        "tools.yaml, field budget: a field with consent is public, neither required nor of the key",
    ),
    "consent for what is required": (
        {
            "fields": [
                *KEYED,
                field(name="budget", title="预算", consent="agreed", constraints={"required": True}),
                consent(),
            ]
        },
        "tools.yaml, field budget: a field with consent is public, neither required nor of the key",
    ),
    "items to count of what is one value": (
        {"fields": [*KEYED, field(name="maker", title="厂家", maxItems=3)]},
        "tools.yaml, field maker: only the kinds list and set have items to count (`maxItems`)",
    ),
    "items to count as if Table Schema had them": (
        {"fields": [*KEYED, field(name="makers", title="厂家", kind="list", constraints={"maxItems": 3})]},
        "tools.yaml, field makers: unknown constraint maxItems",
    ),
    "private field of a derived dataset": (
        {"derived": True, "fields": [*KEYED, field(name="maker", title="厂家", visibility="private")]},
        "tools.yaml, field maker: is private, but a derived dataset is made of public values alone",
    ),
    "credit code of nobody": (
        {"fields": [*KEYED, field(name="maker_uscc", title="厂家代码", kind="uscc")]},
        "tools.yaml, field maker_uscc: kind uscc and the field with the holder's name (`holder`) go together",
    ),
    "holder of what is no credit code": (
        {"fields": [*KEYED, field(name="maker", title="厂家", holder="org_name")]},
        "tools.yaml, field maker: kind uscc and the field with the holder's name (`holder`) go together",
    ),
    "credit code of a field that does not exist": (
        {"fields": [*KEYED, field(name="maker_uscc", title="厂家代码", kind="uscc", holder="maker")]},
        "tools.yaml, field maker_uscc: is the code of 'maker', which is no field",
    ),
    "code within a field that does not exist": (
        {"fields": [*KEYED, field(name="county", title="县", kind="code", codes="counties", within="city")]},
        "tools.yaml, field county: lies within 'city', which is no field",
    ),
    "key of no field": (
        {"primaryKey": []},
        "tools.yaml: primaryKey names no field",
    ),
    "foreign key without its reference": (
        {"foreignKeys": [{"fields": ["tool_name"]}]},
        "tools.yaml: a foreign key has `fields` and a `reference` with `resource` and `fields`",
    ),
    "foreign key of one field by name": (
        {"foreignKeys": [{"fields": ["tool_name"], "reference": "makers"}]},
        "tools.yaml: a foreign key has `fields` and a `reference` with `resource` and `fields`",
    ),
    "reference to no dataset": (
        {"foreignKeys": [refers(["tool_name"], "shops", ["shop_name"])]},
        "tools.yaml: a foreign key refers to shops, which is no dataset",
    ),
    "reference to itself": (
        {"foreignKeys": [refers(["tool_name"], "tools", ["tool_name"])]},
        "tools.yaml: a foreign key refers to another dataset that forms are sent for",
    ),
    "reference to a derived dataset": (
        {"foreignKeys": [refers(["uscc"], "found", ["uscc"])]},
        "tools.yaml: a foreign key refers to another dataset that forms are sent for",
    ),
    "reference of two fields to one": (
        {"foreignKeys": [refers(["uscc", "tool_name"], "makers", ["uscc"])]},
        "tools.yaml: a foreign key to makers pairs unequal numbers of fields",
    ),
    "reference from no field": (
        {"foreignKeys": [refers(["colour"], "makers", ["uscc"])]},
        "tools.yaml, field colour: a foreign key names a field that the contract does not have",
    ),
    "reference to no field": (
        {"foreignKeys": [refers(["uscc"], "makers", ["colour"])]},
        "tools.yaml, field colour: a foreign key names no public field of makers",
    ),
    "reference to a private field": (
        {"foreignKeys": [refers(["tool_name"], "makers", ["contact_person"])]},
        "tools.yaml, field contact_person: a foreign key names no public field of makers",
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
    for name, other in OTHERS.items():
        (schemas / f"{name}.yaml").write_text(yaml.safe_dump(other, allow_unicode=True), "utf-8")
    with pytest.raises(ContractError) as refusal:
        load(schemas, contract(**changes))
    assert str(refusal.value) == message


def test_references_that_lead_back_to_where_they_began_are_refused(schemas: Path) -> None:
    for name, other in (("makers", "shops"), ("shops", "tools")):
        circle = contract(name=name, foreignKeys=[refers(["uscc"], other, ["uscc"])])
        (schemas / f"{name}.yaml").write_text(yaml.safe_dump(circle, allow_unicode=True), "utf-8")
    with pytest.raises(ContractError) as refusal:
        load(schemas, contract(foreignKeys=[refers(["uscc"], "makers", ["uscc"])]))
    assert str(refusal.value) == "makers.yaml: a foreign key leads back to the dataset itself, by shops"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("assets", "the name is that of what stands beside the folders or tables of datasets"),
        ("chains", "a code list has that name already, and a model may not share it"),
    ],
)
def test_a_name_that_something_else_has_is_refused(schemas: Path, name: str, reason: str) -> None:
    (schemas / f"{name}.yaml").write_text(yaml.safe_dump(contract(name=name), allow_unicode=True), "utf-8")
    with pytest.raises(ContractError) as refusal:
        load_contracts(schemas)
    assert str(refusal.value) == f"{name}.yaml: {reason}"


def test_a_key_given_twice_in_yaml_is_refused(schemas: Path) -> None:
    (schemas / "tools.yaml").write_text("name: tools\nname: tools\n", "utf-8")
    with pytest.raises(ContractError, match=r"tools\.yaml: is not valid YAML: .*key 'name' given twice"):
        load_contracts(schemas)


def test_a_file_that_is_no_mapping_is_refused(schemas: Path) -> None:
    (schemas / "tools.yaml").write_text("- a\n", "utf-8")
    with pytest.raises(ContractError, match=r"tools\.yaml: is not a mapping of properties"):
        load_contracts(schemas)
