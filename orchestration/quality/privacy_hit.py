"""What the privacy gate says: hits, and the error that stops a release; places and kinds, never a value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from orchestration.errors import UserError

# A column that holds nothing else has a hit in every row: so many are found in one file, and so many are told.
ENOUGH = 100
TOLD = 20
WORDS = {
    "mobile": ("手机号码", "mobile number"),
    "landline": ("固定电话", "landline number"),
    "email": ("电子邮箱", "e-mail address"),
    "id_number": ("身份证号码", "identity number"),
    "bank_card": ("银行卡号", "bank card number"),
    "private_value": ("同一行未公开列的内容", "value of a private column of the same row"),
    "private_column": ("不公开的列", "private column"),
    "unreadable": ("无法检查的内容", "content that cannot be checked"),
}


@dataclass(frozen=True, order=True)
class Hit:
    """One thing that may not be published, by its place and kind; never its value.

    `file` is a file of the release. `row` is the id of the row where there is one, else where in the file (a line, a
    cell, a key); `column` the column, where it is one of a table. `kind` is one of WORDS.
    """

    file: str
    kind: str
    row: str = ""
    column: str = ""

    def __str__(self) -> str:
        """The hit in one line, Chinese before English."""
        zh, en = WORDS[self.kind]
        place = " ".join(filter(None, (self.file, self.row, self.column)))
        return f"{place}: {zh} {en}"


class PrivacyError(UserError):
    """A release that would publish personal data or something private: file, row, column and kind, never the value."""

    def __init__(self, dataset: str, hits: Iterable[Hit]) -> None:
        self.hits = tuple(hits)
        more = len(self.hits) - TOLD
        lines = [
            f"{dataset}: 将要发布的文件中有个人信息或未公开的内容，本次不发布，上一版不变。"
            "请报送单位更正所列各行，或更正数据契约。"
            " The files to be published hold personal data or something private: nothing is published, the last "
            "release stands. Have the rows corrected, or the contract.",
            *map(str, self.hits[:TOLD]),
        ]
        if more > 0:
            lines.append(f"另有至少{more:,}处。 And at least {more:,} more.")
        super().__init__("\n  ".join(lines))
