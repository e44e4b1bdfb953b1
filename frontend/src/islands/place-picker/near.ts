// What neighbours have already reported nearby, so that one thing is handled once.
export type Near = Readonly<{ number: string; title: string; distance: number; when: string; state: string; at: readonly [number, number] | null }>;

/** Reads the server's list; anything that is no list is an empty one. */
export function readNear(data: unknown): Near[] {
  const rows = Array.isArray(data) ? data : [];
  return rows.filter((row): row is Record<string, unknown> => typeof row === "object" && row !== null).map((row) => ({
    number: String(row["number"] ?? ""),
    title: String(row["title"] ?? ""),
    distance: Number(row["distance_m"] ?? 0),
    when: String(row["when"] ?? ""),
    state: String(row["state_label"] ?? ""),
    at: typeof row["lon"] === "number" && typeof row["lat"] === "number" ? [row["lon"], row["lat"]] : null,
  }));
}

/** Metres as a person says them: tens below a kilometre, then kilometres with one place. */
export function distanceText(metres: number, chinese: boolean): string {
  if (metres < 1000) return `${Math.max(10, Math.round(metres / 10) * 10)}${chinese ? " 米外" : " m away"}`;
  return `${(metres / 1000).toFixed(1)}${chinese ? " 公里外" : " km away"}`;
}

export function nearAddress(base: string, lon: string, lat: string, text: string): string {
  return `${base}?${new URLSearchParams({ lon, lat, text: text.slice(0, 200) }).toString()}`;
}
