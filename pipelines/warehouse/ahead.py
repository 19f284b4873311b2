"""Papers recognised in several processes, before a run asks for their rows."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial

from pipelines.processes import die_with_parent
from pipelines.reading.worker import Outcome
from pipelines.recognising.records import Paper
from pipelines.settings import Settings
from pipelines.warehouse.recognised import is_kept, rows_of

log = logging.getLogger(__name__)

# A process imports for a second before its first paper: so many for each make it worth while.
PAPERS_EACH = 10
PAPERS_AT_ONCE = 4


def recognise_ahead(
    settings: Settings, papers: Sequence[Paper], outcomes: Mapping[str, Outcome], on_done: Callable[[Paper], None]
) -> None:
    """Given papers and how reading each (by SHA-256) ended, put the rows of those that the store lacks into it, in up
    to `settings.jobs` processes; tell of each that was looked at.

    Nothing depends on it: what is not in the store after this, for whatever reason, the next who asks `rows_of` makes,
    and hears what is wrong.
    """
    waiting = [paper for paper in papers if not is_kept(settings, paper, outcomes[paper.sha256])]
    jobs = min(settings.jobs, len(waiting) // PAPERS_EACH)
    if jobs < 2:
        return
    # Not forked: this process has threads, of DuckDB and others, whose locks a fork would copy.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, context, initializer=_begin, initargs=(os.getpid(),))
    try:
        ended = [outcomes[paper.sha256] for paper in waiting]
        kept = pool.map(partial(_keep, settings), waiting, ended, chunksize=PAPERS_AT_ONCE)
        for paper, _ in zip(waiting, kept, strict=True):
            on_done(paper)
    except BrokenProcessPool:
        log.warning("a recognising process died: the rest is recognised in this one")
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(parent: int) -> None:
    die_with_parent(parent=parent)
    logging.disable()  # what is worth saying is said by the process that asks for the rows


def _keep(settings: Settings, paper: Paper, outcome: Outcome) -> None:
    with contextlib.suppress(Exception):
        rows_of(settings, paper, outcome)
