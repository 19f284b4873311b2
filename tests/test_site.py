"""Does the report work as a reader uses it: from disk, with the network off, by eye, by keyboard, on a telephone?"""

from __future__ import annotations

import re
import shutil
from base64 import b64decode

import pypdfium2
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from pipelines.reporting import history
from pipelines.reporting.findings import all_findings
from pipelines.reporting.overview import overview
from pipelines.reporting.papers import papers
from pipelines.reporting.sums import department_sums, function_sums
from pipelines.warehouse.query import failures
from tests.browser import errors, open_page, requests, set_width

WIDTHS = (1440, 390)


@pytest.fixture(scope="module")
def report(published):
    return published.settings.report.resolve()


@pytest.fixture(scope="module")
def pages(report):
    """One page of each kind, by what it is."""
    document = next(report.glob("documents/*.html"))
    broken = next(p for p in sorted(report.glob("rules/TREE-*.html")) if "data-check" in p.read_text())
    return {
        "overview": report / "index.html",
        "rules": report / "rules/index.html",
        "rule": broken,
        "reading": report / "rules/READ.html",
        "coverage": report / "coverage.html",
        "compare": report / "compare.html",
        "document": document,
    }


@pytest.fixture(autouse=True)
def wide(browser):
    set_width(browser, 1440)
    yield
    browser.execute_script("try { localStorage.clear() } catch {}")


def texts(browser, selector: str) -> list[str]:
    return [element.text for element in browser.find_elements(By.CSS_SELECTOR, selector)]


def shown(browser, selector: str) -> int:
    return len(browser.find_elements(By.CSS_SELECTOR, selector))


def absent(con) -> int:
    """Papers that the register expects and nobody has published: here that of 样例区体育局 for 2024."""
    return con.execute("select count(*) from quality.expected_papers where papers = 0").fetchone()[0]


def choose(browser, name: str, value: str) -> None:
    Select(browser.find_element(By.CSS_SELECTOR, f"form.filters select[name={name}]")).select_by_value(value)


def test_no_request_leaves_the_report_and_no_script_fails(browser, report, pages):
    for page in pages.values():
        open_page(browser, page)
        asked = [url for url in requests(browser) if not url.startswith(("about:", "data:"))]
        assert asked and all(url.startswith(report.as_uri()) for url in asked), page
        assert errors(browser) == [], page


def test_every_link_of_every_page_leads_somewhere(browser, report, pages):
    for page in pages.values():
        open_page(browser, page)
        links = browser.execute_script("return [...document.links].map((link) => link.href)")
        assert links
        for link in {link.partition("#")[0] for link in links}:
            assert link.startswith("file://"), link
            assert (report / link.removeprefix(report.as_uri() + "/")).is_file(), f"{page}: {link}"


def test_from_the_overview_to_a_finding_on_its_paper(browser, report, con):
    """The first broken identity leads to the paper's page, to the place that shows it."""
    open_page(browser, report / "index.html")
    item = browser.find_element(By.CSS_SELECTOR, "#failures [data-check]")
    check_id = item.get_attribute("data-check")
    item.find_element(By.CSS_SELECTOR, "a.more").click()
    document = con.execute("select document_id from marts.fct_check where check_id = ?", [check_id]).fetchone()[0]
    assert browser.current_url.endswith(f"documents/{document}.html#{check_id}")
    assert browser.find_element(By.ID, check_id).is_displayed()


def test_the_language_is_switched_and_kept(browser, report):
    open_page(browser, report / "index.html")
    assert browser.find_element(By.TAG_NAME, "h1").text == "数据质量报告"
    assert browser.find_element(By.ID, "language").text == "English"
    browser.find_element(By.ID, "language").click()
    assert browser.find_element(By.TAG_NAME, "h1").text == "Data-quality report"
    assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == "en"
    assert "All" in texts(browser, "select[name=state] option")
    assert browser.find_element(By.ID, "language").text == "中文"
    browser.find_element(By.CSS_SELECTOR, "nav a[href$='coverage.html']").click()
    assert browser.find_element(By.TAG_NAME, "h1").text == "Expected and published"


def test_each_paper_has_a_mark_that_says_its_state(browser, report, con):
    open_page(browser, report / "index.html")
    states = dict(con.execute("select document_id, status from marts.dim_document").fetchall())
    marks = browser.find_elements(By.CSS_SELECTOR, "#matrix-table a.chip")
    assert {re.search(r"documents/(\w+)\.html", mark.get_attribute("href")).group(1) for mark in marks} == set(states)
    assert shown(browser, "#papers-table tbody tr") == len(states) + absent(con)


@pytest.mark.parametrize(
    ("field", "value", "condition"),
    [
        ("year", "2025", "fiscal_year = 2025"),
        ("state", "findings", "document_id in (select document_id from found where severity <> 'info')"),
        ("severity", "error", "document_id in (select document_id from found where severity = 'error')"),
        ("family", "TREE", "document_id in (select document_id from found where code like 'TREE%')"),
    ],
)
def test_filters_show_what_sql_selects(browser, report, con, field, value, condition):
    open_page(browser, report / "index.html")
    choose(browser, field, value)
    found = """select document_id, severity, rule_id as code from marts.fct_check where outcome = 'fail'
               union all select document_id, severity, kind from quality.findings"""
    query = f"with found as ({found}) select document_id from marts.dim_document where {condition}"
    wanted = {document_id for (document_id,) in con.execute(query).fetchall()}
    rows = browser.find_elements(By.CSS_SELECTOR, "#papers-table tbody tr")
    assert {row.get_attribute("data-document") for row in rows} == wanted
    assert shown(browser, "#matrix-table a.chip") == len(wanted)
    everything = 3 + absent(con)
    assert f"{len(wanted)}／{everything}" in browser.find_element(By.CSS_SELECTOR, "form.filters output").text
    assert f"#{field}={value}" in browser.current_url
    browser.find_element(By.CSS_SELECTOR, "form.filters button[type=reset]").click()
    assert shown(browser, "#papers-table tbody tr") == everything


def test_a_head_figure_filters_the_matrix(browser, report):
    open_page(browser, report / "index.html")
    browser.find_element(By.ID, "state-clean").click()
    total = int(browser.find_element(By.ID, "state-clean").text)
    WebDriverWait(browser, 10).until(lambda browser: shown(browser, "#papers-table tbody tr") == total)
    open_page(browser, report / "index.html", "state=clean")
    assert shown(browser, "#papers-table tbody tr") == total


def test_text_finds_a_department(browser, report, con):
    open_page(browser, report / "index.html")
    browser.find_element(By.NAME, "text").send_keys("体育")
    count = con.execute("select count(*) from marts.dim_document where department_name like '%体育%'").fetchone()[0]
    assert shown(browser, "#papers-table tbody tr") == count + absent(con) > 1


def test_coverage_marks_equal_sql(browser, report, con):
    open_page(browser, report / "coverage.html")
    for status, count in con.execute("select status, count(*) from quality.coverage group by all").fetchall():
        assert shown(browser, f"#bodies-table .chip.{status}") == count
    choose(browser, "year", "2024")
    bodies = con.execute(
        "select count(distinct department_name) from quality.coverage where fiscal_year = 2024"
    ).fetchone()
    assert (shown(browser, "#bodies-table tbody tr"),) == bodies


NAMELESS = """
const name = (e) => e.getAttribute("aria-label") || e.title || e.textContent.trim() ||
  [...(e.labels || [])].map((label) => label.textContent.trim()).join("") || e.querySelector("img")?.alt ||
  (e.getAttribute("aria-labelledby") || "").split(" ").map((id) => document.getElementById(id)?.textContent || "").join("");
const wanted = "a[href], button, input, select, textarea, summary, img, svg[role=img], [role=region], [tabindex='0'], nav";
return [...document.querySelectorAll(wanted)].filter((e) => !(e.tagName === "IMG" ? e.alt : name(e)))
  .map((e) => e.outerHTML.slice(0, 120));
"""


def test_every_control_has_a_name_and_headings_go_down_in_steps(browser, pages):
    for kind, page in pages.items():
        open_page(browser, page)
        assert browser.execute_script(NAMELESS) == [], kind
        levels = browser.execute_script(
            "return [...document.querySelectorAll('h1,h2,h3,h4')].map((h) => +h.tagName[1])"
        )
        assert levels.count(1) == 1 and levels[0] == 1, kind
        assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False)), (kind, levels)
        ids = browser.execute_script("return [...document.querySelectorAll('[id]')].map((e) => e.id)")
        assert len(ids) == len(set(ids)), kind


# The ratio of luminances of each text to the nearest background that is painted, as WCAG 2 says.
CONTRAST = """
const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
const seen = {};
function rgb(text) {
  if (!(text in seen)) {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
    seen[text] = [...canvas.getImageData(0, 0, 1, 1).data];
  }
  return seen[text];
}
const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
function ground(e) {
  for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c[3] === 255) return c; }
  return [255, 255, 255, 255];
}
const poor = {};
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
  const e = walk.currentNode.parentElement;
  if (!walk.currentNode.data.trim() || ["SCRIPT", "NOSCRIPT", "TITLE"].includes(e.tagName) || !e.getClientRects().length || e.closest(":disabled")) continue;
  const style = getComputedStyle(e);
  const [a, b] = [light(rgb(e.namespaceURI.endsWith("svg") ? style.fill : style.color)), light(ground(e))].sort((x, y) => y - x);
  const ratio = (a + 0.05) / (b + 0.05);
  if (ratio < 4.5) poor[e.tagName + "." + e.className + " " + ratio.toFixed(2)] = walk.currentNode.data.trim().slice(0, 30);
}
return poor;
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(browser, pages, scheme):
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    try:
        for kind, page in pages.items():
            open_page(browser, page)
            assert browser.execute_script(CONTRAST) == {}, kind
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_the_screen(browser, pages, width):
    set_width(browser, width)
    for kind, page in pages.items():
        open_page(browser, page)
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width, kind


def test_the_overview_is_used_by_keyboard(browser, report):
    """Tab reaches the skip link, the navigation, the language and the filters, each with a visible focus."""
    open_page(browser, report / "index.html")
    reached = []
    for _ in range(40):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        active = browser.switch_to.active_element
        reached.append(active.get_attribute("id") or active.get_attribute("name") or active.text)
        outline = browser.execute_script("return getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", reached[-1]
        if reached[-1] == "family":
            break
    assert reached[0] == "跳到正文"
    assert "language" in reached
    assert [name for name in reached if name in ("text", "year", "kind", "state", "severity", "family")] == [
        "text", "year", "kind", "state", "severity", "family",
    ]  # fmt: skip


def test_the_overview_prints_with_its_tables(browser, report, con):
    open_page(browser, report / "index.html")
    pdf = b64decode(browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"])
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))
    for (name,) in con.execute("select distinct department_name from marts.dim_document").fetchall():
        assert name in text
    assert "English" not in text


def many(con, departments: int, years: int):
    """The papers of a warehouse, multiplied into other departments and years."""
    originals = [paper for paper in papers(con, all_findings(con)) if paper.document_id]
    total = department_sums(con)[0]
    copies, sums = [], []
    for department in range(departments):
        for year in range(years):
            paper, id = originals[(department + year) % len(originals)], f"d{department:05d}y{year}"
            body = {"department_id": f"b{department}", "department_name": f"示例市第{department}局"}
            copies.append(paper._replace(document_id=id, fiscal_year=2017 + year, **body))
            sums.append(total._replace(document_id=id, fiscal_year=2017 + year, department_id=f"b{department}"))
    return copies, sums


def test_ten_thousand_papers_open_within_two_seconds(browser, report, con, tmp_path):
    """Measured by the browser itself, up to the point where the page is loaded and its script has drawn the matrix."""
    copies, sums = many(con, 1_250, 8)
    runs = [history.this_run("2025-01-01 00:00", copies)]
    page = overview(copies, all_findings(con), failures(con), function_sums(con), sums, runs)
    (tmp_path / "index.html").write_text(page)
    shutil.copytree(report / "static", tmp_path / "static")
    open_page(browser, tmp_path / "index.html")
    loaded = browser.execute_script("return performance.getEntriesByType('navigation')[0].domComplete")
    assert shown(browser, "#matrix-table tbody tr") == 40
    assert "10,000／10,000" in browser.find_element(By.CSS_SELECTOR, "form.filters output").text
    print(f"10,000 papers: {len(page.encode()) / 1e6:.1f} MB, loaded in {loaded:.0f} ms")
    assert loaded < 2_000
    browser.find_element(By.NAME, "text").send_keys("第77局")
    assert shown(browser, "#matrix-table tbody tr") == 1
    browser.find_element(By.CSS_SELECTOR, "form.filters button[type=reset]").click()
    browser.find_element(By.CSS_SELECTOR, "#matrix-pager button:last-child").click()
    assert "第 41–80 条，共 1,250 条" in browser.find_element(By.ID, "matrix-pager").text
