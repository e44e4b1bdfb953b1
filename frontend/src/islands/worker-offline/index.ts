// The grid worker's pages without a network: strip, form, queue, service worker, storage that is not thrown away.
import { element, mount } from "../../lib/dom";
import { speaker } from "../../lib/words";
import { Engine } from "./engine";
import { ReportForm } from "./form";
import { QueueList, sizeText } from "./queue";

const say = speaker({
  safe: ["手机已答应保留这些内容，占用 {size}", "The phone has promised to keep these; {size} used"],
  unsafe: ["手机空间紧张时，浏览器可能清掉没上传的内容。", "When the phone runs short of space, the browser may drop what has not gone up."],
  ask: ["请手机保留", "Ask the phone to keep them"],
});

const engine: Promise<Engine> = Engine.start();

function showConnection(host: HTMLElement): void {
  const show = (): void => { host.hidden = navigator.onLine; };
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  show();
}

async function showCount(): Promise<void> {
  const { store } = await engine;
  const count = (await store.all()).filter((report) => report.state !== "sent").length;
  for (const badge of document.querySelectorAll<HTMLElement>('[data-tab-count="upload"]')) {
    badge.textContent = String(count);
    badge.hidden = count === 0;
  }
}

async function showStorage(host: HTMLElement): Promise<void> {
  if (navigator.storage?.persisted === undefined) return;
  const kept = await navigator.storage.persisted();
  if (kept) {
    const { usage = 0 } = await navigator.storage.estimate();
    host.replaceChildren(element("small", {}, say("safe", { size: sizeText(usage) })));
    return;
  }
  const button = element("button", { type: "button", class: "link-quiet" }, say("ask"));
  button.addEventListener("click", () => void navigator.storage.persist().then(() => showStorage(host)));
  host.replaceChildren(element("small", { class: "block" }, say("unsafe")), button);
}

async function registerWorker(): Promise<void> {
  if (navigator.serviceWorker === undefined) return;
  try {
    await navigator.serviceWorker.register("/worker/sw.js", { scope: "/worker/" });
    const ready = await navigator.serviceWorker.ready;
    // The worker may have been installed before sign-in, when the pages were not to be had.
    ready.active?.postMessage("keep-shells");
  } catch {
    // Without a service worker the pages still keep reports; they only cannot be opened offline.
  }
}

mount("connection", showConnection);
mount("worker-form", (host) => {
  if (host instanceof HTMLFormElement) void engine.then((ready) => ReportForm.open(host, ready));
});
mount("worker-queue", (host) => void engine.then((ready) => new QueueList(host, ready)));
mount("worker-storage", (host) => void showStorage(host));
void engine.then((ready) => {
  ready.watch(() => void showCount());
  void ready.send();
  void showCount();
});
void registerWorker();
