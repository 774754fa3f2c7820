"""The privacy gate on private values: what a row keeps private must not stand in its public texts.

DuckDB finds the rows in which a private text occurs at all; whether that is a leak or a word that both happen to use is
judged here, value by value. What is no leak:

- a person's name within the name of an organisation, for enterprises bear their founders' names (the name of an
  enterprise is public wherever it stands in its row);
- a name of two characters that is part of a longer text without anything that says it is a person: 高峰 is a name,
  and the peak of demand;
- a name that is none of a person (综合部), and remarks and other free texts below ten characters, unless they are an
  address with a number;
- telephone numbers below seven digits, and figures below five digits that count (10000 has one): any table is full of
  them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq

from orchestration import engine
from orchestration.contracts import Contract, Field
from orchestration.quality.privacy_hit import ENOUGH, Hit
from orchestration.quality.privacy_tables import place_of_row
from orchestration.sql import quoted

# Public columns of these kinds hold codes that are checked against lists, and the code of the enterprise.
CODES = ("code", "uscc")
LEAST_DIGITS = 7
LEAST_TEXT = 10
LEAST_ADDRESS = 6
LEAST_FIGURES = 5

ORGANISATION = re.compile(
    r".*(?:公司|集团|企业|厂|中心|院|所|大学|学校|学院|合作社|协会|学会|商会|联盟|委员会|工作室|店|行|部|社|站|局|合伙）)"
)
PERSON = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{1,8}(?:·[\u3400-\u9fff]{1,8})+")
OFFICE = re.compile(r".*(?:部|室|科|处|司|办|厂|院|所|局|队|组|公司|中心)")
LATIN_NAME = re.compile(r"[A-Za-z][A-Za-z.'-]*(?: [A-Za-z][A-Za-z.'-]*)+|[A-Za-z]{6,}")
HAN = r"\u3400-\u9fff"
TITLES = "经理|主任|主管|总监|工程师|教授|博士|老师|厂长|院长|所长|董事长"
BEFORE_A_PERSON = f"联系人|负责人|经办人|填报人|完成人|发明人|法定代表人|法人|代表|姓名|由|找|洽|{TITLES}"
AFTER_A_PERSON = f"先生|女士|小姐|同志|电话|手机|负责|研发|牵头|{TITLES}"
ADDRESS = re.compile(
    r"(?=.*[0-9０-９一二三四五六七八九十])(?=.*[路街道巷弄村]).*(?:号|室|楼|层|幢|座|栋|单元|院|园).*", re.DOTALL
)
# An account, in a column of texts.
NUMBER = "[0-9][0-9 -]*"
TELEPHONE = re.compile(r"[0-9](?:[-() ]{0,2}[0-9])*")
AREA = re.compile("(?:86)?0(?:10|2[0-9]|[3-9][0-9]{2})")
PARTED = re.compile(r"(?<=[0-9])[-.() ]{1,2}(?=[0-9])")


def private_value_hits(parquet: Path, contract: Contract, staged: Path) -> list[Hit]:
    """Private values of `staged` (rows with private columns, by `id`) in the public texts of the same rows.

    Every staged row of an id counts, published or not. At most ENOUGH hits. A `staged` that is not there or
    lacks a private column is a hit by itself.
    """
    comparable = ("string", "integer", "number")
    private = [field for field in contract.fields if (not field.public or field.consent) and field.type in comparable]
    public = [field for field in contract.public_fields if field.type == "string" and field.kind not in CODES]
    published = pq.read_schema(parquet).names
    public = [field for field in public if field.name in published]
    if not private or not public:
        return []
    if not staged.is_file() or {"id", *(field.name for field in private)} - set(pq.read_schema(staged).names):
        return [Hit(staged.name, "unreadable")]
    hits: list[Hit] = []
    with engine.connect() as connection:
        found = connection.execute(_query(private, public), {"published": str(parquet), "staged": str(staged)})
        while rows := found.fetchmany(1_000):
            for identifier, number, *values in rows:
                said = dict(zip((field.name for field in public), values, strict=False))
                kept = dict(zip((field.name for field in private), values[len(public) :], strict=True))
                place = place_of_row(identifier, number)
                columns = _columns_that_tell(private, kept, public, said)
                hits += [Hit(parquet.name, "private_value", place, column) for column in columns]
                if len(hits) >= ENOUGH:
                    return hits
    return hits


def _query(private: list[Field], public: list[Field]) -> str:
    """SQL for the rows in which any private value might stand: id, number, public texts, private values as texts."""
    texts = {field.name: _as_text(field) for field in private}
    might = " OR ".join(f"({_might_stand(field)})" for field in private)
    return f"""
        WITH kept AS (
            SELECT id, {", ".join(f"{text} AS {quoted('private_' + name)}" for name, text in texts.items())}
            FROM read_parquet($staged) WHERE id IS NOT NULL
        ),
        published AS (
            SELECT
                id, file_row_number + 1 AS number,
                {", ".join(quoted(field.name) for field in public)},
                concat_ws(chr(31), {", ".join(quoted(field.name) for field in public)}) AS said
            FROM read_parquet($published, file_row_number = true)
        )
        SELECT
            id, number, {", ".join(quoted(field.name) for field in public)},
            {", ".join(quoted("private_" + field.name) for field in private)}
        FROM published INNER JOIN kept USING (id)
        WHERE {might}
        ORDER BY number
    """


def _as_text(field: Field) -> str:
    """SQL for a private value as a text would give it; null where it may be published or tells too little."""
    name = quoted(field.name)
    if field.consent:
        name = f"(CASE WHEN {quoted(field.consent)} IS NOT TRUE THEN {name} END)"
    if field.type == "string":
        return f"CASE WHEN length({name}) > 1 THEN {name} END"
    whole = f"{name}::BIGINT::VARCHAR" if field.type == "integer" else f"try_cast({name} AS BIGINT)::VARCHAR"
    text = (
        whole if field.type == "integer" else f"CASE WHEN {name} = floor({name}) THEN {whole} ELSE {name}::VARCHAR END"
    )
    return f"CASE WHEN abs({name}) >= 10 THEN {text} END"


def _needle(field: Field) -> str:
    """SQL for what must stand in a text as it is: of a number the last four digits, however the text parts it."""
    name = quoted("private_" + field.name)
    if field.kind == "phone":
        return f"CASE WHEN length({name}) >= {LEAST_DIGITS} THEN right({name}, 4) END"
    if field.type != "string":
        return f"CASE WHEN length({name}) >= {LEAST_FIGURES} THEN {name} END"
    if field.kind == "text":
        return f"CASE WHEN regexp_full_match({name}, '{NUMBER}') THEN right({name}, 4) ELSE {name} END"
    return name


def _might_stand(field: Field) -> str:
    """SQL that holds wherever the value of a private field stands in what is said, and seldom elsewhere."""
    stands = f"contains(said, {_needle(field)})"
    if field.kind != "phone":
        return stands
    # A text full of numbers has any four digits: of a single number the last seven must stand there, but for what parts
    # them.
    name = quoted("private_" + field.name)
    last = f"right(translate({name}, '-() ', ''), {LEAST_DIGITS})"
    return (
        f"{stands} AND (contains(translate(said, '-.() ', ''), {last}) "
        f"OR NOT regexp_full_match({name}, '{TELEPHONE.pattern}'))"
    )


def _columns_that_tell(
    private: list[Field], kept: dict[str, str | None], public: list[Field], said: dict[str, str | None]
) -> Iterator[str]:
    """The public columns of one row that tell a private value of it."""
    names = (said[field.name] for field in public if field.kind == "name")
    organisations = [name for name in names if name and ORGANISATION.fullmatch(name)]
    for field in public:
        text = said[field.name]
        if text and any(
            value and value[-4:] in text and tells(text, value, one, organisations)
            for one in private
            if (value := kept[one.name])
        ):
            yield field.name


def tells(text: str, value: str, field: Field, organisations: list[str]) -> bool:
    """Whether a public text tells the value of a private field; `organisations` are public names of its row."""
    if field.type != "string":
        return _tells_figure(text, value)
    if field.kind == "phone" or re.fullmatch(NUMBER, value):
        return _tells_number(text, value)
    if value in organisations:
        return False
    if field.kind == "email" or "@" in value:
        return value.casefold() in text.casefold()
    if field.kind == "name" and PERSON.fullmatch(value):
        for name in organisations:
            text = text.replace(name, " ")
        return not OFFICE.fullmatch(value) and _tells_person(text, value)
    if field.kind == "name" and LATIN_NAME.fullmatch(value):
        return re.search(rf"(?<![A-Za-z]){re.escape(value)}(?![A-Za-z])", text) is not None
    long_enough = LEAST_ADDRESS if ADDRESS.fullmatch(value) else LEAST_TEXT
    return len(value) >= long_enough and value in text


def _tells_person(text: str, name: str) -> bool:
    if len(name) > 2:
        return name in text
    before = rf"(?:^|[^{HAN}]|{BEFORE_A_PERSON})"
    after = rf"(?:$|[^{HAN}]|{AFTER_A_PERSON})"
    # Both ends open, or one of them a word that goes with a person.
    return any(
        re.search(pattern, text)
        for pattern in (f"{before}{name}{after}", f"(?:{BEFORE_A_PERSON}){name}", f"{name}(?:{AFTER_A_PERSON})")
    )


def _tells_number(text: str, value: str) -> bool:
    """Whether a text holds a telephone or account number of a value, parted as may be, with its area code or not."""
    numbers = {re.sub("[^0-9]", "", number) for number in TELEPHONE.findall(value)}
    numbers |= {AREA.sub("", number, count=1) for number in numbers if AREA.match(number)}
    joined = PARTED.sub("", text)
    return any(
        re.search(f"(?<![0-9A-Za-z]){number}(?![0-9A-Za-z])", plain)
        for number in numbers
        if len(number) >= LEAST_DIGITS
        for plain in (text, joined)
    )


def _tells_figure(text: str, value: str) -> bool:
    counted = value.replace(".", "").strip("0")
    if len(counted) < LEAST_FIGURES:
        return False
    return re.search(rf"(?<![0-9.]){re.escape(value)}(?![0-9])(?!\.[0-9])", text) is not None
