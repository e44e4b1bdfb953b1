import { expect, test } from "vitest";
import { clusterAddress, readClusters } from "./clusters";

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
