"use strict";
// The tables each body owes, and what became of them, on the data in the page.

document.addEventListener("DOMContentLoaded", () => {
  const data = pageData("data");
  const [NAME, YEAR, KIND, LETTERS, DOCUMENTS, REGION] = Array(6).keys();
  const form = document.querySelector("form.filters");
  const bodies = pagedTable("bodies", 50);
  const years = [...new Set(data.bodies.map((body) => body[YEAR]))].sort();
  form.elements.year.append(...years.map((year) => element("option", { value: year }, String(year))));
  const head = [["部门", "Body"], ["年度", "Year"], ["文种", "Kind"], ...data.tables.map(([, zh, en]) => [zh, en])];
  document
    .querySelector("#bodies-table thead")
    .append(element("tr", {}, ...head.map(([zh, en], place) => element("th", { scope: "col", class: place > 2 ? "slim" : place === 1 ? "n" : null }, say(zh, en)))));

  function chip(letter, document_id) {
    const [status, zh, en, mark, markEnglish] = data.statuses[Number(letter)];
    const inside = [element("span", { "aria-hidden": "true" }, say(mark, markEnglish)), element("span", { class: "hidden" }, say(zh, en))];
    const attributes = { class: "chip " + status, title: zh + " " + en };
    return document_id ? element("a", { ...attributes, href: `documents/${document_id}.html` }, ...inside) : element("span", attributes, ...inside);
  }

  function row(body) {
    const documentOf = (place) => (body[DOCUMENTS].length > 1 ? body[DOCUMENTS][place] : body[DOCUMENTS][0]);
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, body[NAME]),
      element("td", { class: "n" }, String(body[YEAR])),
      element("td", {}, say(data.kinds[body[KIND]][1], data.kinds[body[KIND]][2])),
      ...[...body[LETTERS]].map((letter, place) =>
        element("td", { class: "slim" }, ...(letter === " " ? [] : [chip(letter, data.statuses[Number(letter)][0] === "missing" ? null : documentOf(place))])),
      ),
    );
  }

  function show() {
    const { text, region, year, status } = Object.fromEntries(new FormData(form));
    const shown = data.bodies.filter(
      (body) =>
        (!text || body[NAME].includes(text)) &&
        (!region || String(body[REGION]) === region) &&
        (!year || String(body[YEAR]) === year) && (!status || body[LETTERS].includes(status)),
    );
    form
      .querySelector("output")
      .replaceChildren(say(`显示 ${shown.length}／${data.bodies.length}`, `${shown.length} of ${data.bodies.length}`));
    bodies.fill(shown, row);
  }

  onFilter(form, show);
  show();
});
