import * as api from "./api.js";
import { number, setText } from "./dom.js";
import { Events, Failures } from "./feed.js";
import { Mishaps } from "./mishaps.js";
import { Pools } from "./pools.js";

const PERIOD = 1000;

const byId = (id) => document.getElementById(id);

const pools = new Pools(byId("pools"), byId("verdict"));
const failures = new Failures(byId("failures"));
const events = new Events(byId("events"), byId("destination"));
const mishaps = new Mishaps(byId("mishaps"), (text) => setText(byId("announcement"), text));

/** The last known details of each pool; asked for again only where something moved. */
const details = new Map();
let paused = false;

async function poll() {
  const guarded = await api.pools();
  byId("off").hidden = Boolean(guarded);
  const now = guarded ?? {};
  const names = Object.keys(now);
  const ill = names.some((name) => now[name].status !== "UP");
  const [received, sold, health, waits] = await Promise.all([api.events(), api.numbers(), ill ? api.health() : {},
    Promise.all(names.map(async (name) => [name, await api.waits(name)])), refreshDetails(now)]);
  const time = Date.now();
  pools.update(time, now, { waits: new Map(waits), health, details });
  failures.update(details, received);
  events.update(received);
  mishaps.look(time, details, received);
  setText(byId("numbers"), `${number(sold.orders)} orders, ${number(sold.mails)} mails, `
    + `${number(sold.invoices)} invoices, ${number(sold.items)} items off the shelf`);
}

async function refreshDetails(now) {
  const moved = ([name, pool]) => {
    const known = details.get(name);
    return !known || JSON.stringify(known.failures) !== JSON.stringify(pool.failures)
      || pools.isOpen(name) || mishaps.isWaiting(name);
  };
  await Promise.all(Object.entries(now).filter(moved).map(async ([name]) => details.set(name, await api.pool(name))));
  [...details.keys()].filter((name) => !now[name]).forEach((name) => details.delete(name));
}

async function tick() {
  if (!paused && !document.hidden) {
    try {
      await poll();
      byId("lost-connection").hidden = true;
    }
    catch (error) {
      setText(byId("lost-connection"), `The shop does not answer (${error.message}). The numbers below are old.`);
      byId("lost-connection").hidden = false;
    }
  }
  setTimeout(tick, PERIOD);
}

byId("pause").addEventListener("click", ({ currentTarget }) => {
  paused = !paused;
  currentTarget.setAttribute("aria-pressed", String(paused));
});
byId("order").addEventListener("click", () => api.post("/orders"));
byId("rush").addEventListener("click", () => api.post("/orders?count=60"));

await mishaps.load();
tick();
