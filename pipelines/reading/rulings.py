"""From rulings to tables: pdfplumber's algorithm (edges, intersections, cells, tables) on plain tuples.

The tolerances are pdfplumber's defaults, so that plain pdfplumber can judge the result cell by cell.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from pipelines.reading.model import Box

SNAP = JOIN = CROSS = SHORTEST = 3.0
Edge = tuple[float, float, float]  # position across, start, end


def merge_edges(edges: Iterable[Edge]) -> list[Edge]:
    """Given parallel edges, return them snapped to common positions, joined where they touch, short ones left out."""
    out: list[Edge] = []
    for position, group in _snapped(sorted(edges)):
        spans = sorted((start, end) for _, start, end in group)
        start, end = spans[0]
        for s, e in spans[1:]:
            if s <= end + JOIN:
                end = max(end, e)
            else:
                out.append((position, start, end))
                start, end = s, e
        out.append((position, start, end))
    return [edge for edge in out if edge[2] - edge[1] >= SHORTEST]


def _snapped(edges: list[Edge]):
    group: list[Edge] = []
    for edge in edges:
        if group and edge[0] > group[-1][0] + SNAP:
            yield sum(g[0] for g in group) / len(group), group
            group = []
        group.append(edge)
    if group:
        yield sum(g[0] for g in group) / len(group), group


def find_tables(horizontal: list[Edge], vertical: list[Edge]) -> list[list[Box]]:
    """Given merged edges, return the cells of each table with at least two cells, top to bottom."""
    return group_cells(find_cells(crossings(horizontal, vertical)))


def crossings(horizontal: list[Edge], vertical: list[Edge]) -> dict[tuple[float, float], tuple[set[int], set[int]]]:
    """Given merged edges, return each crossing point with the indexes of the vertical and horizontal edges there."""
    order = sorted(range(len(horizontal)), key=lambda i: horizontal[i][0])
    heights = [horizontal[i][0] for i in order]
    points: dict[tuple[float, float], tuple[set[int], set[int]]] = {}
    for v, (x, top, bottom) in enumerate(vertical):
        for k in range(bisect_left(heights, top - CROSS), bisect_right(heights, bottom + CROSS)):
            h = order[k]
            y, x0, x1 = horizontal[h]
            if x0 - CROSS <= x <= x1 + CROSS:
                vs, hs = points.setdefault((x, y), (set(), set()))
                vs.add(v)
                hs.add(h)
    return points


def find_cells(points: dict[tuple[float, float], tuple[set[int], set[int]]]) -> list[Box]:
    """Given crossings, return the smallest rectangle that each of them is the upper left corner of."""
    below: dict[float, list[float]] = defaultdict(list)
    right: dict[float, list[float]] = defaultdict(list)
    for x, y in sorted(points):
        below[x].append(y)
        right[y].append(x)
    cells = []
    for x, y in sorted(points):
        vs, hs = points[x, y]
        column, row = below[x], right[y]
        rights = [x1 for x1 in row[bisect_right(row, x) :] if hs & points[x1, y][1]]
        if not rights:
            continue
        for bottom in column[bisect_right(column, y) :]:
            if not vs & points[x, bottom][0]:
                continue
            lower = points[x, bottom][1]
            corner = next(
                (
                    x1
                    for x1 in rights
                    if (x1, bottom) in points
                    and points[x1, bottom][0] & points[x1, y][0]
                    and points[x1, bottom][1] & lower
                ),
                None,
            )
            if corner is not None:
                cells.append(Box(x, y, corner, bottom))
                break
    return cells


def group_cells(cells: list[Box]) -> list[list[Box]]:
    """Given cells, return those that share corners, directly or through others, as tables of at least two cells."""
    owner: dict[tuple[float, float], int] = {}
    links = [
        (i, owner.setdefault(corner, i))
        for i, (x0, top, x1, bottom) in enumerate(cells)
        for corner in ((x0, top), (x0, bottom), (x1, top), (x1, bottom))
    ]
    tables: dict[int, list[Box]] = {}
    for cell, root in zip(cells, _roots(len(cells), links), strict=True):
        tables.setdefault(root, []).append(cell)
    return sorted((t for t in tables.values() if len(t) > 1), key=lambda t: min((c.top, c.x0) for c in t))


def close_open_sides(horizontal: list[Edge], vertical: list[Edge]) -> tuple[list[Edge], list[Edge], list[Box]]:
    """Given merged edges, return them with the sides added that a page break or a habit of drawing leaves open, and the
    added sides as boxes without height or width.

    Rulings that cross each other, directly or through others, are looked at together. A bottom (top) is added where two
    or more verticals run on to one height beyond the last (before the first) rule that crosses them: a row cut by the
    page break; verticals that no rule crosses, as high as the rest, belong to it: a merged cell that takes the whole
    page. An outer vertical is added where three or more rules begin or end where no vertical stands.
    """
    rules, sides = list(horizontal), list(vertical)
    groups = _connected(horizontal, vertical)
    loose = set(vertical) - {v for _, vs in groups for v in vs}
    for hs, vs in groups:
        beside = _beside(vs, loose)
        vs = [*vs, *beside]
        rules += (new := _open_ends(hs, vs, least=2))
        sides += _open_ends(vs, hs + new, least=3)
    added = [Box(x0, y, x1, y) for y, x0, x1 in rules[len(horizontal) :]]
    added += [Box(x, top, x, bottom) for x, top, bottom in sides[len(vertical) :]]
    return rules, sides, added


def _beside(vertical: list[Edge], loose: Iterable[Edge]) -> list[Edge]:
    """The loose verticals that begin and end at the heights at which those of a table do."""
    top, bottom = min(v[1] for v in vertical), max(v[2] for v in vertical)
    return sorted(v for v in loose if abs(v[1] - top) <= SNAP and abs(v[2] - bottom) <= SNAP)


def _connected(horizontal: list[Edge], vertical: list[Edge]) -> list[tuple[list[Edge], list[Edge]]]:
    """The rulings of each group that crosses itself: horizontals and verticals."""
    count = len(horizontal)
    links = [
        (h, count + v)
        for hs, vs in ((hs, vs) for vs, hs in crossings(horizontal, vertical).values())
        for h in hs
        for v in vs
    ]
    roots = _roots(count + len(vertical), links)
    groups: dict[int, tuple[list[Edge], list[Edge]]] = {}
    for _, i in sorted({(roots[k], k) for pair in links for k in pair}):
        hs, vs = groups.setdefault(roots[i], ([], []))
        (hs.append(horizontal[i]) if i < count else vs.append(vertical[i - count]))
    return list(groups.values())


def _roots(count: int, links: Iterable[tuple[int, int]]) -> list[int]:
    """Given links between things numbered from 0, return for each the number that stands for its group."""
    parent = list(range(count))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, j in links:
        parent[root(i)] = root(j)
    return [root(i) for i in range(count)]


def _open_ends(across: list[Edge], along: list[Edge], least: int) -> list[Edge]:
    """Sides to add across the common ends of edges that run along: (position, from, to). Where a side is there for some
    of them, at an end of the table, it is added between those that it leaves open: a merged cell cut by a page break
    beside rows that end there."""
    new: list[Edge] = []
    for side in (1, 2):
        ends = sorted((edge[side], edge[0], edge[1], edge[2]) for edge in along)
        for cluster in _clusters(ends, SNAP):
            if len(cluster) < least:
                continue
            position = sum(c[0] for c in cluster) / len(cluster)
            lo, hi = min(c[1] for c in cluster), max(c[1] for c in cluster)
            there = [
                e for e in across if abs(e[0] - position) <= 2 * CROSS and e[1] <= hi + CROSS and e[2] >= lo - CROSS
            ]
            if there:
                if abs(position - (ends[0] if side == 1 else ends[-1])[0]) <= SNAP:
                    new += _gaps(sum(e[0] for e in there) / len(there), there, sorted(c[1] for c in cluster))
                continue
            others = [
                p
                for p, s, e in across
                if s <= hi and e >= lo and any(c[2] - CROSS <= p <= c[3] + CROSS for c in cluster)
            ]
            if others and (position > max(others) if side == 2 else position < min(others)):
                new.append((position, lo, hi))
    return new


def _gaps(position: float, there: list[Edge], places: list[float]) -> list[Edge]:
    """What a side that is partly there leaves open between the places where edges end on it."""
    open_ = [
        (a, b)
        for a, b in pairwise(places)
        if b - a > CROSS and not any(s <= a + CROSS and e >= b - CROSS for _, s, e in there)
    ]
    return [(position, a, b) for a, b in open_]


def _clusters(items: list, tolerance: float):
    group: list = []
    for item in items:
        if group and item[0] > group[-1][0] + tolerance:
            yield group
            group = []
        group.append(item)
    if group:
        yield group
