"""What lies at a URL: listed, read, and written on condition. Every write names what it expects to find there."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from orchestration.storage.errors import ChangedError, ExistsError, StorageError, said
from orchestration.storage.patience import Patience, passes, refusal

Result = TypeVar("Result")
Item = TypeVar("Item")

# Storage on which a write can be made to depend on what is there (RFC 9110, If-None-Match and If-Match).
CONDITIONAL = ("s3", "s3a")
# Requests at the same time.
AT_ONCE = 16
# Above this, in bytes, a file goes up in parts and is not held in memory.
PARTS_ABOVE = 64 << 20
# What file systems call the time of the last change.
_TIMES = ("LastModified", "last_modified", "mtime", "updated", "modified", "modificationTime", "created")
_NEEDS = "requirements-team.txt"


@dataclass(frozen=True)
class Entry:
    """One key: size in bytes, a tag that changes with its content, time of the last change in nanoseconds."""

    size: int
    tag: str
    mtime: int


@dataclass(frozen=True)
class Remote:
    """What lies at `url`; keys are relative to it. Raises StorageError for what does not pass by itself."""

    url: str
    fs: Any = field(repr=False)
    root: str
    patience: Patience

    def listing(self, below: str = "") -> dict[str, Entry]:
        """All keys, or those below a folder, with what a listing tells of them. None is read."""
        path = f"{self.root}/{below}" if below else self.root
        found = self._asked(lambda: self.fs.find(path, detail=True), missing={})
        start = len(self.root) + 1
        # A key that ends with a slash is what consoles make to show a folder.
        return {
            name[start:]: _entry(info, self.url)
            for name, info in found.items()
            if info.get("type") == "file" and len(name) > start and not name.endswith("/")
        }

    def read(self, key: str) -> bytes:
        """The content of a small key. Raises FileNotFoundError where there is none."""
        # In one request: in parts, its size would be asked for first.
        whole = {"max_concurrency": 1} if self.url.partition("://")[0] in CONDITIONAL else {}
        content: bytes = self._asked(lambda: self.fs.cat_file(self._path(key), **whole))
        return content

    def fetch(self, key: str, path: Path, size: int) -> None:
        """Download a key that has `size` bytes. Raises FileNotFoundError where there is none."""

        def download() -> None:
            self.fs.get_file(self._path(key), str(path))
            if path.stat().st_size != size:
                raise ConnectionError("cut off")

        self._asked(download)

    def create(self, key: str, content: bytes | Path, **headers: str) -> str:
        """Write a key that must not be there; its tag. The same bytes there are taken for an answer that was lost.

        Raises ExistsError where there are others.
        """
        if isinstance(content, Path) and content.stat().st_size <= PARTS_ABOVE:
            content = content.read_bytes()
        if isinstance(content, bytes):
            return self._put(key, content, None, headers)
        large = content
        try:
            self._asked(lambda: self.fs.put_file(str(large), self._path(key), mode="create", **headers))
        except _RefusedError:
            if self._sha256(key) != _file_sha256(large):
                raise ExistsError(key) from None
        return self.head(key).tag

    def replace(self, key: str, content: bytes, tag: str | None, **headers: str) -> str:
        """Write a key that must still have that tag, or not be there where it is None; its new tag.

        The same bytes there are taken for an answer that was lost. Raises ChangedError for anything else there.
        """
        try:
            return self._put(key, content, tag, headers)
        except ExistsError:
            raise ChangedError(key) from None

    def remove(self, keys: Collection[str]) -> None:
        """Remove keys; one that is gone already is removed."""
        self.each(lambda key: self._asked(lambda: self.fs.rm_file(self._path(key)), missing=None), keys)

    def each(self, do: Callable[[Item], Result], items: Collection[Item]) -> list[Result]:
        """Do the same for many, several at a time; the results in order, or the first error."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            futures = [pool.submit(do, item) for item in items]
            try:
                return [future.result() for future in futures]
            finally:
                for future in futures:
                    future.cancel()

    def head(self, key: str) -> Entry:
        """What the server tells of one key. Raises FileNotFoundError where there is none."""
        return self.seen(key)[0]

    def seen(self, key: str) -> tuple[Entry, float]:
        """The same, and how many seconds ago the key was written, by the server's own clock."""
        bucket, _, rest = self._path(key).partition("/")
        answer = self._asked(lambda: self.fs.call_s3("head_object", Bucket=bucket, Key=rest))
        written: datetime.datetime = answer["LastModified"]
        now = import_module("email.utils").parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
        entry = Entry(answer["ContentLength"], answer["ETag"], _nanoseconds(written))
        return entry, (now - written).total_seconds()

    def _put(self, key: str, content: bytes, tag: str | None, headers: dict[str, str]) -> str:
        bucket, _, rest = self._path(key).partition("/")
        condition = {"IfNoneMatch": "*"} if tag is None else {"IfMatch": tag}
        request = {"Bucket": bucket, "Key": rest, "Body": content, **condition, **headers}
        try:
            return str(self._asked(lambda: self.fs.call_s3("put_object", **request))["ETag"])
        except (_RefusedError, FileNotFoundError):
            pass
        try:
            there = self.head(key)
            if there.size == len(content) and self.read(key) == content:
                return there.tag
        except FileNotFoundError:
            # It was to be there with that tag.
            pass
        raise ExistsError(key)

    def _path(self, key: str) -> str:
        return f"{self.root}/{key}"

    def _sha256(self, key: str) -> str:
        with self.fs.open(self._path(key), "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def _asked(self, work: Callable[[], Any], **default: Any) -> Any:
        """What `work` gives, patiently; `missing` where the key is not there."""
        try:
            return self.patience.until_done(work)
        except Exception as error:
            answer = refusal(error)
            if answer and (answer[0] == 412 or answer[1] == "PreconditionFailed"):
                raise _RefusedError from error
            if isinstance(error, FileNotFoundError) and (answer is None or answer[1] != "NoSuchBucket"):
                if "missing" in default:
                    return default["missing"]
                raise
            told = _told(error, self.url)
            if told is None:
                raise
            # Dagster keeps causes too, and a server's text may quote the request.
            raise told from None


class _RefusedError(Exception):
    """The condition of a write did not hold."""


def open_remote(url: str, patience: Patience | None = None) -> Remote:
    """What lies at a URL; nothing is asked of it yet. Raises StorageError where this machine cannot reach its kind."""
    patience = patience or Patience()
    protocol = url.partition("://")[0]
    try:
        core = import_module("fsspec.core")
        with _known(url):
            fs, root = core.url_to_fs(url, **_options(protocol, patience))
    except ImportError as error:
        raise said(
            url,
            f"缺少访问{protocol}的程序库，请安装：pip install --require-hashes -r {_NEEDS}",
            f"the library for {protocol} is missing: pip install --require-hashes -r {_NEEDS}",
        ) from error
    if protocol in CONDITIONAL:
        # One who counts: this does.
        fs.retries = 1
    return Remote(url, fs, root.rstrip("/"), patience)


def refuse_unconditional(remote: Remote) -> None:
    """Raise StorageError for storage on which two writers could not be kept apart."""
    if remote.url.partition("://")[0] not in CONDITIONAL:
        raise said(
            remote.url,
            "工作区和发布目录只能放在支持条件写入的存储（s3://）或本机目录（file://）",
            "workspace and published need storage with conditional writes (s3://), or a folder (file://)",
        )


def _options(protocol: str, patience: Patience) -> dict[str, Any]:
    common = {"skip_instance_cache": True, "use_listings_cache": False}
    if protocol not in CONDITIONAL:
        return common
    config = {
        "connect_timeout": min(10.0, patience.silence),
        "read_timeout": patience.silence,
        "retries": {"total_max_attempts": 1, "mode": "standard"},
        "max_pool_connections": AT_ONCE,
    }
    return {**common, "config_kwargs": config}


@contextmanager
def _known(url: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise said(url, "未知的存储类型", "there is no such kind of storage") from error


def _told(error: Exception, url: str) -> StorageError | None:
    """An error in words for the operator; None for one of this machine's disk, or of ours."""
    status, code = refusal(error) or (0, "")
    if code == "NoSuchBucket":
        return said(url, "没有这个存储桶", "there is no such bucket")
    if isinstance(error, PermissionError) or status in (401, 403):
        return said(
            url,
            f"无权访问（{code or type(error).__name__}），请检查密钥和授权",
            f"access is denied ({code or type(error).__name__}): check the credentials and what they may do",
        )
    if type(error).__name__ in ("NoCredentialsError", "PartialCredentialsError", "ProfileNotFound"):
        return said(
            url,
            "没有访问密钥，请设置 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY",
            "there are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        )
    reason = f"{status} {code}".strip() if status else type(error).__name__
    if passes(error):
        return said(
            url,
            f"多次尝试后仍无法访问（{reason}），已发布的数据不受影响，请稍后重新运行",
            f"cannot be reached after several tries ({reason}); what is published stands: run again later",
        )
    return said(url, f"拒绝了请求（{reason}）", f"refuses the request ({reason})") if status else None


def _entry(info: dict[str, Any], url: str) -> Entry:
    time = next((_nanoseconds(info[name]) for name in _TIMES if info.get(name) is not None), None)
    tag = info.get("ETag") or info.get("etag") or info.get("md5Hash")
    if time is None:
        raise said(
            url,
            "该存储不提供文件的修改时间，无法判断变化",
            "this storage does not tell when a file was changed, so what is new cannot be known",
        )
    return Entry(int(info["size"]), str(tag or f"{info['size']} {time}"), time)


def _nanoseconds(time: Any) -> int:
    if isinstance(time, str):
        time = datetime.datetime.fromisoformat(time)
    if isinstance(time, datetime.datetime):
        aware = time if time.tzinfo else time.replace(tzinfo=datetime.UTC)
        return int(aware.timestamp()) * 10**9 + aware.microsecond * 1000
    # HDFS counts milliseconds, others seconds.
    return int(time) * 10**6 if time > 10**11 else int(time * 10**9)


def _file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
