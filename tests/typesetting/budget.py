"""A small department budget as a list of leaf amounts, and every sum that its tables print."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).with_name("papers")
BASIC = ("personnel", "operating")
APPROPRIATION = ("general_public", "government_fund", "state_capital")
THREE_PUBLIC = {"overseas": "30212", "reception": "30217", "purchase": "31013", "running": "30231"}


NUMERALS = "一二三四五六七八九"


class Leaf(NamedTuple):
    """One amount in yuan that nothing breaks down: who spends it on what, paid from which fund.

    `kind` is personnel, operating or project; basic amounts name an economic code, project amounts a project.
    """

    unit: str
    function: str
    fund: str
    kind: str
    economic: str
    project: str
    amount: Decimal


@dataclass(frozen=True)
class Budget:
    """The budget of a department for a year; `units` are (code, name) pairs."""

    department: str
    department_code: str
    year: int
    units: tuple[tuple[str, str], ...]
    leaves: tuple[Leaf, ...]

    def sum(
        self,
        *,
        unit: str = "",
        function: str = "",
        funds: Collection[str] = (),
        kinds: Collection[str] = (),
        economic: str = "",
        project: str = "",
    ) -> Decimal:
        """Add up the leaves that fit; codes are prefixes, what is left out fits all."""
        return sum(
            (
                leaf.amount
                for leaf in self.leaves
                if leaf.unit.startswith(unit)
                and leaf.function.startswith(function)
                and leaf.economic.startswith(economic)
                and (not funds or leaf.fund in funds)
                and (not kinds or leaf.kind in kinds)
                and (not project or leaf.project == project)
            ),
            Decimal(0),
        )

    def functions(self, funds: Collection[str] = ()) -> Iterator[tuple[str, str]]:
        """Yield code and name of each function code with money, every 类 before its 款 and every 款 before its 项."""
        used = {leaf.function[:n] for leaf in self.leaves for n in (3, 5, 7) if not funds or leaf.fund in funds}
        names = codes("functions")
        yield from ((code, names[code]) for code in sorted(used))

    def economics(self) -> Iterator[tuple[str, str]]:
        """Yield code and name of each economic code with basic expenditure."""
        used = {leaf.economic[:n] for leaf in self.leaves for n in (3, 5) if leaf.economic}
        names = codes("economics")
        yield from ((code, names[code]) for code in sorted(used))

    def projects(self, unit: str) -> list[str]:
        return list(dict.fromkeys(leaf.project for leaf in self.leaves if leaf.unit == unit and leaf.project))

    def figures(self) -> dict[str, str]:
        """Return the totals that the running text names, in 万元 (rounded)."""
        amounts = {
            "total": self.sum(),
            "appropriation": self.sum(funds=APPROPRIATION),
            "general_public": self.sum(funds=("general_public",)),
            "government_fund": self.sum(funds=("government_fund",)),
            "state_capital": self.sum(funds=("state_capital",)),
            "institution_income": self.sum(funds=("institution_income",)),
            "basic": self.sum(kinds=BASIC),
            "personnel": self.sum(kinds=("personnel",)),
            "operating": self.sum(kinds=("operating",)),
            "project": self.sum(kinds=("project",)),
            "three_public": sum(self.three_public().values(), Decimal(0)),
        }
        return {name: printed(in_ten_thousands(amount), zero="0.00") for name, amount in amounts.items()}

    def three_public(self) -> dict[str, Decimal]:
        return {part: self.sum(economic=code) for part, code in THREE_PUBLIC.items()}


def printed(amount: Decimal, factor: Decimal = Decimal(1), zero: str = "") -> str:
    """Print an amount with two decimals in units of `factor` yuan, exactly.

    Raises ValueError where two decimals cannot hold it: a rounded figure would break the identities.
    """
    if not amount:
        return zero
    value = amount / factor
    if value != value.quantize(Decimal("0.01")):
        raise ValueError(f"{amount} yuan have no two decimals in units of {factor}")
    return f"{value:,.2f}"


def in_ten_thousands(amount: Decimal) -> Decimal:
    """Return yuan as 万元 with two decimals, the way running text rounds them."""
    return (amount / 10_000).quantize(Decimal("0.01"), ROUND_HALF_UP)


def numeral(number: int) -> str:
    """Return 1–29 the way list numbers are printed; papers of this family write 廿一 for 21."""
    tens, ones = divmod(number, 10)
    return ("", "十", "二十" if not ones else "廿")[tens] + (NUMERALS[ones - 1] if ones else "")


def codes(name: str) -> dict[str, str]:
    """Read a code list of papers/: official classification codes (政府收支分类科目) and their names."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


def read_budget(name: str) -> tuple[Budget, dict]:
    """Read papers/<name>.csv (leaf amounts) and papers/<name>.json; return the budget and the facts as they stand."""
    facts = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        leaves = tuple(Leaf(**{**row, "amount": Decimal(row["amount"])}) for row in csv.DictReader(file))
    units = tuple((code, unit) for code, unit in facts["units"].items())
    return Budget(facts["department"], facts["department_code"], facts["year"], units, leaves), facts
