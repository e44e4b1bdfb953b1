import { expect, test } from "vitest";
import { fitted, jpegName } from "../../lib/pictures";
import { joined } from "./index";

const file = (name: string, lastModified = 1): File => new File(["x"], name, { lastModified });

test("photos are made smaller, never larger, and keep their shape", () => {
  expect(fitted(4096, 3072)).toEqual([2048, 1536]);
  expect(fitted(3072, 4096)).toEqual([1536, 2048]);
  expect(fitted(800, 600)).toEqual([800, 600]);
  expect(fitted(100_000, 1)).toEqual([2048, 1]);
});

test("the same photo twice is one, and the limit holds", () => {
  const [a, b, c] = [file("a.jpg"), file("b.jpg"), file("c.jpg")];
  expect(joined([a], [file("a.jpg"), b], 6).map((one) => one.name)).toEqual(["a.jpg", "b.jpg"]);
  expect(joined([a, b], [c], 2)).toHaveLength(2);
});

test("a re-encoded photo is named as a JPEG", () => {
  expect(jpegName("IMG_1.HEIC")).toBe("IMG_1.jpg");
  expect(jpegName(".png")).toBe("photo.jpg");
});
