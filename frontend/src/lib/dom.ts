// Building elements without markup strings, so that no text of a resident can become markup.
export type Attributes = Readonly<Record<string, string | number | boolean>>;

export function element<T extends keyof HTMLElementTagNameMap>(
  tag: T, attributes: Attributes = {}, ...children: ReadonlyArray<Node | string>
): HTMLElementTagNameMap[T] {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

export function svgElement<T extends keyof SVGElementTagNameMap>(
  tag: T, attributes: Attributes = {}, ...children: ReadonlyArray<Node | string>
): SVGElementTagNameMap[T] {
  const made = document.createElementNS(SVG, tag);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

function setAttributes(target: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) target.setAttribute(name, "");
    else if (value !== false) target.setAttribute(name, String(value));
  }
}

/** An icon of the sprite whose address the page gives in <html data-icons>. */
export function icon(name: string): SVGSVGElement {
  const sprite = document.documentElement.dataset["icons"] ?? "/static/icons/sprite.svg";
  return svgElement("svg", { class: "icon", "aria-hidden": "true" }, svgElement("use", { href: `${sprite}#${name}` }));
}

/** Mounts an island on each element that names it and has not been mounted yet. */
export function mount(name: string, start: (host: HTMLElement) => void): void {
  const mountAll = (scope: ParentNode): void => {
    for (const host of scope.querySelectorAll<HTMLElement>(`[data-island~="${name}"]`)) {
      const mark = `mounted${name.replace(/-/g, "")}`;
      if (host.dataset[mark] !== undefined) continue;
      host.dataset[mark] = "";
      start(host);
    }
  };
  mountAll(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.target instanceof HTMLElement) mountAll(event.target.parentNode ?? document);
  });
}

/** Reads the JSON of a <script type="application/json"> inside the host; undefined if there is none. */
export function embeddedJson(host: ParentNode): unknown {
  const text = host.querySelector('script[type="application/json"]')?.textContent;
  return text === null || text === undefined ? undefined : (JSON.parse(text) as unknown);
}
