"""Which dataset a file belongs to, and which of its sheets hold tables of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from orchestration.intake.forms import Form
from orchestration.intake.headers import Header, best_header, further_headers, likely_header, plain_headers
from orchestration.intake.headings import HEADER_FIELDS, Claims, suggestion
from orchestration.intake.issues import Issue, Refusal
from orchestration.intake.rows import kinds_of_rows
from orchestration.intake.sheets import Row, Sheet, letter

SEEN = 300


@dataclass(frozen=True)
class Table:
    """A table of a dataset in a sheet: its header, which field each column gives, and what each row below is.

    `kinds` has an entry for every row that counts as read, from the first below the header on: None for data, else
    why the row is ignored. `filled` are the merged ranges, such as `B3:B5`, whose text was written into all their rows,
    `kept` those whose amount was left in their first row alone.
    """

    sheet: Sheet
    header: Header
    claims: Claims
    kinds: list[str | None]
    filled: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def rows(self) -> list[Row]:
        """The rows that `kinds` speaks of."""
        first = self.header.last + 1
        return self.sheet.rows[first : first + len(self.kinds)]

    def has_data(self, position: int) -> bool:
        """Whether a row of data has that column filled."""
        return any(row[position] for row, kind in zip(self.rows, self.kinds, strict=True) if kind is None)


Headed = tuple[Sheet, Header, Claims]
Visible = Sequence[tuple[Sheet, list[Header]]]


def tables_of(sheets: Sequence[Sheet], forms: Mapping[str, Form], named: str | None) -> tuple[Form, list[Table]]:
    """The dataset of a file and its tables; `named` is the dataset that the file's folder names.

    Without it the header decides: of the forms whose key it has, the one it gives most fields of. Raises Refusal:
    dataset_unknown and dataset_ambiguous without `named`, header_not_found and column_missing with it.
    """
    visible = [(sheet, plain_headers(sheet)) for sheet in sheets if not sheet.hidden]
    form = forms[named] if named else _only_fit(visible, forms)
    headed = _headed(visible, form)
    if not headed:
        raise _no_header(visible, form)
    parts = [part for found in headed for part in _parts(*found, form)]
    return form, [_filled_down(Table(*part, kinds_of_rows(part[0], part[1])), form) for part in parts]


def _parts(sheet: Sheet, header: Header, claims: Claims, form: Form) -> Iterator[Headed]:
    """The tables that stand below each other in one sheet, each down to the header of the next."""
    for further, its_claims in further_headers(sheet, header, form):
        merges = tuple(merge for merge in sheet.merges if merge[1][0] < further.first)
        yield replace(sheet, rows=sheet.rows[: further.first], merges=merges), header, claims
        header, claims = further, its_claims
    yield sheet, header, claims


def _filled_down(table: Table, form: Form) -> Table:
    """The table with what is merged over several of its rows said in each of them, as a reader takes it to be meant.

    Not an amount: it may be that of all the rows together, and sums would count it once for each.
    """
    first = table.header.last + 1
    rows = list(table.sheet.rows)
    filled, kept = [], []
    for (top, column), (bottom, _) in table.sheet.merges:
        field = table.claims.fields.get(column)
        kinds = table.kinds[max(top - first, 0) : bottom - first + 1] if top >= first else []
        below = [
            number
            for number, kind in enumerate(kinds[1:], top + 1)
            if kinds[0] is None and kind is None and rows[number][column] is None
        ]
        if field is None or not rows[top][column] or not below:
            continue
        area = f"{letter(column)}{top + 1}:{letter(column)}{bottom + 1}"
        if field in form.amounts:
            kept.append(area)
            continue
        for number in below:
            rows[number] = [*rows[number][:column], rows[top][column], *rows[number][column + 1 :]]
        filled.append(area)
    if not filled and not kept:
        return table
    return replace(table, sheet=replace(table.sheet, rows=rows), filled=tuple(filled), kept=tuple(kept))


def issues_of(sheets: Sequence[Sheet], form: Form, tables: Sequence[Table]) -> list[Issue]:
    """What is wrong with the sheets, short of a refusal: hidden or not read, columns missing, repeated, unclaimed."""
    read = {table.sheet.name for table in tables}
    issues = [Issue("sheet_hidden", sheet=sheet.name) for sheet in sheets if sheet.hidden]
    issues += [
        Issue("sheet_not_read", sheet=sheet.name)
        for sheet in sheets
        if not sheet.hidden and sheet.name not in read and any(map(any, sheet.rows))
    ]
    for table in tables:
        if table.filled:
            issues.append(Issue("cells_filled_down", "、".join(table.filled)[:SEEN], sheet=table.sheet.name))
        if table.kept:
            issues.append(Issue("amount_in_merged_cells", "、".join(table.kept)[:SEEN], sheet=table.sheet.name))
        if table.header.last >= table.header.first:
            issues += column_issues(table.sheet.name, table.header, table.claims, form, table.has_data)
    # Two tables of one sheet may lack the same.
    return list(dict.fromkeys(issues))


def column_issues(
    sheet: str, header: Header, claims: Claims, form: Form, has_data: Callable[[int], bool]
) -> list[Issue]:
    """What is wrong with the columns of a table; `has_data` says of a position whether a row of data fills it."""
    given = set(claims.fields.values())
    issues = [Issue("column_missing", form.titles[field], sheet=sheet) for field in form.required if field not in given]
    issues += [Issue("column_twice", sheet=sheet, heading=heading.text) for heading in claims.repeated]
    for heading in header.headings:
        if heading.position in claims.fields or heading in claims.repeated or heading.is_serial:
            continue
        if heading.parts:
            issues.append(Issue("column_unclaimed", suggestion(heading, claims, form), sheet, heading.text))
        elif has_data(heading.position):
            issues.append(Issue("column_unclaimed", None, sheet, letter(heading.position)))
    return issues


def plain_tables(sheets: Sequence[Sheet]) -> list[Table]:
    """The tables of a file that belongs to no dataset, as they look; their columns give no field."""
    tables: list[Table] = []
    for sheet in sheets:
        header = None if sheet.hidden else likely_header(sheet)
        above = tables[-1] if tables and sheet.continues and tables[-1].sheet.width == sheet.width else None
        if above and any(map(any, sheet.rows)) and not (header and header.repeats(above.header)):
            header = above.header.continued()
        if header:
            tables.append(Table(sheet, header, Claims({}, ()), kinds_of_rows(sheet, header)))
    return tables


def _only_fit(visible: Visible, forms: Mapping[str, Form]) -> Form:
    scores = {}
    for name, form in forms.items():
        fields = [len(claims.fields) for _, _, claims in _headed(visible, form)]
        if fields:
            scores[name] = max(fields)
    best = [name for name, score in scores.items() if score == max(scores.values())]
    if not best:
        seen = _columns_seen(visible)
        raise Refusal("dataset_unknown", seen) if seen else Refusal("header_not_found", _names(visible))
    if len(best) > 1:
        raise Refusal("dataset_ambiguous", "、".join(best))
    return forms[best[0]]


def _headed(visible: Visible, form: Form) -> list[Headed]:
    headed: list[Headed] = []
    above: Headed | None = None
    for sheet, headers in visible:
        best = best_header(sheet, headers, form)
        if best and best[1].fit(form):
            above = (sheet, *best)
        elif above and sheet.continues and sheet.width == above[0].width:
            above = (sheet, above[1].continued(), above[2])
        else:
            above = None
        if above:
            headed.append(above)
    return headed


def _no_header(visible: Visible, form: Form) -> Refusal:
    """Why no sheet of a file in a dataset's folder is a table of it."""
    best = [best_header(sheet, headers, form) for sheet, headers in visible]
    claims = max((claims for _, claims in filter(None, best)), key=lambda claims: len(claims.fields), default=None)
    if claims is None or len(claims.fields) < HEADER_FIELDS:
        return Refusal("header_not_found", _columns_seen(visible) or _names(visible))
    given = set(claims.fields.values())
    return Refusal("column_missing", "、".join(form.titles[field] for field in form.key if field not in given))


def _columns_seen(visible: Visible) -> str:
    header = next(filter(None, (likely_header(sheet) for sheet, _ in visible)), None)
    return "、".join(heading.text for heading in header.named)[:SEEN] if header else ""


def _names(visible: Visible) -> str:
    return "、".join(sheet.name for sheet, _ in visible)[:SEEN]
