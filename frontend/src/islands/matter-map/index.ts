// The officer's map: the server clusters, the browser draws. The same matters stand in the page's table.
import * as L from "leaflet";
import { baseMap, pinIcon } from "../../lib/basemap";
import { element, mount } from "../../lib/dom";
import { getJson } from "../../lib/fetching";
import { speaker } from "../../lib/words";
import { apart, type Cluster, clusterAddress, readClusters } from "./clusters";

const say = speaker({
  one: ["1 件：{title}", "1 matter: {title}"],
  many: ["{count} 件，其中超期 {overdue} 件，放大看", "{count} matters, {overdue} late; zoom in"],
  broken: ["地图没有取到，请看下面的表", "The map could not be fetched; see the table below"],
  shown: ["图上 {count} 件，超期 {overdue} 件", "{count} on the map, {overdue} late"],
});

const REST_MS = 200;
const MANY = 20;

class MatterMap {
  private readonly layer = L.layerGroup();
  private readonly status = element("p", { class: "cap mt-1", role: "status" });
  private request: AbortController | null = null;
  private timer = 0;

  constructor(private readonly host: HTMLElement, private readonly map: L.Map) {
    this.layer.addTo(map);
    host.after(this.status);
    map.on("moveend", () => this.soon());
    document.addEventListener("live:changed", () => this.soon());
    void this.load();
  }

  private soon(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.load(), REST_MS);
  }

  private async load(): Promise<void> {
    this.request?.abort();
    const request = new AbortController();
    this.request = request;
    const view = this.map.getBounds();
    const bounds = [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()] as const;
    const base = this.host.dataset["clusters"] ?? "";
    try {
      const found = readClusters(await getJson(clusterAddress(base, bounds, this.map.getZoom(), this.host.dataset["filters"] ?? location.search), request.signal));
      this.draw(found);
    } catch {
      if (!request.signal.aborted) this.status.textContent = say("broken");
    }
  }

  private draw(clusters: readonly Cluster[]): void {
    this.layer.clearLayers();
    const pixel = ([lon, lat]: Cluster["at"]): readonly [number, number] => {
      const { x, y } = this.map.latLngToLayerPoint([lat, lon]);
      return [x, y];
    };
    for (const cluster of apart(clusters, pixel)) this.marker(cluster).addTo(this.layer);
    const sum = (of: (cluster: Cluster) => number): number => clusters.reduce((total, one) => total + of(one), 0);
    this.status.textContent = say("shown", { count: sum((one) => one.count), overdue: sum((one) => one.overdue) });
  }

  private marker(cluster: Cluster): L.Marker {
    const [lon, lat] = cluster.at;
    const title = cluster.count === 1 ? say("one", { title: cluster.title }) : say("many", { count: cluster.count, overdue: cluster.overdue });
    const classes = ["cluster", ...(cluster.count >= MANY ? ["cluster-many"] : []), ...(cluster.overdue > 0 ? ["cluster-overdue"] : [])];
    const face = L.divIcon({ className: classes.join(" "), html: element("span", {}, String(cluster.count)) });
    const marker = L.marker([lat, lon], { icon: face, title, alt: title });
    marker.on("add", () => {
      const drawn = marker.getElement();
      if (drawn === undefined) return;
      drawn.dataset["overdue"] = String(cluster.overdue);
      drawn.setAttribute("aria-label", title);
    });
    marker.on("click", () => this.open(cluster));
    return marker;
  }

  private open(cluster: Cluster): void {
    const at: L.LatLngTuple = [cluster.at[1], cluster.at[0]];
    if (cluster.count > 1 && this.map.getZoom() < this.map.getMaxZoom()) {
      this.map.setView(at, Math.min(this.map.getMaxZoom(), this.map.getZoom() + 2));
      return;
    }
    const base = this.host.dataset["matters"] ?? "/desk/matters/";
    const link = cluster.number === ""
      ? element("span", {}, say("many", { count: cluster.count, overdue: cluster.overdue }))
      : element("a", { href: `${base}${cluster.number}/` }, cluster.title);
    L.popup({ autoPanPadding: [24, 24] }).setLatLng(at).setContent(element("div", {}, link, element("div", { class: "cap mono" }, cluster.number))).openOn(this.map);
  }
}

/** Shows where one matter is: data-at holds "longitude,latitude". */
function showPin(map: L.Map, at: string): void {
  const [lon, lat] = at.split(",").map(Number);
  if (lon === undefined || lat === undefined || Number.isNaN(lon + lat)) return;
  map.setView([lat, lon], 14);
  L.marker([lat, lon], { icon: pinIcon(), interactive: false, keyboard: false }).addTo(map);
}

mount("matter-map", (host) => {
  host.classList.add("map");
  baseMap(host, host.dataset["areas"] ?? "/map/areas.geojson")
    .then(({ map }) => {
      if (host.dataset["at"] !== undefined) showPin(map, host.dataset["at"]);
      if (host.dataset["clusters"] !== undefined) new MatterMap(host, map);
    })
    .catch(() => host.replaceChildren(element("p", { class: "p-4" }, say("broken"))));
});
