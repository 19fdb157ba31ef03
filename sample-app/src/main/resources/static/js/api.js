const TIMEOUT = 5000;

async function call(path, options) {
  const response = await fetch(path,
    { ...options, headers: { Accept: "application/json" }, signal: AbortSignal.timeout(TIMEOUT) });
  if (!response.ok) {
    throw new Error(`${path} answered ${response.status}`);
  }
  return response.json();
}

/** Whether pools are guarded here; false where Lifeguard is switched off. */
export const guarded = async () => "pools" in (await call("/actuator"))._links;

export const pool = (name) => call(`/actuator/pools/${encodeURIComponent(name)}`);

export const events = () => call("/events");

export const numbers = () => call("/orders");

export const mishaps = () => call("/mishaps.json");

export const post = (path) => call(path, { method: "POST" });
