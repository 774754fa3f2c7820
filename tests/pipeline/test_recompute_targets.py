"""What `docs/recompute-targets.md` computes from the packages is what `target_progress` says."""

import re

import duckdb
import pytest

from orchestration.settings import PROJECT
from tests.pipeline.conftest import SampleRun

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
