"""Which rows of a table in bulk might be something else than data: SQL that tells by the signs that `rows.py` goes by.

It may take a row of data for doubtful, never the other way round; `rows.py` decides over the doubtful ones.
"""

from __future__ import annotations

from collections.abc import Iterable

from orchestration.contracts.labels import fold
from orchestration.intake.bulk_table import column
from orchestration.intake.bulk_text import BLANK
from orchestration.intake.forms import Form
from orchestration.intake.headers import Header, heading_initials
from orchestration.intake.rows import SECTION_CELLS, SIGNATURE, SUSPECT, Layout
from orchestration.sql import literal


def with_signs(rows: str, width: int) -> str:
    """The rows, each with its first filled cell, `lead`, and the number of those, `filled`."""
    cells = [column(position) for position in range(width)]
    filled = " + ".join(f"({cell} IS NOT NULL)::INT" for cell in cells)
    return f"SELECT *, coalesce({', '.join(cells)}) AS lead, {filled} AS filled FROM ({rows})"


def doubtful(width: int, header: Header, layout: Layout, form: Form) -> str:
    """A condition on rows `with_signs`: such a row is not plainly data."""
    cells = [column(position) for position in range(width)]
    # With more cells filled than this a row is neither title nor note.
    enough = max(SECTION_CELLS, layout.columns // 2) + len(layout.serials)
    bare = f"translate(lead, {literal('（）' + BLANK)}, '()')"
    signed = f"filled < {layout.full} AND regexp_full_match({bare}, {literal(SIGNATURE)})"
    headings = " OR ".join(f"({condition})" for condition in (*_repeated(header, cells), _further(form, cells)))
    return f"""(
        filled <= {SECTION_CELLS}
        OR contains(lead, '计')
        OR ({_begins("lead", SUSPECT)} AND (filled <= {enough} OR ({signed})))
        OR ({_begins("lead", heading_initials(form) | layout.initials)} AND ({headings}))
    )"""


def _repeated(header: Header, cells: list[str]) -> Iterable[str]:
    """Per line of the header: every cell begins as its heading does."""
    for line in header.lines:
        begins = (
            _begins(cell, {fold(text)[:1] or text[0], text[0]}) for cell, text in zip(cells, line, strict=True) if text
        )
        yield " AND ".join(begins) or "true"


def _further(form: Form, cells: list[str]) -> str:
    """For each field of the key some cell begins as one of its labels does: another table may begin here."""
    conditions = []
    for key in form.key:
        signs = {label[0] for label, field in form.labels.items() if field == key}
        conditions.append("(" + " OR ".join(_begins(cell, signs) for cell in cells) + ")")
    return " AND ".join(conditions)


def _begins(cell: str, signs: Iterable[str]) -> str:
    """Whether a text begins with one of these signs, in either case or width, or with one that folding takes away."""
    cases = {case for sign in signs for case in (sign, sign.lower(), sign.upper())}
    all_ = cases | set(map(_wide, cases)) | set(BLANK + "*＊(（[【")
    return f"contains({literal(''.join(sorted(all_)))}, left({cell}, 1))"


def _wide(sign: str) -> str:
    return chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign
