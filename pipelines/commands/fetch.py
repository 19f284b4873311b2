"""`gouji fetch`: the papers of raw/sources.csv from their addresses."""

from __future__ import annotations

from collections import Counter

import click

from pipelines.fetching.asking import Rules
from pipelines.fetching.download import Answer
from pipelines.fetching.fetch import fetch
from pipelines.fetching.sources import Source
from pipelines.settings import Settings


def fetch_command(settings: Settings, pause: float) -> int:
    """Fetch and say what became of each source; return the exit code, 3 where something was refused or failed."""

    def tell(source: Source, answer: Answer) -> None:
        what = f"{source.year}/{source.department}/{answer.file_name}" if answer.file_name else source.address
        click.echo(f"{answer.outcome:<9}  {what}" + (f" — {answer.detail}" if answer.detail else ""))

    rules = Rules(file_size=settings.limits.file_size)
    answers = fetch(settings.raw, pause, rules, settings.years, settings.departments, tell)
    counts = Counter(answer.outcome for _, answer in answers)
    told = ", ".join(f"{counts[name]} {name}" for name in ("fetched", "unchanged", "refused", "failed"))
    click.echo(f"Sources    {told}")
    return 3 if counts["refused"] or counts["failed"] else 0
