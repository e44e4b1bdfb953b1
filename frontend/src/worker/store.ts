// The phone's queue in IndexedDB. Every change of a report is one transaction that reads before it writes.
import { EDITABLE, type Fields, newReport, type Photo, type Report, type ReportState } from "./report";

const NAME = "bandeng-worker";
const VERSION = 1;

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((done, fail) => {
    transaction.oncomplete = () => done();
    transaction.onabort = () => fail(transaction.error);
    transaction.onerror = () => fail(transaction.error);
  });
}

export async function openStore(factory: IDBFactory = indexedDB): Promise<Store> {
  const request = factory.open(NAME, VERSION);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("reports", { keyPath: "key" });
    request.result.createObjectStore("photos", { keyPath: "id" }).createIndex("key", "key");
  };
  const database = await answer(request);
  // Another tab with a newer version must not wait for us.
  database.onversionchange = () => database.close();
  return new Store(database);
}

export class Store {
  constructor(private readonly database: IDBDatabase) {}

  async all(): Promise<Report[]> {
    const reports = await answer<Report[]>(this.database.transaction("reports").objectStore("reports").getAll());
    return reports.sort((a, b) => b.capturedAt.localeCompare(a.capturedAt));
  }

  async find(key: string): Promise<Report | undefined> {
    return answer<Report | undefined>(this.database.transaction("reports").objectStore("reports").get(key));
  }

  async photos(key: string): Promise<Photo[]> {
    const index = this.database.transaction("photos").objectStore("photos").index("key");
    return answer<Photo[]>(index.getAll(key));
  }

  /** Saves what has been typed; makes the draft if it is new. False if the report can no longer be changed. */
  async saveDraft(key: string, user: string, fields: Fields, now: Date = new Date()): Promise<boolean> {
    return this.change(key, (report) => {
      const present = report ?? newReport(key, user, now);
      if (!EDITABLE.has(present.state)) return undefined;
      return { ...present, fields, state: "draft", changedAt: now.getTime() };
    });
  }

  /** Replaces the photos of a report that may still be changed, in the same transaction as their count. */
  async savePhotos(key: string, photos: readonly Photo[]): Promise<boolean> {
    const transaction = this.database.transaction(["reports", "photos"], "readwrite", { durability: "strict" });
    const reports = transaction.objectStore("reports");
    const store = transaction.objectStore("photos");
    const report = await answer<Report | undefined>(reports.get(key));
    const allowed = report !== undefined && EDITABLE.has(report.state);
    if (allowed) {
      for (const id of await answer(store.index("key").getAllKeys(key))) store.delete(id);
      for (const photo of photos) store.put(photo);
      const bytes = photos.reduce((sum, photo) => sum + photo.blob.size, 0);
      reports.put({ ...report, photoCount: photos.length, bytes });
    }
    await finished(transaction);
    return allowed;
  }

  /** Moves a report from one of the given states to another; false if it stood elsewhere. */
  async move(key: string, from: readonly ReportState[], change: Partial<Report>): Promise<boolean> {
    return this.change(key, (report) =>
      report !== undefined && from.includes(report.state) ? { ...report, ...change } : undefined);
  }

  /** Removes a draft that its author throws away; never anything that waits for the server. */
  async discard(key: string): Promise<boolean> {
    return this.remove(key, ["draft", "refused"]);
  }

  /** Forgets acknowledged reports beyond the newest `keep`, and the photos of every acknowledged one. */
  async tidy(keep: number): Promise<void> {
    const sent = (await this.all()).filter((report) => report.state === "sent");
    for (const report of sent) await this.dropPhotos(report.key);
    for (const report of sent.slice(keep)) await this.remove(report.key, ["sent"]);
  }

  private async dropPhotos(key: string): Promise<void> {
    const transaction = this.database.transaction("photos", "readwrite");
    const store = transaction.objectStore("photos");
    for (const id of await answer(store.index("key").getAllKeys(key))) store.delete(id);
    await finished(transaction);
  }

  private async remove(key: string, states: readonly ReportState[]): Promise<boolean> {
    const transaction = this.database.transaction(["reports", "photos"], "readwrite");
    const reports = transaction.objectStore("reports");
    const report = await answer<Report | undefined>(reports.get(key));
    const allowed = report !== undefined && states.includes(report.state);
    if (allowed) {
      reports.delete(key);
      const photos = transaction.objectStore("photos");
      for (const id of await answer(photos.index("key").getAllKeys(key))) photos.delete(id);
    }
    await finished(transaction);
    return allowed;
  }

  private async change(key: string, make: (report: Report | undefined) => Report | undefined): Promise<boolean> {
    const transaction = this.database.transaction("reports", "readwrite", { durability: "strict" });
    const store = transaction.objectStore("reports");
    const next = make(await answer<Report | undefined>(store.get(key)));
    if (next !== undefined) store.put(next);
    await finished(transaction);
    return next !== undefined;
  }
}
