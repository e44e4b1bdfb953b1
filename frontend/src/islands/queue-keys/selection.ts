// Which rows are chosen and where the cursor stands; the boxes of the form are the only truth.
export class Selection {
  cursor: HTMLElement | null = null;
  private lastBox: HTMLInputElement | null = null;

  constructor(private readonly host: HTMLElement) {
    host.addEventListener("change", (event) => this.onChange(event));
    host.addEventListener("click", (event) => this.onRange(event as MouseEvent));
    this.show();
  }

  get rows(): HTMLElement[] {
    return [...this.host.querySelectorAll<HTMLElement>("tr[data-matter]")];
  }

  get boxes(): HTMLInputElement[] {
    return [...this.host.querySelectorAll<HTMLInputElement>("tr[data-matter] input[type=checkbox]")];
  }

  get size(): number {
    return this.boxes.filter((box) => box.checked).length;
  }

  step(by: 1 | -1): void {
    const rows = this.rows;
    if (rows.length === 0) return;
    const at = this.cursor === null ? -1 : rows.indexOf(this.cursor);
    const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
    this.put(rows[next] ?? null);
  }

  put(row: HTMLElement | null): void {
    this.cursor?.classList.remove("cursor");
    this.cursor?.removeAttribute("tabindex");
    this.cursor = row;
    if (row === null) return;
    row.classList.add("cursor");
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  toggle(): void {
    const box = this.cursor?.querySelector<HTMLInputElement>("input[type=checkbox]");
    if (box === null || box === undefined) return;
    box.checked = !box.checked;
    this.show();
  }

  clear(): void {
    for (const box of this.boxes) box.checked = false;
    this.show();
  }

  private onChange(event: Event): void {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.type !== "checkbox") return;
    if (box.matches("[data-select-all]")) for (const one of this.boxes) one.checked = box.checked;
    this.show();
  }

  /** Shift and a click choose everything between this box and the last one. */
  private onRange(event: MouseEvent): void {
    const box = event.target;
    const boxes = this.boxes;
    if (!(box instanceof HTMLInputElement) || !boxes.includes(box)) return;
    if (event.shiftKey && this.lastBox !== null) {
      const ends = [boxes.indexOf(this.lastBox), boxes.indexOf(box)].sort((a, b) => a - b);
      for (const one of boxes.slice(ends[0], (ends[1] ?? 0) + 1)) one.checked = box.checked;
    }
    this.lastBox = box;
    this.show();
  }

  private show(): void {
    const size = this.size;
    for (const box of this.boxes) box.closest("tr")?.classList.toggle("selected", box.checked);
    for (const bar of this.host.querySelectorAll<HTMLElement>("[data-bulk]")) bar.hidden = size === 0;
    for (const count of this.host.querySelectorAll("[data-bulk-count]")) count.textContent = String(size);
    const all = this.host.querySelector<HTMLInputElement>("[data-select-all]");
    if (all !== null) {
      all.checked = size > 0 && size === this.boxes.length;
      all.indeterminate = size > 0 && size < this.boxes.length;
    }
  }
}
