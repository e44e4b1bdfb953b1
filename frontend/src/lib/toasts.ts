// Toasts repeat what the page says elsewhere; they go after a while, but not while someone is on them.
import { element, icon } from "./dom";
import { speaker } from "./words";

const say = speaker({ close: ["关闭", "Close"] });
const STAY_MS = 6000;

export function announceMessages(scope: Document): void {
  for (const toast of scope.querySelectorAll<HTMLElement>(".toasts > .toast")) arm(toast);
}

export function showToast(text: string): void {
  const region = document.querySelector(".toasts");
  if (region === null) return;
  const toast = element("div", { class: "toast" }, element("span", {}, text));
  region.append(toast);
  arm(toast);
}

function arm(toast: HTMLElement): void {
  const close = element("button", { type: "button", "aria-label": say("close") }, icon("cross"));
  close.addEventListener("click", () => toast.remove());
  toast.append(close);
  if (toast.classList.contains("toast-error")) return;
  let timer = window.setTimeout(() => toast.remove(), STAY_MS);
  const hold = (): void => window.clearTimeout(timer);
  const release = (): void => { timer = window.setTimeout(() => toast.remove(), STAY_MS); };
  toast.addEventListener("mouseenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("mouseleave", release);
  toast.addEventListener("focusout", release);
}
