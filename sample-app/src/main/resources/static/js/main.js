import * as api from "./api.js";
import { number, setText } from "./dom.js";
import { Events } from "./feed.js";
import { Mishaps } from "./mishaps.js";

const PERIOD = 1000;
const SELDOM = 15_000;

const byId = (id) => document.getElementById(id);

const events = new Events(byId("events"), byId("destination"));
const mishaps = new Mishaps(byId("mishaps"), byId("result"), (text) => setText(byId("announcement"), text));
let wait = PERIOD;

async function poll() {
  const [received, sold] = await Promise.all([api.events(), api.numbers()]);
  events.update(received);
  await mishaps.look(received);
  setText(byId("numbers"), `${number(sold.orders)} orders, ${number(sold.mails)} mails, `
    + `${number(sold.invoices)} invoices, ${number(sold.items)} items off the shelf`);
}

async function tick() {
  if (!document.hidden) {
    try {
      await poll();
      wait = PERIOD;
      byId("lost-connection").hidden = true;
    }
    catch (error) {
      wait = Math.min(SELDOM, 2 * wait);
      setText(byId("lost-connection"), `The shop does not answer (${error.message}).`);
      byId("lost-connection").hidden = false;
    }
  }
  setTimeout(tick, wait);
}

/** Makes the frame as high as the board, so that there is one scroll bar. */
function fit(frame) {
  const board = frame.contentDocument;
  new ResizeObserver(() => {
    frame.style.height = `${board.body.offsetHeight}px`;
  }).observe(board.body);
}

byId("order").addEventListener("click", () => api.post("/orders"));
byId("rush").addEventListener("click", () => api.post("/orders?count=60"));

const frame = byId("board");
frame.addEventListener("load", () => fit(frame));
if (frame.contentDocument?.readyState === "complete" && frame.contentDocument.URL !== "about:blank") {
  fit(frame);
}
const guarded = await api.guarded();
byId("off").hidden = guarded;
await mishaps.load(guarded);
tick();
