"""One table's page parts as one grid of cells."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from pipelines.reading.joins import Joined
from pipelines.reading.matching import ALIGNED, HEADER_ROWS, NUMBER, Part, Row, repeated, squeezed
from pipelines.reading.model import Box, Cell, Grid
from pipelines.reading.pages import PageTable

LONG = 12  # characters of a text that may go on over a page break; the words of a level are fewer


def build_grid(number: int, joined: Joined) -> Grid:
    """Given the parts of one table, return its grid: columns aligned over the pages, repeated headers left out, a row
    or merged cell that the break cuts joined into one cell with both places."""
    parts = joined.parts
    columns = _merged_columns(parts)
    rows: list[list[Cell]] = []
    for before, part in zip([None, *parts], parts, strict=False):
        new = _rows_of(part, columns)
        if before is not None:
            new = new[repeated(_said(rows), _said(new)) :]
            new = _join_cut(rows, new, before.table, part.table)
            new = _join_merged(rows, new, before.table, part.table)
        base = len(rows)
        rows.extend(
            [cell if cell.row == i else cell._replace(row=i) for cell in row] for i, row in enumerate(new, base)
        )
    cells = tuple(cell for row in rows for cell in row)
    return Grid(
        number,
        parts[0].table.page,
        parts[-1].table.page,
        len(rows),
        len(columns) - 1,
        tuple(round(x, 2) for x in columns),
        _method(parts),
        cells,
        joined.may_continue,
    )


def _method(parts: Sequence[Part]) -> str:
    methods = {part.table.method for part in parts}
    return next(method for method in ("aligned", "closed", "ruled") if method in methods)


def _said(rows: list[list[Cell]]) -> list[Row]:
    return [[(cell.column, squeezed(cell.text)) for cell in row] for row in rows[:HEADER_ROWS]]


def _merged_columns(parts: Sequence[Part]) -> list[float]:
    """Column positions of all pages, in the table's own coordinates."""
    merged: list[float] = []
    for part in parts:
        for x in part.moved:
            if not any(abs(x - y) <= ALIGNED for y in merged):
                merged.append(x)
    return sorted(merged)


def _rows_of(part: Part, columns: list[float]) -> list[list[Cell]]:
    table = part.table
    tops = sorted({c.top for c in table.cells} | {c.bottom for c in table.cells})
    at = {y: i for i, y in enumerate(tops)}
    column = {
        x: max(0, bisect_right(columns, moved + ALIGNED) - 1) for x, moved in zip(part.edges, part.moved, strict=True)
    }
    rows: list[list[Cell]] = [[] for _ in tops[:-1]]
    for box, text in sorted(table.cells.items(), key=lambda item: (item[0].top, item[0].x0)):
        row, left, right = at[box.top], column[box.x0], column[box.x1]
        place = Box(round(box.x0, 2), round(box.top, 2), round(box.x1, 2), round(box.bottom, 2))
        cell = Cell(
            row, left, at[box.bottom] - row, max(1, right - left), text, table.page, place, ((table.page, place),)
        )
        rows[row].append(cell)
    return rows


def _join_cut(rows: list[list[Cell]], new: list[list[Cell]], before: PageTable, table: PageTable) -> list[list[Cell]]:
    """Join a first row without a rule above it that is the rest of the last row, which has no rule below: it brings no
    amount, and leaves a column blank in which the last row has words."""
    if not new or not table.open_top or not before.open_bottom:
        return new
    bottom = _bottom(rows)
    last = {column: cell for column, (_, cell) in bottom.items()}
    rest = {cell.column: cell for cell in new[0]}
    words = {column for column, cell in last.items() if cell.text and not _is_number(cell.text)}
    blank = any(column in words and not cell.text for column, cell in rest.items())
    number = any(
        _is_number(cell.text) and (column not in words or not cell.text.isdigit()) for column, cell in rest.items()
    )
    unheard = any(cell.text and not (column in last and last[column].text) for column, cell in rest.items())
    if number or unheard or not blank:
        return new
    for cell in new[0]:
        if cell.column in bottom:
            i, whole = bottom[cell.column]
            longer = whole._replace(
                text="\n".join(filter(None, (whole.text, cell.text))),
                row_span=whole.row_span + cell.row_span - 1,
                parts=whole.parts + cell.parts,
            )
            rows[i][rows[i].index(whole)] = longer
    return [[cell._replace(row=cell.row - 1) for cell in row] for row in new[1:]]


def _bottom(rows: list[list[Cell]]) -> dict[int, tuple[int, Cell]]:
    """The cells that reach to the last row, by column, each with the row it begins in."""
    return {cell.column: (i, cell) for i, row in enumerate(rows) for cell in row if i + cell.row_span >= len(rows)}


def _join_merged(
    rows: list[list[Cell]], new: list[list[Cell]], before: PageTable, table: PageTable
) -> list[list[Cell]]:
    """Join vertically merged cells that the page break cuts. They are told by three things: the part after the break
    says nothing and one of the parts spans rows; both parts have no rule at the break beside rows that end there; or an
    amount stands in only one part of a cell beside them that is as high on both pages (then a long text goes on)."""
    bottom = _bottom(rows)
    pairs = [
        (rest, *bottom[rest.column])
        for rest in (new[0] if new else ())
        if rest.column in bottom and bottom[rest.column][1].column_span == rest.column_span
    ]
    merged = [pair for pair in pairs if max(pair[0].row_span, pair[2].row_span) >= 2]
    heights = {(i, rest.row_span) for rest, i, whole in merged if _is_amount_of_one(rest, whole)}
    joined = []
    for rest, i, whole in pairs:
        open_ = _rounded(before.cut_bottom, whole) and _rounded(table.cut_top, rest)
        goes_on = (i, rest.row_span) in heights and (not whole.text or len(squeezed(whole.text)) >= LONG)
        spans = (rest, i, whole) in merged and (not rest.text or goes_on)
        if not (open_ or spans) or (_is_number(rest.text) and _is_number(whole.text)):
            continue
        joined.append(rest)
        rows[i][rows[i].index(whole)] = whole._replace(
            text="\n".join(filter(None, (whole.text, rest.text))),
            row_span=whole.row_span + rest.row_span,
            parts=whole.parts + rest.parts,
        )
    return [[cell for cell in new[0] if cell not in joined], *new[1:]] if new else new


def _is_amount_of_one(rest: Cell, whole: Cell) -> bool:
    """Whether an amount stands in one of the parts of a cell, and nothing in the other."""
    return (not rest.text and _is_number(whole.text)) or (not whole.text and _is_number(rest.text))


def _rounded(boxes: frozenset[Box], cell: Cell) -> bool:
    """Whether the last part of a cell is one of some boxes."""
    return cell.parts[-1][1] in {Box(*(round(v, 2) for v in box)) for box in boxes}


def _is_number(text: str) -> bool:
    return bool(NUMBER.fullmatch(text))
