"""三公 tables: their items stand across the header or one below the other."""

from __future__ import annotations

import re

from pipelines.recognising.keys import bare, key
from pipelines.recognising.lexicon import Lexicon
from pipelines.recognising.tables.blocks import Block, Row
from pipelines.recognising.tables.headers import COUNTED, Column, year_in
from pipelines.recognising.tables.subjects import Line, Subject, list_subjects, word_of
from pipelines.recognising.wording import meaning_of


def three_public_lines(block: Block, rows: list[Row], lexicon: Lexicon) -> list[Line]:
    """Items across (one line for each amount row and item) or downwards (one for each item and amount column)."""
    subjects = _listed_items(rows, lexicon)
    if subjects:
        lines = [
            Line(block, s, column, s.row.cells[column.number])
            for s in subjects
            for column in block.amounts
            if column.number in s.row.cells
        ]
    else:
        listed = list_subjects(rows, block, "organization", lexicon) if block.labels else []
        bodies = {s.row.number: s for s in listed if s.scheme == "organization"}
        lines = [
            Line(block, _of_body(row, column, bodies.get(row.number)), column, row.cells[column.number])
            for row in rows
            for column in _columns_of(row, block, lexicon)
            if column.number in row.cells and column.three_public
        ]
    wide = any(line.subject.code in ("MEETING", "TRAINING") for line in lines)
    return [line._replace(subject=_whole(line.subject, wide)) for line in lines]


def _columns_of(row: Row, block: Block, lexicon: Lexicon) -> list[Column]:
    """The amount columns as a row means them whose label says a year or a basis: 2024年预算数, 决算数. Those of a row
    of changes (增减额) are columns of changes, headed by its label too."""
    meaning, rest = meaning_of(row.name, lexicon)
    year = year_in(row.name, lexicon)
    if rest or not (year or meaning.keys() & {"amount_basis", "year_offset", "role"}):
        return list(block.amounts)
    said = {
        "amount_basis": meaning.get("amount_basis"),
        "year": year,
        "year_offset": int(meaning.get("year_offset", 0)),
    }
    said = {name: value for name, value in said.items() if value}
    if meaning.get("role") == "change":
        return [c._replace(**said, role="change", words=(key(row.name), *c.words)) for c in block.amounts]
    return [c._replace(**said) for c in block.amounts]


def _of_body(row: Row, column: Column, body: Subject | None) -> Subject:
    """A 三公 item of one row: of a body where the row names one."""
    subject = Subject(row, "three_public", column.three_public, column.words[-1])
    if body is None:
        return subject
    return subject._replace(parent=body.parent, depth=body.depth, row=row._replace(unit_name=body.name))


def _whole(subject: Subject, wide: bool) -> Subject:
    """合计 is the 三公 total, except where 会议费 or 培训费 are in it too."""
    if subject.code != "WHOLE":
        return subject
    return subject._replace(scheme="flow", code="GRAND_TOTAL", name=None) if wide else subject._replace(code="TOTAL")


def _listed_items(rows: list[Row], lexicon: Lexicon) -> list[Subject] | None:
    """Rows of a 三公 table that lists its items downwards, rows that count (scheme `count`) among them; None where the
    items stand in the header."""
    words = lexicon.three_public
    found = []
    for row in rows:
        label = re.sub(r"(预算|决算|支出)数?$|\((万|千)?元\)$", "", bare(row.name))
        code = words.get(bare(row.name)) or words.get(label)
        total = word_of(row.name, lexicon)
        if code == "COUNT" or not code and (COUNTED.search(bare(row.name)) or _is_count(row.measure)):
            found.append(Subject(row, "count", None, row.name))
        elif code or (total and total.code == "GRAND_TOTAL"):
            found.append(Subject(row, "three_public", code or "WHOLE", row.name))
    listed = [s for s in found if s.scheme == "three_public" and s.code != "WHOLE"]
    return found if len(listed) >= 2 else None


def _is_count(measure: str | None) -> bool:
    return bool(measure) and "元" not in (measure or "")
