"""The tables that the command line shows: the end of a run, and the list of datasets."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from orchestration.contracts import Contract, derived, submitted
from orchestration.feedback.evidence import evidence_files
from orchestration.quality.registry import render
from orchestration.running.report import Report, versions
from orchestration.settings import Settings
from orchestration.visible import visible

COUNTS = ("files", "read", "published", "superseded", "quarantined", "ignored")
SIGNS = {"published": "=\n", "superseded": "+\n", "quarantined": "+\n", "ignored": "+\n"}
GATE = {
    "green": "[green]✓ green[/green]",
    "accepted": "[yellow]✓ accepted[/yellow]",
    "red": "[red]✗ red[/red]",
    "not run": "not run",
}


def show(report: Report, settings: Settings, console: Console) -> None:
    """Show what came of a run: a line per dataset, the files that were refused, and where to look."""
    table = Table(
        box=SIMPLE_HEAD,
        pad_edge=False,
        title="样例数据，纯属虚构 · sample data, made up" if report.made_up else None,
        title_style="bold",
    )
    table.add_column("\ndataset", no_wrap=True)
    for count in COUNTS:
        table.add_column(SIGNS.get(count, "\n") + count, justify="right", no_wrap=True)
    table.add_column("\nversion", justify="right", no_wrap=True)
    table.add_column("\ngate", no_wrap=True)
    forms = [one for one in report.datasets if not one.derived]
    for one in [*forms, *(one for one in report.datasets if one.derived)]:
        version = "–" if one.version is None else f"{one.version}{' new' if one.new else ''}"
        counts = ("" if one.derived and count != "published" else f"{getattr(one, count):,}" for count in COUNTS)
        table.add_row(one.dataset, *counts, version, GATE[one.gate], end_section=one is forms[-1])
    console.print(table)
    if report.refused:
        files = "1 file" if len(report.refused) == 1 else f"{len(report.refused)} files"
        console.print(f"{files} refused · 未接收的文件", style="yellow")
        for file in report.refused:
            said = f"  {visible(file.submission)}\n    {visible(file.message)} {visible(file.message_en)}"
            console.print(escape(said), highlight=False, soft_wrap=True)
    for name in report.undated_rounds:
        said = " ".join(render("round_undated", lang, detail=name)[0] for lang in ("zh", "en"))
        console.print(said, style="yellow", highlight=False, soft_wrap=True)
    news = sum(one.new for one in report.datasets)
    nothing = "no new release" if report.exit_code else "nothing has changed, no new release"
    published = f"{news} new release{'s' if news > 1 else ''}" if news else nothing
    console.print(
        f"{published} in {settings.published_url or settings.published}\nwhat was held back and why: {settings.marts}",
        highlight=False,
        soft_wrap=True,
    )
    for text in evidence_files(settings):
        console.print(f"for the operator to look into · 请平台核实: {text}", highlight=False, soft_wrap=True)


def show_datasets(contracts: dict[str, Contract], settings: Settings, console: Console) -> None:
    """Show each dataset with the plan's clauses, its key, how many columns are public and private, and its version."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("dataset", no_wrap=True)
    for heading in ("名录 title", "plan", "key"):
        table.add_column(heading, overflow="fold")
    for heading in ("public", "private", "version"):
        table.add_column(heading, justify="right")
    latest = versions(settings, contracts)
    forms = submitted(contracts)
    for name, contract in {**forms, **derived(contracts)}.items():
        public = len(contract.public_fields)
        table.add_row(
            name,
            f"{contract.title}\n{contract.title_en}",
            "、".join(contract.plan_clauses),
            " +\n".join(contract.key),
            str(public),
            "derived" if contract.derived else str(len(contract.fields) - public),
            latest[name] or "–",
            end_section=name == list(forms)[-1],
        )
    console.print(table)
