"""Which sources are pulled: read from the operator's own file, `FUZHI_SOURCES`, and held to what it may say.

Credentials are never in it: it names the environment variables that hold them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from orchestration.errors import UserError
from orchestration.intake.inbox import CONTROLS, LONGEST_NAME, ROUND
from orchestration.pulling.source import Bounds, Cursor, PostgresTable, RestService, Source
from orchestration.yaml_files import YamlFileError, read_mapping

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
# In a file's name they make it a correction (intake/corrections.py), and whether it is one is not the source's to say.
CORRECTED = re.compile("correct(ed|ion)")
VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
PATH = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
PAGINGS = {
    "page": {"parameter", "first", "size_parameter", "size", "total"},
    "offset": {"parameter", "size_parameter", "size", "total"},
    "link": {"path"},
    "header": set(),
    "token": {"parameter", "path"},
}
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class SourcesError(UserError):
    """The file of sources cannot be meant: says where in it, and what it should be."""


COMMON = {"kind", "round", "submitter", "dataset"}
OPTIONAL = {"cursor", "columns", "leave_out", "limits", "time_zone"}
REST = {"address", "records", "parameters", "paging", "token", "token_header"}
POSTGRESQL = {"database", "table"}
TIME_ZONE = "Asia/Shanghai"


def load_sources(path: Path | None, datasets: Collection[str]) -> dict[str, Source]:
    """The sources by their names; `datasets` are those that forms may be sent for.

    Raises SourcesError where there is no such file, and for anything in it that is not understood.
    """
    if path is None:
        raise SourcesError(
            "没有指定数据源文件，请设置FUZHI_SOURCES或--sources。 "
            "No file of sources is named: set FUZHI_SOURCES or give --sources (docs/operate.md, Pulling from services)."
        )
    try:
        given = read_mapping(path, "sources")
    except YamlFileError as error:
        raise SourcesError(f"{path}: {error}") from error
    return {str(name): _source(_At(path, str(name)), str(name), said, datasets) for name, said in given.items()}


def secret(variable: str) -> str:
    """What an environment variable holds. Raises SourcesError where it is not set."""
    value = os.environ.get(variable, "")
    if not value:
        raise SourcesError(
            f"环境变量{variable}没有设置。 The environment variable {variable} is not set: it holds the credentials."
        )
    return value


@dataclass(frozen=True)
class _At:
    """Where in the file something is said."""

    file: Path
    place: str

    def below(self, name: str) -> _At:
        return _At(self.file, f"{self.place}.{name}")

    def error(self, what: str) -> SourcesError:
        return SourcesError(f"{self.file}: {self.place}: {what}")

    def mapping(self, said: Any, required: Iterable[str], optional: Iterable[str] | None) -> dict[str, Any]:
        """What is said, where it has just these keys; any, where `optional` is None."""
        if not isinstance(said, dict) or not all(isinstance(key, str) for key in said):
            raise self.error("is no mapping")
        required = set(required)
        known = required.union(said if optional is None else optional)
        if unknown := sorted(said.keys() - known):
            raise self.error(f"does not know {', '.join(unknown)}; it may have {', '.join(sorted(known))}")
        if missing := sorted(required - said.keys()):
            raise self.error(f"lacks {', '.join(missing)}")
        return said

    def text(self, said: Any, fits: re.Pattern[str] | None = None, such_as: str = "") -> str:
        """What is said, where it is a text of that form. What is said is not repeated: it may be a secret."""
        if not isinstance(said, str) or not said or (fits and not fits.fullmatch(said)):
            raise self.error(f"is no {such_as or 'text'}")
        return said

    def whole(self, said: Any, least: int = 1) -> int:
        """What is said, where it is a whole number."""
        if type(said) is not int or said < least:
            raise self.error(f"is no whole number from {least}")
        return said


def _source(at: _At, name: str, said: Any, datasets: Collection[str]) -> Source:
    if not NAME.fullmatch(name) or CORRECTED.search(name):
        raise at.error("a source is named by small letters, digits and _, without the word correction")
    kind = said.get("kind") if isinstance(said, dict) else None
    if kind not in ("rest", "postgresql"):
        raise at.error("kind is neither rest nor postgresql")
    own, needed = (REST, {"address"}) if kind == "rest" else (POSTGRESQL, {"database", "table"})
    at.mapping(said, COMMON | needed, OPTIONAL | own)
    if said["dataset"] not in datasets:
        raise at.below("dataset").error(f"is none of {', '.join(datasets)}")
    leave_out = said.get("leave_out", [])
    if not isinstance(leave_out, list) or not all(isinstance(column, str) for column in leave_out):
        raise at.below("leave_out").error("is no list of columns")
    common: dict[str, Any] = {
        "name": name,
        "round": at.below("round").text(said["round"], ROUND, "round such as 2024-02, in quotes"),
        "submitter": _submitter(at.below("submitter"), said["submitter"]),
        "dataset": said["dataset"],
        "cursor": _cursor(at.below("cursor"), said["cursor"], kind) if "cursor" in said else None,
        "columns": _columns(at.below("columns"), said.get("columns", {})),
        "leave_out": frozenset(leave_out),
        "bounds": _bounds(at.below("limits"), said.get("limits", {})),
        "time_zone": _time_zone(at.below("time_zone"), said.get("time_zone", TIME_ZONE)),
    }
    return _rest(at, said, common) if kind == "rest" else _postgresql(at, said, common)


def _rest(at: _At, said: dict[str, Any], common: dict[str, Any]) -> RestService:
    token = _variable(at.below("token"), said["token"]) if "token" in said else ""
    address = _address(at.below("address"), said["address"], bool(token))
    parameters = at.below("parameters").mapping(said.get("parameters", {}), (), None)
    if "token_header" in said and not token:
        raise at.below("token_header").error("there is no token to send in it")
    return RestService(
        **common,
        address=address,
        records=at.below("records").text(said["records"], PATH, "path such as data.items") if "records" in said else "",
        parameters={name: _plain(at.below(f"parameters.{name}"), value) for name, value in parameters.items()},
        paging=_paging(at.below("paging"), said["paging"]) if "paging" in said else {},
        token=token,
        token_header=at.below("token_header").text(said["token_header"], re.compile(r"[\w-]+"), "name of a header")
        if "token_header" in said
        else "",
    )


def _postgresql(at: _At, said: dict[str, Any], common: dict[str, Any]) -> PostgresTable:
    schema, _, table = at.below("table").text(said["table"]).rpartition(".")
    return PostgresTable(
        **common,
        database=_variable(at.below("database"), said["database"]),
        schema=schema or None,
        table=table,
    )


def _submitter(at: _At, said: Any) -> str:
    name = at.text(said)
    if "/" in name or name.startswith((".", "~$")) or CONTROLS.search(name) or len(name.encode()) > LONGEST_NAME:
        raise at.error("cannot be the name of a folder in the inbox")
    return name


def _columns(at: _At, said: Any) -> dict[str, str]:
    headings = at.mapping(said, (), None)
    for name, heading in headings.items():
        at.below(name).text(heading)
    if len(set(headings.values())) < len(headings):
        raise at.error("gives one heading to two columns")
    return headings


def _cursor(at: _At, said: Any, kind: str) -> Cursor:
    needed = {"field", "parameter"} if kind == "rest" else {"field"}
    at.mapping(said, needed, {"start", "overlap"})
    return Cursor(
        field=at.below("field").text(said["field"]),
        parameter=at.below("parameter").text(said["parameter"]) if kind == "rest" else "",
        start=_plain(at.below("start"), said["start"]) if "start" in said else None,
        overlap=at.below("overlap").whole(said.get("overlap", 0), 0),
    )


def _paging(at: _At, said: Any) -> dict[str, Any]:
    kind = said.get("kind") if isinstance(said, dict) else None
    if kind not in PAGINGS:
        raise at.error(f"kind is none of {', '.join(PAGINGS)}")
    optional = PAGINGS[kind] & {"first", "size_parameter", "size", "total"}
    needed = {"parameter", "size_parameter", "size"} if kind == "offset" else PAGINGS[kind] - optional
    at.mapping(said, {"kind", *needed}, optional - needed)
    for name, value in said.items():
        if name in ("first", "size"):
            at.below(name).whole(value, 0 if name == "first" else 1)
        else:
            at.below(name).text(value, PATH if name in ("path", "total") else None)
    if ("size" in said) != ("size_parameter" in said):
        raise at.error("size and size_parameter belong together")
    return dict(said)


def _bounds(at: _At, said: Any) -> Bounds:
    known = [each.name for each in fields(Bounds)]
    return Bounds(**{name: at.below(name).whole(value) for name, value in at.mapping(said, (), known).items()})


def _time_zone(at: _At, said: Any) -> str:
    try:
        return ZoneInfo(at.text(said)).key
    except (OSError, ValueError, KeyError):
        raise at.error(f"is no time zone such as {TIME_ZONE}") from None


def _address(at: _At, said: Any, has_token: bool) -> str:
    text = at.text(said)
    try:
        parts = urlsplit(text)
        valid = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment)
        _ = parts.port
    except ValueError:
        valid = False
    if not valid:
        raise at.error(
            "is no address such as https://forms.example.org/api/products; parameters have a key of their own"
        )
    if parts.username is not None:
        raise at.error("holds a name or a password: give a token by its environment variable")
    if has_token and parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise at.error("would let the token travel readable: use https")
    return text


def _variable(at: _At, said: Any) -> str:
    return at.text(said, VARIABLE, "name of an environment variable such as YANTAI_TOKEN; never the secret itself")


def _plain(at: _At, said: Any) -> str:
    if isinstance(said, bool) or not isinstance(said, str | int):
        raise at.error("is neither text in quotes nor a whole number")
    return str(said)
