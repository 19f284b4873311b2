"""Lists that print no codes: the outline of their rows, and the codes that follow from it.

A code is given only where one code of the year bears the printed name below the row above; a name that several codes
bear there, or that stands below a row without a code, keeps none.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from pipelines.recognising.keys import bare, number_style
from pipelines.recognising.lexicon import Lexicon, once
from pipelines.recognising.tables.amounts import Printed, read_amount
from pipelines.recognising.tables.blocks import Row, first_label
from pipelines.recognising.tables.outlines import Listed, depths, outline
from pipelines.recognising.vocabulary import codes_named


class Place(NamedTuple):
    """`parent` is the index of the row above among the rows of the list, None on its top level, `depth` counts from 1;
    `code` is the one that the place and the name make sure of; `length` that of the codes the name has anywhere, None
    where they differ."""

    parent: int | None
    depth: int
    code: str | None
    length: int | None


class Places(NamedTuple):
    """`closes` says that each row with rows below it, and the total, are their sum; `sure` that no other outline does
    as well."""

    rows: tuple[Place, ...]
    closes: bool
    sure: bool

    def tells(self, place: Place) -> bool:
        """Whether a place is told by its code or by the only outline that adds up, and not by blanks and levels
        alone."""
        return place.code is not None or self.closes and self.sure


def places(
    rows: Sequence[Row], columns: Sequence[int], total: Row | None, scheme: str | None, lexicon: Lexicon
) -> Places:
    """Given the rows of a list without codes, the numbers of its amount columns and its total row, return where each
    row stands. `scheme` is the classification of its names, None where they are of none."""
    names = [bare(row.name) for row in rows]
    codes = [_candidates(scheme, name, lexicon) for name in names]
    printed = [_printed(row, columns) for row in (*rows, *([total] if total else []))]
    places_after = max((p.decimals for cells in printed for p in cells), default=0)
    values = [tuple(_scaled(p, places_after) for p in cells) for cells in printed]
    listed = [Listed(values[i], codes[i], row.indent, number_style(first_label(row))) for i, row in enumerate(rows)]
    undivided = _undivided(lexicon, scheme) if scheme else frozenset()
    found = outline(listed, values[-1] if total else None, undivided)
    deep = depths(found.parents)
    this_year = _named_this_year(lexicon, scheme) if scheme else {}
    return Places(
        tuple(
            Place(
                parent=found.parents[i],
                depth=deep[i],
                code=found.codes[i] if found.codes[i] in this_year.get(names[i], ()) else None,
                length=len(codes[i][0]) if len({len(code) for code in codes[i]}) == 1 else None,
            )
            for i in range(len(rows))
        ),
        found.closes,
        found.sure,
    )


def _candidates(scheme: str | None, name: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The codes of a name in the paper's year, those of other years where it has none in it: they place the row."""
    if scheme is None:
        return ()
    return _named_this_year(lexicon, scheme).get(name) or codes_named(scheme, name)


@once
def _named_this_year(lexicon: Lexicon, scheme: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for code, name in lexicon.codes(scheme).items():
        found[bare(name)] = (*found.get(bare(name), ()), code)
    return found


@once
def _undivided(lexicon: Lexicon, scheme: str) -> frozenset[str]:
    """The codes of a classification below which the vocabulary knows none."""
    codes = lexicon.codes(scheme)
    return frozenset(codes) - {code[:-2] for code in codes}


def _printed(row: Row, columns: Sequence[int]) -> list[Printed]:
    return [read_amount(row.cells[n].text if n in row.cells else "") for n in columns]


def _scaled(printed: Printed, decimals: int) -> int | None:
    return None if printed.value is None else int(printed.value * Decimal(10) ** decimals)
