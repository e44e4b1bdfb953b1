// The officer's queue by keyboard. Every key presses a thing on the page: [data-key] names a button, link or field,
// so nothing can be done by key that cannot be done by hand. Contract in docs/design.md.
import { element, icon, mount } from "../../lib/dom";
import { stream } from "../../lib/events";
import { getHtml, getJson } from "../../lib/fetching";
import { speaker } from "../../lib/words";
import { Selection } from "./selection";

const say = speaker({
  fresh: ["有 {count} 件新到", "{count} new"],
  freshUnknown: ["有新变化", "Something new"],
  close: ["关闭", "Close"],
  broken: ["没有取到，请打开事项看", "Could not be fetched; open the matter"],
  quick: ["快速看", "Quick look"],
});

/** Whether a key typed here belongs to the page and not to a field, a dialog or the browser. */
export function isOurs(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return false;
  const target = event.target;
  if (!(target instanceof Element)) return true;
  if (target.closest("dialog[open]") !== null || document.querySelector("dialog[open]") !== null) return false;
  if (event.key === "Escape") return true;
  const box = target instanceof HTMLInputElement && target.type === "checkbox";
  if (!box && target.closest("input, textarea, select, [contenteditable]") !== null) return false;
  // On a control, Enter and Space do what the control does.
  if ((event.key === "Enter" || event.key === " ") && target.closest("a, button, summary, input") !== null) return false;
  return true;
}

/** Presses what carries the key: a field takes the focus, anything else is clicked. */
export function press(scope: Document, key: string): boolean {
  for (const found of scope.querySelectorAll<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)) {
    if (found.closest("[hidden]") !== null || found.matches(":disabled")) continue;
    if (found.matches("input, textarea, select")) found.focus();
    else found.click();
    return true;
  }
  return false;
}

class Queue {
  private readonly selection: Selection;
  private panel: HTMLElement | null = null;

  constructor(private readonly host: HTMLElement) {
    this.selection = new Selection(host);
    host.ownerDocument.addEventListener("keydown", (event) => this.onKey(event));
    host.addEventListener("click", (event) => this.onClick(event));
  }

  private onKey(event: KeyboardEvent): void {
    if (document.documentElement.dataset["keys"] === "off" && event.key !== "Escape") return;
    if (!isOurs(event)) {
      if (event.key === "Escape" && event.target instanceof HTMLElement) event.target.blur();
      return;
    }
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (this.move(key) || this.act(key)) event.preventDefault();
  }

  private move(key: string): boolean {
    // On a page without rows, such as one matter's, J and K press what carries them: next and previous.
    if ((key !== "j" && key !== "k") || this.selection.rows.length === 0) return false;
    this.selection.step(key === "j" ? 1 : -1);
    if (this.panel !== null) void this.look();
    return true;
  }

  private act(key: string): boolean {
    const row = this.selection.cursor;
    switch (key) {
      case "x":
        this.selection.toggle();
        return row !== null;
      case "Enter":
        row?.querySelector<HTMLAnchorElement>("a.queue-title")?.click();
        return row !== null;
      case " ":
        if (this.panel === null) void this.look();
        else this.close();
        return row !== null;
      case "Escape":
        if (this.panel !== null) this.close();
        else this.selection.clear();
        return true;
      default:
        return this.pressFor(key);
    }
  }

  /** A bulk key without a selection means the row under the cursor. */
  private pressFor(key: string): boolean {
    const bulk = this.host.querySelector(`[data-bulk] [data-key="${CSS.escape(key)}"]`) !== null;
    if (bulk && this.selection.size === 0) this.selection.toggle();
    return press(this.host.ownerDocument, key);
  }

  private onClick(event: Event): void {
    if (!(event.target instanceof Element)) return;
    if (event.target.closest("[data-clear]") !== null) this.selection.clear();
    const looker = event.target.closest("[data-look]");
    if (looker !== null) {
      this.selection.put(looker.closest<HTMLElement>("tr[data-matter]"));
      void this.look();
    }
  }

  private async look(): Promise<void> {
    const row = this.selection.cursor;
    const address = row?.dataset["quick"];
    if (address === undefined) return;
    const panel = this.panel ?? this.openPanel();
    let content: Node;
    try {
      content = await getHtml(address);
    } catch {
      content = element("p", { class: "note note-error" }, say("broken"));
    }
    if (row === this.selection.cursor) panel.replaceChildren(this.closeButton(), content);
  }

  private openPanel(): HTMLElement {
    const panel = element("aside", { class: "quick-look", "aria-label": say("quick"), "aria-live": "polite" });
    this.host.ownerDocument.body.append(panel);
    this.panel = panel;
    return panel;
  }

  private closeButton(): HTMLElement {
    const button = element("button", { type: "button", class: "btn btn-ghost btn-sm quick-close", "aria-label": say("close") }, icon("cross"));
    button.addEventListener("click", () => this.close());
    return button;
  }

  private close(): void {
    this.panel?.remove();
    this.panel = null;
  }
}

function wireSwitch(scope: Document): void {
  const root = scope.documentElement;
  if (localStorage.getItem("keys") === "off") root.dataset["keys"] = "off";
  for (const box of scope.querySelectorAll<HTMLInputElement>("[data-keys-toggle]")) {
    box.checked = root.dataset["keys"] !== "off";
    box.addEventListener("change", () => {
      localStorage.setItem("keys", box.checked ? "on" : "off");
      if (box.checked) delete root.dataset["keys"];
      else root.dataset["keys"] = "off";
    });
  }
}

async function freshText(address: string | undefined): Promise<string> {
  if (address === undefined) return say("freshUnknown");
  const answer = (await getJson(address)) as { count?: unknown };
  const count = typeof answer.count === "number" ? answer.count : 0;
  return count > 0 ? say("fresh", { count }) : "";
}

function watchFresh(host: HTMLElement): void {
  const place = host.querySelector<HTMLElement>("[data-fresh]");
  if (place === null || host.dataset["liveEvents"] === undefined) return;
  let timer = 0;
  const show = async (): Promise<void> => {
    timer = 0;
    try {
      const text = await freshText(host.dataset["freshSrc"]);
      place.textContent = text;
      const button = host.querySelector<HTMLElement>('[data-key="."]');
      if (button !== null) button.hidden = text === "";
    } catch {
      // The count is a convenience; the next event asks again.
    }
  };
  stream(host.dataset["liveEvents"]).listen({
    changed: () => { if (timer === 0) timer = window.setTimeout(() => void show(), 1500); },
  });
  host.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest('[data-key="."]') !== null) location.reload();
  });
}

mount("queue-keys", (host) => {
  new Queue(host);
  wireSwitch(host.ownerDocument);
  watchFresh(host);
});
