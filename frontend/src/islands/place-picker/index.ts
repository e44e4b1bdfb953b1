// Picks a place on the map for a form. The form's own fields for street and community stay the way without a map.
import * as L from "leaflet";
import { baseMap, type BaseMap, pinIcon } from "../../lib/basemap";
import { element, icon, mount } from "../../lib/dom";
import { getJson } from "../../lib/fetching";
import { areaAt } from "../../lib/geometry";
import { showToast } from "../../lib/toasts";
import { isChinese, speaker } from "../../lib/words";
import { distanceText, type Near, nearAddress, readNear } from "./near";

const say = speaker({
  locate: ["用我的位置", "Use my position"],
  locating: ["正在找位置", "Finding you"],
  noPosition: ["没有取到位置，请在图上点，或直接选街道社区", "No position; tap the map, or choose the street and community"],
  outside: ["这个位置不在本区，请在图上点", "That is outside the district; please tap the map"],
  tap: ["在图上点一下出事的地方", "Tap the place on the map"],
  chosen: ["已选位置", "Place chosen"],
  keys: ["地图：方向键移动，加减号缩放，回车选中间的位置", "Map: arrows move, plus and minus zoom, Enter picks the middle"],
  noMap: ["地图没有打开，请直接选街道社区", "The map did not open; please choose the street and community"],
  same: ["附近已经有人反映，是同一件事吗？", "Someone has already reported something nearby. Is it the same?"],
  this: ["就是这件", "This is it"],
});

const NEAR_MS = 600;

type Parts = Readonly<{ lon: HTMLInputElement; lat: HTMLInputElement; text: HTMLInputElement | HTMLTextAreaElement | null; area: HTMLSelectElement | null }>;

function field<T extends Element>(host: HTMLElement, name: string): T | null {
  const selector = host.dataset[name];
  return selector === undefined ? null : document.querySelector<T>(selector);
}

class PlacePicker {
  private pin: L.Marker | null = null;
  private nearLayer = L.layerGroup();
  private timer = 0;
  private request: AbortController | null = null;
  private readonly name = element("b", {}, say("tap"));
  private readonly detail = element("small", {}, "");
  private readonly list = element("section", { class: "near-list", "aria-live": "polite" });

  private constructor(private readonly host: HTMLElement, private readonly parts: Parts, private readonly base: BaseMap) {
    this.nearLayer.addTo(base.map);
    base.map.on("click", (event) => this.choose(event.latlng.lng, event.latlng.lat));
    base.map.getContainer().addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target !== base.map.getContainer()) return;
      event.preventDefault();
      this.choose(base.map.getCenter().lng, base.map.getCenter().lat);
    });
    parts.text?.addEventListener("input", () => this.lookSoon());
    parts.area?.addEventListener("change", () => this.showArea());
    host.append(this.foot());
    host.after(this.list);
    if (parts.lon.value !== "" && parts.lat.value !== "") this.choose(Number(parts.lon.value), Number(parts.lat.value), true);
    else this.showArea();
  }

  static async open(host: HTMLElement): Promise<void> {
    const lon = field<HTMLInputElement>(host, "lon");
    const lat = field<HTMLInputElement>(host, "lat");
    if (lon === null || lat === null) return;
    const parts = { lon, lat, text: field<HTMLInputElement>(host, "text"), area: field<HTMLSelectElement>(host, "area") };
    const frame = element("div", { class: "map", role: "application", "aria-label": say("keys") });
    host.classList.add("place");
    host.append(frame);
    try {
      const base = await baseMap(frame, host.dataset["areas"] ?? "/map/areas.geojson");
      new PlacePicker(host, parts, base);
    } catch {
      frame.remove();
      host.append(element("p", { class: "place-foot" }, say("noMap")));
    }
  }

  private foot(): HTMLElement {
    const button = element("button", { type: "button", class: "btn" }, icon("locate"), say("locate"));
    button.addEventListener("click", () => this.locate(button));
    return element("div", { class: "place-foot" }, element("div", { role: "status" }, this.name, this.detail), button);
  }

  private locate(button: HTMLButtonElement): void {
    const done = (): void => { button.disabled = false; };
    const failed = (): void => {
      done();
      this.detail.textContent = say("noPosition");
      showToast(say("noPosition"));
    };
    if (navigator.geolocation === undefined) return failed();
    button.disabled = true;
    this.detail.textContent = say("locating");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        done();
        if (areaAt(this.base.areas(), [coords.longitude, coords.latitude]) === undefined) this.detail.textContent = say("outside");
        else this.choose(coords.longitude, coords.latitude, true);
      },
      failed,
      { enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 },
    );
  }

  private choose(lon: number, lat: number, closer = false): void {
    const { map } = this.base;
    const { parts } = this;
    parts.lon.value = lon.toFixed(6);
    parts.lat.value = lat.toFixed(6);
    parts.lon.dispatchEvent(new Event("change", { bubbles: true }));
    if (this.pin === null) {
      this.pin = L.marker([lat, lon], { icon: pinIcon(), draggable: true, keyboard: false, alt: "" }).addTo(map);
      this.pin.on("dragend", () => {
        const at = this.pin?.getLatLng();
        if (at !== undefined) this.choose(at.lng, at.lat);
      });
    } else {
      this.pin.setLatLng([lat, lon]);
    }
    if (closer) map.setView([lat, lon], Math.max(map.getZoom(), 14));
    const area = areaAt(this.base.areas(), [lon, lat]);
    this.name.textContent = area === undefined ? say("chosen") : area.name;
    this.detail.textContent = area === undefined ? say("outside") : say("chosen");
    this.lookSoon();
  }

  /** Shows the chosen street or community on the map, if its outline is known; its code is the option's data-code. */
  private showArea(): void {
    const option = this.parts.area?.selectedOptions[0];
    const code = option?.dataset["code"] ?? option?.value ?? "";
    const area = this.base.areas().find((one) => one.code === code);
    const ring = area?.polygons[0]?.[0];
    if (ring !== undefined) this.base.map.fitBounds(L.latLngBounds(ring.map(([x, y]) => [y, x])));
  }

  private lookSoon(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.look(), NEAR_MS);
  }

  private async look(): Promise<void> {
    const { parts } = this;
    const address = this.host.dataset["nearby"];
    if (address === undefined || parts.lon.value === "") return;
    this.request?.abort();
    this.request = new AbortController();
    try {
      const found = await getJson(nearAddress(address, parts.lon.value, parts.lat.value, parts.text?.value ?? ""), this.request.signal);
      this.showNear(readNear(found));
    } catch {
      // The list is a help; the server looks for the same matter once more before it takes the report.
    }
  }

  private showNear(found: readonly Near[]): void {
    this.nearLayer.clearLayers();
    this.list.replaceChildren();
    if (found.length === 0) return;
    const rows = found.map((near, n) => {
      if (near.at !== null) this.mark(near.at, n + 1);
      return this.row(near, n + 1);
    });
    this.list.append(element("h2", { class: "mt-4 mb-2 text-h3" }, say("same")), element("ol", { class: "near-list" }, ...rows));
  }

  private mark([lon, lat]: readonly [number, number], n: number): void {
    const face = element("span", {}, String(n));
    L.marker([lat, lon], { icon: L.divIcon({ className: "near", html: face, iconAnchor: [13, 13] }), interactive: false, keyboard: false })
      .addTo(this.nearLayer);
  }

  private row(near: Near, n: number): HTMLLIElement {
    const separator = (): HTMLElement => element("span", { class: "sep" }, element("span", { class: "sr-only" }, "，"));
    const facts = element("small", {}, distanceText(near.distance, isChinese()), separator(), near.when, separator(), near.state);
    const name = this.host.dataset["sameName"] ?? "same";
    const button = element("button", { class: "btn btn-outline", name, value: near.number, formnovalidate: true, "aria-label": `${say("this")}：${near.title}` }, say("this"));
    if (this.host.closest("form")?.id) button.setAttribute("form", this.host.closest("form")?.id ?? "");
    return element("li", {}, element("span", { class: "near" }, String(n)), element("div", {}, element("b", {}, near.title), facts), button);
  }
}

mount("place-picker", (host) => void PlacePicker.open(host));
