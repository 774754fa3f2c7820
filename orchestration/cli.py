"""The command line: `fuzhi run`, and what prepares it, looks at what it read, judged and published, or serves it.

What a command needs is imported when it runs: `fuzhi --help` and a run without news must not wait for Dagster.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from orchestration.contracts import Contract, load_contracts, submitted
from orchestration.contracts.dbt_files import write_dbt_files
from orchestration.errors import UserError
from orchestration.settings import Settings

UNUSABLE = 2

app = typer.Typer(
    help="Fuzhi 赋智数据: from messy forms to open data that can be trusted.\n\n"
    "Exit codes: 0 done, 1 something was not published (a gate is red), 2 usage or configuration.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
# Narrower tables could not be read.
out = Console(width=max(Console().width, 116))
err = Console(stderr=True)


class Lang(StrEnum):
    """The languages that Fuzhi speaks to people."""

    zh = "zh"
    en = "en"


def _option(help_text: str, variable: str | None = None) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(help=help_text, envvar=variable, show_default=False)
    return option


Inbox = Annotated[
    str | None,
    _option("Where the forms are, as <round>/<submitter>/[<dataset>/]file. Default: inbox/", "FUZHI_INBOX"),
]
Workspace = Annotated[str | None, _option("Where the stages keep their files. Default: .fuzhi/", "FUZHI_WORKSPACE")]
Published = Annotated[str | None, _option("Where packages are published. Default: published/", "FUZHI_PUBLISHED")]


@app.command()
def run(
    inbox: Inbox = None,
    workspace: Workspace = None,
    published: Published = None,
    report: Annotated[Path | None, _option("Write the table at the end to this file too, as JSON.")] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DATASET", help="Publish it this time although it lost or changed too many rows. Repeatable."
        ),
    ] = None,
    timings: Annotated[bool, typer.Option("--timings", help="Show at the end how long each stage took.")] = False,
) -> None:
    """Take in the forms, judge their rows and publish what passes the gate.

    Only datasets that have changed are built; where nothing has, nothing is. A dataset whose gate is red keeps
    its last release, and the others publish; --accept is for guards against the last release alone, and what it lets
    pass stands in the release. `fuzhi ui` shows the same run.
    """
    with _complaints(), _collecting_rarely():
        from orchestration.running import run as running
        from orchestration.running.report import write_report
        from orchestration.running.stage_times import show_timings
        from orchestration.running.table import show

        settings = _settings(inbox, workspace, published)
        outcome = running.run(settings, err, accept or ())
        show(outcome, settings, out)
        if timings:
            show_timings(outcome.seconds, out)
        if report is not None:
            write_report(outcome, report)
    raise typer.Exit(outcome.exit_code)


@app.command("pull")
def pull_sources(
    names: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE]…", help="Only these. Default: all.")] = None,
    sources: Annotated[
        Path | None, _option("The file that says what is pulled; see docs/operate.md.", "FUZHI_SOURCES")
    ] = None,
    inbox: Inbox = None,
    workspace: Workspace = None,
) -> None:
    """Ask REST services and PostgreSQL tables for what is new, and put it into the inbox as forms.

    `fuzhi run` takes it in from there like any other. Exit codes: 0 done, 1 a source could not be pulled (the others
    were), 2 usage or configuration.
    """
    with _complaints():
        from orchestration.pulling import pull
        from orchestration.pulling.telling import show

        settings = _settings(inbox, workspace, None)
        if sources is not None:
            settings = replace(settings, sources=sources.resolve())
        pulled = pull(settings, names or ())
        show(pulled, out)
    raise typer.Exit(1 if any(one.error for one in pulled) else 0)


@app.command()
def prepare() -> None:
    """Parse the models once, so that no workspace begins with it: part of setting up."""
    with _complaints(), _collecting_rarely():
        from orchestration.running.dbt import prepare as parse

        settings = Settings.from_environment()
        write_dbt_files(load_contracts(settings.schemas), settings.dbt_project)
        parse(settings)


@app.command()
def peek(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="xlsx, xls, ods, csv or docx.")],
) -> None:
    """Show what Fuzhi sees in a file: sheets, header, columns, rows, and what it ignores and why.

    Nothing is stored or judged. Works on any table, also one that belongs to no dataset. Exit code 2 where the
    file cannot be read.
    """
    with _complaints():
        from orchestration.intake import read_limits
        from orchestration.intake.peek import peek as look
        from orchestration.intake.peek import render

        schemas = Settings.from_environment().schemas
        seen = look(file, submitted(load_contracts(schemas)), read_limits(schemas))
        out.print(render(seen))
    raise typer.Exit(UNUSABLE if seen.refusal else 0)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The form that is to be sent.")],
    dataset: Annotated[str | None, _option("The dataset it is for. Default: the one that its header names.")] = None,
    submitter: Annotated[
        str | None,
        _option("Who sends it, as its folder in the inbox is named. Default: one who may send for all cities."),
    ] = None,
    round_: Annotated[
        str | None,
        typer.Option("--round", help="The round it is for. Default: that of its folder, or the latest in the inbox."),
    ] = None,
    lang: Annotated[Lang, typer.Option(help="The language of the answer.")] = Lang.zh,
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON, in both languages, with every cell.")] = False,
    workbook: Annotated[
        Path | None, _option("Write the form with its faulty cells marked to this .xlsx too, as a run would answer it.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace that workbook if it is there already.")] = False,
) -> None:
    """Judge a form before it is sent, by the very rules of the pipeline; nothing is stored.

    The first check after a change of the rules compiles them, which takes some seconds more. Exit codes: 0 nothing
    to mend, 1 faults or warnings, 2 the file cannot be read or belongs to no dataset.
    """
    with _complaints():
        from orchestration.checking import checking
        from orchestration.checking.annotated import refuse_target, write_workbook
        from orchestration.checking.telling import tell, to_json

        settings = Settings.from_environment()
        contracts = load_contracts(settings.schemas)
        write_dbt_files(contracts, settings.dbt_project)
        if dataset is not None:
            _refuse_without_form(dataset, contracts)
        if workbook is not None:
            refuse_target(workbook, file, force=force)
        sender = checking.ANYBODY if submitter is None else submitter
        judged = checking.check(file, settings, contracts, dataset, sender, round_)
        if json:
            typer.echo(to_json(judged, settings.schemas))
        else:
            out.print(tell(judged, lang.value, settings.schemas), soft_wrap=True)
        if workbook is not None:
            if judged.refused:
                raise UserError(f"{workbook} was not written: there are no rows of {file.name} to mark")
            write_workbook(judged, file, workbook, settings)
            err.print(f"workbook written to {escape(str(workbook))}", highlight=False, soft_wrap=True)
    raise typer.Exit(UNUSABLE if judged.refused else 0 if judged.clean else 1)


@app.command()
def datasets() -> None:
    """List the datasets: title, key, columns published and kept private, latest version."""
    with _complaints():
        from orchestration.running.table import show_datasets

        settings = Settings.from_environment()
        show_datasets(load_contracts(settings.schemas), settings, out)


@app.command()
def diff(
    dataset: Annotated[str, typer.Argument(help="The name of a dataset, as `fuzhi datasets` lists it.")],
    before: Annotated[str, typer.Argument(metavar="A", help="A released version, such as 1.0.0, or latest.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The version to compare it with, or latest.")],
    published: Published = None,
    lang: Annotated[Lang, typer.Option(help="The language of the answer.")] = Lang.zh,
    csv: Annotated[bool, typer.Option("--csv", help="Every change, as the changes.csv of a release.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Reasons and counts as JSON.")] = False,
) -> None:
    """Show what differs between two released versions: rows, cells, columns and what is said about them.

    Exit codes: 0 the same, 1 something differs, 2 there is no such version.
    """
    with _complaints():
        from tempfile import TemporaryDirectory

        from orchestration.release.diff import diff as compare
        from orchestration.release.diff_table import show

        if csv and json:
            raise UserError("--csv and --json are two answers: ask for one")
        settings = _settings(None, None, published)
        with TemporaryDirectory(prefix="fuzhi-diff-") as folder:
            changes = Path(folder, "changes.csv")
            difference = compare(settings.published, dataset, before, after, changes)
            if csv:
                sys.stdout.buffer.write(changes.read_bytes())
            elif json:
                typer.echo(difference.to_json())
            else:
                show(difference, changes, lang.value, out)
    raise typer.Exit(0 if difference.same else 1)


@app.command()
def template(
    dataset: Annotated[str, typer.Argument(help="The name of a dataset, as `fuzhi datasets` lists it.")],
    file: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="The workbook to write.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the workbook if it is there already.")] = False,
) -> None:
    """Write the form that submitters fill in for a dataset, with drop-downs, checks and notes on each column.

    Made from the contract and the code lists: the same workbook every time, until one of them changes.
    """
    with _complaints():
        from orchestration.feedback.template import write_template

        settings = Settings.from_environment()
        contracts = load_contracts(settings.schemas)
        _refuse_without_form(dataset, contracts)
        write_template(contracts[dataset], settings, file, force=force)
        out.print(f"{contracts[dataset].title}: form written to {escape(str(file))}", highlight=False, soft_wrap=True)


@app.command()
def sample(
    folder: Annotated[Path, typer.Argument(help="A folder to write to; what the sample had there is replaced.")],
) -> None:
    """Write a made-up inbox: forms in five formats, with faults planted and listed in manifest.json.

    The same forms every time. Publish them with `fuzhi run --inbox FOLDER/inbox`.
    """
    with _complaints():
        from orchestration.sample import write_sample

        with err.status("writing made-up forms"):
            settings = Settings.from_environment()
            contracts = load_contracts(settings.schemas)
            manifest = write_sample(folder, contracts, seeds=settings.dbt_project / "seeds")
        out.print(
            f"{len(manifest.files)} made-up forms in {folder / 'inbox'}, "
            f"{len(manifest.faults)} planted faults listed in {folder / 'manifest.json'}"
        )


@app.command()
def verify(
    target: Annotated[
        str, typer.Argument(metavar="DIR|URL", help="Everything published, a dataset (its latest), or one version.")
    ],
    key: Annotated[
        str | None, _option("The publisher's public key, or its file. Default: the one that lies beside the data.")
    ] = None,
    lang: Annotated[Lang, typer.Option(help="The language of the answer.")] = Lang.zh,
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON, in both languages.")] = False,
) -> None:
    """Prove that published data is whole and as it was published: sums, signatures, descriptions, rows, pointers.

    Exit codes: 0 all well, 1 something is wrong, 2 there is nothing to verify or it cannot be reached.
    """
    with _complaints():
        from orchestration.verifying import telling, verifying

        report = verifying.verify(target, key)
        if json:
            typer.echo(telling.to_json(report))
        else:
            out.print(telling.tell(report, lang.value), soft_wrap=True)
    raise typer.Exit(0 if report.ok else 1)


@app.command()
def keygen(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write fuzhi.key and fuzhi.pub.")],
) -> None:
    """Make a key that signs releases, in minisign's format; encrypted where FUZHI_SIGNING_PASSWORD is set.

    Then set FUZHI_SIGNING_KEY to DIR/fuzhi.key, and keep a copy of it in a safe place.
    """
    with _complaints():
        from orchestration.release.signing import SECRET, make_key

        public = make_key(folder)
        out.print(f"key {public.name} written to {escape(str(folder / SECRET))}; the public key is", highlight=False)
        out.print(public.text, highlight=False)


@app.command()
def metrics(workspace: Workspace = None) -> None:
    """Print the figures of the last run and of what is published, as OpenMetrics text."""
    with _complaints():
        from orchestration.watching.metrics import last_metrics

        typer.echo(last_metrics(_settings(None, workspace, None)), nl=False)


@app.command("serve")
def serve_published(
    published: Published = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port on 127.0.0.1; 0 takes any that is free.")
    ] = 8000,
) -> None:
    """Show what is published in a browser on this machine, until Ctrl-C.

    It listens on 127.0.0.1 and nowhere else; put published/ on a web server of your own for others to see.
    """
    with _complaints():
        from orchestration.serving import serve, server_for

        settings = _settings(None, None, published)
        server = server_for(settings.published, port)
        err.print(f"http://127.0.0.1:{server.server_port}/ shows {escape(str(settings.published))}; Ctrl-C ends it")
        serve(server)


@app.command()
def ui(
    inbox: Inbox = None,
    workspace: Workspace = None,
    published: Published = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port on 127.0.0.1.")] = 3000,
) -> None:
    """Open Dagster's UI on this machine only: assets, checks, runs and the sensor that watches the inbox.

    It has no login, so it listens on 127.0.0.1 and nowhere else.
    """
    with _complaints():
        from orchestration.running.instance import prepare_dagster

        settings = _settings(inbox, workspace, published)
        settings.to_environment()
        prepare_dagster(settings)
        dagster = str(Path(sys.executable).with_name("dagster"))
        command = [dagster, "dev", "-m", "orchestration.definitions", "-h", "127.0.0.1", "-p", str(port)]
        os.execvp(command[0], command)


class Service(StrEnum):
    """What `fuzhi service` runs."""

    code = "code"
    daemon = "daemon"
    web = "web"


@app.command()
def service(
    name: Annotated[Service, typer.Argument(help="code: the runs; daemon: sensor, schedule, queue; web: the pages.")],
    host: Annotated[str, typer.Option(help="Where code and web listen. They ask for no password.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port of the pages.")] = 3000,
    writable: Annotated[bool, typer.Option("--writable", help="Pages from which runs can be started.")] = False,
) -> None:
    """Run one of the three programs of Dagster that a team keeps running; docs/operate.md says how.

    The pages are for looking unless --writable is given, and none of the three has a login: web belongs behind a
    proxy that has one, code where only the two others reach it (FUZHI_CODE_SERVER, 127.0.0.1:4000).
    """
    with _complaints():
        from orchestration.running.services import command

        words = command(name.value, Settings.from_environment(), host, port, writable)
        os.execvp(words[0], words)


@app.command()
def tidy(
    workspace: Workspace = None,
    days: Annotated[int, typer.Option(min=1, help="Nothing younger goes.")] = 365,
    remove: Annotated[bool, typer.Option("--remove", help="Remove it; without this it is only said.")] = False,
) -> None:
    """Say, or remove, what of the workspace no run needs: old forms that left the inbox, old runs of Dagster."""
    with _complaints():
        from orchestration.running.tidying import tidy as tidy_up

        spare = tidy_up(_settings(None, workspace, None), days, remove)
        done = "removed" if remove else "may go (--remove)"
        size = f"{spare.size / 1e6:.1f} MB"
        out.print(f"{done}: {len(spare.forms)} forms that left the inbox, {size}; {len(spare.runs)} runs of Dagster")


def _refuse_without_form(dataset: str, contracts: dict[str, Contract]) -> None:
    with_form = submitted(contracts)
    if dataset not in with_form:
        why = f"no form is sent for {dataset}" if dataset in contracts else f"there is no dataset {dataset}"
        raise UserError(f"{why}: choose one of {', '.join(with_form)}")


def _settings(inbox: str | None, workspace: str | None, published: str | None) -> Settings:
    return Settings.from_environment().placed(inbox=inbox, workspace=workspace, published=published)


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    """Look for cycles among objects less often: Dagster, dbt and Great Expectations make millions that stay to the end.

    Measured on the sample: a tenth of the CPU time of a run. At the end, to look through them all once more and take
    them apart before the process goes anyway would take another second.
    """
    gc.set_threshold(100_000, 50, 100)
    yield
    gc.freeze()


@contextmanager
def _complaints() -> Iterator[None]:
    """Turn what a user can mend into one message and exit code 2; anything else is ours and keeps its trace."""
    try:
        yield
    except UserError as error:
        err.print(f"[red]✗[/red] {escape(str(error))}", highlight=False, soft_wrap=True)
        raise typer.Exit(UNUSABLE) from None
