import { expect, test } from "vitest";
import { counted } from "./index";
import { drawDistrict, fits, limits, projection, stepOf } from "./draw";
import type { AreaShape } from "../../lib/geometry";

function square(name: string, west: number, open: number, overdue: number): AreaShape {
  const ring = [[west, 30], [west + 1, 30], [west + 1, 31], [west, 31], [west, 30]] as const;
  return { code: name, name, level: 2, open, overdue, polygons: [[ring]] };
}

test("steps are round, rise, and every count falls into one", () => {
  const counts = [47, 52, 55, 61, 67, 73, 88, 96, 98, 102, 104, 131, 142, 168];
  const ends = limits(counts);
  expect(ends).toEqual([...new Set(ends)].sort((a, b) => a - b));
  expect(ends.every((end) => end % 5 === 0)).toBe(true);
  expect(counts.map((count) => stepOf(count, ends)).every((step) => step >= 1 && step <= 5)).toBe(true);
  expect(stepOf(47, ends)).toBe(1);
  expect(stepOf(168, ends)).toBe(ends.length + 1);
});

test("equal counts make one step, none makes none", () => {
  expect(limits([3, 3, 3])).toEqual([]);
  expect(limits([])).toEqual([]);
  expect(stepOf(3, [])).toBe(1);
});

test("north is up and east is right", () => {
  const { project, height } = projection({ west: 120, south: 30, east: 122, north: 31 });
  expect(project([120, 31])).toEqual([0, 0]);
  expect(project([122, 30])[0]).toBeCloseTo(1000);
  expect(project([122, 30])[1]).toBeCloseTo(height);
});

test("every area is drawn, named and counted; only late ones carry the mark", () => {
  const svg = drawDistrict([square("北桥", 120, 168, 7), square("柳岸", 121, 12, 0)], (area) => area.name, "map");
  expect(svg.querySelectorAll("path.cell")).toHaveLength(2);
  expect([...svg.querySelectorAll(".cell-name")].map((text) => text.textContent)).toEqual(["北桥", "柳岸"]);
  expect([...svg.querySelectorAll(".late-count")].map((text) => text.textContent)).toEqual(["7"]);
});

test("counts come by code, and an area without one has none open", () => {
  const [first, second] = counted([square("a", 120, 5, 5), square("b", 121, 5, 5)], { areas: [{ code: "a", open: 9, overdue: 2 }] });
  expect([first?.open, first?.overdue, second?.open, second?.overdue]).toEqual([9, 2, 0, 0]);
});

test("a name stands only where it fits", () => {
  const { project } = projection({ west: 120, south: 30, east: 140, north: 31 });
  expect(fits("北桥", square("", 120, 0, 0).polygons, project)).toBe(false);
  expect(fits("北", square("", 120, 0, 0).polygons, project)).toBe(true);
  expect(fits("ab", square("", 120, 0, 0).polygons, project)).toBe(true);
  expect(fits("abcd", square("", 120, 0, 0).polygons, project)).toBe(false);
});
