"""The story of fetching: every source asked for once, politely; what came is in raw/ and in its ledger."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from pipelines.errors import UsageError
from pipelines.fetching.asking import Rules, open_session
from pipelines.fetching.download import Answer, download
from pipelines.fetching.sources import SOURCES_FILE, Fetched, Source, read_fetched, read_sources, write_fetched

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
    forgets nothing. Before anything is asked for, raises PipelineError where sources.csv or fetched.csv is wrong, and
    UsageError where no source is of these years and departments.
    """
    sources = _selected(raw, years, departments)
    ledger = read_fetched(raw)
    session = open_session(rules)
    asked: dict[str, float] = {}
    answers = []
    for source in sources:
        host = urlsplit(source.address).hostname or ""
        time.sleep(max(0.0, asked.get(host, -pause) + pause - time.monotonic()))
        known = next((row for row in reversed(ledger) if _same(row, source)), None)
        folder = raw / source.year / source.department
        answer = download(session, source, folder, known, rules)
        asked[host] = time.monotonic()
        if answer.file_name:
            noted = _noted(ledger, known, _row(source, answer))
            if noted != ledger:
                write_fetched(raw, noted)
            ledger = noted
            answer = _named_beside(answer, folder, [row.file_name for row in ledger if _same(row, source)])
        answers.append((source, answer))
        on_answer(source, answer)
    return answers


def _selected(raw: Path, years: tuple[str, ...], departments: tuple[str, ...]) -> list[Source]:
    sources = read_sources(raw)
    selected = [
        source
        for source in sources
        if (not years or source.year in years) and (not departments or source.department in departments)
    ]
    if (years or departments) and not selected:
        chosen, file = " ".join((*years, *departments)), raw / SOURCES_FILE
        raise UsageError(f"{file} has {len(sources)} sources, but none of {chosen}: they are spelled as they are there")
    return selected


def _noted(ledger: list[Fetched], known: Fetched | None, row: Fetched) -> list[Fetched]:
    """The ledger with this line; of a file that it has already, only with what to ask by the next time."""
    if known is None or (known.file_name, known.sha256) != (row.file_name, row.sha256):
        return [*ledger, row]
    renewed = known._replace(etag=row.etag, last_modified=row.last_modified)
    return [renewed if line is known else line for line in ledger]


def _named_beside(answer: Answer, folder: Path, names: Iterable[str]) -> Answer:
    """The answer, which names the other files that came from its address and are still there."""
    others = [name for name in dict.fromkeys(names) if name != answer.file_name and (folder / name).is_file()]
    if not others:
        return answer
    told = f"beside {', '.join(others)} from the same address: all are read, take out of raw/ what no longer counts"
    return answer._replace(detail="; ".join(filter(None, (answer.detail, told))))


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
