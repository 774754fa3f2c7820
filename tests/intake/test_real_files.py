"""Files that nobody wrote for this project: what governments and other projects' test suites really hold."""

import builtins
import csv
import json
from pathlib import Path

import pytest

from orchestration.contracts import load_contracts
from orchestration.intake import take_in
from orchestration.intake.children import in_children
from orchestration.intake.issues import Issue, Refusal
from orchestration.intake.limits import DEFAULT_LIMITS
from orchestration.intake.peek import Peek, peek
from orchestration.intake.text_tables import decode, read_text_table
from orchestration.quality.registry import issue_types
from orchestration.settings import PROJECT
from tests.intake.child_work import look

REAL = Path(__file__).parents[2].parent / "shared" / "real"
TABLE = Path(__file__).with_name("real_files.csv")
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the folder ../shared/real is not there")

PYTHON_ERRORS = {
    name for name, each in vars(builtins).items() if isinstance(each, type) and issubclass(each, BaseException)
}
FILINGS = "cac-algorithm-filings/境内"
OCEAN = "威海市海洋生产总值（分区市）信息"
VESSELS = "远洋捕捞渔船信息"


def seen(pattern: str) -> Peek:
    (path,) = REAL.glob(pattern)
    return peek(path, load_contracts(PROJECT / "schemas"))


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("互联网信息服务算法备案清单（2022年8月）", 30),
        ("互联网信息服务算法备案清单（2024年4月）", 69),
        ("互联网信息服务算法备案清单（2024年8月） (1)", 44),
        ("互联网信息服务算法备案清单（2026年5月）", 78),
        ("深度合成服务算法备案清单（2023年6月）", 41),
        ("深度合成服务算法备案清单（2025年11月）", 680),
    ],
)
def test_algorithm_filings_in_word(name: str, rows: int) -> None:
    found = seen(f"{FILINGS}{name}.docx")
    assert (found.refusal, found.data_rows, len(found.sheets)) == (None, rows, 1)
    assert [column.heading for column in found.sheets[0].columns][:2] == ["序号", "算法名称"]
    assert (len(found.sheets[0].columns), found.sheets[0].ignored) == (8, {})


def test_the_list_of_universities_in_an_old_workbook() -> None:
    found = seen("moe-university-list/*.xls")
    (sheet,) = found.sheets
    assert (sheet.header_rows, sheet.data_rows) == ((3,), 2919)
    assert {reason: len(rows) for reason, rows in sheet.ignored.items()} == {"section": 31}


@pytest.mark.parametrize(("name", "rows"), [(f"{VESSELS}202405300403", 352), (f"{OCEAN}202512191739", 24)])
def test_portal_files_in_gb18030_have_the_rows_that_the_portal_counts(name: str, rows: int) -> None:
    # The table in shared/real/README.md says 351 and 23: the last line of these files has no line break, and a count
    # of line breaks misses it. The portal's own index and its JSON of the same data have one row more.
    index = (REAL / "shandong-open-data" / "sd_public_data_file_resources.csv").read_text("utf-8-sig").splitlines()
    counted = {row["resource_name"]: int(row["data_count"]) for row in csv.DictReader(index)}
    assert counted[f"{name}.csv"] == counted[f"{name}.json"] == rows
    found = seen(f"shandong-open-data/raw/*/{name}.csv")
    assert (found.kind, found.data_rows, found.sheets[0].ignored) == ("csv", rows, {})


@pytest.mark.parametrize("name", [VESSELS, OCEAN])
def test_an_error_message_of_the_portal_is_no_table(name: str) -> None:
    assert seen(f"shandong-open-data/raw/*/{name}202607011500.csv").refusal == Issue("file_type_mismatch", "JSON")


def others() -> list[Path]:
    """The files of other projects' test suites, the broken and hostile ones among them."""
    folders = ("calamine-tests", "csv-spectrum/csvs", "messytables-horror")
    return [path for folder in folders for path in sorted((REAL / folder).iterdir())]


def table() -> list[dict[str, str]]:
    """What is to become of each of them: `peek` is the number of sheets read, or the refusal; `run` the refusal."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def outcome(code: str, detail: str | None) -> str:
    return f"{code}: {detail}" if detail else code


def test_each_file_of_other_projects_is_read_or_refused_as_the_table_says(tmp_path: Path) -> None:
    paths = others()
    for path in paths:
        copy = tmp_path / "inbox" / "2024-01" / path.relative_to(REAL).parts[0] / path.name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    report = take_in(tmp_path / "inbox", tmp_path / "workspace", load_contracts(PROJECT / "schemas"))
    looks = in_children(look, paths, DEFAULT_LIMITS)
    peeks = [outcome(each.code, each.detail) if isinstance(each, Refusal) else f"read: {each}" for each in looks]
    # None of them is a form of the datasets, so a run reads them and refuses them for that.
    runs = {each.submission: each.issues[0].code for each in report.submissions if each.status == "refused"}
    names = [path.relative_to(REAL).as_posix() for path in paths]
    submissions = [f"2024-01/{name.replace('csvs/', '')}" for name in names]
    assert [
        {"file": name, "peek": seen, "run": runs[submission]}
        for name, seen, submission in zip(names, peeks, submissions, strict=True)
    ] == table()


def test_the_table_blames_the_files_and_not_the_reader() -> None:
    lines = table()
    assert len(lines) == 186
    codes = {line["peek"].partition(":")[0] for line in lines} | {line["run"] for line in lines}
    assert codes - {"read"} <= set(issue_types(PROJECT / "schemas"))
    # An error of Python's own would be a fault of ours.
    assert {line["peek"].partition(": ")[2] for line in lines} & PYTHON_ERRORS == set()
    # What a run refuses for its content, it refuses for the reason that a peek gives.
    for line in lines:
        readable = line["run"] in ("dataset_unknown", "header_not_found")
        assert line["peek"].partition(":")[0] == ("read" if readable else line["run"]), line["file"]


def test_every_case_of_csv_spectrum_reads_as_its_json_says() -> None:
    for path in sorted((REAL / "csv-spectrum" / "csvs").iterdir()):
        data = path.read_bytes()
        if path.stem.endswith("_crlf") and b"\r" not in data:
            # These copies lost the line breaks that they are about.
            data = data.replace(b"\n", b"\r\n")
        (sheet,) = read_text_table(decode(data), DEFAULT_LIMITS)
        header, *rows = [[cell or "" for cell in row] for row in sheet.rows]
        expected = json.loads((REAL / "csv-spectrum" / "json" / f"{path.stem}.json").read_text("utf-8"))
        if path.stem == "location_coordinates":
            # Its JSON was made from another row; the coordinates are what the case is about.
            rows, expected = [row[1:2] for row in rows], [{header[1]: expected["Location Coordinates"]}]
            header = header[1:2]
        assert [dict(zip(header, row, strict=True)) for row in rows] == expected, path.stem
