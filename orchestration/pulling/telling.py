"""What `fuzhi pull` shows: a line per source, and what is in the way of those that failed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape

from orchestration.pulling.pulling import Pulled
from orchestration.visible import visible


def show(pulled: Sequence[Pulled], console: Console) -> None:
    """Show what came of each source."""
    for one in pulled:
        if one.error:
            said = f"[red]✗[/red] {one.source}: {escape(visible(str(one.error)))}"
        elif one.submission:
            said = f"[green]✓[/green] {one.source}: {one.records:,} → {escape(visible(one.submission))}"
        else:
            said = f"[green]✓[/green] {one.source}: 没有新记录 nothing new"
        console.print(said, highlight=False, soft_wrap=True)
