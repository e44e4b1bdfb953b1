// Every text and ground pair of the tokens against WCAG 2.2, in both themes; and the five risk colours apart
// for three kinds of colour blindness (simulation matrices: Machado, Oliveira and Fernandes 2009, full severity).
import { readFileSync } from "node:fs";

const css = readFileSync(new URL("../src/styles/tokens.css", import.meta.url), "utf8");
const SIMULATIONS = {
  normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  deutan: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  protan: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  tritan: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};
// Distance in Oklab below which two neighbours of a map would be taken for one; hatch and letter stand besides.
const LEAST_APART = 0.075;

function tokens(theme) {
  const block = new RegExp(`\\[data-theme="${theme}"\\] \\{(.*?)\\n\\}`, "s").exec(css)?.[1] ?? "";
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9A-F]{6});/gi)].map((m) => [m[1], m[2]]));
}

const linear = (hex) => [1, 3, 5].map((at) => {
  const c = parseInt(hex.slice(at, at + 2), 16) / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
});
const dot = (a, b) => a.reduce((sum, value, n) => sum + value * b[n], 0);
const luminance = (hex) => dot([0.2126, 0.7152, 0.0722], linear(hex));

function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

function oklab(rgb) {
  const lms = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]]
    .map((row) => Math.cbrt(Math.max(0, dot(row, rgb))));
  return [[0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099], [0.0259040371, 0.7827717662, -0.808675766]]
    .map((row) => dot(row, lms));
}

function pairs() {
  const made = [];
  const text = (front, ground) => made.push([front, ground, 4.5]);
  const mark = (front, ground) => made.push([front, ground, 3]);
  for (const ground of ["paper-0", "paper-1", "paper-2"]) {
    for (const front of ["ink-1", "ink-2", "ink-3", "dai", "zhu", "jiang"]) text(front, ground);
    mark("rule-strong", ground);
  }
  for (const front of ["ink-1", "ink-2"]) text(front, "paper-3");
  for (const front of ["dai", "ink-1", "ink-2", "ink-3"]) text(front, "dai-soft");
  for (const front of ["zhu", "ink-1", "ink-2"]) text(front, "zhu-soft");
  for (const step of [1, 2, 3, 4, 5]) {
    text("ink-1", `m${step}`);
    text(`on-r${step}`, `r${step}`);
  }
  for (const [front, ground] of [["dai", "dai-soft-2"], ["jiang", "jiang-soft"], ["on-dai", "dai"], ["on-dai", "dai-hover"],
    ["on-zhu", "zhu"], ["on-jiang", "jiang"], ["on-scrim", "scrim"], ["paper-1", "ink-1"]]) text(front, ground);
  for (const ground of ["paper-0", "paper-1"]) mark("dai-mid", ground);
  for (const series of [1, 2, 3, 4]) mark(`c${series}`, "paper-1");
  return made;
}

let failures = 0;
for (const theme of ["paper", "ink"]) {
  const value = tokens(theme);
  let lowest = Infinity;
  for (const [front, ground, need] of pairs()) {
    const found = contrast(value[front], value[ground]);
    if (need === 4.5) lowest = Math.min(lowest, found);
    if (found >= need) continue;
    failures++;
    console.error(`${theme}: ${front} on ${ground} is ${found.toFixed(2)}, needs ${need}`);
  }
  const apart = Object.entries(SIMULATIONS).map(([kind, matrix]) => {
    const colours = [1, 2, 3, 4, 5].map((n) => oklab(matrix.map((row) => dot(row, linear(value[`r${n}`])))));
    const least = Math.min(...colours.flatMap((a, n) => colours.slice(n + 1).map((b) => Math.hypot(...a.map((v, k) => v - b[k])))));
    if (least < LEAST_APART) {
      failures++;
      console.error(`${theme}: two risk colours are only ${least.toFixed(3)} apart (${kind})`);
    }
    return `${kind} ${least.toFixed(3)}`;
  });
  console.log(`${theme}: ${pairs().length} pairs, lowest text ${lowest.toFixed(2)}; risk colours apart: ${apart.join(", ")}`);
}
process.exit(failures > 0 ? 1 : 0);
