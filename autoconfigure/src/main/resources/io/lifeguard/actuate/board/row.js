"use strict";

/** How bad each status is, the worst last; one that is not known here is worth a look. */
const LEVELS = {
  UP: "good", DEGRADED: "warn", FAILING: "warn", OVERDUE: "warn", SILENT: "warn", DOWN: "bad", DEAD: "bad",
};
const SEVERITY = { good: 0, warn: 1, bad: 2 };

const levelOf = (status) => LEVELS[status] ?? "warn";

const said = (status) => String(status).toLowerCase().replaceAll("_", " ");

/**
 * A pool or a schedule in the list: its name, which opens its details, its state, charts and numbers, and what ails it.
 * Subclasses say what these are.
 */
class Row {

  constructor(name, { charts, numbers }) {
    this.name = name;
    this.status = h("span", { class: "status" });
    this.about = h("p", { class: "quiet about" });
    this.charts = charts.map((definition) => ({ definition, chart: new Chart(definition) }));
    this.numbers = numbers.map(([term, value, level]) => ({ value, level, element: h("dd", {}), term }));
    this.ails = h("ul", { class: "ails", role: "list" });
    this.details = h("div", { class: "details", id: newId(), hidden: true });
    this.button = h("button", { type: "button", class: "name", "aria-expanded": "false",
      "aria-controls": this.details.id, onclick: () => this.toggle() }, name);
    this.element = h("li", { class: "row" },
      h("div", { class: "who" }, h("h3", {}, this.button), h("p", { class: "state" }, this.status), this.about),
      h("div", { class: "charts" }, this.charts.map(({ chart }) => chart.element)),
      h("dl", { class: "numbers" }, this.numbers.map(({ term, element }) => h("div", {}, h("dt", {}, term), element))),
      this.ails, this.details);
  }

  get open() {
    return !this.details.hidden;
  }

  get level() {
    return levelOf(this.state.status);
  }

  toggle() {
    this.details.hidden = this.open;
    this.button.setAttribute("aria-expanded", String(this.open));
    if (this.open) {
      this.opened();
    }
  }

  /** Shows what a poll has brought; time in seconds. */
  update(time, state) {
    const gap = this.time !== undefined && time - this.time > 3 * longest();
    const before = this.state ?? state;
    const seconds = Math.max(0.001, time - (this.time ?? time - 1));
    Object.assign(this, { state, time });
    if (before.status !== state.status || before === state) {
      setText(this.status, said(state.status));
      this.status.dataset.level = this.element.dataset.level = this.level;
    }
    setText(this.about, this.description());
    for (const { value, level, element } of this.numbers) {
      const shown = value(state);
      setText(element, typeof shown === "number" ? number(shown) : String(shown ?? "–"));
      element.className = !shown ? "zero" : (typeof level === "function" ? level(shown) : level) ?? "";
    }
    this.charts.forEach(({ definition, chart }) =>
      chart.push(time, definition.values(state, before, seconds), state, gap));
    this.explain();
  }

  explain() {
    const lines = this.ailments();
    const explained = JSON.stringify(lines);
    if (this.explained !== explained) {
      this.explained = explained;
      this.ails.replaceChildren(...lines.map(([kind, text]) => h("li", { class: kind }, text)));
      this.ails.hidden = lines.length === 0;
    }
  }

  matches(text, sickOnly) {
    return (!sickOnly || this.level !== "good")
      && (text === "" || this.searched().some((field) => String(field ?? "").toLowerCase().includes(text)));
  }

  remove() {
    this.charts.forEach(({ chart }) => chart.remove());
    this.element.remove();
  }

}

const sickFirst = (one, other) =>
  SEVERITY[other.level] - SEVERITY[one.level] || one.name.localeCompare(other.name);

/** All rows of a kind, the sick first. */
class Rows {

  constructor(list, shown, make, noun) {
    Object.assign(this, { list, shown, make, noun });
    this.rows = new Map();
  }

  update(time, states) {
    for (const [name, row] of this.rows) {
      if (!(name in states)) {
        row.remove();
        this.rows.delete(name);
      }
    }
    for (const [name, state] of Object.entries(states)) {
      if (!this.rows.has(name)) {
        this.rows.set(name, this.make(name, state));
      }
      this.rows.get(name).update(time, state);
    }
  }

  show(text, sickOnly) {
    const rows = [...this.rows.values()].sort(sickFirst);
    arrange(this.list, rows.map((row) => row.element));
    rows.forEach((row) => {
      row.element.hidden = !row.matches(text, sickOnly);
    });
    const visible = rows.filter((row) => !row.element.hidden).length;
    setText(this.shown, visible === rows.length ? plural(rows.length, this.noun)
      : `${number(visible)} of ${plural(rows.length, this.noun)}`);
  }

  get sick() {
    return [...this.rows.values()].filter((row) => row.level !== "good");
  }

}
