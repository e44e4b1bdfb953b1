// Clusters as the server counts them, and the address that asks for those in view.
export type Cluster = Readonly<{ at: readonly [lon: number, lat: number]; count: number; overdue: number; number: string; title: string }>;

export function readClusters(data: unknown): Cluster[] {
  const features = (data as { features?: unknown } | null)?.features;
  if (!Array.isArray(features)) return [];
  return features.flatMap((feature: { geometry?: { coordinates?: unknown }; properties?: Record<string, unknown> } | null) => {
    const at = feature?.geometry?.coordinates;
    if (!Array.isArray(at) || typeof at[0] !== "number" || typeof at[1] !== "number") return [];
    const said = feature?.properties ?? {};
    return [{
      at: [at[0], at[1]] as const, count: Number(said["count"] ?? 1), overdue: Number(said["overdue"] ?? 0),
      number: String(said["number"] ?? ""), title: String(said["title"] ?? ""),
    }];
  });
}

/** The address for a view; six places are a decimetre, enough for any screen. */
export function clusterAddress(base: string, bounds: readonly [number, number, number, number], zoom: number, filters: string): string {
  const query = new URLSearchParams(filters);
  query.delete("page");
  query.set("bbox", bounds.map((value) => value.toFixed(6)).join(","));
  query.set("zoom", String(Math.round(zoom)));
  return `${base}?${query.toString()}`;
}

const MARK = 44; // pixels: the side of the largest mark, so that none covers another

/** Joins marks that would cover one another on the screen; the larger keeps its place nearly, and every matter is counted. */
export function apart(clusters: readonly Cluster[], pixel: (at: Cluster["at"]) => readonly [number, number]): Cluster[] {
  const kept: Cluster[] = [];
  for (const cluster of [...clusters].sort((one, other) => other.count - one.count)) {
    const [x, y] = pixel(cluster.at);
    const near = kept.findIndex(({ at }) => {
      const [left, top] = pixel(at);
      return Math.abs(left - x) < MARK && Math.abs(top - y) < MARK;
    });
    const other = kept[near];
    if (other === undefined) kept.push(cluster);
    else kept[near] = { at: other.at, count: other.count + cluster.count, overdue: other.overdue + cluster.overdue, number: "", title: "" };
  }
  return kept;
}
