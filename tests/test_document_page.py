"""Does a document's page hold what the warehouse says of the paper?"""

from __future__ import annotations

import json
import os
import re
from html import unescape
from html.parser import HTMLParser

import pyarrow as pa
import pytest

from pipelines.reporting.document import page, write_documents
from pipelines.reporting.site import Site
from pipelines.settings import Settings
from pipelines.warehouse.publish import current_generation
from pipelines.warehouse.query import money, open_file, open_warehouse, share
from pipelines.warehouse.restricted import contacts_table, published_contacts
from tests.report_pages import data, documents, figure, misprinted, page_of

OUTCOMES = ("pass", "rounding", "fail", "accepted", "not_checked", "not_applicable")
NUMBERS = """select id, page, [x0, top, x1, bottom] as box from (
    select amount_id as id, document_id, page, x0, top, x1, bottom from quality.printed_amounts where state <> 'blank'
    union all
    select form_amount_id, document_id, a.page, x0, top, x1, bottom
    from marts.fct_form_amount a join marts.fct_form using (form_id)
    union all select indicator_id, document_id, page, x0, top, x1, bottom from marts.fct_indicator
    union all select statement_id, document_id, page, x0, top, x1, bottom from marts.fct_statement)
    where document_id = ?"""


class Elements(HTMLParser):
    """The attributes of every element of a page, by tag, and the text of those with an id."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: dict[str, list[dict[str, str | None]]] = {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.setdefault(tag, []).append(dict(attrs))

    def of_class(self, tag: str, name: str) -> list[dict[str, str | None]]:
        return [e for e in self.found.get(tag, []) if name in (e.get("class") or "").split()]


@pytest.fixture(scope="module")
def con(published_forms):
    with open_warehouse(published_forms.settings) as con:
        yield con


def test_counts_equal_sql(published_forms, con):
    assert len(documents(con)) == 5
    for document_id in documents(con):
        text = page_of(published_forms.settings, document_id).read_text()
        elements = Elements(text)
        total, certified = con.execute(
            "select count(*), count(*) filter (certified) from marts.fct_budget_line where document_id = ?",
            [document_id],
        ).fetchone()
        assert figure(text, "amounts-total") == f"{total:,}"
        assert figure(text, "certified-share") == share(certified, total)
        assert len([e for e in elements.of_class("a", "num") if "open" in e["class"].split()]) == total - certified
        for outcome in OUTCOMES:
            counted = con.execute(
                "select count(*) from marts.fct_check where document_id = ? and outcome = ?", [document_id, outcome]
            ).fetchone()[0]
            assert figure(text, f"checks-{outcome}") == f"{counted:,}", outcome
        fails = con.execute(
            "select check_id from marts.fct_check where document_id = ? and outcome = 'fail'", [document_id]
        ).fetchall()
        assert {e["data-check"] for e in elements.of_class("article", "finding")} == {row[0] for row in fails}
        numbers = {row[0] for row in con.execute(NUMBERS, [document_id]).fetchall()}
        links = [e["id"] for e in elements.of_class("a", "num")]
        assert len(links) == len(set(links)) and set(links) == numbers
        known = {id: row[5] for id, row in data(text)["numbers"].items()}
        assert {id for id, kind in known.items() if kind != "term"} == numbers
        forms = con.execute("select form_id from marts.fct_form where document_id = ?", [document_id]).fetchall()
        assert {e["id"] for e in elements.of_class("details", "form")} == {row[0] for row in forms}
        findings = con.execute(
            "select finding_id from quality.findings where document_id = ?", [document_id]
        ).fetchall()
        assert figure(text, "findings-total") == f"{len(findings):,}"
        assert {row[0] for row in findings} <= {e.get("id") for e in elements.found.get("li", [])}


def test_each_identity_is_in_the_page_with_its_terms(published_forms, con):
    for document_id in documents(con):
        checks = data(page_of(published_forms.settings, document_id).read_text())["checks"]
        counted = con.execute(
            """select c.check_id, count(e.check_id), any_value(c.outcome) from marts.fct_check c
               left join marts.fct_check_evidence e using (check_id)
               where c.document_id = ? and c.outcome <> 'not_applicable' group by all""",
            [document_id],
        ).fetchall()
        assert {(check[0], len(check[8]), check[2]) for check in checks} == set(counted)


def test_a_finding_is_written_out_with_its_verdict(published_forms, con):
    document_id = misprinted(con)
    text = page_of(published_forms.settings, document_id).read_text()
    rows = con.execute(
        """select check_id, left_value, right_value, difference, verdict, proposed_value from marts.fct_check
           where document_id = ? and outcome = 'fail'""",
        [document_id],
    ).fetchall()
    assert rows
    for check_id, left, right, difference, verdict, proposed in rows:
        article = re.search(rf'<article class="finding \w+" id="{check_id}".*?</article>', text, re.S)[0]
        for value in (left, right, difference, *([proposed] if proposed is not None else ())):
            assert money(value) in unescape(article)
        assert ("原件疑有印错" in article or "原件前后不一" in article) == (verdict == "publisher")
        assert "两套独立" not in article  # both read the same text layer


def test_forms_and_their_parsed_targets_are_there(published_forms, con):
    (document_id,) = con.execute("select document_id from marts.fct_form order by all limit 1").fetchone()
    text = page_of(published_forms.settings, document_id).read_text()
    rows = con.execute(
        """select indicator_id, value_text, comparator, value_low from marts.fct_indicator
           where document_id = ? and value_kind = 'number'""",
        [document_id],
    ).fetchall()
    assert rows
    for id, printed, comparator, low in rows:
        row = text[text.index(f'id="{id}"') :]
        shown = unescape(re.sub(r"<[^>]+>", " ", row[: row.index("</tr>")])).split("\n")[0]
        assert printed.split()[0] in shown
        assert {">=": "≥", "<=": "≤", "=": "="}.get(comparator, "") in shown
        assert f"{low.normalize():,f}" in shown


def contacts_of(settings: Settings) -> pa.Table:
    return published_contacts(settings.home, current_generation(settings).name)


def test_what_has_not_changed_is_taken_over(published_forms, tmp_path):
    settings, folder = published_forms.settings, tmp_path / "report"
    earlier = settings.report.resolve()
    with open_file(settings.warehouse.resolve()) as con:
        site = Site(folder, earlier)
        write_documents(site, con, settings, contacts_of(settings))
    assert (site.made, site.kept) == (0, 10)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".html", ".json", ".png"}
    assert all(os.path.samefile(path, earlier / path.relative_to(folder)) for path in files)


def test_without_the_papers_the_pages_say_so(published_forms, tmp_path):
    settings = Settings(raw=tmp_path / "nowhere", home=published_forms.settings.home)
    with open_file(settings.warehouse.resolve()) as con:
        site = Site(tmp_path / "report")
        write_documents(site, con, settings, contacts_of(settings))
        document_id = misprinted(con)
    text = page_of(Settings(tmp_path, tmp_path), document_id).read_text()
    assert "没有页面图片：</span>" in text and "the paper is not there any more" in text
    assert "<img" not in text
    assert list((tmp_path / "report").rglob("*.png")) == []
    site.finish()
    with open_file(settings.warehouse.resolve()) as con:
        back = Site(tmp_path / "back", tmp_path / "report")
        write_documents(back, con, published_forms.settings, contacts_of(settings))
    assert list((tmp_path / "back").rglob("*.png"))
    assert "没有页面图片：" not in (tmp_path / "back" / "documents" / f"{document_id}.html").read_text()


def test_a_held_paper_shows_what_it_is_held_for(built):
    text = page(built.con, "misread")
    fails = built.con.execute(
        "select check_id from marts.fct_check where document_id = 'misread' and outcome = 'fail'"
    ).fetchall()
    lines = built.con.execute("select count(*) from marts.fct_budget_line where document_id = 'misread'").fetchone()
    assert lines == (0,) and fails
    assert {e["data-check"] for e in Elements(text).of_class("article", "finding")} == {row[0] for row in fails}
    assert "暂缓" in text and "第二次识读与第一次不一致" in text and "识读存疑" in text
    (cell,) = [e for e in Elements(text).of_class("a", "bad") if e["id"] == "misread-t1-r4c4"]
    assert cell["href"] == "#misread-t1-r4c4"


def test_the_reasons_of_what_was_not_checked_are_in_both_languages(built):
    text = page(built.con, "unread")
    checks = built.con.execute(
        "select check_id from marts.fct_check where document_id = 'unread' and outcome = 'not_checked'"
    ).fetchall()
    assert checks
    assert all(f'<li id="{check_id}">' in text for (check_id,) in checks)
    assert "金额栏内是文字：" in text or "未能读出：" in text
    assert 'class="num odd"' in text
    with pytest.raises(LookupError):
        page(built.con, "no-such-paper")


def test_text_of_a_paper_cannot_end_the_script(built):
    from pipelines.reporting.document_script import as_script

    text = as_script({"label": "</script><script>alert(1)</script>&\u2028"})
    assert "<" not in text and ">" not in text
    assert json.loads(text) == {"label": "</script><script>alert(1)</script>&\u2028"}


def test_a_page_that_cannot_be_made_costs_no_other(built, tmp_path, monkeypatch, caplog):
    def fail(tables, cells):
        raise KeyError("示例")

    monkeypatch.setattr("pipelines.reporting.document.grids", fail)
    site = Site(tmp_path / "report")
    write_documents(site, built.con, Settings(raw=tmp_path, home=tmp_path), contacts_table([]))
    text = page_of(Settings(tmp_path, tmp_path), "good").read_text()
    assert "这一页未能生成（KeyError）" in text
    assert "page of good could not be made" in caplog.text
