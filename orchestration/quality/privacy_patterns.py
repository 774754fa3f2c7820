"""What personal data looks like in a text, and how it is told from the numbers that only resemble it.

Numbers count where they stand alone, not inside a longer run of letters and digits: patent numbers, registration
numbers and hashes are such runs. Where a standard gives a check digit it decides. The row check of the models
(`dbt_project/macros/personal_data.sql`) asks the same by other means; neither knows of the other, so that one mistake
does not publish.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

KINDS = ("mobile", "landline", "email", "id_number", "bank_card")

# Digits of other scripts that people or programs write instead of ASCII: full width, Arabic, Persian, Devanagari,
# mathematical. Circled numbers are no digits of a number.
OTHER_DIGITS = "０-９٠-٩۰-۹०-९𝟎-𝟿"
# They show nothing and part nothing: zero-width signs, soft hyphen, marks of direction, byte order mark.
INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
DASHES = "‐‑‒–—―−－﹣"
BLANKS = "\u00a0\u2000-\u200a\u202f\u3000"
GAP = f"[-. ()（）．{DASHES}{BLANKS}]{{0,5}}"
NOT_ALONE = "0-9A-Za-z"
# What a text calls a telephone number.
CALLED = "(?:电话|座机|传真|联系方式|[Tt][Ee][Ll]|[Pp][Hh][Oo][Nn][Ee]|[Ff][Aa][Xx])"
CALLING = "(?:号码|号)?[.]?[ :：为是(（-]{0,3}"

# One search that passes over nearly every text and over none that `find` would find something in. RE2 and Python read
# it alike. Full-width and invisible signs are rare enough to be worth a closer look, and so are 22 digits in a row.
SUSPICIOUS = "|".join(
    (
        f"[@＠{OTHER_DIGITS}{INVISIBLE}]",
        "[0-9]{22}",
        f"(?:^|[^{NOT_ALONE}])(?:(?:00)?86{GAP})?1[3-9][0-9]{GAP}[0-9]{{4}}{GAP}[0-9]{{4}}",
        f"(?:^|[^{NOT_ALONE}])0[1-9](?:{GAP}[0-9]){{8}}",
        f"(?:^|[^{NOT_ALONE}])(?:00)?86(?:{GAP}[0-9]){{9}}",
        f"(?:^|[^{NOT_ALONE}])[0-9](?:{GAP}[0-9]){{14}}",
        f"{CALLED}[^0-9]{{0,6}}[0-9](?:[- ]?[0-9]){{6}}",
    )
)

_OTHER = re.compile(f"[{OTHER_DIGITS}]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_PLAIN = (
    _FULL_WIDTH
    | {ord(dash): "-" for dash in DASHES}
    | dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x3000), " ")
    | dict.fromkeys((0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF))
)

_BEFORE = f"(?<![{NOT_ALONE}])"
# An amount such as 13812345678.50 is none either.
_AFTER = rf"(?![{NOT_ALONE}])(?!\.[0-9]{{1,2}}(?![0-9]))"
_AREA = "0(?:10|2[0-9]|[3-9][0-9]{2})"
# Not a year as in 0531-2024-0305, the number of a document.
_LOCAL = "(?!20[0-4][0-9]-)[2-9][0-9]{2,3}[- ]?[0-9]{4}"
# A mobile number as it is written: whole, or parted once or twice after the third and the seventh digit.
MOBILES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_BEFORE}(?:(?:\+|00)?86[- ]{{0,2}})?1[3-9][0-9][-. ]{{0,2}}[0-9]{{4}}[-. ]{{0,2}}[0-9]{{4}}{_AFTER}",
        f"{CALLED}{CALLING}1[3-9][0-9]{{9}}(?![{NOT_ALONE}])",
    )
)
LANDLINES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_BEFORE}\(?{_AREA}\)? ?[- ]{{1,2}} ?{_LOCAL}{_AFTER}",
        rf"\({_AREA}\) ?{_LOCAL}{_AFTER}",
        rf"{_BEFORE}(?:\+|00)86[- ]{{0,2}}\(?0?\)?(?:10|2[0-9]|[3-9][0-9]{{2}})\)?[- ]{{0,2}}{_LOCAL}{_AFTER}",
        # Undivided only for the area codes of Shandong: elsewhere it is any number of eleven or twelve digits.
        rf"{_BEFORE}0(?:53[0-9]|543|546|63[1-5])[2-8][0-9]{{6,7}}{_AFTER}",
        # Digits that the text itself calls a telephone number, and not so many telephones.
        rf"{CALLED}{CALLING}(?:[2-9][0-9]{{2,3}}[- ]?[0-9]{{4}}|0[0-9]{{9,11}})"
        rf"(?![{NOT_ALONE}])(?! ?[部台套件个只万亿元])",
    )
)
EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,}")
# 22 digits and more in a row that can be parted into telephone numbers, as a real notice printed three.
GLUED = re.compile(f"{_BEFORE}[0-9]{{22,}}(?![{NOT_ALONE}])")
PIECES = tuple(
    (re.compile(pattern), weight)
    for pattern, weight in (
        ("1[3-9][0-9]{9}", 2),
        (f"{_AREA}[2-8][0-9]{{7}}", 1),
        (f"{_AREA}[2-8][0-9]{{6}}", 1),
        ("[48]00[0-9]{7}", 0),
        ("[0-9]{8}", 0),
        ("[0-9]{7}", 0),
    )
)
# The numbers that a check digit decides on may be parted anywhere by single blanks or hyphens.
CHECKED = re.compile(f"{_BEFORE}[0-9](?:[- ]?[0-9])*[Xx]?(?![{NOT_ALONE}])")
# GB/T 2260: provinces as the first two digits of a division. None is 91, with which the codes of enterprises begin.
PROVINCE = "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])"
IDENTITY = re.compile(rf"{PROVINCE}[0-9]{{4}}((?:18|19|20)[0-9]{{6}})[0-9]{{3}}[0-9X]")
PERMIT = re.compile(rf"{PROVINCE}[0-9]{{4}}(?:19|20)[0-9]{{2}}")
# ISO/IEC 7812: issuers' prefixes with the lengths of their cards. 62 is UnionPay; the others are Visa, Mastercard, JCB,
# Discover and the older prefixes of Chinese banks.
CARD = re.compile(
    "62[0-9]{14,17}|4[0-9]{15}(?:[0-9]{3})?|5[1-5][0-9]{14}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}"
    "|35(?:2[89]|[3-8][0-9])[0-9]{12}|6(?:011|4[4-9][0-9]|5[0-9]{2})[0-9]{12}|(?:9558|6013)[0-9]{15}"
)
USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# GB 32100-2015: who registers and what, the division, the code of the organisation, the check character.
USCC = re.compile(rf"(?:1[1239]|2[19]|3[1-59]|4[19]|5[1239]|6[129]|7[129]|8[19]|9[123])(?:10|{PROVINCE})[0-9]{{14}}")
_FRACTION = re.compile(r"[0-9]\.$")
_DECIMAL = re.compile(r"(?:(?<![0-9])0|[0-9]{3,})\.$")


def suspicious(texts: Any, pattern: str = SUSPICIOUS) -> list[int]:
    """The numbers, from 0, of the texts (an Arrow array, or a list of str or bytes in UTF-8) worth a closer look.

    RE2 takes about 3 ns for a byte. Raises pyarrow.ArrowInvalid for bytes that are no UTF-8.
    """
    if not isinstance(texts, pa.Array):
        texts = pa.array(texts, pa.string())
    found: list[int] = pc.indices_nonzero(pc.match_substring_regex(texts, pattern)).to_pylist()
    return found


def find(text: str) -> set[str]:
    """The kinds of personal data in a text, of KINDS.

    A closer look, for texts that SUSPICIOUS matches: in any other there is nothing to find. Identity numbers are those
    of GB 11643-1999 with a real day of birth and the right check character, unless it is the code of an enterprise
    (GB 32100-2015, with its own check character right) that the text does not call an identity number. Bank cards are
    numbers with an issuer's prefix and the right check digit (ISO/IEC 7812, Luhn).
    """
    return set(_kinds(_plain(text)))


def _plain(text: str) -> str:
    """The text with ASCII digits, signs, hyphens and blanks for all that stand for them, without invisible signs."""
    return _OTHER.sub(lambda found: str(unicodedata.decimal(found[0])), text).translate(_PLAIN)


def _kinds(plain: str) -> Iterator[str]:
    if _stands_in(plain, MOBILES) or any(_is_glued(one[0]) for one in GLUED.finditer(plain)):
        yield "mobile"
    if _stands_in(plain, LANDLINES):
        yield "landline"
    if EMAIL.search(plain):
        yield "email"
    for number in _checked_numbers(plain):
        if is_identity_number(number) and ("身份证" in plain or not is_credit_code(number)):
            yield "id_number"
        if is_bank_card(number):
            yield "bank_card"


def _stands_in(plain: str, patterns: Iterable[re.Pattern[str]]) -> bool:
    return any(_whole(plain, one) for pattern in patterns for one in pattern.finditer(plain))


def _whole(plain: str, found: re.Match[str]) -> bool:
    """Whether a number is not what follows a decimal point: 0.13812345678, but not the first item in 1.13812345678."""
    return not _DECIMAL.search(plain, max(0, found.start() - 9), found.start())


def _checked_numbers(plain: str) -> Iterator[str]:
    """Numbers of 16 to 19 characters, without what parts them, from every place where one can begin."""
    for run in CHECKED.finditer(plain):
        if _FRACTION.search(plain, max(0, run.start() - 2), run.start()):
            continue
        groups = re.split("[- ]", run[0])
        for first in range(len(groups)):
            number = ""
            for group in groups[first : first + 6]:
                number += group
                if 16 <= len(number) <= 19:
                    yield number.upper()


def is_identity_number(number: str) -> bool:
    """Whether 18 characters are an identity number: GB 11643-1999, a real day of birth, the check character."""
    shape = IDENTITY.fullmatch(number)
    if shape is None:
        return False
    year, month, day = int(shape[1][:4]), int(shape[1][4:6]), int(shape[1][6:])
    try:
        datetime.date(year, month, day)
    except ValueError:
        return False
    # ISO 7064, MOD 11-2.
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17]


def is_bank_card(number: str) -> bool:
    """Whether 16 to 19 digits are the number of a card: an issuer's prefix and the check digit after Luhn.

    A number that begins with a division and a year is that of a permit, whatever its last digit, unless it is
    UnionPay's.
    """
    if not CARD.fullmatch(number) or (not number.startswith("62") and PERMIT.match(number)):
        return False
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def is_credit_code(number: str) -> bool:
    """Whether 18 digits are a unified social credit code, by its parts and its check character (GB 32100-2015)."""
    if not USCC.fullmatch(number):
        return False
    total = sum(int(digit) * pow(3, place, 31) for place, digit in enumerate(number[:17]))
    return USCC_SIGNS[-total % 31] == number[17]


def _is_glued(run: str) -> bool:
    """Whether a run of digits is nothing but telephone numbers, two mobiles or a mobile and a landline among them."""
    best = {0: 0}
    for start in range(len(run)):
        if start in best:
            for piece, weight in PIECES:
                found = piece.match(run, start)
                if found:
                    end = found.end()
                    best[end] = max(best.get(end, 0), best[start] + weight)
    return best.get(len(run), 0) >= 3
