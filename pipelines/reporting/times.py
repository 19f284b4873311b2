"""When something was, as a reader of the report sees it; the data keep UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

MINUTES = "%Y-%m-%d %H:%M"


def local_time(utc: str, timezone: str) -> str:
    """Given a time in UTC as MINUTES writes it and a time zone (`Asia/Shanghai`), return the same time there. A text
    that is no such time stands for itself."""
    try:
        return datetime.strptime(utc, MINUTES).replace(tzinfo=UTC).astimezone(ZoneInfo(timezone)).strftime(MINUTES)
    except ValueError:
        return utc
