import { expect, test } from "vitest";
import { apart, type Cluster, clusterAddress, readClusters } from "./clusters";

test("the address names the view and keeps the page's filters, but not its page", () => {
  const address = clusterAddress("/desk/map/clusters", [120.1, 30.2, 120.3, 30.4], 13.4, "?state=handling&page=3");
  const query = new URLSearchParams(address.split("?")[1]);
  expect(query.get("bbox")).toBe("120.100000,30.200000,120.300000,30.400000");
  expect(query.get("zoom")).toBe("13");
  expect(query.get("state")).toBe("handling");
  expect(query.has("page")).toBe(false);
});

test("reads clusters and single matters, and leaves out what has no place", () => {
  expect(readClusters({ features: [
    { geometry: { coordinates: [1, 2] }, properties: { count: 12, overdue: 3 } },
    { geometry: { coordinates: [3, 4] }, properties: { count: 1, number: "GD-1", title: "路灯" } },
    { geometry: null }, null,
  ] })).toEqual([
    { at: [1, 2], count: 12, overdue: 3, number: "", title: "" },
    { at: [3, 4], count: 1, overdue: 0, number: "GD-1", title: "路灯" },
  ]);
  expect(readClusters(null)).toEqual([]);
});

test("marks that would cover one another become one, and no matter is lost", () => {
  const mark = (at: Cluster["at"], count: number): Cluster => ({ at, count, overdue: 1, number: "GD", title: "路灯" });
  const joined = apart([mark([0, 0], 1), mark([30, 10], 5), mark([100, 0], 1)], ([x, y]) => [x, y]);
  expect(joined).toEqual([
    { at: [30, 10], count: 6, overdue: 2, number: "", title: "" },
    { at: [100, 0], count: 1, overdue: 1, number: "GD", title: "路灯" },
  ]);
});
