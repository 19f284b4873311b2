"""The arithmetic of each 测算依据 as records: what every piece claims, what its factors give, what it adds up to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from pipelines.recognising.forms.basis import Expression, Node, Quantity, parse_basis
from pipelines.recognising.forms.grid import Slot, one_line
from pipelines.recognising.forms.records import Calculation
from pipelines.recognising.vocabulary import units

OPEN, CLOSE = "(（", ")）"
LONGEST = 120


def line_calculations(form_id: str, section: str, line_no: int, text: str, slot: Slot) -> list[Calculation]:
    """Given the 测算依据 of a line of a form and its cell, return its pieces of arithmetic in order. Money is yuan."""
    found = parse_basis(text)
    parts = _wholes(found)
    records = []
    for n, piece in enumerate(found):
        computed = piece.computed
        for at, result in enumerate(piece.results or (None,)):
            claimed, given = _in_yuan(result, computed, piece.left)
            decimals, ratio = _print(result, claimed)
            records.append(
                Calculation(
                    form_id=form_id,
                    section=section,
                    line_no=line_no,
                    piece_no=n + 1,
                    result_no=at + 1,
                    kind="restated" if result and at + 1 < len(piece.results) else piece.kind,
                    text=one_line(piece.text)[:LONGEST],
                    claimed_yuan=claimed,
                    computed_yuan=given,
                    printed_decimals=decimals,
                    unit_factor=ratio,
                    printed_unit=result.money if result else None,
                    subtotal_no=parts.get(n, {}).get("subtotal"),
                    heading_no=parts.get(n, {}).get("heading"),
                    is_bracketed=_depth(text, piece.start) > 0,
                    page=slot.page,
                    **slot.box._asdict(),
                )
            )
    return records


def _wholes(found: Sequence[Expression]) -> dict[int, dict[str, int]]:
    """Place of a piece → number (from 1) of the subtotal and of the heading it is a part of. Subtotals without pieces
    of their own are over the subtotals before them."""
    wholes: dict[int, dict[str, int]] = {}
    for n, piece in enumerate(found):
        for part in piece.parts:
            wholes.setdefault(part, {})[piece.kind] = n + 1
        if piece.kind == "subtotal" and not piece.parts:
            before = [i for i in range(n) if found[i].kind == "subtotal" and "subtotal" not in wholes.get(i, {})]
            for part in before if len(before) > 1 else ():
                wholes.setdefault(part, {})["subtotal"] = n + 1
    return wholes


def _in_yuan(
    result: Quantity | None, computed: Decimal | None, left: Node | None
) -> tuple[Decimal | None, Decimal | None]:
    """What a result claims and what the factors give, in yuan. Where only one of the two names a unit of money it is
    that of both if that makes them agree better: 1.5万元*2=3, 0.04*50=2万元."""
    if result is None or computed is None:
        return (result.yuan if result else None), (computed if left is not None and _moneys(left) else None)
    claimed, moneys = result.yuan, _moneys(left)
    if result.money and not moneys:
        return claimed, min((computed, computed * units()[result.money]), key=lambda v: abs(v - claimed))
    if moneys and not result.money:
        return min((claimed, *(claimed * units()[m] for m in moneys)), key=lambda v: abs(v - computed)), computed
    return claimed, computed


def _moneys(node: Node) -> set[str]:
    return set(_moneys_of(node))


def _moneys_of(node: Node) -> Iterator[str]:
    if isinstance(node, Quantity):
        if node.money:
            yield node.money
        return
    for part in node[0]:
        yield from _moneys_of(part)


def _print(result: Quantity | None, claimed: Decimal | None) -> tuple[int, Decimal]:
    """The decimals a result prints, and the yuan of one printed unit."""
    if result is None or not result.value or claimed is None:
        return 0, Decimal(1)
    return max(0, -result.value.as_tuple().exponent), claimed / result.value


def _depth(text: str, place: int) -> int:
    """How many brackets are open at a place of a text."""
    depth = 0
    for character in text[:place]:
        depth += (character in OPEN) - (character in CLOSE)
    return max(0, depth)
