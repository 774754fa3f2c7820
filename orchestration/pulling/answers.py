"""The one door to a service: what is asked goes to its own address alone, and of an answer only so much is taken.

An adapter of requests, below dlt's client that asks again where a service is busy or breaks off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import ChunkedEncodingError, ReadTimeout
from urllib3.exceptions import DecodeError, ProtocolError, ReadTimeoutError

from orchestration.pulling.errors import PullError
from orchestration.pulling.patience import Deadline
from orchestration.pulling.source import Bounds

PIECE = 1 << 16
JSON = ("application/json", "text/json")


class Door(HTTPAdapter):
    """Sends to the origin of `address` and nowhere else, follows no redirect, and reads what is JSON, within bounds."""

    def __init__(self, address: str, bounds: Bounds, deadline: Deadline) -> None:
        super().__init__()
        self._origin, self._bounds, self._deadline = origin(address), bounds, deadline

    def send(self, request: PreparedRequest, *arguments: Any, **options: Any) -> Response:
        """The answer, read as a whole. Raises PullError, and the errors of requests after which to ask again."""
        self._deadline.check()
        if origin(request.url or "") != self._origin:
            raise PullError("elsewhere")
        # Never as a stream to who called: nobody but this door holds the connection.
        options["stream"] = True
        answer = super().send(request, *arguments, **options)
        raw = answer.raw
        try:
            if 300 <= answer.status_code < 400:
                raise PullError("redirect", status=str(answer.status_code))
            # What an error says is not read: it might quote the token.
            content = b"" if answer.status_code >= 400 else b"".join(self._pieces(answer.headers, raw))
        finally:
            # One that was read to its end has given its connection back already.
            raw.close()
        answer.raw = BytesIO(content)
        return answer

    def _pieces(self, headers: Mapping[str, str], raw: Any) -> Iterator[bytes]:
        kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind not in JSON and not kind.endswith("+json"):
            raise PullError("no_json", kind=kind[:60] or "-")
        size = 0
        try:
            # One read is one piece as it comes: a full one would wait for a server that drips.
            while piece := raw.read1(PIECE, decode_content=True):
                size += len(piece)
                if size > self._bounds.page_bytes:
                    raise PullError("page_too_large", most=self._bounds.page_bytes)
                self._deadline.check()
                yield piece
        except ReadTimeoutError as error:
            raise ReadTimeout(error) from error
        except ProtocolError as error:
            raise ChunkedEncodingError(error) from error
        except DecodeError:
            raise PullError("no_json", kind="gzip?") from None


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port of a URL; what is none has an origin of its own."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
        return parts.scheme, (parts.hostname or "").rstrip("."), port
    except ValueError:
        return "", url, None
