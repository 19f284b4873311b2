"""Tables whose title nobody knows, worked out by their arithmetic and by the tables that are known.

A table is taken as a kind where every column and row of it then has a meaning, all its sums hold, and it repeats
amounts of the paper's known tables and contradicts none; of several such kinds the one whose words its title has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from pipelines.reading.model import Grid, Reading
from pipelines.recognising.identity import Identity
from pipelines.recognising.lexicon import TableKind
from pipelines.recognising.records import Amount, Finding, Table
from pipelines.recognising.tables.closing import closure
from pipelines.recognising.tables.findings import finding
from pipelines.recognising.tables.table import Recognition, read_as
from pipelines.recognising.tables.titles import Surroundings, find_title
from pipelines.recognising.vocabulary import PROPOSED, csv_row, literal

FEWEST_SUMS = 3
FEWEST_REPEATED = 2  # amounts of different size that known tables print with the same meaning
LAYOUTS = ("list", "sources", "balance")
OPEN = ("unmapped_header", "unmapped_row", "unread_cell", "unknown_unit")  # findings with which nothing is settled


class Candidate(NamedTuple):
    kind: TableKind
    read: Recognition
    proof: str
    words: int  # how many of the kind's words the title has


def with_inferred_kinds(
    reading: Reading,
    around: Mapping[int, Surroundings],
    who: Identity,
    results: Sequence[Recognition],
    ordinal: Counter,
) -> list[Recognition]:
    """Given a reading and what its grids were found to be, return that; a table of money of no known kind is the one
    that arithmetic gives, where it gives one: its amounts carry the proof, and a finding tells it."""
    known = [amount for result in results for amount in result.amounts]
    taken = {result.table.table_kind for result in results}
    found = []
    for grid, result in zip(reading.grids, results, strict=True):
        candidate = _kind_of(grid, around[grid.number], who, known, taken) if _is_open(result) else None
        if candidate:
            title = find_title(grid, around[grid.number], who.lexicon, who.department_name or "")
            result = read_as(grid, around[grid.number], title, candidate.kind, who, ordinal)
            amounts = [a._replace(inferred=a.inferred or candidate.proof) for a in result.amounts]
            result = result._replace(amounts=amounts, findings=[*result.findings, _finding(result.table, candidate)])
        found.append(result)
    return found


def _is_open(result: Recognition) -> bool:
    return result.table.state == "unrecognised"


def _kind_of(
    grid: Grid, around: Surroundings, who: Identity, known: Iterable[Amount], taken: Container[str | None]
) -> Candidate | None:
    """The kind that a grid fits, None where it fits none or more than one. A kind that the paper has is none: where all
    money is of one fund, tables of several kinds repeat each other."""
    lexicon, printed = who.lexicon, _by_meaning(known)
    title = find_title(grid, around, lexicon, who.department_name or "")
    found: dict[tuple, Candidate] = {}
    for words in lexicon.titles:
        kind = lexicon.kinds[words.table_kind]
        kind = kind._replace(fund_source=words.fund_source or kind.fund_source)
        if kind.layout not in LAYOUTS or kind.table_kind in taken or (kind.table_kind, kind.fund_source) in found:
            continue
        read = read_as(grid, around, title, kind, who, Counter())
        if kind.scheme and not any(amount.subject_scheme == kind.scheme for amount in read.amounts):
            continue  # a table by unit has rows of units
        if proof := _proof(read.amounts, read.findings, printed):
            fits = sum(bool(word.search(title.text)) for word in words.all_of)
            found[kind.table_kind, kind.fund_source] = Candidate(kind, read, proof, fits)
    most = max((c.words for c in found.values()), default=0)
    likely = [c for c in found.values() if c.words == most]
    return likely[0] if len(likely) == 1 else None


def _finding(table: Table, candidate: Candidate) -> Finding:
    message = f"the kind of this table was worked out by arithmetic: {candidate.proof}"
    values = [PROPOSED + candidate.kind.table_kind, PROPOSED + (candidate.kind.fund_source or "")]
    row = csv_row([*values, literal(table.title) or PROPOSED, "", "", ""])
    return finding(table, "inferred_table", "warning", table.title, message, "table_titles.csv", row)


def _proof(amounts: Sequence[Amount], findings: Sequence[Finding], printed: dict[tuple, set[Decimal]]) -> str:
    if any(f.kind in OPEN and f.severity != "info" for f in findings):
        return ""
    sums = closure(amounts)
    if sums.places < FEWEST_SUMS or not sums.is_whole:
        return ""
    repeated: Counter = Counter()
    for amount in amounts:
        if amount.amount_yuan and (values := printed.get(_meaning(amount))):
            if amount.amount_yuan not in values:
                return ""
            repeated[amount.amount_yuan] += 1
    if len(repeated) < FEWEST_REPEATED:
        return ""
    return f"all {sums.places} sums hold and {sum(repeated.values())} amounts are those of known tables"


def _by_meaning(amounts: Iterable[Amount]) -> dict[tuple, set[Decimal]]:
    found: dict[tuple, set[Decimal]] = {}
    for amount in amounts:
        if amount.amount_yuan:
            found.setdefault(_meaning(amount), set()).add(amount.amount_yuan)
    return found


def _meaning(amount: Amount) -> tuple:
    return (
        amount.side,
        amount.subject_scheme,
        amount.subject_code or amount.subject_name,
        amount.fund_source,
        amount.fund_period,
        amount.expenditure_type,
        amount.amount_basis,
        amount.amount_year,
    )
