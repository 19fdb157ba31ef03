"use strict";

const runChart = (title, least, valueOf) => ({
  title, least, lines: ["dots"],
  values: (schedule, before) => [ran(schedule, before) ? millisOf(valueOf(schedule)) : null],
  text: ([millis], schedule) => {
    const value = schedule ? millisOf(valueOf(schedule)) : millis;
    return value === null ? "no run" : spoken(value);
  },
});

const RUN_TIME = runChart("Run time", 1, ({ lastDuration }) => lastDuration);
const LAG = runChart("Lag", 10, ({ lag }) => lag);

/** Whether a run has ended since, or none is known from before. */
const ran = (schedule, before) => schedule === before || schedule.runs !== before.runs;

const SCHEDULE_NUMBERS = [
  ["Runs", ({ runs }) => runs],
  ["Failures", ({ failures }) => failures, "bad"],
  ["In a row", ({ consecutiveFailures }) => consecutiveFailures, "bad"],
  ["Running", ({ running }) => running],
  ["Last run", ({ lastOutcome, lastEnd }) => lastEnd && `${lastOutcome}, ${ago(lastEnd)}`,
    (text) => (text.startsWith("failure") ? "bad" : "")],
  ["Next due", ({ nextDue }) => nextDue && due(nextDue)],
];

const ago = (instant) => `${spoken(now() - Date.parse(instant))} ago`;

function due(instant) {
  const millis = Date.parse(instant) - now();
  return millis < -1000 ? `${spoken(-millis)} ago` : millis < 1000 ? "now" : `in ${spoken(millis)}`;
}

function triggerOf({ type, expression, zone, period }) {
  switch (type) {
    case "cron": return `cron ${expression}${zone ? `, ${zone}` : ""}`;
    case "fixed-rate": return `every ${duration(period)}`;
    case "fixed-delay": return `${duration(period)} after each run`;
    default: return "a trigger of its own";
  }
}

class ScheduleRow extends Row {

  constructor(name) {
    super(name, { charts: [RUN_TIME, LAG], numbers: SCHEDULE_NUMBERS });
  }

  description() {
    const { trigger, pool } = this.state;
    return `${trigger ? triggerOf(trigger) : "no trigger known"}, on ${pool}`;
  }

  searched() {
    return [this.name, this.state.task, this.state.pool, this.state.status];
  }

  ailments() {
    const { status, reason } = this.state;
    return status === "UP" ? [] : [["reason", reason ?? `It is ${said(status)}; the endpoint does not say why.`]];
  }

  opened() {
    if (!this.details.firstChild) {
      this.facts = h("div", { class: "wide" });
      this.details.append(this.facts);
    }
    this.showDetail();
  }

  update(time, schedule) {
    super.update(time, schedule);
    if (this.open) {
      this.showDetail();
    }
  }

  showDetail() {
    const { task, pool, trigger, lastStart, lastEnd, lastSuccess, lastDuration, lag, nextDue } = this.state;
    const at = (instant) => instant && new Date(instant).toLocaleString([], { hour12: false });
    showFacts(this.facts, [["Task", task], ["Pool", pool], ["Trigger", trigger && triggerOf(trigger)],
      ["Last start", at(lastStart)], ["Last end", at(lastEnd)], ["Last success", at(lastSuccess)],
      ["Last run time", duration(lastDuration)], [() => word("lag"), duration(lag)], ["Next due", at(nextDue)]]);
  }

}
