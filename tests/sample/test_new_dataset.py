"""A register that nobody thought of is in the sample with a contract and a few words, without any Python."""

import shutil
from pathlib import Path

import pytest
import yaml

from orchestration.contracts import Contract, load_contracts
from orchestration.sample import write_sample
from orchestration.sample.words import WORDS
from tests.sample.conftest import ROOT
from tests.sample.opening import sheets

CONTRACT = """
name: voucher_products
title: 云服务券产品
title_en: Cloud voucher products
description: 云服务券产品目录。
description_en: Products that cloud vouchers pay for.
owner: 山东省工业和信息化厅
owner_en: Department of Industry and Information Technology of Shandong Province
openness: unconditional
licence: CC-BY-4.0
primaryKey: [uscc, voucher_name]
missingValues: [""]
fields:
  - {name: voucher_name, type: string, kind: name, title: 券产品名称, title_en: Product, description: 名称。,
     description_en: Name., constraints: {required: true, minLength: 3, maxLength: 60}, visibility: public,
     openness: unconditional}
  - {name: org_name, type: string, common: true}
  - {name: uscc, type: string, common: true}
  - {name: city_code, type: string, common: true}
  - {name: consent, type: boolean, kind: boolean, title: 是否同意公开, title_en: Consent, description: 是否同意。,
     description_en: Whether., visibility: public, openness: unconditional}
  - {name: price, type: number, kind: money, unit: 元, title: 计价, title_en: Price, description: 价格。,
     description_en: Price., constraints: {minimum: 0}, visibility: public, openness: unconditional}
  - {name: until, type: date, kind: date, title: 目录有效期至, title_en: Until, description: 日期。,
     description_en: Until., visibility: public, openness: unconditional}
  - {name: contact_phone, type: string, common: true}
"""


@pytest.fixture
def contracts(tmp_path: Path) -> dict[str, Contract]:
    schemas = tmp_path / "schemas"
    schemas.mkdir()
    for name in ("shared", "codes"):
        (schemas / name).symlink_to(ROOT / "schemas" / name)
    (schemas / "voucher_products.yaml").write_text(CONTRACT, encoding="utf-8")
    return load_contracts(schemas)


def words_with(tmp_path: Path, flavour: dict[str, object]) -> Path:
    own = tmp_path / "datasets" / "voucher_products.yaml"
    own.parent.mkdir()
    own.write_text(yaml.safe_dump(flavour, allow_unicode=True), encoding="utf-8")
    return Path(shutil.copy(WORDS, tmp_path))


def test_words_alone_put_it_into_the_sample(tmp_path: Path, contracts: dict[str, Contract]) -> None:
    flavour = {"rows": 300, "fields": {"voucher_name": {"texts": ["{feature}{product}"]}}}
    manifest = write_sample(tmp_path, contracts, words_file=words_with(tmp_path, flavour))
    assert list(manifest.datasets) == ["voucher_products"]
    assert manifest.datasets["voucher_products"].published == pytest.approx(300, rel=0.1)
    planted = {fault.code for fault in manifest.faults if fault.row is not None}
    assert {"boolean_unreadable", "too_short", "too_long", "below_minimum", "uscc_malformed", "code_retired"} <= planted
    assert "outside_parent" not in planted


def test_without_a_word_on_its_fields_it_is_composed_from_the_contract(
    tmp_path: Path, contracts: dict[str, Contract]
) -> None:
    # The key is then the enterprise alone, and there are enterprises enough.
    manifest = write_sample(tmp_path, contracts, words_file=words_with(tmp_path, {"rows": 100}))
    plain = next(
        file for file in manifest.files if file.format == "csv" and "csv_utf_8" in file.habits and file.dataset
    )
    rows = sheets(tmp_path / "inbox" / plain.submission, "utf-8")["csv"]
    assert rows[0][:2] == ["券产品名称", "企业名称"]
    assert {row[4] for row in rows[1:]} <= {"是", "否", "", "大概", "部分是"}


def test_a_dataset_without_words_stays_out(tmp_path: Path, contracts: dict[str, Contract]) -> None:
    manifest = write_sample(tmp_path, contracts)
    assert manifest.datasets == {}
    assert {file.status for file in manifest.files} == {"refused"}


def test_too_few_enterprises_for_so_many_rows_is_said(tmp_path: Path, contracts: dict[str, Contract]) -> None:
    with pytest.raises(ValueError, match=r"voucher_products: words\.yaml has too few"):
        write_sample(tmp_path, contracts, words_file=words_with(tmp_path, {"rows": 5_000}))
