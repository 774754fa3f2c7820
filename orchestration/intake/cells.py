"""The text of a cell: what `docs/architecture.md` says of raw values."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

# A spreadsheet keeps 15 significant digits; what stands behind them is not what was typed.
DIGITS = 15
EXACT = 10**DIGITS


def texts(values: Sequence[object]) -> Sequence[str | None]:
    """The texts of some cells; an empty cell, or one of nothing but blank space, is None.

    Where all are texts already, as in most columns, they are given back as they are.
    """
    try:
        if all(map(str.strip, values)):  # type: ignore[arg-type]
            return values  # type: ignore[return-value]
    except TypeError:
        # Some cell is a number or a date.
        pass
    # Strings and numbers are told apart here, because a call for each of millions of cells is what takes the time.
    return [
        (value if value and not value.isspace() else None)
        if isinstance(value, str)
        else number(value)
        if isinstance(value, float)
        else text(value)
        for value in values
    ]


def text(value: object) -> str | None:
    """The text of one typed cell.

    A number has no exponent and no `.0` where 15 digits hold it, a date is `2024-03-05`, a time `08:30:00`, a
    duration `254:10:10`, a boolean `TRUE` or `FALSE`.
    """
    match value:
        case None:
            return None
        case str():
            return value if value and not value.isspace() else None
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return number(value)
        case datetime.datetime():
            midnight = value.time() == datetime.time()
            return value.date().isoformat() if midnight else value.isoformat(sep=" ")
        case datetime.date() | datetime.time():
            return value.isoformat()
        case datetime.timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    raise TypeError(f"no text for a cell of type {type(value).__name__}")


def number(value: float) -> str:
    """`4111010001` for 4111010001.0, `0.3` for 0.1 + 0.2, `9.137E+17` for what 15 digits cannot hold."""
    if -EXACT < value < EXACT:
        whole = int(value)
        if whole == value:
            return str(whole)
    plain = f"{value:.{DIGITS}G}"
    if "E-" not in plain:
        return plain
    exponent = int(plain.partition("E-")[2])
    return f"{value:.{DIGITS - 1 + exponent}f}".rstrip("0") if exponent < DIGITS else plain
