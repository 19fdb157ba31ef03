"use strict";

const TIMEOUT = 10_000;

/** The application did not answer, or not as an application that is well. */
class Away extends Error {}

/** How far the application's clock is ahead of this one, in milliseconds. */
let ahead = 0;

/** The time by the application's clock. */
const now = () => Date.now() + ahead;

/** An endpoint of the application, as whoever looks at this page may use it. */
class Endpoint {

  constructor(name) {
    this.name = name;
    this.path = document.body.dataset[name];
    this.takesChanges = document.body.dataset[`${name}Change`] === "true" && !framedElsewhere();
    this.again();
  }

  /** Asks again after a refusal. */
  again() {
    this.refusal = this.path ? null : this.absent();
  }

  /** Returns what there is, all or one of the name, or nothing where that is refused. */
  async ask(name) {
    if (this.refusal) {
      return null;
    }
    const response = await this.call(name);
    if (response.ok && isJson(response)) {
      ahead = (Date.parse(response.headers.get("Date")) || now()) - Date.now();
      return response.json();
    }
    if (name === undefined) {
      this.refusal = this.refusalOf(response);
    }
    return null;
  }

  /** Asks for a change, and returns whether it was made, and the answer. */
  async change(name, values) {
    const response = await this.call(name, { method: "POST", body: JSON.stringify(values) });
    const answer = isJson(response) ? await response.json() : {};
    return { made: response.ok, status: response.status, answer };
  }

  async call(name, options = {}) {
    const path = name === undefined ? this.path : `${this.path}/${encodeURIComponent(name)}`;
    const headers = { Accept: "application/json" };
    if (options.body) {
      Object.assign(headers, { "Content-Type": "application/json" }, csrf());
    }
    let response;
    try {
      response = await fetch(path,
        { ...options, headers, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(TIMEOUT) });
    }
    catch (error) {
      throw new Away(error.name === "TimeoutError" ? "no answer within 10 seconds" : "no connection");
    }
    if (response.status >= 500 || response.status === 429) {
      throw new Away(`it answered ${response.status}`);
    }
    return response;
  }

  refusalOf({ type, status }) {
    if (type === "opaqueredirect" || status === 200) {
      return `You are signed out, or were never signed in: the endpoint ${this.name} leads to another page. `
        + "Sign in, and load this page again.";
    }
    if (status === 401 || status === 403) {
      return `You may not see the endpoint ${this.name} (it answered ${status}). Sign in as somebody who may.`;
    }
    return status === 404 ? this.absent() : `The endpoint ${this.name} refused to answer (${status}).`;
  }

  absent() {
    return `The endpoint ${this.name} is not there. It is where management.endpoints.web.exposure.include names it, `
      + `management.endpoint.${this.name}.access is not none, and lifeguard.enabled is not false.`;
  }

}

const isJson = (response) => Boolean(response.headers.get("Content-Type")?.includes("json"));

/** The token that Spring Security leaves in a cookie for scripts, where it is told to. */
function csrf() {
  const token = /(?:^|; )XSRF-TOKEN=([^;]*)/.exec(document.cookie)?.[1];
  return token ? { "X-XSRF-TOKEN": decodeURIComponent(token) } : {};
}

/** Whether this page stands in a frame of a page from elsewhere, where nobody knows what is pressed. */
function framedElsewhere() {
  try {
    return window.top.location.origin !== location.origin;
  }
  catch {
    return true;
  }
}
