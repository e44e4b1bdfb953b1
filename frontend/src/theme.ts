// Runs before the first paint: a page that follows the system takes the dark theme where the system is dark.
const root = document.documentElement;
const chosen = /(?:^|; )theme=(paper|ink)/.exec(document.cookie)?.[1];
if (root.dataset["themeFollows"] === "system") {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = (): void => {
    root.dataset["theme"] = chosen ?? (dark.matches ? "ink" : "paper");
  };
  apply();
  if (chosen === undefined) dark.addEventListener("change", apply);
}
export {};
