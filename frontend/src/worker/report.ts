// A report as the phone keeps it until the server has acknowledged it.
export type ReportState = "draft" | "waiting" | "uploading" | "sent" | "refused";
export type Fields = Readonly<Record<string, string>>;

export type Report = Readonly<{
  /** The idempotency key, made here; the server answers a second upload with 409. */
  key: string;
  user: string;
  state: ReportState;
  fields: Fields;
  capturedAt: string;
  changedAt: number;
  attempts: number;
  /** What the server said against it, by field; "" holds what concerns the whole. */
  errors: Readonly<Record<string, string>>;
  number: string;
  serverState: string;
  photoCount: number;
  bytes: number;
}>;

export type Photo = Readonly<{ id: string; key: string; blob: Blob; name: string }>;

/** States in which the words may still be changed; while it goes up or once it is there, they may not. */
export const EDITABLE: ReadonlySet<ReportState> = new Set<ReportState>(["draft", "waiting", "refused"]);

export function newReport(key: string, user: string, now: Date): Report {
  return {
    key, user, state: "draft", fields: {}, capturedAt: now.toISOString(), changedAt: now.getTime(),
    attempts: 0, errors: {}, number: "", serverState: "", photoCount: 0, bytes: 0,
  };
}

/** Names of the required fields that are still empty; "photos" stands for at least one photo. */
export function missing(report: Report, required: readonly string[]): string[] {
  return required.filter((name) =>
    name === "photos" ? report.photoCount === 0 : (report.fields[name] ?? "").trim() === "");
}

/** Milliseconds to wait after so many failed tries: 5 s doubling to 5 min, spread so that phones do not call in chorus. */
export function backoff(attempts: number, chance: number): number {
  const base = Math.min(5000 * 2 ** Math.max(0, attempts - 1), 300_000);
  return Math.round(base * (0.75 + chance / 2));
}
