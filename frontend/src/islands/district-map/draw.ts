// The district as a picture: areas in neutral steps by open matters, overdue ones marked. Pure of the network.
import { type AreaShape, type Bounds, boundsOf, labelPoint, type Point, type Ring } from "../../lib/geometry";
import { svgElement } from "../../lib/dom";

export const STEPS = 5;
const WIDTH = 1000;
const NAME_SIZE = 33;

export type Projection = Readonly<{ height: number; project: (point: Point) => Point }>;

/** Equal degrees to equal lengths at the district's middle latitude; good to a few metres over a district. */
export function projection({ west, south, east, north }: Bounds): Projection {
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = WIDTH / ((east - west) * squeeze);
  return {
    height: (north - south) * scale,
    project: ([x, y]) => [(x - west) * squeeze * scale, (north - y) * scale],
  };
}

/** Upper ends of the steps: round numbers that share the areas about evenly; fewer steps for few different counts. */
export function limits(counts: readonly number[]): number[] {
  const sorted = [...counts].sort((a, b) => a - b);
  const ends: number[] = [];
  for (let step = 1; step < STEPS; step++) {
    const end = roundUp(sorted[Math.floor((sorted.length * step) / STEPS)] ?? 0);
    if (end > (ends[ends.length - 1] ?? -1) && end < (sorted[sorted.length - 1] ?? 0)) ends.push(end);
  }
  return ends;
}

function roundUp(value: number): number {
  const unit = value < 20 ? 1 : value < 100 ? 5 : value < 500 ? 10 : 50;
  return Math.ceil(value / unit) * unit;
}

export function stepOf(count: number, ends: readonly number[]): number {
  const at = ends.findIndex((end) => count <= end);
  return (at < 0 ? ends.length : at) + 1;
}

function pathOf(polygons: AreaShape["polygons"], project: Projection["project"]): string {
  const ring = (points: Ring): string =>
    `M${points.map((point) => project(point).map((value) => value.toFixed(1)).join(" ")).join("L")}Z`;
  return polygons.map((polygon) => polygon.map(ring).join("")).join("");
}

/** Draws the areas; `words` names one for those who hear the picture. */
export function drawDistrict(areas: readonly AreaShape[], words: (area: AreaShape) => string, title: string): SVGSVGElement {
  const { height, project } = projection(boundsOf(areas));
  const ends = limits(areas.map((area) => area.open));
  const svg = svgElement("svg", { viewBox: `-6 -6 ${WIDTH + 12} ${Math.ceil(height) + 12}`, role: "img", "aria-label": title });
  for (const area of areas) {
    const cell = svgElement("path", { class: `cell cell-${stepOf(area.open, ends)}`, d: pathOf(area.polygons, project) });
    cell.append(svgElement("title", {}, words(area)));
    svg.append(cell);
  }
  for (const area of areas) svg.append(label(area, project(labelPoint(area)), fits(area.name, area.polygons, project)));
  return svg;
}

/** Whether a name fits into its area; among hundreds of grids only the late ones are marked. */
export function fits(name: string, polygons: AreaShape["polygons"], project: Projection["project"]): boolean {
  const { west, east, south } = boundsOf([{ polygons }]);
  return project([east, south])[0] - project([west, south])[0] >= ems(name) * NAME_SIZE * 0.9;
}

/** How many font sizes a name is wide: a Latin letter takes little more than half of a Chinese character. */
function ems(name: string): number {
  return [...name].reduce((sum, letter) => sum + (letter < "\u2E80" ? 0.56 : 1), 0);
}

function label(area: AreaShape, [x, y]: Point, named: boolean): SVGGElement {
  if (!named) {
    const bare = svgElement("g", { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` });
    if (area.overdue > 0) bare.append(lateMark(area, -17));
    return bare;
  }
  const group = svgElement("g", { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` },
    svgElement("text", { class: "cell-name", "font-size": NAME_SIZE, y: -4 }, area.name),
    svgElement("text", { class: "cell-count", "font-size": 29, y: 29 }, String(area.open)));
  if (area.overdue > 0) group.append(lateMark(area, String(area.open).length * 9 + 9));
  return group;
}

function lateMark(area: AreaShape, side: number): SVGGElement {
  const text = String(area.overdue);
  const width = 18 + text.length * 16;
  return svgElement("g", { transform: `translate(${side} 3)` },
    svgElement("rect", { class: "late-face", width, height: 32, rx: 5 }),
    svgElement("text", { class: "late-count", "font-size": 27, x: width / 2, y: 25.5 }, text));
}
