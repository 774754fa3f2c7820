"""Where everything is: the project, the inbox, the workspace and what is published; from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from orchestration.errors import UserError
from orchestration.storage.address import folder_of, mirror_of, url_of

PROJECT = Path(__file__).resolve().parents[1]
SIGNING_KEY = "FUZHI_SIGNING_KEY"
BASE_URL = "FUZHI_BASE_URL"
ENGINE = "FUZHI_ENGINE"
ENGINES = ("duckdb", "spark")
SOURCES = "FUZHI_SOURCES"
MIRRORS = "FUZHI_MIRRORS"
PLACES = ("inbox", "workspace", "published")


@dataclass(frozen=True)
class Settings:
    """The folders of one installation, and the key that signs its releases, if any. All paths are absolute.

    `base_url` is the address under which `published/` is served; empty where the catalogue is to be relative. `engine`
    is what dbt builds with, `sources` the operator's file of what is pulled. A place that has a URL lies on object
    storage, and its folder is a mirror of it (`orchestration.storage`).
    """

    project: Path
    inbox: Path
    workspace: Path
    published: Path
    signing_key: Path | None = None
    base_url: str = ""
    engine: str = "duckdb"
    inbox_url: str = ""
    workspace_url: str = ""
    published_url: str = ""
    sources: Path | None = None

    @classmethod
    def from_environment(cls) -> Settings:
        """Read `FUZHI_PROJECT`, `FUZHI_INBOX`, `FUZHI_WORKSPACE`, `FUZHI_PUBLISHED`, `FUZHI_SIGNING_KEY`,
        `FUZHI_BASE_URL`, `FUZHI_ENGINE` and `FUZHI_SOURCES`.

        The project is the checkout that this code lies in unless told otherwise; the rest lies in the project.
        """
        project = _folder("FUZHI_PROJECT", PROJECT)
        found = cls(
            project=project,
            inbox=project / "inbox",
            workspace=project / ".fuzhi",
            published=project / "published",
            signing_key=_folder(SIGNING_KEY, Path()) if os.environ.get(SIGNING_KEY) else None,
            base_url=_address(os.environ.get(BASE_URL, "")),
            engine=_engine(os.environ.get(ENGINE, "")),
            sources=_folder(SOURCES, Path()) if os.environ.get(SOURCES) else None,
        )
        return found.placed(**{place: found._given(place) for place in PLACES})

    def placed(self, **places: str | None) -> Settings:
        """These settings with places (inbox, workspace, published) elsewhere: paths, or URLs of object storage.

        What is None stays where it is. Raises UserError for a URL with a password in it.
        """
        changes: dict[str, Path | str] = {}
        for place, text in places.items():
            if text:
                url = url_of(text)
                changes[f"{place}_url"] = url
                changes[place] = mirror_of(url, place, self._mirrors) if url else folder_of(text)
        return replace(self, **changes)  # type: ignore[arg-type]

    def _given(self, place: str) -> str | None:
        """Where the environment says that a place is; its URL where its mirror is given, as child processes are."""
        text, url = (os.environ.get(f"FUZHI_{place.upper()}{ending}", "") for ending in ("", "_URL"))
        mirrored = url and str(mirror_of(url_of(url), place, self._mirrors)) == text
        return url if mirrored else text or None

    @property
    def _mirrors(self) -> Path:
        return _folder(MIRRORS, self.project / ".fuzhi" / "mirrors")

    @property
    def urls(self) -> dict[str, str]:
        """The places that lie on object storage, each with its URL."""
        given = {place: str(getattr(self, f"{place}_url")) for place in PLACES}
        return {place: url for place, url in given.items() if url}

    def to_environment(self) -> None:
        """Tell child processes (dbt, Dagster's web server) the same folders, and that no tool may phone home."""
        os.environ.update(
            {
                "FUZHI_PROJECT": str(self.project),
                **{f"FUZHI_{place.upper()}": str(getattr(self, place)) for place in PLACES},
                **{f"FUZHI_{place.upper()}_URL": self.urls.get(place, "") for place in PLACES},
                MIRRORS: str(self._mirrors),
                SIGNING_KEY: str(self.signing_key or ""),
                BASE_URL: self.base_url,
                ENGINE: self.engine,
                SOURCES: str(self.sources or ""),
                "DAGSTER_HOME": str(self.dagster_home),
                "DAGSTER_DISABLE_TELEMETRY": "1",
                "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
                "DBT_VERSION_CHECK": "false",
                "GX_ANALYTICS_ENABLED": "false",
            }
        )

    @property
    def schemas(self) -> Path:
        """The contracts."""
        return self.project / "schemas"

    @property
    def dbt_project(self) -> Path:
        """The dbt project."""
        return self.project / "dbt_project"

    @property
    def expectations(self) -> Path:
        """What each table as a whole must hold."""
        return self.project / "expectations"

    @property
    def guards(self) -> Path:
        """What every table must keep of its last release."""
        return self.expectations / "shared" / "guards.yaml"

    @property
    def marts(self) -> Path:
        """The Parquet files that dbt writes."""
        return self.workspace / "marts"

    @property
    def latest(self) -> Path:
        """The latest published tables, for the models that are made of them."""
        return self.workspace / "latest"

    @property
    def operator(self) -> Path:
        """What the operator is to look into."""
        return self.workspace / "operator"

    @property
    def verdicts(self) -> Path:
        """What the gate said of each dataset in the last run."""
        return self.workspace / "gate"

    @property
    def dagster_home(self) -> Path:
        """Dagster's instance: its runs, events and schedules."""
        return self.workspace / "dagster"


def _folder(variable: str, default: Path) -> Path:
    return Path(os.environ.get(variable, default)).expanduser().resolve()


def _address(text: str) -> str:
    """The address as it is given; empty for none. Raises UserError for what is no address on the web."""
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment):
        raise UserError(f"{BASE_URL} is no address such as https://data.example.org/fuzhi/")
    return text


def _engine(name: str) -> str:
    """The engine of that name; DuckDB where none is named. Raises UserError for one that there is none of."""
    if name and name not in ENGINES:
        raise UserError(f"{ENGINE} is none of {', '.join(ENGINES)}")
    return name or ENGINES[0]
