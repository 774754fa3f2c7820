"""The bundled sample, from made-up forms to packages: every planted fault found, no row lost, nothing private out."""

import csv
import json
import re
import subprocess
import zipfile
from collections import Counter
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from frictionless import Package

from orchestration.contracts import load_contracts, submitted
from orchestration.quality.accounts import OUTCOMES
from orchestration.quality.registry import issue_types
from orchestration.settings import PROJECT
from orchestration.verifying import verify
from tests.pipeline import recomputed
from tests.pipeline.conftest import SampleRun
from tests.pipeline.quality_recomputed import expected_quality, published_quality
from tests.standards import test_citation, test_croissant, test_csvw, test_dcat_ap, test_ro_crate
from tests.standards.test_ro_crate import cache  # noqa: F401 - a fixture

CONTRACTS = load_contracts(PROJECT / "schemas")
DATASETS = tuple(CONTRACTS)
REGISTERS = tuple(submitted(CONTRACTS))
# What takes long, of few: the largest register, one with few columns of codes, the one whose figures are computed.
SOME = ("scene_items", "vr_centers", "target_progress")
# Which code lists a dataset publishes.
CODE_LISTS = {
    "divisions": ("cities", "counties"),
    "industry_chains": ("chains",),
    "industry_classes": ("industries",),
    "universities": ("institutions",),
}


# Datasets of enterprises and of other units; the figures of cities name nobody.
REGISTERS_OF_NAMES = [name for name in REGISTERS if name != "ip_progress"]
PUBLIC_FIELDS = {name: {field.name for field in one.public_fields} for name, one in submitted(CONTRACTS).items()}


def issues_found(run: SampleRun) -> Counter[tuple[object, ...]]:
    marts = run.installation.settings.marts
    columns = ["submission", "sheet", "row_no", "cell", "field", "code"]
    rows = [
        row
        for name in REGISTERS
        for row in pq.read_table(marts / f"{name}__issues.parquet", columns=columns).to_pylist()
    ]
    return Counter(tuple(row[column] for column in columns) for row in rows)


def test_the_run_is_green(sample_run: SampleRun) -> None:
    assert sample_run.outcome.exit_code == 0, sample_run.outcome.err
    assert [one["dataset"] for one in sample_run.outcome.report["datasets"]] == [*DATASETS]
    assert {one["gate"] for one in sample_run.outcome.report["datasets"]} == {"green"}
    assert {one["version"] for one in sample_run.outcome.report["datasets"]} == {"1.0.0"}


def test_planted_faults_and_issues_agree_one_to_one(sample_run: SampleRun) -> None:
    planted = Counter(
        (fault["submission"], fault["sheet"], fault["row"], fault["cell"], fault["field"], fault["code"])
        for fault in sample_run.manifest["faults"]
        if fault["row"] is not None
    )
    found = issues_found(sample_run)
    assert planted - found == Counter(), "planted, not found"
    assert found - planted == Counter(), "found, not planted"
    assert sum(planted.values()) > 1000
    assert {fault["dataset"] for fault in sample_run.manifest["faults"] if fault["row"]} == set(REGISTERS)


def test_planted_faults_of_files_and_sheets_agree_one_to_one(sample_run: SampleRun) -> None:
    table = pq.read_table(sample_run.installation.settings.workspace / "intake" / "issues.parquet").to_pylist()
    found = Counter((row["submission"], row["sheet"] or "", row["code"]) for row in table)
    planted = Counter(
        (fault["submission"], fault["sheet"] or "", fault["code"])
        for fault in sample_run.manifest["faults"]
        if fault["row"] is None
    )
    assert found == planted


def test_every_file_is_read_as_the_manifest_says(sample_run: SampleRun) -> None:
    table = pq.read_table(sample_run.installation.settings.workspace / "intake" / "submissions.parquet").to_pylist()
    read = {row["submission"]: row["rows_read"] for row in table if row["status"] == "read"}
    assert read == {file["submission"]: file["rows_read"] for file in sample_run.manifest["files"] if file["rows_read"]}


@pytest.mark.parametrize("dataset", REGISTERS)
def test_outcomes_add_up_and_are_those_of_the_manifest(sample_run: SampleRun, dataset: str) -> None:
    row = sample_run.outcome.dataset(dataset)
    assert row["read"] == row["published"] + row["superseded"] + row["quarantined"] + row["ignored"]
    expected = sample_run.manifest["datasets"][dataset]
    assert {name: row[name] for name in expected} == expected
    assert row["published"] > 0 and row["quarantined"] > 0, "good rows and faulty ones"


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_package_is_valid(sample_run: SampleRun, dataset: str) -> None:
    package = Package(str(release(sample_run, dataset) / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["type", "fieldName", "note"])[:3]
    assert package.custom["sample"] is True
    assert "样例" in (package.title or "")


@pytest.mark.parametrize("dataset", DATASETS)
def test_rows_published_are_rows_of_the_package(sample_run: SampleRun, dataset: str) -> None:
    rows = sample_run.outcome.dataset(dataset)["published"]
    folder = release(sample_run, dataset)
    assert pq.read_metadata(folder / f"{dataset}.parquet").num_rows == rows
    counted = duckdb.sql(f"select count(*) from read_csv('{folder / f'{dataset}.csv'}', all_varchar=true)").fetchone()
    assert counted == (rows,)


def test_no_private_value_is_published(sample_run: SampleRun, tmp_path: Path) -> None:
    private = set(sample_run.manifest["private_values"])
    assert len(private) > 10_000
    pieces = {path: published_pieces(path) for path in sample_run.installation.settings.published.rglob("*.*")}
    tables = [path for path, found in pieces.items() if any("样例" in piece for piece in found)]
    named = Counter(path.stem for path in tables if path.suffix in (".csv", ".xlsx", ".parquet"))
    whole = {name for name, formats in named.items() if formats == 3}
    assert whole == {*REGISTERS_OF_NAMES, "enterprises", "submission_quality"}, "a table was not read"
    # The formats of a table hold much the same pieces: each piece is searched once, by grep for all values together.
    (tmp_path / "everything").write_text("\n".join(sorted(set().union(*pieces.values()))), "utf-8")
    (tmp_path / "private").write_text("\n".join(sorted(private)), "utf-8")
    grep = ["grep", "--count", "--fixed-strings", "--file", tmp_path / "private", tmp_path / "everything"]
    found = subprocess.run(grep, capture_output=True, text=True, check=False)
    assert (found.stdout, found.returncode) == ("0\n", 1)
    with (tmp_path / "everything").open("a", encoding="utf-8") as file:
        file.write(f"\n联系{sorted(private)[0]}人\n")
    assert subprocess.run(grep, capture_output=True, text=True, check=False).stdout == "1\n"


def test_a_second_run_makes_no_release(sample_run: SampleRun) -> None:
    published = sample_run.installation.settings.published
    before = {path: path.read_bytes() for path in published.rglob("*") if path.is_file()}
    again = sample_run.installation.fuzhi("run")
    assert again.exit_code == 0, again.err
    assert "nothing has changed, no new release" in again.out
    assert [one["new"] for one in again.report["datasets"]] == [False] * 31
    assert {path: path.read_bytes() for path in published.rglob("*") if path.is_file()} == before


def release(run: SampleRun, dataset: str) -> Path:
    return run.installation.settings.published / dataset / run.outcome.dataset(dataset)["version"]


def published_pieces(path: Path) -> set[str]:
    """What a published file holds, in pieces: the cells of a table, the texts of JSON and XML, else lines."""
    if not path.is_file():
        return set()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as parts:
            return {text for name in parts.namelist() for text in re.split("[<>]", parts.read(name).decode())}
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return {cell for row in csv.reader(file) for cell in row}
    if path.suffix == ".parquet":
        return {str(value) for column in pq.read_table(path).columns for value in column.to_pylist()}
    return set(re.split('["<>\\n]', path.read_text("utf-8")))


def test_what_is_published_verifies(sample_run: SampleRun) -> None:
    report = verify(str(sample_run.installation.settings.published))
    assert (report.ok, report.kind, len(report.versions)) == (True, "published", 31)
    assert {one.code for one in report.findings} == {"unsigned"}


@pytest.mark.parametrize("dataset", REGISTERS)
def test_lineage_names_the_forms_by_their_hashes_alone_and_counts_their_rows(
    sample_run: SampleRun, dataset: str
) -> None:
    settings = sample_run.installation.settings
    content = (settings.published / dataset / "1.0.0" / "lineage.json").read_text("utf-8")
    said = json.loads(content)
    reported = sample_run.outcome.dataset(dataset)
    assert said["rows"] == {outcome: reported[outcome] for outcome in ("read", *OUTCOMES)}
    assert said["rounds"] == ["2024-01", "2024-02"]
    assert said["inputs"] == sorted(set(said["inputs"])) and said["inputs"]
    assert all((settings.workspace / "store" / file).is_file() for file in said["inputs"])
    names = {name for path in settings.inbox.rglob("*") for name in (path.name, path.stem)}
    # `round` is the stem of round.yaml, and a word of the lineage.
    assert not [name for name in names - {*DATASETS, *said["rounds"], "round"} if name in content]


@pytest.mark.parametrize("dataset", SOME)
def test_validators_of_others_accept_each_document(sample_run: SampleRun, dataset: str, cache: Path) -> None:  # noqa: F811
    folder = release(sample_run, dataset)
    assert test_csvw.validate(folder, dataset) == (0, "OK\n")
    assert test_citation.validate(folder)[0] == 0
    assert test_croissant.validate(folder)[0] == 0
    assert test_ro_crate.issues(folder, cache) == []


@pytest.mark.parametrize("shapes", ["html_shacl_shapes.ttl", "html_shacl_range.ttl"])
def test_the_catalogue_conforms(sample_run: SampleRun, shapes: str) -> None:
    code, said = test_dcat_ap.validate(sample_run.installation.settings.published / "catalog.jsonld", shapes)
    assert code == 0, said


def test_what_no_single_form_shows_agrees_one_to_one(sample_run: SampleRun) -> None:
    rows = pq.read_table(sample_run.installation.settings.marts / "enterprises__issues.parquet").to_pylist()
    subjects = {(row["code"], row["subject"]) for row in rows}
    found = [
        {
            "code": code,
            "subject": subject,
            "names": sorted({row["org_name"] for row in rows if (row["code"], row["subject"]) == (code, subject)}),
            "usccs": sorted({row["uscc"] for row in rows if (row["code"], row["subject"]) == (code, subject)}),
        }
        for code, subject in sorted(subjects)
    ]
    assert found == sample_run.manifest["enterprise_issues"]
    text = (sample_run.installation.settings.workspace / "operator" / "enterprises.md").read_text("utf-8")
    assert all(f"| {subject} |" in text for _, subject in subjects)


# --- what is made of published tables, cell by cell by another calculation ---


def test_progress_is_what_the_packages_add_up_to(sample_run: SampleRun) -> None:
    published = sample_run.installation.settings.published
    rows = recomputed.table(published, "target_progress")
    assert recomputed.by_key(rows, "target_id", "period", "scope_code") == recomputed.expected_progress(
        published, PUBLIC_FIELDS
    )
    assert {row["target_id"] for row in rows} == {target.id for target in recomputed.TARGETS}
    assert len({row["status"] for row in rows}) > 2


def test_enterprises_are_those_of_all_packages(sample_run: SampleRun) -> None:
    published = sample_run.installation.settings.published
    rows = recomputed.by_key(recomputed.table(published, "enterprises"), "uscc")
    assert rows == recomputed.expected_enterprises(published, PUBLIC_FIELDS)
    assert len({row["city_code"] for row in rows.values()}) == 16


@pytest.mark.parametrize(("dataset", "lists"), CODE_LISTS.items())
def test_a_published_code_list_holds_its_seeds(sample_run: SampleRun, dataset: str, lists: tuple[str, ...]) -> None:
    settings = sample_run.installation.settings
    columns = [field.name for field in CONTRACTS[dataset].fields]
    expected = recomputed.expected_code_list(settings.dbt_project / "seeds", columns, *lists)
    assert recomputed.by_key(recomputed.table(settings.published, dataset), "code") == expected


def test_published_targets_are_those_of_the_plan(sample_run: SampleRun) -> None:
    rows = recomputed.table(sample_run.installation.settings.published, "targets")
    assert {(row["target_id"], row["clause"], row["indicator"], row["target"], row["unit"]) for row in rows} == {
        (one.id, one.clause, one.indicator, "" if one.number is None else f"{one.number}.0", one.unit)
        for one in recomputed.TARGETS
    }


def test_the_quality_of_submissions_is_what_accounts_and_issues_add_up_to(sample_run: SampleRun) -> None:
    settings = sample_run.installation.settings
    versions = {name: sample_run.outcome.dataset(name)["version"] for name in REGISTERS}
    found = published_quality(settings)
    assert found == expected_quality(settings, CONTRACTS, versions)
    # Anyone can hold it against the published tables: a row has the round that it was last sent in.
    by_round = Counter[tuple[str, str]]()
    for (sent_in, _, dataset), row in found.items():
        by_round[dataset, sent_in] += row["rows_published"]
    tables = {name: recomputed.table(settings.published, name) for name in REGISTERS}
    assert +by_round == Counter((name, row["round"]) for name, table in tables.items() for row in table)


def test_published_types_of_issues_are_those_of_the_registry(sample_run: SampleRun) -> None:
    rows = recomputed.table(sample_run.installation.settings.published, "issue_types")
    assert {row["code"]: (row["message"], row["advice_en"]) for row in rows} == {
        code: (one.message, one.advice_en) for code, one in issue_types().items()
    }


def test_all_datasets_are_listed_with_their_versions(sample_run: SampleRun) -> None:
    listed = sample_run.installation.fuzhi("datasets").out.splitlines()
    versions = {line.split()[0]: line.split()[-1] for line in listed if line.startswith(" ") and line[1] not in " ─"}
    assert versions == {"dataset": "version", **dict.fromkeys(DATASETS, "1.0.0")}


# --- what the guide computes: docs/recompute-targets.md ---

SNIPPETS = re.findall(
    r"^```sql\n(.*?)^```$", (PROJECT / "docs" / "recompute-targets.md").read_text("utf-8"), re.M | re.S
)


def results(run: SampleRun, sql: str) -> tuple[list[str], list[tuple[object, ...]]]:
    """The columns and rows of a query over the published folder, sorted."""
    with duckdb.connect(config={"file_search_path": str(run.installation.settings.published)}) as connection:
        found = connection.execute(sql)
        columns = [name for name, *_ in found.description or ()]
        return columns, sorted(found.fetchall(), key=str)


@pytest.mark.parametrize(("sql", "rows"), list(zip(SNIPPETS, (1, 2), strict=True)), ids=["K04", "K13"])
def test_a_query_of_the_guide_gives_what_is_published(sample_run: SampleRun, sql: str, rows: int) -> None:
    columns, found = results(sample_run, sql)
    assert len(found) >= rows
    key = dict(zip(columns, found[0], strict=True))
    published = f"""
        select {", ".join(columns)} from 'target_progress/1.0.0/target_progress.parquet'
        where target_id = '{key["target_id"]}' and period = '{key["period"]}' and scope <> '产业链'
        and scope_code in ({", ".join(f"'{row[columns.index('scope_code')]}'" for row in found)})
    """
    _, expected = results(sample_run, published)
    assert [_plain(row) for row in found] == [_plain(row) for row in expected]


def test_what_the_guide_does_not_count_is_nothing(sample_run: SampleRun) -> None:
    _, counted = results(sample_run, SNIPPETS[1])
    _, zeros = results(
        sample_run,
        "select scope_code from 'target_progress/1.0.0/target_progress.parquet'"
        " where target_id = 'K13' and period = '2024' and number = 0",
    )
    _, all_of_it = results(
        sample_run,
        "select scope_code from 'target_progress/1.0.0/target_progress.parquet'"
        " where target_id = 'K13' and period = '2024'",
    )
    assert {row[2] for row in counted} == {row[0] for row in all_of_it} - {row[0] for row in zeros}


def _plain(row: tuple[object, ...]) -> tuple[object, ...]:
    """Numbers as floats, which is how tables are published."""
    return tuple(value if isinstance(value, str) else float(str(value)) for value in row)
