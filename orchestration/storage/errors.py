"""What can be wrong with object storage, said to the operator. Never a server's text: it may quote credentials."""

from orchestration.errors import UserError


class StorageError(UserError):
    """Object storage cannot be used as it is asked to: says where, why, and what to do."""


class InUseError(StorageError):
    """Another machine holds the place."""


class ExistsError(Exception):
    """A key that was to be new is there already, with other bytes."""


class ChangedError(Exception):
    """A key is not any more, or not yet, what it was when it was looked at."""


def said(url: str, zh: str, en: str, kind: type[StorageError] = StorageError) -> StorageError:
    """The error about what lies at `url`, in both languages."""
    return kind(f"{url}：{zh}。 {url}: {en}")
