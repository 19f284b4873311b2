"""Invented budgets by seed: those of the samples, every amount and body another (of 360 bodies)."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

from tests.typesetting.budget import Budget, read_budget

STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"


def budget(name: str, seed: int) -> tuple[Budget, dict]:
    """Given the facts of a sample and a seed, return another budget of the same shape and its facts: amounts of its own
    in hundreds of yuan, and a body of its own, so that papers are not taken for each other's."""
    dice = random.Random(f"{name}/{seed}")
    first, facts = read_budget(name)
    leaves = [leaf for leaf in first.leaves if leaf.economic in PAIRED or dice.random() > 0.1]
    leaves = tuple(leaf._replace(amount=_another(leaf.amount, dice)) for leaf in leaves)
    place = f"{STEMS[seed // 12 % 10]}{BRANCHES[seed % 12]}{'区县旗'[seed // 120 % 3]}"
    units = tuple((code, _elsewhere(unit, place)) for code, unit in first.units)
    facts = {
        **facts,
        "title": _elsewhere(facts["title"], place),
        "paragraphs": [_elsewhere(text, place) for text in facts["paragraphs"]],
        "misprints": [],
    }
    return replace(first, department=_elsewhere(first.department, place), units=units, leaves=leaves), facts


# Codes that must agree with a function code need both.
PAIRED = {"30108", "30109", "30110", "30111", "30113"}


def _another(amount: Decimal, dice: random.Random) -> Decimal:
    return Decimal(round(float(amount) / 100 * dice.uniform(0.6, 1.7)) + 1) * 100


def _elsewhere(text: str, place: str) -> str:
    return text.replace("示例区", place).replace("样例区", place)
