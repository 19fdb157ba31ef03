"use strict";

/** How often the endpoints are asked, in milliseconds, and how seldom while they do not answer. */
const PERIOD = 2000;
const SELDOM = 30_000;
/** How many pools are asked for their details at a time. */
const DETAILS = 8;

const endpoints = { pools: new Endpoint("pools"), schedules: new Endpoint("schedules") };
const pools = new Rows(byId("pools"), byId("pools-shown"),
  (name, pool) => new PoolRow(endpoints.pools, name, pool), "pool");
const schedules = new Rows(byId("schedules"), byId("schedules-shown"), (name) => new ScheduleRow(name), "schedule");
const failures = new Failures();

const state = { paused: false, busy: false, wait: PERIOD, lastAnswer: null };
let timer;

/** The longest time between two polls while all is well, in seconds. */
const longest = () => Math.max(PERIOD, state.period ?? 0) / 1000;

async function poll() {
  const started = performance.now();
  const [allPools, allSchedules] = await Promise.all([endpoints.pools.ask(), endpoints.schedules.ask()]);
  const time = Date.now() / 1000;
  pools.update(time, allPools?.pools ?? {});
  schedules.update(time, allSchedules?.schedules ?? {});
  const rows = [...pools.rows.values()];
  await Promise.all(rows.filter((row) => row.moved)
    .sort((one, other) => other.open - one.open)
    .slice(0, DETAILS)
    .map((row) => row.look()));
  failures.update(rows);
  state.lastAnswer = Date.now();
  state.period = Math.max(PERIOD, 8 * (performance.now() - started));
}

function show() {
  const text = byId("search").value.trim().toLowerCase();
  const sickOnly = byId("sick-only").getAttribute("aria-pressed") === "true";
  pools.show(text, sickOnly);
  schedules.show(text, sickOnly);
  failures.show(text);
  for (const [name, endpoint] of Object.entries(endpoints)) {
    setText(byId(`${name}-notice`).querySelector("p"), endpoint.refusal ?? "");
    byId(`${name}-notice`).hidden = !endpoint.refusal;
    byId(`${name}-shown`).hidden = Boolean(endpoint.refusal);
    byId(`${name}-none`).hidden = Boolean(endpoint.refusal) || { pools, schedules }[name].rows.size > 0;
  }
  judge();
}

/** The one sentence about everything. */
function judge() {
  const sick = [...pools.sick, ...schedules.sick].sort(sickFirst);
  const total = pools.rows.size + schedules.rows.size;
  const verdict = byId("verdict");
  const counted = [pools.rows.size && plural(pools.rows.size, "pool"),
    schedules.rows.size && plural(schedules.rows.size, "schedule")].filter(Boolean).join(" and ");
  const named = sick.slice(0, 5).map((row) => `${row.name} is ${said(row.state.status)}`).join(", ");
  setText(verdict, total === 0 ? "Nothing to show." : sick.length === 0 ? `${counted}: all are up.`
    : `Worth a look, of ${counted}: ${named}${sick.length > 5 ? `, and ${sick.length - 5} more` : ""}.`);
  verdict.dataset.level = total === 0 ? "" : sick[0]?.level ?? "good";
}

async function tick() {
  clearTimeout(timer);
  if (state.busy || state.paused || document.hidden) {
    return;
  }
  state.busy = true;
  try {
    await poll();
    show();
    state.wait = state.period;
    byId("away").hidden = true;
    setText(byId("away-text"), "");
  }
  catch (error) {
    state.wait = Math.min(SELDOM, 2 * state.wait);
    tellAway(error);
  }
  state.busy = false;
  timer = setTimeout(tick, state.wait);
}

function tellAway(error) {
  const what = error instanceof Away ? `The application does not answer (${error.message})`
    : `This page cannot show what it got (${error.message})`;
  setText(byId("away-text"),
    state.lastAnswer ? `${what}. What you see is from ${clock(state.lastAnswer)}.` : `${what}.`);
  setText(byId("away-next"), `Trying again every ${spoken(state.wait)}.`);
  byId("away").hidden = false;
}

/** Asks now, also what was refused before. */
function retry() {
  Object.values(endpoints).forEach((endpoint) => endpoint.again());
  state.wait = PERIOD;
  tick();
}

/** Asks soon, for what somebody has just opened. */
function wake() {
  if (!state.busy) {
    tick();
  }
}

function pressed(button, change) {
  button.addEventListener("click", () => {
    const now = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(now));
    change(now);
  });
}

pressed(byId("pause"), (paused) => {
  state.paused = paused;
  tick();
});
pressed(byId("sick-only"), show);
byId("search").addEventListener("input", show);
for (const button of document.querySelectorAll("#retry, .note button")) {
  button.addEventListener("click", retry);
}
document.addEventListener("visibilitychange", tick);
byId("pool-words").append(...["charts", "watched", "held-back", "lost", "stuck", "demand"].map((id) => word(id)));
byId("schedule-words").append(...["lag", "failing", "overdue", "silent", "dead"].map((id) => word(id)));

tick();
