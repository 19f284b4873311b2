"""Tables over several pages: which page tables are one."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.reading.matching import (
    Part,
    begins_anew,
    first_part,
    has_amount_on_top,
    inner_title,
    matched,
    prints_header_again,
    without_mark,
)
from pipelines.reading.model import Line
from pipelines.reading.pages import PageContent, PageTable

PAGE_NUMBER = re.compile(r"[-—–\s]*(第?\s*\d{1,4}\s*页?)([\s,，/共]*\d{0,4}\s*页?)[-—–\s]*")
MARGIN = 0.09  # share of the page height in which running heads and page numbers stand
SAME_ROW = 4.0  # points between the tops of words that stand side by side
Heads = set[tuple[str, int]]


class Joined(NamedTuple):
    """The parts of one table; `may_continue` is the number of the table before it where it could be its continuation
    as well: it has the same columns and no heading of its own, but something speaks against it."""

    parts: list[Part]
    may_continue: int | None = None


class Before(NamedTuple):
    """The last table before a page break: its page, its number, what is printed above its first part and below its
    last one."""

    page: PageContent
    number: int
    heading: list[str]
    below: list[str]


def join_tables(pages: list[PageContent]) -> list[Joined]:
    """Given pages in order, return the tables on them, those that continue each other as one.

    A table goes on at the top of the next page that is not blank, where its columns are the same and nothing but page
    numbers, running heads, the mark that it goes on, or its own heading again, stands between. Where its heading is
    printed again, so is its header, or the page begins with a row of amounts.
    """
    heads = _running_heads(pages)
    tables: list[Joined] = []
    before: Before | None = None
    for page in pages:
        for i, table in enumerate(page.tables):
            heading = _said(page, heads, page.tables[i - 1].box.bottom if i else 0.0, table.box.top)
            rest = _said(page, heads, table.box.bottom, page.height)
            found = Joined([first_part(table)])
            if i == 0 and before is not None:
                found = _next(tables[before.number], before, table, heading, rest)
            if found.parts[0].table is table:
                tables.append(found)
                known = heading
            else:
                tables[-1] = found
                known = before.heading
            before = Before(page, len(tables) - 1, known, rest)
        if not page.tables and _said(page, heads, 0.0, page.height):
            before = None
    return tables


def _next(joined: Joined, before: Before, table: PageTable, heading: list[str], rest: list[str]) -> Joined:
    """The table before a page break with the first table after it as one more part, or that table on its own."""
    alone = Joined([first_part(table)])
    first, last = joined.parts[0].table, joined.parts[-1].table
    if (last.method == "aligned") != (table.method == "aligned"):
        return alone
    part = matched(joined.parts, table)
    if part is None or begins_anew(first, table):
        return alone
    title, known = inner_title(table), inner_title(first)
    if title and known and title != known:
        return alone
    again = prints_header_again(first, table)
    own = [row for row in heading if row not in before.heading]
    if own and (again or not has_amount_on_top(table)):
        return alone
    in_between = [row for row in before.below if row not in rest]
    if own or in_between or (heading and not again and not has_amount_on_top(table)):
        return alone._replace(may_continue=before.number)
    return joined._replace(parts=[*joined.parts, part])


def _running_heads(pages: list[PageContent]) -> Heads:
    """Texts that stand at the same height of the margin on three or more pages."""
    seen: dict[tuple[str, int], set[int]] = {}
    for page in pages:
        for line in page.lines:
            if line.box.top < MARGIN * page.height or line.box.bottom > (1 - MARGIN) * page.height:
                seen.setdefault(_place(line), set()).add(page.number)
    return {key for key, numbers in seen.items() if len(numbers) >= 3}


def _place(line: Line) -> tuple[str, int]:
    return line.text, round(line.box.top / 4)


def _said(page: PageContent, heads: Heads, above: float, below: float) -> list[str]:
    """What is printed between two heights of a page, row by row, without blanks, page numbers, running heads and marks
    that a table goes on."""
    rows: list[list[Line]] = []
    for line in page.lines:
        middle = (line.box.top + line.box.bottom) / 2
        if not above <= middle <= below or _place(line) in heads or PAGE_NUMBER.fullmatch(line.text):
            continue
        if rows and abs(rows[-1][0].box.top - line.box.top) <= SAME_ROW:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [text for row in rows if (text := without_mark("".join(line.text for line in row)))]
