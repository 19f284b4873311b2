"""An invented budget as flows of money from a source to a use: whatever a table adds up of them closes by construction."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

PAPERS = Path(__file__).parents[1] / "typesetting" / "papers"
REGIONS = PAPERS / "regions"

# What a code of a column or row covers. Codes that are not here cover themselves alone.
GROUPS = {
    "fund_source": {
        "appropriation": {"general_public", "government_fund", "state_capital"},
        "unit_funds": {"institution_income", "business_income", "superior_subsidy", "other_income"},
    },
    "expenditure_type": {"basic": {"personnel", "operating"}},
}
WHOLE = {"all", "total"}
PREFIXES = ("unit", "function", "economic", "government")

# Economic codes of each part of 三公经费 and of what is printed beside it.
THREE_PUBLIC = {
    "TOTAL": ("30212", "30217", "31013", "30231"),
    "OVERSEAS": ("30212",),
    "RECEPTION": ("30217",),
    "VEHICLE": ("31013", "30231"),
    "VEHICLE_PURCHASE": ("31013",),
    "VEHICLE_RUNNING": ("30231",),
    "MEETING": ("30215",),
    "TRAINING": ("30216",),
}


class Flow(NamedTuple):
    """One amount in yuan that nothing breaks down. `function` is empty for what is carried forward to the next year;
    `unit` is the number of the unit that spends it, in the order in which the paper names its units."""

    unit: str
    function: str
    fund_source: str
    fund_period: str
    expenditure_type: str
    economic: str
    government: str
    project: str
    amount: Decimal


@dataclass(frozen=True)
class Budget:
    """The flows of one paper. Other years and bases (执行数 of last year, say) are made of the same flows by dice."""

    name: str
    flows: tuple[Flow, ...]
    step: Decimal = Decimal(100)
    _others: dict = field(default_factory=dict, compare=False, repr=False)

    def of(self, basis: str, offset: int) -> tuple[Flow, ...]:
        """Return the flows of a year (0: the paper's own, -1: the year before) on a basis; "" is the paper's own."""
        if not basis and not offset:
            return self.flows
        if (basis, offset) not in self._others:
            self._others[basis, offset] = scaled(self.flows, f"{self.name}/{basis}/{offset}", self.step)
        return self._others[basis, offset]

    def sum(self, wants: Mapping[str, Any]) -> Decimal:
        """Add up the flows that fit all that is wanted of them."""
        flows = self.of(wants.get("basis", ""), wants.get("year", 0))
        return sum((flow.amount for flow in flows if fits(flow, wants)), Decimal(0))

    def fitting(self, wants: Mapping[str, Any]) -> list[Flow]:
        """Return the flows of the paper's own year that fit."""
        return [flow for flow in self.flows if fits(flow, wants)]


def fits(flow: Flow, wants: Mapping[str, Any]) -> bool:
    """Say whether a flow is covered by codes: those of classifications are prefixes, others exact or groups."""
    for name, value in wants.items():
        if name in ("basis", "year") or value in WHOLE or value == "":
            continue
        if name == "economic_in":
            ok = flow.economic in value and flow.expenditure_type != "project"
        elif name == "any_use":
            ok = True
        elif name in PREFIXES:
            ok = getattr(flow, name).startswith(value)
        else:
            ok = getattr(flow, name) in covered(name, value)
        if not ok:
            return False
    spent = wants.get("any_use") or wants.get("expenditure_type") == "carry_forward"
    return bool(spent) or flow.expenditure_type != "carry_forward"


def covered(name: str, value: str | Iterable[str]) -> set[str]:
    return GROUPS.get(name, {}).get(value, {value}) if isinstance(value, str) else set(value)


def both(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return what fits what two selections want. Where both name the same thing, the narrower code counts.

    Raises ValueError where neither covers the other.
    """
    joined = dict(one)
    for name, value in other.items():
        mine = joined.get(name, "")
        if name not in joined or mine in WHOLE or mine == value:
            joined[name] = value
        elif value in WHOLE or name in PREFIXES and mine.startswith(value) or name == "year":
            pass
        elif name in PREFIXES and value.startswith(mine) or covered(name, value) <= covered(name, mine):
            joined[name] = value
        elif not covered(name, mine) <= covered(name, value):
            raise ValueError(f"{name}: {mine} and {value} have nothing in common")
    return joined


def scaled(flows: Iterable[Flow], seed: str, step: Decimal) -> tuple[Flow, ...]:
    """Return the same flows with other amounts, each a multiple of `step` yuan."""
    dice = random.Random(seed)
    return tuple(
        flow._replace(amount=(round(float(flow.amount / step) * dice.uniform(0.7, 1.5)) + 1) * step) for flow in flows
    )


def read_flows() -> tuple[Flow, ...]:
    with (REGIONS / "flows.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Flow(**{**row, "amount": Decimal(row["amount"])}) for row in csv.DictReader(file))


def budget_of(name: str, facts: Mapping[str, Any]) -> Budget:
    """Given a layout's name and description, return its budget: flows that it does not `leave_out`, amounts of its own."""
    kept = [flow for flow in read_flows() if not any(fits_plainly(flow, out) for out in facts.get("leave_out", ()))]
    step = Decimal(facts.get("step", "100"))
    return Budget(name, scaled(kept, name, step), step)


def fits_plainly(flow: Flow, wants: Mapping[str, str]) -> bool:
    return all(getattr(flow, name) == value for name, value in wants.items())
