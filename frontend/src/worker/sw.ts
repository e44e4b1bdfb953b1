// The service worker of the grid worker's pages, served at /worker/sw.js with scope /worker/.
// Pages come from the network first and from the cache without one; assets from the cache, renewed behind;
// nothing that changes data is ever cached or answered here.
import { openStore } from "./store";
import { syncAll } from "./sync";

declare const __CHUNKS__: readonly string[];
declare const __BUILT__: string;

type Extendable = Event & { waitUntil(work: Promise<unknown>): void };
type Fetching = Extendable & { request: Request; respondWith(answer: Promise<Response>): void };
type Syncing = Extendable & { tag: string };
type Scope = typeof globalThis & {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void>; matchAll(): Promise<Array<{ postMessage(data: unknown): void }>> };
  addEventListener(type: string, listener: (event: never) => void): void;
  location: Location;
};

const scope = globalThis as unknown as Scope;
const PAGES = `worker-pages-${__BUILT__}`;
const ASSETS = `worker-assets-${__BUILT__}`;
const SHELLS = ["/worker/report/", "/worker/queue/", "/worker/"];
const PATIENCE_MS = 4000;
// The ground of the map, so that a place can be picked without a network.
const MAP = "/map/areas.geojson";
const MAPS = [`${MAP}?level=2`, `${MAP}?level=3`];

// The copy kept here serves this phone alone; what a shared cache must tell apart does not matter.
const LENIENT = { ignoreVary: true };

/** Addresses of our own static files in a page's HTML, without fragments. */
export function assetsOf(html: string): string[] {
  const found = [...html.matchAll(/["'](\/static\/[^"'#?\s]+)/g)].map((match) => match[1] ?? "");
  return [...new Set(found)];
}

/** Chunks lie beside the script that imports them; their names carry no hash. */
export function chunksBeside(assets: readonly string[], chunks: readonly string[]): string[] {
  const script = assets.find((address) => /\/dist\/worker-offline[.\w-]*\.js$/.test(address));
  if (script === undefined) return [];
  return chunks.map((name) => script.slice(0, script.lastIndexOf("/") + 1) + name);
}

function isPage(response: Response): boolean {
  return response.ok && !response.redirected && (response.headers.get("Content-Type") ?? "").includes("text/html");
}

async function keepPage(address: string): Promise<void> {
  const response = await fetch(address, { credentials: "same-origin", cache: "no-store" });
  if (!isPage(response)) return;
  const html = await response.clone().text();
  await (await caches.open(PAGES)).put(address, response);
  const assets = assetsOf(html);
  const cache = await caches.open(ASSETS);
  // One asset that is missing must not keep the rest of the page from working offline.
  await Promise.allSettled([...assets, ...chunksBeside(assets, __CHUNKS__), ...MAPS].map(async (asset) => {
    if ((await cache.match(asset, LENIENT)) === undefined) await cache.add(asset);
  }));
}

async function keepShells(): Promise<void> {
  await Promise.allSettled(SHELLS.map(keepPage));
}

async function dropOld(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("worker-") && name !== PAGES && name !== ASSETS)
    .map((name) => caches.delete(name)));
}

async function fromNetwork(request: Request): Promise<Response> {
  const response = await fetch(request);
  if (isPage(response)) {
    const path = new URL(request.url).pathname;
    await (await caches.open(PAGES)).put(path, response.clone());
  }
  return response;
}

async function page(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname;
  const kept = await (await caches.open(PAGES)).match(path, LENIENT);
  const fresh = fromNetwork(request);
  if (kept === undefined) {
    return fresh.catch(async () => (await caches.match("/worker/queue/")) ?? Response.error());
  }
  const patience = new Promise<Response>((done) => setTimeout(() => done(kept), PATIENCE_MS));
  return Promise.race([fresh.catch(() => kept), patience]);
}

async function asset(request: Request): Promise<Response> {
  const cache = await caches.open(ASSETS);
  const kept = await cache.match(request, LENIENT);
  const fresh = fetch(request).then(async (response) => {
    if (response.ok) await cache.put(request, response.clone());
    return response;
  });
  if (kept === undefined) return fresh;
  fresh.catch(() => undefined);
  return kept;
}

async function syncFromHere(): Promise<void> {
  const outcome = await syncAll({ store: await openStore(), fetch: fetch.bind(globalThis), locks: navigator.locks });
  for (const client of await scope.clients.matchAll()) client.postMessage({ synced: outcome });
  // Background Sync tries again later only if this promise fails.
  if (outcome === "offline" || outcome === "later") throw new Error(outcome);
}

scope.addEventListener("install", (event: Extendable) => {
  event.waitUntil(keepShells().then(() => scope.skipWaiting()));
});
scope.addEventListener("activate", (event: Extendable) => {
  event.waitUntil(dropOld().then(() => scope.clients.claim()));
});
scope.addEventListener("fetch", (event: Fetching) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== scope.location.origin) return;
  if (address.pathname.startsWith("/static/") || address.pathname === MAP) event.respondWith(asset(request));
  else if (request.mode === "navigate" && address.pathname.startsWith("/worker/")) event.respondWith(page(request));
});
scope.addEventListener("sync", (event: Syncing) => {
  if (event.tag === "reports") event.waitUntil(syncFromHere());
});
scope.addEventListener("message", (event: Extendable & { data: unknown }) => {
  if (event.data === "keep-shells") event.waitUntil(keepShells());
});
