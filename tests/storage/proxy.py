"""A server in front of a server, on loopback: tells what was asked, and does to a request what a test has ordered."""

from __future__ import annotations

import http.client
import re
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

ERROR = b"<?xml version='1.0'?><Error><Code>%s</Code><Message>no</Message></Error>"


@dataclass
class Fault:
    """What is done to the first `times` requests that fit, after `after` others that do.

    500, 503, 403: that status, the request not passed on. reset: the connection, before it is passed on. lost: also,
    after the server has done it. cut: half of the answer's body. silent: no answer until the client hangs up.
    `do` is called first.
    """

    request: str
    kind: str = ""
    times: int = 1
    after: int = 0
    do: Callable[[], None] = lambda: None


@dataclass
class Proxy:
    """`asked` are the requests as `METHOD /path?query`; `faults` may be changed at any time."""

    target: int
    asked: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def port(self) -> int:
        return self.server.server_port

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def fault(self, request: str) -> Fault | None:
        """Note the request; the fault that it is to suffer."""
        with self.lock:
            self.asked.append(request)
            for one in self.faults:
                if re.search(one.request, request):
                    one.after -= 1
                    if one.after < 0 and one.times > 0:
                        one.times -= 1
                        return one
        return None


def _handler(proxy: Proxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except OSError:
                self.close_connection = True

        def do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            fault = proxy.fault(f"{self.command} {unquote(self.path)}")
            kind = ""
            if fault is not None:
                fault.do()
                kind = fault.kind
            if kind.isdigit():
                code = {"403": b"AccessDenied", "503": b"SlowDown"}.get(kind, b"InternalError")
                self.answer(int(kind), [("Content-Type", "application/xml")], ERROR % code)
            elif kind == "reset":
                self.reset()
            elif kind == "silent":
                self.connection.recv(1)
                self.close_connection = True
            else:
                status, headers, content = self.passed_on(body)
                if kind == "lost":
                    self.reset()
                elif kind == "cut":
                    self.answer(status, headers, content[: len(content) // 2], len(content))
                    self.wfile.flush()
                    self.reset()
                else:
                    self.answer(status, headers, content)

        do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = do  # noqa: N815

        def passed_on(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
            connection = http.client.HTTPConnection("127.0.0.1", proxy.target)
            headers = {name: value for name, value in self.headers.items() if name.lower() != "expect"}
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
            connection.close()
            return answer.status, answer.getheaders(), content

        def answer(
            self, status: int, headers: list[tuple[str, str]], content: bytes, length: int | None = None
        ) -> None:
            self.send_response_only(status)
            given = {name.lower() for name, _ in headers}
            for name, value in headers:
                if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                    self.send_header(name, value)
            length = len(content) if length is None else length
            told = next((value for name, value in headers if name.lower() == "content-length"), str(length))
            self.send_header("Content-Length", told if self.command == "HEAD" else str(length))
            if "date" not in given:
                self.send_header("Date", self.date_time_string())
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def reset(self) -> None:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True

    return Handler
