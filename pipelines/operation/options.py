"""The settings of the yearly operation, from operation.toml or the file that GOUJI_OPERATION names."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pipelines.errors import PipelineError
from pipelines.settings import PROJECT

DOCUMENT_KINDS = ("budget", "final_account")
KNOWN = {
    "": {"timezone", "schedule", "sensor", "limits", "publication"},
    "schedule": {"cron", "running"},
    "sensor": {"seconds", "running"},
    "limits": {"refused_share"},
}
WINDOW_KEYS = {"opens", "due", "years_after"}


class Window(NamedTuple):
    """When papers of one kind are published: from `opens` to `due`, (month, day) in the fiscal year plus
    `years_after`."""

    document_kind: str
    opens: tuple[int, int]
    due: tuple[int, int]
    years_after: int = 0

    def opens_on(self, fiscal_year: int) -> date:
        return date(fiscal_year + self.years_after, *self.opens)

    def due_on(self, fiscal_year: int) -> date:
        return date(fiscal_year + self.years_after, *self.due)


class Options(NamedTuple):
    """`refused_share` is the share of a department-year's papers that may be refused before it counts as failed."""

    timezone: str
    cron: str
    schedule_running: bool
    sensor_seconds: int
    sensor_running: bool
    refused_share: float
    windows: tuple[Window, ...]

    def today(self) -> date:
        """The date where the operator is."""
        return datetime.now(ZoneInfo(self.timezone)).date()


def options_file() -> Path:
    """Return the file that has the settings of the operation."""
    return Path(os.environ.get("GOUJI_OPERATION") or PROJECT / "operation.toml")


def load_options(file: Path | None = None) -> Options:
    """Return the settings of the operation; raises PipelineError, naming the file and the setting, where one is
    unknown or cannot be."""
    file = file or options_file()
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PipelineError(f"there is no file {file}: name the settings of the operation in GOUJI_OPERATION") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PipelineError(f"{file} is not TOML: {error}") from None
    try:
        return _options(told)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        said = f"{error.args[0]} is missing" if isinstance(error, KeyError) else error
        raise PipelineError(f"{file}: {said}") from None


def _options(told: Mapping) -> Options:
    for section, keys in KNOWN.items():
        _only(told[section] if section else told, keys, section)
    ZoneInfo(told["timezone"])
    seconds, share = told["sensor"]["seconds"], told["limits"]["refused_share"]
    if not isinstance(seconds, int) or seconds < 1:
        raise ValueError(f"sensor.seconds is {seconds!r}, not a whole number of seconds, at least 1")
    if not isinstance(share, int | float) or not 0 <= share <= 1:
        raise ValueError(f"limits.refused_share is {share!r}, not between 0 and 1")
    return Options(
        told["timezone"],
        told["schedule"]["cron"],
        bool(told["schedule"]["running"]),
        seconds,
        bool(told["sensor"]["running"]),
        float(share),
        tuple(_window(kind, entry) for kind, entry in told.get("publication", {}).items()),
    )


def _window(kind: str, entry: Mapping) -> Window:
    if kind not in DOCUMENT_KINDS:
        raise ValueError(f"publication.{kind} is no kind of paper: {' or '.join(DOCUMENT_KINDS)}")
    _only(entry, WINDOW_KEYS, f"publication.{kind}")
    opens, due = (_month_day(entry[name], f"publication.{kind}.{name}") for name in ("opens", "due"))
    if due < opens:
        raise ValueError(f"publication.{kind} is due before it opens")
    return Window(kind, opens, due, int(entry.get("years_after", 0)))


def _month_day(text: str, name: str) -> tuple[int, int]:
    try:
        month, day = map(int, text.split("-"))
        date(2025, month, day)
    except ValueError:
        raise ValueError(f'{name} is {text!r}, not a day of every year such as "03-31"') from None
    return month, day


def _only(entries: Mapping, known: set[str], section: str) -> None:
    unknown = sorted(set(entries) - known)
    if unknown:
        raise ValueError(f"unknown setting {'.'.join(filter(None, (section, unknown[0])))}")
