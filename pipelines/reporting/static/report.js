"use strict";
// Language, and tables that filter and turn pages. Everything is in the page: nothing is ever requested.

const LANGUAGE = "gouji-language";

function setLanguage(language) {
  const html = document.documentElement;
  html.dataset.lang = language;
  html.lang = language === "zh" ? "zh-CN" : "en";
  for (const element of document.querySelectorAll("[data-zh]")) {
    element.textContent = element.dataset[language];
  }
  document.dispatchEvent(new CustomEvent("language", { detail: language }));
}

function rememberedLanguage() {
  try {
    return localStorage.getItem(LANGUAGE) === "en" ? "en" : "zh";
  } catch {
    return "zh"; // storage may be closed to pages opened from disk
  }
}

function rememberLanguage(language) {
  try {
    localStorage.setItem(LANGUAGE, language);
  } catch {
    // it then holds for this page
  }
}

// Before the body is there, so that the page never shows the other language first.
document.documentElement.dataset.lang = rememberedLanguage();

document.addEventListener("DOMContentLoaded", () => {
  setLanguage(rememberedLanguage());
  document.getElementById("language").addEventListener("click", () => {
    const language = document.documentElement.dataset.lang === "zh" ? "en" : "zh";
    rememberLanguage(language);
    setLanguage(language);
  });
});

// The same as say(zh, en) in the templates: two spans, of which the style sheet shows one.
function say(zh, en) {
  const both = document.createDocumentFragment();
  for (const [lang, text] of [["zh-CN", zh], ["en", en]]) {
    const span = document.createElement("span");
    span.lang = lang;
    span.textContent = text;
    both.append(span);
  }
  return both;
}

// element("td", {class: "n"}, "text", node, …)
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

// The JSON that stands in the page as <script type="application/json" id="…">.
function pageData(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

// Call `show` whenever a form of filters asks for something else.
function onFilter(form, show) {
  const fields = form.querySelectorAll("input, select");
  for (const field of fields) field.addEventListener(field.tagName === "SELECT" ? "change" : "input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault(); // it would come before the fields are empty
    for (const field of fields) field.value = "";
    show();
  });
}

// A table #<name>-table whose rows come in pages, with buttons in #<name>-pager. Printing takes more of it.
function pagedTable(name, size) {
  const MOST_PRINTED = 1000;
  const body = document.querySelector(`#${name}-table tbody`);
  const pager = document.getElementById(`${name}-pager`);
  const place = element("span");
  const button = (zh, en, step) => {
    const made = element("button", { type: "button" }, say(zh, en));
    made.addEventListener("click", () => draw(first + step));
    return made;
  };
  const back = button("上一页", "Previous", -size);
  const on = button("下一页", "Next", size);
  pager.append(back, place, on);
  let rows = [];
  let makeRow = null;
  let first = 0;

  function draw(from, most = size) {
    first = Math.max(0, Math.min(from, rows.length - 1));
    const last = Math.min(rows.length, first + most);
    body.replaceChildren(...rows.slice(first, last).map(makeRow));
    const total = rows.length.toLocaleString("en-US");
    place.replaceChildren(rows.length ? say(`第 ${first + 1}–${last} 条，共 ${total} 条`, `${first + 1}–${last} of ${total}`) : say("没有。", "None."));
    back.disabled = first === 0;
    on.disabled = last >= rows.length;
    back.hidden = on.hidden = rows.length <= size;
  }

  addEventListener("beforeprint", () => makeRow && draw(0, MOST_PRINTED));
  addEventListener("afterprint", () => makeRow && draw(0));
  return {
    fill(newRows, rowMaker) {
      rows = newRows;
      makeRow = rowMaker;
      draw(0);
    },
  };
}
