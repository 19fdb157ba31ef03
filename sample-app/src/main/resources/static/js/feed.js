import { clock, duration, h, number, pairs, setText, simpleName } from "./dom.js";

const FEW = 5;
const MOST = 50;

/** A list that is newest first and keeps its elements, so that what is open or focused stays so. */
class Entries {

  constructor(list, make, adjust = () => {}) {
    Object.assign(this, { list, make, adjust });
    this.elements = new Map();
    this.limit = FEW;
    this.button = h("button", { type: "button", class: "link", hidden: true, onclick: () => this.toggle() });
    list.after(this.button);
  }

  toggle() {
    this.limit = this.limit === FEW ? MOST : FEW;
    this.update(this.entries, this.keyOf);
  }

  update(entries, keyOf) {
    Object.assign(this, { entries, keyOf });
    const shown = entries.slice(0, this.limit);
    this.button.hidden = entries.length <= FEW;
    setText(this.button, this.limit === FEW ? `Show the last ${Math.min(entries.length, MOST)}` : `Show only ${FEW}`);
    const keys = new Set(shown.map(keyOf));
    for (const [key, element] of this.elements) {
      if (!keys.has(key)) {
        element.remove();
        this.elements.delete(key);
      }
    }
    if (shown.length) {
      this.list.querySelector(".empty")?.remove();
    }
    let previous = null;
    for (const entry of shown) {
      const key = keyOf(entry);
      if (!this.elements.has(key)) {
        this.elements.set(key, this.make(entry));
      }
      const element = this.elements.get(key);
      this.adjust(element, entry);
      const place = previous ? previous.nextSibling : this.list.firstChild;
      if (element !== place) {
        this.list.insertBefore(element, place);
      }
      previous = element;
    }
  }

}

function summary(instant, exception, message, ...marks) {
  return h("summary", {},
    h("span", { class: "what" }, h("strong", {}, simpleName(exception)), marks.filter(Boolean),
      h("time", { datetime: instant }, clock(instant))),
    h("span", { class: "message" }, message));
}

const mark = (text, kind) => h("span", { class: `mark ${kind ?? ""}` }, text);

/** Recent failures of all pools. */
export class Failures {

  constructor(list) {
    this.entries = new Entries(list, (failure) => h("li", {}, h("details", {},
      summary(failure.at, failure.exception, failure.message,
        mark(failure.pool), h("span", { class: "handling" })),
      pairs([["Task", failure.task], ["Thread", failure.thread], ["Waited", duration(failure.waited)],
        ["Ran", duration(failure.ran)], ["Submitted from", failure.submittedFrom]], "facts"))), complete);
  }

  /** Takes the details of every pool, by name, and the events, which have stacks where the details have none. */
  update(details, { events }) {
    const failures = [...details].flatMap(([pool, detail]) => {
      const times = new Map();
      return (detail.recentFailures ?? []).toReversed().map((failure) => {
        const same = times.get(failure.at + failure.message) ?? 0;
        times.set(failure.at + failure.message, same + 1);
        const event = events.find((same) => same.exception === failure.exception && same.message === failure.message);
        return { ...failure, pool, event, key: `${pool} ${failure.at} ${failure.message} ${same}` };
      });
    });
    failures.sort((one, other) => other.at.localeCompare(one.at));
    this.entries.update(failures, (failure) => failure.key);
  }

}

/** A failure that waits for a reader gets its handling, and its stack, only in the end. */
function complete(element, failure) {
  const handling = element.querySelector(".handling");
  handling.className = `handling mark ${failure.handling}`;
  setText(handling, failure.handling);
  if (!element.querySelector("pre") && (failure.stack || failure.event)) {
    element.firstElementChild.append(failure.stack ? stackOf(failure.exception, failure.stack) : frames(failure.event));
  }
}

function stackOf(exception, lines) {
  return h("pre", { tabindex: "0", role: "group", "aria-label": `Stack of ${simpleName(exception)}` },
    lines.map((line) => (typeof line === "string" ? `${line}\n` : line)));
}

/** The events Sentry was sent. */
export class Events {

  constructor(list, destination) {
    this.list = list;
    this.destination = destination;
    this.entries = new Entries(list, (event) => h("li", {}, h("details", {},
      summary(event.receivedAt, event.exception, event.message,
        event.tags.pool && mark(event.tags.pool), mark(event.level, event.level)),
      pairs([...Object.entries(event.tags), ["mechanism", mechanism(event)],
        ["request", event.request]], "facts tags"),
      Object.keys(event.taskPool).length > 0 && h("h3", {}, "Task Pool"),
      pairs(Object.entries(event.taskPool).map(([name, value]) => [name, duration(value)]), "facts"),
      frames(event))));
  }

  update({ destination, received, events }) {
    const here = destination === "here";
    setText(this.destination, here ? `${number(received)} received here, no account needed` : `sent to ${destination}`);
    const empty = this.list.querySelector(".empty");
    if (empty && !here) {
      setText(empty, `SENTRY_DSN is set, so the events go to ${destination} and not to this page.`);
    }
    this.entries.update(events, (event) => event.id);
  }

}

function mechanism(event) {
  return event.mechanism && `${event.mechanism}${event.handled === null ? "" : `, handled: ${event.handled}`}`;
}

function frames(event) {
  return stackOf(event.exception, event.frames.map((frame) => h("span", { class: frame.inApp && "app" },
    `${frame.method} (${frame.file}:${frame.line})\n`)));
}
