/**
 * Makes an element. Children are nodes or text: nothing that arrives from the application is ever parsed as HTML.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    }
    else if (value !== undefined && value !== null && value !== false) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

/** Sets the text only where it differs, so that screen readers and selections are left in peace. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** A definition list of name and value pairs, without those that have no value. */
export function pairs(entries, className) {
  return h("dl", { class: className }, entries
    .filter(([, value]) => value !== undefined && value !== null && value !== "")
    .map(([name, value]) => [name, String(value)])
    .map(([name, value]) => h("div", { class: value.length > 24 && "wide" }, h("dt", {}, name), h("dd", {}, value))));
}

export function simpleName(className) {
  return className.slice(className.lastIndexOf(".") + 1);
}

export function clock(instant) {
  return new Date(instant).toLocaleTimeString([],
    { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
}

export function number(value) {
  return value.toLocaleString("en");
}

/** Reads an ISO-8601 duration such as PT1M0.25S, as people would say it. */
export function duration(iso) {
  const match = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(iso ?? "");
  if (!match) {
    return iso;
  }
  const [hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return millis(((hours * 60 + minutes) * 60 + seconds) * 1000);
}

export function millis(value) {
  if (value < 1000) {
    return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} ms`;
  }
  return value < 60_000 ? `${(value / 1000).toFixed(1)} s` : `${Math.round(value / 60_000)} min`;
}
