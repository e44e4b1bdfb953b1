import { expect, test } from "vitest";
import { areaAt, boundsOf, contains, labelPoint, readAreas } from "./geometry";

const square = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]] as const;
const feature = (type: string, coordinates: unknown, properties: object = {}): object => ({
  type: "Feature", geometry: { type, coordinates }, properties,
});

test("reads polygons and multipolygons and leaves the rest out", () => {
  const areas = readAreas({ features: [
    feature("Polygon", [square], { code: "1", name: "北桥", level: 2, open: 7 }),
    feature("MultiPolygon", [[square], [square]]),
    feature("Point", [1, 2]),
    null,
  ] });
  expect(areas.map((area) => area.polygons.length)).toEqual([1, 2]);
  expect(areas[0]).toMatchObject({ code: "1", name: "北桥", level: 2, open: 7, overdue: 0 });
  expect(readAreas("broken")).toEqual([]);
});

test("a label stands inside a bent area, where its middle would not", () => {
  const bent = [[0, 0], [10, 0], [10, 10], [8, 10], [8, 2], [2, 2], [2, 10], [0, 10], [0, 0]] as const;
  const point = labelPoint({ polygons: [[bent]] });
  expect(contains(bent, point)).toBe(true);
  expect(contains(bent, [5, 5])).toBe(false);
});

test("the finest area under a point is found", () => {
  const coarse = { code: "a", name: "", level: 2, open: 0, overdue: 0, polygons: [[square]] };
  const inner = [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]] as const;
  const fine = { ...coarse, code: "b", level: 3, polygons: [[inner]] };
  expect(areaAt([coarse, fine], [1.5, 1.5])?.code).toBe("b");
  expect(areaAt([coarse, fine], [3, 3])?.code).toBe("a");
  expect(areaAt([coarse, fine], [9, 9])).toBeUndefined();
  expect(boundsOf([coarse])).toEqual({ west: 0, south: 0, east: 4, north: 4 });
});
