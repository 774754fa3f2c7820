"""How a version of a dataset is cited, from what its package says."""

from __future__ import annotations

from orchestration.catalogue.published import Published
from orchestration.catalogue.texts import say, say_day
from orchestration.release.wording import Language


def citation(one: Published, owner: str, language: Language) -> str:
    """A reference to the version: in Chinese after GB/T 7714, in English after APA."""
    return say(
        "cite.text",
        language,
        owner=owner,
        title=one.said("title", language),
        version=one.version,
        year=one.day[:4],
        day=say_day(one.day, language),
        iso=one.day,
    )


def bibtex(one: Published, owner: str, language: Language) -> str:
    """The same as an entry of BibLaTeX; the owner in braces of its own, for it is one name."""
    fields = {
        "author": f"{{{owner}}}",
        "title": one.said("title", language),
        "version": one.version,
        "year": one.day[:4],
        "date": one.day,
    }
    lines = ",\n".join(f"  {name:<8}= {{{value}}}" for name, value in fields.items())
    return f"@dataset{{{one.name}_{one.version.replace('.', '_')},\n{lines}\n}}"
