"""Why something was not checked or not published, said in both languages; new reasons are rows of reasons.csv."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

from pipelines.reporting.words import Word, word

REASONS = Path(__file__).with_name("reasons.csv")
# A check may want several papers.
SEVERAL = re.compile(", (?=needs |prints )")


def reason_of_check(reason: str | None) -> Word:
    """Given a check's reason, return it in both languages; one that nobody has translated stands for itself."""
    text = reason or ""
    return Word("；".join(_translated(part) for part in SEVERAL.split(text)), text)


def reason_of_status(reason: str | None) -> Word:
    """Given a status_reason (`no_text: 8 pages …`), return in both languages what it means, with its details."""
    code, _, detail = (reason or "").partition(": ")
    zh, en = word("reason", code)
    return Word(f"{zh}（{_translated(detail)}）", f"{en} ({detail})") if detail else Word(zh, en)


def _translated(text: str) -> str:
    for pattern, zh in _patterns():
        if match := pattern.fullmatch(text):
            return zh.format(**{name: _named(name, value) for name, value in match.groupdict().items()})
    return text


def _named(name: str, value: str) -> str:
    return (
        "、".join(word("table_kind", kind).zh for kind in re.split(r", |\|", value)) if name == "table_kinds" else value
    )


@cache
def _patterns() -> list[tuple[re.Pattern, str]]:
    with REASONS.open(encoding="utf-8", newline="") as file:
        return [(re.compile(row["pattern"]), row["zh"]) for row in csv.DictReader(file)]
