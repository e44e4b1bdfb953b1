// The ground of every map: our own areas drawn on paper. No tile server exists in the closed network.
import * as L from "leaflet";
import { svgElement } from "./dom";
import { getJson } from "./fetching";
import { type AreaShape, boundsOf, labelPoint, readAreas } from "./geometry";
import { speaker } from "./words";

const say = speaker({ zoomIn: ["放大", "Zoom in"], zoomOut: ["缩小", "Zoom out"] });

const CLASS_OF_LEVEL: Readonly<Record<number, string>> = { 2: "area-street", 3: "area-community", 4: "area-grid" };
const FIRST_ZOOM: Readonly<Record<number, number>> = { 2: 0, 3: 13, 4: 15 };
const NAME_ZOOM: Readonly<Record<number, readonly [from: number, to: number]>> = { 2: [0, 13], 3: [14, 16], 4: [17, 30] };

export type BaseMap = Readonly<{ map: L.Map; areas: () => readonly AreaShape[] }>;

export async function baseMap(host: HTMLElement, address: string): Promise<BaseMap> {
  const map = L.map(host, { zoomControl: false, attributionControl: false, minZoom: 9, maxZoom: 18, zoomSnap: 0.5 });
  L.control.zoom({ zoomInTitle: say("zoomIn"), zoomOutTitle: say("zoomOut") }).addTo(map);
  const loaded = new Map<number, AreaShape[]>();
  const areas = (): AreaShape[] => [...loaded.values()].flat();
  const load = async (level: number): Promise<void> => {
    if (loaded.has(level)) return;
    loaded.set(level, []);
    const joint = address.includes("?") ? "&" : "?";
    const found = readAreas(await getJson(`${address}${joint}level=${level}`)).filter((area) => area.level === level);
    loaded.set(level, found);
    drawLevel(map, level, found);
  };
  await load(2);
  const streets = loaded.get(2) ?? [];
  if (streets.length > 0) {
    const { west, south, east, north } = boundsOf(streets);
    const whole = L.latLngBounds([south, west], [north, east]);
    map.fitBounds(whole, { padding: [12, 12], animate: false });
    map.setMaxBounds(whole.pad(0.4));
  } else {
    map.setView([0, 0], 12);
  }
  map.on("zoomend", () => {
    for (const level of [3, 4]) {
      if (map.getZoom() >= (FIRST_ZOOM[level] ?? 0)) load(level).catch(() => loaded.delete(level));
    }
  });
  return { map, areas };
}

function latLngs(area: AreaShape): L.LatLngExpression[][][] {
  return area.polygons.map((polygon) => polygon.map((ring) => ring.map(([x, y]) => [y, x] as L.LatLngTuple)));
}

function drawLevel(map: L.Map, level: number, areas: readonly AreaShape[]): void {
  const shapes = L.layerGroup(areas.map((area) =>
    L.polygon(latLngs(area), { className: `area ${CLASS_OF_LEVEL[level] ?? ""}`, interactive: false })));
  const names = L.layerGroup(areas.map((area) => nameMarker(area, level)));
  const show = (): void => {
    const zoom = map.getZoom();
    const [from, to] = NAME_ZOOM[level] ?? [0, 30];
    toggle(map, shapes, zoom >= (FIRST_ZOOM[level] ?? 0));
    toggle(map, names, zoom >= from && zoom <= to + 0.5);
  };
  map.on("zoomend", show);
  show();
}

function toggle(map: L.Map, layer: L.Layer, on: boolean): void {
  if (on !== map.hasLayer(layer)) {
    if (on) layer.addTo(map);
    else layer.remove();
  }
}

function nameMarker(area: AreaShape, level: number): L.Marker {
  const [x, y] = labelPoint(area);
  const text = document.createElement("span");
  text.textContent = area.name;
  const className = level === 2 ? "area-name" : "area-name area-name-small";
  return L.marker([y, x], { icon: L.divIcon({ className, html: text }), interactive: false, keyboard: false });
}

export function pinIcon(): L.DivIcon {
  const pin = svgElement("svg", { viewBox: "0 0 36 44", "aria-hidden": "true" },
    svgElement("path", { d: "M18 43C27 31 33 24 33 16a15 15 0 0 0-30 0c0 8 6 15 15 27z" }),
    svgElement("circle", { class: "pin-eye", cx: 18, cy: 16, r: 5.5 }));
  return L.divIcon({ className: "pin", html: pin as unknown as HTMLElement, iconSize: [36, 44], iconAnchor: [18, 43] });
}
