import { clock, duration, h, number, pairs, setText, simpleName } from "./dom.js";

/** The events Sentry was sent, newest first. Elements are kept, so that what is open or focused stays so. */
export class Events {

  constructor(list, destination) {
    this.list = list;
    this.destination = destination;
    this.elements = new Map();
  }

  update({ destination, received, events }) {
    const here = destination === "here";
    setText(this.destination, here ? `${number(received)} received here, no account needed` : `sent to ${destination}`);
    const empty = this.list.querySelector(".empty");
    if (empty && !here) {
      setText(empty, `SENTRY_DSN is set, so the events go to ${destination} and not to this page.`);
    }
    const ids = new Set(events.map(({ id }) => id));
    for (const [id, element] of this.elements) {
      if (!ids.has(id)) {
        element.remove();
        this.elements.delete(id);
      }
    }
    for (const event of events.filter(({ id }) => !this.elements.has(id)).reverse()) {
      empty?.remove();
      this.elements.set(event.id, entry(event));
      this.list.prepend(this.elements.get(event.id));
    }
  }

}

function entry(event) {
  const { exception, message, receivedAt, tags, level, request, taskPool } = event;
  return h("li", {}, h("details", {},
    h("summary", {},
      h("span", { class: "what" }, h("strong", {}, simpleName(exception)), tags.pool && mark(tags.pool),
        mark(level, level), h("time", { datetime: receivedAt }, clock(receivedAt))),
      h("span", { class: "message" }, message)),
    pairs([...Object.entries(tags), ["mechanism", mechanism(event)], ["request", request]], "facts"),
    Object.keys(taskPool).length > 0 && h("h3", {}, "Task Pool"),
    pairs(Object.entries(taskPool).map(([name, value]) => [name, duration(value)]), "facts"),
    frames(event)));
}

const mark = (text, kind) => h("span", { class: `mark ${kind ?? ""}` }, text);

function mechanism({ mechanism, handled }) {
  return mechanism && `${mechanism}${handled === null ? "" : `, handled: ${handled}`}`;
}

function frames({ exception, frames }) {
  return h("pre", { tabindex: "0", role: "group", "aria-label": `Stack of ${simpleName(exception)}` },
    frames.map(({ method, file, line, inApp }) => h("span", { class: inApp && "app" }, `${method} (${file}:${line})\n`)));
}
