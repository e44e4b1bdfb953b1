// data-opens="id" opens a <dialog>; data-closes closes the one around it. Without script the opener is a link
// to a page that asks the same question.
export function wireDialogs(scope: Document): void {
  scope.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const opener = event.target.closest<HTMLElement>("[data-opens]");
    if (opener !== null && openDialog(scope, opener.dataset["opens"] ?? "")) event.preventDefault();
    const closer = event.target.closest("[data-closes]");
    if (closer !== null) {
      closer.closest("dialog")?.close();
      event.preventDefault();
    }
    closeMenus(scope, event.target);
  });
  scope.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus(scope, null);
  });
}

export function openDialog(scope: Document, id: string): boolean {
  const dialog = scope.getElementById(id);
  if (!(dialog instanceof HTMLDialogElement)) return false;
  if (!dialog.open) dialog.showModal();
  return true;
}

function closeMenus(scope: Document, inside: Element | null): void {
  for (const menu of scope.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    if (inside === null || !menu.contains(inside)) menu.open = false;
  }
}
