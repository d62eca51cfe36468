// What every page does beyond HTML: the menu of a narrow screen, where the focus goes after a refusal, passing
// notes, and a lost line, which is said, and on which nothing is sent.
const root = document.documentElement;
root.classList.add("js");

// A group of the menu closes by Escape, and when one goes elsewhere; it opens without any script.
const groups = document.querySelectorAll("nav details");
const closed = (but) => groups.forEach((one) => one !== but && (one.open = false));
document.addEventListener("click", (e) => groups.length && closed(e.target.closest("nav details")));
document.addEventListener("keydown", (e) => {
  const open = e.key === "Escape" && e.target.closest?.("nav details[open]");
  if (open) { open.open = false; open.querySelector("summary").focus(); }
});

const menu = document.querySelector(".menu-button");
if (menu) {
  menu.hidden = false;
  menu.addEventListener("click", () => {
    const folded = menu.closest(".top").classList.toggle("folded");
    menu.setAttribute("aria-expanded", String(!folded));
  });
}

document.querySelector("[data-focus]")?.focus();

// What a form held when the session had ended: kept in this tab until its page is there again, for the same
// person, and never sent by itself. Whoever logs in reads it over and sends it.
const KEPT = "brigade-kept", KEPT_MS = 3600e3;
const written = (form) => [...form.elements].filter((one) => one.name && !["hidden", "password", "file"].includes(one.type) &&
  (!["radio", "checkbox"].includes(one.type) || one.checked)).flatMap((one) =>
  one.multiple ? [...one.selectedOptions].map((option) => [one.name, option.value]) : [[one.name, one.value]]);
const here = () => location.pathname + location.search;
document.addEventListener("submit", ({ target, submitter }) => {
  if (target.method !== "post" || !root.dataset.who || !target.closest("main")) return;
  const fields = written(target).filter(([name]) => name !== submitter?.name);
  sessionStorage.setItem(KEPT, JSON.stringify({ who: root.dataset.who, page: here(), to: target.getAttribute("action"), at: Date.now(), fields }));
});
const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null"), news = document.getElementById("kept");
if (kept && !root.dataset.who && kept.fields.length && Date.now() - kept.at < KEPT_MS) {
  sessionStorage.setItem(KEPT, JSON.stringify({ ...kept, isInterrupted: true }));
  tellKept();
  const onward = document.querySelector("main [name=vers]");
  if (onward) onward.value = kept.page;
} else if (kept && root.dataset.who && !(kept.isInterrupted && kept.who === root.dataset.who && kept.page !== here())) {
  sessionStorage.removeItem(KEPT);
  if (kept.isInterrupted && kept.who === root.dataset.who) putBack(kept);
}
/** The fields as they were, their folds open, and a word of it. */
function putBack({ to, fields }) {
  const form = [...document.querySelectorAll("main form")].find((one) => one.method === "post" && one.getAttribute("action") === to &&
    fields.every(([name]) => one.elements[name]));
  if (!form) return;
  for (const one of form.elements) {
    const values = fields.filter(([name]) => name === one.name).map(([, value]) => value);
    if (!one.name || one.type === "hidden") continue;
    if (["radio", "checkbox"].includes(one.type)) one.checked = values.includes(one.value);
    else if (one.multiple) for (const option of one.options) option.selected = values.includes(option.value);
    else if (values.length) one.value = values[0];
  }
  for (let fold = form.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  for (const fold of form.querySelectorAll("details")) fold.open = true;
  tellKept();
  news.focus();
}
function tellKept() {
  news.querySelector("span").textContent = news.dataset.text;
  news.hidden = false;
}

// A field that narrows a list of choices: those whose text holds each of its words stay in sight.
const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
for (const field of document.querySelectorAll("[data-narrows]")) {
  const list = document.getElementById(field.dataset.narrows), rest = list.querySelector("details");
  field.closest("[hidden]").hidden = false;
  field.addEventListener("keydown", (e) => e.key === "Enter" && e.preventDefault());
  field.addEventListener("input", () => {
    const words = folded(field.value).split(/\s+/).filter(Boolean);
    if (rest && words.length) rest.open = true;
    for (const one of list.querySelectorAll(".choice")) {
      const text = folded(one.textContent);
      one.hidden = !words.every((word) => text.includes(word)) && !one.querySelector(":checked");
    }
  });
}

// What is read anew by itself stays as its reader had it: what was open, and where the focus was.
/** Where an element stands: in what has an id, and which of its kind it is there; -1: that one itself. */
const place = (one) => {
  const home = one.closest("[id]");
  return { id: home.id, kind: one.localName, number: [...home.querySelectorAll(one.localName)].indexOf(one) };
};
const placed = ({ id, kind, number }) => {
  const home = document.getElementById(id);
  return number < 0 ? home : home?.querySelectorAll(kind)[number];
};
let opened = [], focused = null;
document.body.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  opened = [...target.querySelectorAll("details[open]")].map(place);
  focused = target.contains(document.activeElement) ? place(document.activeElement) : null;
});
document.body.addEventListener("htmx:afterSwap", () => {
  for (const one of opened) placed(one)?.setAttribute("open", "");
  if (!focused) return;
  placed(focused)?.focus({ preventScroll: true });
  // What had it may be gone, or stands folded now: then the page has it, and Tab goes on from there.
  if (document.activeElement === document.body) document.getElementById("content").focus({ preventScroll: true });
});

/** Says something in passing; screen readers read it out. The message stays until the next one or a press. */
export function toast(text, kind = "") {
  const place = document.getElementById("toasts"), note = document.createElement("p");
  note.className = `note ${kind}`;
  note.textContent = text;
  note.addEventListener("click", () => note.remove());
  place.replaceChildren(note);
}

/** The service's now: its clock, carried on by the browser's. */
const told = Date.parse(root.dataset.now), read = performance.now();
export const now = () => new Date(told + performance.now() - read);

/** The language and the CSRF word, for scripts that speak to the service themselves. */
export const lang = root.lang, csrf = root.dataset.csrf;
/** Between what is said and why; a French line begins with neither. */
export const colon = lang === "fr" ? "\u00a0: " : ": ", semicolon = lang === "fr" ? "\u202f; " : "; ";

const lost = document.getElementById("lost");
let since = 0, ticking = 0;
/** The line is down, or up again. */
export function line(isUp) {
  if (isUp) {
    clearInterval(ticking);
    if (since) document.dispatchEvent(new Event("brigade:line"));  // what is live reads itself anew
    lost.hidden = true;
    since = 0;
  } else if (!since) {
    since = performance.now();
    const tell = () => {
      const seconds = Math.round((performance.now() - since) / 1000);
      lost.querySelector("[data-text]").textContent = lost.dataset.text.replace("{s}", seconds);
    };
    tell();
    ticking = setInterval(tell, 5000);
    lost.hidden = false;
  }
}
async function retry() {
  try {
    if ((await fetch("/healthz", { cache: "no-store" })).ok) line(true);
  } catch { /* still down: the banner says so */ }
}
if (lost) {
  const again = lost.querySelector("button");
  again.textContent = again.dataset.text;
  again.addEventListener("click", retry);
  addEventListener("offline", () => line(false));
  addEventListener("online", retry);
  document.body.addEventListener("htmx:sendError", () => line(false));
  document.body.addEventListener("htmx:afterRequest", (e) => e.detail.xhr?.status && line(true));
  document.addEventListener("submit", (e) => {
    if (navigator.onLine) return;
    e.preventDefault();
    line(false);
  }, true);
}
