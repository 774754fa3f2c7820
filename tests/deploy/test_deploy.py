"""What is in `deploy/` is held to what there is: commands, variables, files, and the tools' own checks of it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from orchestration.cli import Service, app
from orchestration.running import services
from orchestration.running.services import command
from orchestration.settings import PROJECT, Settings

DEPLOY = PROJECT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
OURS = [service.value for service in Service]


def variables(text: str) -> set[str]:
    return set(re.findall(r"FUZHI_[A-Z_]+", text))


def test_both_ways_run_the_three_services() -> None:
    assert [unit.name for unit in UNITS] == [f"fuzhi-{name}.service" for name in OURS]
    for unit, name in zip(UNITS, OURS, strict=True):
        assert f"ExecStart=/opt/fuzhi/.venv/bin/fuzhi service {name}\n" in unit.read_text("utf-8")
        assert COMPOSE["services"][name]["command"][:2] == ["service", name]
    assert CliRunner().invoke(app, ["service", "--help"]).exit_code == 0


def test_nothing_but_the_proxy_can_be_reached() -> None:
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert "basic_auth" in (DEPLOY / "Caddyfile").read_text("utf-8")
    assert all("healthcheck" in service for name, service in COMPOSE["services"].items() if name != "proxy")
    assert "--host" not in (DEPLOY / "systemd" / "fuzhi-web.service").read_text("utf-8")


def test_every_volume_and_file_that_is_named_is_there() -> None:
    mounts = [mount.split(":")[0] for service in COMPOSE["services"].values() for mount in service.get("volumes", [])]
    assert {name for name in mounts if not name.startswith("./")} == COMPOSE["volumes"].keys()
    assert [name for name in mounts if name.startswith("./") and not (DEPLOY / name).exists()] == []
    copied = re.findall(r"^COPY ([^-].*) \./$", (DEPLOY / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert [name for line in copied for name in line.split() if not (PROJECT / name).exists()] == []


def test_every_variable_means_something() -> None:
    """To the code, or within deploy/ itself."""
    code = "".join(path.read_text("utf-8") for path in (PROJECT / "orchestration").rglob("*.py"))
    places = {"FUZHI_INBOX", "FUZHI_WORKSPACE", "FUZHI_PUBLISHED"}
    own = variables((DEPLOY / "Caddyfile").read_text("utf-8")) | {"FUZHI_POSTGRES_PASSWORD"}
    for path in (DEPLOY / "fuzhi.env.example", DEPLOY / "compose.yaml", DEPLOY / "Dockerfile", *UNITS):
        assert variables(path.read_text("utf-8")) - variables(code) - places - own == set(), path.name


def test_pages_are_read_only_unless_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(PROJECT, tmp_path / "inbox", tmp_path / "workspace", tmp_path / "published")
    monkeypatch.setattr(Settings, "to_environment", lambda _: None)
    monkeypatch.setattr(services, "_make_storage", lambda _: None)
    assert command("web", settings, "127.0.0.1", 3000, writable=False)[-1] == "--read-only"
    assert "--read-only" not in command("web", settings, "127.0.0.1", 3000, writable=True)


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    for unit in UNITS:
        here = unit.read_text("utf-8").replace("/opt/fuzhi/.venv/bin", str(Path(sys.executable).parent))
        (tmp_path / unit.name).write_text(here, "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in UNITS)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "fuzhi-" in line]
    assert (done.returncode, said) == (0, [])


def test_nginx_accepts_the_proxy(tmp_path: Path) -> None:
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        pytest.skip("nginx is not installed")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=made-up", "-keyout",
         str(tmp_path / "privkey.pem"), "-out", str(tmp_path / "fullchain.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    site = (DEPLOY / "nginx.conf").read_text("utf-8").replace("/etc/ssl/fuzhi", str(tmp_path))
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off; {site} }}", "utf-8"
    )
    done = subprocess.run(
        [nginx, "-t", "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
