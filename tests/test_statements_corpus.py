"""Are the claims of the real papers' running text found, and every number of theirs accounted for?"""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from functools import cache

import pytest

from pipelines.reading.document import read_document
from pipelines.reading.model import Reading
from pipelines.recognising.identity import identify
from pipelines.recognising.lexicon import lexicon_of
from pipelines.recognising.records import Paper
from pipelines.recognising.statements.numbers import find_numbers
from pipelines.recognising.statements.paragraphs import paragraphs
from pipelines.recognising.statements.statement import Statements, recognise_statements
from pipelines.settings import Limits
from tests.corpus import CORPUS, needs_corpus

# What is found: a paper that loses a claim fails.
FLOORS = {
    "jianghan-sasac-2023": 84,
    "js-gy-2018-dept-budget": 131,
    "js-gy-2019-dept-budget": 137,
    "js-rd-2018-dept-budget": 140,
    "js-swb-2019-narrative": 103,
    "js-zx-2018-narrative": 142,
    "sh-pt-czj-2024-dept-final": 100,
    "sh-pt-czj-2025-dept-budget": 69,
    "sh-pt-wanli-2024-dept-budget": 198,
}


@cache
def read(name: str) -> Reading:
    return read_document(next(CORPUS.glob(f"*/{name}.pdf")), Limits())


@cache
def claimed(name: str) -> Statements:
    path = next(CORPUS.glob(f"*/{name}.pdf"))
    paper = Paper(name, read(name).sha256, path, path.name, path.name, "", "")
    return recognise_statements(read(name), identify(read(name), paper))


@needs_corpus
@pytest.mark.parametrize("name", FLOORS)
def test_the_papers_claims_are_found(name: str) -> None:
    found = claimed(name).statements
    assert len(found) >= FLOORS[name]
    assert len({s.statement_id for s in found}) == len(found)
    assert [s for s in found if not s.subject or not s.quote] == []


@needs_corpus
@pytest.mark.parametrize("name", FLOORS)
def test_every_digit_of_the_papers_is_accounted_for(name: str) -> None:
    claims = 0
    for paragraph in paragraphs(read(name))[0]:
        claims += sum(n.measure is not None for n in find_numbers(paragraph.folded, lexicon_of(None)))
        covered = Counter(i for n in find_numbers(paragraph.folded, lexicon_of(None)) for i in range(n.start, n.end))
        assert [i for i, c in enumerate(paragraph.folded) if c.isdecimal() and covered[i] != 1] == []
    undecided = sum(u.reason == "undecided_wording" for u in claimed(name).uncovered)
    assert len(claimed(name).statements) + undecided == claims


@needs_corpus
def test_every_text_claim_of_the_seed_s_truth_is_a_statement() -> None:
    truth = json.loads((CORPUS / "truth" / "jianghan-sasac-2023.json").read_text(encoding="utf-8"))
    relations = [i for i in truth["identities"] if i["rule"] == "text vs table"]
    found = claimed("jianghan-sasac-2023").statements
    missing = []
    for relation in relations:
        where, claim = relation["where"].split(" = ")[0].split(": ")
        whose, subject = claim.split(" ", 1)
        last = subject.split("/")[-1] if whose in ("本部门", "我单位") else whose
        heading = where.split("/")[-1]
        value = Decimal(relation["left"]) * 10_000
        if not any(
            s.value == value and s.section.endswith(heading) and s.subject.split("/")[-1].endswith(last) for s in found
        ):
            missing.append(relation["where"])
    assert len(relations) >= 49
    assert missing == []


@needs_corpus
def test_counts_shares_and_changes_of_the_seed() -> None:
    found = Counter((s.measure, s.value) for s in claimed("jianghan-sasac-2023").statements)
    people = {("count", Decimal(n)) for n in (40, 11, 29, 10, 19, 0, 48, 2)}
    rates = {("share_percent", Decimal(n)) for n in (99, 1, 86, 14, 87, 13)}
    others = {
        ("change", Decimal(-265000)), ("change_percent", Decimal(-2)), ("area", Decimal("1945.76")),
        ("amount", Decimal(3482700)), ("amount", Decimal(287500)), ("amount", Decimal(90000)), ("amount", Decimal(0)),
    }  # fmt: skip
    assert people | rates | others <= set(found)


@needs_corpus
def test_the_blank_form_claims_nothing() -> None:
    assert claimed("sh-pt-TEMPLATE-2024-dept-final").statements == ()


@needs_corpus
def test_nothing_in_the_narratives_is_unknown() -> None:
    unknown = {name: [u for u in claimed(name).uncovered if u.reason == "unknown"] for name in FLOORS}
    forms_begin = 26  # the seed's performance forms leave bits of their grids in the running text
    left = {n: [u for u in us if n != "jianghan-sasac-2023" or u.page < forms_begin] for n, us in unknown.items()}
    assert {n: us for n, us in left.items() if us} == {}
