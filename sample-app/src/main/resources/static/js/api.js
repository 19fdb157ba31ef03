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

async function getIfPresent(path) {
  const response = await call(path);
  if (response.ok || response.status === 404) {
    return response.ok ? response.json() : null;
  }
  throw new Error(`${path} answered ${response.status}`);
}

/** All pools; nothing where Lifeguard is switched off. */
export const pools = async () => (await getIfPresent("/actuator/pools"))?.pools;

export const pool = (name) => getIfPresent(`/actuator/pools/${encodeURIComponent(name)}`);

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
  const meter = await getIfPresent(`/actuator/metrics/lifeguard.tasks.wait?tag=${encodeURIComponent(`pool:${name}`)}`);
  if (!meter) {
    return null;
  }
  const value = (name) => meter.measurements.find(({ statistic }) => statistic === name)?.value ?? 0;
  return { count: value("COUNT"), seconds: value("TOTAL_TIME") };
}

export async function post(path) {
  const response = await call(path, { method: "POST" });
  if (!response.ok) {
    throw new Error(`${path} answered ${response.status}`);
  }
  return response.json();
}
