// Photos on the phone: made smaller before they travel, drawn on a canvas for preview.
// Re-encoding also drops what the camera hides in a file, such as where it was taken.
const LONGEST_SIDE = 2048;
const QUALITY = 0.85;

/** Width and height with the longest side at most `limit`, never enlarged. */
export function fitted(width: number, height: number, limit: number = LONGEST_SIDE): readonly [number, number] {
  const scale = Math.min(1, limit / Math.max(width, height));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

export function jpegName(name: string): string {
  return `${name.replace(/\.[^.]*$/, "") || "photo"}.jpg`;
}

async function decode(blob: Blob): Promise<ImageBitmap | null> {
  try {
    return await createImageBitmap(blob, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
}

/** A JPEG of at most 2048 px; the file itself if this browser cannot read it (the server decides then). */
export async function shrink(file: File): Promise<File> {
  const bitmap = await decode(file);
  if (bitmap === null) return file;
  const [width, height] = fitted(bitmap.width, bitmap.height);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (context === null) return file;
  // JPEG knows no transparency; without a ground it would turn black.
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  return blob === null ? file : new File([blob], jpegName(file.name), { type: "image/jpeg", lastModified: file.lastModified });
}

/** A small square picture of a photo, or null if it cannot be read here. */
export async function thumbnail(blob: Blob, side: number): Promise<HTMLCanvasElement | null> {
  const bitmap = await decode(blob);
  if (bitmap === null) return null;
  const canvas = document.createElement("canvas");
  canvas.width = side * 2;
  canvas.height = Math.round(side * 1.5);
  const cover = Math.max(canvas.width / bitmap.width, canvas.height / bitmap.height);
  const [width, height] = [bitmap.width * cover, bitmap.height * cover];
  canvas.getContext("2d")?.drawImage(bitmap, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
  bitmap.close();
  return canvas;
}
