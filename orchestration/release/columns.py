"""Which columns are published: the row's id, the public fields of the contract in its order, the round of a form."""

from __future__ import annotations

from orchestration.contracts import Contract, Field

# The pipeline's own two columns. Their titles are chosen so that no form has a column of the same name:
# 编号 and 批次 are words that contracts use themselves.
ID = Field(
    name="id",
    type="string",
    kind="text",
    title="条目标识",
    title_en="Identifier",
    description="由主键各列算出的标识，各版本间不变。",
    description_en="Identifier of the row, derived from its key; it stays the same from version to version.",
    constraints=(("required", True), ("unique", True)),
    visibility="public",
)
ROUND = Field(
    name="round",
    type="string",
    kind="text",
    title="报送批次",
    title_en="Round",
    description="该条目最近一次有效报送所在的批次，如2024-02为2024年第二批。",
    description_en="Round of the last valid submission of the row; 2024-02 is the second one of 2024.",
    constraints=(("required", True),),
    visibility="public",
)


def published_columns(contract: Contract) -> tuple[Field, ...]:
    """The columns of the published table in their order: `id` first, `round` last where the rows have one."""
    return (ID, *contract.public_fields) if contract.derived else (ID, *contract.public_fields, ROUND)
