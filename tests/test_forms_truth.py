"""Do the forms of a real paper come out as its hand-checked truth says? Only where the corpus is at hand."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from decimal import Decimal

import pytest

from pipelines.recognising.forms.records import Forms
from tests.corpus import CORPUS, needs_corpus, scorer
from tests.typesetting.forms import forms_of, printed_amounts

TRUTH = CORPUS / "truth" / "jianghan-sasac-2023.json"

pytestmark = needs_corpus


@pytest.fixture(scope="module")
def truth() -> list[dict]:
    return json.loads(TRUTH.read_text(encoding="utf-8"))["forms"]


@pytest.fixture(scope="module")
def found() -> Forms:
    return forms_of(CORPUS / "seed" / "jianghan-sasac-2023.pdf")


def norm(text: str | None) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or ""))


def of(records, form) -> list:
    return [record for record in records if record.form_id == form.form_id]


def test_heads(truth, found):
    assert len(found.forms) == len(truth)
    for expected, form in zip(truth, found.forms, strict=True):
        for name in set(expected) - {"goals", "indicators", "amounts"}:
            said, read = expected[name], getattr(form, name)
            if name.endswith("_yuan"):
                assert read == (Decimal(said) if said else None), (form.form_no, name)
            else:
                assert norm(str(read or "")) == norm(str(said or "")), (form.form_no, name)


def test_amounts(truth, found):
    for expected, form in zip(truth, found.forms, strict=True):
        wanted: Counter = Counter()
        for a in expected["amounts"]:
            what = (a["section"], norm(a["item"]), a["funding"])
            rest = (norm(a.get("basis_text")), norm(a.get("quantity_text")))
            share = Decimal(a["share_percent"].strip("%")) if a.get("share_percent") else None
            wanted[*what, a["amount_year"], Decimal(a["amount_yuan"]), share, *rest] += 1
            if a.get("total_budget_yuan"):
                wanted[*what, None, Decimal(a["total_budget_yuan"]), None, *rest] += 1
        read = Counter(
            (
                *(a.section, norm(a.item), a.funding, a.amount_year, a.amount_yuan, a.share_percent),
                *(norm(a.basis_text), norm(a.quantity_text)),
            )
            for a in of(printed_amounts(found), form)
        )
        assert read == wanted, form.form_no


def test_goals(truth, found):
    for expected, form in zip(truth, found.forms, strict=True):
        wanted = {(goal["scope"], norm(goal["goal_text"])) for goal in expected["goals"]}
        assert wanted <= {(goal.scope, norm(goal.goal_text)) for goal in of(found.goals, form)}, form.form_no


def test_indicators(truth, found):
    assert sum(len(form["indicators"]) for form in truth) == len(found.indicators)
    for expected, form in zip(truth, found.forms, strict=True):
        wanted = Counter(
            (
                *(i["scope"], int(re.sub(r"\D", "", i["goal"]) or 1), norm(i["level1"]), norm(i["level2"])),
                *(norm(i["name"]), i["value_role"], norm(i["value_text"]), norm(i["basis_text"])),
            )
            for i in expected["indicators"]
        )
        read = Counter(
            (
                *(i.scope, i.goal_no, norm(i.level1), norm(i.level2)),
                *(norm(i.name), i.value_role, norm(i.value_text), norm(i.basis_text)),
            )
            for i in of(found.indicators, form)
        )
        assert read == wanted, form.form_no


def test_the_arithmetic_of_the_basis_texts(found):
    claims = [c for c in found.calculations if c.computed_yuan is not None and c.claimed_yuan is not None]
    halves = [c.unit_factor * Decimal(5).scaleb(-c.printed_decimals - 1) for c in claims]
    wrong = Counter(
        (c.claimed_yuan, round(c.computed_yuan))
        for c, half in zip(claims, halves, strict=True)
        if abs(c.claimed_yuan - c.computed_yuan) > half
    )
    assert len(claims) == 64
    # in a project's form and again in the overall one: 0.40 元 for 万元, a product, a rent
    assert wrong == {(Decimal("0.40"), 3840): 2, (Decimal(52300), 52920): 2, (Decimal(13500), 13446): 2}


def test_a_blank_fund_line_is_there(found):
    numbers = {form.form_id: form.form_no for form in found.forms}
    blank = Counter(numbers[a.form_id] for a in found.amounts if a.section == "funding" and a.state == "blank")
    assert {number for number, count in blank.items() if count == 4} == {12, 13}
    assert all(a.x0 < a.x1 and a.top < a.bottom for a in found.amounts)


def test_score(truth, found):
    forms, indicators = ([record._asdict() for record in some] for some in (found.forms, found.indicators))
    numbers = {form.form_id: form.form_no for form in found.forms}
    score = scorer().score_indicators(truth, forms, [i | {"form_no": numbers[i["form_id"]]} for i in indicators])
    assert (score["f1"], score["forms_paired"], score["truth"]) == (1.0, len(truth), 787)


def test_nothing_is_left_over(found):
    assert found.findings == ()
    assert all(i.level1_code and i.level2_code for i in found.indicators)
