"""`gouji run`: the main job, what is seen of it, and its summary."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from pipelines.errors import PipelineError, is_disk_full
from pipelines.progress import STEPS, Event, OnEvent
from pipelines.settings import Settings
from pipelines.warehouse.build import unchanged_record
from pipelines.warehouse.papers import discover, waiting
from pipelines.warehouse.raw import misnamed, strays

PUBLISHED, SOME_HELD = 0, 3
PLAIN_LINES = 20
NAMED = 50


def run_command(settings: Settings) -> int:
    """Run the main job unless nothing has changed, print the summary, return the exit code.

    Raises PipelineError where there is no paper, the home cannot be made, or the disk is full; any other error of the
    run comes through as it is.
    """
    try:
        record, unchanged = _record(settings)
    except OSError:
        _make_home(settings.home)
        raise
    print("\n".join(summary_lines(settings, record, unchanged)))
    return exit_code(record)


def _make_home(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PipelineError(f"{home} cannot be made ({error.strerror}): name another folder with --home") from error


def _record(settings: Settings) -> tuple[dict, bool]:
    """The record of the run that stands now, and whether it stood before."""
    # Before the long imports: where there is nothing to read, this says so at once.
    papers = discover(settings)
    record = None if settings.full else unchanged_record(settings, papers)
    unchanged = record is not None
    if record is not None:
        # What is no paper, or lies astray, changes nothing that is published.
        astray = {"not_read": strays(settings.raw), "misnamed": misnamed(settings.raw)}
        record |= {**astray, "waiting": waiting(settings, papers)}
    else:
        with _progress() as on_event:
            from pipelines.orchestration.run import run

            try:
                record = run(settings, on_event).record
            except Exception as error:
                if not is_disk_full(error, settings.home):
                    raise
                said = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
                told = f"the disk of {settings.home} is full: make room and run again; what is published stands"
                raise PipelineError(f"{told} ({said})") from error
    return record, unchanged


def exit_code(record: dict) -> int:
    """Given a run's record, return 0 where every document is published, else 3."""
    counts = record["summary"]["documents"]
    return SOME_HELD if counts["held"] + counts["refused"] else PUBLISHED


def summary_lines(settings: Settings, record: dict, unchanged: bool) -> list[str]:
    """Given a run's record, return what a person wants to know of it."""
    from pipelines.warehouse.query import share

    summary = record["summary"]
    documents, checks = summary["documents"], summary["checks"]
    alone = checks["fail"] - summary["unclosed"]["checks"]
    lines = [f"Nothing has changed since {record['finished']}; this is what stands:"] if unchanged else []
    lines.append(
        f"Documents  {documents['published']} published, {documents['held']} held, {documents['refused']} refused"
    )
    lines += [f"  {status}: {path} — {reason}" for path, status, reason in summary["not_published"]]
    lines += [f"  {line}" for line in astray_lines(record)]
    lines.append(
        f"Amounts    {summary['amounts_total']:,} printed, {summary['amounts_certified']:,} certified by at least one "
        f"identity ({share(summary['amounts_certified'], summary['amounts_total'])})"
    )
    lines.append(
        f"Checks     {checks['pass']:,} hold, {checks['rounding']:,} within rounding, {alone:,} broken"
        f"{by_severity(summary['broken'])}, {checks['accepted']:,} accepted, {checks['not_checked']:,} not checked"
    )
    for name, page, rule_id, severity, verdict, equation, is_singled_out in summary["failures"]:
        lines.append(f"  broken ({severity}): {name} p.{page} {rule_id}: {equation}{_said(verdict, is_singled_out)}")
    if alone > len(summary["failures"]):
        lines.append(f"  … and {alone - len(summary['failures'])} more: see the report")
    if tables := summary["unclosed"]["tables"]:
        lines.append(
            f"Misread    {tables:,} tables do not close: {summary['unclosed']['checks']:,} identities break together, "
            "our reading of a column, a level or a join is in doubt; their papers are held"
        )
    if count := sum(summary["unsettled"].values()):
        lines.append(f"Unsettled  {count:,} places of the reader{by_severity(summary['unsettled'])}: see the report")
    lines.append(f"Report     {_near(settings.report / 'index.html')}")
    lines.append(f"Warehouse  {_near(settings.warehouse)}")
    return lines


def astray_lines(record: Mapping) -> list[str]:
    """Given a run's record, return what of raw/ it did not read or show, and why, one line each."""
    waits = {"changed": (), "gone": (), "unread": ()} | record.get("waiting", {})
    told = [
        *(f"not read: {path} — {why}" for path, why in record["not_read"]),
        *(f"rename: {folder} — {why}" for folder, why in record.get("misnamed", ())),
        *(f"changed: {path} — not read again yet, what was read before stands" for path in waits["changed"]),
        *(f"gone: {path} — its folder was not asked for, what was read before stands" for path in waits["gone"]),
    ]
    if unread := waits["unread"]:
        told.insert(0, f"not read yet: {len(unread):,} papers of other folders, such as {unread[0]}")
    return told if len(told) <= NAMED else [*told[:NAMED], f"… and {len(told) - NAMED} more"]


def by_severity(broken: Mapping[str, int]) -> str:
    """Given counts by severity, return them in brackets, nothing where there is but one kind."""
    parts = [f"{count:,} {severity}" for severity, count in broken.items() if count]
    return f" ({', '.join(parts)})" if len(parts) > 1 else ""


def _said(verdict: str | None, is_singled_out: bool) -> str:
    """What was done and no more: that the text layer was read twice does not say which of two places is wrong."""
    meaning = {
        "publisher": "misprint at source: one cell accounts for all that is broken around it"
        if is_singled_out
        else "text layer read twice: the paper disagrees with itself",
        "reading": "our reading: a second reader differs",
        "undetermined": "whose fault is not determined",
    }
    return f" — {meaning[verdict]}" if verdict in meaning else ""


def _near(path: Path) -> str:
    """The shorter of the absolute path and the one from here."""
    here = os.path.relpath(path)
    return here if not here.startswith("..") else str(path)


@contextmanager
def _progress() -> Iterator[OnEvent]:
    # The run redirects standard output into its log; this keeps what it was.
    with os.fdopen(os.dup(sys.stdout.fileno()), "w") as out:
        if out.isatty():
            with _bars(out) as on_event:
                yield on_event
        else:
            yield lambda event: _say_line(event, out)


def _say_line(event: Event, out: TextIO) -> None:
    total = event.total
    if total is None:
        if event.done == 0:
            print(f"{STEPS[event.step]} …", file=out, flush=True)
    elif event.done and (event.done == total or total <= PLAIN_LINES or event.done % (total // PLAIN_LINES) == 0):
        print(f"{STEPS[event.step]}: {event.done}/{total} {event.text}".rstrip(), file=out, flush=True)


@contextmanager
def _bars(out: TextIO) -> Iterator[OnEvent]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(file=out)
    columns = (
        SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"), BarColumn(bar_width=24),
        MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.fields[text]}", style="dim"),
    )  # fmt: skip
    with Progress(*columns, console=console, redirect_stdout=False, redirect_stderr=False) as progress:
        tasks: dict[str, int] = {}

        def on_event(event: Event) -> None:
            if event.step not in tasks:
                for task in tasks.values():
                    _finish(progress, task)
                tasks[event.step] = progress.add_task(STEPS[event.step], total=event.total, text="")
            progress.update(tasks[event.step], completed=event.done, total=event.total, text=event.text[-40:])

        yield on_event
        for task in tasks.values():
            _finish(progress, task)


def _finish(progress, task: int) -> None:
    done = progress.tasks[task].completed or 1
    progress.update(task, completed=done, total=done, text="")
