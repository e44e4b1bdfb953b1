import { expect, test, vi } from "vitest";

test("the worker finds a page's assets and the chunks beside its script", async () => {
  vi.stubGlobal("skipWaiting", () => undefined);
  const { assetsOf, chunksBeside } = await import("./sw");
  const html = `<html data-icons="/static/icons/sprite.svg"><link href="/static/dist/app.12ab.css">
    <script src='/static/dist/worker-offline.9f.js'></script><use href="/static/icons/sprite.svg#back"/><a href="/desk/">x</a>`;
  const assets = assetsOf(html);
  expect(assets).toEqual(["/static/icons/sprite.svg", "/static/dist/app.12ab.css", "/static/dist/worker-offline.9f.js"]);
  expect(chunksBeside(assets, ["chunks/base.js"])).toEqual(["/static/dist/chunks/base.js"]);
  expect(chunksBeside([], ["chunks/base.js"])).toEqual([]);
});
