"""Printed code names against the official classification. The printed name always stays."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipelines.recognising.keys import bare, identifier
from pipelines.recognising.records import Amount, Finding
from pipelines.recognising.vocabulary import names

SCHEMES = ("function", "economic")
PUNCTUATION = re.compile(r"[\W_]+")


def label_findings(amounts: Iterable[Amount], year: int | None) -> list[Finding]:
    """Given a paper's amounts and its year, return a finding for each code whose printed name is not the official one
    of that year (政府收支分类科目): a name of other years, or no name of that code at all. Codes that the list does
    not know are passed over: levels below it are free."""
    found: dict[str, Finding] = {}
    for amount in amounts:
        code, name = amount.subject_code or "", amount.subject_name or ""
        if amount.subject_scheme not in SCHEMES or not code or not name:
            continue
        message = _disagreement(amount.subject_scheme, code, name, year)
        id_ = identifier(amount.document_id, "label", code, name)
        if message and id_ not in found:
            found[id_] = Finding(
                id_,
                amount.document_id,
                "label",
                "info",
                amount.page,
                amount.table_id,
                f"{code} {name}",
                message,
                None,
                None,
            )
    return list(found.values())


def _disagreement(scheme: str, code: str, name: str, year: int | None) -> str | None:
    known = names(scheme, code)
    printed = _plain(name)
    if not known or any(_plain(n) == printed and _holds(first, last, year) for n, first, last in known):
        return None
    now = [n for n, first, last in known if _holds(first, last, year)]
    if old := next(((first, last) for n, first, last in known if _plain(n) == printed), None):
        span = f"until {old[1]}" if old[1] < 9999 else f"since {old[0]}"
        instead = f"; {year} has {now[0]}" if now else ""
        return f"the name this code bears {span}{instead}"
    return f"the classification of {year} names it {now[0]}" if now else f"the classification names it {known[-1][0]}"


def _holds(first: int, last: int, year: int | None) -> bool:
    return year is None or first <= year <= last


def _plain(name: str) -> str:
    return PUNCTUATION.sub("", bare(name))
