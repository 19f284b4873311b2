"""Do the real papers give every number that is printed in them, with the meaning it has there?"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from pipelines.reading.document import read_document
from pipelines.reading.refused import Refused
from pipelines.recognising.document import recognise
from pipelines.recognising.recognised import Recognised
from pipelines.recognising.records import Paper
from pipelines.recognising.tables.closing import closure
from pipelines.settings import Limits
from tests.corpus import CORPUS, needs_corpus, paper_named, scorer
from tests.sheets import filled

pytestmark = needs_corpus
# Where a truth codes rows of one table as two kinds, or leaves a table out, what of its facts agrees.
LEAST = {
    "fujian-fuzhou__gajwzryglzx-2026-unit-budget": 0.986,
    "guangdong-guangzhou__xfj-2026-dept-budget": 0.997,
    "shaanxi-xian__qxj-2022-dept-budget": 0.994,
}
# One paper of each region whose papers have no truth, and how many tables of money it has.
UNSEEN = {
    "beijing__gzw-2026-tables": 10,
    "central-university__swu-2023-final": 4,
    "guangdong-zhuhai__swj-2026-dept-budget": 12,
    "jiangsu-wuxi__tjj-2026-dept-budget": 11,
}
TRUTH = sorted(path.stem for path in CORPUS.glob("truth/*.json"))


@cache
def records(name: str) -> Recognised:
    path = paper_named(name)
    reading = read_document(path, Limits())
    return recognise(reading, Paper(name, reading.sha256, path, path.name, path.name, "", path.parent.name))


def numbers(name: str) -> Counter:
    """What a paper says, apart from where: zeros left out, as one program prints a blank where another prints 0."""
    found = [amount for amount in records(name).amounts if amount.state == "number"]
    return Counter(
        (a.table_kind, a.side, a.subject_code or a.subject_name, a.fund_source, a.expenditure_type, a.amount_yuan)
        for a in found
    )


@pytest.mark.parametrize("name", TRUTH)
def test_every_printed_number_has_its_meaning(name: str) -> None:
    truth = json.loads((CORPUS / "truth" / f"{name}.json").read_text(encoding="utf-8"))
    found = [amount._asdict() for amount in filled(records(name)) if amount.subset_of is None]
    total, tables = scorer().score_facts(truth["facts"], found)
    assert total["f1"] >= LEAST.get(name, 0.999), tables
    assert total["loose"]["f1"] >= LEAST.get(name, 1.0), tables


@pytest.mark.parametrize(("name", "tables"), UNSEEN.items())
def test_every_table_of_money_is_recognised_and_adds_up(name: str, tables: int) -> None:
    found = records(name)
    assert Counter(table.state for table in found.tables if table.state in ("filled", "unrecognised")) == {
        "filled": tables
    }
    by_table: dict[str, list] = {}
    for amount in found.amounts:
        by_table.setdefault(amount.table_id, []).append(amount)
    sums = [closure(amounts) for amounts in by_table.values()]
    assert sum(s.places for s in sums) > 50
    assert sum(s.closed for s in sums) >= 0.99 * sum(s.places for s in sums)
    assert [f.text for f in found.findings if f.kind == "unmapped_header" and f.severity == "error"] == []


@pytest.mark.parametrize("name", TRUTH)
def test_the_paper_says_whose_it_is(name: str) -> None:
    truth = json.loads((CORPUS / "truth" / f"{name}.json").read_text(encoding="utf-8"))
    found = records(name).document._asdict()
    keys = ("fiscal_year", "document_kind", "scope", "department_name")
    assert {key: found[key] for key in keys} == {key: truth[key] for key in keys}


def test_a_paper_set_again_by_another_program_says_the_same() -> None:
    again, first = numbers("sh-pt-wanli-2025-LIBREOFFICE-DRAFT"), numbers("sh-pt-wanli-2025-dept-budget")
    assert again == first
    assert sum(first.values()) == 526


def test_a_blank_form_gives_no_number() -> None:
    template = records("sh-pt-TEMPLATE-2024-dept-final")
    assert filled(template) == []
    assert [t.table_kind for t in template.tables if t.state == "empty_undeclared"] == [
        "overall_balance", "revenue", "expenditure", "appropriation_balance", "general_public_by_function",
        "general_public_basic_by_economic", "three_public", "government_fund", "state_capital",
    ]  # fmt: skip


def test_a_missing_table_is_missing() -> None:
    kinds = {table.table_kind for table in records("sh-pt-czj-2024-final-SEEDED-ERRORS").tables}
    assert "expenditure" not in kinds
    assert "revenue" in kinds


def test_pages_without_text_are_refused() -> None:
    with pytest.raises(Refused) as refused:
        read_document(next(Path(CORPUS).glob("*/zh-scanned-no-text-layer.pdf")), Limits())
    assert refused.value.reason == "no_text"


def test_a_filled_table_with_a_note_that_it_is_empty_is_found_out() -> None:
    found = [f for f in records("sh-pt-wanli-2024-dept-budget").findings if f.kind == "label"]
    assert [(f.page, f.severity) for f in found] == [(31, "warning")]
