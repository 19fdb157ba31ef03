"use strict";

/** Makes an element. Children are nodes or text: nothing that comes from the application is ever parsed as HTML. */
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    }
    else if (value !== undefined && value !== null && value !== false) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.flat(2).filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

const byId = (id) => document.getElementById(id);

/** Sets the text only where it differs, so that screen readers and selections are left in peace. */
function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** Shows the text, or hides the element where there is none. */
function notice(element, text) {
  setText(element, text ?? "");
  element.hidden = !text;
}

let ids = 0;

/** An id for an element of this page. The application's names may hold anything. */
const newId = () => `e${++ids}`;

/** A list that keeps its elements by key, so that what is open or focused stays so. */
class KeyedList {

  constructor(list, make, update = () => {}) {
    Object.assign(this, { list, make, update });
    this.elements = new Map();
  }

  show(items, keyOf) {
    const keys = new Set(items.map(keyOf));
    for (const [key, element] of this.elements) {
      if (!keys.has(key)) {
        element.remove();
        this.elements.delete(key);
      }
    }
    arrange(this.list, items.map((item) => {
      const key = keyOf(item);
      if (!this.elements.has(key)) {
        this.elements.set(key, this.make(item));
      }
      this.update(this.elements.get(key), item);
      return this.elements.get(key);
    }));
  }

}

/** Puts the elements in this order, and the focus back where it was. */
function arrange(list, elements) {
  const focused = document.activeElement;
  elements.forEach((element, index) => {
    if (list.children[index] !== element) {
      list.insertBefore(element, list.children[index] ?? null);
    }
  });
  if (focused !== document.activeElement && list.contains(focused)) {
    focused.focus({ preventScroll: true });
  }
}

/** A word that explains itself when pressed. */
function word(id, text = byId(`word-${id}`).firstElementChild.textContent) {
  return h("button", { type: "button", class: "word", popovertarget: `word-${id}`, onclick: placeWord }, text);
}

function placeWord({ currentTarget }) {
  const { left, bottom } = currentTarget.getBoundingClientRect();
  const text = currentTarget.popoverTargetElement;
  text.style.left = `${Math.max(8, Math.min(left, document.documentElement.clientWidth - 360))}px`;
  text.style.top = `${Math.min(bottom + 6, Math.max(8, window.innerHeight - 160))}px`;
}

/** A definition list of terms, or what makes them, and values, without those that have no value. */
function pairs(entries, className) {
  return h("dl", { class: className }, entries
    .filter(([, value]) => value !== undefined && value !== null && value !== "")
    .map(([term, value]) => h("div", {}, h("dt", {}, typeof term === "function" ? term() : term),
      h("dd", {}, typeof value === "number" ? number(value) : value))));
}

const HIDDEN = "******";

const simpleName = (className) => String(className).slice(String(className).lastIndexOf(".") + 1);

const numbers = new Intl.NumberFormat("en");

const number = (value) => numbers.format(value ?? 0);

const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

function clock(instant) {
  return new Date(instant).toLocaleTimeString([],
    { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
}

/** Reads an ISO-8601 duration such as PT1M0.25S, in milliseconds. */
function millisOf(iso) {
  const match = /^(-?)P(?:(\d+)D)?(?:T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?[\d.]+)S)?)?$/.exec(iso ?? "");
  if (!match) {
    return null;
  }
  const [days, hours, minutes, seconds] = match.slice(2).map((part) => Number(part ?? 0));
  return (match[1] ? -1 : 1) * (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}

/** A duration in milliseconds, as people would say it. */
function spoken(value) {
  const millis = Math.max(0, value);
  if (millis < 1000) {
    return `${millis < 10 ? Math.round(millis * 10) / 10 : Math.round(millis)} ms`;
  }
  const units = [[86_400_000, "d"], [3_600_000, "h"], [60_000, "min"], [1000, "s"]];
  const [size, unit] = units.find(([least]) => millis >= least);
  const count = millis / size;
  return `${count < 10 && count % 1 >= 0.05 ? count.toFixed(1) : Math.round(count)} ${unit}`;
}

/** An ISO-8601 duration, as people would say it. */
const duration = (iso) => (millisOf(iso) === null ? iso : spoken(millisOf(iso)));
