import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EventStream, nextWait } from "../../lib/events";
import { calmly, refresh, sparingly } from "./index";

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("many changes in a second cause one fetch", async () => {
  const work = vi.fn(async () => undefined);
  const plan = calmly(work);
  for (let n = 0; n < 50; n++) plan();
  expect(work).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1000);
  expect(work).toHaveBeenCalledTimes(1);
});

test("a change during a slow fetch causes one more, a second later", async () => {
  const work = vi.fn(() => new Promise<void>((done) => setTimeout(done, 500)));
  const plan = calmly(work);
  plan();
  await vi.advanceTimersByTimeAsync(1200);
  plan();
  plan();
  await vi.advanceTimersByTimeAsync(400);
  expect(work).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(work).toHaveBeenCalledTimes(2);
});

test("speaks once a minute at most", () => {
  const spoken: string[] = [];
  let now = 0;
  const speak = sparingly((text) => spoken.push(text), () => now);
  speak("a");
  now = 59_999;
  speak("b");
  now = 60_000;
  speak("c");
  expect(spoken).toEqual(["a", "c"]);
});

test("refresh swaps each live part and leaves the one being typed in", async () => {
  document.body.innerHTML = `<main><div id="a" data-live-src="/a">old</div><div id="b" data-live-src="/b"><input id="i"></div></main>`;
  document.getElementById("i")?.focus();
  vi.stubGlobal("fetch", vi.fn(async (address: string) => new Response(`<b>new ${address}</b>`)));
  await refresh(document);
  expect(document.getElementById("a")?.innerHTML).toBe("<b>new /a</b>");
  expect(document.getElementById("i")).not.toBeNull();
});

class FakeSource extends EventTarget {
  readyState = 0;
  close(): void { this.readyState = 2; }
}

test("a closed stream is opened again, waiting longer each time", async () => {
  const sources: FakeSource[] = [];
  const stream = new EventStream("/live/events", () => {
    const source = new FakeSource();
    sources.push(source);
    return source as unknown as EventSource;
  });
  const states: boolean[] = [];
  stream.listen({ connection: (open) => states.push(open) });
  const fail = (): void => {
    const last = sources[sources.length - 1] as FakeSource;
    last.readyState = 2;
    last.dispatchEvent(new Event("error"));
  };
  fail();
  await vi.advanceTimersByTimeAsync(2000);
  expect(sources).toHaveLength(2);
  fail();
  await vi.advanceTimersByTimeAsync(2000);
  expect(sources).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(2000);
  expect(sources).toHaveLength(3);
  sources[2]?.dispatchEvent(new Event("open"));
  expect(states).toEqual([false, false, true]);
  expect(nextWait(50_000)).toBe(60_000);
});
