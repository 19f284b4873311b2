"""The story of fetching: every source asked for once, politely; what came is in raw/ and in its ledger."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from pipelines.fetching.asking import Rules, open_session
from pipelines.fetching.download import Answer, download
from pipelines.fetching.sources import Fetched, Source, read_fetched, read_sources, write_fetched

ORDINARY = Rules()
OnAnswer = Callable[[Source, Answer], None]


def fetch(
    raw: Path,
    pause: float = 1.0,
    rules: Rules = ORDINARY,
    years: tuple[str, ...] = (),
    departments: tuple[str, ...] = (),
    on_answer: OnAnswer = lambda *_: None,
) -> list[tuple[Source, Answer]]:
    """Bring the papers of raw/sources.csv into raw/<year>/<department>/; return what became of each source.

    Between two requests to one host lie `pause` seconds. The ledger is written after each file, so a killed fetch
    forgets nothing. Raises PipelineError where sources.csv is wrong, before anything is asked for.
    """
    sources = [
        source
        for source in read_sources(raw)
        if (not years or source.year in years) and (not departments or source.department in departments)
    ]
    ledger = read_fetched(raw)
    session = open_session(rules)
    asked: dict[str, float] = {}
    answers = []
    for source in sources:
        host = urlsplit(source.address).hostname or ""
        time.sleep(max(0.0, asked.get(host, -pause) + pause - time.monotonic()))
        known = next((row for row in reversed(ledger) if _same(row, source)), None)
        answer = download(session, source, raw / source.year / source.department, known, rules)
        asked[host] = time.monotonic()
        if answer.file_name and (answer.outcome == "fetched" or known is None):
            ledger.append(_row(source, answer))
            write_fetched(raw, ledger)
        answers.append((source, answer))
        on_answer(source, answer)
    return answers


def _same(row: Fetched, source: Source) -> bool:
    return (row.department, row.year, row.address) == (source.department, source.year, source.address)


def _row(source: Source, answer: Answer) -> Fetched:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Fetched(
        source.department,
        source.year,
        source.address,
        answer.file_name,
        answer.sha256,
        str(answer.bytes),
        now,
        answer.etag,
        answer.last_modified,
    )
