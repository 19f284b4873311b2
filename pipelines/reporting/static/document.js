"use strict";
// A document's page: a number chosen in a table is shown on the page of the paper, with its identities, and back.
// The chosen number is the page's address (#id): links, the back button and other programs choose numbers the same way.

const DATA = pageData("data");
const SIGNS = { pass: "✓", rounding: "≈", accepted: "✓", fail: "✗", not_checked: "?" };
const DOWN = ["TREE", "TOTAL"];
const MOST_TERMS = 12;

const paper = document.getElementById("paper");
const leaf = document.getElementById("leaf");
const choice = document.getElementById("page-choice");
const inspector = document.getElementById("inspector");
const pageNumbers = Object.keys(DATA.pages).map(Number);
const numbersOfPage = new Map();
const checksOf = new Map();
let shownPage = null;
let chosen = null;
let below = new Set();

for (const [id, [page]] of Object.entries(DATA.numbers)) {
  if (!numbersOfPage.has(page)) numbersOfPage.set(page, []);
  numbersOfPage.get(page).push(id);
}
for (const check of DATA.checks) {
  for (const [, , id] of check[8]) {
    if (!checksOf.has(id)) checksOf.set(id, new Set());
    checksOf.get(id).add(check);
  }
}

function money(text) {
  if (text === null) return "—";
  const [whole, decimals] = text.replace("-", "").split(".");
  const parted = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return (text.startsWith("-") ? "−" : "") + parted + (decimals ? "." + decimals : "");
}

// The cells that a sum is made of: the other side of the identities in which it alone is the left side. Those down the
// table come first; a sum that has none is one of its row, or of a form.
function cellsBelow(id) {
  const sums = [...(checksOf.get(id) ?? [])].filter((check) => {
    const left = check[8].filter(([side]) => side === "l");
    return left.length === 1 && left[0][2] === id && check[8].length > 2;
  });
  const down = sums.filter((check) => DOWN.includes(check[1].split("-")[0]));
  const terms = (down.length ? down : sums).flatMap((check) => check[8]);
  return new Set(terms.filter(([side, , other]) => side === "r" && other).map(([, , other]) => other));
}

function isBroken(id) {
  return [...(checksOf.get(id) ?? [])].some((check) => check[2] === "fail");
}

function place(element, [, x0, top, x1, bottom], [width, height]) {
  const percent = (part, whole) => `${(100 * part) / whole}%`;
  element.style.left = percent(x0, width);
  element.style.top = percent(top, height);
  element.style.width = percent(x1 - x0, width);
  element.style.height = percent(bottom - top, height);
}

function showPage(number) {
  const page = DATA.pages[number];
  if (!page) return;
  shownPage = number;
  const [width, height, picture] = page;
  leaf.replaceChildren();
  leaf.style.aspectRatio = `${width} / ${height}`;
  const named = `原件第 ${number} 页 page ${number} of the paper`;
  if (picture) leaf.append(element("img", { src: picture, alt: named, width: Math.round(width), height: Math.round(height) }));
  for (const id of numbersOfPage.get(number) ?? []) {
    const [, , , , , , label, text] = DATA.numbers[id];
    const box = element("a", { class: "box", href: `#${id}`, "data-number": id, tabindex: "-1", "aria-label": `${label} ${text}` });
    if (isBroken(id)) box.classList.add("bad");
    place(box, DATA.numbers[id], page);
    leaf.append(box);
  }
  choice.value = String(number);
  document.getElementById("back").disabled = pageNumbers.indexOf(number) <= 0;
  document.getElementById("on").disabled = pageNumbers.indexOf(number) >= pageNumbers.length - 1;
  const note = document.getElementById("page-note");
  note.replaceChildren();
  if (DATA.withheld.includes(number)) note.append(say("这一页不显示图片：页面上联系人的位置无法确定。", "No picture of this page: where a contact stands on it cannot be told."));
  else if (!picture) note.append(say("这一页没有图片。", "There is no picture of this page."));
  mark();
}

// Colour what is chosen and what lies below it, in the tables and on the page.
function mark(terms = new Set()) {
  for (const element of document.querySelectorAll(".num.chosen, .num.below")) element.classList.remove("chosen", "below");
  if (chosen) document.getElementById(chosen)?.classList.add("chosen");
  for (const id of below) document.getElementById(id)?.classList.add("below");
  for (const box of leaf.querySelectorAll(".box")) {
    const id = box.dataset.number;
    box.classList.toggle("chosen", id === chosen);
    box.classList.toggle("below", below.has(id));
    box.classList.toggle("term", terms.has(id) && id !== chosen);
  }
}

function intoView(id) {
  const box = leaf.querySelector(`[data-number="${CSS.escape(id)}"]`);
  const sheet = document.getElementById("sheet");
  if (!box) return;
  sheet.scrollTo(box.offsetLeft + box.offsetWidth / 2 - sheet.clientWidth / 2, box.offsetTop + box.offsetHeight / 2 - sheet.clientHeight / 2);
}

function termNode([, weight, id, label, amount, other], first, page) {
  const sign = weight.startsWith("-") ? "− " : first ? "" : "+ ";
  const factor = ["1", "-1"].includes(weight) ? "" : ` × ${weight.replace("-", "")}`;
  const node = element("span", {}, sign);
  const value = amount === "" ? `“${label}”` : `${money(amount)}${factor}`;
  const known = id && (other || DATA.numbers[id]);
  node.append(known ? element("a", { href: `${other ? other + ".html" : ""}#${id}`, title: label }, value) : element("span", { title: label }, value));
  if (amount !== "") node.append(element("span", { class: "where" }, ` ${label}`));
  const at = id && !other ? DATA.numbers[id]?.[0] : null;
  if (at && at !== page) node.append(element("span", { class: "where" }, " ", say(`第 ${at} 页`, `p. ${at}`)));
  node.append(" ");
  return node;
}

function sideNode(terms, value, page) {
  const node = element("span");
  terms.slice(0, MOST_TERMS).forEach((term, i) => node.append(termNode(term, i === 0, page)));
  if (terms.length > MOST_TERMS) {
    const rest = element("details", {}, element("summary", {}, say(`另有 ${terms.length - MOST_TERMS} 项`, `${terms.length - MOST_TERMS} more`)));
    for (const term of terms.slice(MOST_TERMS)) rest.append(termNode(term, false, page));
    node.append(rest);
  }
  if (terms.length > 1 && value !== null) node.append("= ", element("b", {}, money(value)), " ");
  return node;
}

function checkNode(check, page) {
  const [id, rule, outcome, sign, left, right, difference, proposed, terms] = check;
  const mark_ = element("span", { class: outcome === "fail" ? "cross" : "tick" }, SIGNS[outcome] ?? "", " ");
  const node = element("li", { "data-check": id, "data-outcome": outcome }, mark_, rule, " ", say(...DATA.rules[rule]), element("br"));
  node.append(sideNode(terms.filter(([side]) => side === "l"), left, page), element("b", {}, `${sign} `), sideNode(terms.filter(([side]) => side === "r"), right, page));
  if (outcome === "fail") {
    if (difference !== null) node.append(element("span", { class: "broken" }, say("相差 ", "off by "), money(difference)), " ");
    if (document.getElementById(id)) node.append(element("a", { href: `#${id}` }, say("见不平之处", "see the finding")));
  } else if (outcome === "rounding") node.append(say(`尾差 ${money(difference)}`, `rounding ${money(difference)}`));
  node.addEventListener("mouseenter", () => mark(new Set(terms.map((term) => term[2]))));
  node.addEventListener("mouseleave", () => mark());
  return node;
}

function certificate(kind, held, checks) {
  if (kind !== "amount" && !checks.length) return say("不在任何等式中", "in no identity");
  if (kind !== "amount") return say(`出现在 ${checks.length} 条等式中`, `stands in ${checks.length} identities`);
  if (held) return say(`经 ${held} 条等式印证`, `certified by ${held} identities`);
  return say("未经任何等式印证", "no identity holds it");
}

function inspect(id) {
  const [page, , , , , kind, label, text, yuan, held] = DATA.numbers[id];
  const checks = [...(checksOf.get(id) ?? [])].sort((a, b) => (a[2] === "fail" ? 0 : 1) - (b[2] === "fail" ? 0 : 1));
  const list = element("ul");
  for (const check of checks) list.append(checkNode(check, page));
  const value = element("p", {}, element("span", { class: "value" }, text));
  if (yuan !== null && kind === "amount") value.append(element("span", { class: "where" }, ` = ${money(yuan)} `, say("元", "yuan")));
  inspector.replaceChildren(
    element("h3", {}, label),
    ...(text ? [value] : []),
    element("p", { class: held ? "published" : "", id: "certificate" }, certificate(kind, held, checks), " · ", say(`第 ${page} 页`, `page ${page}`)),
    ...(below.size ? [element("p", { class: "where" }, say(`其下 ${below.size} 个单元格以蓝色标出`, `the ${below.size} cells below it are marked blue`))] : []),
    list,
    element("p", { class: "where" }, element("code", {}, `gouji trace ${id}`)),
  );
}

function choose(id) {
  chosen = id;
  below = cellsBelow(id);
  paper.hidden = false;
  document.getElementById(id)?.closest("details")?.setAttribute("open", "");
  inspect(id);
  if (DATA.numbers[id][0] === shownPage) mark();
  else showPage(DATA.numbers[id][0]);
  intoView(id);
}

function follow() {
  const id = decodeURIComponent(location.hash.slice(1));
  if (Object.hasOwn(DATA.numbers, id)) {
    choose(id);
    const link = document.getElementById(id);
    const from = document.activeElement;
    if (link && from !== link && !from?.classList.contains("box")) link.scrollIntoView({ block: "center", inline: "center" });
    else if (link) link.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (link) link.focus({ preventScroll: true });
    else paper.scrollIntoView({ block: "nearest" });
  } else if (/^page-\d+$/.test(id)) {
    paper.hidden = false;
    showPage(Number(id.slice(5)));
    paper.scrollIntoView({ block: "nearest" });
  } else document.getElementById(id)?.closest("details")?.setAttribute("open", "");
}

function move(event) {
  const link = event.target.closest?.("a.num");
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  if (!link || !step || event.altKey || event.ctrlKey || event.metaKey) return;
  const cell = link.closest("td");
  let next = null;
  if (step[1]) {
    const links = [...cell.parentElement.querySelectorAll("a.num")];
    next = links[links.indexOf(link) + step[1]];
  } else if (cell) {
    let row = cell.parentElement;
    while (row && !next) {
      row = step[0] > 0 ? row.nextElementSibling : row.previousElementSibling;
      next = row?.cells[cell.cellIndex]?.querySelector("a.num");
    }
  }
  if (next) {
    event.preventDefault();
    next.focus();
    location.hash = next.id;
  }
}

window.addEventListener("beforeprint", () => {
  for (const image of document.images) image.loading = "eager";
});

if (paper) {
  for (const number of pageNumbers) choice.append(element("option", { value: String(number) }, `${number}`));
  choice.addEventListener("change", () => showPage(Number(choice.value)));
  document.getElementById("back").addEventListener("click", () => showPage(pageNumbers[pageNumbers.indexOf(shownPage) - 1]));
  document.getElementById("on").addEventListener("click", () => showPage(pageNumbers[pageNumbers.indexOf(shownPage) + 1]));
  document.getElementById("close").addEventListener("click", () => { paper.hidden = true; });
  const zoom = document.getElementById("zoom");
  const setZoom = (zoomed) => {
    leaf.classList.toggle("zoomed", zoomed);
    zoom.setAttribute("aria-pressed", String(zoomed));
  };
  zoom.addEventListener("click", () => {
    setZoom(!leaf.classList.contains("zoomed"));
    if (chosen) intoView(chosen);
  });
  document.addEventListener("keydown", move);
  window.addEventListener("hashchange", follow);
  const wide = matchMedia("(min-width: 64rem)").matches;
  setZoom(!wide); // a whole page on a telephone is too small to read
  if (wide && pageNumbers.length) {
    paper.hidden = false;
    const first = document.querySelector(".work a.num");
    showPage(first ? DATA.numbers[first.id][0] : pageNumbers[0]);
  }
  follow();
}
