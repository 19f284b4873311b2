"""Tables over several pages: which page tables are one, and how their cells become one grid."""

from __future__ import annotations

import re
from bisect import bisect_right

from pipelines.reading.model import Box, Cell, Grid
from pipelines.reading.pages import PageContent, PageTable

ALIGNED = 4.0  # points by which column positions may differ between pages
PAGE_NUMBER = re.compile(r"[-—–\s]*(第?\s*\d{1,4}\s*页?)([\s,，/共]*\d{0,4}\s*页?)[-—–\s]*")
NUMBER = re.compile(r"[-－(（]?[\d,，]+([.．]\d+)?%?[)）]?")
MARGIN = 0.09  # share of the page height in which running heads and page numbers stand


def join_tables(pages: list[PageContent]) -> list[list[PageTable]]:
    """Given pages in order, return its page tables grouped: those that continue each other together."""
    heads = _running_heads(pages)
    groups: list[list[PageTable]] = []
    previous: PageContent | None = None
    for page in pages:
        for i, table in enumerate(page.tables):
            first = i == 0 and not _text_between(page, heads, above=table.box.top)
            if (
                first
                and groups
                and previous
                and previous.number == page.number - 1
                and previous.tables
                and groups[-1][-1] is previous.tables[-1]
                and not _text_between(previous, heads, below=previous.tables[-1].box.bottom)
                and _continues(groups[-1], table)
            ):
                groups[-1].append(table)
            else:
                groups.append([table])
        previous = page
    return groups


def _running_heads(pages: list[PageContent]) -> set[tuple[str, int]]:
    """Texts that stand at the same height of the margin on three or more pages."""
    seen: dict[tuple[str, int], set[int]] = {}
    for page in pages:
        for line in page.lines:
            if line.box.top < MARGIN * page.height or line.box.bottom > (1 - MARGIN) * page.height:
                seen.setdefault((line.text, round(line.box.top / 4)), set()).add(page.number)
    return {key for key, numbers in seen.items() if len(numbers) >= 3}


def _text_between(page: PageContent, heads, above: float | None = None, below: float | None = None) -> bool:
    for line in page.lines:
        middle = (line.box.top + line.box.bottom) / 2
        if above is not None and middle > above or below is not None and middle < below:
            continue
        if PAGE_NUMBER.fullmatch(line.text) or (line.text, round(line.box.top / 4)) in heads:
            continue
        return True
    return False


def _continues(group: list[PageTable], table: PageTable) -> bool:
    """Whether a page's first table has the columns of the table before the break and does not begin anew."""
    if (group[-1].method == "aligned") != (table.method == "aligned"):
        return False
    before = _edges(group[-1])
    after = _edges(table)
    if len(group) > 1:
        before = sorted(set(before) | set(_edges(group[0])))
    shift = after[0] - before[0]
    if abs((after[-1] - after[0]) - (before[-1] - before[0])) > ALIGNED:
        return False
    moved = [x - shift for x in after]
    if not (_within(moved, before) or _within(before, moved)):
        return False
    title, first = _spanning_title(table), _spanning_title(group[0])
    return not (title and first) or title == first


def _within(some: list[float], others: list[float]) -> bool:
    return all(any(abs(x - y) <= ALIGNED for y in others) for x in some)


def _edges(table: PageTable) -> list[float]:
    return sorted({c.x0 for c in table.cells} | {c.x1 for c in table.cells})


def _spanning_title(table: PageTable) -> str:
    """The text of a first row that is one cell over the whole width, empty where there is none."""
    box = table.box
    wide = (t for c, t in table.cells.items() if c.top == box.top and c.x0 == box.x0 and c.x1 == box.x1)
    return "".join(next(wide, "").split())


def build_grid(number: int, group: list[PageTable]) -> Grid:
    """Given the page tables of one table, return its grid: columns aligned over the pages, repeated headers left out,
    a row or merged cell that the break cuts joined into one cell with both places."""
    columns = _merged_columns(group)
    rows: list[list[Cell]] = []
    for before, table in zip([None, *group], group, strict=False):
        new = _rows_of(table, columns)
        if rows:
            new = new[_repeated(rows, new) :]
            new = _join_cut(rows, new, before, table)
            new = _join_merged(rows, new)
        base = len(rows)
        rows.extend([cell._replace(row=base + i) for cell in row] for i, row in enumerate(new))
    cells = tuple(cell for row in rows for cell in row)
    return Grid(
        number,
        group[0].page,
        group[-1].page,
        len(rows),
        len(columns) - 1,
        tuple(round(x, 2) for x in columns),
        _method(group),
        cells,
    )


def _method(group: list[PageTable]) -> str:
    methods = {table.method for table in group}
    return next(method for method in ("aligned", "closed", "ruled") if method in methods)


def _merged_columns(group: list[PageTable]) -> list[float]:
    """Column positions of all pages, each page moved so that its left side stands where the first page's does."""
    left = _edges(group[0])[0]
    merged: list[float] = []
    for table in group:
        edges = _edges(table)
        for x in (x - edges[0] + left for x in edges):
            if not any(abs(x - y) <= ALIGNED for y in merged):
                merged.append(x)
    return sorted(merged)


def _rows_of(table: PageTable, columns: list[float]) -> list[list[Cell]]:
    tops = sorted({c.top for c in table.cells} | {c.bottom for c in table.cells})
    at = {y: i for i, y in enumerate(tops)}
    shift = _edges(table)[0] - columns[0]

    def column(x: float) -> int:
        return max(0, bisect_right(columns, x - shift + ALIGNED) - 1)

    rows: list[list[Cell]] = [[] for _ in tops[:-1]]
    for box, text in sorted(table.cells.items(), key=lambda item: (item[0].top, item[0].x0)):
        row, left, right = at[box.top], column(box.x0), column(box.x1)
        place = Box(*(round(v, 2) for v in box))
        cell = Cell(
            row, left, at[box.bottom] - row, max(1, right - left), text, table.page, place, ((table.page, place),)
        )
        rows[row].append(cell)
    return rows


def _key(row: list[Cell]) -> list[tuple[int, str]]:
    return [(cell.column, "".join(cell.text.split())) for cell in row]


def _repeated(rows: list[list[Cell]], new: list[list[Cell]]) -> int:
    """How many first rows of a continuation say word for word what the table's first rows say: its header, again."""
    count = 0
    while count < min(len(rows), len(new)) and _key(rows[count]) == _key(new[count]):
        count += 1
    printed = sum(bool(text) for row in new[:count] for _, text in _key(row))
    return count if printed >= 2 else 0


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


def _join_merged(rows: list[list[Cell]], new: list[list[Cell]]) -> list[list[Cell]]:
    """Join a vertically merged cell that the page break cuts: the part after the break says nothing, and one of the
    parts spans rows."""
    bottom = _bottom(rows)
    kept = []
    for rest in new[0] if new else ():
        i, whole = bottom.get(rest.column, (0, None))
        same = whole is not None and whole.column_span == rest.column_span
        if rest.text or not same or max(rest.row_span, whole.row_span) < 2:
            kept.append(rest)
            continue
        longer = whole._replace(row_span=whole.row_span + rest.row_span, parts=whole.parts + rest.parts)
        rows[i][rows[i].index(whole)] = longer
    return [kept, *new[1:]] if new else new


def _is_number(text: str) -> bool:
    return bool(NUMBER.fullmatch(text))
