"""款 and 项 that one side of a balance table prints by name below its classes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pipelines.recognising.keys import bare
from pipelines.recognising.lexicon import Lexicon
from pipelines.recognising.tables.amounts import read_amount
from pipelines.recognising.tables.blocks import Row
from pipelines.recognising.tables.subjects import LEVELS, Subject, is_total, level_at
from pipelines.recognising.tables.uncoded import places
from pipelines.recognising.vocabulary import ECONOMIC, codes_named


def below_classes(
    subjects: list[Subject], columns: Sequence[int], lexicon: Lexicon, scheme: str | None
) -> list[Subject]:
    """Given the subjects of a side, return 款 and 项 printed by name below the classes each under the row that it
    breaks down; all as they are where codes are printed, or no row is below a class. `scheme` is that of the names."""
    listed = [s for s in subjects if s.scheme in LEVELS and s.counted]
    uses = any(s.scheme == "flow" and not is_total(s) for s in subjects)
    if uses or any(s.row.code for s in listed) or all(s.code for s in listed):
        return subjects
    by = scheme if scheme in ECONOMIC else listed[0].scheme
    found = places([s.row for s in listed], columns, _whole(subjects, columns), by, lexicon)
    placed: dict[int, Subject] = {}
    for s, place in zip(listed, found.rows, strict=True):
        code = place.code or (s.code if place.parent is None else None)
        above = None if place.parent is None else placed[listed[place.parent].row.number]
        placed[s.row.number] = s._replace(
            parent=above.row.number if above else s.parent,
            depth=above.depth + 1 if above else s.depth,
            code=code,
            code_source="resolved" if code else None,
            level=level_at(s.scheme, place, found.closes),
            sure=found.tells(place),
            known=bool(code) or bool(codes_named(s.scheme, bare(s.row.name))) or found.closes and above is not None,
        )
    return [placed.get(s.row.number, s) for s in subjects]


def _whole(subjects: list[Subject], columns: Sequence[int]) -> Row | None:
    """The total of a side's classes: that of the year, or the last one where nothing is carried over beside them."""
    totals = {s.code: s.row for s in reversed(subjects) if is_total(s)}
    if current := totals.get("CURRENT_TOTAL"):
        return current
    beside = (totals[code] for code in ("CARRY_OUT", "SURPLUS_DISTRIBUTION", "CARRY_IN") if code in totals)
    return None if any(value_in(row, n) for row in beside for n in columns) else totals.get("GRAND_TOTAL")


def value_in(row: Row, column: int) -> Decimal:
    """Given a row and a column, return the amount there in the printed unit, zero where there is none."""
    cell = row.cells.get(column)
    return (read_amount(cell.text).value if cell else None) or Decimal(0)
