import { expect, test } from "vitest";
import { distanceText, nearAddress, readNear } from "./near";

test("reads what is nearby and survives an answer of another kind", () => {
  expect(readNear([{ number: "GD-1", title: "路灯", distance_m: 62, when: "昨天 21:40", state_label: "办理中", lon: 1, lat: 2 }, 7])).toEqual([
    { number: "GD-1", title: "路灯", distance: 62, when: "昨天 21:40", state: "办理中", at: [1, 2] },
  ]);
  expect(readNear({ detail: "no" })).toEqual([]);
});

test("distances are said in tens of metres, then in kilometres", () => {
  expect(distanceText(62, true)).toBe("60 米外");
  expect(distanceText(2, false)).toBe("10 m away");
  expect(distanceText(1260, true)).toBe("1.3 公里外");
});

test("the question to the server carries place and a bounded text", () => {
  const address = nearAddress("/report/nearby", "1.5", "2.5", `路灯&${"长".repeat(500)}`);
  const query = new URLSearchParams(address.split("?")[1]);
  expect(query.get("lon")).toBe("1.5");
  expect(query.get("text")).toHaveLength(200);
});
