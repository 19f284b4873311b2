"use strict";
// The overview's matrix, lists and filters, on the data in the page.

document.addEventListener("DOMContentLoaded", () => {
  const data = pageData("data");
  const [ID, DEPARTMENT, YEAR, KIND, STATE, AMOUNTS, CERTIFIED, FINDINGS, FILE, REASON] = Array(10).keys();
  const severities = ["error", "warning", "info"];
  const form = document.querySelector("form.filters");
  const count = (value) => value.toLocaleString("en-US");
  const wan = (yuan) => (yuan / 1e4).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const share = (part, whole) => (!whole ? "—" : part >= whole ? "100 %" : (Math.floor((part * 1000) / whole) / 10).toFixed(1) + " %");
  const number = (value, kind) => element("td", { class: "n " + (value ? kind : "zero") }, count(value));
  const kindOf = (kind) => (kind === null ? say("", "") : say(data.kinds[kind][1], data.kinds[kind][2]));
  const findingsOf = (paper, severity) => paper[FINDINGS].reduce((sum, row) => sum + row[1 + severities.indexOf(severity)], 0);

  const matrix = pagedTable("matrix", 40);
  const papers = pagedTable("papers", 25);
  const sums = pagedTable("sums", 25);

  function asked() {
    return Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));
  }

  function fits(paper, wanted) {
    const [state] = data.states[paper[STATE]];
    const rows = wanted.family ? paper[FINDINGS].filter((row) => data.families[row[0]][0] === wanted.family) : paper[FINDINGS];
    return (
      fitsText(paper, wanted.text) &&
      (!wanted.region || regionOf(paper[DEPARTMENT]) === wanted.region) &&
      (!wanted.year || String(paper[YEAR]) === wanted.year) &&
      (!wanted.kind || (paper[KIND] !== null && data.kinds[paper[KIND]][0] === wanted.kind)) &&
      (!wanted.state || state === wanted.state) &&
      (!wanted.family || rows.length > 0) &&
      (!wanted.severity || rows.some((row) => row[1 + severities.indexOf(wanted.severity)] > 0))
    );
  }

  function regionOf(department) {
    const [names, places] = data.regions;
    return names[places[department]];
  }

  function fitsText(paper, text) {
    return !text || data.departments[paper[DEPARTMENT]].includes(text) || (paper[FILE] ?? "").includes(text);
  }

  function show() {
    const wanted = asked();
    const shown = data.papers.filter((paper) => fits(paper, wanted));
    form.querySelector("output").replaceChildren(
      say(`显示 ${count(shown.length)}／${count(data.papers.length)} 份`, `${count(shown.length)} of ${count(data.papers.length)} papers`),
    );
    showMatrix(shown);
    papers.fill(shown, paperRow);
    const chosen = new Set(shown.map((paper) => paper[ID]));
    sums.fill(data.sums.filter((row) => chosen.has(row[3])), sumRow);
    const address = new URLSearchParams(wanted).toString();
    try {
      history.replaceState(null, "", address ? "#" + address : location.pathname);
    } catch {
      // a browser may forbid it to pages opened from disk
    }
  }

  function showMatrix(shown) {
    const years = [...new Set(shown.map((paper) => paper[YEAR]))].sort((a, b) => (a ?? 9999) - (b ?? 9999));
    const departments = new Map();
    for (const paper of shown) {
      if (!departments.has(paper[DEPARTMENT])) departments.set(paper[DEPARTMENT], []);
      departments.get(paper[DEPARTMENT]).push(paper);
    }
    const head = [["部门", "Department"]].map(([zh, en]) => element("th", { scope: "col" }, say(zh, en)));
    head.push(...years.map((year) => element("th", { scope: "col", class: "year" }, String(year ?? "—"))));
    head.push(...[["已印证", "Certified"], ["错误", "Errors"], ["提醒", "Warnings"]].map(([zh, en]) => element("th", { scope: "col", class: "n" }, say(zh, en))));
    document.querySelector("#matrix-table thead").replaceChildren(element("tr", {}, ...head));
    matrix.fill([...departments], ([department, members]) => {
      const sum = (field) => members.reduce((total, paper) => total + field(paper), 0);
      const published = (field) => (paper) => (["clean", "findings"].includes(data.states[paper[STATE]][0]) ? paper[field] : 0);
      return element(
        "tr",
        {},
        element("th", { scope: "row" }, data.departments[department]),
        ...years.map((year) => element("td", { class: "year" }, ...members.filter((paper) => paper[YEAR] === year).map(chip))),
        element("td", { class: "n" }, share(sum(published(CERTIFIED)), sum(published(AMOUNTS)))),
        number(sum((paper) => findingsOf(paper, "error")), "broken"),
        number(sum((paper) => findingsOf(paper, "warning")), ""),
      );
    });
  }

  function chip(paper) {
    const [state, zh, en, mark, markEnglish] = data.states[paper[STATE]];
    const kind = paper[KIND] === null ? ["", ""] : data.kinds[paper[KIND]].slice(1);
    const inside = [
      element("span", { "aria-hidden": "true" }, say(mark, markEnglish)),
      element("span", { class: "hidden" }, say(`${kind[0]} ${zh} ${paper[FILE] ?? ""}`, `${kind[1]} ${en} ${paper[FILE] ?? ""}`)),
    ];
    const attributes = { class: "chip " + state, title: `${kind[0]} ${zh}　${paper[FILE] ?? ""}` };
    return paper[ID] ? element("a", { ...attributes, href: `documents/${paper[ID]}.html` }, ...inside) : element("span", attributes, ...inside);
  }

  function paperRow(paper) {
    const [state, zh, en] = data.states[paper[STATE]];
    const file = paper[ID] ? element("a", { href: `documents/${paper[ID]}.html` }, paper[FILE]) : "—";
    return element(
      "tr",
      { "data-document": paper[ID] ?? "" },
      element("td", { class: "state " + state }, say(zh, en)),
      element("td", {}, data.departments[paper[DEPARTMENT]]),
      element("td", { class: "n" }, String(paper[YEAR] ?? "—")),
      element("td", {}, kindOf(paper[KIND])),
      element("td", { class: "path" }, file, ...(paper[REASON] ? [element("div", { class: "note" }, say(...paper[REASON]))] : [])),
      number(paper[AMOUNTS], ""),
      element("td", { class: "n" }, share(paper[CERTIFIED], paper[AMOUNTS])),
      number(findingsOf(paper, "error"), "broken"),
      number(findingsOf(paper, "warning"), ""),
    );
  }

  function sumRow([department, year, kind, id, total, tables, expected]) {
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, element("a", { href: `documents/${id}.html` }, data.departments[department])),
      element("td", { class: "n" }, String(year)),
      element("td", {}, kindOf(kind)),
      element("td", { class: "n" }, wan(total)),
      element("td", { class: "n" + (tables < expected ? " partial" : "") }, `${tables}／${expected}`),
    );
  }

  function ask() {
    const wanted = new URLSearchParams(location.hash.slice(1));
    for (const field of form.querySelectorAll("[name]")) field.value = wanted.get(field.name) ?? "";
    show();
  }

  onFilter(form, show);
  addEventListener("hashchange", () => {
    ask();
    if (location.hash.includes("=")) document.getElementById("matrix").scrollIntoView();
  });
  ask();
});
