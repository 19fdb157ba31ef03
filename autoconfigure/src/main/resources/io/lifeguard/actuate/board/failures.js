"use strict";

const FEW = 20;
const MOST = 200;
const SEARCHED = ["pool", "task", "exception", "message", "submittedFrom"];

const HANDLINGS = { uncaught: "bad", unobserved: "bad", watched: "warn", observed: "" };

const UNKNOWN_SITE = "not known: it is kept for kinds of task that have failed before "
  + "(lifeguard.report.submission-site)";

const mark = (text, kind = "") => h("span", { class: `mark ${kind}` }, text);

const labelled = (label, text) => h("span", { class: "from" }, h("span", { class: "quiet" }, `${label} `), text);

/** A list of failures, newest first. */
const failureList = (list) => new KeyedList(list,
  () => h("li", { class: "failure" }, h("details", {}, h("summary"), h("div", { class: "more" }))), updateFailure);

function updateFailure(element, failure) {
  const shown = JSON.stringify(failure);
  if (element.shown === shown) {
    return;
  }
  element.shown = shown;
  const { at, exception, message, task, pool, handling, thread, waited, ran, submittedFrom, times } = failure;
  element.querySelector("summary").replaceChildren(
    h("span", { class: "what" }, h("strong", {}, simpleName(exception)), times > 1 && mark(`${number(times)} times`),
      mark(pool), mark(handling, HANDLINGS[handling]), h("time", { datetime: at }, clock(at))),
    message ? h("span", { class: "message" }, message === HIDDEN ? mark("hidden from you") : message) : "",
    labelled("Task", task), submittedFrom ? labelled("Submitted from", submittedFrom) : "");
  element.querySelector(".more").replaceChildren(pairs([["Exception", exception], ["Thread", thread],
    ["Waited", duration(waited)], ["Ran", duration(ran)], ["Submitted from", submittedFrom ?? UNKNOWN_SITE]], "facts"));
}

/** Tells failures of one pool apart that are the same in all that is known of them. */
function keysOf(failures) {
  const same = new Map();
  return new Map(failures.map((failure) => {
    const key = [failure.at, failure.task, failure.exception, failure.thread].join("\n");
    same.set(key, (same.get(key) ?? 0) + 1);
    return [failure, `${key}\n${same.get(key)}`];
  }));
}

/** The newest of each kind of failure, with the number of those alike. */
function alike(failures) {
  const kinds = new Map();
  for (const failure of failures) {
    const { pool, task, exception, handling, submittedFrom } = failure;
    const kind = [pool, task, exception, handling, submittedFrom].join("\n");
    kinds.set(kind, { kind, ...failure, ...kinds.get(kind), times: (kinds.get(kind)?.times ?? 0) + 1 });
  }
  return [...kinds.values()];
}

/** The recent failures of all pools whose details are known. */
class Failures {

  constructor() {
    this.list = failureList(byId("failures"));
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
    const all = this.all ?? [];
    const found = all.filter((failure) => text === "" || SEARCHED.some((field) =>
      String(failure[field] ?? "").toLowerCase().includes(text)));
    const kinds = alike(found);
    this.list.show(kinds.slice(0, this.limit), ({ kind }) => kind);
    byId("more-failures").hidden = kinds.length <= this.limit || this.limit === MOST;
    setText(byId("failures-shown"), found.length === 0 ? "None" : number(found.length));
    notice(byId("failures-notice"), all.some(({ message }) => message === HIDDEN)
      && "Messages and stacks are hidden from you: management.endpoint.pools.show-values and roles say who sees them.");
  }

}
