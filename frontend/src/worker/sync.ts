// Sends what waits, one report at a time, under one lock for all tabs and the service worker.
// A report leaves the queue only when the server has said that it has it.
import type { Photo, Report } from "./report";
import type { Store } from "./store";

export type Outcome = "idle" | "done" | "busy" | "offline" | "signed-out" | "later";
export type Session = Readonly<{ csrf: string; user: string; version: string }>;
export type Tools = Readonly<{
  store: Store;
  fetch: typeof fetch;
  locks?: Pick<LockManager, "request"> | undefined;
  session?: string;
  target?: string;
  changed?: () => void;
}>;

const LOCK = "bandeng-worker-sync";
const LIMIT_MS = 120_000;
const KEEP_SENT = 50;

/** Sends everything that waits; says how far it came. Two callers at once: the second gets "busy". */
export async function syncAll(tools: Tools): Promise<Outcome> {
  if (tools.locks === undefined) return run(tools);
  const result: unknown = await tools.locks.request(LOCK, { ifAvailable: true }, async (lock) =>
    lock === null ? "busy" : run(tools));
  return result as Outcome;
}

async function run(tools: Tools): Promise<Outcome> {
  const { store } = tools;
  // We hold the lock: what stands as uploading was left by a tab that died.
  for (const report of await store.all()) {
    if (report.state === "uploading") await store.move(report.key, ["uploading"], { state: "waiting" });
  }
  const waiting = (await store.all()).filter((report) => report.state === "waiting").reverse();
  if (waiting.length === 0) return "idle";
  const session = await openSession(tools);
  if (typeof session === "string") return session;
  let outcome: Outcome = "done";
  for (const report of waiting) {
    if (report.user !== "" && report.user !== session.user) continue;
    const one = await sendOne(tools, session, report.key);
    tools.changed?.();
    if (one === "offline" || one === "signed-out") return one;
    if (one === "later") outcome = "later";
  }
  await store.tidy(KEEP_SENT);
  return outcome;
}

async function openSession(tools: Tools): Promise<Session | "offline" | "signed-out" | "later"> {
  let response: Response;
  try {
    response = await tools.fetch(tools.session ?? "/worker/session", {
      credentials: "same-origin", cache: "no-store", headers: { Accept: "application/json" },
    });
  } catch {
    return "offline";
  }
  if (isSignIn(response)) return "signed-out";
  if (!response.ok) return "later";
  try {
    const data = (await response.json()) as Partial<Session>;
    return { csrf: String(data.csrf ?? ""), user: String(data.user ?? ""), version: String(data.version ?? "") };
  } catch {
    return "signed-out";
  }
}

/** 401, 403, or a redirect that ended on the sign-in page. */
function isSignIn(response: Response): boolean {
  return response.status === 401 || response.status === 403 || response.redirected;
}

async function sendOne(tools: Tools, session: Session, key: string): Promise<Outcome> {
  const { store } = tools;
  // The author may have opened it for editing, or another tab sent it, since we looked.
  if (!(await store.move(key, ["waiting"], { state: "uploading" }))) return "done";
  const report = await store.find(key);
  if (report === undefined) return "done";
  tools.changed?.();
  let response: Response;
  try {
    response = await post(tools, session, report, await store.photos(key));
  } catch {
    await store.move(key, ["uploading"], { state: "waiting", attempts: report.attempts + 1 });
    return "offline";
  }
  return settle(store, report, response);
}

async function post(tools: Tools, session: Session, report: Report, photos: readonly Photo[]): Promise<Response> {
  const body = new FormData();
  body.set("key", report.key);
  body.set("captured_at", report.capturedAt);
  for (const [name, value] of Object.entries(report.fields)) body.set(name, value);
  for (const photo of photos) body.append("photos", photo.blob, photo.name);
  return tools.fetch(tools.target ?? "/worker/sync", {
    method: "POST", body, credentials: "same-origin", cache: "no-store",
    headers: { "X-CSRFToken": session.csrf, Accept: "application/json" },
    signal: AbortSignal.timeout(LIMIT_MS),
  });
}

async function settle(store: Store, report: Report, response: Response): Promise<Outcome> {
  const { key } = report;
  const again = { state: "waiting", attempts: report.attempts + 1 } as const;
  if (isSignIn(response)) {
    await store.move(key, ["uploading"], { state: "waiting" });
    return "signed-out";
  }
  const answer = await readAnswer(response);
  if ((response.ok && answer !== undefined) || response.status === 409) {
    const number = String(answer?.["number"] ?? "");
    const serverState = String(answer?.["state_label"] ?? answer?.["state"] ?? "");
    await store.move(key, ["uploading"], { state: "sent", number, serverState, errors: {} });
    return "done";
  }
  // 413: no retry makes a body smaller; its author must take photos out.
  if (response.status === 422 || response.status === 413) {
    await store.move(key, ["uploading"], { state: "refused", errors: readErrors(answer, response.status) });
    return "done";
  }
  await store.move(key, ["uploading"], again);
  return "later";
}

async function readAnswer(response: Response): Promise<Record<string, unknown> | undefined> {
  try {
    const data: unknown = await response.json();
    return typeof data === "object" && data !== null ? (data as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function readErrors(answer: Record<string, unknown> | undefined, status: number): Record<string, string> {
  const errors = answer?.["errors"];
  if (typeof errors !== "object" || errors === null) return { "": status === 413 ? "too-large" : "refused" };
  return Object.fromEntries(Object.entries(errors).map(([name, said]) =>
    [name === "__all__" ? "" : name, Array.isArray(said) ? said.map(String).join(" ") : String(said)]));
}
