// When to send: on load, when the network comes back, by Background Sync, and by a timer that waits longer each time.
import { openStore, type Store } from "../../worker/store";
import { backoff } from "../../worker/report";
import { type Outcome, syncAll } from "../../worker/sync";

const STEADY_MS = 60_000;

type SyncManager = { register(tag: string): Promise<void> };

export class Engine {
  outcome: Outcome = "idle";
  private failures = 0;
  private timer = 0;
  private readonly watchers = new Set<() => void>();
  private readonly channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("bandeng-worker");

  private constructor(readonly store: Store) {
    this.channel?.addEventListener("message", () => this.tell(false));
    window.addEventListener("online", () => this.now());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.now(); });
    navigator.serviceWorker?.addEventListener("message", (event) => {
      const synced = (event.data as { synced?: Outcome } | null)?.synced;
      if (synced === undefined) return;
      this.outcome = synced;
      this.tell();
    });
  }

  static async start(): Promise<Engine> {
    return new Engine(await openStore());
  }

  watch(what: () => void): void {
    this.watchers.add(what);
  }

  /** Tells this page, and other tabs, that the queue has changed. */
  tell(others = true): void {
    for (const what of this.watchers) what();
    if (others) this.channel?.postMessage("changed");
  }

  /** Forgets earlier failures and sends at once. */
  now(): void {
    this.failures = 0;
    void this.send();
  }

  async send(): Promise<void> {
    window.clearTimeout(this.timer);
    this.timer = 0;
    this.outcome = await syncAll({
      store: this.store, fetch: fetch.bind(window), locks: navigator.locks as LockManager | undefined,
      changed: () => this.tell(),
    });
    this.tell();
    const failed = this.outcome === "offline" || this.outcome === "later" || this.outcome === "signed-out";
    this.failures = failed ? this.failures + 1 : 0;
    this.timer = window.setTimeout(() => void this.send(), failed ? backoff(this.failures, Math.random()) : STEADY_MS);
    if (failed) void this.askBackground();
  }

  private async askBackground(): Promise<void> {
    try {
      const registration = await navigator.serviceWorker?.ready;
      await (registration as unknown as { sync?: SyncManager } | undefined)?.sync?.register("reports");
    } catch {
      // Not every browser has Background Sync; the timer and the next visit do the same, later.
    }
  }
}
