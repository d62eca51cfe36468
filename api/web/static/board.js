// The board of a day: lanes of people, visits that can be picked up by pointer, keys or panel, a draft of edits
// that only publication writes to people. One state machine with four verbs, whoever calls them: hold, aim, keep,
// leave. All it knows comes from /v1; it computes no rule, no hour and no cost of its own.
import { colon, csrf, lang, line, semicolon, toast } from "./brigade.js";

/** @typedef {{kind: string, visit_id?: string, worker_id?: string, tour?: number, position?: number, vehicle_id?: string}} Edit */
/** @typedef {{worker: string, tour: number, position: number}} Aim */
/** @typedef {{visit_id: string, client_id: string, priority: string, mandatory: boolean, start?: number,
 *   end?: number, windows: {start: number, end: number}[], duration_min: number}} Visit (and all the API says) */

const DRAG_PX = 5, LONG_PRESS_MS = 350, SETTLE_MS = 400;
/** A burst of events, such as a publication and its answers, reads the board again no oftener than this. */
const BURST_MS = 5000;
/** A hand that rests is answered at once, as is one that waits for its answers; one that sweeps over the lanes
 * no oftener than this. */
const PAUSE_MS = 100;
const SPACES = lang === "fr" ? [[/ ([;!?%€])/g, "\u202f$1"], [/ ([:»])/g, "\u00a0$1"], [/« /g, "«\u00a0"]] : [];
const CARRIED = "brigade draft carried", MINUTE_MS = 60_000, DAY_MS = 86_400_000;
/** The events that change what a board shows; `explained`: its reasons came. Reading and messages change nothing. */
const SHOWN = /^(offers\.|plans\.(created|proposed|edited|mended|published|pinned|superseded|rejected|explained)$)/;

/** Minutes, as the service writes them: "45 min", "1 h", "1 h 30". */
function duration(minutes) {
  const hours = Math.floor(minutes / 60), rest = minutes % 60;
  if (!hours) return `${rest}\u00a0min`;
  return rest ? `${hours}\u00a0h\u00a0${String(rest).padStart(2, "0")}` : `${hours}\u00a0h`;
}

/** As a sentence begins. */
function capital(text) { return text.charAt(0).toUpperCase() + text.slice(1); }

/** An element. `attributes`: `text` is its text, `on…` a listener, false and null leave one out. */
function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") made.textContent = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "place") Object.assign(made.style, value);
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...present(children));
  return made;
}
/** Those that are there: the browser would write out a null. */
function present(children) {
  return children.filter((one) => one !== null && one !== undefined && one !== false);
}

class Board extends HTMLElement {
  connectedCallback() {
    this.words = JSON.parse(document.getElementById("board-words").textContent);
    this.basin = `/v1/basins/${encodeURIComponent(this.dataset.basin)}`;
    this.url = `${this.basin}/plans/${encodeURIComponent(this.dataset.plan)}`;
    /** @type {Edit[]} */ this.edits = [];
    /** @type {Edit[]} */ this.undone = [];
    this.memory = new Map();
    this.zoom = 1;
    this.at = null;  // the visit, or the lane, that has the one Tab stop
    this.held = null;
    this.parts();
    this.restore();
    this.begin();
    this.minutes = setInterval(() => this.pass(), MINUTE_MS);
    this.until = document.getElementById("freeze_until");
    this.until?.addEventListener("input", () => this.board && !this.held && this.draw());
    this.working();
  }

  begin() {
    this.choice.replaceChildren();
    this.load(true).then(() => this.follow());
  }

  working() { this.ask("GET", `${this.url}/working`).then((told) => this.seen(told)).catch(() => {}); }

  disconnectedCallback() {
    this.events?.close();
    this.search?.close();
    clearInterval(this.minutes);
  }

  /** Time passes: what has begun stays where it is. */
  pass() {
    if (!this.board || this.held) return;
    this.board.now = (performance.now() - this.read) / MINUTE_MS;
    for (const visit of this.visits.values()) visit.frozen = visit.start !== undefined && visit.start <= this.board.now;
    this.draw();
  }

  // -- words and numbers --------------------------------------------------------------------------------
  say(key, values = {}) {
    return this.elided((this.words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? ""));
  }

  /** Minutes of the day as the wall shows them: the axis knows of the night the clocks change. */
  clock(minute) {
    const hour = Math.floor(minute / 60) * 60, mark = this.board.axis.hours.find((one) => one.at === hour);
    const label = mark ? mark.label : String(((hour / 60) % 24 + 24) % 24).padStart(2, "0");
    return `${label}:${String(Math.round(minute - hour)).padStart(2, "0")}`;
  }

  /** The minute of an hour that the wall shows. */
  onWall(text) {
    const [hour, minute] = text.split(":"), mark = this.board.axis.hours.find((one) => one.label === hour);
    return (mark ? mark.at : Number(hour) * 60) + Number(minute);
  }

  /** Whom a visit is for; of work that is no visit, what it is called. */
  client(visit) { return visit.block ?? this.apart(this.names.clients[visit.client_id], this.shared.all, visit.provider) ?? visit.client_id; }
  worker(id) { return this.apart(this.names.workers[id], this.shared.workers, this.employers.get(id)) ?? id; }

  /** A name; where it is shared, with the service of the one who is meant. */
  apart(name, shared, service) { return shared.has(name) && service ? `${name} (${service})` : name; }

  /** Names, and those that several have. A worker is meant by the bare name, unless two of them have it. */
  learn(names) {
    const several = (all) => new Set(all.filter((name, at) => all.indexOf(name) < at));
    const workers = Object.values(names.workers);
    this.names = names;
    this.shared = { workers: several(workers), all: several([...Object.values(names.clients), ...workers]) };
  }

  /** A sentence of the service, with people's names for their pseudonyms, and for a visit whom it is for and when. */
  named(sentence) {
    const set = SPACES.reduce((text, [from, to]) => text.replace(from, to), sentence);
    return this.elided(set.replace(/[\p{L}\p{N}][\p{L}\p{N}:._-]*/gu, (word) => {
      if (this.names.workers[word]) return this.worker(word);
      if (this.names.clients[word] || this.names.providers[word]) return this.names.clients[word] ?? this.names.providers[word];
      const visit = this.visits.get(word);
      return visit && (visit.block || this.names.clients[visit.client_id]) ? `${this.client(visit)} (${this.clock(visit.start ?? visit.windows[0].start)})` : word;
    }));
  }

  /** French before a name that begins with a vowel; the service says where. */
  elided(text) {
    return JSON.parse(this.dataset.elision ?? "[]").reduce((said, [found, put]) => said.replace(new RegExp(found, "g"), put), text);
  }

  // -- the service --------------------------------------------------------------------------------------
  /** Raises: Refusal with the service's problem document, or an AbortError. */
  async ask(method, url, body, options = {}) {
    const headers = { "Accept": "application/json", ...options.headers };
    if (method !== "GET") Object.assign(headers, { "X-CSRF-Token": csrf, "Content-Type": "application/json" });
    let answer;
    try {
      answer = await fetch(url, { method, headers, body: body && JSON.stringify(body), signal: options.signal });
    } catch (fault) {
      if (fault.name !== "AbortError") line(false);
      throw fault;
    }
    line(true);
    if ([429, 503].includes(answer.status) && method === "GET" && !options.isAgain) {  // busy: it says when to come back
      await new Promise((done) => setTimeout(done, 1000 * Number(answer.headers.get("Retry-After") ?? 1)));
      return this.ask(method, url, body, { ...options, isAgain: true });
    }
    if (answer.status === 401) location.href = `/connexion?vers=${encodeURIComponent(location.pathname)}`;
    if (answer.status === 304) return null;
    const told = answer.status === 204 ? null : await answer.json();
    if (!answer.ok) throw Object.assign(new Error(told.detail ?? answer.status), { status: answer.status, told });
    return told;
  }

  /** What a refusal says, in words. */
  refusal(fault) {
    return (fault.told?.issues ?? []).map((one) => `${one.what}${colon}${one.hint}`).join(semicolon) || fault.message;
  }

  async load(isFirst = false) {
    const query = `day=${this.dataset.day}&lang=${lang}${isFirst ? "&names=true" : ""}`;
    try {
      let told = isFirst || !this.edits.length ? await this.ask("GET", `${this.url}/board?${query}`) : null;
      if (isFirst) this.learn(told.names);
      if (this.edits.length)
        told = await this.ask("POST", `${this.url}/board?lang=${lang}`, { edits: this.edits, day: this.dataset.day });
      this.show(told);
    } catch (fault) {
      if (isFirst && this.edits.length && fault.told) {  // a draft of before that fits no more
        this.edits = [];
        return this.load(true);
      }
      this.tell(this.refusal(fault), "bad");
      if (this.board) return;
      this.counts.textContent = "";
      this.choice.replaceChildren(make("button", { type: "button", text: this.say("retry"), onclick: () => this.begin() }));
    }
  }

  show(board) {
    this.board = board;
    this.read = performance.now() - board.now * MINUTE_MS;
    this.rows = board.rows;
    this.employers = new Map(board.rows.map((row) => [row.worker_id, row.employer]));
    this.visits = new Map(board.uncovered.map((one) => [one.visit_id, one]));
    for (const row of board.rows)
      for (const tour of row.tours)
        tour.visits.forEach((one, position) =>
          this.visits.set(one.visit_id, Object.assign(one, { worker: row.worker_id, tour: tour.tour, position })));
    this.draw();
    this.removeAttribute("data-loading");
  }

  // -- what stands where --------------------------------------------------------------------------------
  parts() {
    const tab = (name, key) => make("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `pane-${name}`,
      "aria-selected": "false", tabindex: "-1", text: this.say(key), onclick: () => this.pick(name) });
    this.tabs = make("div", { class: "tabs", role: "tablist", "aria-label": this.say("panes"),
      onkeydown: (event) => this.tabKey(event) },
      tab("list", "list"), tab("lanes", "lanes"), tab("map", "map"));
    this.zooms = make("div", { class: "zooms row", role: "group", "aria-label": this.say("zoom") },
      ...[[1, "zoom_day"], [2, "zoom_half"], [6, "zoom_two"]].map(([zoom, key]) => make("button", { type: "button",
        "aria-pressed": String(zoom === 1), text: this.say(key), onclick: () => this.rezoom(zoom) })));
    this.counts = make("p", { class: "counts", text: this.say("loading") });
    this.undoButton = make("button", { type: "button", text: `↶ ${this.say("undo")}`, onclick: () => this.undo(), disabled: true });
    this.redoButton = make("button", { type: "button", text: `↷ ${this.say("redo")}`, onclick: () => this.redo(), disabled: true });
    this.restoreButton = make("button", { type: "button", text: this.say("restore"), onclick: () => this.takeBack(), hidden: true });
    this.publishButton = make("button", { type: "button", class: "main", text: this.say("publish"), onclick: () => this.askPublish(), disabled: true });
    this.list = make("section", { id: "pane-list", class: "pane list", "aria-label": this.say("list") });
    this.grid = make("div", { class: "grid", role: "grid", "aria-label": this.say("lanes"), onkeydown: (event) => this.key(event),
      onpointerdown: (event) => this.press(event), onclick: (event) => this.click(event), onfocusin: (event) => this.focused(event) });
    this.lanes = make("section", { id: "pane-lanes", class: "pane lanes", "aria-label": this.say("lanes") }, this.grid);
    this.mapPlace = make("div", { class: "map", "aria-hidden": "true" });
    this.mapNote = make("p", { class: "empty", hidden: true });
    this.mapPane = make("section", { id: "pane-map", class: "pane side", "aria-label": this.say("map") }, this.mapPlace, this.mapNote);
    this.panel = make("section", { class: "panel", "aria-label": this.say("panel"), hidden: true });
    this.status = make("div", { class: "judged", role: "status" });
    this.choice = make("div", { class: "choice-bar row" });
    this.others = make("p", { class: "others soft small", role: "status" });
    this.draft = make("section", { class: "draft", "aria-label": this.say("draft") });
    this.dialog = make("dialog", { "aria-labelledby": "publish-title" });
    this.replaceChildren(
      make("div", { class: "bar row spread" }, this.counts, this.zooms,
        make("div", { class: "row" }, this.restoreButton, this.undoButton, this.redoButton, this.publishButton)),
      this.tabs,
      make("div", { class: "panes" }, this.list, this.lanes, make("div", { class: "aside" }, this.mapPane, this.panel)),
      make("div", { class: "foot" }, this.status, this.choice, this.draft, this.others), this.dialog);
    this.pick(matchMedia("(min-width: 40rem)").matches ? "lanes" : "list");
    addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || event.target.closest("input, textarea")) return;
      event.preventDefault();
      if (event.shiftKey) this.redo(); else this.undo();
    });
    // A wide screen shows everything; below it one pane at a time.
    this.isWide = matchMedia("(min-width: 64rem)");
    this.isWide.addEventListener("change", () => this.pick(this.pane));
    // Where lanes have no room, as on a page that somebody magnifies, the list takes their place.
    const hasRoom = matchMedia("(min-width: 40rem)");
    hasRoom.addEventListener("change", () => this.pick(hasRoom.matches || this.pane !== "lanes" ? this.pane : "list"));
    document.addEventListener("brigade:line", () => (this.board ? this.load() : this.begin()));
  }

  pick(name) {
    this.pane = name;
    const isWide = this.isWide?.matches ?? matchMedia("(min-width: 64rem)").matches;
    for (const one of ["list", "lanes", "map"]) {
      const tab = this.tabs.querySelector(`#tab-${one}`), pane = { list: this.list, lanes: this.lanes, map: this.mapPane }[one];
      tab.setAttribute("aria-selected", String(one === name));
      tab.tabIndex = one === name ? 0 : -1;
      pane.hidden = !isWide && one !== name;
    }
    this.tabs.hidden = isWide;
    if (this.board && (isWide || name === "map")) this.drawMap();
  }

  tabKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key], tabs = [...this.tabs.children];
    if (!step) return;
    const next = tabs[(tabs.indexOf(event.target) + step + tabs.length) % tabs.length];
    next.focus();
    next.click();
  }

  rezoom(zoom) {
    this.zoom = zoom;
    for (const one of this.zooms.children) one.setAttribute("aria-pressed", "false");
    this.zooms.children[[1, 2, 6].indexOf(zoom)].setAttribute("aria-pressed", "true");
    this.grid.style.setProperty("--zoom", zoom);
  }

  draw() {
    const focused = this.grid.contains(document.activeElement), { axis } = this.board;
    this.counts.textContent = this.say("counts", { covered: this.board.counts.covered, asked: this.board.counts.asked });
    const span = axis.end - axis.start;
    this.left = (minute) => `${(100 * (minute - axis.start) / span).toFixed(3)}%`;
    this.width = (start, end) => `${(100 * (Math.min(end, axis.end) - Math.max(start, axis.start)) / span).toFixed(3)}%`;
    const hours = make("div", { class: "hours", "aria-hidden": "true" }, make("div", { class: "who-cell" }),
      make("div", { class: "track" }, ...axis.hours.map((one) => make("span", { text: one.label, place: { left: this.left(one.at) } }))));
    this.grid.replaceChildren(hours, ...this.rows.map((row, number) => this.row(row, number)));
    this.grid.style.setProperty("--hour", `${6000 / span}%`);
    this.drawList();
    this.drawDraft();
    this.roving(focused);
    if (this.isWide.matches || this.pane === "map") this.drawMap();
    if (this.selected) this.select(this.selected, this.panel.contains(document.activeElement));
  }

  row(row, number) {
    const name = this.names.workers[row.worker_id] ?? row.worker_id, work = row.tours.reduce((sum, one) => sum + one.end - one.start, 0);
    const who = make("div", { class: "who-cell", role: "rowheader" },
      make("strong", { translate: "no", text: name }),
      ...this.drives(row),
      ...(row.lent ? [make("span", { class: "soft small", text: row.lent, title: row.lent })] : []),
      ...(row.path ? [make("span", { class: "soft small", text: row.path, title: row.path })] : []));
    const track = make("div", { class: "track", role: "presentation", "data-row": number });
    for (const one of row.stays)
      track.append(make("div", { class: "stay", "aria-hidden": "true", place: this.span(one.start, one.hard_end) }));
    for (const one of row.elsewhere)
      track.append(make("div", { class: "segment elsewhere", "aria-hidden": "true", title: this.say("elsewhere"), place: this.span(one.start, one.end) }));
    for (const one of row.segments)
      track.append(make("div", { class: `segment ${one.kind}`, "aria-hidden": "true", title: one.title, place: this.span(one.start, one.end) }));
    if (this.until?.value && this.onWall(this.until.value) > this.board.axis.start)
      track.append(make("div", { class: "kept-until", "aria-hidden": "true", place: this.span(this.board.axis.start, this.onWall(this.until.value)) }));
    const cells = row.tours.flatMap((tour) => tour.visits.map((visit) => this.bar(visit)));
    if (this.board.now > this.board.axis.start && this.board.now < this.board.axis.end)
      track.append(make("div", { class: "now", "aria-hidden": "true", place: { left: this.left(this.board.now) } }));
    track.append(...cells);
    if (!cells.length)
      track.append(make("div", { class: "vacant", role: "gridcell", tabindex: "-1", "data-lane": row.worker_id,
        "aria-label": this.say("vacant", { worker: name }), text: this.say("vacant_short") }));
    return make("div", { class: "lane", role: "row", "data-worker": row.worker_id,
      "aria-label": this.say("lane", { worker: name, n: cells.length, h: `${Math.floor(work / 60)} h ${String(Math.round(work % 60)).padStart(2, "0")}` }) }, who, track);
  }

  span(start, end) { return { left: this.left(Math.max(start, this.board.axis.start)), width: this.width(start, end) }; }

  /** The state of a visit: its word, its form (a class) and its sign. */
  state(visit) {
    if (visit.became) return [visit.became, { done: "✓", not_met: "⊘", not_done: "✕" }[visit.became]];
    if (visit.offer === "accepted" || visit.offer === "acknowledged") return ["accepted", "✓"];
    if (visit.offer === "refused" || visit.offer === "expired") return [visit.offer, "✕"];
    if (visit.offer === "offered") return ["offered", "✉"];
    if (visit.offer === "done") return ["done", "✓"];
    return visit.firm ? ["firm", ""] : ["to_offer", "✉"];
  }

  /** Employed by whom, and how she goes: a line of its own for a shared vehicle, whose place would be cut. */
  drives(row) {
    const kind = this.say(`kind_${row.kind}`);
    if (!row.tours.some((one) => one.vehicle_id)) return [make("span", { class: "soft", text: `${kind} · ${row.mode}` })];
    return [make("span", { class: "soft", text: kind }), make("span", { class: "soft shared-vehicle", text: row.mode })];
  }

  bar(visit) {
    const [state, sign] = this.state(visit), name = this.client(visit);
    const signs = `${visit.frozen ? "🔒" : ""}${visit.pinned ? "⚲" : ""}${sign}${visit.mandatory ? "!" : ""}`;
    const facts = [`${visit.priority} ${name}`, this.say(`priority_${visit.priority}`), `${this.clock(visit.start)}–${this.clock(visit.end)}`, this.say(`state_${state}`)];
    if (visit.pinned) facts.push(this.say("pinned"));
    if (visit.frozen) facts.push(this.say("frozen"));
    if (visit.late_min) facts.push(this.say("late", { n: visit.late_min }));
    if (visit.change !== "kept") facts.push(this.say(`change_${visit.change}`));
    if (visit.block) facts.push(this.say("block"));
    if (this.accompanying(visit)) facts.push(this.accompanying(visit));
    return make("div", { class: `visit${visit.block ? " block" : ""} ${visit.priority.toLowerCase()} ${state} ${visit.change}${visit.pinned ? " pinned" : ""}${visit.frozen ? " frozen" : ""}`,
      role: "gridcell", tabindex: "-1", "data-visit": visit.visit_id, "aria-label": facts.join(", "), title: facts.join(", "),
      place: this.span(visit.start, visit.end) },
      make("b", { text: `${visit.block ? "◫ " : this.accompanying(visit) ? "⧉ " : ""}${visit.priority}` }), make("span", { class: "signs", "aria-hidden": "true", text: signs }),
      make("span", { class: "name", translate: "no", text: visit.block ?? this.names.clients[visit.client_id] ?? visit.client_id }));
  }

  /** Of a shared visit: whom the learner goes with, or who goes along. */
  accompanying(visit) {
    const guide = visit.beside && this.visits.get(visit.beside)?.worker;
    if (visit.beside) return this.say(guide ? "shares" : "shares_alone", { worker: guide ? this.worker(guide) : "" });
    return visit.learners?.length ? this.say("shared_by", { workers: visit.learners.map((one) => this.worker(one)).join(", ") }) : "";
  }

  drawList() {
    const missing = this.board.uncovered;
    this.list.replaceChildren(...this.changes(), make("h2", { text: this.say("uncovered", { n: missing.length }) }),
      missing.length ? make("ul", { class: "plain-list" }, ...missing.map((one) => this.missing(one)))
        : make("p", { class: "empty", text: this.say("all_covered") }),
      make("h2", { text: this.say("tours") }),
      make("ul", { class: "plain-list" }, ...this.rows.filter((row) => row.tours.length).map((row) => this.tour(row))));
  }

  /** What differs from what people had been told, folded above the rest; nothing where nobody had been told
   * anything, or where all of it stays. */
  changes() {
    const visits = [...this.visits.values()];
    if (!visits.some((one) => one.before)) return [];
    const changed = visits.filter((one) => (one.start === undefined ? one.before : one.change !== "kept"));
    if (!changed.length) return [];
    const place = (worker, at) => this.say("was", { worker: this.worker(worker), at: this.clock(at) }), nobody = this.say("was_nobody");
    const wasOpen = this.list.querySelector("details.changes")?.open ?? false;
    const lines = changed.sort((a, b) => (a.start ?? a.before.start) - (b.start ?? b.before.start)).map((one) => make("li", {},
      make("button", { type: "button", class: "plain", onclick: () => this.select(one.visit_id) },
        make("strong", { translate: "no", text: this.client(one) }), ` · ${one.before ? place(one.before.worker_id, one.before.start) : nobody} → `,
        `${one.start === undefined ? nobody : place(one.worker, one.start)}`)));
    return [make("details", { class: "changes", open: wasOpen }, make("summary", { text: this.say("changed_n", { n: changed.length }) }),
      make("ul", { class: "plain-list" }, ...lines))];
  }

  missing(visit) {
    const open = visit.windows.map((one) => `${this.clock(one.start)}–${this.clock(one.end)}`).join(", ");
    return make("li", { class: "card missing", "data-missing": visit.visit_id },
      make("p", {}, make("span", { class: `priority ${visit.priority.toLowerCase()}`, text: visit.mandatory ? `! ${visit.priority}` : visit.priority }), " ",
        make("strong", { translate: "no", text: this.client(visit) }), ` · ${open} · ${duration(visit.duration_min)}`),
      make("p", { class: "soft small", text: visit.reason ? this.named(visit.reason) : "" }),
      make("div", { class: "row" },
        make("button", { type: "button", text: this.say("place"), "aria-label": `${this.say("place")}${colon}${this.client(visit)}`,
          onclick: () => { this.select(visit.visit_id); this.offerPlaces(visit.visit_id); } }),
        make("button", { type: "button", text: this.say("why"), "aria-label": `${this.say("why")}${colon}${this.client(visit)}`, onclick: () => this.why(visit.visit_id) }),
        ...present([this.nextDoor(visit)])));
  }

  /** Who of the neighbours could come: of the plan as it is kept. */
  nextDoor(visit) {
    if (visit.block || this.dataset.supposed !== undefined) return null;
    const label = this.say("neighbours"), asked = new URLSearchParams({ plan: this.dataset.plan, visite: visit.visit_id });
    return make("a", { class: "button", text: label, "aria-label": `${label}${colon}${this.client(visit)}`, href: `${this.dataset.neighbours}?${asked}` });
  }

  tour(row) {
    return make("li", { class: "card" }, make("h3", { translate: "no", text: this.worker(row.worker_id) }),
      make("p", { class: "soft", text: row.mode }),
      ...(row.lent ? [make("p", { class: "soft small", text: row.lent })] : []),
      make("ol", { class: "plain-list" }, ...row.tours.flatMap((tour) => tour.visits).map((visit) => make("li", {},
        make("button", { type: "button", class: "plain", onclick: () => this.select(visit.visit_id) },
          `${this.clock(visit.start)} `, make("span", { translate: "no", text: this.client(visit) }), ` · ${visit.priority} · ${this.say(`state_${this.state(visit)[0]}`)}`)))));
  }

  drawDraft() {
    this.undoButton.disabled = !this.edits.length;
    this.redoButton.disabled = !this.undone.length;
    this.restoreButton.hidden = this.board.plan.state !== "published" || !this.board.plan.base_plan_id || this.edits.length > 0;
    this.publishButton.disabled = this.dataset.supposed !== undefined || this.board.plan.state === "superseded" || (!this.edits.length && this.board.plan.state === "published");
    this.draft.replaceChildren(...(this.edits.length ? [make("strong", { text: this.say("draft_n", { n: this.edits.length }) }),
      make("ol", {}, ...this.edits.map((edit) => make("li", { text: this.edit(edit) })))] : []));
    this.dataset.edits = JSON.stringify(this.edits);
  }

  /** An edit in words. */
  edit(edit) {
    const visit = this.visits.get(edit.visit_id);
    const vehicle = this.board.vehicles?.find((one) => one.id === edit.vehicle_id)?.name ?? this.say("own_mode");
    return this.say(`edit_${edit.kind}`, { visit: visit ? this.client(visit) : edit.visit_id, worker: edit.worker_id && this.worker(edit.worker_id), vehicle });
  }

  // -- one Tab stop, arrows -----------------------------------------------------------------------------
  cells(row) { return [...row.querySelectorAll("[role=gridcell]")]; }

  roving(isFocused) {
    const known = this.at && this.grid.querySelector(`[data-visit="${CSS.escape(this.at)}"], [data-lane="${CSS.escape(this.at)}"]`);
    const cell = known ?? this.grid.querySelector("[role=gridcell]");
    if (!cell) return;
    cell.tabIndex = 0;
    if (isFocused) cell.focus({ preventScroll: true });
  }

  focused(event) {
    const cell = event.target.closest("[role=gridcell]");
    if (!cell) return;
    for (const one of this.grid.querySelectorAll("[tabindex='0']")) one.tabIndex = -1;
    cell.tabIndex = 0;
    this.at = cell.dataset.visit ?? cell.dataset.lane;
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.held) return this.heldKey(event);
    const cell = event.target.closest("[role=gridcell]");
    if (!cell) return;
    const row = cell.closest("[role=row]"), cells = this.cells(row), rows = [...this.grid.querySelectorAll("[role=row]")];
    const beside = { ArrowRight: cells[cells.indexOf(cell) + 1], ArrowLeft: cells[cells.indexOf(cell) - 1], Home: cells[0], End: cells.at(-1) };
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const visit = cell.dataset.visit;
    let next = null;
    if (event.key in beside) next = beside[event.key];
    else if (step) next = this.nearest(rows[rows.indexOf(row) + step], cell);
    else if ((event.key === "Enter" || event.key === " ") && visit) this.hold(visit, "keys");
    else if (event.key.toLowerCase() === "p" && visit) this.pin(visit);
    else if (event.key === "?" && visit) this.why(visit);
    else if (event.key.toLowerCase() === "m" && visit) this.select(visit);
    else return;
    event.preventDefault();
    if (next) next.focus();
  }

  /** Of a neighbour's lane, the visit nearest to the same hour. */
  nearest(row, cell) {
    if (!row) return null;
    const middle = cell.offsetLeft + cell.offsetWidth / 2;
    return this.cells(row).sort((a, b) => Math.abs(a.offsetLeft + a.offsetWidth / 2 - middle) - Math.abs(b.offsetLeft + b.offsetWidth / 2 - middle))[0];
  }

  // -- the four verbs -----------------------------------------------------------------------------------
  /** Take a visit in hand. */
  hold(id, by) {
    const visit = this.visits.get(id);
    if (!visit || visit.frozen) {
      this.tell(this.say("frozen_why"), "bad");
      return false;
    }
    this.leave(false);
    this.held = { id, visit, by, aim: null, places: null, judged: null };
    this.grid.classList.add("holding");
    this.grid.querySelector(`[data-visit="${CSS.escape(id)}"]`)?.classList.add("held");
    if (by === "keys") this.tell(this.say("held", { visit: this.client(visit) }));
    this.askPlaces(id).then((places) => places && this.held?.id === id && this.shade(places)).catch((fault) => this.tell(this.refusal(fault), "bad"));
    return true;
  }

  /** All lanes say whether it may go there. */
  shade(places) {
    this.held.places = places;
    for (const one of places.workers) {
      const lane = this.grid.querySelector(`[data-worker="${CSS.escape(one.worker_id)}"]`);
      lane?.classList.toggle("may", one.places.length > 0);
      lane?.classList.toggle("may-not", one.places.length === 0);
    }
    if (this.held.by === "keys" && !this.held.aim) {
      const n = places.workers.filter((one) => one.places.length).length;
      this.tell(this.say("held_places", { visit: this.client(this.held.visit), n }));
    }
  }

  /** Asked once, also while the answer is still to come. What stands in the way takes a second or two to find
   * out: who holds a visit does not wait for it. */
  askPlaces(id, isWhy = false) {
    const query = `with_obstacles=${isWhy}&lang=${lang}`, key = `places ${query} ${id} ${JSON.stringify(this.edits)}`, { memory } = this;
    if (!memory.has(key)) {
      const told = this.ask("POST", `${this.url}/places?${query}`, { visit_id: id, edits: this.edits });
      told.catch(() => memory.get(key) === told && memory.delete(key));
      memory.set(key, told);
    }
    return memory.get(key);
  }

  /** The visit over a place: judged once, answered from memory after that. */
  aim(worker, tour, position) {
    const held = this.held, same = held.aim;
    if (same && same.worker === worker && same.tour === tour && same.position === position) return held.asking;
    const aim = held.aim = { worker, tour, position };
    held.judged = null;
    this.caret(held.aim);
    clearTimeout(this.pause);
    held.abort?.abort();
    // Only a question that is still open is one too many: whoever has the last answer waits for nothing.
    const rest = held.isOpen ? PAUSE_MS - (performance.now() - this.aimed) : 0;
    held.isOpen = true;
    this.aimed = performance.now();
    held.asking = new Promise((done) => {
      const go = () => this.judge(held).then(() => { held.isOpen &&= held.aim !== aim; done(); });
      if (rest <= 0 || this.memory.has(this.judgeKey(held))) go(); else this.pause = setTimeout(go, rest);
    });
    return held.asking;
  }

  move(held) { return { kind: "move", visit_id: held.id, worker_id: held.aim.worker, tour: held.aim.tour, position: held.aim.position }; }
  judgeKey(held) { return `judge ${JSON.stringify([...this.edits, this.move(held)])}`; }

  async judge(held) {
    const key = this.judgeKey(held), aim = held.aim;
    held.abort = new AbortController();
    try {
      if (!this.memory.has(key))
        this.memory.set(key, await this.ask("POST", `${this.url}/judge?with_today=false&lang=${lang}`,
          { edits: [...this.edits, this.move(held)] }, { signal: held.abort.signal }));
    } catch (fault) {
      if (fault.name !== "AbortError" && this.held === held) this.tell(this.refusal(fault), "bad");
      return;
    }
    if (this.held !== held || held.aim !== aim) return;
    held.judged = this.memory.get(key).edits.at(-1);
    held.tooLate = this.memory.get(key).too_late.includes(held.id);
    this.tellJudged(held);
  }

  tellJudged(held) {
    const { judged } = held, said = judged.sentences.map((one) => this.named(one));
    const isLawful = judged.lawful && !held.tooLate;
    if (held.tooLate) said.push(this.say("too_late"));
    const lane = this.grid.querySelector(`[data-worker="${CSS.escape(held.aim.worker)}"]`);
    lane?.classList.toggle("lawful", isLawful);
    lane?.classList.toggle("unlawful", !isLawful);
    const stands = judged.changes.find((one) => one.visit_id === held.id)?.after;
    if (stands) this.ghost(held, stands);
    this.tell(said.join(". "), isLawful ? "good" : "bad");
    this.choice.replaceChildren(
      make("button", { type: "button", class: isLawful ? "main" : "grave", text: this.say(isLawful ? "keep" : "keep_anyway"), onclick: () => this.keep() }),
      make("button", { type: "button", text: this.say("leave"), onclick: () => this.leave() }),
      ...judged.hints.slice(0, 2).map((hint) => make("button", { type: "button", text: this.named(hint.sentence), onclick: () => this.takeHint(hint.edit) })));
  }

  takeHint(edit) {
    this.leave(false);
    this.push(edit);
  }

  /** Into the draft. */
  keep() {
    const held = this.held;
    if (!held?.aim) return this.leave();
    const edit = this.move(held);
    this.at = held.id;
    this.leave(false);
    return this.push(edit, held.by !== "pointer");
  }

  /** As if it had not been touched. */
  leave(isSaid = true) {
    const held = this.held;
    clearTimeout(this.pause);
    held?.abort?.abort();
    this.held = null;
    this.grid.classList.remove("holding");
    for (const one of this.grid.querySelectorAll(".may, .may-not, .lawful, .unlawful, .aimed, .held"))
      one.classList.remove("may", "may-not", "lawful", "unlawful", "aimed", "held");
    for (const one of this.querySelectorAll(".caret, .ghost, .carried")) one.remove();
    this.choice.replaceChildren();
    if (held && isSaid) {
      this.tell(this.say("left", { visit: this.client(held.visit) }));
      this.grid.querySelector(`[data-visit="${CSS.escape(held.id)}"]`)?.focus();
    }
  }

  // -- the draft ----------------------------------------------------------------------------------------
  /** @param {Edit} edit */
  async push(edit, isFocused = true) {
    const before = this.edits;
    this.edits = [...before, edit];
    this.undone = [];
    try {
      this.show(await this.ask("POST", `${this.url}/board?lang=${lang}`, { edits: this.edits, day: this.dataset.day }));
    } catch (fault) {
      this.edits = before;
      return this.tell(this.refusal(fault), "bad");
    }
    this.store();
    this.tell(this.say("kept", { edit: this.edit(edit) }), "good");
    if (isFocused && edit.visit_id && !this.selected) {
      this.at = edit.visit_id;
      this.roving(true);
    }
  }

  async undo() {
    if (!this.edits.length) return;
    this.undone = [...this.undone, this.edits.at(-1)];
    const edit = this.edits.at(-1);
    this.edits = this.edits.slice(0, -1);
    this.store();
    await this.load();
    this.tell(this.say("undone", { edit: this.edit(edit) }));
  }

  async redo() {
    if (!this.undone.length) return;
    const edit = this.undone.at(-1), rest = this.undone.slice(0, -1);
    await this.push(edit);
    this.undone = rest;
    this.drawDraft();
  }

  get draftKey() { return `brigade draft ${this.dataset.plan}`; }
  store() {
    sessionStorage.setItem(this.draftKey, JSON.stringify(this.edits));
    clearTimeout(this.sharing);
    this.sharing = setTimeout(() => this.ask("POST", `${this.url}/working`, { edits: this.edits }).then((told) => this.seen(told)).catch(() => {}), SETTLE_MS);
  }

  /** What other coordinators are changing in this plan. */
  seen(told) {
    const others = told.items.filter((one) => !one.is_own && one.edits.length);
    this.others.textContent = others.map((one) => this.say("others_edit", { who: one.display_name, n: one.edits.length })).join(" · ");
  }

  /** The draft of before: this plan's own, else the one that was carried here from a plan that is over. */
  restore() {
    this.edits = JSON.parse(sessionStorage.getItem(this.draftKey) ?? sessionStorage.getItem(CARRIED) ?? "[]");
    sessionStorage.removeItem(CARRIED);
  }

  /** The same edits on the plan that is in force by now. */
  carry() {
    sessionStorage.setItem(CARRIED, JSON.stringify(this.edits));
    sessionStorage.removeItem(this.draftKey);
    location.href = this.dataset.home;
  }

  pin(id) {
    const visit = this.visits.get(id);
    if (visit.start === undefined) return;
    return this.push({ kind: visit.pinned ? "unpin" : "pin", visit_id: id });
  }

  // -- by keys, the visit in hand -----------------------------------------------------------------------
  heldKey(event) {
    const { held } = this;
    const acts = { Enter: () => this.keep(), " ": () => this.keep(), Escape: () => this.leave(),
      ArrowDown: () => this.stepLane(1), ArrowUp: () => this.stepLane(-1), ArrowRight: () => this.stepPlace(1), ArrowLeft: () => this.stepPlace(-1) };
    if (!acts[event.key]) {
      if (event.key === "Tab") this.leave(false);
      return;
    }
    event.preventDefault();
    if (event.key.startsWith("Arrow") && !held.aim) {
      const { visit } = held, here = this.rows.findIndex((row) => row.worker_id === visit.worker);
      held.row = Math.max(here, 0);
    }
    acts[event.key]();
  }

  /** To the next person, nobody skipped; there to the cheapest lawful place, else where its hours fall. */
  stepLane(step) {
    const { held } = this, count = this.rows.length;
    held.row = ((held.row ?? 0) + step + count) % count;
    this.aimRow(held.row);
  }

  aimRow(number) {
    const { held } = this, row = this.rows[number], best = held.places?.workers.find((one) => one.worker_id === row.worker_id)?.places[0];
    const { tour, position } = best ?? this.slot(row, held.visit.start ?? held.visit.windows[0].start);
    this.aim(row.worker_id, tour, position);
    this.grid.querySelector(`[data-worker="${CSS.escape(row.worker_id)}"]`)?.scrollIntoView({ block: "nearest" });
  }

  stepPlace(step) {
    const { held } = this, row = this.rows[held.row ?? 0];
    const slots = row.stays.flatMap(({ tour }) => [...Array(this.order(row, tour).length + 1).keys()].map((position) => ({ tour, position })));
    if (!slots.length) return;
    const now = held.aim ?? { tour: held.visit.tour, position: held.visit.position };
    const at = slots.findIndex((one) => one.tour === now.tour && one.position === now.position);
    const next = slots[Math.min(Math.max(at + step, 0), slots.length - 1)];
    this.aim(row.worker_id, next.tour, next.position);
  }

  /** The visits of a tour without the one in hand. */
  order(row, tour) {
    const found = row.tours.find((one) => one.tour === tour);
    return found ? found.visits.filter((one) => one.visit_id !== this.held?.id) : [];
  }

  /** The place in a lane that lies at a minute. */
  slot(row, minute) {
    if (!row.stays.length) return { tour: 0, position: 0 };
    const far = (one) => Math.max(one.start - minute, minute - one.hard_end, 0);
    const { tour } = row.stays.reduce((a, b) => (far(b) < far(a) ? b : a));
    return { tour, position: this.order(row, tour).filter((one) => (one.start + one.end) / 2 < minute).length };
  }

  // -- by pointer ---------------------------------------------------------------------------------------
  press(event) {
    const bar = event.target.closest("[data-visit]");
    if (!bar || event.button || this.held?.by === "keys") return;
    const start = { x: event.clientX, y: event.clientY, id: bar.dataset.visit, pointer: event.pointerId, isTouch: event.pointerType === "touch" };
    let isHeld = false, timer = 0;
    const begin = () => {
      isHeld = this.hold(start.id, "pointer");
      if (!isHeld) return stop();
      this.grid.setPointerCapture(start.pointer);
      this.held.carried = make("div", { class: "carried", "aria-hidden": "true", translate: "no", text: this.client(this.held.visit) });
      this.append(this.held.carried);
    };
    const moved = (now) => {
      if (!isHeld) {
        const far = Math.hypot(now.clientX - start.x, now.clientY - start.y);
        if (start.isTouch) { if (far > DRAG_PX) stop(); return; }
        if (far < DRAG_PX) return;
        begin();
        if (!isHeld) return;
      }
      now.preventDefault();
      this.drag(now);
    };
    const released = (now) => {
      stop();
      if (isHeld) this.drop(now);
    };
    const key = (now) => { if (now.key === "Escape") { stop(); this.leave(); } };
    const stop = () => {
      clearTimeout(timer);
      removeEventListener("pointermove", moved);
      removeEventListener("pointerup", released);
      removeEventListener("pointercancel", cancelled);
      removeEventListener("keydown", key);
    };
    const cancelled = () => { stop(); if (isHeld) this.leave(); };
    if (start.isTouch) timer = setTimeout(begin, LONG_PRESS_MS);
    addEventListener("pointermove", moved, { passive: false });
    addEventListener("pointerup", released);
    addEventListener("pointercancel", cancelled);
    addEventListener("keydown", key);
  }

  drag(event) {
    const { held } = this;
    if (!held) return;
    Object.assign(held.carried.style, { left: `${event.clientX + 12}px`, top: `${event.clientY + 8}px` });
    const edge = this.lanes.getBoundingClientRect();
    if (event.clientY < edge.top + 32) this.lanes.scrollBy(0, -12);
    if (event.clientY > edge.bottom - 32) this.lanes.scrollBy(0, 12);
    const under = document.elementFromPoint(event.clientX, event.clientY), track = under?.closest(".lane")?.querySelector(".track");
    held.isOverList = Boolean(under?.closest(".list"));
    if (!track) return;
    const box = track.getBoundingClientRect(), { axis } = this.board;
    const minute = axis.start + (axis.end - axis.start) * (event.clientX - box.left) / box.width;
    const row = this.rows[Number(track.dataset.row)], { tour, position } = this.slot(row, minute);
    this.aim(row.worker_id, tour, position);
  }

  /** Let go: kept where that is lawful, which can be undone; else it stays in hand, and the sentences say why. */
  async drop() {
    const { held } = this;
    held.carried.remove();
    if (held.isOverList && held.visit.start !== undefined) {
      this.leave(false);
      return this.push({ kind: "unassign", visit_id: held.id });
    }
    if (!held.aim) return this.leave(false);
    await held.asking;
    if (this.held !== held) return;
    if (held.judged?.lawful && !held.tooLate) return this.keep();
    this.choice.querySelector("button")?.focus();
  }

  click(event) {
    const bar = event.target.closest("[data-visit]");
    if (bar && !this.held) this.select(bar.dataset.visit);
  }

  caret(aim) {
    for (const one of this.grid.querySelectorAll(".caret, .ghost")) one.remove();
    for (const one of this.grid.querySelectorAll(".aimed, .lawful, .unlawful")) one.classList.remove("aimed", "lawful", "unlawful");
    const lane = this.grid.querySelector(`[data-worker="${CSS.escape(aim.worker)}"]`), row = this.rows.find((one) => one.worker_id === aim.worker);
    lane.classList.add("aimed");
    const order = this.order(row, aim.tour), before = order[aim.position - 1], after = order[aim.position];
    const stay = row.stays.find((one) => one.tour === aim.tour);
    const minute = before && after ? (before.end + after.start) / 2 : before ? before.end : after ? after.start : stay?.start ?? this.board.axis.start;
    lane.querySelector(".track").append(make("div", { class: "caret", "aria-hidden": "true", place: { left: this.left(Math.max(minute, this.board.axis.start)) } }));
  }

  /** Where the service put it. */
  ghost(held, stands) {
    this.grid.querySelector(".ghost")?.remove();
    const track = this.grid.querySelector(`[data-worker="${CSS.escape(stands.worker_id)}"] .track`);
    const start = this.minute(stands.start);
    track?.append(make("div", { class: "ghost", "aria-hidden": "true", text: this.clock(start), place: this.span(start, start + held.visit.duration_min) }));
  }

  /** Minutes from the day's midnight of an instant: both carry their offset. */
  minute(instant) { return (Date.parse(instant) - Date.parse(this.dataset.midnight)) / MINUTE_MS; }
  instant(minute) { return new Date(Date.parse(this.dataset.midnight) + minute * MINUTE_MS).toISOString(); }

  // -- the panel: all of it by single presses -----------------------------------------------------------
  select(id, isFocused = true) {
    const visit = this.visits.get(id);
    if (!visit) return this.close();
    this.selected = id;
    const isDone = visit.start !== undefined, act = (key, run, more = {}) => make("button", { type: "button", text: this.say(key), onclick: run, ...more });
    const facts = [[this.say("hours"), isDone ? `${this.clock(visit.start)}–${this.clock(visit.end)}` : this.say("nobody")],
      [this.say("window"), visit.windows.map((one) => `${this.clock(one.start)}–${this.clock(one.end)}`).join(", ")],
      ...(visit.block ? [[this.say("act"), this.say("block")]] : [[this.say("act"), visit.act], [this.say("provider"), visit.provider]]),
      ...(visit.place ? [[this.say("where"), visit.place]] : [])];
    const homes = { home: "sector_home", neighbour: "sector_neighbour", other: "sector_other" };
    if (visit.sector || visit.sector_distance) {
      facts.push([this.say("sector"), present([visit.sector, visit.sector_distance && this.say(homes[visit.sector_distance])]).join(", ")]);
    }
    if (isDone) facts.splice(1, 0, [this.say("who"), this.worker(visit.worker)]);
    if (this.accompanying(visit)) facts.push([this.say("sharing"), this.accompanying(visit)]);
    const title = make("h2", { tabindex: "-1" }, make("span", { class: `priority ${visit.priority.toLowerCase()}`, text: visit.priority }), " ",
      make("span", { translate: "no", text: this.client(visit) }));
    this.answer = make("div", { class: "answer", "aria-live": "polite" });
    this.panel.replaceChildren(...present([title,
      make("dl", { class: "facts" }, ...facts.flatMap(([name, value]) => [make("dt", { text: name }), make("dd", { text: value })])),
      visit.marking ? make("p", { class: "small", text: this.named(visit.marking) }) : null,
      isDone ? this.vehicles(visit) : null,
      make("div", { class: "row" },
        visit.frozen ? null : act(isDone ? "move" : "place", () => this.offerPlaces(id)),
        act(isDone ? "why_who" : "why", () => this.why(id)),
        isDone && !visit.frozen ? act(visit.pinned ? "unpin" : "pin", () => this.pin(id), { "aria-pressed": String(visit.pinned) }) : null,
        visit.frozen || this.edits.length ? null : act("other_hours", () => this.otherHours(id)),
        isDone ? null : this.nextDoor(visit),
        isDone && !visit.frozen ? act("take_off", () => this.push({ kind: "unassign", visit_id: id })) : null,
        make("a", { class: "button", text: this.say(visit.block ? "block_page" : "client"),
          href: visit.block ? `${this.dataset.blocks}/${encodeURIComponent(id.slice(0, id.lastIndexOf(":")))}` : `${this.dataset.clients}/${encodeURIComponent(visit.client_id)}` }),
        act("close", () => this.close(true))),
      this.dataset.supposed === undefined && !this.edits.length && !visit.frozen ? this.whatIf(visit) : null,
      this.answer]));
    this.panel.hidden = false;
    if (isFocused) title.focus();
  }

  /** With what she drives the tour of a visit: a choice where vehicles are shared. */
  vehicles(visit) {
    const row = this.rows.find((one) => one.worker_id === visit.worker);
    const tour = row?.tours.find((one) => one.visits.some((other) => other.visit_id === visit.visit_id));
    if (!tour || !this.board.vehicles?.length) return null;
    const choice = make("select", { id: "taken-vehicle", disabled: visit.frozen,
      onchange: () => this.push({ kind: "take_vehicle", worker_id: row.worker_id, tour: tour.tour, ...(choice.value ? { vehicle_id: choice.value } : {}) }, false) },
      ...[{ id: "", name: this.say("own_mode") }, ...this.board.vehicles].map((one) =>
        make("option", { value: one.id, text: one.site_id ? this.say("vehicle_at", { vehicle: one.name, site: one.site_id }) : one.name, selected: one.id === (tour.vehicle_id ?? "") })));
    return make("div", { class: "field" }, make("label", { for: "taken-vehicle", text: this.say("vehicle") }), choice);
  }

  close(isFocused = false) {
    const id = this.selected;
    this.selected = null;
    this.panel.hidden = true;
    if (isFocused) (this.grid.querySelector(`[data-visit="${CSS.escape(id)}"]`) ?? this.list.querySelector("button"))?.focus();
  }

  /** What was asked, where it can be seen: the panel scrolls, and its facts stand above. */
  answers(...told) {
    this.answer.replaceChildren(...present(told));
    this.answer.scrollIntoView({ block: "nearest" });
  }

  async offerPlaces(id) {
    this.answers(this.say("looking"));
    let told;
    try { told = await this.askPlaces(id, true); } catch (fault) { return this.answers(this.refusal(fault)); }
    const able = told.workers.filter((one) => one.places.length).sort((a, b) => a.places[0].cost - b.places[0].cost);
    const unable = told.workers.filter((one) => !one.places.length && one.in_the_way);
    this.answers(make("h3", { text: this.say("who_could", { n: able.length }) }),
      make("ol", { class: "plain-list" }, ...able.map((one) => make("li", { class: "row spread" },
        make("span", { translate: "no", text: this.worker(one.worker_id) }),
        make("button", { type: "button", "data-choose": one.worker_id, text: this.say("choose"), "aria-label": this.say("choose_who", { worker: this.worker(one.worker_id) }),
          onclick: () => this.push({ kind: "move", visit_id: id, worker_id: one.worker_id, tour: one.places[0].tour, position: one.places[0].position }) })))),
      make("h3", { text: this.say("who_not", { n: unable.length }) }),
      make("ul", {}, ...unable.map((one) => make("li", {}, make("strong", { translate: "no", text: this.worker(one.worker_id) }),
        `${colon}${one.in_the_way.obstacles.map((it) => this.named(it.sentence)).join(semicolon)}`))));
  }

  async why(id) {
    if (this.selected !== id) this.select(id);
    this.answers(this.say("looking"));
    let told;
    try {
      told = await this.ask("GET", `${this.url}/why?visit_id=${encodeURIComponent(id)}&with_today=false&lang=${lang}`);
    } catch (fault) { return this.answers(this.refusal(fault)); }
    const reasons = told.covered ? told.marking ? [told.marking] : [] : told.summary;
    const others = told.covered ? told.others.map((one) => `${this.worker(one.worker_id)}${colon}${one.obstacles.map((it) => it.sentence).join(semicolon)}`) : [];
    const would = (told.would_cover ?? []).map((one) => make("li", {}, this.named(one.sentence), " ",
      ["add", "rearrange"].includes(one.kind) && one.placements.length
        ? make("button", { type: "button", text: this.say("apply"), onclick: () => this.apply(one.placements) }) : null));
    this.answers(make("h3", { text: this.say(told.covered ? "why_who" : "why") }),
      make("ul", {}, ...[...reasons.map((one) => one.sentence), ...others].map((text) => make("li", { text: capital(this.named(text)) }))),
      ...(would.length ? [make("h3", { text: this.say("would_cover") }), make("ul", {}, ...would)] : []));
  }

  /** What could be proposed to the family, of the plan as it is kept; nothing moves before it has agreed. */
  async otherHours(id) {
    this.answers(this.say("looking"));
    let told;
    try {
      told = await this.ask("GET", `${this.url}/hours?visit_id=${encodeURIComponent(id)}&lang=${lang}`);
    } catch (fault) { return this.answers(this.refusal(fault)); }
    this.answers(make("h3", { text: this.say("other_hours") }),
      told.proposals.length
        ? make("ul", {}, ...told.proposals.map((one) => make("li", {}, this.named(one.sentence), " ",
          this.dataset.supposed === undefined ? make("button", { type: "button", text: this.say("if_agreed"), onclick: () => this.suppose(...one.events) }) : null)))
        : make("p", { text: this.say("no_other_hour", { n: told.tried }) }));
  }

  /** Of the plan as it is kept, without a draft. */
  whatIf(visit) {
    const ask = (key, event, values) => make("button", { type: "button", text: this.say(key, values), onclick: () => this.suppose(event) });
    const worker = visit.worker && this.worker(visit.worker);
    return make("details", {}, make("summary", { text: this.say("what_if") }), make("div", { class: "row" },
      ask("if_cancelled", { kind: "visit_cancelled", visit_id: visit.visit_id }),
      // A minute before: what has begun by then is finished.
      worker ? ask("if_away", { kind: "worker_away", worker_id: visit.worker, at: this.instant(visit.start - 1) }, { worker, at: this.clock(visit.start) }) : null));
  }

  /** A search for what the day would become: its plan is shown, and never published. */
  async suppose(...events) {
    this.tell(this.say("supposing"));
    this.choice.replaceChildren();
    try {
      const queued = await this.ask("POST", `${this.url}/what-if?lang=${lang}`, { events }), job = await this.over(queued.id);
      if (!job.plan_id) return this.tell(this.say("supposed_nothing"), "bad");
      const told = await this.ask("GET", `${this.basin}/plans/${job.plan_id}/diff`);
      this.tell(this.say("supposed", { changed: told.moved.length + told.retimed.length + told.added.length, dropped: told.dropped.length,
        disturbed: told.least_change?.disturbed.length ?? 0 }));
      this.choice.replaceChildren(make("a", { class: "button", href: `${this.dataset.plans}/${job.plan_id}`, text: this.say("see_supposed") }));
    } catch (fault) { this.tell(this.refusal(fault), "bad"); }
  }

  /** A job, once it has ended. */
  over(id) {
    return new Promise((done) => {
      this.search?.close();
      this.search = new EventSource(`${this.basin}/jobs/${id}/progress`);
      this.search.addEventListener("job", (message) => {
        const job = JSON.parse(message.data);
        if (["queued", "running"].includes(job.state)) return;
        this.search.close();
        done(job);
      });
    });
  }

  async apply(placements) {
    for (const { visit_id, worker_id, tour, position } of placements) await this.push({ kind: "move", visit_id, worker_id, tour, position });
  }

  tell(text, kind = "") {
    this.status.className = `judged ${kind}`;
    this.status.textContent = text;
  }

  // -- publication --------------------------------------------------------------------------------------
  /** Who is told what: of every change, the person, the hour, firm or offered, and by which way. */
  told() {
    const found = new Map(), add = (worker, id, text) => found.set(worker, [...(found.get(worker) ?? []), { id, text }]);
    for (const visit of this.visits.values()) {
      const isDone = visit.start !== undefined, { before } = visit, name = this.client(visit);
      if (before && (!isDone || before.worker_id !== visit.worker))
        add(before.worker_id, visit.visit_id, this.say("told_gone", { visit: name, at: this.clock(before.start) }));
      if (isDone && visit.change !== "kept")
        add(visit.worker, visit.visit_id, this.say(visit.firm ? "told_firm" : "told_offer", { visit: name, at: this.clock(visit.start) }));
    }
    return found;
  }

  askPublish() {
    const told = this.told(), { board } = this, ways = new Map(this.rows.map((row) => [row.worker_id, row.channels]));
    const people = [...told].map(([worker, lines]) => make("li", {}, make("strong", { translate: "no", text: this.worker(worker) }),
      ` (${(ways.get(worker) ?? []).map((one) => this.say(`channel_${one}`)).join(", ") || this.say("channel_none")}) `,
      make("ul", { class: "plain-list" }, ...lines.map(({ id, text }) => make("li", { class: "choice" },
        make("input", { type: "checkbox", id: `tell-${worker}-${id}`, "data-change": id, checked: true, onchange: (event) => this.tick(event.target) }),
        make("label", { for: `tell-${worker}-${id}`, text }))))));
    const reason = make("textarea", { id: "publish-reason", rows: 2, maxlength: 500 });
    this.faults = make("div", { role: "alert" });
    this.dialog.replaceChildren(make("h2", { id: "publish-title", text: this.say("publish_title") }),
      make("p", { text: this.say("publish_counts", { covered: board.counts.covered, asked: board.counts.asked, left: board.uncovered.length }) }),
      people.length ? make("p", { text: this.say("publish_told", { n: people.length }) }) : make("p", { text: this.say("publish_nobody") }),
      make("ul", { class: "told" }, ...people),
      make("div", { class: "field" }, make("label", { for: "publish-reason", text: this.say("publish_reason") }), reason), this.faults,
      make("div", { class: "actions" },
        make("button", { type: "button", class: "main", text: this.say("publish_now"), onclick: (event) => this.publish(reason.value, event.target) }),
        make("button", { type: "button", text: this.say("cancel"), onclick: () => this.dialog.close() })));
    this.dialog.showModal();
  }

  /** A change is one, however many people hear of it. */
  tick(box) {
    for (const one of this.dialog.querySelectorAll(`[data-change="${CSS.escape(box.dataset.change)}"]`)) one.checked = box.checked;
  }

  async publish(reason, button) {
    button.disabled = true;
    const boxes = [...this.dialog.querySelectorAll("[data-change]")], undo = [...new Set(boxes.filter((one) => !one.checked).map((one) => one.dataset.change))];
    const save = (plan, what, body) => this.ask("POST", `${this.basin}/plans/${plan.id}/${what}?lang=${lang}`, { ...body, ...(reason && { reason }) },
      { headers: { "If-Match": `"${plan.version}"` } }).then((told) => told.plan);
    try {
      let { plan } = this.board;
      if (this.edits.length) plan = await save(plan, "edits", { edits: this.edits, state: "proposed" });
      if (undo.length) plan = await save(plan, "part", { undo });
      const url = `${this.basin}/plans/${plan.id}/publish`;
      await this.ask("POST", url, reason ? { reason } : {}, { headers: { "If-Match": `"${plan.version}"` } });
      sessionStorage.removeItem(this.draftKey);
      await this.ask("POST", `${this.url}/working`, { edits: [] });
      location.href = this.dataset.home;
    } catch (fault) {
      button.disabled = false;
      const mended = fault.told?.mended_plan_id;
      this.faults.replaceChildren(make("p", { class: "note bad", text: fault.status === 412 ? this.say("changed") : this.refusal(fault) }),
        ...([409, 412].includes(fault.status) && this.edits.length ? [make("button", { type: "button", text: this.say("carry", { n: this.edits.length }), onclick: () => this.carry() })] : []),
        ...(mended ? [make("p", {}, make("a", { href: `${this.dataset.plans}/${mended}`, text: this.say("mended") }))] : []));
    }
  }

  /** People were told: the way back is a proposal, looked at and published like any other. */
  async takeBack() {
    const { plan } = this.board;
    try {
      const told = await this.ask("POST", `${this.url}/restore?lang=${lang}`, {}, { headers: { "If-Match": `"${plan.version}"` } });
      location.href = `${this.dataset.plans}/${told.plan.id}`;
    } catch (fault) { this.tell(this.refusal(fault), "bad"); }
  }

  // -- live ---------------------------------------------------------------------------------------------
  follow() {
    if (!this.board) return;
    this.settled = -BURST_MS;
    this.events = new EventSource(`${this.basin}/events/stream?after=${this.board.seq}`);
    this.events.addEventListener("open", () => line(true));
    this.events.addEventListener("error", () => line(navigator.onLine && this.events.readyState !== EventSource.CLOSED));
    this.events.addEventListener("event", (message) => {
      const event = JSON.parse(message.data);
      if (event.action === "plans.worked_on") return event.target === this.dataset.plan ? this.working() : undefined;
      if (!SHOWN.test(event.action) || !this.isOfDay(event)) return;
      if (event.action === "plans.published" && event.target !== this.dataset.plan)
        toast(this.say("published_elsewhere"), "warn");
      if (event.action === "plans.created" || event.action === "plans.proposed") toast(this.say("proposed"));
      this.memory.clear();
      this.settling ??= setTimeout(() => this.settle(), Math.max(SETTLE_MS, this.settled + BURST_MS - performance.now()));
    });
  }

  /** An event of this plan, of another plan that has this day, or of an offer of this day. */
  isOfDay({ target, details: { first_day, days, starts_at } }) {
    if (target === this.dataset.plan) return true;
    if (first_day) {
      const passed = (Date.parse(this.dataset.day) - Date.parse(first_day)) / DAY_MS;
      return passed >= 0 && passed < days;
    }
    const since = Date.parse(starts_at) - Date.parse(this.dataset.midnight);
    return since >= 0 && since < DAY_MS * 25 / 24;  // the day that ends summer time has 25 hours
  }

  /** Read the board again; a visit in the hand is first let go, and what was asked of a visit stays. */
  async settle() {
    if (this.held) return void (this.settling = setTimeout(() => this.settle(), SETTLE_MS));
    this.settling = undefined;
    this.settled = performance.now();
    const { selected, answer, edits } = this;
    await this.load();
    if (!selected || this.selected !== selected || this.edits !== edits) return;
    this.answer.replaceWith(answer);
    this.answer = answer;
  }

  // -- the map: the list is its text --------------------------------------------------------------------
  drawMap() {
    return this.drawPlaces().catch(() => this.noteMap("map_failed"));
  }

  /** Words in place of a map; null: the map. */
  noteMap(key) {
    this.mapPlace.hidden = key !== null;
    this.mapNote.hidden = key === null;
    this.mapNote.textContent = key === null ? "" : this.say(key);
  }

  async drawPlaces() {
    this.outlines ??= this.ask("GET", `${this.basin}/outlines`);
    const outlines = await this.outlines, isSomewhere = [...this.visits.values()].some((one) => one.at);
    this.noteMap(isSomewhere || outlines.features.length ? null : "map_none");
    if (!this.mapNote.hidden) return;
    this.leaflet ??= new Promise((done, failed) => document.head.append(
      make("link", { rel: "stylesheet", href: this.dataset.leafletCss }),
      make("script", { src: this.dataset.leaflet, onload: done, onerror: failed })));
    await this.leaflet;
    const { L } = window;
    if (!this.map) {
      this.map = L.map(this.mapPlace, { preferCanvas: true, attributionControl: false, zoomControl: false, keyboard: false });
      const { tiles, credit } = this.dataset;
      if (tiles) L.tileLayer(tiles, { maxZoom: 19 }).addTo(this.map);
      if (tiles && credit) this.mapPane.append(make("p", { class: "soft small", text: this.say("map_credit", { credit }) }));
      this.ground = L.geoJSON(outlines, { interactive: false, style: { color: this.colour("--edge"), weight: 1, fillColor: this.colour("--ground"), fillOpacity: tiles ? 0 : 1 } }).addTo(this.map);
      this.ways = L.layerGroup().addTo(this.map);
      new ResizeObserver(() => this.map.invalidateSize()).observe(this.mapPlace);
    }
    this.ways.clearLayers();
    const points = [];
    this.rows.forEach((row, number) => row.tours.forEach((tour) => {
      const way = tour.visits.filter((one) => one.at).map((one) => [one.at[1], one.at[0]]);
      points.push(...way);
      L.polyline(way, { color: this.colour("--accent"), weight: 2, opacity: .7, dashArray: [null, "6 4", "2 4"][number % 3] }).addTo(this.ways);
      for (const [n, one] of tour.visits.entries())
        if (one.at) L.circleMarker([one.at[1], one.at[0]], { radius: 5, color: this.colour("--paper"), weight: 1, fillColor: this.colour(`--${one.priority.toLowerCase()}`), fillOpacity: 1 })
          .bindTooltip(`${this.worker(row.worker_id)} ${n + 1} · ${this.client(one)}`).on("click", () => this.select(one.visit_id)).addTo(this.ways);
    }));
    for (const one of this.board.uncovered.filter((it) => it.at)) {
      points.push([one.at[1], one.at[0]]);
      L.circleMarker([one.at[1], one.at[0]], { radius: 8, color: this.colour("--bad"), weight: 3, fill: false })
        .bindTooltip(`✕ ${this.client(one)}`).on("click", () => this.select(one.visit_id)).addTo(this.ways);
    }
    if (!this.isFitted && points.length) {
      this.map.fitBounds(L.latLngBounds(points).pad(.1));
      this.isFitted = true;
    } else if (!points.length && outlines.features.length) this.map.fitBounds(this.ground.getBounds());
  }

  /** A colour of the page, as the map's canvas takes it; forced colours would make all of them one. */
  colour(name) {
    const probe = make("span", { place: { color: `var(${name})`, forcedColorAdjust: "none" } });
    this.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  }
}

customElements.define("brigade-board", Board);
