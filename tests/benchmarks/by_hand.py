"""What a skilled user writes by hand: one form of scene items cleaned, checked and published, with pandas.

    python by_hand.py FORM OUT

reads FORM (csv or xlsx) and writes OUT/scene_items.parquet, OUT/scene_items.csv and OUT/datapackage.json, checked by
Great Expectations and by frictionless. Nothing here is of Fuzhi but the code lists. It holds rows back by the same
rules, but does not tell anybody which and why.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

LISTS = Path(__file__).parents[2] / "dbt_project" / "seeds"
COLUMNS = {
    "方向": "side",
    "场景名称": "scene_name",
    "企业名称": "org_name",
    "统一社会信用代码": "uscc",
    "市": "city_code",
    "县（市、区）": "county_code",
    "场景领域": "field",
    "产业链": "chain",
    "描述": "description",
    "投资额（万元）": "investment",
    "发布日期": "published_on",
    "有效期至": "valid_until",
    "对接状态": "matching_status",
}
KEY = ["uscc", "side", "scene_name"]
REQUIRED = ["org_name", "uscc", "city_code", "side", "scene_name", "published_on"]
LONGEST = {"org_name": 200, "scene_name": 200, "field": 100, "description": 4000}
WORDS = {"side": ["需求", "供给"], "matching_status": ["待对接", "对接中", "已签约"]}
SCHEMA = pa.schema(
    [
        (
            name,
            {"investment": pa.float64(), "published_on": pa.date32(), "valid_until": pa.date32()}.get(
                name, pa.string()
            ),
        )
        for name in COLUMNS.values()
    ]
)

NOTHING = re.compile(r"\s*(?:无|暂无|空|none|null|n/a|[-－—–/／]+)?\s*", re.IGNORECASE)
WIDE = "".join(map(chr, range(0xFF01, 0xFF5F)))
NARROW = str.maketrans(WIDE, "".join(map(chr, range(0x21, 0x7F))))
# In names Chinese punctuation stays, and brackets have one form.
NARROW_NAME = {
    ord(wide): narrow for wide, narrow in zip(WIDE, NARROW.values(), strict=True) if wide not in "！（），：；？"
}
NARROW_NAME |= {ord("("): "（", ord(")"): "）"}
CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
USCC = re.compile(f"[{CHARACTERS}]{{18}}")
UNITS = {"亿元": 10_000, "百万元": 100, "万元": 1, "千元": 0.1, "元": 0.0001, "亿": 10_000, "万": 1, "": 1}
MONEY = re.compile(r"(?:人民币|[¥￥])?([+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?)(亿元|百万元|万元|千元|元|亿|万|)")
DAY = re.compile(r"((?:19|20)\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?|((?:19|20)\d\d)(\d\d)(\d\d)|(\d{5})")
TIME_OF_DAY = re.compile(r"[T\s]*\d{1,2}[:：]\d\d(?:[:：]\d\d(?:\.\d+)?)?Z?$")


def main(form: Path, out: Path) -> None:
    """Publish the form; exits with an error where a validation fails."""
    out.mkdir(parents=True, exist_ok=True)
    table = publishable(cleaned(read(form)))
    validate_frame(table)
    arrow = pa.Table.from_pandas(table, schema=SCHEMA, preserve_index=False)
    pyarrow.parquet.write_table(arrow, out / "scene_items.parquet", compression="zstd")
    pyarrow.csv.write_csv(arrow, out / "scene_items.csv")
    validate_package(out)


def read(form: Path) -> pd.DataFrame:
    """The form as text; no value where a cell is empty."""
    if form.suffix == ".csv":
        frame = pd.read_csv(form, dtype=str, engine="pyarrow")
    else:
        frame = pd.read_excel(form, dtype=str, engine="calamine")
    return frame[list(COLUMNS)].rename(columns=COLUMNS)


def cleaned(form: pd.DataFrame) -> pd.DataFrame:
    """Each value typed, in its own column; beside them `faulty`, whether the row has to be held back."""
    rows = pd.DataFrame(index=form.index)
    for name in form.columns:
        form[name] = form[name].mask(form[name].str.fullmatch(NOTHING))
    cities, chains = code_list("cities"), code_list("chains")
    for name in COLUMNS.values():
        values = form[name]
        if name in ("org_name", "scene_name"):
            rows[name] = clean_names(values)
        elif name == "uscc":
            rows[name] = each(values, lambda text: unspaced(text).upper())
        elif name == "city_code":
            rows[name] = each(values, lambda text: cities.get(folded(text)))
        elif name == "county_code":
            rows[name] = clean_counties(values, rows["city_code"])
        elif name == "chain":
            rows[name] = each(values, lambda text: chains.get(folded(text)))
        elif name in WORDS:
            rows[name] = each(values, folded)
            rows[name] = rows[name].where(rows[name].isin(WORDS[name]))
        elif name == "investment":
            rows[name] = each(values, amount).astype("float64")
        elif name in ("published_on", "valid_until"):
            rows[name] = clean_days(values)
        else:
            rows[name] = values.str.strip(" \t\n\r\xa0​　﻿")
    rows["faulty"] = faulty(form, rows)
    return rows


def faulty(form: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """Whether a row breaks a rule of the register."""
    found = rows[REQUIRED].isna().any(axis=1)
    # A cell that holds something of which nothing could be made.
    for name in (
        "city_code",
        "county_code",
        "chain",
        "side",
        "matching_status",
        "investment",
        "published_on",
        "valid_until",
    ):
        found |= form[name].notna() & rows[name].isna()
    for name, longest in LONGEST.items():
        found |= rows[name].str.len().gt(longest).fillna(False).astype(bool)
    found |= each(rows["uscc"], lambda code: not is_uscc(code)).fillna(False).astype(bool)
    return found | (rows["investment"] < 0) | (rows["valid_until"] < rows["published_on"])


def publishable(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows without faults; of those about the same item, the last."""
    sound = rows[~rows["faulty"]].drop(columns="faulty")
    return sound.drop_duplicates(KEY, keep="last").reset_index(drop=True)


# --- values ---


def each(values: pd.Series, clean: Callable[[str], object]) -> pd.Series:
    """Clean each distinct value once: in most columns there are few."""
    return values.map({value: clean(value) for value in values.dropna().unique()})


def unspaced(text: str) -> str:
    """Half width, without blanks."""
    return re.sub(r"[\s​﻿]+", "", text.translate(NARROW))


def folded(text: str) -> str:
    """Half width, lower case, letters and digits alone."""
    return re.sub(r"[\W_]+", "", text.translate(NARROW)).lower()


def clean_names(names: pd.Series) -> pd.Series:
    """Digits and letters half width, one form of brackets, no blanks beside Chinese characters."""
    # Nearly all are clean: only the others are worth a closer look.
    odd = names.str.contains(r"[\s​﻿()！-～]", regex=True).fillna(False).astype(bool)
    tidy = names[odd].str.translate(NARROW_NAME).str.replace(r"\s+", " ", regex=True).str.strip()
    for _ in range(2):
        tidy = tidy.str.replace(r"([^\x00-\x7f]) ([^\x00-\x7f])", r"\1\2", regex=True)
    return names.mask(odd, tidy)


def code_list(name: str) -> dict[str, str]:
    """Code by every label of the list, folded."""
    entries = pd.read_csv(LISTS / f"{name}.csv", dtype=str, keep_default_na=False)
    return labels(entries[entries["valid_to"] == ""])


def labels(entries: pd.DataFrame) -> dict[str, str]:
    """Code by label, for entries of a code list."""
    found = {}
    for code, name, aliases in zip(entries["code"], entries["name"], entries["aliases"], strict=True):
        for label in (code, name, code + name, name + code, *filter(None, aliases.split(";"))):
            found[folded(label)] = code
    return found


def clean_counties(counties: pd.Series, cities: pd.Series) -> pd.Series:
    """The code of a county, which must lie in the city of its row: several cities have one of the same name."""
    entries = pd.read_csv(LISTS / "counties.csv", dtype=str, keep_default_na=False)
    standing = entries[entries["valid_to"] == ""]
    known = {(city, label): code for city, own in standing.groupby("parent") for label, code in labels(own).items()}
    lookup = pd.Series(known.values(), index=pd.MultiIndex.from_tuples(known), name="code", dtype=str)
    asked = pd.DataFrame({"city": cities, "label": each(counties, folded)})
    return asked.join(lookup, on=["city", "label"])["code"]


def amount(text: str) -> float | None:
    """An amount of money in units of 10 000 yuan."""
    found = MONEY.fullmatch(unspaced(text))
    return round(float(found[1].replace(",", "")) * UNITS[found[2]], 6) if found else None


def clean_days(values: pd.Series) -> pd.Series:
    """Days, from any of their spellings."""
    iso = each(values, written_out)
    return pd.to_datetime(iso, format="%Y-%m-%d", errors="coerce").astype("datetime64[s]")


def written_out(text: str) -> str | None:
    """A day as 2024-3-5."""
    found = DAY.fullmatch(unspaced(TIME_OF_DAY.sub("", text)))
    if found is None:
        return None
    if found[7]:
        # Days as a spreadsheet counts them.
        return str((pd.Timestamp("1899-12-30") + pd.Timedelta(days=int(found[7]))).date())
    return "-".join(part for part in found.groups() if part)


def is_uscc(code: str) -> bool:
    """Whether a unified social credit code is well-formed and its check character right (GB 32100-2015)."""
    if not USCC.fullmatch(code):
        return False
    total = sum(CHARACTERS.index(character) * weight for character, weight in zip(code, WEIGHTS, strict=False))
    return CHARACTERS[-total % 31] == code[17]


# --- validation ---


def validate_frame(table: pd.DataFrame) -> None:
    """What the published table must hold, by Great Expectations."""
    import great_expectations as gx
    import great_expectations.expectations as gxe

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    data = context.data_sources.add_pandas("pandas").add_dataframe_asset("scene_items")
    batch = data.add_batch_definition_whole_dataframe("all")
    codes = {name: sorted(set(code_list(name).values())) for name in ("cities", "counties", "chains")}
    expectations = [
        gxe.ExpectTableColumnsToMatchOrderedList(column_list=list(COLUMNS.values())),
        gxe.ExpectTableRowCountToBeBetween(min_value=1),
        *(gxe.ExpectColumnValuesToNotBeNull(column=name) for name in REQUIRED),
        gxe.ExpectCompoundColumnsToBeUnique(column_list=KEY),
        gxe.ExpectColumnValuesToMatchRegex(column="uscc", regex=f"^{USCC.pattern}$"),
        *(gxe.ExpectColumnValuesToBeInSet(column=name, value_set=words) for name, words in WORDS.items()),
        gxe.ExpectColumnValuesToBeInSet(column="city_code", value_set=codes["cities"]),
        gxe.ExpectColumnValuesToBeInSet(column="county_code", value_set=codes["counties"]),
        gxe.ExpectColumnValuesToBeInSet(column="chain", value_set=codes["chains"]),
        gxe.ExpectColumnValuesToBeBetween(column="investment", min_value=0),
        gxe.ExpectColumnValueLengthsToBeBetween(column="scene_name", max_value=200),
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="valid_until", column_B="published_on", or_equal=True, ignore_row_if="either_value_is_missing"
        ),
    ]
    suite = context.suites.add(gx.ExpectationSuite("scene_items", expectations=expectations))
    checks = context.validation_definitions.add(gx.ValidationDefinition(name="scene_items", data=batch, suite=suite))
    outcome = checks.run(batch_parameters={"dataframe": table}, result_format="BOOLEAN_ONLY")
    if not outcome.success:
        failed = [result.expectation_config.type for result in outcome.results if not result.success]
        sys.exit(f"not published: {failed}")


def validate_package(out: Path) -> None:
    """Describe the table as a data package and validate it, by frictionless."""
    from frictionless import Package, Resource, fields

    resource = Resource.describe(str(out / "scene_items.csv"), stats=True)
    resource.path = "scene_items.csv"
    for name in ("city_code", "county_code"):
        resource.schema.set_field(fields.StringField(name=name))
    resource.schema.primary_key = KEY
    package = Package(name="scene-items", resources=[resource], basepath=str(out))
    package.to_json(str(out / "datapackage.json"))
    report = Package(str(out / "datapackage.json")).validate()
    if not report.valid:
        sys.exit(f"not published: {report.flatten(['type', 'note'])[:5]}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
