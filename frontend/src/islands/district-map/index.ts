// The wall's map. Colour says how many matters are open, never how dangerous an area is. The page has the table.
import { element, mount, svgElement } from "../../lib/dom";
import { getJson } from "../../lib/fetching";
import { type AreaShape, readAreas } from "../../lib/geometry";
import { speaker } from "../../lib/words";
import { drawDistrict, limits } from "./draw";

const say = speaker({
  title: ["各街道在办数量图，表格里有同样的数字", "Open matters by street; the table has the same figures"],
  area: ["{name}：在办 {open}，超期 {overdue}", "{name}: {open} open, {overdue} late"],
  legend: ["在办件数", "Open matters"],
  late: ["超期件数", "Late"],
  upTo: ["≤ {end}", "≤ {end}"],
  over: ["> {end}", "> {end}"],
  any: ["全部", "All"],
  broken: ["地图没有取到，请看表格", "The map could not be fetched; see the table"],
});

function key(step: number, text: string): HTMLElement {
  const face = svgElement("svg", { viewBox: "0 0 28 20", "aria-hidden": "true" },
    svgElement("rect", { class: `cell-${step}`, x: 1, y: 1, width: 26, height: 18, rx: 2 }));
  return element("span", {}, face, text);
}

function legend(areas: readonly AreaShape[]): HTMLElement {
  const ends = limits(areas.map((area) => area.open));
  const last = ends[ends.length - 1];
  return element("div", { class: "map-legend" }, element("span", { class: "sr-only" }, say("legend")),
    ...ends.map((end, n) => key(n + 1, say("upTo", { end }))),
    key(ends.length + 1, last === undefined ? say("any") : say("over", { end: last })),
    element("span", {}, element("span", { class: "tag tag-overdue" }, "n"), say("late")));
}

type Count = Readonly<{ code: string; open: number; overdue: number }>;

/** Puts the newest counts onto the outlines; an area without a count has none open. */
export function counted(areas: readonly AreaShape[], data: unknown): AreaShape[] {
  const rows = ((data as { areas?: unknown } | null)?.areas ?? []) as readonly Count[];
  const byCode = new Map(rows.map((row) => [String(row.code), row]));
  return areas.map((area) => {
    const row = byCode.get(area.code);
    return { ...area, open: Number(row?.open ?? 0), overdue: Number(row?.overdue ?? 0) };
  });
}

const outlines = new Map<string, Promise<AreaShape[]>>();

/** Outlines stay as they are while the page is open; only the counts are asked for again. */
function outlinesAt(address: string): Promise<AreaShape[]> {
  const known = outlines.get(address) ?? getJson(address).then(readAreas);
  outlines.set(address, known);
  known.catch(() => outlines.delete(address));
  return known;
}

async function draw(host: HTMLElement): Promise<void> {
  const shapes = await outlinesAt(host.dataset["areas"] ?? "/map/areas.geojson?level=2");
  const address = host.dataset["counts"];
  const areas = address === undefined ? shapes : counted(shapes, await getJson(address));
  if (areas.length === 0) return;
  const words = ({ name, open, overdue }: AreaShape): string => say("area", { name, open, overdue });
  host.replaceChildren(drawDistrict(areas, words, say("title")), legend(areas));
}

mount("district-map", (host) => {
  host.classList.add("district");
  const show = (): void => {
    draw(host).catch(() => {
      // An old map with the strip of `live` above it says more than an empty one.
      if (host.querySelector("svg") === null) host.replaceChildren(element("p", {}, say("broken")));
    });
  };
  show();
  document.addEventListener("live:refreshed", show);
});
