"""What every page has: its place in the tree, the language, the way to the same page in the other, and the assets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from orchestration.release.wording import LANGUAGES, Language

# Nothing but what lies beside the page. The decompressor of the table's script may be WebAssembly, which is no eval.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)


@dataclass(frozen=True)
class Frame:
    """Where a page stands: `place` is its path within the language's tree, such as `datasets/new_products.html`.

    `assets` has the path of each asset, from the top, by its plain name (`site.css`). `sample`: the data is made up.
    """

    language: Language
    place: str
    assets: Mapping[str, str] = field(default_factory=dict)
    sample: bool = False

    @property
    def path(self) -> str:
        """The path of the page, from the top of what is published."""
        return f"{self.language}/{self.place}"

    @property
    def root(self) -> str:
        """The way from the page to the top of what is published: `../` for each folder it lies in."""
        return "../" * self.path.count("/")

    @property
    def home(self) -> str:
        """The way from the page to the top of its language's tree."""
        return "../" * self.place.count("/")

    @property
    def other_language(self) -> Language:
        """The language of the other tree."""
        return next(one for one in LANGUAGES if one != self.language)

    @property
    def other(self) -> str:
        """The way to the same page in the other language."""
        return f"{self.root}{self.other_language}/{self.place}"

    def asset(self, name: str) -> str:
        """The way to an asset; KeyError where the site has none of that name."""
        return self.root + self.assets[name]
