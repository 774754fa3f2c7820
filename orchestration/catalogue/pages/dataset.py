"""The page of a dataset: facts, table, charts, files, dictionary, quality, versions, how to cite and to load it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.catalogue import charts
from orchestration.catalogue.cells import cell_text
from orchestration.catalogue.charts import Chart
from orchestration.catalogue.held_back import HeldBack
from orchestration.catalogue.issues import issue_words
from orchestration.catalogue.pages.citing import bibtex, citation
from orchestration.catalogue.pages.layout import Frame
from orchestration.catalogue.published import File, Published, said
from orchestration.catalogue.texts import say
from orchestration.contracts import Contract, Field
from orchestration.metadata.described import Described
from orchestration.metadata.schema_org import schema_org
from orchestration.quality.registry import IssueType
from orchestration.release.columns import ID
from orchestration.release.wording import Language, say_licence
from orchestration.release.wording import say as say_of_release

# Rows that stand in the page itself, of use without a script.
FIRST_ROWS = 20
# Files of a package beside the table and its code lists, in the order in which people ask for them.
DOCUMENTS = (
    "datapackage.json", "README.md", "CHANGES.md", "changes.csv", "validation.json", "lineage.json", "CITATION.cff",
    "schema.org.jsonld", "croissant.json", "ro-crate-metadata.json", "csv-metadata.json", "SHA256SUMS",
    "SHA256SUMS.minisig",
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column: how it is called, what it means, and the heading under which the form asks for it, with its aliases.

    `heading` is empty for what the pipeline adds, and in derived datasets, which have no form.
    """

    name: str
    title: str
    kind: str
    required: bool
    unit: str
    meaning: str
    words: tuple[str, ...]
    code_list: str
    heading: str
    aliases: tuple[str, ...]
    number: bool


@dataclass(frozen=True)
class Version:
    """A released version: its day, how many rows came, went and changed, and why there is one."""

    version: str
    day: str
    previous: str
    reasons: tuple[str, ...]
    added: int
    removed: int
    changed: int
    accepted: tuple[str, ...]


@dataclass(frozen=True)
class DatasetPage:
    """All that the page of a dataset says, in the language of `frame`."""

    frame: Frame
    name: str
    title: str
    description: str
    rows: int
    version: str
    day: str
    path: str
    parquet: str
    column_facts: str
    licence: str
    licence_address: str
    openness: str
    owner: str
    sources: tuple[str, ...]
    clauses: tuple[str, ...]
    derived: bool
    rounds: tuple[str, ...]
    files: tuple[tuple[str, File], ...]
    code_lists: tuple[tuple[str, File], ...]
    documents: tuple[tuple[str, File], ...]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    first_rows: tuple[tuple[str, ...], ...]
    charts: tuple[Chart, ...]
    checks: tuple[tuple[str, str], ...]
    verdict: str
    skipped: int
    held_back: HeldBack | None
    issues: tuple[tuple[str, int], ...]
    versions: tuple[Version, ...]
    removed: tuple[tuple[str, str], ...]
    citation: str
    bibtex: str
    text_columns: tuple[str, ...]
    address: str
    structured: str

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns of the first rows: all but the identifier, which says nothing to a reader."""
        return tuple(column for column in self.columns if column.name != ID.name)


def dataset_page(
    frame: Frame,
    one: Published,
    contract: Contract | None,
    counts: HeldBack | None,
    types: Mapping[str, IssueType],
    *,
    column_facts: str,
    base_url: str,
) -> DatasetPage:
    """The page of a dataset.

    `contract` adds the headings of its form, None where it is no more; `column_facts` is the path of the file that the
    table's script reads, from the top; `base_url` is the address of what is published, or empty.
    """
    language = frame.language
    fields = {field.name: field for field in contract.fields} if contract else {}
    columns = tuple(_column(entry, fields.get(entry["name"]), one, language) for entry in one.columns)
    described = Described(one.package, {file.name: file.bytes for file in one.files})
    owner = said(described.owner, "title", language)
    files = {file.name: file for file in one.files}
    documents = ((name, files.get(name) or files.get(f"{one.name}.{name}")) for name in DOCUMENTS)
    return DatasetPage(
        frame=frame,
        name=one.name,
        title=one.plain("title", language),
        description=one.plain("description", language),
        rows=one.rows,
        version=one.version,
        day=one.day,
        path=one.path,
        parquet=one.parquet,
        column_facts=column_facts,
        licence=say_licence(described.licence["name"], language),
        licence_address=_web_address(described.licence.get("path", "")),
        openness=say(f"openness.{one.package['openness']}", language),
        owner=owner,
        sources=tuple(said(source, "title", language) for source in one.package["sources"]),
        clauses=contract.plan_clauses if contract else (),
        derived=contract.derived if contract else False,
        rounds=described.rounds,
        files=tuple(one.tables),
        code_lists=tuple(
            (listed.title[language], files[f"codes-{name}.csv"]) for name, listed in sorted(one.code_lists.items())
        ),
        documents=tuple((name, file) for name, file in documents if file is not None),
        columns=columns,
        key=contract.key if contract else (),
        first_rows=_first_rows(one, columns, language),
        charts=tuple(_charts(one, language)),
        checks=tuple(
            (check["status"], check["sentence" if language == "zh" else "sentence_en"])
            for check in one.validation["results"]
        ),
        verdict=_verdict(one.validation["summary"], language),
        skipped=one.validation["summary"]["skipped"],
        held_back=counts,
        issues=tuple((issue_words(types, code, language), rows) for code, rows in counts.by_code) if counts else (),
        versions=tuple(_version(package, language) for package in one.history),
        removed=one.removed,
        citation=citation(one, owner, language),
        bibtex=bibtex(one, owner, language),
        text_columns=tuple(entry["name"] for entry in one.columns if entry["type"] == "string"),
        address=f"{base_url.rstrip('/')}/{one.path}/" if base_url else "",
        structured=_json_in_html(_structured(described, frame)),
    )


def _column(entry: Mapping[str, Any], field: Field | None, one: Published, language: Language) -> Column:
    several = field is not None and field.kind in ("set", "list")
    kind = say_of_release("several" if several else f"types.{entry['type']}", language)
    codes = entry.get("codes", "")
    in_form = field is not None and one.package.get("rounds")
    return Column(
        name=entry["name"],
        title=said(entry, "title", language),
        kind=kind,
        required=bool(entry.get("constraints", {}).get("required")),
        unit=entry.get("unit", ""),
        meaning=said(entry, "description", language),
        words=tuple(entry.get("categories", ())),
        code_list=one.code_lists[codes].title[language] if codes in one.code_lists else "",
        heading=field.heading if field and in_form else "",
        aliases=field.aliases if field and in_form else (),
        number=entry["type"] in ("number", "integer") and not (field and field.kind == "year"),
    )


def _first_rows(one: Published, columns: tuple[Column, ...], language: Language) -> tuple[tuple[str, ...], ...]:
    described = [pair for pair in zip(columns, one.columns, strict=True) if pair[0].name != ID.name]
    return tuple(
        tuple(cell_text(row[column.name], entry, one, language, grouped=column.number) for column, entry in described)
        for row in one.table.slice(0, FIRST_ROWS).to_pylist()
    )


def _charts(one: Published, language: Language) -> list[Chart]:
    names = [entry["name"] for entry in one.columns]
    codes = {entry["name"]: entry.get("codes") for entry in one.columns}
    found = []
    if codes.get("city_code") == "cities" and "cities" in one.code_lists:
        numbers = charts.count(one.table["city_code"])
        if any(code in charts.places() for code in numbers):
            found.append(charts.tile_map("cities", say("charts.by_city", language), numbers, _city(one, language)))
    if codes.get("chain") == "chains" and "chains" in one.code_lists:
        chains = one.code_lists["chains"]
        counted = sorted(charts.count(one.table["chain"]).items(), key=lambda pair: (-pair[1], pair[0]))
        named = [(chains.label(code, language), number) for code, number in counted]
        if named:
            found.append(charts.bars("chains", say("charts.by_chain", language), named))
    if "round" in names and (rounds := sorted(charts.count(one.table["round"]).items())):
        found.append(charts.bars("rounds", say("charts.by_round", language), rounds))
    return found


def _city(one: Published, language: Language) -> Any:
    return lambda code: short_city(one.code_lists["cities"].label(code, language))


def short_city(name: str) -> str:
    """The name of a city as it stands on a tile: 济南 for 济南市."""
    return name.removesuffix("市")


def _verdict(summary: Mapping[str, int], language: Language) -> str:
    """How the checks before the release went: nothing is released with one that failed, but some may be accepted."""
    passed, accepted = summary["passed"], summary["accepted"]
    if accepted:
        return say("dataset.checks_accepted", language, passed=passed, accepted=accepted)
    return say("dataset.checks_one" if passed == 1 else "dataset.checks_all", language, passed=passed)


def _version(package: Mapping[str, Any], language: Language) -> Version:
    change = package["change"]
    titles = {
        field["name"]: said(field, "title", language)
        for resource in package["resources"]
        for field in resource.get("schema", {}).get("fields", ())
    }
    return Version(
        version=package["version"],
        day=package["created"][:10],
        previous=change["previous"] or "",
        reasons=tuple(
            say_of_release(f"changes.reasons.{one['code']}", language, subject=_subject(one["subject"], titles))
            for one in change["reasons"]
        ),
        added=change["rows"]["added"],
        removed=change["rows"]["removed"],
        changed=change["rows"]["changed"],
        accepted=tuple(one["sentence" if language == "zh" else "sentence_en"] for one in change["accepted"]),
    )


def _subject(subject: str, titles: Mapping[str, str]) -> str:
    return f"{int(subject):,}" if subject.isdigit() else titles.get(subject, subject)


def _structured(described: Described, frame: Frame) -> dict[str, Any]:
    """The Dataset of schema.org, its files addressed from this page."""
    dataset = schema_org(described)
    folder = f"{frame.root}{described.name}/{described.version}/"
    files = [{**one, "contentUrl": folder + one["contentUrl"]} for one in dataset["distribution"]]
    return {**dataset, "distribution": files}


def _json_in_html(content: Any) -> str:
    """JSON that may stand in a script element: nothing in it ends the element or begins a comment."""
    text = json.dumps(content, ensure_ascii=False, indent=1)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _web_address(address: str) -> str:
    """The address where it leads to the web; nothing else becomes a link."""
    return address if address.startswith(("https://", "http://")) else ""
