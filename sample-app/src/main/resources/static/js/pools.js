import { PoolCharts } from "./charts.js";
import { clock, duration, h, number, setText, simpleName } from "./dom.js";

const SAID = { UP: "up", DEGRADED: "degraded", DOWN: "down" };

const NUMBERS = [
  ["Tasks", (pool) => pool.tasks.submitted, ""],
  ["Failed", (pool) => pool.tasks.failed, "bad"],
  ["Reported", (pool) => pool.failures.reported, "bad"],
  ["Held back", (pool) => pool.failures.suppressed, "warn"],
  ["Rejected", (pool) => pool.tasks.rejected, "warn"],
  ["Lost", (pool) => pool.tasks.lost, "bad"],
  ["Timed out", (pool) => pool.tasks.timedOut, "warn"],
  ["Stuck", (pool) => pool.stuck, "warn"],
];

/** One pool: its state, its numbers, its charts, and on demand what it is running. */
class PoolRow {

  constructor(name, pool) {
    this.name = name;
    this.charts = new PoolCharts();
    this.status = h("span", { class: "status" });
    this.since = h("span", { class: "since" });
    this.reasons = h("ul", { class: "reasons" });
    this.values = new Map(NUMBERS.map(([title, , kind]) => [title, h("dd", { class: kind })]));
    this.running = h("ul", { class: "running", id: `running-${name}`, hidden: true });
    this.toggle = h("button", { type: "button", class: "link", "aria-expanded": "false",
      "aria-controls": `running-${name}`, onclick: () => this.toggleRunning() });
    this.element = h("li", { class: "pool", "data-pool": name, "aria-labelledby": `pool-${name}` },
      h("div", { class: "name" },
        h("h3", { id: `pool-${name}` }, name),
        h("p", { class: "state" }, this.status, " ", this.since),
        h("p", { class: "quiet" }, `${simpleName(pool.type)}${pool.threads === "virtual" ? ", virtual threads" : ""}`),
        this.toggle),
      this.charts.element,
      h("dl", { class: "numbers" }, NUMBERS.map(([title]) => h("div", {}, h("dt", {}, title), this.values.get(title)))),
      this.reasons, this.running);
  }

  get open() {
    return !this.running.hidden;
  }

  toggleRunning() {
    this.running.hidden = this.open;
    this.toggle.setAttribute("aria-expanded", String(this.open));
    this.showRunning(this.pool, this.detail);
  }

  update(time, pool, { waits, health, detail }) {
    if (this.pool?.status !== pool.status) {
      setText(this.status, SAID[pool.status] ?? pool.status.toLowerCase());
      this.status.dataset.status = this.element.dataset.status = pool.status;
      setText(this.since, pool.status === "UP" ? "" : `since ${clock(time)}`);
    }
    for (const [title, value] of NUMBERS) {
      const element = this.values.get(title);
      setText(element, number(value(pool) ?? 0));
      element.classList.toggle("zero", !value(pool));
    }
    this.charts.push(time, pool, waits);
    this.explain(reasons(pool.status, health), pool.advice ?? []);
    this.showRunning(pool, detail);
    Object.assign(this, { pool, detail });
  }

  explain(reasons, advice) {
    const explained = JSON.stringify([reasons, advice]);
    if (this.explained !== explained) {
      this.explained = explained;
      this.reasons.replaceChildren(...reasons.map((reason) => h("li", { class: "reason" }, reason)),
        ...advice.map((line) => h("li", { class: "quiet" }, `Advice: ${line}`)));
    }
  }

  showRunning(pool, detail) {
    setText(this.toggle, `Running now: ${pool.tasks.running}`);
    if (!this.open || !detail) {
      return;
    }
    const tasks = detail.runningTasks ?? [];
    this.running.replaceChildren(...tasks.map((task) => h("li", {},
      h("strong", {}, task.task), ` on ${task.thread}, since ${clock(task.since)}`,
      h("pre", { tabindex: "0", role: "group", "aria-label": `Stack of ${task.task}` },
        (task.stack ?? []).join("\n")))));
    if (!tasks.length) {
      this.running.replaceChildren(h("li", { class: "empty" }, "Nothing at the moment."));
    }
  }

  remove() {
    this.charts.remove();
    this.element.remove();
  }

}

/** What health says of an ill pool: its reasons in words where there are any, its numbers otherwise. */
function reasons(status, health) {
  if (status === "UP" || !health?.details) {
    return [];
  }
  const details = Object.entries(health.details);
  const words = details.filter(([name]) => /^(reasons?|why)$/i.test(name)).flatMap(([, value]) => value);
  return words.length ? words.map(String) : details.map(([name, value]) =>
    `${name}: ${typeof value === "string" ? duration(value) : JSON.stringify(value)}`);
}

/** All pools, and the one sentence about them. */
export class Pools {

  constructor(list, verdict) {
    this.list = list;
    this.verdict = verdict;
    this.empty = list.querySelector(".empty");
    this.rows = new Map();
  }

  /** Whether the details of this pool are asked for at every poll. */
  isOpen(name) {
    return this.rows.get(name)?.open ?? false;
  }

  update(time, pools, seen) {
    for (const [name, row] of this.rows) {
      if (!pools[name]) {
        row.remove();
        this.rows.delete(name);
      }
    }
    for (const [name, pool] of Object.entries(pools)) {
      if (!this.rows.has(name)) {
        this.empty.remove();
        this.rows.set(name, new PoolRow(name, pool));
        this.list.append(this.rows.get(name).element);
      }
      this.rows.get(name).update(time, pool,
        { waits: seen.waits.get(name), health: seen.health[name], detail: seen.details.get(name) });
    }
    this.judge(pools);
  }

  judge(pools) {
    const ill = Object.entries(pools).filter(([, pool]) => pool.status !== "UP");
    if (Object.keys(pools).length === 0) {
      setText(this.verdict, "");
      setText(this.empty, "None is guarded.");
      return;
    }
    setText(this.verdict, ill.length === 0
      ? `All ${Object.keys(pools).length} pools are up.`
      : `${ill.map(([name, pool]) => `${name} is ${SAID[pool.status] ?? pool.status}`).join(", ")}.`);
    this.verdict.dataset.status = ["DOWN", "DEGRADED"].find((status) =>
      ill.some(([, pool]) => pool.status === status)) ?? "UP";
  }

}
