"use strict";

const FEW = 20;
const MOST = 200;

/** What stands for a message or a stack that the viewer may not see. */
const hiddenMark = () => h("span", { class: "mark" }, "hidden from you");

const textOrHidden = (text) => (text === HIDDEN ? hiddenMark() : text);

const mark = (text, kind = "") => h("span", { class: `mark ${kind}` }, text);

const HANDLINGS = { uncaught: "bad", unobserved: "bad", watched: "warn", observed: "" };

/** A list of failures, newest first. */
class FailureList {

  constructor(list) {
    this.list = new KeyedList(list, (failure) => this.make(failure), (element, failure) => this.complete(element, failure));
  }

  show(failures) {
    const same = new Map();
    const keys = new Map(failures.map((failure) => {
      const key = [failure.pool, failure.at, failure.task, failure.exception, failure.thread].join("\n");
      same.set(key, (same.get(key) ?? 0) + 1);
      return [failure, `${key}\n${same.get(key)}`];
    }));
    this.list.show(failures, (failure) => keys.get(failure));
  }

  make(failure) {
    return h("li", { class: "failure" }, h("details", {},
      h("summary", {},
        h("span", { class: "what" }, h("strong", {}, simpleName(failure.exception)), mark(failure.pool),
          h("span", { class: "handling" }), h("time", { datetime: failure.at }, clock(failure.at))),
        failure.message && h("span", { class: "message" }, textOrHidden(failure.message)),
        h("span", { class: "from" }, h("span", { class: "quiet" }, "Task "), failure.task),
        failure.submittedFrom
          && h("span", { class: "from" }, h("span", { class: "quiet" }, "Submitted from "), failure.submittedFrom)),
      pairs([["Exception", failure.exception], ["Thread", failure.thread], ["Waited", duration(failure.waited)],
        ["Ran", duration(failure.ran)], ["Submitted from", failure.submittedFrom ?? "not known yet: the place is kept "
          + "for the kinds of task that have failed before (lifeguard.report.submission-site)"]], "facts")));
  }

  /** What is watched gets its handling later. */
  complete(element, { handling }) {
    const shown = element.querySelector(".handling");
    setText(shown, handling);
    shown.className = `handling mark ${HANDLINGS[handling] ?? ""}`;
  }

}

/** The recent failures of all pools whose details are known. */
class Failures {

  constructor() {
    this.list = new FailureList(byId("failures"));
    this.limit = FEW;
    byId("more-failures").addEventListener("click", () => {
      this.limit = MOST;
      this.show(this.text);
    });
  }

  update(pools) {
    this.all = pools.flatMap(({ name, detail }) => (detail?.recentFailures ?? []).map((failure) =>
      ({ ...failure, pool: name })));
    this.all.sort((one, other) => String(other.at).localeCompare(String(one.at)));
  }

  show(text) {
    this.text = text;
    const found = (this.all ?? []).filter((failure) => text === "" || ["pool", "task", "exception", "message", "submittedFrom"]
      .some((field) => String(failure[field] ?? "").toLowerCase().includes(text)));
    this.list.show(found.slice(0, this.limit));
    byId("more-failures").hidden = found.length <= this.limit || this.limit === MOST;
    setText(byId("failures-shown"), found.length === 0 ? "None" : found.length <= this.limit ? number(found.length)
      : `The last ${this.limit} of ${number(found.length)}`);
    notice(byId("failures-notice"), (this.all ?? []).some(({ message }) => message === HIDDEN)
      && "Messages and stacks are hidden from you. management.endpoint.pools.show-values and .roles say who sees them.");
  }

}
