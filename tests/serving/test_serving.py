"""What the server sends, and what it never does."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading

import pytest

from orchestration.errors import UserError
from orchestration.serving import server_for
from orchestration.serving.files import file_at
from orchestration.settings import PROJECT


@pytest.fixture
def published(tmp_path):
    folder = tmp_path / "published"
    (folder / "zh").mkdir(parents=True)
    (folder / ".staging").mkdir()
    (folder / "empty").mkdir()
    (folder / "index.html").write_text("chooser", encoding="utf-8")
    (folder / "zh" / "index.html").write_text("首页", encoding="utf-8")
    (folder / "数据.csv").write_bytes(b"0123456789")
    (folder / "table.parquet").write_bytes(bytes(range(256)) * 1000)
    (folder / ".staging" / "half.csv").write_bytes(b"secret")
    (tmp_path / "outside.txt").write_bytes(b"secret")
    (tmp_path / "published-not").mkdir()
    (tmp_path / "published-not" / "a.txt").write_bytes(b"secret")
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")
    (folder / "folder-link").symlink_to(tmp_path)
    (folder / "loop").symlink_to("loop")
    (folder / "inner.csv").symlink_to("数据.csv")
    return folder


@pytest.fixture
def ask(published):
    server = server_for(published, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()

    def asked(path, method="GET", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, answer.headers, body

    asked.port = server.server_port
    yield asked
    server.shutdown()
    server.server_close()
    thread.join()


CSV = "/%E6%95%B0%E6%8D%AE.csv"


def test_a_file_is_sent_whole_with_its_type(ask):
    status, headers, body = ask(CSV)
    assert (status, body) == (200, b"0123456789")
    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    assert headers["Accept-Ranges"] == "bytes"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_part_is_sent_as_a_part(ask):
    status, headers, body = ask(CSV, Range="bytes=2-4")
    assert (status, body, headers["Content-Range"], headers["Content-Length"]) == (206, b"234", "bytes 2-4/10", "3")
    assert ask("/table.parquet", Range="bytes=-3")[2] == bytes([253, 254, 255])
    assert ask("/table.parquet", Range="bytes=70000-200000")[2] == (bytes(range(256)) * 1000)[70000:200001]


def test_a_part_beyond_the_file_is_refused(ask):
    status, headers, body = ask(CSV, Range="bytes=10-")
    assert (status, headers["Content-Range"], body) == (416, "bytes */10", b"")


def test_several_parts_at_once_are_the_whole_file(ask):
    assert ask(CSV, Range="bytes=0-1,4-5")[::2] == (200, b"0123456789")


def test_head_says_what_get_would_without_a_byte_of_it(ask):
    status, headers, body = ask(CSV, "HEAD", Range="bytes=0-3")
    assert (status, headers["Content-Length"], body) == (200, "10", b"")


def test_what_has_not_changed_is_not_sent_again(ask, published):
    etag = ask(CSV)[1]["ETag"]
    assert ask(CSV, If_None_Match=etag)[::2] == (304, b"")
    assert ask(CSV, If_None_Match=f'"other", {etag}')[0] == 304
    (published / "数据.csv").write_bytes(b"9876543210")
    status, headers, body = ask(CSV, If_None_Match=etag)
    assert (status, body) == (200, b"9876543210")
    assert headers["ETag"] != etag


def test_a_part_of_another_state_of_the_file_is_not_sent(ask):
    etag = ask(CSV)[1]["ETag"]
    assert ask(CSV, Range="bytes=2-4", If_Range=etag)[::2] == (206, b"234")
    assert ask(CSV, Range="bytes=2-4", If_Range='"old"')[::2] == (200, b"0123456789")


def test_a_folder_shows_its_page_or_nothing(ask):
    assert ask("/")[2] == b"chooser"
    assert ask("/zh/")[2].decode() == "首页"
    assert ask("/empty/")[::2] == (404, b"")
    assert ask("/empty")[::2] == (404, b"")


def test_a_folder_without_its_slash_is_sent_there_and_to_no_other_host(ask):
    status, headers, _ = ask("/zh")
    assert (status, headers["Location"]) == (301, "/zh/")
    assert ask("//zh?x=//elsewhere")[1]["Location"] in ("/zh/", None)


@pytest.mark.parametrize(
    "path",
    [
        "/../outside.txt",
        "/zh/../../outside.txt",
        "/%2e%2e/outside.txt",
        "/..%2foutside.txt",
        "/zh/..%2f..%2foutside.txt",
        "/..%5coutside.txt",
        "/../published-not/a.txt",
        "/link.txt",
        "/folder-link/outside.txt",
        "/loop",
        "/.staging/half.csv",
        "/%2estaging/half.csv",
        "/index.html%00.csv",
        "/%ff",
        "/" + "a" * 5000,
        "/index.html/",
        "//[x",
        "/[x]?a//b",
        "/nothing.html",
    ],
)
def test_nothing_outside_and_nothing_hidden_is_sent(ask, path):
    status, _, body = ask(path)
    assert (status, body) == (404, b"")


def test_an_address_that_cannot_be_taken_apart_names_nothing(published):
    assert file_at(published.resolve(), "http://[x/index.html") is None


def test_a_link_within_what_is_published_is_followed(ask):
    assert ask("/inner.csv")[::2] == (200, b"0123456789")


def test_nothing_is_taken(ask):
    assert ask(CSV, "PUT")[0] == 501
    assert ask(CSV, "POST")[0] == 501


def test_it_does_not_say_which_python_it_is(ask):
    assert ask("/")[1]["Server"] == "fuzhi"


def test_it_goes_on_after_who_leaves_in_the_middle(ask):
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", ask.port)) as rude:
            rude.sendall(b"GET /table.parquet HTTP/1.1\r\nHost: x\r\n\r\n")
            rude.recv(10)
    assert ask("/")[0] == 200


def test_a_port_that_is_taken_and_a_folder_that_is_missing_are_told(ask, published):
    with pytest.raises(UserError, match=f"port {ask.port} cannot be had"):
        server_for(published, ask.port)
    with pytest.raises(UserError, match="is no folder"):
        server_for(published / "nowhere", 0)


def test_ctrl_c_ends_the_command_at_once_and_well(published):
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    # Whoever runs the tests in the background has them, and so their children, ignore Ctrl-C.
    start = "import signal; signal.signal(2, signal.default_int_handler); from orchestration.cli import app; app()"
    command = [sys.executable, "-c", start, "serve", "--port", "0", "--published", str(published)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=PROJECT, env=environment)
    said = process.stderr.readline()
    port = int(said.split("127.0.0.1:")[1].split("/")[0])
    held = socket.create_connection(("127.0.0.1", port))
    held.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert held.recv(12) == b"HTTP/1.1 200"
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=10) == 0
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()
    held.close()
