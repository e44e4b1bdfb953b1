// After a refused form the summary of errors takes the focus, and its links go to the field itself.
export function focusErrors(scope: Document): void {
  const summary = scope.querySelector<HTMLElement>("[data-error-summary]");
  if (summary === null) return;
  summary.focus();
  if (!scope.title.startsWith("×")) scope.title = `× ${scope.title}`;
  summary.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const field = link === null ? null : scope.getElementById(link.hash.slice(1));
    if (field === null) return;
    event.preventDefault();
    // A field that a script has replaced is hidden; what replaced it stands beside it.
    const target = field.hidden ? field.parentElement?.querySelector<HTMLElement>("button") ?? field : field;
    target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
  });
}
