"""The budgets of a form as a whole: in its head, in its funding block, or the total of its revenue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipelines.recognising.forms.records import FormAmount
from pipelines.recognising.forms.words import label_of
from pipelines.recognising.keys import key
from pipelines.recognising.lexicon import Lexicon


def heads_elsewhere(amounts: Sequence[FormAmount], budget: Mapping, lexicon: Lexicon) -> list[FormAmount]:
    """Given a form's amounts and the budgets in its head, return those that only the funding block prints: the same
    cell, said to be the budget."""
    found: dict[str, FormAmount] = {}
    for amount in amounts:
        is_budget = amount.section == "funding" and amount.amount_basis == "budget"
        label = label_of(amount.item, lexicon, "field") if is_budget else None
        if label and label.meaning in budget and budget[label.meaning] is None and amount.amount_yuan is not None:
            line_no = len(budget) + len(found) + 1
            found.setdefault(label.meaning, amount._replace(section="head", role=label.meaning, line_no=line_no))
    return list(found.values())


def budgets(
    budget: dict, heads: Sequence[FormAmount], amounts: Sequence[FormAmount], kind: str, year: int | None
) -> dict:
    """Return a project's budgets from its head or funding block, of an overall form the total of its revenue."""
    budget = budget | {head.role: head.amount_yuan for head in heads}
    if kind == "overall" and budget["year_budget"] is None:
        printed = [a for a in amounts if a.amount_yuan is not None]
        totals = [a for a in printed if key(a.item) in ("合计", "总计") and a.amount_year == year]
        by_side = {a.section: a.amount_yuan for a in totals}
        budget["year_budget"] = by_side.get("revenue", by_side.get("expenditure"))
    return budget
