"""Great Expectations suites, one file per family of rules, made from the rules: `python -m expectations.suites`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from expectations.catalogue import Rule, load_rules

HERE = Path(__file__).resolve().parent


def suite_files(rules: Iterable[Rule]) -> dict[str, str]:
    """Given the rules, return the suite files by name with their text."""
    families = groupby(sorted(rules, key=lambda rule: rule.family), key=lambda rule: rule.family)
    return {
        f"{family.lower()}.json": json.dumps(suite(family, list(members)), ensure_ascii=False, indent=2) + "\n"
        for family, members in families
    }


def suite(family: str, rules: list[Rule]) -> dict:
    """Given the rules of a family, return their suite: of each rule, no check may have the outcome `fail`."""
    return {"name": f"balance_{family.lower()}", "expectations": [expectation(rule) for rule in rules]}


def expectation(rule: Rule) -> dict:
    return {
        "type": "expect_column_values_to_not_be_in_set",
        "description": f"{rule.rule_id} {rule.title_zh} · {rule.title_en}",
        "kwargs": {
            "column": "outcome",
            "value_set": ["fail"],
            "row_condition": {
                "type": "comparison",
                "column": {"name": "rule_id"},
                "operator": "==",
                "parameter": rule.rule_id,
            },
        },
        "meta": {"rule_id": rule.rule_id, "formula": rule.formula, "severity": rule.severity},
    }


def write_suites(folder: Path = HERE) -> list[Path]:
    """Write the suite files of all rules, remove those of families that are gone; return what was written."""
    files = suite_files(load_rules())
    for stale in set(folder.glob("*.json")) - {folder / name for name in files}:
        stale.unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in files]
