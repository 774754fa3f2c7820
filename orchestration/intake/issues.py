"""What can be wrong with a file or a sheet, and how a file is refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Issue:
    """One thing wrong with a file or a sheet; `code` is one of `schemas/shared/issues.yaml`.

    `heading` and `detail` quote the form: they are for the submitter, never for logs.
    """

    code: str
    detail: str | None = None
    sheet: str | None = None
    heading: str | None = None


class Refusal(Exception):  # noqa: N818 - the project's word for it
    """A file that is not taken in, and why: `code` is one of `schemas/shared/issues.yaml`.

    `detail` is short and of no language: `HTML`, `.pdf`, `2,000,001 > 2,000,000 rows`. It stays out of the
    exception's text, which may end in a log, because some details quote the form.
    """

    def __init__(self, code: str, detail: str | None = None) -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail

    def __str__(self) -> str:
        return self.code

    @property
    def issue(self) -> Issue:
        """The refusal as an issue of the file."""
        return Issue(self.code, self.detail)
