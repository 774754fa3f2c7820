"""How a value is written down in a cell: in the spelling that the one who fills in the form is used to."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from orchestration.contracts import Field
from orchestration.sample.code_lists import CodeList
from orchestration.sample.sheets import Cell
from orchestration.sample.values import Value

_WIDE = {code: code + 0xFEE0 for code in (*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B))}
_BRACKETS = str.maketrans("（）()", "()（）")
_BETWEEN_WORDS = re.compile(r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])")
_SERIAL_ZERO = date(1899, 12, 30)
_YUAN = {"元": 1, "万元": 10_000, "亿元": 100_000_000}


@dataclass(frozen=True)
class Spelling:
    """The habits of one hand; where there are several of a kind, they take turns by chance."""

    dates: tuple[str, ...] = ("date_iso",)
    codes: tuple[str, ...] = ("name",)
    placeholders: tuple[str | None, ...] = (None,)
    separators: tuple[str, ...] = ("、",)
    phones: tuple[str, ...] = ("plain",)
    money: str | None = None
    thousands: bool = False
    percent_sign: bool = False
    year_word: bool = False
    full_width: float = 0.0
    brackets: bool = False
    spaces: float = 0.0
    breaks: float = 0.0


def spell(
    field: Field,
    value: Value,
    hand: Spelling,
    lists: Mapping[str, CodeList],
    rng: random.Random,
    habits: set[str],
) -> Cell:
    """The cell that a hand writes for a value of a field; the habits that show in it are added to `habits`."""
    if value is None or value == ():
        return _habit(habits, "placeholder", rng.choice(hand.placeholders))
    if isinstance(value, date):
        return _date(value, rng.choice(hand.dates), hand, rng, habits)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return _number(field, value, hand, rng, habits)
    if isinstance(value, tuple):
        separator = rng.choice(hand.separators)
        if separator != "、" and len(value) > 1:
            habits.add("list_separators")
        return _touched(separator.join(value), hand, rng, habits)
    if field.codes is not None:
        return _code(lists[field.codes], value, rng.choice(hand.codes), hand, rng, habits)
    if field.kind == "month":
        return _touched(_month(value, rng.choice(hand.dates)), hand, rng, habits)
    if field.kind == "phone":
        return _phone(value, rng.choice(hand.phones), habits)
    if field.kind == "email":
        return value
    if field.kind == "name" and len(value) >= 8 and rng.random() < hand.breaks:
        places = [match.start() for match in _BETWEEN_WORDS.finditer(value) if 3 < match.start() < len(value) - 2]
        if places:
            place = rng.choice(places)
            habits.add("name_broken")
            value = f"{value[:place]}\n{value[place:]}"
    return _touched(value, hand, rng, habits)


def _habit(habits: set[str], name: str, cell: Cell) -> Cell:
    if cell is not None:
        habits.add(name)
    return cell


def _touched(text: str, hand: Spelling, rng: random.Random, habits: set[str]) -> str:
    if rng.random() < hand.full_width and (wide := text.translate(_WIDE)) != text:
        habits.add("full_width")
        text = wide
    if hand.brackets and (other := text.translate(_BRACKETS)) != text:
        habits.add("brackets_other_width")
        text = other
    if rng.random() < hand.spaces:
        habits.add("spaces_around")
        text = rng.choice(("{} ", "{}  ", "{}\u3000", " {}", "\u3000{} ")).format(text)
    return text


def _date(day: date, spelling: str, hand: Spelling, rng: random.Random, habits: set[str]) -> Cell:
    habits.add(spelling)
    if spelling == "date_cell":
        return day
    if spelling == "date_serial":
        return (day - _SERIAL_ZERO).days
    text = {
        "date_iso": day.isoformat(),
        "date_chinese": f"{day.year}年{day.month}月{day.day}日",
        "date_slash": f"{day.year}/{day.month}/{day.day}",
        "date_dots": f"{day.year}.{day.month}.{day.day}",
        "date_compact": f"{day:%Y%m%d}",
    }[spelling]
    return _touched(text, hand, rng, habits)


def _month(month: str, spelling: str) -> str:
    """A month as text, since as a date it would be the day of a month, in the way in which the hand writes days."""
    year, number = month.split("-")
    return {
        "date_chinese": f"{year}年{int(number)}月",
        "date_slash": f"{year}/{int(number)}",
        "date_dots": f"{year}.{number}",
        "date_compact": f"{year}{number}",
    }.get(spelling, month)


def _number(field: Field, number: Decimal, hand: Spelling, rng: random.Random, habits: set[str]) -> Cell:
    if field.kind == "money" and hand.money and field.unit and hand.money != field.unit:
        habits.add("money_yuan")
        number = number * _YUAN[field.unit] / _YUAN[hand.money]
        number = number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()
    if field.kind == "year":
        return _habit(habits, "year_word", f"{number}年") if hand.year_word else int(number)
    if hand.percent_sign and field.kind == "percent":
        return _habit(habits, "percent_sign", f"{number}%")
    if hand.thousands:
        if abs(number) >= 1000:
            habits.add("thousands")
        return _touched(f"{number:,}", hand, rng, habits)
    return int(number) if number == number.to_integral_value() and number.as_tuple().exponent == 0 else number


def _code(codes: CodeList, code: str, spelling: str, hand: Spelling, rng: random.Random, habits: set[str]) -> Cell:
    entry = codes.by_code[code]
    if spelling == "number" and code.isdigit() and not code.startswith("0"):
        return _habit(habits, "code_number", int(code))
    if spelling == "code":
        return _habit(habits, "code_text", _touched(code, hand, rng, habits))
    others = [alias for alias in entry.aliases if codes.plain(alias)]
    if spelling == "alias" and others:
        return _habit(habits, "code_alias", _touched(rng.choice(others), hand, rng, habits))
    return _touched(entry.name, hand, rng, habits)


def _phone(number: str, spelling: str, habits: set[str]) -> Cell:
    if spelling == "number" and number.isdigit() and not number.startswith("0"):
        return _habit(habits, "phone_number", int(number))
    if spelling == "grouped" and number.isdigit():
        return _habit(habits, "phone_grouped", f"{number[:3]}-{number[3:7]}-{number[7:]}")
    return number
