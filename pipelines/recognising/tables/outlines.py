"""The outline of a list told by its arithmetic: the tree in which each row is the sum of the rows below it.

Papers print 类, 款 and 项 by name alone, or a department over its units, set in by blanks that many programs do not
put into the text. What stands under what is then told by what adds up; where several trees add up, or none, the
official levels of the names and the printed indentation decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

ROOT = -1
WIDTH = 96  # how many beginnings of trees are followed at a time
SUM_OF_SEVERAL, SUM_OF_ONE, CLASH, TOTAL = 4, 1, -6, 5  # what a parent that its children fill, or do not, counts for
STRANGE_PLACE, SKIPPED_LEVEL = -4, -1  # what a name that official codes place elsewhere counts for
INDENT, STYLE = -3, -2  # what blanks and list numbers count for that say another thing


class Listed(NamedTuple):
    """One row of a list. `values` are its amounts in the last printed decimal (blank: None), column by column; `codes`
    the official codes that its name has anywhere; `style` that of its list number."""

    values: tuple[int | None, ...]
    codes: tuple[str, ...] = ()
    indent: int = 0
    style: str | None = None


class Outline(NamedTuple):
    """For each row the index of the row it stands under (None on the top level) and the official code that its place
    and name give it. `closes` says that the total, where there is one, and each row with rows below it are their sum;
    `sure` that no other tree of the rows that have amounts does as well."""

    parents: tuple[int | None, ...]
    codes: tuple[str | None, ...]
    closes: bool
    sure: bool


class _Open(NamedTuple):
    """A row whose children are still being read."""

    row: int
    code: str | None
    sums: tuple[int, ...]
    children: int
    nonzero: int
    broken: bool
    indent: int | None = None  # of its first child
    style: str | None = None
    last: str | None = None  # code of its last child that has one


class _Tree(NamedTuple):
    score: int
    stack: tuple[_Open, ...]
    broken: int
    path: tuple  # (earlier path, (parent, code)) as a linked list, the last row first


def outline(
    rows: Sequence[Listed], total: Sequence[int | None] | None = None, undivided: frozenset[str] = frozenset()
) -> Outline:
    """Given the rows of a list in their order and the row of their total, if one is printed, return their outline.
    `undivided` are codes of which no finer one is known: any name may stand below them."""
    if not rows:
        return Outline((), (), True, True)
    width = len(rows[0].values)
    signed = any((v or 0) < 0 for row in rows for v in row.values)
    set_in = len({row.indent for row in rows}) > 1
    whole = tuple(total) if total is not None and any(v is not None for v in total) else None
    trees = [_Tree(0, (_Open(ROOT, None, (0,) * width, 0, 0, False),), 0, ())]
    for number in range(len(rows)):
        found: dict[tuple, _Tree] = {}
        for tree in trees:
            for grown in _grown(tree, rows, number, whole, signed, set_in, undivided):
                same = found.get(grown.stack)
                if same is None or same.score < grown.score:
                    found[grown.stack] = grown
        trees = sorted(found.values(), key=lambda t: -t.score)[:WIDTH]
    ended = sorted((_closed(tree, 0, rows, whole) for tree in trees), key=lambda t: -t.score)
    best = ended[0]
    parents, codes = _walked(best)
    filled = [i for i, row in enumerate(rows) if any(row.values)]
    others = (_walked(tree)[0] for tree in ended[1:] if tree.score >= best.score)
    sure = not any(other[i] != parents[i] for other in others for i in filled)
    return Outline(parents, codes, best.broken == 0, sure)


def _grown(
    tree: _Tree,
    rows: Sequence[Listed],
    number: int,
    whole: tuple | None,
    signed: bool,
    set_in: bool,
    undivided: frozenset[str],
) -> list[_Tree]:
    """The trees that a row makes of one when it is put under each of its open rows."""
    row, found = rows[number], []
    for depth in range(len(tree.stack)):
        closed = _closed(tree, depth + 1, rows, whole)
        above = closed.stack[-1]
        score = closed.score + _set_as_printed(above, rows, row, set_in)
        code, fits = _placed(row, above, tree.stack[depth + 1 :], undivided)
        score += fits
        values = _values_of(above, rows, whole)
        sums = tuple(a + (b or 0) for a, b in zip(above.sums, row.values, strict=True))
        over = values is not None and not signed and _is_over(values, sums, above.children + 1)
        broken = over and not above.broken
        parent = above._replace(
            sums=sums,
            children=above.children + 1,
            nonzero=above.nonzero + any(row.values),
            broken=above.broken or over,
            indent=row.indent if above.indent is None else above.indent,
            style=above.style or row.style,
            last=code or above.last,
        )
        child = _Open(number, code, (0,) * len(row.values), 0, 0, False)
        found.append(
            _Tree(
                score + (CLASH if broken else 0),
                (*closed.stack[:-1], parent, child),
                closed.broken + broken,
                (tree.path, (above.row, code)),
            )
        )
    return found


def _closed(tree: _Tree, depth: int, rows: Sequence[Listed], whole: tuple | None) -> _Tree:
    """A tree whose open rows from `depth` on get no more children."""
    score, broken = tree.score, tree.broken
    for node in tree.stack[depth:]:
        values = _values_of(node, rows, whole)
        if not node.nonzero or values is None or node.broken:
            continue  # rows without amounts break nothing down
        if _is_sum(values, node.sums, node.children):
            score += TOTAL if node.row == ROOT else SUM_OF_SEVERAL if node.nonzero > 1 else SUM_OF_ONE
        else:
            score, broken = score + CLASH, broken + 1
    return _Tree(score, tree.stack[:depth], broken, tree.path)


def _values_of(node: _Open, rows: Sequence[Listed], whole: tuple | None) -> tuple | None:
    return whole if node.row == ROOT else rows[node.row].values


def _is_sum(values: Sequence[int | None], sums: Sequence[int], addends: int) -> bool:
    """Whether amounts are sums within half of the last printed decimal for each of their numbers."""
    return all(2 * abs((v or 0) - s) <= (addends + 1 if addends > 1 else 0) for v, s in zip(values, sums, strict=True))


def _is_over(values: Sequence[int | None], sums: Sequence[int], addends: int) -> bool:
    return any(2 * (s - (v or 0)) > addends + 1 for v, s in zip(values, sums, strict=True))


def _set_as_printed(above: _Open, rows: Sequence[Listed], row: Listed, set_in: bool) -> int:
    """What the blanks and the list number of a row say against its place."""
    against = 0
    if set_in:
        under = above.row != ROOT and row.indent <= rows[above.row].indent
        against += INDENT * (under + (above.indent is not None and row.indent != above.indent))
    if row.style:
        head = None if above.row == ROOT else rows[above.row].style
        against += STYLE * ((head == row.style) + (above.style is not None and row.style != above.style))
    return against


def _placed(row: Listed, above: _Open, below: Sequence[_Open], undivided: frozenset[str]) -> tuple[str | None, int]:
    """The official code that a row has under one of the open rows, None where none or several fit, and what its name
    says of the place. `below` are the open rows under that one: a row that belongs to one of them, or to its last
    child, is strange beside it."""
    if not row.codes:
        return None, 0
    beside = [code for code in (above.last, *(node.code for node in below)) if code]
    belongs = any(c.startswith(code) and c != code for code in beside for c in row.codes)
    if above.row == ROOT:
        classes = [c for c in row.codes if len(c) == 3]
        if classes:
            return (classes[0] if len(classes) == 1 else None), 0
        return None, STRANGE_PLACE if belongs else SKIPPED_LEVEL
    if above.code is None:
        return None, STRANGE_PLACE if belongs or all(len(c) == 3 for c in row.codes) else 0
    inside = [c for c in row.codes if c.startswith(above.code) and c != above.code]
    near = [c for c in inside if len(c) == len(above.code) + 2]
    if near:
        return (near[0] if len(near) == 1 else None), 0
    if inside and not belongs:
        return (inside[0] if len(inside) == 1 else None), SKIPPED_LEVEL
    free = above.code in undivided and any(len(c) > len(above.code) for c in row.codes)
    return None, 0 if free and not belongs else STRANGE_PLACE


def _walked(tree: _Tree) -> tuple[tuple[int | None, ...], tuple[str | None, ...]]:
    """The parents and codes of a tree, row by row."""
    steps = []
    path = tree.path
    while path:
        path, step = path
        steps.append(step)
    steps.reverse()
    return tuple(None if parent == ROOT else parent for parent, _ in steps), tuple(code for _, code in steps)


def depths(parents: Sequence[int | None]) -> tuple[int, ...]:
    """Given for each row the index of the row above it, return how deep each stands, from 1 on the top level."""
    found: list[int] = []
    for parent in parents:
        found.append(1 if parent is None else found[parent] + 1)
    return tuple(found)
