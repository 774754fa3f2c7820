"""Alerts against a real HTTP receiver and a real SMTP server, both on this machine and both of a few lines."""

import base64
import datetime
import email
import email.policy
import hashlib
import hmac
import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from orchestration.alerts.channels import Mail, NotSentError, Webhook, channels
from orchestration.alerts.conditions import Condition
from orchestration.alerts.telling import message, tell
from orchestration.errors import UserError

RED = Condition("check", "new_products gate")
FAILED = Condition("run", "publish")
STALE = Condition("stale", "sent/new_products")


@contextmanager
def receiving(answers: list[int]) -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """A webhook's URL, and what it has got; it gives one answer after the other, the last one for ever."""
    got: list[tuple[dict[str, str], bytes]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(answers.pop(0) if len(answers) > 1 else answers[0])
            self.send_header("location", "http://127.0.0.1:1/")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/secret-path", got
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for `localhost` with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now - day, now + day)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    made = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    path = tmp_path_factory.mktemp("certificate") / "localhost.pem"
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(pem))
    return path


@contextmanager
def mail_server(certificate: Path | None) -> Iterator[tuple[int, list[tuple[str, bool, EmailMessage]]]]:
    """The port of an SMTP server, and what it has got: who logged in, whether by TLS, the mail. STARTTLS by choice."""
    got: list[tuple[str, bool, EmailMessage]] = []

    class Server(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            secure, user = False, ""
            stream = self.connection.makefile("rwb", buffering=0)
            stream.write(b"220 localhost\r\n")
            while line := stream.readline():
                verb = line.split()[0].upper()
                if verb == b"EHLO":
                    tls = b"250-STARTTLS\r\n" if certificate and not secure else b""
                    stream.write(b"250-localhost\r\n" + tls + b"250 AUTH PLAIN\r\n")
                elif verb == b"STARTTLS" and certificate:
                    stream.write(b"220 go\r\n")
                    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                    context.load_cert_chain(certificate)
                    try:
                        stream = context.wrap_socket(self.connection, server_side=True).makefile("rwb", buffering=0)
                    except OSError:
                        return
                    secure = True
                elif verb == b"AUTH":
                    user = base64.b64decode(line.split()[2]).decode().replace("\0", " ").strip()
                    stream.write(b"235 welcome\r\n")
                elif verb == b"DATA":
                    stream.write(b"354 go\r\n")
                    body = b""
                    while (line := stream.readline()) != b".\r\n":
                        body += line
                    mail = email.message_from_bytes(body, policy=email.policy.default)
                    assert isinstance(mail, EmailMessage)
                    got.append((user, secure, mail))
                    stream.write(b"250 kept\r\n")
                elif verb == b"QUIT":
                    stream.write(b"221 bye\r\n")
                    return
                else:
                    stream.write(b"250 ok\r\n")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Server)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server.server_address[1], got
    finally:
        server.shutdown()
        server.server_close()


def mail_at(port: int, host: str = "localhost", password: str = "") -> Mail:
    return Mail(host, port, False, "fuzhi", password, "fuzhi@example.org", ("a@example.org", "b@example.org"))


def states(body: bytes) -> list[tuple[str, str, str]]:
    return [(one["state"], one["kind"], one["subject"]) for one in json.loads(body)["changes"]]


def test_each_change_is_told_once_and_its_end_too(tmp_path: Path) -> None:
    said = tmp_path / "state" / "alerts.json"
    with receiving([204]) as (url, got):
        for wrong in ([RED], [RED], [RED, FAILED], [FAILED, RED], [FAILED], [], [], [RED]):
            assert tell(wrong, [Webhook(url, "")], said) == []
    assert [states(body) for _, body in got] == [
        [("wrong", "check", "new_products gate")],
        [("wrong", "run", "publish")],
        [("well", "check", "new_products gate")],
        [("well", "run", "publish")],
        [("wrong", "check", "new_products gate")],
    ]
    assert len({headers["webhook-id"] for headers, _ in got}) == 5
    content = json.loads(got[0][1])
    assert content["subject"] == {"zh": "赋智数据：1项异常，0项恢复", "en": "Fuzhi: 1 wrong, 0 well again"}
    assert content["changes"][0]["zh"] == "检查未通过：new_products gate。该数据集的上一版本仍然有效。"
    assert content["changes"][0]["en"] == "A check is red: new_products gate. The last release of the dataset stands."


def test_a_receiver_that_is_down_is_told_later_under_the_same_id(tmp_path: Path) -> None:
    said = tmp_path / "alerts.json"
    with receiving([503, 302, 200]) as (url, got):
        hook = Webhook(url, "")
        assert tell([STALE], [hook], said) == ["webhook: the webhook answers 503"]
        assert tell([STALE], [hook], said) == ["webhook: the webhook answers 302"]
        assert tell([STALE], [hook], said) == []
        assert tell([STALE], [hook], said) == []
    assert len(got) == 3
    assert len({headers["webhook-id"] for headers, _ in got}) == 1
    assert tell([], [hook], said) == ["webhook: the webhook cannot be reached (URLError)"]


def test_what_has_passed_when_a_receiver_is_back_is_not_told(tmp_path: Path) -> None:
    said = tmp_path / "alerts.json"
    with receiving([503]) as (url, _):
        assert tell([RED], [Webhook(url, "")], said) != []
    with receiving([200]) as (url, got):
        assert tell([], [Webhook(url, "")], said) == []
    assert got == []


def test_a_channel_that_is_down_does_not_hold_up_the_other(tmp_path: Path) -> None:
    said = tmp_path / "alerts.json"
    with receiving([500, 200]) as (url, got), mail_server(None) as (port, mails):
        both = [Webhook(url, ""), mail_at(port, "127.0.0.1")]
        assert tell([RED], both, said) == ["webhook: the webhook answers 500"]
        assert tell([RED], both, said) == []
    assert (len(got), len(mails)) == (2, 1)


def test_the_receiver_can_tell_that_it_is_ours(tmp_path: Path) -> None:
    with receiving([200]) as (url, got):
        tell([RED], [Webhook(url, "made-up")], tmp_path / "alerts.json")
    headers, body = got[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(b"made-up", signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_mail_goes_by_tls_with_a_login_in_both_languages(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    alert = message([RED], [STALE], 1, "https://fuzhi.example.org/dagster")
    with mail_server(certificate) as (port, mails):
        mail_at(port, password="made-up").send(alert)
    user, secure, mail = mails[0]
    assert (user, secure) == ("fuzhi made-up", True)
    assert mail["subject"] == "赋智数据：1项异常，1项恢复 Fuzhi: 1 wrong, 1 well again"
    assert mail["to"] == "a@example.org, b@example.org"
    assert mail["message-id"] == f"<{alert.id}@fuzhi>"
    body = mail.get_content()
    assert "检查未通过：new_products gate" in body
    assert "Up to date again: sent/new_products." in body
    assert "https://fuzhi.example.org/dagster" in body


def test_no_password_leaves_without_tls(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alert = message([RED], [], 1, "")
    with mail_server(None) as (port, mails), pytest.raises(NotSentError, match="no STARTTLS"):
        mail_at(port, "127.0.0.1", password="made-up").send(alert)
    # A server whose certificate nobody vouches for.
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with mail_server(certificate) as (port, mails), pytest.raises(NotSentError, match="SSLCertVerificationError"):
        mail_at(port, password="made-up").send(alert)
    assert mails == []


def test_channels_come_from_the_environment_and_show_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    assert channels() == []
    monkeypatch.setenv("FUZHI_ALERT_WEBHOOK", "https://hooks.example.org/very-secret")
    monkeypatch.setenv("FUZHI_ALERT_WEBHOOK_SECRET", "also-secret")
    monkeypatch.setenv("FUZHI_ALERT_SMTP", "smtps://me@mail.example.org")
    monkeypatch.setenv("FUZHI_ALERT_SMTP_PASSWORD", "as-secret")
    monkeypatch.setenv("FUZHI_ALERT_FROM", "fuzhi@example.org")
    monkeypatch.setenv("FUZHI_ALERT_TO", "a@example.org, b@example.org")
    hook, mail = channels()
    assert isinstance(mail, Mail)
    assert (mail.host, mail.port, mail.at_once) == ("mail.example.org", 465, True)
    assert mail.recipients == ("a@example.org", "b@example.org")
    assert "secret" not in repr([hook, mail])


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"WEBHOOK": "ftp://secret"}, "FUZHI_ALERT_WEBHOOK is no address"),
        ({"SMTP": "smtp://me:secret@mail.example.org"}, "its password is FUZHI_ALERT_SMTP_PASSWORD"),
        ({"SMTP": "smtp://mail.example.org"}, "FUZHI_ALERT_FROM"),
        ({"SMTP": "smtp://m", "FROM": "a@b.c\nBcc: d@e.f", "TO": "a@b.c"}, "must be addresses"),
    ],
)
def test_what_cannot_be_used_is_refused_without_being_shown(
    variables: dict[str, str], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"FUZHI_ALERT_{name}", value)
    with pytest.raises(UserError, match=reason) as refused:
        channels()
    assert "secret" not in str(refused.value)
