"""The arithmetic in a 测算依据 as expressions: `3000元/笔*30笔=90000元`, chains, brackets, sub-totals.

Numbers are read as printed and nothing is put right. What an expression claims is kept apart from what its factors
give, so that a check can compare the two.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from pipelines.recognising.vocabulary import units

NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
MONEY = re.compile("亿元|百万元|万元|千元|元|万")
PER = re.compile(r"(?:/[一-鿿]{1,3}(?:·[一-鿿]{1,2})*|每[一-鿿](?![一-鿿]))+")
COUNT = re.compile(r"[一-鿿㎡]{1,6}?(?=(?:/[一-鿿])|[*+=(),.;:。、]|$)")
TIMES, PLUS = "*", "+"
WORDS = re.compile(r"[一-鿿、]{1,12}?(?=[\d(])")
ADDENDS = ("calculation", "amount")
SUBTOTAL = re.compile(r"(?:合计|共计|小计|总计|共需|共)(?:约|需|为)?[:]?$")
ITEM = re.compile(r"(?:^|(?<=[;。)]))\d{1,2}[.、]?(?=[^\d.,*+=%/])(?!万|元|[一-鿿]{1,2}[*=])")
FOLDED = {"×": "*", "✕": "*", "╳": "*", "＊": "*", "x": "*", "X": "*", "·": "·", "、": "、"}


class Quantity(NamedTuple):
    """A printed number with its unit: `money` is 元, 万元 …, `unit` what else stands there (笔, /人·年, %)."""

    value: Decimal
    money: str | None
    unit: str
    start: int
    end: int

    @property
    def yuan(self) -> Decimal:
        """The number in yuan where it has a money unit; a plain number as it is, a percentage as a ratio."""
        if self.money:
            return self.value * units()[self.money]
        return self.value / 100 if self.unit == "%" else self.value


class Sum(NamedTuple):
    terms: tuple[Node, ...]


class Product(NamedTuple):
    factors: tuple[Node, ...]


Node = Quantity | Sum | Product


class Expression(NamedTuple):
    """One piece of arithmetic.

    `kind`: calculation (factors, with the results printed behind them) | breakdown (a sum in brackets behind the number
    it explains, which is its result) | amount (money that stands alone) | rate (so much for one, 968元/月) | subtotal
    (合计, over the pieces before it) | heading (money before a colon, over the pieces after it). `parts` are the places
    in the list of the pieces a subtotal or heading is the sum of. `start` and `end` count characters of the text as
    given.
    """

    kind: str
    text: str
    start: int
    end: int
    left: Node | None
    results: tuple[Quantity, ...]
    parts: tuple[int, ...] = ()

    @property
    def claimed(self) -> Decimal | None:
        """What is printed as the amount, in yuan; null for a calculation without a printed result."""
        return self.results[-1].yuan if self.results else None

    @property
    def computed(self) -> Decimal | None:
        """What the factors give, in yuan where a unit of money is among them and in plain numbers else."""
        return evaluate(self.left) if self.left is not None else None


def parse_basis(text: str) -> list[Expression]:
    """Given the text of a 测算依据, return its arithmetic in order; text without any gives an empty list."""
    source = _Source(text)
    found: list[tuple[Expression, int]] = []
    at = item = 0
    marks = [m.start() for m in ITEM.finditer(source.text)]
    while at < len(source.text):
        if at in marks:
            item += 1
            at = ITEM.match(source.text, at).end()
            continue
        parsed = _expression(source, at)
        if parsed is None:
            number = NUMBER.match(source.text, at)
            at = number.end() if number else at + 1
            continue
        expression, end = parsed
        found.append((expression, item))
        found += [(breakdown, item) for breakdown in _breakdowns(source, at, end)]
        at = end
    return list(_with_parts(found))


def evaluate(node: Node) -> Decimal:
    """Given a tree of quantities, return its value."""
    if isinstance(node, Quantity):
        return node.yuan
    values = [evaluate(part) for part in (node.terms if isinstance(node, Sum) else node.factors)]
    if isinstance(node, Sum):
        return sum(values, Decimal(0))
    product = Decimal(1)
    for value in values:
        product *= value
    return product


class _Source:
    """The text folded to ASCII signs without blanks, with the place of each character in the text as given."""

    def __init__(self, text: str):
        folded = [(i, FOLDED.get(c) or FOLDED.get(n) or n) for i, c in enumerate(text) for n in _fold(c)]
        folded = [(i, c) for i, c in folded if not c.isspace()]
        self.given = text
        self.text = "".join(c for _, c in folded)
        self.places = [i for i, _ in folded] + [len(text)]

    def place(self, start: int, end: int) -> tuple[int, int]:
        return self.places[start], self.places[end - 1] + 1


def _fold(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character


def _expression(source: _Source, at: int) -> tuple[Expression, int] | None:
    parsed = _sum(source, at)
    if parsed is None:
        return None
    left, end = parsed
    results = []
    while end < len(source.text) and source.text[end] == "=":
        result = _quantity(source, end + 1)
        if result is None:
            break
        results.append(result[0])
        end = result[1]
    start, stop = source.place(at, end)
    if isinstance(left, Quantity):
        if not results and not left.money:
            return None
        if not results:
            kind = "rate" if PER.match(left.unit) and left.unit != "/年" else _kind_alone(source.text, at, end)
            return Expression(kind, source.given[start:stop], start, stop, None, (left,)), end
    return Expression("calculation", source.given[start:stop], start, stop, left, tuple(results)), end


def _kind_alone(text: str, at: int, end: int) -> str:
    if SUBTOTAL.search(text[:at]):
        return "subtotal"
    return "heading" if text[end : end + 1] == ":" else "amount"


def _sum(source: _Source, at: int) -> tuple[Node, int] | None:
    return _chain(source, at, PLUS, _product, Sum)


def _product(source: _Source, at: int) -> tuple[Node, int] | None:
    counted = _quantity(source, at)
    if counted and source.text[counted[1] : counted[1] + 1] == ",":
        rate = _quantity(source, counted[1] + 1)
        if rate and rate[0].money and counted[0].unit and counted[0].unit in rate[0].unit.split("/"):
            following, end = _chain(source, counted[1] + 1, TIMES, _atom, Product)
            factors = following.factors if isinstance(following, Product) else (following,)
            return Product((counted[0], *factors)), end  # 200平方,5元/平方: so many at so much each
    return _chain(source, at, TIMES, _atom, Product)


def _chain(source, at, sign, part, whole) -> tuple[Node, int] | None:
    first = part(source, at)
    if first is None:
        return None
    parts, end = [first[0]], first[1]
    while end < len(source.text) and source.text[end] == sign:
        begin = end + 1
        if words := WORDS.match(source.text, begin):
            begin = words.end()
        following = part(source, begin)
        if following is None:
            break
        parts.append(following[0])
        end = following[1]
    return (whole(tuple(parts)) if len(parts) > 1 else parts[0]), end


def _atom(source: _Source, at: int) -> tuple[Node, int] | None:
    if at < len(source.text) and source.text[at] == "(":
        begin = at + 1
        if words := WORDS.match(source.text, begin):
            begin = words.end()
        inner = _sum(source, begin)
        if inner is None or source.text[inner[1] : inner[1] + 1] != ")" or isinstance(inner[0], Quantity):
            return None
        return inner[0], _after_unit(source.text, inner[1] + 1)
    quantity = _quantity(source, at)
    if quantity is None:
        return None
    return quantity[0], _after_remark(source.text, quantity[1])


def _quantity(source: _Source, at: int) -> tuple[Quantity, int] | None:
    text = source.text
    number = NUMBER.match(text, at)
    if not number or (at and re.match(r"[\d.A-Za-z]", text[at - 1])):
        return None
    end, money, unit = number.end(), None, ""
    if text[end : end + 1] == "%":
        unit, end = "%", end + 1
    else:
        if found := MONEY.match(text, end):
            money, end = found[0], found.end()
        elif found := COUNT.match(text, end):
            unit, end = found[0], found.end()
        if found := PER.match(text, end):
            unit, end = unit + found[0], found.end()
    start, stop = source.place(at, end)
    return Quantity(Decimal(number[0].replace(",", "")), money, unit, start, stop), end


def _after_unit(text: str, at: int) -> int:
    """Behind a bracket: the unit that stands there, where an operator follows it."""
    found = re.compile(r"(?:亿元|百万元|万元|千元|元)?(?:/[一-鿿]{1,3})*(?=[*+=])").match(text, at)
    return found.end() if found else at


def _after_remark(text: str, at: int) -> int:
    """Behind a number: a remark in brackets (包含…) where the arithmetic goes on after it."""
    if text[at : at + 1] != "(":
        return at
    depth = 0
    for i in range(at, len(text)):
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        if depth == 0:
            return i + 1 if text[i + 1 : i + 2] in ("*", "+", "=") else at
    return at


def _breakdowns(source: _Source, start: int, end: int) -> Iterator[Expression]:
    """Sums in brackets behind a number: 680/人（住宿费500/人+伙食费180/人）."""
    for bracket in (i for i in range(start, end) if source.text[i] == "("):
        before = (_quantity(source, i) for i in range(start, bracket) if not source.text[i - 1 : i].isdigit())
        whole = next((found[0] for found in before if found and found[1] == bracket), None)
        words = WORDS.match(source.text, bracket + 1)
        inner = _sum(source, words.end() if words else bracket + 1)
        if whole and inner and isinstance(inner[0], Sum) and source.text[inner[1] : inner[1] + 1] == ")":
            first, last = source.place(bracket + 1, inner[1])
            yield Expression("breakdown", source.given[first:last], first, last, inner[0], (whole,))


def _with_parts(found: list[tuple[Expression, int]]) -> Iterator[Expression]:
    """A subtotal is over the pieces since the one before it in the same numbered item; a heading is over the pieces
    after it, up to the next heading or item."""
    for n, (expression, item) in enumerate(found):
        parts: list[int] = []
        if expression.kind == "subtotal":
            for i in range(n - 1, -1, -1):
                if found[i][1] != item or found[i][0].kind == "subtotal":
                    break
                if found[i][0].kind in ADDENDS and found[i][0].results:
                    parts.insert(0, i)
        elif expression.kind == "heading":
            for i in range(n + 1, len(found)):
                if found[i][1] != item or found[i][0].kind == "heading":
                    break
                if found[i][0].kind in ADDENDS and found[i][0].results:
                    parts.append(i)
        yield expression._replace(parts=tuple(parts))
