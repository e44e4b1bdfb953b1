// @vitest-environment node
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach, expect, test, vi } from "vitest";
import { backoff, missing, newReport } from "./report";
import { openStore, type Store } from "./store";
import { syncAll, type Tools } from "./sync";

let store: Store;

beforeEach(async () => {
  store = await openStore(new IDBFactory());
});

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
}

const SESSION = { csrf: "token", user: "7", version: "1" };

/** A server that answers the session and then each upload in turn. */
function server(...answers: Array<Response | Error>): { fetch: typeof fetch; posted: FormData[] } {
  const posted: FormData[] = [];
  const answer = vi.fn(async (address: unknown, init?: RequestInit) => {
    if (String(address) === "/worker/session") return json(200, SESSION);
    posted.push(init?.body as FormData);
    expect(new Headers(init?.headers).get("X-CSRFToken")).toBe("token");
    const next = answers.shift() ?? new Error("no more answers");
    if (next instanceof Error) throw next;
    return next;
  });
  return { fetch: answer as unknown as typeof fetch, posted };
}

async function waiting(key: string, title: string, user = "7"): Promise<void> {
  await store.saveDraft(key, user, { title, text: "" }, new Date("2026-11-23T02:00:00Z"));
  await store.savePhotos(key, [{ id: `${key}-0`, key, blob: new Blob(["jpeg"]), name: "a.jpg" }]);
  await store.move(key, ["draft"], { state: "waiting" });
}

function tools(fetching: typeof fetch, locks?: Tools["locks"]): Tools {
  return { store, fetch: fetching, locks };
}

async function stateOf(key: string): Promise<string | undefined> {
  return (await store.find(key))?.state;
}

test("a waiting report goes up with its key, moment, words and photos", async () => {
  await waiting("k1", "路灯不亮");
  const { fetch, posted } = server(json(201, { number: "GD-1", state: "received" }));
  expect(await syncAll(tools(fetch))).toBe("done");
  const sent = posted[0] as FormData;
  expect(sent.get("key")).toBe("k1");
  expect(sent.get("captured_at")).toBe("2026-11-23T02:00:00.000Z");
  expect(sent.get("title")).toBe("路灯不亮");
  expect(sent.getAll("photos")).toHaveLength(1);
  expect(await store.find("k1")).toMatchObject({ state: "sent", number: "GD-1" });
  expect(await store.photos("k1")).toEqual([]);
});

test("what the server already has counts as sent", async () => {
  await waiting("k1", "a");
  await syncAll(tools(server(json(409, { number: "GD-9" })).fetch));
  expect(await store.find("k1")).toMatchObject({ state: "sent", number: "GD-9" });
});

test("a line that breaks after sending keeps the report and its photos", async () => {
  await waiting("k1", "a");
  expect(await syncAll(tools(server(new TypeError("network")).fetch))).toBe("offline");
  expect(await store.find("k1")).toMatchObject({ state: "waiting", attempts: 1 });
  expect(await store.photos("k1")).toHaveLength(1);
});

test.each([401, 403])("signed out (%i): nothing is lost and nothing more is tried", async (status) => {
  await waiting("k1", "a");
  await waiting("k2", "b");
  const { fetch, posted } = server(json(status, {}));
  expect(await syncAll(tools(fetch))).toBe("signed-out");
  expect(posted).toHaveLength(1);
  expect([await stateOf("k1"), await stateOf("k2")]).toEqual(["waiting", "waiting"]);
});

test("an HTML page in place of an answer is no acknowledgement", async () => {
  await waiting("k1", "a");
  expect(await syncAll(tools(server(new Response("<html>", { status: 200 })).fetch))).toBe("later");
  expect(await stateOf("k1")).toBe("waiting");
});

test("a refused report says why, can be mended, and goes up under the same key", async () => {
  await waiting("k1", "a");
  await syncAll(tools(server(json(422, { errors: { title: ["太短"], __all__: "缺地点" } })).fetch));
  expect(await store.find("k1")).toMatchObject({ state: "refused", errors: { title: "太短", "": "缺地点" } });
  expect(await store.saveDraft("k1", "7", { title: "longer" })).toBe(true);
  await store.move("k1", ["draft"], { state: "waiting" });
  const { fetch, posted } = server(json(200, { number: "GD-2" }));
  await syncAll(tools(fetch));
  expect(posted[0]?.get("key")).toBe("k1");
  expect(await stateOf("k1")).toBe("sent");
});

test.each([500, 503, 429])("a server in trouble (%i) is asked again later, and the others still go up", async (status) => {
  await waiting("k1", "a");
  await waiting("k2", "b");
  const { fetch } = server(json(status, {}), json(201, { number: "GD-3" }));
  expect(await syncAll(tools(fetch))).toBe("later");
  expect((await store.all()).map((report) => report.state).sort()).toEqual(["sent", "waiting"]);
});

test("what a killed tab left as uploading goes up again", async () => {
  await waiting("k1", "a");
  await store.move("k1", ["waiting"], { state: "uploading" });
  await syncAll(tools(server(json(409, {})).fetch));
  expect(await stateOf("k1")).toBe("sent");
});

test("two tabs never send at once", async () => {
  await waiting("k1", "a");
  let held = false;
  const locks = { request: async (_name: string, _options: unknown, work: (lock: unknown) => Promise<unknown>) => {
    if (held) return work(null);
    held = true;
    try {
      return await work({});
    } finally {
      held = false;
    }
  } } as unknown as Tools["locks"];
  const { fetch, posted } = server(json(201, { number: "GD-4" }));
  expect(await Promise.all([syncAll(tools(fetch, locks)), syncAll(tools(fetch, locks))])).toEqual(["done", "busy"]);
  expect(posted).toHaveLength(1);
});

test("another user's report stays until that user signs in", async () => {
  await waiting("k1", "a", "8");
  const { fetch, posted } = server();
  expect(await syncAll(tools(fetch))).toBe("done");
  expect(posted).toHaveLength(0);
  expect(await stateOf("k1")).toBe("waiting");
});

test("drafts are never sent, and what waits cannot be thrown away", async () => {
  await store.saveDraft("k1", "7", { title: "half" });
  await waiting("k2", "b");
  expect(await store.discard("k2")).toBe(false);
  const { fetch, posted } = server(json(201, { number: "GD-5" }));
  await syncAll(tools(fetch));
  expect(posted).toHaveLength(1);
  expect(await stateOf("k1")).toBe("draft");
});

test("what is going up or there can no longer be changed", async () => {
  await waiting("k1", "a");
  await store.move("k1", ["waiting"], { state: "uploading" });
  expect(await store.saveDraft("k1", "7", { title: "b" })).toBe(false);
  expect(await store.savePhotos("k1", [])).toBe(false);
  expect(await store.photos("k1")).toHaveLength(1);
});

test("missing names empty fields and photos; waits grow to five minutes", () => {
  const report = { ...newReport("k", "7", new Date(0)), fields: { title: " ", type: "x" } };
  expect(missing(report, ["title", "type", "photos"])).toEqual(["title", "photos"]);
  expect(backoff(1, 0.5)).toBe(5000);
  expect(backoff(20, 0.5)).toBe(300_000);
});
