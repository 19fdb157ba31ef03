"use strict";

const grew = (value) => (pool, before) => Math.max(0, (value(pool) ?? 0) - (value(before) ?? 0));

const ended = grew((pool) => pool.tasks && pool.tasks.succeeded + pool.tasks.failed);
const failed = grew((pool) => pool.tasks?.failed);

const threadLimit = (pool) => bounded(pool.size?.max) ?? bounded(pool.size?.core);

const tidy = (value) => (value === null || value === undefined ? "–" : number(value.toFixed(value < 10 ? 1 : 0)));

const outOf = (value, most) => `${tidy(value)}${most === undefined || most === null ? "" : ` of ${number(most)}`}`;

const THREADS = {
  title: "Threads busy", least: 2, lines: ["area", "bound", "need"],
  values: (pool) => [pool.active ?? pool.tasks?.running, pool.size?.current, pool.load?.demand],
  text: ([active, current], pool) => {
    const most = pool ? threadLimit(pool) ?? current : current;
    return outOf(active, most);
  },
};
const QUEUE = {
  title: "Waiting", least: 5, lines: ["area"],
  values: (pool) => [pool.queue?.size ?? pool.tasks?.queued],
  text: ([size], pool) => outOf(size, bounded(pool?.queue?.capacity)),
};
const RATE = {
  title: "Done", least: 1, lines: ["area"],
  values: (pool, before, seconds) => [ended(pool, before) / seconds],
  text: ([rate]) => `${tidy(rate)} a second`,
};
const FAILED = {
  title: "Failed", least: 2, lines: ["bad"],
  values: (pool, before) => [failed(pool, before)],
  text: ([failures], pool) => (pool ? `${number(pool.tasks.failed)} in all` : `${number(failures)} then`),
};

const POOL_NUMBERS = [
  ["Tasks", (pool) => pool.tasks.submitted],
  ["Reported", (pool) => pool.failures.reported, "bad"],
  ["Held back", (pool) => pool.failures.suppressed, "warn"],
  ["Watched", (pool) => pool.failures.watched, "warn"],
  ["Rejected", (pool) => pool.tasks.rejected, "warn"],
  ["Lost", (pool) => pool.tasks.lost, "bad"],
  ["Timed out", (pool) => pool.tasks.timedOut, "warn"],
  ["Stuck", (pool) => pool.stuck, "warn"],
];

class PoolRow extends Row {

  constructor(endpoint, name, pool) {
    super(name, pool.tasks ? { charts: [THREADS, QUEUE, RATE, FAILED], numbers: POOL_NUMBERS }
      : { charts: [THREADS, QUEUE], numbers: [] });
    this.endpoint = endpoint;
  }

  description() {
    return [simpleName(this.state.type), this.state.threads === "virtual" && "virtual threads",
      this.state.readOnly && "not the application's own"].filter(Boolean).join(", ");
  }

  searched() {
    return [this.name, this.state.type, this.state.status,
      ...(this.open ? this.detail?.runningTasks ?? [] : []).map(({ task }) => task)];
  }

  ailments() {
    const { status, reason, advice } = this.state;
    return [...(status === "UP" ? [] : [["reason", reason ?? `It is ${said(status)}; the endpoint does not say why.`]]),
      ...(advice ?? []).map((line) => ["advice", line])];
  }

  /** Whether its details have to be asked for. */
  get moved() {
    return !this.refused
      && (this.open || (this.state.tasks?.failed > 0 && this.seen !== JSON.stringify(this.state.failures)));
  }

  async look() {
    const { state } = this;
    const detail = await this.endpoint.ask(this.name);
    this.refused = !detail;
    if (detail) {
      this.seen = JSON.stringify(state.failures);
      this.detail = detail;
    }
    this.showDetail();
  }

  opened() {
    this.refused = false;
    if (!this.details.firstChild) {
      this.load = h("div", { class: "load" });
      this.all = h("div", {});
      this.running = h("ul", { class: "running", role: "list" });
      this.runningCount = h("h4", {}, "Running now");
      this.omitted = h("p", { class: "quiet" });
      this.runningList = new KeyedList(this.running, makeRunning, updateRunning);
      this.recent = h("ul", { class: "recent", role: "list" });
      this.recentList = failureList(this.recent);
      this.none = h("p", { class: "quiet" }, "None.");
      this.details.append(...(this.state.tasks ? [
        h("div", {}, h("h4", {}, "Load against size"), this.load),
        h("div", {}, h("h4", {}, "Sizes"), new Sizes(this).element),
        h("div", { class: "wide" }, h("h4", {}, "All numbers"), this.all),
        h("div", { class: "wide" }, this.runningCount, this.running, this.omitted),
        h("div", { class: "wide" }, h("h4", {}, "Its recent failures"), this.none, this.recent),
      ] : [h("p", { class: "wide quiet" }, "A pool that is not the application's: it is shown and no more.")]));
    }
    this.showDetail();
    wake();
  }

  update(time, pool) {
    super.update(time, pool);
    if (this.open) {
      this.showDetail();
    }
  }

  showDetail() {
    if (!this.open || !this.state.tasks) {
      return;
    }
    const { tasks, failures, size, queue } = this.state;
    showLoad(this.load, this.state);
    showFacts(this.all, [["Core size", bounded(size?.core)], ["Max size", bounded(size?.max)],
      ["Threads now", size?.current], ["Most threads", size?.largest],
      ["Queue capacity", bounded(queue?.capacity) ?? (queue && "unbounded")],
      ["Submitted", tasks.submitted], ["Succeeded", tasks.succeeded], [() => word("failed"), tasks.failed],
      ["Cancelled", tasks.cancelled], ["Running", tasks.running], ["Queued", tasks.queued],
      [() => word("rejected"), tasks.rejected], [() => word("lost"), tasks.lost],
      [() => word("timed-out"), tasks.timedOut], [() => word("stuck"), this.state.stuck],
      [() => word("uncaught"), failures.uncaught], [() => word("unobserved"), failures.unobserved],
      [() => word("observed"), failures.observed], [() => word("watched"), failures.watched],
      [() => word("reported"), failures.reported], [() => word("held-back"), failures.suppressed]]);
    const { runningTasks, runningTasksOmitted, recentFailures } = this.detail ?? {};
    setText(this.runningCount, `Running now: ${number(tasks.running)}`);
    this.runningList.show(runningTasks ?? [], (task) => `${task.thread}\n${task.task}\n${task.since}`);
    notice(this.omitted, this.refused ? "The endpoint does not show you what it runs and what has failed."
      : runningTasksOmitted > 0 && `And ${number(runningTasksOmitted)} more, which run for less long.`);
    this.none.hidden = Boolean(recentFailures?.length);
    const failed = (recentFailures ?? []).map((failure) => ({ ...failure, pool: this.name }));
    const keys = keysOf(failed);
    this.recentList.show(failed, (failure) => keys.get(failure));
  }

}

/** Updates the values of a list of facts, and makes it where it is not there or has other terms. */
function showFacts(host, values) {
  const present = values.filter(([, value]) => value !== undefined && value !== null);
  const shown = [...host.querySelectorAll("dd")];
  if (shown.length !== present.length) {
    host.replaceChildren(pairs(present, "facts"));
  }
  else {
    present.forEach(([, value], index) => setText(shown[index], typeof value === "number" ? number(value) : value));
  }
}

function showLoad(host, { load, size }) {
  if (!load) {
    showOnce(host, "none", () => h("p", { class: "quiet" }, "Not known yet."));
    return;
  }
  const limit = threadLimit({ size });
  const bar = showOnce(host, "load", () => h("div", {},
    h("p", {}, word("demand"), ": ", h("span", { class: "text" })),
    h("div", { class: "bar", "aria-hidden": "true" }, h("div", { class: "fill" }), h("div", { class: "busy" }))));
  setText(bar.querySelector(".text"), `${tidy(load.arrivals)} tasks a second need ${tidy(load.demand)} `
    + `${limit ? `of ${number(limit)} threads` : "threads"}; ${tidy(load.busy)} busy on average. `
    + `Mean wait ${duration(load.wait)}.`);
  const share = limit ? load.demand / limit : 0;
  bar.querySelector(".bar").hidden = !limit;
  bar.querySelector(".bar").dataset.level = share >= 1 ? "bad" : share >= 0.8 ? "warn" : "good";
  bar.querySelector(".fill").style.width = `${Math.min(100, share * 100)}%`;
  bar.querySelector(".busy").style.left = `${limit ? Math.min(100, (load.busy / limit) * 100) : 0}%`;
}

function showOnce(host, key, make) {
  if (host.dataset.shown !== key) {
    host.dataset.shown = key;
    host.replaceChildren(make());
  }
  return host.firstElementChild;
}

function makeRunning(task) {
  return h("li", {}, h("details", {},
    h("summary", {}, h("strong", {}, task.task), ` on ${task.thread}, for `, h("span", { class: "since" })),
    h("pre", { tabindex: "0", role: "group", "aria-label": `Stack of ${task.task}` })));
}

function updateRunning(element, task) {
  setText(element.querySelector(".since"), spoken(now() - Date.parse(task.since)));
  const stack = task.stack ?? [];
  setText(element.querySelector("pre"), stack.length === 1 && stack[0] === HIDDEN
    ? "The stack is hidden from you: see management.endpoint.pools.show-values." : stack.join("\n"));
}

/** The sizes that can be changed, where the viewer may. */
class Sizes {

  constructor(row) {
    this.row = row;
    this.element = h("div", {});
    if (!row.endpoint.takesChanges) {
      this.element.append(h("p", { class: "quiet" },
        "They can be changed here where management.endpoint.pools.access is unrestricted."));
      return;
    }
    const { threads, queue, size } = row.state;
    const fields = threads === "virtual" || !size
      ? [["concurrencyLimit", "Concurrency limit", ""]]
      : [["coreSize", "Core size", size.core],
        size.max !== undefined && ["maxSize", "Max size", bounded(size.max) ?? ""],
        queue?.capacity !== undefined && ["queueCapacity", "Queue capacity", bounded(queue.capacity) ?? ""],
        size.max !== undefined && ["keepAlive", "Keep alive", ""]];
    this.fields = fields.filter(Boolean).map(([property, label, value]) => {
      const error = h("span", { class: "error", id: newId(), hidden: true });
      const input = h("input", { id: newId(), name: property, value, autocomplete: "off", "aria-describedby": error.id,
        placeholder: property === "keepAlive" ? "as it is" : null });
      return { property, input, error, element: h("div", { class: "field" },
        h("label", { for: input.id }, label), input, error) };
    });
    this.answer = h("p", { role: "status" });
    this.element.append(h("form", { novalidate: true, onsubmit: (event) => this.submit(event) },
      this.fields.map(({ element }) => element), h("button", { type: "submit" }, "Change"), this.answer));
  }

  async submit(event) {
    event.preventDefault();
    this.tell({});
    const changed = this.fields.filter(({ input }) => input.value.trim() !== input.defaultValue);
    if (!changed.length) {
      this.tell({ text: "Nothing to change." });
      return;
    }
    try {
      this.show(await this.row.endpoint.change(this.row.name,
        Object.fromEntries(changed.map(({ property, input }) => [property, input.value.trim()]))));
    }
    catch (error) {
      this.tell({ text: `The application did not answer: ${error.message}.` });
    }
  }

  show({ made, status, answer }) {
    if (made) {
      this.fields.forEach(({ property, input }) => {
        const sizes = {
          coreSize: answer.size?.core, maxSize: answer.size?.max, queueCapacity: answer.queue?.capacity,
          concurrencyLimit: input.value,
        };
        input.defaultValue = input.value = bounded(sizes[property]) ?? "";
      });
      this.tell({ text: "Changed." });
    }
    else if (status === 400 && answer.reason) {
      const { property, value, reason } = answer;
      const text = `${value === undefined || value === null ? "" : `${value} `}${reason}`;
      this.tell({ property, text: this.fields.some((field) => field.property === property) ? text
        : `${property ?? ""} ${text}`.trim() });
    }
    else if (status === 401 || status === 403) {
      this.tell({ text: `You may not change it (the endpoint answered ${status}).` });
    }
    else {
      this.tell({ text: `The endpoint refused it (${status}).` });
    }
  }

  /** Says something of one property, or of all. */
  tell({ property, text }) {
    let told = false;
    this.fields.forEach(({ property: own, input, error }) => {
      const bad = own === property;
      notice(error, bad && text);
      input.setAttribute("aria-invalid", String(bad));
      if (bad) {
        input.focus();
        told = true;
      }
    });
    setText(this.answer, told ? "Not changed." : text ?? "");
  }

}
