// Large text and theme are kept in cookies, so that the next page comes from the server as chosen.
const YEAR_SECONDS = 31_536_000;

export function keep(name: string, value: string): void {
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}

export function wirePreferences(scope: Document): void {
  const root = scope.documentElement;
  for (const button of scope.querySelectorAll<HTMLButtonElement>("[data-large-text]")) {
    button.setAttribute("aria-pressed", String(root.dataset["text"] === "large"));
    button.addEventListener("click", () => {
      const large = root.dataset["text"] !== "large";
      if (large) root.dataset["text"] = "large";
      else delete root.dataset["text"];
      keep("text", large ? "large" : "normal");
      button.setAttribute("aria-pressed", String(large));
    });
  }
  for (const button of scope.querySelectorAll<HTMLButtonElement>("[data-theme-switch]")) {
    button.addEventListener("click", () => {
      const theme = root.dataset["theme"] === "ink" ? "paper" : "ink";
      root.dataset["theme"] = theme;
      keep("theme", theme);
    });
  }
}
