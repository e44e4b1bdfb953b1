// Photos of a form: chosen or taken, made smaller, shown, removable. The form's own file field stays the carrier.
import { element, icon, mount } from "../../lib/dom";
import { shrink, thumbnail } from "../../lib/pictures";
import { speaker } from "../../lib/words";

const say = speaker({
  first: ["拍照或选照片", "Take or choose a photo"],
  more: ["再拍一张", "One more"],
  remove: ["去掉第 {n} 张", "Remove photo {n}"],
  full: ["最多 {max} 张", "{max} at most"],
  added: ["已有 {count} 张照片", "{count} photos"],
});

const MOST = 6;

/** Adds files up to the limit and leaves out the same file chosen twice. */
export function joined(present: readonly File[], added: readonly File[], most: number): File[] {
  const known = new Set(present.map(mark));
  const fresh = added.filter((file) => !known.has(mark(file)));
  return [...present, ...fresh].slice(0, most);
}

function mark(file: File): string {
  return `${file.name}/${file.lastModified}`;
}

class PhotoQueue {
  private files: File[] = [];
  private readonly most: number;
  private readonly grid = element("ul", { class: "photos" });
  private readonly region = element("p", { class: "sr-only", role: "status" });

  constructor(private readonly host: HTMLElement, private readonly input: HTMLInputElement) {
    this.most = Number(host.dataset["most"] ?? MOST);
    input.hidden = true;
    host.append(this.grid, this.region);
    input.addEventListener("change", () => void this.takeChosen());
    host.closest("form")?.addEventListener("photos:restore", (event) => {
      const chosen = this.files;
      this.files = joined((event as CustomEvent<File[]>).detail, chosen, this.most);
      if (chosen.length > 0) return this.publish();
      this.carry();
      void this.draw();
    });
    void this.draw();
    // On a slow line a photo may be chosen before this script is there to hear of it.
    if (input.files?.length) void this.takeChosen();
  }

  private takeChosen(): Promise<void> {
    return this.add([...(this.input.files ?? [])]);
  }

  private async add(chosen: readonly File[]): Promise<void> {
    const small: File[] = [];
    for (const file of chosen.slice(0, this.most)) small.push(await shrink(file));
    this.files = joined(this.files, small, this.most);
    this.publish();
  }

  private remove(at: number): void {
    this.files = this.files.filter((_, n) => n !== at);
    this.publish();
    this.grid.querySelector<HTMLElement>(".photo-add")?.focus();
  }

  private publish(): void {
    this.carry();
    this.region.textContent = say("added", { count: this.files.length });
    this.host.dispatchEvent(new CustomEvent("photos:changed", { bubbles: true, detail: [...this.files] }));
    void this.draw();
  }

  /** Puts the smaller files where the form will send them from. */
  private carry(): void {
    const carrier = new DataTransfer();
    for (const file of this.files) carrier.items.add(file);
    this.input.files = carrier.files;
  }

  private async draw(): Promise<void> {
    const { files } = this;
    const cells = await Promise.all(files.map((file, n) => this.cell(file, n)));
    // Thumbnails take their time: an older drawing must not come to stand over a newer one.
    if (files !== this.files) return;
    if (files.length < this.most) cells.push(this.adder());
    this.grid.replaceChildren(...cells);
  }

  private async cell(file: File, n: number): Promise<HTMLLIElement> {
    const picture = await thumbnail(file, 160);
    const label = say("remove", { n: n + 1 });
    const button = element("button", { type: "button", class: "photo-remove", "aria-label": label }, element("span", {}, icon("cross")));
    button.addEventListener("click", () => this.remove(n));
    return element("li", {}, picture ?? element("span", { class: "cap" }, file.name), button);
  }

  private adder(): HTMLLIElement {
    const word = this.files.length === 0 ? say("first") : say("more");
    const button = element("button", { type: "button", class: "photo-add" }, icon("camera"), element("span", {}, word));
    button.addEventListener("click", () => this.input.click());
    return element("li", { class: "photo-add-cell" }, button);
  }
}

mount("photo-queue", (host) => {
  const input = host.querySelector<HTMLInputElement>("input[type=file]");
  if (input !== null) new PhotoQueue(host, input);
});
