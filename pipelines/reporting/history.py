"""What each run counted: one point per run, handed on from report to report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pipelines.reporting.papers import Paper, count_states

HISTORY = "history.json"
MOST_RUNS = 200


class Run(NamedTuple):
    """The figures of one run; `finished` is UTC, shortened to minutes."""

    finished: str
    clean: int
    findings: int
    held: int
    refused: int
    amounts_total: int
    amounts_certified: int
    errors: int
    warnings: int


def this_run(finished: str, papers: Sequence[Paper]) -> Run:
    """Given when the report is made and the papers, return the run's figures."""
    counts = count_states(papers)
    published = [paper for paper in papers if paper.state in ("clean", "findings")]
    return Run(
        finished,
        *(counts[state] for state in ("clean", "findings", "held", "refused")),
        sum(paper.amounts_total for paper in published),
        sum(paper.amounts_certified for paper in published),
        sum(paper.errors for paper in papers),
        sum(paper.warnings for paper in papers),
    )


def earlier_runs(report: Path | None) -> list[Run]:
    """Given the folder of the last report, return the runs it knows, the oldest first; none where it has no record of
    them that can be read."""
    try:
        rows = json.loads((report / HISTORY).read_text()) if report else []
        return [Run(*(row[field] for field in Run._fields)) for row in rows][-MOST_RUNS + 1 :]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def as_json(runs: Sequence[Run]) -> bytes:
    """Given runs, return them as earlier_runs reads them."""
    return json.dumps([run._asdict() for run in runs], indent=0).encode()
