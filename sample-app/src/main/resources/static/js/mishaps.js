import * as api from "./api.js";
import { h, millis, setText } from "./dom.js";

const GIVE_UP = 60_000;

const PLAIN = {
  nothing: "silent in plain Spring",
  log: "a log line in plain Spring",
  crash: "a crash in plain Spring",
  caller: "the caller knows",
};

const grew = (before, now, value) => value(now) - value(before);

/**
 * What has to happen for a mishap to count as seen: each takes the pool as it was and as it is, and says it in words.
 */
const EFFECTS = {
  observed: (before, now) => grew(before, now, (pool) => pool.failures.observed) > 0
    && "counted as observed, and rightly not reported",
  cancelled: (before, now) => grew(before, now, (pool) => pool.tasks.cancelled) > 0
    && "counted as cancelled, which is no failure",
  rejected: (before, now) => grew(before, now, (pool) => pool.tasks.rejected) > 0
    && `${grew(before, now, (pool) => pool.tasks.rejected)} rejections counted`,
  timedOut: (before, now) => grew(before, now, (pool) => pool.tasks.timedOut) > 0
    && "timed out, interrupted and counted as failed",
  stuck: (_, now) => now.stuck > 0 && "the task counts as stuck; open the pool's running tasks for its stack",
  deadlock: (_, now) => now.status === "DOWN" && "the deadlock is found, and the pool is down",
};

/** One button, and what came of pressing it. */
class Card {

  constructor(mishap, announce) {
    this.mishap = mishap;
    this.announce = announce;
    const describedBy = ["plain", "lifeguard"].map((part) => `${mishap.id}-${part}`).join(" ");
    this.button = h("button", { type: "button", "data-mishap": mishap.id, "aria-describedby": describedBy,
      onclick: () => this.press() }, mishap.title);
    this.outcome = h("p", { class: "outcome" });
    this.element = h("li", { class: "mishap" },
      h("div", { class: "head" }, this.button,
        h("span", { class: `plainly ${mishap.plainShows}` }, PLAIN[mishap.plainShows])),
      h("code", {}, mishap.code),
      h("dl", {},
        h("div", { id: `${mishap.id}-plain` }, h("dt", {}, "Plain Spring"), h("dd", {}, mishap.plain)),
        h("div", { id: `${mishap.id}-lifeguard` }, h("dt", {}, "Lifeguard"), h("dd", {}, mishap.lifeguard))),
      this.outcome);
  }

  async press() {
    this.pressed = null;
    this.button.setAttribute("aria-busy", "true");
    this.say("pending", "Pressed.");
    const time = Date.now();
    try {
      const before = await api.pool(this.mishap.pool);
      const { order, caller } = await api.post(`/mishaps/${this.mishap.id}`);
      if (!before) {
        this.say("pending", `Order ${order}. The caller saw ${caller}.`);
        return;
      }
      this.pressed = { time, before, order: new RegExp(`order ${order}\\b`), caller };
      this.outcome.dataset.order = order;
      this.say("pending", `Order ${order}. The caller saw ${caller}. Waiting for Lifeguard.`);
    }
    catch (error) {
      this.say("failed", `That did not work: ${error.message}. Perhaps the pool is full; try again.`);
    }
    finally {
      this.button.removeAttribute("aria-busy");
    }
  }

  /** Looks whether this poll shows what the last press has caused. */
  look(time, details, events) {
    const now = details.get(this.mishap.pool);
    if (!this.pressed || !now) {
      return;
    }
    const found = EFFECTS[this.mishap.effect]?.(this.pressed.before, now) ?? this.failure(now, events);
    if (found) {
      const later = millis(time - this.pressed.time);
      this.say("done", `The caller saw ${this.pressed.caller}. Lifeguard, ${later} later: ${found}.`);
      this.announce(`${this.mishap.title}: ${found}`);
      this.pressed = null;
    }
    else if (time - this.pressed.time > GIVE_UP) {
      this.say("failed", "Nothing came of it within a minute.");
      this.pressed = null;
    }
  }

  /** A failure is seen when the endpoint has it and Sentry got it, or a storm has held it back. */
  failure(now, { destination, events }) {
    const mine = (entry) => this.pressed.order.test(entry.message);
    const failures = (now.recentFailures ?? []).filter(mine);
    if (!failures.length || failures.some(({ handling }) => handling !== this.mishap.effect)) {
      return null;
    }
    const suppressed = grew(this.pressed.before, now, (pool) => pool.failures.suppressed);
    const arrived = events.filter(mine).length;
    if (arrived) {
      return `${failures[0].handling}, ${arrived} Sentry ${arrived === 1 ? "event" : "events"}`
        + (suppressed > 0 ? `, ${suppressed} more held back` : "");
    }
    if (suppressed > 0) {
      return `${failures[0].handling}, and held back: there were more than ten alike within a minute`;
    }
    return destination === "here" ? null : `${failures[0].handling}, and sent to ${destination}`;
  }

  say(state, text) {
    this.outcome.dataset.state = state;
    setText(this.outcome, text);
  }

  get pool() {
    return this.pressed && this.mishap.pool;
  }

}

/** All buttons. */
export class Mishaps {

  constructor(host, announce) {
    this.host = host;
    this.announce = announce;
    this.cards = [];
  }

  async load() {
    for (const group of await api.mishaps()) {
      const cards = group.mishaps.map((mishap) => new Card(mishap, this.announce));
      this.cards.push(...cards);
      this.host.append(h("section", {}, h("h3", {}, group.title), h("p", { class: "intro" }, group.intro),
        h("ul", { class: "cards" }, cards.map((card) => card.element))));
    }
  }

  /** Whether a press on this pool still waits for its effect. */
  isWaiting(pool) {
    return this.cards.some((card) => card.pool === pool);
  }

  look(time, details, events) {
    this.cards.forEach((card) => card.look(time, details, events));
  }

}
