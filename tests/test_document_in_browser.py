"""Does a document's page, in a browser, lead from a number to its place on the paper and back?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pdfplumber
import pytest
from PIL import Image
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from pipelines.reading.model import Box
from pipelines.reporting.document_pictures import from_json
from pipelines.warehouse.query import open_warehouse
from tests.browser import errors, open_page, requests, set_width
from tests.report_pages import data, misprinted, page_of

# What a box drawn over a picture covers, in points of the page the picture shows.
COVERED = """
    const box = arguments[0].getBoundingClientRect(), [width, height] = arguments[2];
    const image = arguments[1].getBoundingClientRect();
    const x = v => (v - image.left) / image.width * width, y = v => (v - image.top) / image.height * height;
    return [x(box.left), y(box.top), x(box.right), y(box.bottom)];"""


@pytest.fixture(scope="module")
def con(published_forms):
    with open_warehouse(published_forms.settings) as con:
        yield con


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
    size = data(browser.page_source)["pages"][str(number)][:2]
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
