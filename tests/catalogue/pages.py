"""Pages as a test reads them: well-formed or not, with their links, identifiers, texts and what could act in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

VOID = {"meta", "link", "br", "input", "hr", "img"}
# Elements of SVG that have no content are written as XML has them.
SELF_CLOSING = {"rect", "path"}


@dataclass
class Page(HTMLParser):
    """What an HTML page holds. Raises AssertionError for a tag that is not closed, or closed in the wrong place."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.captions: list[tuple[str, list[list[str]]]] = []
        self.wholes: dict[str, list[str]] = {"dt": [], "dd": []}

    def handle_starttag(self, tag, attributes):
        named = {name: value or "" for name, value in attributes}
        assert len(named) == len(attributes), f"<{tag}> has an attribute twice"
        self.elements.append((tag, named))
        if tag == "caption":
            self.captions.append(("", []))
        elif tag == "tr" and "tbody" in self.open:
            self.captions[-1][1].append([])
        elif tag in ("td", "th") and "tbody" in self.open:
            self.captions[-1][1][-1].append("")
        elif tag in self.wholes:
            self.wholes[tag].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        assert tag in SELF_CLOSING, f"<{tag}/> is no HTML"
        self.elements.append((tag, {name: value or "" for name, value in attributes}))

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()

    def handle_data(self, data):
        if "caption" in self.open:
            caption, body = self.captions[-1]
            self.captions[-1] = (caption + data, body)
        elif "tbody" in self.open and ("td" in self.open or "th" in self.open):
            row = self.captions[-1][1][-1]
            row[-1] += data
        for tag in self.wholes:
            if tag in self.open:
                self.wholes[tag][-1] += data
        if data.strip():
            self.texts.append((self.open[-1] if self.open else "", data.strip()))

    @property
    def tables(self) -> dict[str, list[list[str]]]:
        """By caption the rows of each table's body, a cell by its whole text."""
        found: dict[str, list[list[str]]] = {}
        for caption, body in self.captions:
            assert caption.strip() not in found, f"two tables are called {caption}"
            found[caption.strip()] = [[cell.strip() for cell in row] for row in body]
        return found

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Term and description of the lists of facts."""
        terms, descriptions = ([text.strip() for text in self.wholes[tag]] for tag in ("dt", "dd"))
        return list(zip(terms, descriptions, strict=True))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]

    def text(self, tag: str) -> list[str]:
        return [text for name, text in self.texts if name == tag]

    def links(self) -> list[str]:
        """Addresses of all that the page leads to, loads or names for its scripts."""
        names = ("href", "src", "data-parquet", "data-columns")
        return [attributes[name] for _, attributes in self.elements for name in names if name in attributes]


def read_page(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text("utf-8"))
    page.close()
    assert page.open == [], path
    return page


def target(page: Path, link: str) -> tuple[Path, str]:
    """The file that a relative link leads to, and the fragment."""
    parts = urlsplit(link)
    assert not parts.scheme and not parts.netloc and not parts.path.startswith("/"), link
    return (page.parent / unquote(parts.path)).resolve() if parts.path else page.resolve(), parts.fragment
