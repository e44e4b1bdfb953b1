import "fake-indexeddb/auto";
import { beforeEach, expect, test } from "vitest";
import { newReport } from "../../worker/report";
import { fieldsOf, fill, requiredOf } from "./form";
import { explain, sizeText } from "./queue";

beforeEach(() => {
  document.documentElement.lang = "zh-CN";
  document.body.innerHTML = `<form data-required="title, photos"><input name="csrfmiddlewaretoken" value="x"><input name="title">
    <select name="type"><option value="">-</option><option value="lamp">lamp</option></select>
    <input type="radio" name="risk" value="a"><input type="radio" name="risk" value="b">
    <textarea name="text"></textarea><input type="file" name="photos"></form>`;
});

test("a form comes back as it was left", () => {
  const form = document.querySelector("form") as HTMLFormElement;
  fill(form, { title: "路灯", type: "lamp", risk: "b", text: "两盏", photos: "ignored" });
  expect(fieldsOf(form)).toEqual({ title: "路灯", type: "lamp", risk: "b", text: "两盏" });
  expect(requiredOf(form)).toEqual(["title", "photos"]);
});

test("the queue says what each report waits for", () => {
  const report = { ...newReport("k", "7", new Date("2026-11-23T02:42:00Z")), fields: { title: "a" } };
  expect(explain(report, ["title", "photos"], "7")).toEqual(["缺照片，补拍后才能上传", true]);
  expect(explain({ ...report, state: "waiting" }, [], "7")).toEqual(["存于 10:42", false]);
  expect(explain({ ...report, state: "waiting" }, [], "8")[0]).toContain("另一人");
  expect(explain({ ...report, state: "refused", errors: { title: "太短" } }, [], "7")).toEqual(["没有通过：太短", true]);
  expect(sizeText(4_100_000)).toBe("4.1 MB");
  expect(sizeText(900)).toBe("1 KB");
});
