const TIMEOUT = 5000;

async function call(path, options) {
  return fetch(path, { ...options, headers: { Accept: "application/json" }, signal: AbortSignal.timeout(TIMEOUT) });
}

async function get(path) {
  const response = await call(path);
  if (!response.ok) {
    throw new Error(`${path} answered ${response.status}`);
  }
  return response.json();
}

export const pools = async () => (await get("/actuator/pools")).pools;

export const pool = (name) => get(`/actuator/pools/${encodeURIComponent(name)}`);

export const events = () => get("/events");

export const numbers = () => get("/orders");

export const mishaps = () => get("/mishaps.json");

/** Why a pool is ill. An ill application answers 503 with the same body. */
export async function health() {
  const response = await call("/actuator/health/pools");
  return response.headers.get("Content-Type")?.includes("json") ? (await response.json()).components ?? {} : {};
}

/** How often tasks of the pool have waited, and how many seconds in all; nothing where no such meter is. */
export async function waits(name) {
  const response = await call(`/actuator/metrics/lifeguard.tasks.wait?tag=${encodeURIComponent(`pool:${name}`)}`);
  if (!response.ok) {
    return null;
  }
  const values = (await response.json()).measurements;
  const value = (statistic) => values.find((measurement) => measurement.statistic === statistic)?.value ?? 0;
  return { count: value("COUNT"), seconds: value("TOTAL_TIME") };
}

export async function post(path) {
  const response = await call(path, { method: "POST" });
  if (!response.ok) {
    throw new Error(`${path} answered ${response.status}`);
  }
  return response.json();
}
