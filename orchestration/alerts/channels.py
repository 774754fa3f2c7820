"""How an alert is sent: JSON to a webhook, signed where there is a secret, and e-mail over TLS.

All from the environment. Addresses may hold a secret themselves, as those of many webhooks do: none is ever shown.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
import os
import smtplib
import ssl
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from http.client import HTTPException
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from orchestration.errors import UserError

WEBHOOK, SECRET = "FUZHI_ALERT_WEBHOOK", "FUZHI_ALERT_WEBHOOK_SECRET"
SMTP, PASSWORD = "FUZHI_ALERT_SMTP", "FUZHI_ALERT_SMTP_PASSWORD"
SENDER, RECIPIENTS = "FUZHI_ALERT_FROM", "FUZHI_ALERT_TO"
# In seconds; Dagster gives a look of a sensor a minute.
TIMEOUT = 10


class NotSentError(Exception):
    """A message that did not get through: says why, without any address."""


@dataclass(frozen=True)
class Message:
    """One alert. `id` is the same when it is sent again; `text` says in both languages what `content` does."""

    id: str
    subject: str
    text: str
    content: dict[str, Any]


class Channel(Protocol):
    """A way to send a message; raises NotSentError."""

    @property
    def name(self) -> str:
        """What it is called in logs and in what was said."""

    def send(self, message: Message) -> None:
        """Send it, or raise NotSentError."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """A webhook that leads elsewhere is none: what is sent is for its address alone."""


@dataclass(frozen=True)
class Webhook:
    """JSON by POST. With a secret it is signed as webhooks commonly are: `webhook-id`, `-timestamp`, `-signature`."""

    url: str = field(repr=False)
    secret: str = field(repr=False)
    name: str = "webhook"

    def send(self, message: Message) -> None:
        """Send it; any answer but 2xx counts as not sent."""
        body = json.dumps({"id": message.id, **message.content}, ensure_ascii=False).encode()
        sent_at = str(int(time.time()))
        headers = {"content-type": "application/json", "webhook-id": message.id, "webhook-timestamp": sent_at}
        if self.secret:
            headers["webhook-signature"] = signature(self.secret, message.id, sent_at, body)
        request = urllib.request.Request(self.url, body, headers, method="POST")
        try:
            with urllib.request.build_opener(_NoRedirect).open(request, timeout=TIMEOUT):
                return
        except urllib.error.HTTPError as error:
            raise NotSentError(f"the webhook answers {error.code}") from None
        except (OSError, HTTPException) as error:
            raise NotSentError(f"the webhook cannot be reached ({type(error).__name__})") from None


def signature(secret: str, id_: str, sent_at: str, body: bytes) -> str:
    """`v1,` and the HMAC-SHA256 of id, time and body in Base64."""
    digest = hmac.new(secret.encode(), f"{id_}.{sent_at}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


@dataclass(frozen=True)
class Mail:
    """E-mail through a server that speaks TLS, at once or by STARTTLS; without it only to this very machine."""

    host: str
    port: int
    at_once: bool
    user: str
    password: str = field(repr=False)
    sender: str
    recipients: tuple[str, ...]
    name: str = "e-mail"

    def send(self, message: Message) -> None:
        """Send it to all; one recipient that is refused counts as not sent only where all are."""
        try:
            context = ssl.create_default_context()
            if self.at_once:
                server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=context)
            else:
                server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
            with server:
                server.ehlo()
                if not self.at_once and server.has_extn("starttls"):
                    server.starttls(context=context)
                    server.ehlo()
                elif not self.at_once and (self.password or not _is_this_machine(self.host)):
                    raise NotSentError("the mail server offers no STARTTLS")
                if self.password:
                    server.login(self.user, self.password)
                server.send_message(self._mail(message))
        except smtplib.SMTPException as error:
            raise NotSentError(f"the mail server refuses ({type(error).__name__})") from None
        except OSError as error:
            raise NotSentError(f"the mail server cannot be reached ({type(error).__name__})") from None

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        mail["Subject"], mail["From"], mail["To"] = message.subject, self.sender, ", ".join(self.recipients)
        mail["Message-ID"] = f"<{message.id}@fuzhi>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        return mail


def channels() -> list[Channel]:
    """The channels that the environment gives; none where it gives none. Raises UserError for what cannot be used."""
    found: list[Channel] = []
    if url := os.environ.get(WEBHOOK, ""):
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise UserError(f"{WEBHOOK} is no address such as https://alerts.example.org/fuzhi")
        found.append(Webhook(url, os.environ.get(SECRET, "")))
    if server := os.environ.get(SMTP, ""):
        found.append(_mail(server))
    return found


def _mail(server: str) -> Mail:
    parts = urlsplit(server)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.password:
        raise UserError(f"{SMTP} is no server such as smtp://user@mail.example.org:587; its password is {PASSWORD}")
    sender, recipients = os.environ.get(SENDER, ""), os.environ.get(RECIPIENTS, "")
    addresses = tuple(one.strip() for one in recipients.split(",") if one.strip())
    try:
        for one in (sender, *addresses):
            Address(addr_spec=one)
    except (ValueError, IndexError):
        raise UserError(f"{SENDER} and {RECIPIENTS} must be addresses, the latter parted by commas") from None
    if not sender or not addresses:
        raise UserError(f"{SMTP} is set: {SENDER} and {RECIPIENTS} must be, too")
    return Mail(
        host=parts.hostname,
        port=parts.port or (465 if parts.scheme == "smtps" else 587),
        at_once=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=os.environ.get(PASSWORD, ""),
        sender=sender,
        recipients=addresses,
    )


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
