import { beforeEach, expect, test, vi } from "vitest";
import { isOurs, press } from "./index";
import { Selection } from "./selection";

function row(number: string): string {
  return `<tr data-matter="${number}"><td><input type="checkbox" name="matter" value="${number}"></td>
    <td><a class="queue-title" href="#${number}">${number}</a></td></tr>`;
}

let host: HTMLElement;

beforeEach(() => {
  document.body.innerHTML = `<div id="host"><input type="checkbox" data-select-all>
    <table><tbody>${["1", "2", "3", "4"].map(row).join("")}</tbody></table>
    <div data-bulk hidden><b data-bulk-count></b><button data-key="a">assign</button></div></div>
    <input id="search" data-key="/"><dialog id="d"></dialog>`;
  host = document.getElementById("host") as HTMLElement;
});

function typed(target: Element, key: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
}

test("the cursor steps over rows and stops at the ends", () => {
  const selection = new Selection(host);
  selection.step(1);
  expect(selection.cursor?.dataset["matter"]).toBe("1");
  for (let n = 0; n < 9; n++) selection.step(1);
  expect(selection.cursor?.dataset["matter"]).toBe("4");
  selection.step(-1);
  expect(host.querySelectorAll(".cursor")).toHaveLength(1);
  expect(selection.cursor?.dataset["matter"]).toBe("3");
});

test("choosing shows the bulk bar with its count, clearing hides it", () => {
  const selection = new Selection(host);
  selection.step(1);
  selection.toggle();
  expect(host.querySelector<HTMLElement>("[data-bulk]")?.hidden).toBe(false);
  expect(host.querySelector("[data-bulk-count]")?.textContent).toBe("1");
  expect(host.querySelector<HTMLInputElement>("[data-select-all]")?.indeterminate).toBe(true);
  selection.clear();
  expect(host.querySelector<HTMLElement>("[data-bulk]")?.hidden).toBe(true);
});

test("the box in the head chooses all rows", () => {
  const selection = new Selection(host);
  const all = host.querySelector<HTMLInputElement>("[data-select-all]") as HTMLInputElement;
  all.checked = true;
  all.dispatchEvent(new Event("change", { bubbles: true }));
  expect(selection.size).toBe(4);
  expect(host.querySelectorAll("tr.selected")).toHaveLength(4);
});

test("keys in a field, with a modifier or while composing Chinese stay with the browser", () => {
  const search = document.getElementById("search") as HTMLElement;
  expect(isOurs(typed(search, "j"))).toBe(false);
  expect(isOurs(typed(document.body, "r", { ctrlKey: true }))).toBe(false);
  expect(isOurs(typed(document.body, "a", { isComposing: true }))).toBe(false);
  expect(isOurs(typed(document.body, "j"))).toBe(true);
  expect(isOurs(typed(host.querySelector("a") as Element, "Enter"))).toBe(false);
});

test("a key presses its button, focuses its field, and skips what is hidden", () => {
  const clicked = vi.fn();
  host.querySelector("[data-key=a]")?.addEventListener("click", clicked);
  expect(press(document, "a")).toBe(false);
  (host.querySelector("[data-bulk]") as HTMLElement).hidden = false;
  expect(press(document, "a")).toBe(true);
  expect(clicked).toHaveBeenCalledOnce();
  expect(press(document, "/")).toBe(true);
  expect(document.activeElement?.id).toBe("search");
  expect(press(document, "q")).toBe(false);
});
