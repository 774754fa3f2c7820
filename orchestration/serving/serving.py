"""A server for `published/` on this machine alone, with what pages and readers of Parquet need of one: ranges, ETags.

It is for looking at what was published, and for tests; a real site is served by a real web server.
"""

from __future__ import annotations

import os
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedReader
from pathlib import Path

from orchestration.errors import UserError
from orchestration.serving.files import content_type, file_at, is_folder
from orchestration.serving.ranges import Span, UnsatisfiableError, span_of

HOST = "127.0.0.1"
_CHUNK = 1 << 16
# Who sends nothing for so long is gone. [seconds]
_PATIENCE = 30


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _PATIENCE
    # Head and body go out together; apart, each small module of a page would wait for the browser to acknowledge.
    wbufsize = _CHUNK
    disable_nagle_algorithm = True

    def __init__(self, published: Path, *arguments: object) -> None:
        self.published = published
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Send a file, a part of it, or say that it has not changed."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """The same without the bytes."""
        self._answer(with_body=False)

    def log_message(self, *arguments: object) -> None:
        """Requests are nobody's business."""

    def version_string(self) -> str:
        """Who serves; not which Python."""
        return "fuzhi"

    def _answer(self, *, with_body: bool) -> None:
        if is_folder(self.published, self.path):
            # Without the slash, what the page names relatively would lie one folder too high.
            folder = self.path.partition("?")[0].strip("/")
            return self._empty(HTTPStatus.MOVED_PERMANENTLY, Location=f"/{folder}/")
        path = file_at(self.published, self.path)
        if path is None:
            return self._empty(HTTPStatus.NOT_FOUND)
        with path.open("rb") as file:
            self._send(file, content_type(path), with_body=with_body)
        return None

    def _send(self, file: BufferedReader, media_type: str, *, with_body: bool) -> None:
        facts = os.fstat(file.fileno())
        etag = f'"{facts.st_size:x}-{facts.st_mtime_ns:x}-{facts.st_ino:x}"'
        asked = self.headers.get("If-None-Match")
        if asked is not None and (asked.strip() == "*" or etag in (one.strip() for one in asked.split(","))):
            return self._empty(HTTPStatus.NOT_MODIFIED, ETag=etag)
        # A range of another state of the file would be of no use to who has the rest of the old one (§13.1.5).
        same = self.headers.get("If-Range", etag) == etag
        # A range is defined for GET alone (§14.2).
        header = self.headers.get("Range") if same and with_body else None
        try:
            span = span_of(header, facts.st_size)
        except UnsatisfiableError:
            content_range = f"bytes */{facts.st_size}"
            return self._empty(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, **{"Content-Range": content_range})
        sent = span or Span(0, facts.st_size)
        self.send_response(HTTPStatus.OK if span is None else HTTPStatus.PARTIAL_CONTENT)
        if span is not None:
            self.send_header("Content-Range", f"bytes {span.start}-{span.stop - 1}/{facts.st_size}")
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(sent.stop - sent.start))
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("ETag", etag)
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if with_body:
            self._copy(file, sent)
        return None

    def _copy(self, file: BufferedReader, span: Span) -> None:
        file.seek(span.start)
        left = span.stop - span.start
        try:
            while left and (piece := file.read(min(_CHUNK, left))):
                self.wfile.write(piece)
                left -= len(piece)
        except (BrokenPipeError, ConnectionResetError):
            # The browser has enough: it turned to another page.
            left = 1
        # Fewer bytes than announced (a file cut short under our hands) must not pass for all of them.
        self.close_connection = self.close_connection or left > 0

    def _empty(self, status: HTTPStatus, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", "0")
        self.end_headers()


class _Server(ThreadingHTTPServer):
    # Ctrl-C ends it at once, whatever a browser still holds open.
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *arguments: object) -> None:
        """A connection that broke is the browser's affair."""


def server_for(published: Path, port: int) -> ThreadingHTTPServer:
    """A server that listens on 127.0.0.1; port 0 takes any that is free, `server_port` says which.

    Raises UserError where there is no such folder or the port cannot be had.
    """
    if not published.is_dir():
        raise UserError(f"{published} is no folder: publish something first, with fuzhi run")
    try:
        return _Server((HOST, port), partial(_Handler, published.resolve()))
    except OSError as error:
        raise UserError(
            f"port {port} cannot be had ({os.strerror(error.errno or 0)}): give another with --port"
        ) from None


def serve(server: ThreadingHTTPServer) -> None:
    """Serve until Ctrl-C."""
    try:
        server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        return
    finally:
        server.server_close()
