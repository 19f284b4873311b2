"""The balance rules as data, read from rules/rules.csv; the same file that dbt evaluates them from."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
RULES = HERE / "rules" / "rules.csv"


class Rule(NamedTuple):
    rule_id: str
    family: str
    title_zh: str
    title_en: str
    formula: str
    severity: str  # error | warning | info
    place: str
    match_on: str
    legal_basis: str
    first_year: int | None


def load_rules(path: Path = RULES) -> list[Rule]:
    """Return the rules in the order of their file."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            Rule(**row | {"first_year": int(row["first_year"]) if row["first_year"] else None})
            for row in csv.DictReader(lines)
        ]
