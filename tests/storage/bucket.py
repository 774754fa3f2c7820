"""A bucket as a test sees it: past the product and past the proxy, by plain HTTP."""

from __future__ import annotations

import http.client
import xml.etree.ElementTree as Tree
from dataclasses import dataclass
from urllib.parse import quote

# The server looks at who asks, not at whether that is true.
SIGNED = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=test/20240101/us-east-1/s3/aws4_request, "
    "SignedHeaders=host, Signature=0"
}


@dataclass(frozen=True)
class Bucket:
    """One bucket of the server at `port`."""

    port: int
    name: str

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request(method, f"/{self.name}{path}", body, {**SIGNED, **headers})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, content

    def create(self) -> Bucket:
        assert self.ask("PUT", "")[0] == 200
        return self

    def put(self, key: str, content: bytes) -> None:
        assert self.ask("PUT", f"/{quote(key)}", content)[0] == 200, key

    def get(self, key: str) -> bytes:
        status, _, content = self.ask("GET", f"/{quote(key)}")
        assert status == 200, key
        return content

    def headers(self, key: str) -> dict[str, str]:
        return self.ask("HEAD", f"/{quote(key)}")[1]

    def remove(self, key: str) -> None:
        assert self.ask("DELETE", f"/{quote(key)}")[0] == 204, key

    def keys(self, below: str = "") -> list[str]:
        status, _, content = self.ask("GET", f"?list-type=2&max-keys=1000&prefix={quote(below)}")
        assert status == 200
        found = Tree.fromstring(content)
        assert found.findtext("{*}IsTruncated") == "false"
        return [str(one.text) for one in found.iterfind("{*}Contents/{*}Key")]

    def tree(self, below: str = "") -> dict[str, bytes]:
        """All that is published there: each key with its content."""
        return {key.removeprefix(below): self.get(key) for key in self.keys(below) if "/." not in f"/{key}"}

    def public(self) -> Bucket:
        """Let everybody read."""
        policy = (
            '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject",'
            f'"Resource":"arn:aws:s3:::{self.name}/*"}}]}}'
        )
        assert self.ask("PUT", "?policy", policy.encode())[0] in (200, 204)
        return self
