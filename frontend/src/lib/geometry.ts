// Areas as GeoJSON, read with care, and the little geometry that labels need. Longitude first, degrees.
import { isChinese } from "./words";

export type Point = readonly [longitude: number, latitude: number];
export type Ring = readonly Point[];
export type AreaShape = Readonly<{
  code: string; name: string; level: number; open: number; overdue: number; polygons: ReadonlyArray<readonly Ring[]>;
}>;

type Loose = Readonly<Record<string, unknown>>;

function isLoose(value: unknown): value is Loose {
  return typeof value === "object" && value !== null;
}

/** Reads a FeatureCollection of polygons; features of another kind are left out. */
export function readAreas(data: unknown): AreaShape[] {
  const features = isLoose(data) && Array.isArray(data["features"]) ? (data["features"] as unknown[]) : [];
  return features.flatMap((feature) => {
    if (!isLoose(feature) || !isLoose(feature["geometry"])) return [];
    const polygons = readPolygons(feature["geometry"]);
    const said = isLoose(feature["properties"]) ? feature["properties"] : {};
    return polygons.length === 0 ? [] : [{ ...readProperties(said), polygons }];
  });
}

function readProperties(said: Loose): Omit<AreaShape, "polygons"> {
  return {
    code: String(said["code"] ?? ""), name: nameOf(said),
    level: Number(said["level"] ?? 2), open: Number(said["open"] ?? 0), overdue: Number(said["overdue"] ?? 0),
  };
}

/** The name in the page's language; Chinese where there is no English one. */
function nameOf(said: Loose): string {
  const english = isChinese() ? "" : String(said["name_en"] ?? "");
  return english || String(said["name"] ?? "");
}

function readPolygons(geometry: Loose): Array<readonly Ring[]> {
  const coordinates = geometry["coordinates"];
  if (geometry["type"] === "Polygon") return [coordinates as Ring[]];
  if (geometry["type"] === "MultiPolygon") return coordinates as Ring[][];
  return [];
}

/** Twice the signed area of a ring, in square degrees. */
export function doubleArea(ring: Ring): number {
  let sum = 0;
  ring.forEach(([x, y], n) => {
    const [nextX, nextY] = ring[(n + 1) % ring.length] as Point;
    sum += x * nextY - nextX * y;
  });
  return sum;
}

export function contains(ring: Ring, [x, y]: Point): boolean {
  let inside = false;
  ring.forEach(([ax, ay], n) => {
    const [bx, by] = ring[(n + ring.length - 1) % ring.length] as Point;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  });
  return inside;
}

/** A point well inside the largest part of an area: the middle of the widest of a few level cuts. */
export function labelPoint(area: Pick<AreaShape, "polygons">): Point {
  const rings = area.polygons.map((polygon) => polygon[0] as Ring);
  const ring = rings.reduce((best, one) => (Math.abs(doubleArea(one)) > Math.abs(doubleArea(best)) ? one : best));
  const heights = ring.map(([, y]) => y);
  const [low, high] = [Math.min(...heights), Math.max(...heights)];
  let best: { at: Point; width: number } = { at: ring[0] as Point, width: -1 };
  for (let cut = 1; cut < 12; cut++) {
    const y = low + ((high - low) * cut) / 12;
    const found = widest(ring, y);
    // Cuts near the middle are preferred, so that names stand where the eye looks for them.
    const weight = found.width * (1 - Math.abs(cut - 6) / 12);
    if (weight > best.width) best = { at: [found.middle, y], width: weight };
  }
  return best.at;
}

function widest(ring: Ring, y: number): { middle: number; width: number } {
  const crossings = ring.flatMap(([ax, ay], n) => {
    const [bx, by] = ring[(n + 1) % ring.length] as Point;
    return ay > y === by > y ? [] : [ax + ((y - ay) / (by - ay)) * (bx - ax)];
  }).sort((a, b) => a - b);
  let best = { middle: 0, width: 0 };
  for (let n = 0; n + 1 < crossings.length; n += 2) {
    const [from, to] = [crossings[n] as number, crossings[n + 1] as number];
    if (to - from > best.width) best = { middle: (from + to) / 2, width: to - from };
  }
  return best;
}

export type Bounds = Readonly<{ west: number; south: number; east: number; north: number }>;

export function boundsOf(areas: ReadonlyArray<Pick<AreaShape, "polygons">>): Bounds {
  const points = areas.flatMap((area) => area.polygons.flatMap((polygon) => polygon[0] ?? []));
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    west = Math.min(west, x);
    east = Math.max(east, x);
    south = Math.min(south, y);
    north = Math.max(north, y);
  }
  return { west, south, east, north };
}

/** The finest of the areas that hold the point. */
export function areaAt(areas: readonly AreaShape[], point: Point): AreaShape | undefined {
  return [...areas].sort((a, b) => b.level - a.level)
    .find((area) => area.polygons.some((polygon) => polygon[0] !== undefined && contains(polygon[0], point)));
}
