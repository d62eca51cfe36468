// A search as it goes: the best plan so far, and by what a better one could still be better. What ends it is in
// the form around it; what it found is a proposal like any other.
import { colon, lang, semicolon, toast } from "./brigade.js";

class Search extends HTMLElement {
  connectedCallback() {
    this.words = JSON.parse(this.querySelector("script").textContent);
    this.text = this.querySelector("[data-text]");
    this.events = new EventSource(this.dataset.progress);
    this.events.addEventListener("job", (message) => this.tell(JSON.parse(message.data)));
  }

  disconnectedCallback() { this.events.close(); }

  say(key, values = {}) { return this.words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]); }

  tell(job) {
    if (!["queued", "running"].includes(job.state)) return this.end(job);
    const { covered, elapsed_s: seconds } = job.progress;
    if (covered === null || covered === undefined) this.text.textContent = this.say(job.state === "queued" ? "queued" : "begins");
    else this.text.textContent = [this.say("covered", { n: covered }), this.open(job.progress), this.say("seconds", { n: Math.round(seconds) })].filter(Boolean).join(" · ");
  }

  /** What a better plan could be better by; nothing while nothing is proven. */
  open({ open_level: level, open_visits: n, gap }) {
    if (level !== null && level !== undefined) return this.say(level ? "more_of" : "more_mandatory", { n, priority: `P${level}` });
    if (gap === null || gap === undefined) return "";
    const share = new Intl.NumberFormat(lang, { style: "percent", maximumFractionDigits: 1 }).format(Math.max(gap, gap && .001));
    return gap ? this.say("gap", { gap: share }) : this.say("best");
  }

  end(job) {
    this.events.close();
    this.closest("form").querySelector("button").hidden = true;
    if (job.state === "done" && job.plan_id && this.dataset.empty !== undefined) return location.reload();
    const found = job.state === "done" && job.plan_id;
    const faults = (job.failure?.issues ?? []).map((one) => `${one.what}${colon}${one.hint}`).join(semicolon);
    const said = found ? this.say("done") : faults || this.say("stopped");
    this.text.textContent = said;
    toast(said);
    if (!found) return;
    const link = document.createElement("a");
    Object.assign(link, { className: "button", href: `${this.dataset.plans}/${job.plan_id}`, textContent: this.say("see") });
    this.append(link);
  }
}

customElements.define("brigade-search", Search);
