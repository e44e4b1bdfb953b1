// Live figures: after a `changed` event the parts with data-live-src are fetched anew. Contract in docs/design.md.
import { mount } from "../../lib/dom";
import { stream } from "../../lib/events";
import { getHtml } from "../../lib/fetching";
import { clockTime, speaker } from "../../lib/words";

const say = speaker({
  stale: ["连接中断，显示的是 {time} 的数字", "Connection lost; these are the figures of {time}"],
  updated: ["{time} 已更新", "Updated at {time}"],
});

const REST_MS = 1000;
const ANNOUNCE_MS = 60_000;

/** Runs `work` at most once per `rest`, never two at once, and once more if called meanwhile. */
export function calmly(work: () => Promise<void>, rest: number = REST_MS): () => void {
  let planned = false;
  let running = false;
  let again = false;
  const run = async (): Promise<void> => {
    planned = false;
    running = true;
    try {
      await work();
    } finally {
      running = false;
      if (again) {
        again = false;
        plan();
      }
    }
  };
  const plan = (): void => {
    if (running) again = true;
    else if (!planned) {
      planned = true;
      setTimeout(() => void run(), rest);
    }
  };
  return plan;
}

/** Says something at most once a minute; what comes sooner is dropped, for the page shows it anyway. */
export function sparingly(speak: (text: string) => void, now: () => number = Date.now): (text: string) => void {
  let last = -Infinity;
  return (text) => {
    if (now() - last < ANNOUNCE_MS) return;
    last = now();
    speak(text);
  };
}

export async function refresh(scope: Document): Promise<void> {
  const parts = [...scope.querySelectorAll<HTMLElement>("[data-live-src]")];
  await Promise.all(parts.map(async (part) => {
    const fresh = await getHtml(part.dataset["liveSrc"] ?? "");
    if (part.contains(scope.activeElement) && part.querySelector("input, textarea, select") !== null) return;
    part.replaceChildren(fresh);
  }));
  scope.dispatchEvent(new CustomEvent("live:refreshed"));
}

function liveRegion(scope: Document): HTMLElement {
  const region = scope.createElement("div");
  region.className = "sr-only";
  region.setAttribute("aria-live", "polite");
  scope.body.append(region);
  return region;
}

function statusPlace(scope: Document): HTMLElement {
  const found = scope.querySelector<HTMLElement>("[data-live-status]");
  if (found !== null) return found;
  const made = scope.createElement("p");
  made.className = "live-stale";
  made.hidden = true;
  scope.querySelector("main")?.prepend(made);
  return made;
}

function runClock(scope: Document): void {
  const tick = (): void => {
    for (const clock of scope.querySelectorAll("[data-live-clock]")) {
      const text = clockTime(new Date());
      if (clock.textContent !== text) clock.textContent = text;
    }
  };
  setInterval(tick, 1000);
  tick();
}

function start(host: HTMLElement): void {
  const scope = host.ownerDocument;
  const region = liveRegion(scope);
  const status = statusPlace(scope);
  let good = new Date();
  const announce = sparingly((text) => { region.textContent = text; });
  const showStale = (stale: boolean): void => {
    const text = stale ? say("stale", { time: clockTime(good) }) : "";
    status.hidden = !stale;
    status.classList.toggle("live-stale", stale);
    if (status.textContent !== text) status.textContent = text;
    if (stale) announce(text);
  };
  const update = calmly(async () => {
    try {
      await refresh(scope);
      good = new Date();
      showStale(false);
      announce(say("updated", { time: clockTime(good) }));
    } catch {
      showStale(true);
    }
  });
  let first = true;
  stream(host.dataset["liveEvents"] ?? "/live/events").listen({
    changed: () => {
      scope.dispatchEvent(new CustomEvent("live:changed"));
      update();
    },
    connection: (open) => {
      if (!open) showStale(true);
      else if (first) showStale(false);
      else update();
      first = false;
    },
  });
  runClock(scope);
}

let started = false;
mount("live", (host) => {
  if (started) return;
  started = true;
  start(host);
});
