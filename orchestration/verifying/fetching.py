"""Reading what is to be verified, from a server: http and https alone, in bounded time and size.

A server may be slow, broken or hostile: it can make a verification fail, never hang, fill the disk or read files here.
"""

from __future__ import annotations

import hashlib
import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from orchestration.errors import UserError
from orchestration.verifying.reading import LARGEST_DOCUMENT, LARGEST_FILE, Content, ReadError

PIECE = 1 << 16
GONE = (404, 410)


@dataclass(frozen=True)
class Patience:
    """How long a server may take, in seconds: without a byte, and altogether before it is held to a rate (bytes/s)."""

    silence: float = 30.0
    grace: float = 60.0
    slowest: int = 16 << 10
    largest: int = LARGEST_FILE
    clock: Callable[[], float] = time.monotonic


class _Redirects(urllib.request.HTTPRedirectHandler):
    """To the same scheme, or from http to https: nothing read over https may come over http after all."""

    max_redirections = 5

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        before, after = urlsplit(req.full_url).scheme, urlsplit(newurl).scheme
        if after not in (before, "https"):
            raise ReadError("redirect")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


@dataclass(frozen=True)
class Site:
    """A folder of a server; `url` ends with a slash."""

    url: str
    patience: Patience = field(default_factory=Patience)

    def names(self) -> dict[str, str] | None:
        """None: a server does not tell what lies in a folder."""
        return None

    def below(self, name: str) -> Site:
        """A folder in it."""
        return Site(f"{self.url}{quote(name)}/", self.patience)

    def above(self) -> Site:
        """The folder that it is in; the root is in itself."""
        if urlsplit(self.url).path in ("", "/"):
            return self
        return Site(self.url.rstrip("/").rpartition("/")[0] + "/", self.patience)

    def document(self, name: str) -> bytes:
        """A small file as a whole."""
        return b"".join(self._pieces(name, LARGEST_DOCUMENT))

    def content(self, name: str, keep: Path | None) -> Content:
        """What a file holds; it is kept in folder `keep` where one is given."""
        digest, size = hashlib.sha256(), 0
        path = None if keep is None else keep / name
        with nullcontext() if path is None else path.open("wb") as file:
            for piece in self._pieces(name, self.patience.largest):
                digest.update(piece)
                size += len(piece)
                if file is not None:
                    file.write(piece)
        return Content(size, digest.hexdigest(), path)

    def _pieces(self, name: str, limit: int) -> Iterator[bytes]:
        patience, begun, size = self.patience, self.patience.clock(), 0
        try:
            with closing(_opener().open(self.url + quote(name), timeout=patience.silence)) as answer:
                length = answer.length
                if length is not None and length > limit:
                    raise ReadError("too_large")
                # One read is one piece as it comes: a full one would wait for a server that drips.
                while piece := answer.read1(PIECE):
                    size += len(piece)
                    if size > limit:
                        raise ReadError("too_large")
                    if patience.clock() - begun > patience.grace + size / patience.slowest:
                        raise ReadError("too_slow")
                    yield piece
        except urllib.error.HTTPError as error:
            error.close()
            reason = "missing" if error.code in GONE else "redirect" if 300 <= error.code < 400 else "status"
            raise ReadError(reason, str(error.code)) from error
        except TimeoutError as error:
            raise ReadError("silent") from error
        except urllib.error.URLError as error:
            raise ReadError("silent" if isinstance(error.reason, TimeoutError) else "unreachable") from error
        except (http.client.HTTPException, OSError, ValueError) as error:
            raise ReadError("broken_off") from error
        if length is not None and size < length:
            raise ReadError("broken_off")


def site(url: str, patience: Patience | None = None) -> Site:
    """The folder at an http or https URL, or that of a file of ours at it. Raises UserError for another URL."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise UserError("give the address of a folder, such as https://example.org/published/, without ? and #")
    folder, _, last = url.rpartition("/")
    is_file = last in ("index.json", "latest.json", "datapackage.json", "SHA256SUMS")
    return Site((folder if is_file else url.rstrip("/")) + "/", patience or Patience())


def _opener() -> urllib.request.OpenerDirector:
    # Not `build_opener`: it would open file: and ftp: too.
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
        _Redirects(),
    ):
        opener.add_handler(handler)
    return opener
