"""The tables of a document as they were read: which label and which column each number was given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipelines.reporting.document_data import Cell, Table

NO_WORDS = "合计"  # what a column is called that has nothing to tell it by
ONLY_COLUMN = "金额"


class Block(NamedTuple):
    """A list of a table: its columns in words. Two stand beside each other in a balance table."""

    columns: tuple[str, ...]


class Part(NamedTuple):
    """What one row holds of one list: nothing (an empty label and no cells) where the other list is longer."""

    label: str
    depth: int
    cells: tuple[Cell | None, ...]


class Grid(NamedTuple):
    table: Table
    blocks: tuple[Block, ...]
    rows: tuple[tuple[Part, ...], ...]


def grids(tables: Sequence[Table], cells: Iterable[Cell]) -> list[Grid]:
    """Given a document's tables and cells, return the tables in which anything is printed, in their order."""
    by_table: dict[str, list[Cell]] = {}
    for cell in cells:
        by_table.setdefault(cell.table_id, []).append(cell)
    printed = {cell.table_id for found in by_table.values() for cell in found if cell.state != "blank"}
    return [_grid(table, by_table[table.table_id]) for table in tables if table.table_id in printed]


def _grid(table: Table, cells: Sequence[Cell]) -> Grid:
    blocks = sorted({cell.block_no for cell in cells})
    rows = sorted({cell.row_no for cell in cells})
    columns = {block: sorted({c.column_no for c in cells if c.block_no == block}) for block in blocks}
    at = {(cell.row_no, cell.block_no, cell.column_no): cell for cell in cells}
    # a row whose cells are different things (“三公”经费 across the page) names them in the head, not in front
    lying = {block: _is_lying([c for c in cells if c.block_no == block]) for block in blocks}
    return Grid(
        table,
        tuple(
            _block([[c for c in cells if c.column_no == n] for n in columns[block]], lying[block]) for block in blocks
        ),
        tuple(
            tuple(_part([at.get((row, block, n)) for n in columns[block]], lying[block]) for block in blocks)
            for row in rows
        ),
    )


def _is_lying(cells: Sequence[Cell]) -> bool:
    labels: dict[int, set[str]] = {}
    for cell in cells:
        labels.setdefault(cell.row_no, set()).add(cell.row_label)
    return any(len(found) > 1 for found in labels.values())


def _block(columns: Sequence[Sequence[Cell]], lying: bool) -> Block:
    names = tuple(_column_name(column, lying) for column in columns)
    return Block((ONLY_COLUMN,) if names == (NO_WORDS,) else names)


def _column_name(cells: Sequence[Cell], lying: bool) -> str:
    words = Counter(cell.column_label for cell in cells).most_common(1)[0][0]
    if not lying:
        return words
    subject = Counter(cell.row_label for cell in cells).most_common(1)[0][0]
    return subject if words == NO_WORDS else f"{subject} {words}"


def _part(cells: Sequence[Cell | None], lying: bool) -> Part:
    first = next((cell for cell in cells if cell is not None), None)
    label = "" if first is None or lying else first.row_label
    return Part(label, first.depth if first else 0, tuple(cells))
