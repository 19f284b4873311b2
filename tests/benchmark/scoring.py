"""How found facts and indicators are scored against truth: one to one, as multisets, strictly and loosely."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

Fact = Mapping[str, Any]
COLUMNS = (
    "table_kind", "side", "subject_scheme", "fund_source", "fund_period", "expenditure_type", "amount_basis",
    "amount_year", "amount_yuan",
)  # fmt: skip
LIST_NUMBER = re.compile(
    r"^(?:\([一二三四五六七八九十]+\)|[一二三四五六七八九十廿卅]+[、.]|\(\d+\)|\d+[、.]|其中:)(?=.)"
)


class Score(NamedTuple):
    truth: int
    found: int
    matched: int

    @property
    def f1(self) -> float:
        return 2 * self.matched / (self.truth + self.found) if self.truth + self.found else 1.0

    def __add__(self, other: object) -> Score:
        return Score(*(a + b for a, b in zip(self, other, strict=True)))


class Compared(NamedTuple):
    """Two scores, and what is left over on either side after the strict one."""

    strict: Score
    loose: Score
    missing: list[dict]
    extra: list[dict]


def norm(text: object) -> str:
    return "" if text is None else re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(text)))


def bare(text: object) -> str:
    """A name without list numbers, quotes and white space."""
    name = norm(text)
    while (rest := LIST_NUMBER.sub("", name)) != name:
        name = rest
    return re.sub(r"[\"“”'‘’]", "", name)


def clean(fact: Fact) -> dict[str, Any]:
    """Return a fact as it is compared: what is not held against a reader is made the same on both sides."""
    kind, kept = fact["table_kind"] or "", {name: fact.get(name) for name in COLUMNS}
    kept["amount_yuan"] = Decimal(str(fact["amount_yuan"])).quantize(Decimal("0.01"))
    use = kept["expenditure_type"]
    if kind.endswith("_basic_by_economic") and use == "all":
        kept["expenditure_type"] = "basic"
    if kind == "operating_cost" and use in ("all", "basic"):
        kept["expenditure_type"] = "operating"
    if kind == "three_public":
        kept["fund_source"] = "all"
    named = "" if kept["subject_scheme"] == "flow" else bare(fact["subject_name"])
    return {**kept, "code": norm(fact["subject_code"]), "name": named, "page": fact.get("page")}


def compare_facts(truth: Iterable[Fact], found: Iterable[Fact]) -> Compared:
    """Match found facts with the truth. Strictly: all columns, and the code where both have one, else the name; a truth
    fact's `also_accept` are as good. Loosely: kind of table, code or name, and amount. Parts of a column are left out."""
    wanted = [[clean({**fact, **other}) for other in [{}, *fact.get("also_accept", [])]] for fact in truth]
    left = [clean(fact) for fact in found if not fact.get("subset_of")]
    sizes = len(wanted), len(left)
    rest = list(wanted)
    for number in range(max(map(len, wanted), default=0)):
        for key in (strict_by_code, strict_by_name):
            rest, left = paired(rest, left, lambda ways, n=number, k=key: k(ways[n]) if n < len(ways) else None, key)
    strict = Score(*sizes, sizes[0] - len(rest))
    missing, extra = [ways[0] for ways in rest], list(left)
    for key in (loose_by_code, loose_by_name):
        rest, left = paired(rest, left, lambda ways, k=key: k(ways[0]), key)
    return Compared(strict, Score(*sizes, sizes[0] - len(rest)), missing, extra)


def strict_by_code(fact: dict) -> tuple | None:
    return (fact["code"] or fact["name"], *(fact[name] for name in COLUMNS))


def strict_by_name(fact: dict) -> tuple | None:
    return (fact["name"], *(fact[name] for name in COLUMNS)) if fact["name"] else None


def loose_by_code(fact: dict) -> tuple | None:
    return (fact["table_kind"], fact["code"], fact["amount_yuan"]) if fact["code"] else None


def loose_by_name(fact: dict) -> tuple | None:
    return (fact["table_kind"], fact["name"], fact["amount_yuan"]) if fact["name"] else None


def paired(truth: list, found: list, of_truth: Callable, of_found: Callable) -> tuple[list, list]:
    """Take pairs of equal keys out of both lists and return what is left of them."""
    index = defaultdict(list)
    for place, fact in enumerate(found):
        if (key := of_found(fact)) is not None:
            index[key].append(place)
    used, rest = set(), []
    for fact in truth:
        key = of_truth(fact)
        if key is not None and index.get(key):
            used.add(index[key].pop(0))
        else:
            rest.append(fact)
    return rest, [fact for place, fact in enumerate(found) if place not in used]


def compare_indicators(forms: Iterable[Mapping[str, Any]], found: Iterable[Mapping[str, Any]]) -> Score:
    """Match indicators: those of the truth's forms by form number, with scope, name, role and printed value. Found ones
    carry the `form_no` of their form."""
    truth = [(form["form_no"], row) for form in forms for row in form["indicators"]]
    rest, _ = paired(
        [indicator_key(number, row) for number, row in truth],
        (keys := [indicator_key(row["form_no"], row) for row in found]),
        lambda key: key,
        lambda key: key,
    )
    return Score(len(truth), len(keys), len(truth) - len(rest))


def indicator_key(number: int, row: Mapping[str, Any]) -> tuple:
    return number, row["scope"], norm(row["name"]), row["value_role"], norm(row["value_text"])
