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
