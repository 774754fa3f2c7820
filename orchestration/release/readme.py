"""The README of a package, Chinese first, then English, from the templates `readme.zh.md` and `readme.en.md`."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template
from typing import Any

from orchestration.contracts import Field
from orchestration.release.code_lists import CodeList
from orchestration.release.markdown import cell, row
from orchestration.release.package import Package
from orchestration.release.wording import (
    LANGUAGES,
    Language,
    say,
    say_date,
    say_licence,
    say_meaning,
    say_part,
    say_type,
)

# Formats that a README lists only where the package has them.
COPIES = ("json", "xlsx", "xml")


def write_readme(package: Package, target: Path) -> None:
    """Write the README of one version."""
    parts = [f"# {package.title('zh')}\n\n{package.title('en')}\n"]
    for language in LANGUAGES:
        template = Template(Path(__file__).with_name(f"readme.{language}.md").read_text("utf-8"))
        parts.append(template.substitute(_places(package, language)))
    # A place that stays empty leaves blank lines behind.
    text = re.sub(r"\n{3,}", "\n\n", "\n---\n\n".join(parts))
    target.write_bytes(text.encode())


def _places(package: Package, language: Language) -> dict[str, Any]:
    contract, chinese = package.contract, language == "zh"
    rows = f"{package.rows:,}"
    comma = "、" if chinese else ", "
    return {
        "name": contract.name,
        "notice": f"> **{say('sample_notice', language)}**" if package.sample else "",
        "description": contract.description if chinese else contract.description_en,
        "version": package.version,
        "created": say_date(package.created, language),
        "rows": rows,
        "owner": contract.owner if chinese else contract.owner_en,
        "licence": say_licence(contract.licence, language),
        "sources": ("；" if chinese else "; ").join(
            cell(source.title if chinese else source.title_en) for source in package.sources
        ),
        "copies": "".join(_copies(package, format_, language) for format_ in COPIES if format_ in package.formats),
        "left_out": "\n\n".join(
            say(f"copies_left_out.{format_}", language, rows=rows, limit=f"{limit:,}")
            for format_, limit in package.row_limits.items()
            if format_ not in package.formats
        ),
        "columns": "\n".join(_column(column, language) for column in package.columns),
        "key": comma.join(f"`{name}`" for name in contract.key),
        "code_lists": say("code_lists", language) if package.code_lists else "",
        "code_files": "".join(_code_file(one, language) for one in package.code_lists),
        "texts": ", ".join(f'"{column.name}": "str"' for column in package.columns if column.type == "string"),
        "checked": say(f"checked.{'derived' if contract.derived else 'submitted'}", language),
        "rules": "".join(f"- {rule.message if chinese else rule.message_en}\n" for rule in contract.rules),
    }


def _copies(package: Package, format_: str, language: Language) -> str:
    name, meaning = package.contract.name, say(f"copies.{format_}", language)
    if format_ != "xlsx" or len(package.workbooks) == 1:
        return row(f"`{name}.{format_}`", meaning) + "\n"
    return "".join(
        row(f"`{name}{part.suffix}.{format_}`", f"{say_part(part, language)}{meaning}") + "\n"
        for part in package.workbooks
    )


def _code_file(code_list: CodeList, language: Language) -> str:
    title = code_list.said["title" if language == "zh" else "title_en"]
    return row(f"`{code_list.file}`", say("code_list", language, title=title)) + "\n"


def _column(column: Field, language: Language) -> str:
    chinese = language == "zh"
    kind = say_type(column, language)
    if column.required:
        kind += ("，" if chinese else ", ") + say("required", language)
    title = column.title if chinese else f"{column.title} {column.title_en}"
    return row(f"`{column.name}`", title, kind, column.unit or "", say_meaning(column, language))
