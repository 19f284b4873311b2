"""The settings of the yearly operation, from operation.toml or the file that GOUJI_OPERATION names."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from types import UnionType
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

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
    except OSError as error:
        raise PipelineError(f"{file} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PipelineError(f"{file} is not TOML: {error}") from None
    try:
        return _options(told)
    except ValueError as error:
        raise PipelineError(f"{file}: {error}") from None


def _options(told: Mapping) -> Options:
    for section, keys in KNOWN.items():
        _only(_section(told, section), keys, section)
    return Options(
        _setting(told, "timezone", _is_zone, 'a time zone such as "Asia/Shanghai"'),
        _setting(told, "schedule.cron", _is_text, 'five fields such as "0 6 * 1-4 *"'),
        _setting(told, "schedule.running", _is_switch, "true or false, without quotation marks"),
        _setting(told, "sensor.seconds", _is_seconds, "a whole number of seconds, at least 1"),
        _setting(told, "sensor.running", _is_switch, "true or false, without quotation marks"),
        float(_setting(told, "limits.refused_share", _is_share, "between 0 and 1")),
        tuple(_window(told, kind) for kind in _section(told, "publication")),
    )


def _window(told: Mapping, kind: str) -> Window:
    name = f"publication.{kind}"
    if kind not in DOCUMENT_KINDS:
        raise ValueError(f"{name} is no kind of paper: {' or '.join(DOCUMENT_KINDS)}")
    _only(_section(told, name), WINDOW_KEYS, name)
    day = 'a day of every year such as "03-31"'
    opens, due = (_month_day(_setting(told, f"{name}.{key}", _is_day, day)) for key in ("opens", "due"))
    if due < opens:
        raise ValueError(f"{name} is due before it opens")
    return Window(kind, opens, due, _setting(told, f"{name}.years_after", _is_years, "a whole number from 0 to 9", 0))


def _section(told: Mapping, name: str) -> Mapping:
    """Return the entries under [name], of the whole file where the name is empty; raises ValueError where it is no
    section."""
    for key in filter(None, name.split(".")):
        told = told.get(key, {})
        if not isinstance(told, Mapping):
            raise ValueError(f"{name} is no section: begin it with [{name}]")
    return told


def _setting(told: Mapping, name: str, is_good: Callable[[object], bool], expected: str, otherwise=None):
    """Return what is told of section.key; raises ValueError where that is nothing, or not what is expected."""
    section, _, key = name.rpartition(".")
    value = _section(told, section).get(key, otherwise)
    if value is None:
        raise ValueError(f"{name} is missing")
    if not is_good(value):
        raise ValueError(f"{name} is {value!r}, not {expected}")
    return value


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_switch(value: object) -> bool:
    return isinstance(value, bool)


def _is_number(value: object, kinds: type | UnionType) -> bool:
    return isinstance(value, kinds) and not isinstance(value, bool)  # which Python counts among the numbers


def _is_seconds(value: object) -> bool:
    return _is_number(value, int) and value >= 1


def _is_share(value: object) -> bool:
    return _is_number(value, int | float) and 0 <= value <= 1


def _is_years(value: object) -> bool:
    return _is_number(value, int) and 0 <= value <= 9


def _is_zone(value: object) -> bool:
    try:
        return _is_text(value) and bool(ZoneInfo(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):  # the last where the name is a folder's, such as "Asia"
        return False


def _is_day(value: object) -> bool:
    try:
        return _is_text(value) and bool(_month_day(value))
    except ValueError:
        return False


def _month_day(text: str) -> tuple[int, int]:
    """Raises ValueError where this is no day of every year."""
    month, day = map(int, text.split("-"))
    date(2025, month, day)
    return month, day


def _only(entries: Mapping, known: set[str], section: str) -> None:
    unknown = sorted(set(entries) - known)
    if unknown:
        raise ValueError(f"unknown setting {'.'.join(filter(None, (section, unknown[0])))}")
