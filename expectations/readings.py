"""The second reading: the cells of broken identities as an independent reader reads them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from pipelines.reading.model import Box

NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


class FailedCell(NamedTuple):
    """A cell of at least one failed check; `rule_ids` are the rules of these checks. `amount_yuan` is set where the
    amount is known without its printed text (performance forms), `unit_factor` is yuan per printed unit. `is_part`: the
    printed text is a part of what the cell says (the arithmetic of a 测算依据). `is_column`: it is no cell but all of a
    table's column on a page, whose rows a failed check adds up, and the printed text that of every cell read in it.
    `is_number`: the printed text is a number among the words of its lines (the running text)."""

    amount_id: str
    document_id: str
    page: int
    box: Box
    printed_text: str
    rule_ids: tuple[str, ...]
    amount_yuan: Decimal | None = None
    unit_factor: Decimal | None = None
    is_part: bool = False
    is_number: bool = False
    is_column: bool = False


class SecondReading(NamedTuple):
    """A row of staging.second_readings; `agrees` is null where no second reading could be made. `second_yuan` is the
    amount in the second text, where it is one and the unit is known."""

    amount_id: str
    first_text: str
    second_text: str | None
    agrees: bool | None
    second_yuan: Decimal | None = None


ReadAgain = Callable[[str, Sequence[tuple[str, int, Box]]], Mapping[str, str | None]]


OnPaper = Callable[[str, int, int], None]


def second_readings(
    cells: Iterable[FailedCell], read_again: ReadAgain, on_paper: OnPaper = lambda *_: None
) -> list[SecondReading]:
    """Given the cells of failed checks, return what the second reader reads there, one call per document; `on_paper` is
    told each document that was read, how many were, and of how many."""
    documents: dict[str, list[FailedCell]] = {}
    for cell in cells:
        documents.setdefault(cell.document_id, []).append(cell)
    readings = []
    for done, (document_id, members) in enumerate(documents.items(), start=1):
        texts = read_again(document_id, [(cell.amount_id, cell.page, cell.box) for cell in members])
        on_paper(document_id, done, len(documents))
        for cell in members:
            second = texts.get(cell.amount_id)
            if cell.is_column:
                agrees = compare_column(cell.printed_text, second)
            elif cell.is_part:
                agrees = compare_part(cell.printed_text, second)
            elif cell.is_number:
                agrees = compare_number(cell.printed_text, second)
            elif cell.amount_yuan is None:
                agrees = compare_readings(cell.printed_text, second)
            else:
                agrees = compare_amount(cell.amount_yuan, second)
            amount = None if cell.is_column else amount_in(second, cell.unit_factor)
            readings.append(SecondReading(cell.amount_id, cell.printed_text, second, agrees, amount))
    return readings


def compare_readings(first: str, second: str | None) -> bool | None:
    """Given two readings of a cell, return whether they say the same, blanks and full-width forms aside; None where
    there is no second one."""
    return None if second is None else _plain(first) == _plain(second)


def compare_column(first: str, second: str | None) -> bool | None:
    """Given the texts of the cells read in a column and another reading of the column, return whether the other one
    finds no number that is not among them; None where there is no second one. One more is a row that was not read."""
    return None if second is None else not Counter(_numbers(second)) - Counter(_numbers(first))


def compare_part(first: str, second: str | None) -> bool | None:
    """Given a part of a cell's text and another reading of the whole cell, return whether it is in it; None where it is
    not: a cell that goes on behind a page break is read in pieces."""
    return _plain(first) in _plain(second or "") or None


def compare_number(first: str, second: str | None) -> bool | None:
    """Given a number as it was read among words and another reading of its lines, return whether that has the number
    too; None where it has no number at all, or the first is none in digits."""
    # blanks part two numbers, or the digits of one that was spread out
    texts = (unicodedata.normalize("NFKC", second or ""), _plain(second or ""))
    numbers = [found for text in texts for found in NUMBER.findall(text)]
    return _plain(first) in numbers if numbers and NUMBER.fullmatch(_plain(first)) else None


def compare_amount(amount: Decimal, second: str | None) -> bool | None:
    """Given an amount in yuan and another reading of its cell, return whether that has the amount, in yuan or in 万元;
    None where it has no number."""
    numbers = _numbers(second)
    return any(amount in (number, number * 10_000) for number in numbers) if numbers else None


def amount_in(text: str | None, unit_factor: Decimal | None) -> Decimal | None:
    """Given the text of a cell and yuan per printed unit, return its amount in yuan; None where it is no one number."""
    numbers = _numbers(text)
    return numbers[0] * unit_factor if len(numbers) == 1 and unit_factor is not None else None


def _numbers(text: str | None) -> list[Decimal]:
    return [Decimal(found.replace(",", "")) for found in NUMBER.findall(unicodedata.normalize("NFKC", text or ""))]


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
