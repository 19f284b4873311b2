"""Does a document's page lead from any number back to its place on the paper?"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pdfplumber
import pytest
from PIL import Image
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from pipelines.reading.model import Box
from pipelines.reporting.document import page, write_documents
from pipelines.reporting.document_pictures import from_json
from pipelines.reporting.site import Site
from pipelines.settings import Settings
from pipelines.warehouse.query import money, open_file, open_warehouse, share
from tests.browser import errors, open_page, requests, set_width

OUTCOMES = ("pass", "rounding", "fail", "accepted", "not_checked", "not_applicable")
NUMBERS = """select id, page, [x0, top, x1, bottom] as box from (
    select amount_id as id, document_id, page, x0, top, x1, bottom from quality.printed_amounts where state <> 'blank'
    union all
    select form_amount_id, document_id, a.page, x0, top, x1, bottom
    from marts.fct_form_amount a join marts.fct_form using (form_id)
    union all select indicator_id, document_id, page, x0, top, x1, bottom from marts.fct_indicator
    union all select statement_id, document_id, page, x0, top, x1, bottom from marts.fct_statement)
    where document_id = ?"""
# What a box drawn over a picture covers, in points of the page the picture shows.
COVERED = """
    const box = arguments[0].getBoundingClientRect(), [width, height] = arguments[2];
    const image = arguments[1].getBoundingClientRect();
    const x = v => (v - image.left) / image.width * width, y = v => (v - image.top) / image.height * height;
    return [x(box.left), y(box.top), x(box.right), y(box.bottom)];"""


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


def documents(con) -> list[str]:
    return [row[0] for row in con.execute("select document_id from marts.dim_document order by all").fetchall()]


def page_of(settings: Settings, document_id: str) -> Path:
    return settings.report / "documents" / f"{document_id}.html"


def misprinted(con) -> str:
    return con.execute(
        "select document_id from marts.fct_check where outcome = 'fail' and rule_id = 'ROW-01'"
    ).fetchone()[0]


def figure(text: str, id: str) -> str:
    return re.search(rf'id="{id}">([^<]*)<', text)[1]


def data_of(text: str) -> dict:
    return json.loads(re.search(r'id="data">(.*?)</script>', text, re.S)[1])


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
        known = {id: row[5] for id, row in data_of(text)["numbers"].items()}
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
        checks = data_of(page_of(published_forms.settings, document_id).read_text())["checks"]
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
        assert ("原件如此" in article) == (verdict == "publisher")


def ink(picture: Path, page_size: tuple[float, float], box: Box, inset: float = 2.0) -> int:
    """How many dark pixels a picture of a page has within a box given in points."""
    image = Image.open(picture).convert("L")
    x, y = image.width / page_size[0], image.height / page_size[1]
    inside = (box.x0 + inset, box.top + inset, box.x1 - inset, box.bottom - inset)
    return sum(
        level < 128
        for level in image.crop([round(v * (x, y)[i % 2]) for i, v in enumerate(inside)]).get_flattened_data()
    )


def test_in_a_finding_the_box_lies_over_the_printed_number(published_forms, con, browser):
    """Where the reader sees the box is where an independent reader finds the number in the paper."""
    document_id = misprinted(con)
    settings = published_forms.settings
    open_page(browser, page_of(settings, document_id))
    browser.execute_script("for (const i of document.images) i.loading = 'eager'")
    pictures = from_json((settings.report / "documents" / document_id / "pages.json").read_text())
    evidence: dict[str, list[tuple]] = {}
    for check_id, *cell in con.execute(
        """select e.check_id, e.page, [e.x0, e.top, e.x1, e.bottom], p.printed_text
           from marts.fct_check c join marts.fct_check_evidence e using (check_id)
           left join quality.printed_amounts p on e.amount_id = p.amount_id and e.state <> 'text'
           where c.document_id = ? and c.outcome = 'fail' and e.x0 is not null""",
        [document_id],
    ).fetchall():
        evidence.setdefault(check_id, []).append(tuple(cell))
    source = con.execute("select source_path from marts.dim_document where document_id = ?", [document_id]).fetchone()
    seen = 0
    with pdfplumber.open(settings.raw / source[0]) as pdf:
        for check_id, cells in evidence.items():
            marks = browser.find_elements(By.CSS_SELECTOR, f"article[data-check='{check_id}'] figure .mark")
            places = []
            for mark in marks:
                image = mark.find_element(By.XPATH, "../img")
                number = int(Path(image.get_attribute("src")).stem)
                shown = pictures.pages[number]
                box = browser.execute_script(COVERED, mark, image, (shown.width, shown.height))
                places.append((number, Box(*box)))
            assert len(places) == len(cells) > 1
            for number, box, text in cells:
                (place,) = [p for n, p in places if n == number and list(p) == pytest.approx(box, abs=1.5)]
                size = (pictures.pages[number].width, pictures.pages[number].height)
                assert pdf.pages[number - 1].crop(place).extract_text() == text
                assert ink(settings.report / "documents" / pictures.pages[number].picture, size, Box(*box)) > 10
                seen += 1
    assert seen > 4


@pytest.fixture
def opened(published_forms, con, browser) -> Iterator[tuple]:
    """The misprinted paper's page in the browser, and the paper's id; nothing but files is asked for."""
    document_id = misprinted(con)
    requests(browser)
    open_page(browser, page_of(published_forms.settings, document_id))
    yield browser, document_id
    set_width(browser, 1440)
    assert {url.partition(":")[0] for url in requests(browser)} <= {"file", "data", "about"}
    assert errors(browser) == []


def chosen(browser, id: str):
    """Wait until a number is the chosen one, as addresses change a moment after the click; return its link."""
    return WebDriverWait(browser, 10).until(lambda b: b.find_element(By.CSS_SELECTOR, f"a.num.chosen[id='{id}']"))


def chosen_boxes(browser) -> list[str]:
    return [e.get_attribute("data-number") for e in browser.find_elements(By.CSS_SELECTOR, ".box.chosen")]


def test_a_number_in_a_table_shows_its_place_identities_and_certificate(opened, con):
    browser, document_id = opened
    id, number, box, certifying = con.execute(
        """select amount_id, page, [x0, top, x1, bottom], certifying_checks from quality.printed_amounts
           where document_id = ? and state = 'number' order by certifying_checks desc, amount_id limit 1""",
        [document_id],
    ).fetchone()
    browser.find_element(By.CSS_SELECTOR, f"a.num[id='{id}']").click()
    chosen(browser, id)
    assert chosen_boxes(browser) == [id]
    size = data_of(browser.page_source)["pages"][str(number)][:2]
    leaf = browser.find_element(By.ID, "leaf")
    seen = browser.execute_script(COVERED, browser.find_element(By.CSS_SELECTOR, ".box.chosen"), leaf, size)
    assert seen == pytest.approx(box, abs=1.5)
    assert browser.find_element(By.CSS_SELECTOR, "#leaf img").get_attribute("src").endswith(f"/{number}.png")
    shown = {
        (e.get_attribute("data-check"), e.get_attribute("data-outcome"))
        for e in browser.find_elements(By.CSS_SELECTOR, "#inspector [data-check]")
    }
    checks = con.execute(
        """select distinct check_id, outcome from marts.fct_check_evidence join marts.fct_check using (check_id)
           where amount_id = ?""",
        [id],
    ).fetchall()
    assert shown == set(checks)
    assert str(certifying) in browser.find_element(By.ID, "certificate").text
    ticks = browser.find_elements(By.CSS_SELECTOR, "#inspector .tick")
    assert len(ticks) == sum(outcome != "fail" for _, outcome in checks)


def test_a_sum_shows_the_cells_below_it_and_leads_to_them(opened, con):
    browser, document_id = opened
    id, below = con.execute(
        """select l.amount_id, list(distinct r.amount_id)
           from marts.fct_check c
           join marts.fct_check_evidence l on c.check_id = l.check_id and l.side = 'left'
           join marts.fct_check_evidence r on c.check_id = r.check_id and r.side = 'right'
           where c.document_id = ? and (c.rule_id like 'TREE-%' or c.rule_id like 'TOTAL-%')
           group by l.amount_id
           having count(distinct c.check_id) = 1 and count(distinct r.amount_id) > 2 order by l.amount_id limit 1""",
        [document_id],
    ).fetchone()
    browser.get(f"{browser.current_url.partition('#')[0]}#{id}")
    chosen(browser, id)
    marked = {e.get_attribute("id") for e in browser.find_elements(By.CSS_SELECTOR, ".num.below")}
    assert marked == set(below)
    assert {e.get_attribute("data-number") for e in browser.find_elements(By.CSS_SELECTOR, ".box.below")} <= marked
    link = browser.find_element(By.CSS_SELECTOR, f"#inspector a[href='#{below[0]}']")
    browser.execute_script("arguments[0].click()", link)
    chosen(browser, below[0])
    assert browser.current_url.endswith(f"#{below[0]}")
    assert chosen_boxes(browser) == [below[0]]


@pytest.mark.parametrize("width", [1440, 390])
def test_an_address_selects_its_number(opened, con, published_forms, width):
    browser, document_id = opened
    id = con.execute("select max(budget_line_id) from marts.fct_budget_line where document_id = ?", [document_id])
    (id,) = id.fetchone()
    set_width(browser, width, 844)
    open_page(browser, page_of(published_forms.settings, document_id), id)
    link = chosen(browser, id)
    assert chosen_boxes(browser) == [id]
    assert link == browser.switch_to.active_element
    in_view = "const r = arguments[0].getBoundingClientRect(); return r.bottom > 0 && r.top < innerHeight"
    for element in (link, browser.find_element(By.CSS_SELECTOR, ".box.chosen")):
        assert browser.execute_script(in_view, element)
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")


def test_a_box_on_the_page_selects_its_number_and_arrows_move_on(opened):
    browser, _ = opened
    boxes = browser.find_elements(By.CSS_SELECTOR, "#leaf .box")
    id = boxes[0].get_attribute("data-number")
    boxes[0].click()
    link = chosen(browser, id)
    row = link.find_element(By.XPATH, "./ancestor::tr").find_elements(By.CSS_SELECTOR, "a.num")
    below = browser.execute_script(
        "const c = arguments[0].closest('td'); let r = c.parentElement.nextElementSibling;"
        "while (r && !r.cells[c.cellIndex].querySelector('a')) r = r.nextElementSibling;"
        "return r.cells[c.cellIndex].querySelector('a').id",
        link,
    )
    link.send_keys(Keys.ARROW_DOWN)
    chosen(browser, below).send_keys(Keys.ARROW_UP)
    chosen(browser, id).send_keys(Keys.ARROW_RIGHT)
    assert len(row) > 1
    assert chosen(browser, row[1].get_attribute("id")) == browser.switch_to.active_element


def test_every_control_has_a_name_and_every_link_a_target(opened):
    browser, _ = opened
    unnamed = browser.execute_script(
        """return [...document.querySelectorAll('button, select, a, img, [role=region]')]
             .filter(e => !(e.textContent.trim() || e.getAttribute('aria-label') || e.alt || e.labels?.[0]?.textContent))
             .map(e => e.outerHTML.slice(0, 120))"""
    )
    assert unnamed == []
    lost = browser.execute_script(
        """return [...document.querySelectorAll('a[href^="#"]')].map(e => e.hash.slice(1))
             .filter(id => !document.getElementById(id) && !DATA.numbers[id] && !/^page-\\d+$/.test(id))"""
    )
    assert lost == []


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


def test_what_has_not_changed_is_taken_over(published_forms, tmp_path):
    settings, folder = published_forms.settings, tmp_path / "report"
    earlier = settings.report.resolve()
    with open_file(settings.warehouse.resolve()) as con:
        site = Site(folder, earlier)
        write_documents(site, con, settings)
    assert (site.made, site.kept) == (0, 10)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".html", ".json", ".png"}
    assert all(os.path.samefile(path, earlier / path.relative_to(folder)) for path in files)


def test_without_the_papers_the_pages_say_so(published_forms, tmp_path):
    settings = Settings(raw=tmp_path / "nowhere", home=published_forms.settings.home)
    with open_file(settings.warehouse.resolve()) as con:
        site = Site(tmp_path / "report")
        write_documents(site, con, settings)
        document_id = misprinted(con)
    text = page_of(Settings(tmp_path, tmp_path), document_id).read_text()
    assert "没有页面图片：</span>" in text and "the paper is not there any more" in text
    assert "<img" not in text
    assert list((tmp_path / "report").rglob("*.png")) == []


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
    write_documents(site, built.con, Settings(raw=tmp_path, home=tmp_path))
    text = page_of(Settings(tmp_path, tmp_path), "good").read_text()
    assert "这一页未能生成（KeyError）" in text
    assert "page of good could not be made" in caplog.text
