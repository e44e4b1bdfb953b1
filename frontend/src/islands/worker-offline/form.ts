// The report's form: every input is saved on the phone at once; sending means: put it into the queue.
import { element } from "../../lib/dom";
import { speaker } from "../../lib/words";
import { missing, type Photo } from "../../worker/report";
import type { Engine } from "./engine";

const say = speaker({
  saved: ["已存在手机里 {time}", "Kept in the phone {time}"],
  locked: ["这件正在上传或已上传，不能再改", "This one is going up or already there; it can no longer be changed"],
  need: ["还缺：{names}", "Still missing: {names}"],
  full: ["手机存不下了，请先删掉一些照片", "The phone is full; please remove some photos first"],
});

const SAVE_MS = 150;

export function fieldsOf(form: HTMLFormElement): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && name !== "csrfmiddlewaretoken" && name !== "key") fields[name] = value;
  }
  return fields;
}

export function fill(form: HTMLFormElement, fields: Readonly<Record<string, string>>): void {
  for (const control of form.elements) {
    const value = fields[control.getAttribute("name") ?? ""];
    if (value === undefined) continue;
    if (control instanceof HTMLInputElement && (control.type === "checkbox" || control.type === "radio")) {
      control.checked = control.value === value;
    } else if (control instanceof HTMLInputElement && control.type === "file") {
      continue;
    } else if (control instanceof HTMLInputElement || control instanceof HTMLSelectElement || control instanceof HTMLTextAreaElement) {
      control.value = value;
    }
  }
}

export function requiredOf(form: HTMLFormElement): string[] {
  return (form.dataset["required"] ?? "").split(",").map((name) => name.trim()).filter((name) => name !== "");
}

export class ReportForm {
  private timer = 0;
  private saving: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly form: HTMLFormElement,
    private readonly engine: Engine,
    private readonly key: string,
  ) {
    form.noValidate = true;
    form.addEventListener("input", () => this.soon());
    form.addEventListener("change", () => this.soon());
    form.addEventListener("photos:changed", (event) => this.keepPhotos((event as CustomEvent<File[]>).detail));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit();
    });
    for (const type of ["pagehide", "visibilitychange"]) {
      document.addEventListener(type, () => { if (this.timer !== 0) void this.save(); });
    }
  }

  /** Opens the draft named in the address, or the newest unfinished one, or a new one. */
  static async open(form: HTMLFormElement, engine: Engine): Promise<ReportForm> {
    const asked = new URL(location.href).searchParams.get("key");
    const key = asked ?? crypto.randomUUID();
    const opened = new ReportForm(form, engine, key);
    const report = asked === null ? undefined : await engine.store.find(asked);
    if (report !== undefined) {
      fill(form, report.fields);
      opened.showErrors(report.errors);
      const photos = await engine.store.photos(key);
      form.dispatchEvent(new CustomEvent("photos:restore", { detail: photos.map(asFile) }));
    }
    if (asked === null) history.replaceState(null, "", `?key=${key}`);
    return opened;
  }

  private get user(): string {
    return this.form.dataset["user"] ?? "";
  }

  private soon(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(), SAVE_MS);
  }

  private save(): Promise<boolean> {
    window.clearTimeout(this.timer);
    this.timer = 0;
    return this.inTurn(async () => {
      const saved = await this.engine.store.saveDraft(this.key, this.user, fieldsOf(this.form));
      this.note(saved ? say("saved", { time: new Date().toTimeString().slice(0, 5) }) : say("locked"));
      if (saved) this.engine.tell();
      return saved;
    });
  }

  private keepPhotos(files: readonly File[]): void {
    const photos: Photo[] = files.map((file, n) => ({ id: `${this.key}-${n}-${file.size}`, key: this.key, blob: file, name: file.name }));
    void this.save();
    void this.inTurn(async () => this.engine.store.savePhotos(this.key, photos));
  }

  /** Writes one after another, so that a slow photo never overtakes a later word. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.saving.then(work);
    this.saving = next.catch(() => { this.note(say("full")); });
    return next;
  }

  private async submit(): Promise<void> {
    await this.save();
    await this.saving;
    const report = await this.engine.store.find(this.key);
    if (report === undefined) return;
    const lacks = missing(report, requiredOf(this.form));
    if (lacks.length > 0) {
      this.showErrors(Object.fromEntries(lacks.map((name) => [name, ""])));
      return;
    }
    if (await this.engine.store.move(this.key, ["draft"], { state: "waiting", errors: {} })) {
      this.engine.tell();
      this.engine.now();
      location.assign(this.form.dataset["done"] ?? "/worker/queue/");
    }
  }

  private note(text: string): void {
    const place = this.form.querySelector("[data-save-note]");
    if (place !== null) place.textContent = text;
  }

  private labelOf(name: string): string {
    const control = this.form.querySelector(`[name="${CSS.escape(name)}"]`);
    const id = control?.id ?? "";
    const label = id === "" ? null : this.form.querySelector(`label[for="${CSS.escape(id)}"]`);
    return (label ?? control?.closest("fieldset")?.querySelector("legend"))?.textContent?.trim() ?? name;
  }

  private showErrors(errors: Readonly<Record<string, string>>): void {
    this.form.querySelector("[data-local-errors]")?.remove();
    const names = Object.keys(errors);
    if (names.length === 0) return;
    const lines = names.map((name) => errors[name] === "" || errors[name] === undefined
      ? say("need", { names: this.labelOf(name) })
      : `${name === "" ? "" : `${this.labelOf(name)}：`}${errors[name]}`);
    const box = element("div", { class: "note note-error mb-4", role: "alert", tabindex: "-1", "data-local-errors": true },
      ...lines.map((line) => element("p", {}, line)));
    this.form.prepend(box);
    box.focus();
    box.scrollIntoView({ block: "center" });
    const first = this.form.querySelector<HTMLElement>(`[name="${CSS.escape(names[0] ?? "")}"]`);
    first?.setAttribute("aria-invalid", "true");
  }
}

function asFile(photo: Photo): File {
  return new File([photo.blob], photo.name, { type: photo.blob.type });
}
