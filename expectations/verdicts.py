"""Whose fault a broken identity is: the publisher's, our reading's, or undetermined."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from expectations.readings import SecondReading
from expectations.suspects import Suspect


class CheckVerdict(NamedTuple):
    """A row of staging.verdicts: whose fault a broken check is (`publisher`, `reading` or `undetermined`), and the one
    cell that is likely wrong with the value in yuan that closes what is broken, where one is singled out."""

    check_id: str
    verdict: str
    suspect_id: str | None
    proposed_value: Decimal | None


def misread_instead(
    failed: Mapping[str, Sequence[str]], readings: Iterable[SecondReading], suspects: Iterable[Suspect]
) -> list[Suspect]:
    """Given the cells of each broken check, their second readings and the suspects, return the suspects; of a check
    with cells that two readers read differently these cells alone, with what the second reader read."""
    differing = {reading.amount_id: reading for reading in readings if reading.agrees is False}
    misread = [
        Suspect(check_id, cell, differing[cell].second_yuan, "reading", 1)
        for check_id, cells in failed.items()
        for cell in cells
        if cell in differing
    ]
    checks = {suspect.check_id for suspect in misread}
    return [*misread, *(suspect for suspect in suspects if suspect.check_id not in checks)]


def verdicts(
    failed: Mapping[str, Sequence[str]],
    readings: Iterable[SecondReading],
    suspects: Iterable[Suspect],
    blocked: Collection[str] = (),
    undetermined: Collection[str] = (),
) -> list[CheckVerdict]:
    """Given the cells of each broken check, their second readings and the suspects, return a verdict on each check.

    Where two readers differ on any of its cells it is our reading, and so it is where the check is one of the blocked:
    those of tables that do not close. Where the readers agree on all of its cells, or at least on those that are
    singled out, the paper says so; of the checks told as undetermined that settles nothing.
    """
    agrees = {reading.amount_id: reading.agrees for reading in readings}
    named: dict[str, list[Suspect]] = defaultdict(list)
    for suspect in suspects:
        if suspect.alternatives == 1:
            named[suspect.check_id].append(suspect)
    return [
        CheckVerdict(
            check_id,
            _verdict(
                check_id in blocked,
                check_id in undetermined,
                [agrees.get(cell) for cell in cells],
                [agrees.get(s.amount_id) for s in named[check_id]],
            ),
            *_single(named[check_id]),
        )
        for check_id, cells in failed.items()
    ]


def _verdict(
    is_blocked: bool, is_undetermined: bool, all_cells: Sequence[bool | None], singled_out: Sequence[bool | None]
) -> str:
    if is_blocked or False in all_cells:
        return "reading"
    if is_undetermined:
        return "undetermined"
    if all(all_cells) or (singled_out and all(singled_out)):
        return "publisher"
    return "undetermined"


def _single(named: Sequence[Suspect]) -> tuple[str, Decimal] | tuple[None, None]:
    return (named[0].amount_id, named[0].proposed_value) if len(named) == 1 else (None, None)
