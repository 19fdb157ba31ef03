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
  stuck: (_, now) => now.stuck > 0 && "the task counts as stuck; open the pool on the board for its stack",
  deadlock: (_, now) => now.status === "DOWN" && "the deadlock is found, and the pool is down",
};

/** One button, and what came of pressing it. */
class Mishap {

  constructor(mishap, guarded, announce, show) {
    Object.assign(this, { mishap, guarded, announce });
    const { id, title, plainShows, code, plain, lifeguard } = mishap;
    const more = `${id}-more`;
    this.button = h("button", { type: "button", "data-mishap": id, "aria-describedby": more,
      onclick: () => this.press(), onfocus: () => show(this), onmouseenter: () => show(this) }, title);
    this.outcome = h("p", { class: "outcome" });
    this.element = h("div", { class: "mishap", "data-shown": id },
      h("div", { class: "head" }, h("h3", {}, title),
        h("span", { class: `plainly ${plainShows}` }, PLAIN[plainShows])),
      h("code", {}, code),
      this.outcome,
      h("dl", { id: more },
        h("div", {}, h("dt", {}, "Plain Spring"), h("dd", {}, plain)),
        h("div", {}, h("dt", {}, "Lifeguard"), h("dd", {}, lifeguard))));
    this.element.hidden = true;
    this.show = () => show(this, true);
  }

  async press() {
    this.pressed = null;
    this.busy = true;
    this.show();
    this.button.setAttribute("aria-busy", "true");
    this.say("pending", "Pressed.");
    const time = Date.now();
    try {
      const before = this.guarded && await api.pool(this.mishap.pool);
      const { order, caller, refused } = await api.post(`/mishaps/${this.mishap.id}`);
      if (refused) {
        this.say("failed", `The pool takes no more: ${refused}. Try again in a moment.`);
        return;
      }
      if (!before) {
        this.say("done", `Order ${order}. The caller saw ${caller}. Look at the log in the terminal.`);
        return;
      }
      this.pressed = { time, before, order: new RegExp(`order ${order}\\b`), caller };
      this.outcome.dataset.order = order;
      this.say("pending", `Order ${order}. The caller saw ${caller}. Waiting for Lifeguard.`);
    }
    catch (error) {
      this.say("failed", `That did not work: ${error.message}.`);
    }
    finally {
      this.busy = false;
      this.button.removeAttribute("aria-busy");
    }
  }

  /** Looks whether by now there is to be seen what the last press has caused. */
  async look(events) {
    if (!this.pressed) {
      return;
    }
    const now = await api.pool(this.mishap.pool);
    if (!this.pressed) {
      return;
    }
    const time = Date.now();
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

}

/** All buttons, and the one that is shown with what came of it. */
export class Mishaps {

  constructor(host, result, announce) {
    Object.assign(this, { host, result, announce });
    this.mishaps = [];
  }

  async load(guarded) {
    for (const group of await api.mishaps()) {
      const mishaps = group.mishaps.map((mishap) =>
        new Mishap(mishap, guarded, this.announce, (shown, pressed) => this.show(shown, pressed)));
      this.mishaps.push(...mishaps);
      this.host.append(h("section", {}, h("h3", {}, group.title), h("p", { class: "quiet" }, group.intro),
        h("div", { class: "buttons" }, mishaps.map(({ button }) => button))));
    }
    this.result.append(...this.mishaps.map(({ element }) => element));
  }

  /** What was pressed stays until something came of it; then whatever is pointed at is shown. */
  show(shown, pressed) {
    if (pressed || !this.mishaps.some((mishap) => mishap.pressed || mishap.busy)) {
      this.result.firstElementChild.hidden = true;
      this.mishaps.forEach((mishap) => {
        mishap.element.hidden = mishap !== shown;
      });
    }
  }

  async look(events) {
    await Promise.all(this.mishaps.map((mishap) => mishap.look(events)));
  }

}
