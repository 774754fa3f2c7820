"""The privacy gate on the files of a release: what it finds, what it passes, and that nothing is published."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from orchestration.contracts import Contract
from orchestration.quality.privacy import ENOUGH, Hit, PrivacyError, scan
from orchestration.quality.privacy_tables import BATCH
from orchestration.quality.privacy_values import tells
from orchestration.release import release
from tests.release.marts import ARROW, CONTRACTS, CREATED, SCENES, VALIDATION, scene, write_mart

PRODUCTS = CONTRACTS["new_products"]
FIRST, SECOND = "00000000000000a1", "00000000000000b2"


def product(identifier: str = FIRST, **values: object) -> dict[str, object]:
    return {
        "id": identifier,
        "product_name": "样例一号",
        "kind": "新产品",
        "org_name": "济南样例甲有限公司",
        "uscc": "91370100MA3C00001H",
        "city_code": "370100",
        "round": "2024-01",
        **values,
    }


def stage(folder: Path, contract: Contract, rows: list[dict[str, object]]) -> Path:
    """A staging table: rows by id with their private columns."""
    fields = [field for field in contract.fields if not field.public]
    schema = pa.schema([("id", pa.string()), *((field.name, ARROW[field.type]) for field in fields)])
    path = folder / "staged.parquet"
    pq.write_table(pa.Table.from_pylist([{"id": FIRST, **row} for row in rows], schema=schema), path)
    return path


def publish(folder: Path, rows: list[dict[str, object]], contract: Contract = PRODUCTS, **options: object) -> Path:
    mart = write_mart(folder / "mart.parquet", contract, rows)
    return release(contract, mart, VALIDATION, folder / "published", created=CREATED, **options).folder  # type: ignore[arg-type]


def hits(folder: Path, rows: list[dict[str, object]], **options: object) -> list[Hit]:
    with pytest.raises(PrivacyError) as raised:
        publish(folder, rows, **options)  # type: ignore[arg-type]
    return list(raised.value.hits)


def held(folder: Path, kept: dict[str, object], said: dict[str, object]) -> list[str]:
    """The columns in which the gate finds a private value of the row."""
    staged = stage(folder, PRODUCTS, [kept])
    mart = write_mart(folder / "new_products.parquet", PRODUCTS, [product(**said)])
    only = folder / "release"
    only.mkdir(exist_ok=True)
    mart.replace(only / mart.name)
    return [hit.column for hit in scan(only, PRODUCTS, staged) if hit.kind == "private_value"]


def test_a_mobile_number_in_a_text_column_is_found_in_every_file_of_the_release(tmp_path: Path) -> None:
    found = hits(tmp_path, [product(), product(SECOND, applications="详询13812345678")])
    assert found[0] == Hit("new_products.parquet", "mobile", SECOND, "applications")
    assert set(found) == {
        Hit("new_products.parquet", "mobile", SECOND, "applications"),
        Hit("new_products.csv", "mobile", SECOND, "applications"),
        Hit("new_products.json", "mobile", SECOND, "applications"),
        Hit("new_products.xml", "mobile", SECOND, "applications"),
        Hit("new_products.xlsx", "mobile", "sheet1 N3"),
    }


def test_nothing_is_published_and_nothing_is_left(tmp_path: Path) -> None:
    first = publish(tmp_path, [product()])
    before = {path: path.read_bytes() for path in (tmp_path / "published").rglob("*") if path.is_file()}
    hits(tmp_path, [product(), product(SECOND, applications="13812345678")])
    assert {path: path.read_bytes() for path in (tmp_path / "published").rglob("*") if path.is_file()} == before
    assert list((tmp_path / "published" / ".staging").iterdir()) == []
    assert first.name == "1.0.0"
    # What was in the way is gone: the next release is made.
    assert publish(tmp_path, [product(), product(SECOND)]).name == "1.1.0"


def test_the_message_names_file_row_column_and_kind_in_both_languages_and_never_the_value(tmp_path: Path) -> None:
    with pytest.raises(PrivacyError) as raised:
        publish(tmp_path, [product(applications="13812345678", specifications="zhang@example.com")])
    text = str(raised.value)
    assert f"new_products.parquet {FIRST} applications: 手机号码 mobile number" in text
    assert f"new_products.parquet {FIRST} specifications: 电子邮箱 e-mail address" in text
    assert "上一版不变" in text and "the last release stands" in text
    assert "13812345678" not in text and "example" not in text


def test_no_more_is_told_than_somebody_reads(tmp_path: Path) -> None:
    rows = [product(f"{number:016x}", field="13812345678") for number in range(300)]
    with pytest.raises(PrivacyError) as raised:
        publish(tmp_path, rows)
    per_file = [hit for hit in raised.value.hits if hit.file.endswith(".parquet")]
    assert len(per_file) == ENOUGH
    assert str(raised.value).count("mobile number") == 20
    assert "And at least" in str(raised.value)


def test_a_number_in_the_contract_is_found_in_what_the_package_says_of_itself(tmp_path: Path) -> None:
    contract = replace(PRODUCTS, description="咨询电话：0531-86012345。")
    with pytest.raises(PrivacyError) as raised:
        publish(tmp_path, [product()], contract)
    files = {hit.file for hit in raised.value.hits if hit.kind == "landline"}
    assert {"README.md", "datapackage.json"} <= files
    assert Hit("datapackage.json", "landline", "/description") in raised.value.hits


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("landline", "0531-86012345"),
        ("email", "zhang@example.com"),
        ("id_number", "11010519491231002X"),
        ("bank_card", "6228480402564890018"),
        ("mobile", "517826401895319893515098750939"),
        ("mobile", "联系人\n１３８－１２３４－５６７８"),
        ("mobile", '{"a": "13812345678"}'),
        ("email", "<b>zhang@example.com</b>"),
    ],
)
def test_every_kind_is_found_in_the_canonical_table(tmp_path: Path, kind: str, text: str) -> None:
    assert Hit("new_products.parquet", kind, FIRST, "specifications") in hits(tmp_path, [product(specifications=text)])


def test_numbers_of_typed_columns_ids_and_codes_are_no_personal_data(tmp_path: Path) -> None:
    # A right card number: half a hash may be one.
    identifier = "4111111111111111"
    rows = [product(identifier, uscc="911522010783762860", patent_numbers="ZL202110123456.7;CN113812345678A")]
    first = publish(tmp_path, rows)
    assert first.name == "1.0.0"
    # Gone in the next version: changes.csv names it.
    publish(tmp_path, [product(SECOND)])
    amounts = [scene(1, id=FIRST, investment=13812345678.0), scene(2, id=SECOND, investment=0.13812345678)]
    assert publish(tmp_path, amounts, SCENES).name == "1.0.0"
    changed = [scene(1, id=FIRST, investment=15098750939.0), scene(2, id=SECOND, investment=18953198935.0)]
    folder = publish(tmp_path, changed, SCENES)
    assert "13812345678" in (folder / "changes.csv").read_text("utf-8")


def test_a_number_that_only_an_earlier_release_held_is_found_in_the_changes(tmp_path: Path) -> None:
    mart = write_mart(tmp_path / "new_products.parquet", PRODUCTS, [product()])
    (tmp_path / "release").mkdir()
    mart.replace(tmp_path / "release" / mart.name)
    (tmp_path / "release" / "changes.csv").write_text(
        f"key,kind,column,old,new\n{FIRST},changed,applications,电话13812345678,无\n", "utf-8"
    )
    assert scan(tmp_path / "release", PRODUCTS, None) == [Hit("changes.csv", "mobile", FIRST, "old")]


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("NOTES.md", "一\n二\n详询 13812345678\n", Hit("NOTES.md", "mobile", "line 3")),
        ("meta.json", '{"a": ["x", "tel:\\n13812345678"]}', Hit("meta.json", "mobile", "/a/1")),
        ("meta.jsonld", '{"b": {"13812345678": 1}}', Hit("meta.jsonld", "mobile", "/b/name")),
        ("CITATION.cff", "email: zhang@example.com\n", Hit("CITATION.cff", "email", "line 1")),
        ("13812345678.txt", "", Hit("file 1 (*.txt)", "mobile", "name")),
        ("data.csv", "id,contact_phone\n", Hit("data.csv", "private_column", "", "contact_phone")),
        ("data.json", '[\n\t{"id":"1","sales":1.5}\n]\n', Hit("data.json", "private_column", "line 2", "sales")),
        ("data.xml", "<d>\n<row><address>x</address></row>\n</d>",
         Hit("data.xml", "private_column", "line 2", "address")),
        ("twice.json", '{"a": "13812345678", "a": "x", "b": 13812345678}', Hit("twice.json", "mobile", "/a")),
        ("changes.csv", f"key,kind,column,old,new\n{FIRST},changed,sales,1,2\n",
         Hit("changes.csv", "private_column", FIRST, "sales")),
        ("broken.json", '{"a": ', Hit("broken.json", "unreadable")),
        ("half.json", '{"a": "\\ud800"}', Hit("half.json", "unreadable")),
        ("image.bin", b"\xff\xd8\xff\xe0", Hit("image.bin", "unreadable")),
    ],
)  # fmt: skip
def test_any_other_file_is_read_as_text(tmp_path: Path, name: str, content: str | bytes, found: Hit) -> None:
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert scan(tmp_path, PRODUCTS, None) == [found]


def test_long_files_are_searched_as_short_ones_are(tmp_path: Path) -> None:
    lines = [f"{number:016x},样例{number},91370100MA3C00001H" for number in range(60_000)]
    lines[40_000] = f"{FIRST},详询13812345678,91370100MA3C00001H"
    (tmp_path / "data.csv").write_text("\n".join(["id,applications,uscc", *lines]) + "\n", "utf-8")
    objects = [json.dumps({"id": f"{number:016x}", "applications": "样例"}) for number in range(60_000)]
    objects[50_000] = json.dumps({"id": SECOND, "contact_person": "x", "applications": "13812345678"})
    (tmp_path / "data.json").write_text("[\n\t" + ",\n\t".join(objects) + "\n]\n", "utf-8")
    assert min(path.stat().st_size for path in tmp_path.iterdir()) > 2_000_000
    assert scan(tmp_path, PRODUCTS, None) == [
        Hit("data.csv", "mobile", FIRST, "applications"),
        Hit("data.json", "mobile", SECOND, "applications"),
        Hit("data.json", "private_column", SECOND, "contact_person"),
    ]


def test_a_long_file_that_is_no_text_is_not_published(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_bytes(b"id,a\n" + b"1,x\n" * 400_000 + b"2,\xff\xfe\n")
    assert scan(tmp_path, PRODUCTS, None) == [Hit("data.csv", "unreadable")]


def test_what_a_workbook_tells_beside_its_table_is_looked_at(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "book.xlsx"), {"constant_memory": True}) as workbook:
        workbook.set_properties({"author": "zhang@example.com"})
        sheet = workbook.add_worksheet("13812345678")
        sheet.write_row(0, 0, ["企业名称", "联系电话"])
        sheet.write_row(1, 0, ["样例 & 样例", 13812345678])
        sheet.write_string(2, 0, "座机：0531-86012345")
    found = scan(tmp_path, PRODUCTS, None)
    assert {(hit.kind, hit.row) for hit in found} == {
        ("email", "docProps/core.xml"),
        ("mobile", "docProps/app.xml"),
        ("mobile", "xl/workbook.xml"),
        ("landline", "sheet1 A3"),
        ("private_column", "sheet1 B1"),
    }


def test_a_private_column_in_the_table_is_found(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": [FIRST], "contact_person": ["王小明"]}), tmp_path / "extra.parquet")
    assert scan(tmp_path, PRODUCTS, None) == [Hit("extra.parquet", "private_column", "", "contact_person")]


@pytest.mark.parametrize("dictionary", [True, False], ids=["numbered", "plain"])
def test_every_text_of_a_long_table_is_looked_at_and_its_row_is_named(tmp_path: Path, dictionary: bool) -> None:
    rows = BATCH + 10
    texts = ["样例"] * rows
    texts[BATCH + 6] = texts[2] = "详询13812345678"
    lists = [["甲"]] * (rows - 1) + [["甲", "zhang@example.com"]]
    table = pa.table({"text": texts, "list": lists, "id": [str(number) for number in range(rows)]})
    pq.write_table(table, tmp_path / "long.parquet", row_group_size=BATCH // 2, use_dictionary=dictionary)
    assert scan(tmp_path, PRODUCTS, None) == [
        Hit("long.parquet", "email", f"row {rows:,}", "list"),
        Hit("long.parquet", "mobile", f"row {BATCH + 7:,}", "text"),
        Hit("long.parquet", "mobile", "row 3", "text"),
    ]


def test_an_id_that_is_none_of_the_pipelines_is_not_told(tmp_path: Path) -> None:
    found = hits(tmp_path, [product("13812345678")])
    assert Hit("new_products.parquet", "mobile", "row 1", "id") in found
    assert not any("13812345678" in str(hit) for hit in found)


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ({"contact_person": "王小明"}, {"applications": "由王小明负责推广"}),
        ({"contact_person": "王明"}, {"applications": "联系人王明"}),
        ({"contact_person": "王明"}, {"applications": "王明、李强"}),
        ({"contact_person": "王明"}, {"applications": "王明"}),
        ({"legal_representative": "欧阳小明"}, {"specifications": "发明人欧阳小明"}),
        ({"contact_person": "Li Xiaoming"}, {"applications": "contact Li Xiaoming."}),
        ({"contact_phone": "86012345"}, {"applications": "咨询 8601-2345"}),
        ({"contact_phone": "053186012345"}, {"applications": "咨询86012345"}),
        ({"contact_phone": "05468012345"}, {"applications": "热线8012345。"}),
        ({"contact_email": "Zhang@example"}, {"applications": "Zhang@example"}),
        ({"address": "舜华路2000号"}, {"applications": "安装于舜华路2000号院内"}),
        ({"address": "济南市历下区经十路一号楼"}, {"applications": "济南市历下区经十路一号楼"}),
        ({"remarks": "企业要求对外保密的说明文字"}, {"applications": "说明：企业要求对外保密的说明文字。"}),
        ({"remarks": "3701 0000 1234 5678"}, {"applications": "账号3701000012345678"}),
        ({"sales": 13823.45}, {"applications": "销售收入13823.45万元"}),
        ({"sales": 138234.0}, {"applications": "销售收入138234万元"}),
    ],
)  # fmt: skip
def test_a_private_value_in_a_public_text_of_its_row_is_found(
    tmp_path: Path, kept: dict[str, object], said: dict[str, object]
) -> None:
    assert held(tmp_path, kept, said) == list(said)


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ({"contact_person": "王守义"}, {"org_name": "王守义食品有限公司", "applications": "王守义食品有限公司自用"}),
        ({"contact_person": "济南样例甲有限公司"}, {}),
        ({"contact_person": "高峰"}, {"applications": "用于用电高峰时段"}),
        ({"contact_person": "办公室"}, {"applications": "用于办公室照明"}),
        ({"contact_person": "综合部"}, {"applications": "综合部署"}),
        ({"contact_person": "Li"}, {"applications": "Li-ion battery, Lithium"}),
        ({"contact_phone": "13812342024"}, {"applications": "2024年应用，产量12342024台"}),
        ({"contact_phone": "12345"}, {"applications": "热线12345"}),
        ({"address": "济南市历下区"}, {"applications": "位于济南市历下区"}),
        ({"remarks": "专精特新"}, {"applications": "专精特新企业"}),
        ({"remarks": "2024年认定"}, {"applications": "2024年认定"}),
        ({"sales": 10000.0}, {"applications": "寿命10000小时"}),
        ({"sales": 120000.0}, {"specifications": "120000次"}),
        ({"sales": 2024.0}, {"applications": "2024年"}),
        ({"sales": 13823.4}, {"applications": "13823.45"}),
        ({"sales": 370100.0}, {"applications": "无"}),
        ({"contact_person": None, "sales": None}, {"applications": "无"}),
    ],
)  # fmt: skip
def test_what_a_row_may_say_although_a_private_column_says_it_too(
    tmp_path: Path, kept: dict[str, object], said: dict[str, object]
) -> None:
    assert held(tmp_path, kept, said) == []


def test_private_values_of_other_rows_do_not_count_and_every_staged_row_of_an_id_does(tmp_path: Path) -> None:
    staged = stage(tmp_path, PRODUCTS, [{"id": SECOND, "contact_person": "王小明"}])
    assert publish(tmp_path, [product(applications="由王小明负责")], staged=staged).name == "1.0.0"
    staged = stage(tmp_path, PRODUCTS, [{"contact_person": "李小强"}, {"contact_person": "王小明"}])
    found = hits(tmp_path, [product(applications="由王小明负责。")], staged=staged)
    assert found == [Hit("new_products.parquet", "private_value", FIRST, "applications")]


def test_a_mart_that_took_the_wrong_column_is_found(tmp_path: Path) -> None:
    staged = stage(tmp_path, PRODUCTS, [{"contact_person": "王明"}])
    assert hits(tmp_path, [product(field="王明")], staged=staged) == [
        Hit("new_products.parquet", "private_value", FIRST, "field")
    ]


@pytest.mark.parametrize(
    ("consent", "found"), [(True, []), (False, ["description"]), (None, ["description"])], ids=["yes", "no", "unsaid"]
)
def test_a_figure_that_wants_consent_stands_in_no_text_of_its_row_without_it(
    tmp_path: Path, consent: bool | None, found: list[str]
) -> None:
    needs = CONTRACTS["innovation_needs"]
    need = {
        "id": FIRST,
        "need_name": "样例需求",
        "kind": "技术攻关",
        "org_name": "济南样例甲有限公司",
        "round": "2024-01",
    }
    need |= {"uscc": "91370100MA3C00001H", "city_code": "370100", "description": "拟投入1,2345.6万元，另12345.6"}
    # As staging leaves it: the figure and the consent stand beside what is private.
    staged = write_mart(tmp_path / "staged.parquet", needs, [need | {"budget": 12345.6, "amount_consent": consent}])
    table = pq.read_table(staged)
    for field in needs.fields:
        if not field.public:
            table = table.append_column(field.name, pa.nulls(1, ARROW[field.type]))
    pq.write_table(table, staged)
    (tmp_path / "release").mkdir()
    write_mart(tmp_path / "release" / "innovation_needs.parquet", needs, [need | {"amount_consent": consent}])
    assert [(hit.kind, hit.column) for hit in scan(tmp_path / "release", needs, staged)] == [
        ("private_value", column) for column in found
    ]


def test_without_the_staged_rows_nothing_is_published(tmp_path: Path) -> None:
    lost = tmp_path / "lost.parquet"
    assert hits(tmp_path, [product()], staged=lost) == [Hit("lost.parquet", "unreadable")]
    pq.write_table(pa.table({"id": [FIRST]}), lost)
    assert hits(tmp_path, [product()], staged=lost) == [Hit("lost.parquet", "unreadable")]


def test_a_persons_name_counts_within_the_name_of_a_product(tmp_path: Path) -> None:
    field = PRODUCTS.field("contact_person")
    assert tells("王小明牌水泵", "王小明", field, [])
    assert not tells("王小明水泵厂", "王小明", field, ["王小明水泵厂"])


def test_kinds_are_said_in_both_languages() -> None:
    for hit in (Hit("a", kind) for kind in ("mobile", "private_value", "private_column", "unreadable")):
        assert re.fullmatch("a: [\u3400-\u9fff]+ [a-z -]+", str(hit))
