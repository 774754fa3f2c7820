"""A form service on loopback that answers as a test tells it: well, or as badly as services do."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

JSON = "application/json"


@dataclass(frozen=True)
class Answer:
    """What is sent back; `cut` are the bytes that are not, although they were promised.

    Then the connection is closed, or is `held` until who asked has gone.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = JSON
    cut: int = 0
    held: bool = False


@dataclass(frozen=True)
class Asked:
    """What a service was asked."""

    path: str
    parameters: dict[str, str]
    headers: dict[str, str]


Reply = Callable[[Asked], Answer]


def json_of(document: Any, **options: Any) -> Answer:
    return Answer(json.dumps(document, ensure_ascii=False).encode(), **options)


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Whoever asked has gone, as it may."""


class Service:
    """A running service; `reply` may be changed while it runs, `asked` is all that it was asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.reply: Reply = lambda asked: Answer(status=404)
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Headers and body go out at once: otherwise each answer would wait for the other side's receipt.
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                asked = Asked(parts.path, dict(parse_qsl(parts.query)), dict(self.headers))
                service.asked.append(asked)
                answer = service.reply(asked)
                self.send_response(answer.status)
                for name, value in {
                    "Content-Type": answer.kind,
                    "Content-Length": str(len(answer.body)),
                    **answer.headers,
                }.items():
                    if value:
                        self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body[: len(answer.body) - answer.cut])
                if answer.held:
                    self.rfile.read(1)
                self.close_connection = bool(answer.cut)

            def log_message(self, *_: object) -> None:
                pass

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def in_turn(self, *answers: Answer) -> None:
        """Give these answers one after the other, the last one again and again."""
        left = list(answers)
        self.reply = lambda _: left.pop(0) if len(left) > 1 else left[0]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def running_service() -> Iterator[Service]:
    service = Service()
    try:
        yield service
    finally:
        service.close()
