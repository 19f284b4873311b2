"""Does the report say what the warehouse says?"""

from __future__ import annotations

import re
from html import unescape

import duckdb
import pytest
from PIL import Image

from pipelines.reporting.build import by_family, family_of, overview
from pipelines.reporting.evidence import SCALE, broken_cells
from pipelines.reporting.picture import around_all
from pipelines.warehouse.query import RuleRow, Term, addends, documents, failures, money, open_warehouse, rules, share


@pytest.fixture(scope="module")
def con(published):
    with open_warehouse(published.settings) as con:
        yield con


@pytest.fixture(scope="module")
def page(published):
    return (published.settings.report / "index.html").read_text()


def figure(page: str, id: str) -> str:
    return re.search(rf'id="{id}">([^<]*)<', page).group(1)


def test_the_published_page_is_what_the_published_warehouse_renders(con, page):
    pictures: dict[str, list[tuple[int, str]]] = {}
    for name in re.findall(r'<img src="pictures/([^"]+)"', page):
        check_id, number = name.removesuffix(".png").split("-")
        pictures.setdefault(check_id, []).append((int(number), name))
    assert overview(con, pictures) == page


def test_each_broken_identity_shows_its_cells_outlined(published, con, page):
    """Red lines stand in the picture where the cells' borders are, and the picture is of the page they are on."""
    broken = broken_cells(con)
    shown = set(re.findall(r'<a class="cell" href="pictures/([^"]+)"', page))
    assert shown == {f"{check}-{number}.png" for places in broken.values() for check, number, _ in places}
    assert shown
    for check, number, boxes in next(iter(broken.values())):
        picture = Image.open(published.settings.report / "pictures" / f"{check}-{number}.png").convert("RGB")
        whole = around_all(boxes)
        red = [
            (x, y)
            for x in range(picture.width)
            for y in range(picture.height)
            if (p := picture.getpixel((x, y)))[0] > 180 and p[1] < 80 and p[2] < 80
        ]
        width = (max(x for x, _ in red) - min(x for x, _ in red)) / SCALE
        height = (max(y for _, y in red) - min(y for _, y in red)) / SCALE
        assert (width, height) == pytest.approx((whole.x1 - whole.x0, whole.bottom - whole.top), abs=4)


def test_head_figures_equal_sql(con, page):
    for status in ("published", "held", "refused"):
        count = con.execute("select count(*) from marts.dim_document where status = ?", [status]).fetchone()[0]
        assert figure(page, f"documents-{status}") == f"{count:,}"
    fails = con.execute("select count(*) from marts.fct_check where outcome = 'fail'").fetchone()[0]
    assert figure(page, "checks-fail") == f"{fails:,}"
    total, certified = con.execute("select count(*), count(*) filter (certified) from marts.fct_budget_line").fetchone()
    assert figure(page, "amounts-total") == f"{total:,}"
    assert figure(page, "certified-share") == share(certified, total)


def test_each_rule_has_a_row_with_its_counts(con, page):
    counted = con.execute(
        """select r.rule_id, count(*) filter (outcome = 'pass'), count(*) filter (outcome = 'rounding'),
                  count(*) filter (outcome = 'fail'), count(*) filter (outcome = 'accepted'),
                  count(*) filter (outcome = 'not_checked'), count(*) filter (outcome = 'not_applicable')
           from marts.dim_rule r left join marts.fct_check using (rule_id) group by all"""
    ).fetchall()
    rows = dict(re.findall(r'<tr data-rule="([^"]+)">(.*?)</tr>', page, re.S))
    shown = {rule: tuple(int(n.replace(",", "")) for n in re.findall(r'<td class="n[^>]*>([\d,]+)</td>', row))
             for rule, row in rows.items()}  # fmt: skip
    assert shown == {rule: tuple(counts) for rule, *counts in counted}


def test_each_broken_identity_is_an_equation_with_its_page(con, page):
    broken = failures(con)
    items = dict(re.findall(r'<li data-check="([^"]+)">(.*?)</li>', page, re.S))
    assert set(items) == {failure.check_id for failure in broken}
    for failure in broken:
        text = unescape(re.sub(r"<[^>]+>", "", items[failure.check_id]))
        assert money(failure.left_value) in text
        assert money(failure.right_value) in text
        assert f"第 {failure.page} 页" in text
        signed = sum(term.weight * (term.amount or 0) for term in failure.terms)
        assert signed == failure.right_value


def test_each_document_is_listed_with_its_certified_share(con, page):
    rows = dict(re.findall(r'<tr data-document="([^"]+)">(.*?)</tr>', page, re.S))
    assert set(rows) == {document.document_id for document in documents(con)}
    for document in documents(con):
        assert share(document.amounts_certified, document.amounts_total) in rows[document.document_id]


def test_the_page_needs_no_network(page):
    assert not re.search(r"https?://|@import|url\(", page)


def test_text_of_a_paper_cannot_become_markup(published, tmp_path):
    source = published.settings.warehouse.resolve()
    with duckdb.connect(str(tmp_path / "w.duckdb")) as con:
        con.execute(f"attach '{source}' as published (read_only)")
        con.execute("copy from database published to w")
        con.execute("update marts.dim_document set source_path = '<script>alert(1)</script>', status = 'held'")
        page = overview(con)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert figure(page, "documents-held") == "3"


def test_families_stand_in_the_order_of_the_catalogue():
    rows = [RuleRow(rule, None, None, "error", 0, 0, 0, 0, 0, 0) for rule in ("CROSS-01", "ROW-01", "ROW-02", "X-1")]
    assert [(family, len(members)) for family, members in by_family(rows)] == [("ROW", 2), ("CROSS", 1), ("X", 1)]
    assert family_of("TREE-01") == "TREE"


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 0, "—"), (0, 5, "0.0 %"), (1, 3, "33.3 %"), (9999, 10000, "99.9 %"), (7, 7, "100 %")],
)
def test_a_share_never_says_whole_too_early(part, whole, text):
    assert share(part, whole) == text


def test_a_sum_is_written_out_with_its_signs():
    from decimal import Decimal

    terms = [Term(Decimal(1), Decimal("1000.50")), Term(Decimal(-1), Decimal("2.00")), Term(Decimal(1), None)]
    assert addends(terms) == "1,000.50 − 2.00"
    assert addends([Term(Decimal(1), Decimal(1))] * 3, most=2) == "1 + 1 + …"


def test_rules_are_counted_once(con):
    total = con.execute("select count(*) from marts.fct_check").fetchone()[0]
    assert sum(sum(rule[4:]) for rule in rules(con)) == total
