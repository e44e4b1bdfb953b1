// The list of what waits on the phone, with what is missing and how big it is.
import { element, icon } from "../../lib/dom";
import { thumbnail } from "../../lib/pictures";
import { clockTime, speaker } from "../../lib/words";
import { missing, type Report } from "../../worker/report";
import type { Engine } from "./engine";

const say = speaker({
  none: ["没有等待上传的事", "Nothing is waiting"],
  noneText: ["拍下、写好的都会先存在手机里，再自动上传。", "Whatever you write or photograph is kept in the phone first and goes up by itself."],
  waiting: ["等待上传 {count} 件", "{count} waiting to go up"],
  drafts: ["没写完 {count} 件", "{count} unfinished"],
  sent: ["最近上传", "Sent lately"],
  size: ["共 {size}", "{size} in all"],
  saved: ["存于 {time}", "Kept at {time}"],
  network: ["等网络", "Waiting for network"],
  uploading: ["正在上传", "Going up"],
  signIn: ["请重新登录，内容都还在", "Please sign in again; everything is still here"],
  signInGo: ["登录", "Sign in"],
  other: ["由另一人登记，等本人登录后上传", "Written by someone else; goes up when they sign in"],
  resume: ["继续写", "Go on"],
  mend: ["去改", "Mend"],
  photo: ["补拍", "Add photo"],
  lackPhoto: ["缺照片，补拍后才能上传", "No photo yet; it goes up once there is one"],
  lack: ["还没写完", "Not finished"],
  tooLarge: ["照片太大，请去掉几张", "The photos are too big; take some out"],
  refused: ["没有通过：{reason}", "Not accepted: {reason}"],
  untitled: ["还没写标题", "No title yet"],
  discard: ["删掉", "Delete"],
  sure: ["删掉这件没上传的事？照片也会删掉。", "Delete this one? It has not been sent. Its photos go too."],
  retry: ["现在上传", "Send now"],
});

export function sizeText(bytes: number): string {
  return bytes >= 1_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${Math.ceil(bytes / 1000)} KB`;
}

/** What the line under the title says, and whether it asks for something. */
export function explain(report: Report, required: readonly string[], user: string): readonly [text: string, asks: boolean] {
  if (report.state === "refused") {
    const reason = Object.values(report.errors).find((said) => said !== "") ?? "";
    return reason === "too-large" ? [say("tooLarge"), true] : [say("refused", { reason }), true];
  }
  if (report.state === "draft") {
    const lacks = missing(report, required);
    return [lacks.length === 1 && lacks[0] === "photos" ? say("lackPhoto") : say("lack"), true];
  }
  if (user !== "" && report.user !== "" && report.user !== user) return [say("other"), false];
  return [say("saved", { time: clockTime(new Date(report.capturedAt)) }), false];
}

export class QueueList {
  private drawing: Promise<void> = Promise.resolve();

  constructor(private readonly host: HTMLElement, private readonly engine: Engine) {
    engine.watch(() => this.draw());
    this.draw();
  }

  private get required(): string[] {
    return (this.host.dataset["required"] ?? "title,photos").split(",").filter((name) => name !== "");
  }

  draw(): void {
    this.drawing = this.drawing.then(() => this.render()).catch(() => undefined);
  }

  private async render(): Promise<void> {
    const reports = await this.engine.store.all();
    const open = reports.filter((report) => report.state !== "sent");
    const sent = reports.filter((report) => report.state === "sent").slice(0, 10);
    const parts: Node[] = [];
    if (this.engine.outcome === "signed-out") parts.push(this.signIn());
    if (open.length === 0) parts.push(this.empty());
    else parts.push(await this.section(open));
    if (sent.length > 0) parts.push(element("h2", {}, say("sent")), this.sentList(sent));
    this.host.replaceChildren(...parts);
  }

  private async section(open: readonly Report[]): Promise<Node> {
    const waiting = open.filter((report) => report.state === "waiting" || report.state === "uploading").length;
    const title = waiting > 0 ? say("waiting", { count: waiting }) : say("drafts", { count: open.length });
    const bytes = open.reduce((sum, report) => sum + report.bytes, 0);
    const head = element("div", { class: "flex items-baseline justify-between gap-4" },
      element("h2", { class: "text-h3" }, title), element("small", {}, say("size", { size: sizeText(bytes) })));
    const list = element("ul", { class: "sheet wait-list mt-2" });
    for (const report of open) list.append(await this.line(report));
    const retry = element("button", { type: "button", class: "btn btn-block mt-3" }, icon("upload"), say("retry"));
    retry.addEventListener("click", () => this.engine.now());
    return element("section", {}, head, list, ...(waiting > 0 ? [retry] : []));
  }

  private async line(report: Report): Promise<HTMLElement> {
    const [text, asks] = explain(report, this.required, this.host.dataset["user"] ?? "");
    const title = report.fields["title"]?.trim() || say("untitled");
    const words = element("div", {}, element("b", {}, title), element("small", {}, text));
    return element("li", asks ? { class: "wait-missing", "data-key": report.key } : { "data-key": report.key },
      await this.picture(report), words, this.right(report));
  }

  private right(report: Report): Node {
    if (report.state === "uploading") return element("small", {}, say("uploading"));
    if (report.state === "waiting") return element("small", {}, say("network"));
    const lacksPhoto = report.state === "draft" && missing(report, this.required).join() === "photos";
    const word = report.state === "refused" ? say("mend") : lacksPhoto ? say("photo") : say("resume");
    const go = element("a", { class: "btn", href: `${this.host.dataset["form"] ?? "/worker/report/"}?key=${report.key}` }, word);
    const drop = element("button", { type: "button", class: "link-quiet" }, say("discard"));
    drop.addEventListener("click", () => {
      if (!window.confirm(say("sure"))) return;
      void this.engine.store.discard(report.key).then(() => this.engine.tell());
    });
    return element("div", { class: "grid justify-items-center" }, go, drop);
  }

  private async picture(report: Report): Promise<HTMLElement> {
    const first = (await this.engine.store.photos(report.key))[0];
    if (first === undefined) return element("span", { class: "wait-photo wait-photo-none" }, icon("camera"));
    const frame = element("span", { class: "wait-photo" });
    const drawn = await thumbnail(first.blob, 104);
    frame.append(drawn ?? icon("photo"), element("span", {}, String(report.photoCount)));
    return frame;
  }

  private sentList(sent: readonly Report[]): HTMLElement {
    return element("ul", { class: "rows" }, ...sent.map((report) =>
      element("li", { class: "flex items-baseline justify-between gap-4", "data-key": report.key },
        element("span", {}, report.fields["title"] ?? ""), element("small", { class: "mono" }, report.number))));
  }

  private signIn(): HTMLElement {
    const next = encodeURIComponent(location.pathname);
    const address = this.host.dataset["signIn"] ?? `/account/login/?next=${next}`;
    return element("div", { class: "note mb-4", role: "alert" }, element("b", {}, say("signIn")), " ",
      element("a", { href: address }, say("signInGo")));
  }

  private empty(): HTMLElement {
    return element("div", { class: "empty" }, element("p", { class: "empty-title" }, say("none")), element("p", {}, say("noneText")));
  }
}
