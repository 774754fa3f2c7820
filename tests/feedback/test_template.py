"""The form to fill in: read as it was meant, filled by a user without a fault, the same bytes every time."""

import datetime
import io
import shutil
from dataclasses import replace
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
import yaml
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.contracts import Contract, Field, load_contracts, submitted
from orchestration.feedback.template import CODES_SHEET, FIRST, HEADER, LAST, NOTES_SHEET, template
from orchestration.intake.peek import peek
from orchestration.settings import PROJECT, Settings
from tests.pipeline.conftest import CORE, Installation, install

SETTINGS = Settings(PROJECT, PROJECT / "inbox", PROJECT / ".fuzhi", PROJECT / "published")
CONTRACTS = submitted(load_contracts(SETTINGS.schemas))
EACH = pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS.keys())
EACH_FILLED = pytest.mark.parametrize("contract", [CONTRACTS[name] for name in CORE], ids=CORE)
# What a user chooses and types; a code with a leading zero, dates as dates, numbers as numbers.
COMMON = {
    "org_name": "济南样例甲有限公司",
    "uscc": "91370100MA3C00001H",
    "city_code": "济南市",
    "county_code": "市中区",
    "chain": "高端装备",
    "industry_code": "0111",
    "tiers": "专精特新中小企业、瞪羚",
    "contact_person": "样例联系人",
    "contact_phone": "0531-88880000",
    "contact_email": "name@example.com",
    "legal_representative": "样例法人",
    "address": "样例路1号",
    "remarks": "无误",
}
ROWS = {
    "new_products": {
        "product_name": "样例一号", "kind": "新产品", "field": "人工智能", "level": "国内领先",
        "ip_types": "软件著作权、发明专利", "patent_numbers": "ZL202310000001.0、ZL202310000002.5",
        "specifications": "精度0.1毫米", "applications": "已用于两条产线", "sales": 1234.5,
    },
    "scene_items": {
        "side": "需求", "scene_name": "样例质检", "field": "质量提升", "description": "外观检测", "investment": 500,
        "published_on": datetime.date(2024, 3, 5), "valid_until": datetime.date(2025, 3, 4),
        "matching_status": "待对接",
    },
    "morning_star_factories": {
        "factory_name": "样例工厂", "recognised_year": 2024, "connected_devices": 1200, "connection_rate": 85.5,
        "data_volume": 12.25, "valid_until": datetime.date(2027, 12, 31), "monitoring": "正常",
    },
}  # fmt: skip


def opened(contract: Contract) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(template(contract, SETTINGS)))


def fill(contract: Contract, target: Path) -> None:
    """Two rows as a user would fill them: every column in the first, only the required ones in the second."""
    workbook = opened(contract)
    sheet = workbook[contract.title]
    values = {**COMMON, **ROWS[contract.name]}
    for column, field in enumerate(contract.fields, start=2):
        sheet.cell(FIRST + 1, column).value = values[field.name]
        if field.required:
            sheet.cell(FIRST + 2, column).value = values[field.name]
    named = contract.key[-1]
    sheet.cell(FIRST + 2, [field.name for field in contract.fields].index(named) + 2).value = "样例二号"
    target.parent.mkdir(parents=True, exist_ok=True)
    workbook.save(target)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation that has run over one filled form of each of its datasets."""
    installation = install(tmp_path_factory.mktemp("filled"))
    submitter = installation.settings.inbox / "2024-01" / "济南市工业和信息化局"
    for contract in (CONTRACTS[name] for name in CORE):
        fill(contract, submitter / f"{contract.title}.xlsx")
    (submitter.parent / "round.yaml").write_text("closed_on: 2024-06-30\n", "utf-8")
    outcome = installation.fuzhi("run")
    assert outcome.exit_code == 0, outcome.err + outcome.out
    return installation


@EACH_FILLED
def test_a_filled_form_is_published_whole(filled: Installation, contract: Contract) -> None:
    rows = pq.read_table(filled.settings.marts / f"{contract.name}.parquet").to_pylist()
    names = [field.name for field in contract.public_fields]
    assert len(rows) == 2
    whole = next(row for row in rows if row[contract.key[-1]] != "样例二号")
    assert [name for name in names if whole[name] is None] == []
    assert (whole["city_code"], whole["county_code"], whole["uscc"]) == ("370100", "370103", "91370100MA3C00001H")
    told = pq.read_table(filled.settings.marts / f"{contract.name}__issues.parquet").to_pylist()
    assert [(issue["code"], issue["field"]) for issue in told if issue["severity"] != "info"] == []


def test_what_was_typed_is_what_is_published(filled: Installation) -> None:
    def published(dataset: str) -> dict[str, object]:
        rows = pq.read_table(filled.settings.marts / f"{dataset}.parquet").to_pylist()
        return next(row for row in rows if row[CONTRACTS[dataset].key[-1]] != "样例二号")

    product, scene = published("new_products"), published("scene_items")
    factory = published("morning_star_factories")
    assert product["ip_types"] == "发明专利;软件著作权"
    assert product["patent_numbers"] == "ZL202310000001.0;ZL202310000002.5"
    assert (scene["published_on"], scene["investment"]) == (datetime.date(2024, 3, 5), 500.0)
    assert (factory["industry_code"], factory["recognised_year"]) == ("0111", 2024)
    assert (factory["connection_rate"], factory["data_volume"]) == (85.5, 12.25)


@EACH
def test_intake_claims_every_heading_of_the_form(contract: Contract, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(template(contract, SETTINGS))
    seen = peek(path, CONTRACTS)
    assert (seen.dataset, seen.refusal, seen.unmatched) == (contract.name, None, None)
    form = seen.sheets[0]
    assert [column.field for column in form.columns] == [None, *(field.name for field in contract.fields)]
    assert [column.unit for column in form.columns[1:]] == [field.unit for field in contract.fields]
    assert form.data_rows == 0, "rows that nobody filled in are none"
    assert [(issue.code, issue.sheet) for issue in seen.issues] == [
        ("sheet_not_read", NOTES_SHEET),
        ("sheet_not_read", CODES_SHEET),
    ]


@EACH
def test_the_same_contract_gives_the_same_bytes(contract: Contract) -> None:
    assert template(contract, SETTINGS) == template(contract, SETTINGS)


def offered(workbook: openpyxl.Workbook, sheet: Worksheet, column: str) -> list[object]:
    """The words of a drop-down, read through its formula."""
    (rule,) = [
        one for one in sheet.data_validations.dataValidation if str(one.sqref).startswith(f"{column}{FIRST + 1}:")
    ]
    assert (rule.type, str(rule.sqref)) == ("list", f"{column}{FIRST + 1}:{column}{LAST + 1}")
    named, _, cells = rule.formula1.rpartition("!")
    return [cell.value for (cell,) in workbook[named.strip("'")][cells.replace("$", "")]]


def test_choices_and_short_code_lists_have_drop_downs() -> None:
    workbook = opened(CONTRACTS["new_products"])
    sheet = workbook["新技术新产品"]
    assert offered(workbook, sheet, "C") == ["新技术", "新产品"]
    assert offered(workbook, sheet, "J") == ["国际领先", "国际先进", "国内领先", "国内先进", "未评价"]
    cities, chains = offered(workbook, sheet, "F"), offered(workbook, sheet, "H")
    assert (len(cities), cities[0], "莱芜市" in cities) == (16, "济南市", False)
    assert (len(chains), chains[0]) == (11, "新一代信息技术")


def test_counties_are_offered_by_the_city_given() -> None:
    workbook = opened(CONTRACTS["new_products"])
    rules = {str(one.sqref): one for one in workbook["新技术新产品"].data_validations.dataValidation}
    formula = rules[f"G{FIRST + 1}:G{LAST + 1}"].formula1
    codes = workbook[CODES_SHEET]
    within = [codes.cell(row, 4).value for row in range(2, 138)]
    assert (codes["D1"].value, codes["E1"].value, len([one for one in within if one])) == ("市", "县（市、区）", 136)
    assert within == sorted(within, key=within.index), "the counties of a city stand together"
    assert formula == (
        f"OFFSET('{CODES_SHEET}'!$E$2,MATCH($F6,'{CODES_SHEET}'!$D$2:$D$137,0)-1,0,"
        f"COUNTIF('{CODES_SHEET}'!$D$2:$D$137,$F6),1)"
    )


def test_numbers_and_dates_are_checked_by_the_bounds_of_the_contract() -> None:
    contract = CONTRACTS["morning_star_factories"]
    sheet = opened(contract)[contract.title]
    rules = {
        str(one.sqref).partition(":")[0].rstrip("0123456789"): one for one in sheet.data_validations.dataValidation
    }
    year, devices, rate, until = rules["H"], rules["I"], rules["J"], rules["L"]
    assert (year.type, year.formula1, year.formula2) == ("whole", "2020", "2035")
    assert (devices.type, devices.operator, devices.formula1) == ("whole", "greaterThanOrEqual", "0")
    assert (rate.type, rate.formula1, rate.formula2) == ("decimal", "0", "100")
    assert until.type == "date"
    assert "85.5%填85.5" in rate.prompt
    first = {field.name: sheet.cell(FIRST + 1, column) for column, field in enumerate(contract.fields, start=2)}
    assert {first[name].number_format for name in ("uscc", "industry_code", "contact_phone")} == {"@"}
    assert first["valid_until"].number_format == "yyyy-mm-dd"


@EACH
def test_private_and_required_columns_are_marked(contract: Contract) -> None:
    workbook = opened(contract)
    sheet, notes = workbook[contract.title], workbook[NOTES_SHEET]
    told = {row[0]: row for row in notes.iter_rows(min_row=6, values_only=True)}
    for column, field in enumerate(contract.fields, start=2):
        heading, mark = sheet.cell(HEADER + 1, column).value, sheet.cell(HEADER, column).value
        assert heading == field.heading + (" *" if field.required else "")
        assert mark == ("必填" if field.required else "选填") + ("" if field.public else " · 不公开")
        assert told[heading][1:3] == (
            "是 yes" if field.required else "否 no",
            "公开 published" if field.public else "不公开 private",
        )


def test_every_kind_of_value_finds_its_place_in_a_form(tmp_path: Path) -> None:
    kinds = yaml.safe_load((SETTINGS.schemas / "shared" / "kinds.yaml").read_text("utf-8"))
    words = ("甲", "乙")
    fields = tuple(
        Field(
            f"field_{kind}", one["type"], kind, f"{one['title']}栏", one["title_en"], "说明。" * 200, "About.",
            codes="industries" if kind == "code" else None,
            categories=words if kind in ("choice", "set") else (),
            constraints=(("minimum", datetime.date(2020, 1, 1)), ("required", True)) if kind == "date" else (),
        )
        for kind, one in kinds.items()
    )  # fmt: skip
    contract = replace(CONTRACTS["scene_items"], title="[甲]/乙：" * 9, fields=fields, key=("field_name", "field_uscc"))
    path = tmp_path / "form.xlsx"
    path.write_bytes(template(contract, SETTINGS))
    seen = peek(path, {contract.name: contract})
    assert [column.field for column in seen.sheets[0].columns[1:]] == [field.name for field in fields]
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert max(len(rule.prompt) for rule in sheet.data_validations.dataValidation) == 255


def test_a_form_is_replaced_only_when_asked_to(tmp_path: Path) -> None:
    target = tmp_path / "form.xlsx"
    target.write_text("mine", "utf-8")
    kept = CliRunner().invoke(app, ["template", "scene_items", str(target)])
    assert (kept.exit_code, target.read_text("utf-8")) == (2, "mine")
    assert "--force" in kept.stderr
    done = CliRunner().invoke(app, ["template", "scene_items", str(target), "--force"])
    assert (done.exit_code, target.read_bytes()) == (0, template(CONTRACTS["scene_items"], SETTINGS))


def test_an_unknown_dataset_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["template", "scenes", str(tmp_path / "form.xlsx")])
    assert told.exit_code == 2
    assert told.stderr.endswith(f"there is no dataset scenes: choose one of {', '.join(CONTRACTS)}\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["form.xls", "no such folder/form.xlsx"])
def test_a_place_that_cannot_hold_a_form_is_refused(tmp_path: Path, name: str) -> None:
    told = CliRunner().invoke(app, ["template", "scene_items", str(tmp_path / name)])
    assert (told.exit_code, list(tmp_path.iterdir())) == (2, [])


def test_a_code_list_is_offered_as_it_stands_today(tmp_path: Path) -> None:
    for name in ("schemas", "dbt_project/seeds"):
        shutil.copytree(PROJECT / name, tmp_path / name)
    chains = tmp_path / "dbt_project" / "seeds" / "chains.csv"
    chains.write_text(chains.read_text("utf-8") + "C12,样例产业,Example,,2024-01-01,,,2024\n", "utf-8")
    settings = Settings(tmp_path, tmp_path, tmp_path, tmp_path)
    workbook = openpyxl.load_workbook(io.BytesIO(template(CONTRACTS["scene_items"], settings)))
    assert offered(workbook, workbook["场景供需项目"], "I")[-1] == "样例产业"
