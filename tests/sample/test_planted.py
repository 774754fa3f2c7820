"""What the manifest says is true of the files: each fault at its cell, each row counted, nothing private left out."""

import datetime
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
import yaml

from orchestration.contracts import Contract
from orchestration.sample.enterprises import uscc_check_character
from orchestration.sample.habits import HABITS
from orchestration.sample.manifest import Planted
from tests.sample.conftest import ROOT, Sample
from tests.sample.opening import Cell, cell, hidden_sheets, sheets

USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
ENCODINGS = {"csv_utf_8": "utf-8", "csv_bom": "utf-8-sig", "csv_gb18030": "gb18030"}
# What no contract of the first three datasets has room for: a yes-or-no column, a least length, a month, a number of
# items, a reference.
NO_ROOM = {"boolean_unreadable", "too_short", "month_unreadable", "too_many_items", "reference_unknown"}
# What the sample's writers cannot make: they save no formulas.
NO_WRITER = {"formula_without_value"}


def rows_of(sample: Sample, submission: str, sheet: str | None) -> list[list[Cell]]:
    file = next(file for file in sample.manifest.files if file.submission == submission)
    encoding = next((name for habit, name in ENCODINGS.items() if habit in file.habits), "")
    return sheets(sample.inbox / submission, encoding)[str(sheet)]


def shown(sample: Sample, fault: Planted) -> str:
    """The cell of a fault as text, half width and without blanks."""
    value = cell(rows_of(sample, fault.submission, fault.sheet), str(fault.cell))
    if isinstance(value, float):
        return repr(value)
    return "".join(unicodedata.normalize("NFKC", str(value)).split())


def test_every_code_of_cells_and_rows_is_planted_several_times(small: Sample) -> None:
    registry = yaml.safe_load((ROOT / "schemas" / "shared" / "issues.yaml").read_text(encoding="utf-8"))
    codes = {code for code, issue in registry.items() if issue["scope"] in ("cell", "row")}
    planted = Counter(fault.code for fault in small.manifest.faults if fault.row is not None)
    assert set(planted) == codes - NO_ROOM - NO_WRITER
    assert min(planted.values()) >= 3


def test_no_code_is_outside_the_registry(small: Sample) -> None:
    registry = yaml.safe_load((ROOT / "schemas" / "shared" / "issues.yaml").read_text(encoding="utf-8"))
    assert {fault.code for fault in small.manifest.faults} <= registry.keys()
    scopes = {
        (registry[fault.code]["scope"], fault.sheet is None, fault.row is None) for fault in small.manifest.faults
    }
    assert scopes == {
        ("file", True, True), ("sheet", False, True), ("row", False, False), ("cell", False, False),
    }  # fmt: skip


def test_a_fault_is_planted_in_every_field_that_has_room_for_it(small: Sample, contracts: dict[str, Contract]) -> None:
    planted = {(fault.dataset, fault.field) for fault in small.manifest.faults if fault.code == "required_missing"}
    assert planted == {(name, f.name) for name, contract in contracts.items() for f in contract.fields if f.required}


def faults(sample: Sample, code: str) -> list[str]:
    found = [shown(sample, fault) for fault in sample.manifest.faults if fault.code == code]
    assert found
    return found


def test_what_is_missing_is_empty_or_a_sign_for_nothing(small: Sample) -> None:
    assert set(faults(small, "required_missing")) == {"", "—", "/"}


def test_codes_are_malformed_or_fail_their_check_or_lost_digits(small: Sample) -> None:
    assert not [text for text in faults(small, "uscc_malformed") if USCC.fullmatch(text)]
    for text in faults(small, "uscc_check_character"):
        assert USCC.fullmatch(text)
        assert uscc_check_character(text[:-1]) != text[-1]
    lost = faults(small, "digits_lost")
    assert all(re.fullmatch(r"9\.137\d*[Ee]\+17", text) for text in lost)
    assert len({len(text) for text in lost}) > 1, "as a number in workbooks, as text in csv"


def test_days_and_numbers_cannot_be_read(small: Sample) -> None:
    assert set(faults(small, "date_unreadable")) == {"2024-02-30", "2024.03", "待定", "2024年13月1日"}
    assert set(faults(small, "number_unreadable")) == {"若干", "见附件", "数量较多"}
    assert all(re.fullmatch(r"约\d+|\d+左右|\d+-\d+", text) for text in faults(small, "number_approximate"))
    assert all(re.fullmatch(r"\d+\.5", text) for text in faults(small, "number_not_whole"))


def test_numbers_and_texts_are_out_of_bounds(small: Sample, contracts: dict[str, Contract]) -> None:
    for fault in small.manifest.faults:
        if fault.code not in ("below_minimum", "above_maximum", "too_long"):
            continue
        field = contracts[str(fault.dataset)].field(str(fault.field))
        text = shown(small, fault)
        if fault.code == "too_long":
            assert len(text) > field.constraint("maxLength")
        elif fault.code == "below_minimum":
            assert float(text.rstrip("%年").replace(",", "")) < field.constraint("minimum")
        else:
            assert float(text.rstrip("%年").replace(",", "")) > field.constraint("maximum")


def test_personal_data_stands_in_texts_that_are_published(small: Sample, contracts: dict[str, Contract]) -> None:
    kinds = Counter[str]()
    for fault in small.manifest.faults:
        if fault.code == "personal_data":
            assert contracts[str(fault.dataset)].field(str(fault.field)).public
            text = shown(small, fault)
            kinds["mobile"] += bool(re.search(r"(?<!\d)199000\d{5}(?!\d)", text))
            kinds["landline"] += bool(re.search(r"(?<!\d)0\d{3}-8000\d{4}(?!\d)", text))
            kinds["email"] += "@example.com" in text
    assert min(kinds[kind] for kind in ("mobile", "landline", "email")) > 0
    assert kinds.total() == sum(fault.code == "personal_data" for fault in small.manifest.faults)


def test_codes_are_unknown_retired_or_elsewhere(small: Sample) -> None:
    assert {"高新技术产业开发区", "9999", "未来产业链"} <= set(faults(small, "code_unknown"))
    retired = set(faults(small, "code_retired"))
    assert "莱芜市" in retired
    assert len(retired) > 5
    for fault in small.manifest.faults:
        if fault.code == "outside_parent":
            assert fault.field == "county_code"
            assert "市中区" not in shown(small, fault)


def test_a_broken_rule_names_the_rule_and_the_field(small: Sample) -> None:
    broken = {(fault.field, fault.detail) for fault in small.manifest.faults if fault.code == "rule_broken"}
    assert broken == {("valid_until", "valid_until_not_before_published_on")}


def test_repeated_rows_have_a_twin_further_down(small: Sample) -> None:
    for fault in small.manifest.faults:
        if fault.code == "repeated_in_submission":
            rows = rows_of(small, fault.submission, fault.sheet)
            texts = [["".join(unicodedata.normalize("NFKC", str(c)).split()) for c in row] for row in rows]
            code = next(text for text in texts[int(str(fault.row)) - 1] if USCC.fullmatch(text))
            below = [row for row in texts[int(str(fault.row)) :] if code in row]
            # The file that the association sent twice is the same key in the same file too, once in each.
            assert below or len(sheets(small.inbox / fault.submission)) > 1


def test_read_is_the_sum_of_what_became_of_it(full: Sample) -> None:
    for file in full.manifest.files:
        data = file.published + file.superseded + file.quarantined
        assert file.rows_read == data + sum(file.ignored.values()), file.submission
    for name, total in full.manifest.datasets.items():
        own = [file for file in full.manifest.files if file.dataset == name]
        assert total.read == sum(file.rows_read for file in own)
        assert total.read == total.published + total.superseded + total.quarantined + total.ignored
        assert min(total.superseded, total.quarantined, total.ignored) > 20


def test_rows_read_end_with_the_last_row_that_is_not_blank(small: Sample) -> None:
    """Counted from the first fault-free thing that a reader can tell: the header, which names the code."""
    for file in small.manifest.files:
        if file.status != "read":
            continue
        encoding = next((name for habit, name in ENCODINGS.items() if habit in file.habits), "")
        counted = 0
        for rows in sheets(small.inbox / file.submission, encoding).values():
            if rows:
                header = min(i for i, row in enumerate(rows[:8]) if _is_header(row))
                filled = [i for i, row in enumerate(rows) if any(str(c).strip() for c in row)]
                # In Word the numbers of a column are not in its cells.
                counted += max(filled) - header
        assert counted == file.rows_read, file.submission


def _is_header(row: list[Cell]) -> bool:
    texts = {"".join(str(c).split()).lstrip("*") for c in row}
    return bool(texts & {"统一社会信用代码", "社会信用代码", "信用代码", "机构代码", "统一信用代码"})


def test_every_ignored_reason_occurs(small: Sample) -> None:
    reasons = {reason for file in small.manifest.files for reason in file.ignored}
    assert reasons == {"blank", "section", "total", "note", "header"}


def test_every_habit_occurs(small: Sample, full: Sample) -> None:
    for sample in (small, full):
        assert {habit for file in sample.manifest.files for habit in file.habits} == set(HABITS)


@pytest.mark.parametrize(
    ("habit", "pattern"),
    [
        ("attachment_line", r"附件1："),
        ("title_merged", r"2024年第.批.*汇总表\n（.*样例）"),
        ("filling_line", r"填报单位（盖章）：.*"),
        ("heading_unit", r"[^（]+[（(] ?(万元|元|台|TB|%) ?[)）]"),
        ("heading_break", r"[\u4e00-\u9fff]+\n[\u4e00-\u9fff]+(\n（.*）)?"),
        ("heading_spaces", r"联 系 人|企 业 名 称"),
        ("section_rows", r"一、.*（\d+[项家]）"),
        ("total_row", r"合　?计"),
        ("note_row", r"(注|说明)：.*样例数据，纯属虚构.*"),
        ("signature_row", r".*填报人：.样.　.*"),
        ("date_chinese", r"20\d\d年\d{1,2}月\d{1,2}日"),
        ("date_slash", r"20\d\d/\d{1,2}/\d{1,2}"),
        ("date_dots", r"20\d\d\.\d{1,2}\.\d{1,2}"),
        ("date_compact", r"20\d{6}"),
        ("date_iso", r"20\d\d-\d\d-\d\d"),
        ("thousands", r"\s*[\d０-９]{1,3},[\d０-９]{3}(,[\d０-９]{3})*(\.[\d０-９]+)?\s*"),
        ("percent_sign", r"\d+\.\d%"),
        ("year_word", r"20\d\d年"),
        ("placeholder", r"无|—|/"),
        ("full_width", r"９１３７[０-９Ａ-Ｚ]{14}"),
        ("brackets_other_width", r".*样例.*\(集团\)有限公司"),
        ("spaces_around", r"(.*\S[ \u3000]+|[ \u3000]+\S.*)"),
        ("name_broken", r"(?!2024年第).{4,}\n[^\n（]{2}.*"),
        ("code_text", r"3[0-9]{3}|37\d{4}"),
        ("code_alias", r"济南|青岛|山东省.+市"),
        ("phone_grouped", r"199-00\d\d-\d{4}"),
    ],
)
def test_the_habit_can_be_seen_in_every_file_that_has_it(small: Sample, habit: str, pattern: str) -> None:
    showing = [file for file in small.manifest.files if habit in file.habits]
    assert showing
    seen = [file for file in showing if _matches(small, file.submission, file.habits, pattern)]
    few = {"code_alias", "full_width", "brackets_other_width", "heading_spaces", "code_text"}
    assert seen if habit in few else seen == showing


def _matches(sample: Sample, submission: str, habits: tuple[str, ...], pattern: str) -> bool:
    encoding = next((name for habit, name in ENCODINGS.items() if habit in habits), "")
    path = sample.inbox / submission
    texts = [str(c) for rows in sheets(path, encoding).values() for row in rows for c in row]
    if path.suffix == ".docx":
        import docx

        texts += [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]
        texts += [part for text in texts for part in text.split("\u3000") if "：" in part]
    return any(re.fullmatch(pattern, text, re.DOTALL) for text in texts)


def test_numbers_and_days_are_real_ones_in_workbooks(small: Sample) -> None:
    for habit, kind in [("date_cell", datetime.date), ("code_number", float), ("phone_number", float)]:
        files = [file for file in small.manifest.files if habit in file.habits]
        assert {file.format for file in files} <= {"xlsx", "xls", "ods"}
        for file in files:
            cells = [c for rows in sheets(small.inbox / file.submission).values() for row in rows for c in row]
            assert any(isinstance(c, kind) or (kind is float and isinstance(c, int)) for c in cells), file


def test_hidden_sheets_are_hidden(small: Sample) -> None:
    planted = {(f.submission, f.sheet) for f in small.manifest.faults if f.code == "sheet_hidden"}
    hidden = {
        (file.submission, name)
        for file in small.manifest.files
        if file.status == "read"
        for name in hidden_sheets(small.inbox / file.submission)
    }
    assert planted == hidden
    assert len(planted) > 3


def test_unclaimed_columns_have_their_heading(small: Sample) -> None:
    planted = [f for f in small.manifest.faults if f.code == "column_unclaimed"]
    assert len(planted) > 10
    for fault in planted:
        rows = rows_of(small, fault.submission, fault.sheet)
        assert any(fault.heading in row for row in rows[:8]), fault


def test_refused_files_are_what_they_are_refused_for(small: Sample) -> None:
    refused: dict[str, list[bytes]] = {}
    read = {file.submission for file in small.manifest.files if file.status == "read"}
    for fault in small.manifest.faults:
        if fault.sheet is None and fault.submission not in read:
            refused.setdefault(fault.code, []).append((small.inbox / fault.submission).read_bytes())
    assert set(refused) == {
        "file_type_mismatch", "file_empty", "dataset_unknown", "file_type_unknown", "file_truncated", "round_unknown",
    }  # fmt: skip
    assert refused["file_empty"] == [b"", b""]
    assert all(content.startswith(b"{") for content in refused["file_type_mismatch"])
    assert refused["file_type_unknown"][0].startswith(b"%PDF")
    strays = [Path(f.submission) for f in small.manifest.faults if f.code == "round_unknown"]
    assert sorted(len(path.parts) for path in strays) == [1, 2]


def test_one_submission_of_each_dataset_is_corrected_by_another(small: Sample) -> None:
    told = [fault for fault in small.manifest.faults if fault.code in ("submission_replaced", "submission_replaces")]
    assert Counter(fault.code for fault in told) == {"submission_replaced": 3, "submission_replaces": 3}
    files = {file.submission: file for file in small.manifest.files}
    for old in (fault.submission for fault in told if fault.code == "submission_replaced"):
        new = files[old.replace("（样例）", "（更正，样例）")]
        assert (files[old].published, files[old].quarantined) == (0, 0)
        assert 0 < files[old].superseded < new.published + new.superseded + new.quarantined
        assert "corrected" in files[old].habits


def test_private_values_are_recognisable(full: Sample) -> None:
    private = full.manifest.private_values
    assert list(private) == sorted(set(private))
    assert any(re.fullmatch(r"199000\d{5}", value) for value in private)
    assert any(re.fullmatch(r"0\d{3}-8000\d{4}", value) for value in private)
    assert any(re.fullmatch(r".样.", value) for value in private)
    assert any("样例路" in value for value in private)
    assert any(re.fullmatch(r"\d+\.\d{3}[1-9]", value) for value in private)
    assert not [value for value in private if len(value) < 3]
    addresses = [value for value in private if "@" in value and "#" not in value and not value.endswith("@")]
    assert addresses
    assert all(re.search(r"@example\.(com|cn)$", unicodedata.normalize("NFKC", value)) for value in addresses)


def test_private_columns_hold_nothing_that_is_not_listed(small: Sample, contracts: dict[str, Contract]) -> None:
    """Every name, number and address below a private heading is in the list, or is a sign for nothing."""
    private = set(small.manifest.private_values)
    labels = {
        "".join(label.split()): field
        for contract in contracts.values()
        for field in contract.fields
        for label in field.labels
        if field.name in ("contact_person", "contact_phone", "contact_email", "address", "legal_representative")
    }
    checked = 0
    for file in small.manifest.files:
        if file.status != "read":
            continue
        encoding = next((name for habit, name in ENCODINGS.items() if habit in file.habits), "")
        for rows in sheets(small.inbox / file.submission, encoding).values():
            if not rows:
                continue
            header = min(i for i, row in enumerate(rows[:8]) if _is_header(row))
            for column, heading in enumerate(rows[header]):
                if "".join(str(heading).split()).lstrip("*") not in labels:
                    continue
                for row in rows[header + 1 :]:
                    if str(row[0]).startswith(("注：", "说明：", "单位负责人", "填报人", "一、", "合")) or _is_header(
                        row
                    ):
                        continue
                    value = row[column]
                    text = str(int(value)) if isinstance(value, float) else str(value).strip()
                    if text in ("", "无", "—", "/") or re.match(r"[一二三四五六七八九十]+、", text):
                        continue
                    checked += 1
                    assert text in private, (file.submission, heading)
    assert checked > 1_000
