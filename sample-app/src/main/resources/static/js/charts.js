import uPlot from "/webjars/uplot/dist/uPlot.esm.js";
import { h, millis, number, setText } from "./dom.js";

const SECONDS = 120;
const HEIGHT = 48;
const UNBOUNDED = 2_147_483_647;

const stepped = uPlot.paths.stepped({ align: 1 });

const color = (name) => () => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const bounded = (value) => (value === undefined || value >= UNBOUNDED ? undefined : value);

/** What is drawn of a pool: its title, its lines, and what is said of it, now or under the pointer. */
const CHARTS = [
  {
    title: "Threads",
    least: 2,
    values: ({ pool }) => [pool.active ?? pool.tasks.running, pool.size?.current],
    text: ([active, current], { pool }) => {
      const most = bounded(pool.size?.max) ?? current;
      return most === undefined || most === null ? `${active} busy` : `${active} of ${most}`;
    },
    series: [
      { stroke: color("--accent"), fill: color("--accent-soft"), width: 1.5, paths: stepped },
      { stroke: color("--quiet"), width: 1, dash: [2, 3], paths: stepped },
    ],
  },
  {
    title: "Queue",
    least: 5,
    values: ({ pool }) => [pool.queue?.size ?? pool.tasks.queued],
    text: ([size], { pool }) => {
      const capacity = bounded(pool.queue?.capacity);
      return capacity ? `${number(size)} of ${number(capacity)}` : `${number(size)} waiting`;
    },
    series: [{ stroke: color("--accent"), fill: color("--accent-soft"), width: 1.5, paths: stepped }],
  },
  {
    title: "Wait",
    least: 10,
    values: ({ wait }) => [wait],
    text: ([wait]) => (wait === null || wait === undefined ? "no task" : millis(wait)),
    series: [{ stroke: color("--accent"), width: 1.5, spanGaps: true, points: { show: false } }],
  },
  {
    title: "Failures",
    least: 2,
    values: ({ failures }) => [failures],
    text: ([failures], { pool }, live) =>
      (live ? `${number(pool.tasks.failed)} in all` : `${failures ?? 0} in a second`),
    series: [{ stroke: color("--bad"), fill: color("--bad"), width: 0, paths: uPlot.paths.bars({ size: [1, 4, 2] }) }],
  },
];

class Chart {

  constructor(definition) {
    this.definition = definition;
    this.value = h("span", { class: "value" });
    this.plot = h("div", { class: "plot", "aria-hidden": "true" });
    this.element = h("figure", { class: "chart" },
      h("figcaption", {}, h("span", {}, definition.title), " ", this.value), this.plot);
    this.data = [[], ...definition.series.map(() => [])];
  }

  push(time, sample) {
    this.sample = sample;
    [time, ...this.definition.values(sample)].forEach((value, index) => {
      this.data[index].push(value ?? null);
      if (this.data[index].length > SECONDS + 1) {
        this.data[index].shift();
      }
    });
    if (!this.chart) {
      this.draw();
    }
    this.chart.setData(this.data);
    this.tell();
  }

  draw() {
    const { least, series } = this.definition;
    this.chart = new uPlot({
      width: Math.max(this.plot.clientWidth, 60),
      height: HEIGHT,
      padding: [3, 0, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false }, sync: { key: "pools" } },
      scales: {
        x: { range: (_, min, max) => [max - SECONDS, max] },
        y: { range: (_, min, max) => [0, Math.max(least, max ?? 0)] },
      },
      axes: [{ show: false }, { show: false }],
      series: [{}, ...series.map((line) => ({ points: { show: false }, ...line }))],
      hooks: { setCursor: [() => this.tell()] },
    }, this.data, this.plot);
    this.observer = new ResizeObserver(() => this.chart.setSize({ width: this.plot.clientWidth, height: HEIGHT }));
    this.observer.observe(this.plot);
  }

  tell() {
    const pointed = this.chart?.cursor.idx;
    const live = pointed === null || pointed === undefined;
    const index = live ? this.data[0].length - 1 : pointed;
    setText(this.value, this.definition.text(this.data.slice(1).map((values) => values[index]), this.sample, live));
    this.element.classList.toggle("pointed", !live);
  }

  redraw() {
    this.chart?.redraw(false);
  }

  remove() {
    this.observer?.disconnect();
    this.chart?.destroy();
  }

}

/** The charts of one pool. They share one pointer with those of all other pools. */
export class PoolCharts {

  constructor() {
    this.charts = CHARTS.map((definition) => new Chart(definition));
    this.element = h("div", { class: "charts" }, this.charts.map((chart) => chart.element));
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.repaint = () => this.charts.forEach((chart) => chart.redraw());
    this.scheme.addEventListener("change", this.repaint);
  }

  /** Adds what a poll has brought; time in milliseconds, waits as totals since the start. */
  push(time, pool, waits) {
    const last = this.last ?? { pool, waits };
    const started = (waits?.count ?? 0) - (last.waits?.count ?? 0);
    const wait = started > 0 ? ((waits.seconds - last.waits.seconds) / started) * 1000 : null;
    const failures = Math.max(0, pool.tasks.failed - last.pool.tasks.failed);
    this.charts.forEach((chart) => chart.push(time / 1000, { pool, wait, failures }));
    this.last = { pool, waits };
  }

  remove() {
    this.scheme.removeEventListener("change", this.repaint);
    this.charts.forEach((chart) => chart.remove());
    this.element.remove();
  }

}
