"use strict";

/** How far back the charts go in the end, and at first, in seconds. */
const SPAN = 300;
const FIRST_SPAN = 60;
const HEIGHT = 44;
const UNBOUNDED = 2_147_483_647;

const bounded = (value) => (value === undefined || value === null || value >= UNBOUNDED ? undefined : value);

const color = (name) => () => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const stepped = uPlot.paths.stepped({ align: 1 });
const bars = uPlot.paths.bars({ size: [1, 4, 2] });

const LINES = {
  area: { stroke: color("--accent"), fill: color("--accent-soft"), width: 1.5, paths: stepped },
  bound: { stroke: color("--quiet"), width: 1, dash: [2, 3], paths: stepped },
  need: { stroke: color("--warn"), width: 1.25 },
  bad: { stroke: color("--bad"), fill: color("--bad"), width: 0, paths: bars },
  dots: {
    stroke: color("--accent"), width: 1.5, spanGaps: true,
    points: { show: true, size: 4, fill: color("--accent") },
  },
};

/** One small chart: a title, what is said of the last values or those pointed at, and lines, drawn while in sight. */
class Chart {

  /**
   * @param title what is drawn
   * @param lines names of LINES
   * @param least the least value that the whole height stands for
   * @param text says the values of one moment; gets the last sample too, unless the moment is one pointed at
   */
  constructor({ title, lines, least, text }) {
    Object.assign(this, { lines, least, text });
    this.value = h("span", { class: "value" });
    this.plot = h("div", { class: "plot", "aria-hidden": "true" });
    this.plot.chart = this;
    this.element = h("figure", { class: "chart" },
      h("figcaption", {}, h("span", {}, title), " ", this.value), this.plot);
    this.data = [[], ...lines.map(() => [])];
    inSight.observe(this.plot);
  }

  /** Adds values; nothing known for a while leaves a gap. */
  push(time, values, sample, gap) {
    this.sample = sample;
    if (gap) {
      this.add(time - 1, []);
    }
    this.add(time, values);
    while (this.data[0][0] < time - SPAN - 10) {
      this.data.forEach((series) => series.shift());
    }
    this.uplot?.setData(this.data);
    this.tell();
  }

  add(time, values) {
    this.data[0].push(time);
    this.lines.forEach((_, index) => this.data[index + 1].push(values[index] ?? null));
  }

  show(visible) {
    if (visible && !this.uplot && this.plot.clientWidth > 0) {
      this.uplot = this.draw();
      sizes.observe(this.plot);
    }
    else if (!visible && this.uplot) {
      sizes.unobserve(this.plot);
      this.uplot.destroy();
      this.uplot = null;
    }
  }

  draw() {
    return new uPlot({
      width: this.plot.clientWidth,
      height: HEIGHT,
      padding: [3, 0, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false }, sync: { key: "board" } },
      scales: {
        x: { range: (_, min, max) => [max - Math.min(SPAN, Math.max(FIRST_SPAN, max - min)), max] },
        y: { range: (_, min, max) => [0, Math.max(this.least, (max ?? 0) * 1.05)] },
      },
      axes: [{ show: false }, { show: false }],
      series: [{}, ...this.lines.map((line) => ({ points: { show: false }, ...LINES[line] }))],
      hooks: { setCursor: [() => this.tell()] },
    }, this.data, this.plot);
  }

  tell() {
    const pointed = this.uplot?.cursor.idx ?? null;
    const index = pointed ?? this.data[0].length - 1;
    const values = this.data.slice(1).map((series) => series[index]);
    setText(this.value, pointed === null ? this.text(values, this.sample)
      : `${clock(this.data[0][index] * 1000)}  ${this.text(values)}`);
    this.element.classList.toggle("pointed", pointed !== null);
  }

  resize() {
    this.uplot?.setSize({ width: this.plot.clientWidth, height: HEIGHT });
  }

  remove() {
    this.show(false);
    inSight.unobserve(this.plot);
  }

}

/** Only what is in sight is drawn: there may be hundreds. */
const inSight = new IntersectionObserver((entries) =>
  entries.forEach(({ target, isIntersecting }) => target.chart.show(isIntersecting)), { rootMargin: "200px 0px" });

const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => target.chart.resize()));

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
  document.querySelectorAll(".plot").forEach(({ chart }) => chart.uplot?.redraw(false)));
