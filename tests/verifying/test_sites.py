"""Verifying at a URL: a real server on this machine, well, broken, slow and hostile."""

from __future__ import annotations

import threading
import urllib.request
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from orchestration.errors import UserError
from orchestration.verifying import verify
from orchestration.verifying.fetching import Patience, Site, _Redirects, site
from orchestration.verifying.reading import ReadError
from tests.verifying.publications import KEY, copied, publish

LISTING = ("listing_unknown", "")


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    return publish(tmp_path_factory.mktemp("original"))


@contextmanager
def served(handler):
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def folder(path):
    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=str(path))

        def log_message(self, *arguments):
            pass

    return served(Handler)


def answering(answer, over=None):
    """A server that answers with `answer(handler)`, below `over` alone where a folder is given."""
    base = SimpleHTTPRequestHandler if over is not None else BaseHTTPRequestHandler

    class Handler(base):
        def __init__(self, *arguments):
            super().__init__(*arguments, **({} if over is None else {"directory": str(over)}))

        def do_GET(self):  # noqa: N802
            if over is None or self.path.endswith("scene_items.csv"):
                answer(self)
            else:
                super().do_GET()

        def log_message(self, *arguments):
            pass

    return served(Handler)


def found(report):
    return sorted((one.code, one.where) for one in report.findings)


def test_what_is_published_at_a_url_is_well(original):
    with folder(original) as url:
        report = verify(url, KEY.public.text)
    assert (report.ok, report.kind, found(report)) == (True, "published", [LISTING])
    assert [(one.where, one.signature) for one in report.versions] == [
        ("morning_star_factories/1.0.0", "given"),
        ("scene_items/1.0.0", "given"),
        ("scene_items/1.1.0", "given"),
    ]


@pytest.mark.parametrize(
    ("path", "kind", "versions"),
    [
        ("index.json", "published", 3),
        ("scene_items", "dataset", 1),
        ("scene_items/latest.json", "dataset", 1),
        ("scene_items/1.0.0/", "version", 1),
        ("scene_items/1.0.0/SHA256SUMS", "version", 1),
    ],
)
def test_a_dataset_a_version_or_a_file_of_them_may_be_named(original, path, kind, versions):
    with folder(original) as url:
        report = verify(url + path)
    assert (report.ok, report.kind, len(report.versions)) == (True, kind, versions)
    assert found(report) == [("key_beside", "fuzhi.pub"), LISTING]


def test_faults_are_found_at_a_url_too(original, tmp_path):
    published = copied(original, tmp_path / "published")
    (published / "scene_items" / "1.0.0" / "scene_items.csv").unlink()
    (published / "scene_items" / "1.1.0" / "scene_items.csv").write_bytes(b"x")
    (published / "morning_star_factories" / "1.0.0").rename(tmp_path / "elsewhere")
    with folder(published) as url:
        report = verify(url, KEY.public.text)
    assert found(report) == [
        ("cut", "scene_items/1.1.0/scene_items.csv"),
        LISTING,
        ("missing", "scene_items/1.0.0/scene_items.csv"),
        ("pointer_dangling", "morning_star_factories/latest.json"),
    ]


def test_an_older_version_that_was_removed_is_only_noted(original, tmp_path):
    published = copied(original, tmp_path / "published")
    (published / "scene_items" / "1.0.0").rename(tmp_path / "elsewhere")
    with folder(published) as url:
        report = verify(url, KEY.public.text)
    assert (report.ok, found(report)) == (True, [LISTING, ("older_gone", "scene_items/1.0.0")])


def test_nothing_there_is_nothing_to_verify(tmp_path):
    with folder(tmp_path) as url, pytest.raises(UserError, match="there is nothing to verify"):
        verify(url)


def test_a_server_that_is_not_there_cannot_be_reached():
    with served(BaseHTTPRequestHandler) as url:
        pass
    with pytest.raises(UserError, match="cannot be read: the server cannot be reached"):
        verify(url)


def test_a_server_in_trouble_is_said_to_be():
    with (
        answering(lambda handler: handler.send_error(503)) as url,
        pytest.raises(UserError, match="cannot be read: the server answered 503"),
    ):
        verify(url)


def send(handler, *pieces, length=None):
    handler.send_response(200)
    if length is not None:
        handler.send_header("Content-Length", str(length))
    handler.end_headers()
    # The client may have gone.
    with suppress(BrokenPipeError, ConnectionResetError):
        for piece in pieces:
            handler.wfile.write(piece)


def reading(handler_answer, over, patience=None):
    with answering(handler_answer, over) as url:
        report = verify(url + "scene_items/", KEY.public.text, patience or Patience())
    return [(one.code, one.where, dict(one.facts).get("reason")) for one in report.findings if one.severity == "error"]


def test_an_answer_that_breaks_off_is_said_to(original):
    assert reading(lambda handler: send(handler, b"half", length=100), original) == [
        ("unreadable", "1.1.0/scene_items.csv", "broken_off")
    ]


def test_an_answer_that_is_no_http_is_said_to_break_off(original):
    assert reading(lambda handler: handler.wfile.write(b"nonsense\n\n"), original) == [
        ("unreadable", "1.1.0/scene_items.csv", "broken_off")
    ]


def test_a_server_that_does_not_answer_is_given_up(original):
    over = threading.Event()
    try:
        assert reading(lambda handler: over.wait(60), original, Patience(silence=0.2)) == [
            ("unreadable", "1.1.0/scene_items.csv", "silent")
        ]
    finally:
        over.set()


def test_a_server_that_falls_silent_is_given_up(original):
    over = threading.Event()

    def answer(handler):
        send(handler, b"some", length=100)
        over.wait(60)

    try:
        assert reading(answer, original, Patience(silence=0.2)) == [("unreadable", "1.1.0/scene_items.csv", "silent")]
    finally:
        over.set()


def test_a_server_that_drips_is_given_up(original):
    # Each look at the clock is a minute later.
    minutes = iter(range(0, 10**9, 60))
    patience = Patience(clock=lambda: next(minutes), grace=100)
    with answering(lambda handler: send(handler, *[b"x" * 70_000] * 100)) as url, pytest.raises(ReadError) as caught:
        Site(url, patience).content("x", None)
    assert caught.value.reason == "too_slow"


@pytest.mark.parametrize("length", [None, 10**12])
def test_an_answer_without_end_is_cut_off(original, tmp_path, length):
    with answering(lambda handler: send(handler, *[b"x" * 100_000] * 1000, length=length)) as url:
        with pytest.raises(ReadError) as caught:
            Site(url, Patience(largest=1_000_000)).content("x", tmp_path)
        assert caught.value.reason == "too_large"
        with pytest.raises(ReadError) as caught:
            Site(url).document("x")
        assert caught.value.reason == "too_large"
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 1_000_000


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://x", "data:,x", "/loop"])
def test_redirects_elsewhere_are_not_followed(target):
    def answer(handler):
        handler.send_response(302)
        handler.send_header("Location", target)
        handler.end_headers()

    with answering(answer) as url, pytest.raises(ReadError) as caught:
        Site(url).document("x")
    assert caught.value.reason == "redirect"


def test_a_redirect_from_https_to_http_is_not_followed():
    request = urllib.request.Request("https://example.org/x")
    with pytest.raises(ReadError) as caught:
        _Redirects().redirect_request(request, None, 302, "", {}, "http://example.org/x")
    assert caught.value.reason == "redirect"


def test_a_redirect_to_another_place_of_the_same_kind_is_followed(original):
    with folder(original) as there:

        def answer(handler):
            handler.send_response(301)
            handler.send_header("Location", there.rstrip("/") + handler.path)
            handler.end_headers()

        with answering(answer) as url:
            assert verify(url, KEY.public.text).ok


@pytest.mark.parametrize(
    "url",
    ["ftp://example.org/", "file:///tmp", "http://", "https:///x", "http://example.org/?x", "http://example.org/#x"],
)
def test_other_addresses_are_refused(url):
    with pytest.raises(UserError, match="give the address of a folder"):
        site(url)
