"""The checks that follow from a contract: columns, types, missing values, ranges, words, codes, keys and rules.

Cheap, for they run on the whole public table: all that is said of single rows is counted in one pass over it
(`expect_no_row_where`), and all types are looked at together.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orchestration.contracts import Contract, Field
from orchestration.quality.check import Check
from orchestration.sql import literal, quoted

# The words of a set stand in one text, with this between them.
SET_SEPARATOR = ";"
# Table Schema type → the types of DuckDB that a Parquet column of it may have; a decimal's width is no part of it.
SQL_TYPES = {
    "string": ["VARCHAR"],
    "date": ["DATE"],
    "integer": ["SMALLINT", "INTEGER", "BIGINT"],
    "number": ["DOUBLE", "DECIMAL"],
    "boolean": ["BOOLEAN"],
}
# Kinds whose words are checked against a list or a form; the rest of the text is checked for its length.
LISTED_KINDS = ("choice", "set", "code", "uscc")
# GB 32100-2015, 4.2: digits and capital letters without I, O, Z, S and V.
USCC_FORM = "[0-9A-HJ-NPQRTUWXY]{18}"
ROUND_FORM = "[0-9]{4}-[0-9]{2}"


def shape_checks(contract: Contract) -> Iterator[Check]:
    """What a table must be before its rows can be judged: the columns, in order, and their types."""
    rounds = [] if contract.derived else [("round", "string", "批次", "Round")]
    columns = ["id", *(field.name for field in contract.public_fields), *(name for name, *_ in rounds)]
    yield Check(
        "expect_table_columns_to_match_ordered_list",
        {"column_list": columns},
        "公开表的列及次序应与数据契约一致",
        "The columns must be those of the contract, in its order",
    )
    for name, type_, zh, en in (
        ("id", "string", "编号", "Identifier"),
        *((field.name, field.type, field.title, field.title_en) for field in contract.public_fields),
        *rounds,
    ):
        yield Check(
            "expect_column_types",
            {"column": name, "types": SQL_TYPES[type_]},
            f"“{zh}”的类型应为{'或'.join(SQL_TYPES[type_])}",
            f"“{en}” must be of type {' or '.join(SQL_TYPES[type_])}",
        )


def row_checks(contract: Contract) -> Iterator[Check]:
    """What the rows of a table must hold; presupposes that `shape_checks` hold."""
    yield _not_null("id", "编号", "Identifier")
    yield _length("id", 1, None, "编号", "Identifier")
    if not contract.derived:
        yield from _round_checks()
    for field in contract.public_fields:
        yield from _field_checks(field)
    yield _no_rows(
        "select 1 from {table} group by id having count(*) > 1",
        "编号不得重复",
        "No identifier may occur twice",
        "id",
    )
    key = ", ".join(quoted(name) for name in contract.key)
    titles = "、".join(f"“{contract.field(name).title}”" for name in contract.key)
    titles_en = ", ".join(f"“{contract.field(name).title_en}”" for name in contract.key)
    yield _no_rows(
        f"select 1 from {{table}} group by {key} having count(*) > 1",
        f"{titles}的组合不得重复",
        f"No combination of {titles_en} may occur twice",
    )
    public = {field.name for field in contract.public_fields}
    for rule in contract.rules:
        if public.issuperset(rule.fields):
            yield _no_row_where(f"not ({rule.condition})", rule.message, rule.message_en)


def _round_checks() -> Iterator[Check]:
    yield _not_null("round", "批次", "Round")
    yield _no_row_where(
        f"not regexp_full_match(round, '{ROUND_FORM}')",
        "批次应写作年份加序号，如2024-02",
        "A round must be written as year and number, such as 2024-02",
        "round",
    )


def _field_checks(field: Field) -> Iterator[Check]:
    zh, en = field.title, field.title_en
    if field.required:
        yield _not_null(field.name, zh, en)
    if field.type == "string" and field.kind not in LISTED_KINDS:
        # A missing value is null; an empty text would be a value that says nothing.
        low = max(1, field.constraint("minLength") or 1)
        yield _length(field.name, low, field.constraint("maxLength"), zh, en)
    yield from _word_checks(field)
    yield from _code_checks(field)
    yield from _number_checks(field)
    if field.consent is not None:
        yield _no_row_where(
            f"{quoted(field.name)} is not null and {quoted(field.consent)} is not true",
            f"未同意公开的，“{zh}”应为空",
            f"“{en}” must be empty where its publication is not consented to",
            field.name,
        )


def _word_checks(field: Field) -> Iterator[Check]:
    name, zh, en = quoted(field.name), field.title, field.title_en
    words = ", ".join(literal(word) for word in field.categories)
    if field.kind == "choice":
        yield _no_row_where(
            f"{name} not in ({words})",
            f"“{zh}”应为所列之一",
            f"“{en}” must be one of the words listed",
            field.name,
        )
    if field.kind == "set":
        yield _no_row_where(
            f"not list_has_all([{words}], string_split({name}, '{SET_SEPARATOR}'))",
            f"“{zh}”的各项应在所列之内",
            f"Every item of “{en}” must be one of the words listed",
            field.name,
        )
    if (most := field.constraint("maxItems")) is not None:
        yield _no_row_where(
            f"len(string_split({name}, '{SET_SEPARATOR}')) > {most}",
            f"“{zh}”不应超过{most}项",
            f"“{en}” must have at most {most} items",
            field.name,
        )


def _code_checks(field: Field) -> Iterator[Check]:
    name, zh, en = quoted(field.name), field.title, field.title_en
    if field.kind == "uscc":
        yield _no_row_where(
            f"not regexp_full_match({name}, '{USCC_FORM}')",
            f"“{zh}”应为18位数字和大写字母（不含I、O、Z、S、V）",
            f"“{en}” must be 18 digits and capital letters without I, O, Z, S, V",
            field.name,
        )
    if field.codes is not None:
        yield _no_row_where(
            f"{name} not in (select code from {{{field.codes}}})",
            f"“{zh}”应为代码表{field.codes}中的代码",
            f"“{en}” must be a code of the list {field.codes}",
            field.name,
        )
    if field.codes is not None and field.within is not None:
        yield _no_row_where(
            f"exists (select 1 from {{{field.codes}}} c where c.code = {{table}}.{name}"
            f" and c.parent <> {{table}}.{quoted(field.within)})",
            f"“{zh}”应属于所填的上级",
            f"“{en}” must lie in the division given beside it",
            field.name,
        )


def _number_checks(field: Field) -> Iterator[Check]:
    name, zh, en = quoted(field.name), field.title, field.title_en
    if field.type == "number":
        yield _no_row_where(
            f"not isfinite({name}::double)",
            f"“{zh}”应为有限的数",
            f"“{en}” must be a finite number",
            field.name,
        )
    low, high = field.constraint("minimum"), field.constraint("maximum")
    if low is not None or high is not None:
        yield _no_row_where(
            _outside(name, low, high),
            f"“{zh}”应{_range(low, high)}",
            f"“{en}” must be {_range_en(low, high)}",
            field.name,
        )


def _not_null(column: str, zh: str, en: str) -> Check:
    return _no_row_where(f"{quoted(column)} is null", f"“{zh}”不得为空", f"“{en}” must not be missing", column)


def _length(column: str, low: int, high: int | None, zh: str, en: str) -> Check:
    return _no_row_where(
        _outside(f"length({quoted(column)})", low, high),
        f"“{zh}”的字数应{_range(low, high)}",
        f"The length of “{en}” must be {_range_en(low, high)}",
        column,
    )


def _no_row_where(where: str, why: str, why_en: str, about: str | None = None) -> Check:
    return Check("expect_no_row_where", {"where": where}, why, why_en, about=about)


def _no_rows(sql: str, why: str, why_en: str, about: str | None = None) -> Check:
    return Check("expect_no_rows", {"sql": sql}, why, why_en, about=about)


def _outside(value: str, low: Any, high: Any) -> str:
    bounds = (("<", low), (">", high))
    return " or ".join(f"{value} {sign} {bound}" for sign, bound in bounds if bound is not None)


def _range(low: Any, high: Any) -> str:
    if low is None:
        return f"不大于{high}"
    return f"不小于{low}" if high is None else f"在{low}至{high}之间"


def _range_en(low: Any, high: Any) -> str:
    if low is None:
        return f"at most {high}"
    return f"at least {low}" if high is None else f"between {low} and {high}"
