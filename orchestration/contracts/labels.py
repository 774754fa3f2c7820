"""How a heading or a word from a code list is folded before it is compared: exact after folding, never a guess."""

from __future__ import annotations

import re
import unicodedata

_BRACKETED = re.compile(r"[(\[{【〔《<][^()\[\]{}【】〔〕《》<>]*[)\]}】〕》>]")
_NOT_WORD = re.compile(r"[\s\W_]+")
_UNIT = re.compile(r"(?:单位)?[:：]?\s*(亿元|万元|元|%|台|套|项|件|家|个|人|TB|GB|年|月|日)$")


def fold(text: str) -> str:
    """Fold width, case, spaces, line breaks and punctuation; brackets go, what stands in them stays.

    `企业（集团）名称`, `企业(集团)名称` and `企业 集团 名称` fold to one label.
    """
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", text)).lower()


def fold_heading(text: str) -> str:
    """Fold a column heading: as `fold`, but a bracketed unit or note at its end goes with what stands in it.

    `金额 （万元）` and `金额` fold to one label; `县（市、区）` keeps its brackets' words, for a unit is no word of it.
    """
    plain = unicodedata.normalize("NFKC", text)
    return fold(_without_unit(plain)[0])


def heading_unit(text: str) -> str | None:
    """The unit that a heading gives in brackets, as in `投资额（万元）` or `金额(单位：元)`, else None."""
    return _without_unit(unicodedata.normalize("NFKC", text))[1]


def _without_unit(plain: str) -> tuple[str, str | None]:
    for match in _BRACKETED.finditer(plain):
        unit = _UNIT.fullmatch(match.group()[1:-1].strip())
        if unit:
            return plain[: match.start()] + plain[match.end() :], unit.group(1)
    return plain, None
