"""The code lists (seeds of dbt) hold the facts they claim and keep their contracts under schemas/codes."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from frictionless import Resource, Schema
from python_calamine import CalamineWorkbook

from orchestration.contracts.labels import fold

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "dbt_project" / "seeds"
CONTRACTS = ROOT / "schemas" / "codes"
REAL = ROOT.parent / "shared" / "real"
LISTS = ["chains", "cities", "counties", "industries", "institutions"]
LEADING = ["code", "name", "name_en", "aliases", "valid_from", "valid_to", "replaced_by"]
CITIES = {
    "370100": "济南市", "370200": "青岛市", "370300": "淄博市", "370400": "枣庄市",
    "370500": "东营市", "370600": "烟台市", "370700": "潍坊市", "370800": "济宁市",
    "370900": "泰安市", "371000": "威海市", "371100": "日照市", "371300": "临沂市",
    "371400": "德州市", "371500": "聊城市", "371600": "滨州市", "371700": "菏泽市",
}  # fmt: skip
COUNTIES_PER_CITY = {
    "370100": 12, "370200": 10, "370300": 8, "370400": 6, "370500": 5, "370600": 11, "370700": 12,
    "370800": 11, "370900": 6, "371000": 4, "371100": 4, "371300": 12, "371400": 11, "371500": 8,
    "371600": 7, "371700": 9,
}  # fmt: skip
REPLACED = {
    "370125": "370115", "370181": "370114", "370205": "370203", "370282": "370215", "370284": "370211",
    "370521": "370505", "370634": "370614", "370684": "370614", "370802": "370811", "370882": "370812",
    "371081": "371003", "371202": "370116", "371203": "370117", "371421": "371403", "371523": "371503",
    "371624": "371603", "371626": "371681", "371727": "371703",
}  # fmt: skip
CHAINS = {
    "C01": "新一代信息技术", "C02": "高端装备", "C03": "新能源装备", "C04": "先进材料",
    "C05": "船舶和海工装备", "C06": "高端化工", "C07": "农机装备", "C08": "医药", "C09": "工程机械",
    "C10": "轻工", "C11": "纺织服装",
}  # fmt: skip


def rows(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def valid(name: str) -> list[dict[str, str]]:
    return [row for row in rows(name) if not row["valid_to"]]


def by_code(name: str) -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in rows(name)}


def labels(row: dict[str, str]) -> set[str]:
    """What a form may write for the row, folded: its code, its name, its aliases."""
    return {fold(label) for label in [row["code"], row["name"], *row["aliases"].split(";")] if label}


def real(path: str) -> Path:
    if not (REAL / path).exists():
        pytest.skip(f"the real files are not here: no shared/real/{path}")
    return REAL / path


@pytest.mark.parametrize("name", LISTS)
def test_seed_keeps_its_contract(name: str) -> None:
    descriptor = yaml.safe_load((CONTRACTS / f"{name}.yaml").read_text(encoding="utf-8"))
    schema = Schema.from_descriptor(descriptor)
    report = Resource(path=f"{name}.csv", basepath=str(SEEDS), schema=schema).validate()
    assert report.flatten(["rowNumber", "fieldName", "message"]) == []
    assert report.valid


@pytest.mark.parametrize("name", LISTS)
def test_contract_says_what_the_list_is_in_both_languages(name: str) -> None:
    contract = yaml.safe_load((CONTRACTS / f"{name}.yaml").read_text(encoding="utf-8"))
    assert contract["name"] == name
    assert contract["primaryKey"] == ["code"]
    assert all(contract[key] for key in ("title", "title_en", "description", "description_en", "source"))
    for field in contract["fields"]:
        assert all(field[key] for key in ("title", "title_en", "description", "description_en")), field


@pytest.mark.parametrize("name", LISTS)
def test_seed_is_sorted_utf_8_with_plain_line_ends_and_the_leading_columns(name: str) -> None:
    raw = (SEEDS / f"{name}.csv").read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    assert raw.decode("utf-8").splitlines()[0].split(",")[:7] == LEADING
    codes = [row["code"] for row in rows(name)]
    assert codes == sorted(set(codes))


@pytest.mark.parametrize("name", LISTS)
def test_values_carry_no_stray_space_and_aliases_do_not_repeat(name: str) -> None:
    for row in rows(name):
        assert all(value == value.strip() for value in row.values()), row
        aliases = row["aliases"].split(";") if row["aliases"] else []
        assert all(aliases), row
        assert len({row["name"], *aliases}) == len(aliases) + 1, row


@pytest.mark.parametrize("name", LISTS)
def test_what_replaces_a_code_is_valid_and_begins_when_it_ends(name: str) -> None:
    codes = by_code(name)
    for row in codes.values():
        assert bool(row["replaced_by"]) == bool(row["valid_to"]), row
        if row["replaced_by"]:
            successor = codes[row["replaced_by"]]
            assert not successor["valid_to"], row
            if successor["valid_from"]:
                next_day = date.fromisoformat(row["valid_to"]) + timedelta(days=1)
                assert successor["valid_from"] == next_day.isoformat(), row


@pytest.mark.parametrize("name", LISTS)
def test_no_label_means_two_codes_of_one_parent(name: str) -> None:
    claims = Counter((row.get("parent", ""), label) for row in rows(name) for label in labels(row))
    assert [claim for claim, times in claims.items() if times > 1] == []


def test_sixteen_cities_are_valid() -> None:
    assert {row["code"]: row["name"] for row in valid("cities")} == CITIES


def test_laiwu_is_the_one_city_that_ended() -> None:
    ended = [row for row in rows("cities") if row["valid_to"]]
    assert [(row["code"], row["name"], row["valid_to"], row["replaced_by"]) for row in ended] == [
        ("371200", "莱芜市", "2018-12-25", "370100")
    ]


@pytest.mark.parametrize("label", ["370100", "济南", "济南市", "山东济南", "山东省济南市", "山东省 济南市"])
def test_jinan_is_found_as_forms_write_it(label: str) -> None:
    assert [row["code"] for row in rows("cities") if fold(label) in labels(row)] == ["370100"]


def test_counties_per_city() -> None:
    assert Counter(row["parent"] for row in valid("counties")) == COUNTIES_PER_CITY


def test_shandong_has_58_districts_26_county_level_cities_and_52_counties() -> None:
    kinds = Counter(row["name_en"].rsplit(" ", 1)[1] for row in valid("counties"))
    assert kinds == {"District": 58, "City": 26, "County": 52}
    chinese = {"区": "District", "市": "City", "县": "County"}
    assert all(chinese[row["name"][-1]] == row["name_en"].rsplit(" ", 1)[1] for row in rows("counties"))


def test_every_county_lies_in_a_city_of_the_list() -> None:
    cities = by_code("cities")
    for row in rows("counties"):
        assert row["parent"] == row["code"][:4] + "00"
        assert row["parent"] in cities, row
        if not row["valid_to"]:
            assert not cities[row["parent"]]["valid_to"], row


def test_counties_that_ended_and_what_replaced_them() -> None:
    assert {row["code"]: row["replaced_by"] for row in rows("counties") if row["valid_to"]} == REPLACED


def test_zouping_and_jiyang_changed_in_2018() -> None:
    counties = by_code("counties")
    assert (counties["371626"]["name"], counties["371626"]["valid_to"]) == ("邹平县", "2018-07-01")
    assert (counties["371681"]["name"], counties["371681"]["valid_from"]) == ("邹平市", "2018-07-02")
    assert (counties["370125"]["name"], counties["370125"]["valid_to"]) == ("济阳县", "2018-06-18")
    assert (counties["370115"]["name"], counties["370115"]["valid_from"]) == ("济阳区", "2018-06-19")


def test_shizhong_is_a_district_of_jinan_and_of_zaozhuang() -> None:
    assert [row["code"] for row in valid("counties") if fold("市中区") in labels(row)] == ["370103", "370402"]
    assert by_code("counties")["370802"]["replaced_by"] == "370811"


def test_dongying_alone_means_the_city_and_no_district() -> None:
    assert [row["code"] for row in rows("counties") if fold("东营") in labels(row)] == []


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("历下", "370102"),
        ("济南市历下区", "370102"),
        ("山东省济南市历下区", "370102"),
        ("山东省邹城市", "370883"),
        ("章丘", "370114"),
        ("章丘市", "370181"),
        ("苍山县", "371324"),
    ],
)
def test_a_county_is_found_as_forms_write_it(label: str, code: str) -> None:
    assert [row["code"] for row in rows("counties") if fold(label) in labels(row)] == [code]


def test_zones_are_no_counties() -> None:
    codes = by_code("counties")
    assert "370176" not in codes
    assert [code for code in codes if code[4] == "7"] == []
    assert [row["name"] for row in codes.values() if re.search("开发区|高新|新区", row["name"])] == []


def test_counties_agree_with_the_divisions_others_list() -> None:
    with real("admin-divisions/modood_areas.csv").open(encoding="utf-8-sig", newline="") as file:
        areas = {row["code"]: row["name"] for row in csv.DictReader(file) if row["provinceCode"] == "37"}
    divisions = {code: name for code, name in areas.items() if code[4] != "7"}
    assert {row["code"]: row["name"] for row in valid("counties")} == divisions


def test_counties_that_ended_are_those_of_2007_that_stand_no_more() -> None:
    lines = real("admin-divisions/gb2260_200712.tsv").read_text(encoding="utf-8").splitlines()
    divisions = dict(line.split("\t")[2:4] for line in lines if "\t37" in line)
    of_2007 = {code: name for code, name in divisions.items() if code[4:] not in ("00", "01")}
    now = {row["code"] for row in valid("counties")}
    ended = {row["code"]: row["name"] for row in rows("counties") if row["valid_to"]}
    assert ended == {code: name for code, name in of_2007.items() if code not in now}


def test_eleven_chains_of_2023() -> None:
    assert {row["code"]: row["name"] for row in valid("chains")} == CHAINS
    assert {(row["list_version"], row["valid_from"]) for row in rows("chains")} == {("2023", "2023-08-15")}


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("新一代信息技术产业", "C01"),
        ("高端装备产业链", "C02"),
        ("船舶与海工装备", "C05"),
        ("纺织、服装", "C11"),
    ],
)
def test_a_chain_is_found_as_forms_write_it(label: str, code: str) -> None:
    assert [row["code"] for row in rows("chains") if fold(label) in labels(row)] == [code]


def test_industries_keep_their_leading_zero_and_all_have_names() -> None:
    industries = by_code("industries")
    assert len(industries) == 1381
    assert industries["0111"]["name"] == "稻谷种植"
    assert industries["3491"]["name"] == "工业机器人制造"
    assert industries["1362"]["name"] == "鱼糜制品及水产品干腌制加工"
    assert [code for code, row in industries.items() if not row["name"]] == []


def test_industries_are_the_codes_of_2017() -> None:
    codes = real("gbt4754/valid_2017_4digit_codes.txt").read_text(encoding="utf-8").split()
    assert [row["code"] for row in rows("industries")] == sorted(codes)


def test_names_of_industries_agree_with_the_table_of_2017_which_cuts_long_ones() -> None:
    table: dict[str, str] = {}
    with real("gbt4754/GB_2011_2017_raw.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            match = re.match(r"(\d{4}) (.+?) \d{4} ", row["source_line"])
            assert match, row
            table[match[1]] = fold(match[2])
    names = {row["code"]: fold(row["name"]) for row in rows("industries")}
    assert {code for code, name in names.items() if not name.startswith(table[code])} == set()
    assert sum(name != table[code] for code, name in names.items()) == 54


def test_institutions_are_those_of_the_ministry_s_list_of_june_2025() -> None:
    institutions = by_code("institutions")
    assert len(institutions) == 2919
    assert Counter(row["education_level"] for row in institutions.values()) == {"本科": 1365, "专科": 1554}
    assert sum(row["sponsorship"] == "民办" for row in institutions.values()) == 829
    assert sum(row["province"] == "山东省" for row in institutions.values()) == 167
    assert institutions["4137010422"]["name"] == "山东大学"
    assert institutions["4131014423"]["supervisor"] == "上海市、中国科学院"


def test_institutions_agree_with_the_workbook_line_by_line() -> None:
    path = real("moe-university-list/全国普通高等学校名单_2025-06-20.xls")
    table, province = {}, ""
    for row in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[3:]:
        number, name, code, supervisor, place, level, remarks = (str(cell).strip() for cell in row)
        if not name:
            province = number.split("（")[0]
            continue
        supervisor = "、".join(supervisor.split())
        table[code.removesuffix(".0")] = (name, province, place, level, supervisor, remarks)
    columns = ("name", "province", "place", "education_level", "supervisor", "sponsorship")
    assert {code: tuple(row[column] for column in columns) for code, row in by_code("institutions").items()} == table
