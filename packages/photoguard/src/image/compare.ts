/*
 * A picture for people: the original, the immunized photo, their difference times ten around grey, and if they are given
 * what an autoencoder makes of both. The first two should look alike, the last two should not.
 */
import sharp from 'sharp';
import { requireSameSize, toImage01, toPixels8 } from './convert.ts';
import { embedMetadata } from './embed.ts';
import { label } from './label.ts';
import { resizeImage } from './resize.ts';
import type { Image01, Pixels8, Size } from './types.ts';

/** What is shown beside the two photos, and how large. */
export interface CompareOptions {
  /** What the autoencoder decodes from the original, at any size of the same shape. */
  readonly seenOriginal?: Image01;
  /** What it decodes from the immunized photo. */
  readonly seenImmunized?: Image01;
  /** Longest side of a panel in pixels; default 512. Larger photos are scaled down, smaller ones are not scaled up. */
  readonly maxSide?: number;
  /** Factor of the difference panel; default 10. */
  readonly gain?: number;
  /** The photos' ICC profile, so that the panels look as the photos do. */
  readonly icc?: Uint8Array;
}

const MARGIN = 16;
const LETTERS = 14;
const HEADING = LETTERS + 20;
const PAPER = 250;

/**
 * The panels side by side with their names above them, as the bytes of a PNG.
 *
 * @throws PhotoGuardError `input` when the photos differ in size
 */
export async function comparePicture(
  original: Pixels8,
  immunized: Pixels8,
  options: CompareOptions = {},
): Promise<Uint8Array> {
  requireSameSize(original, immunized);
  const { seenOriginal, seenImmunized, maxSide = 512, gain = 10, icc } = options;
  const scale = Math.min(1, maxSide / Math.max(original.width, original.height));
  const panel = {
    width: Math.max(1, Math.round(original.width * scale)),
    height: Math.max(1, Math.round(original.height * scale)),
  };
  const before = toImage01(original);
  const after = toImage01(immunized);
  const panels: [string, Image01][] = [
    ['original', before],
    ['immunized', after],
    [`difference x${gain}`, amplified(before, after, gain, panel)],
  ];
  if (seenOriginal) panels.push(['original, decoded', seenOriginal]);
  if (seenImmunized) panels.push(['immunized, decoded', seenImmunized]);

  const column = Math.max(panel.width, 150); // room for the lettering
  const width = panels.length * (column + MARGIN) + MARGIN;
  const height = HEADING + panel.height + 2 * MARGIN;
  const sheet = { width, height, data: new Uint8Array(3 * width * height).fill(PAPER) };
  let names = '';
  panels.forEach(([name, image], i) => {
    const left = MARGIN + i * (column + MARGIN);
    paste(toPixels8(fitted(image, panel)), sheet, left, MARGIN + HEADING);
    names += label(name, left, MARGIN, LETTERS);
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${names}</svg>`;
  const png = await sharp(sheet.data, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .composite([{ input: Buffer.from(svg) }])
    .removeAlpha()
    .png()
    .toBuffer();
  return (await embedMetadata(png, 'png', icc ? { icc } : {}, { width, height }, false)).bytes;
}

function fitted(image: Image01, size: Size): Image01 {
  if (image.width === size.width && image.height === size.height) return image;
  return resizeImage(image, size, { filter: 'bicubic' });
}

/** Grey plus gain times the difference, scaled before it is clipped: scaling is linear, clipping is not. */
function amplified(before: Image01, after: Image01, gain: number, size: Size): Image01 {
  const data = after.data.map((value, i) => value - before.data[i]!);
  const difference = fitted({ ...before, data }, size);
  return { ...difference, data: difference.data.map((d) => 128 / 255 + gain * d) };
}

function paste(panel: Pixels8, sheet: Size & { data: Uint8Array }, left: number, top: number): void {
  for (let y = 0; y < panel.height; y++) {
    const row = panel.data.subarray(y * panel.width * 3, (y + 1) * panel.width * 3);
    sheet.data.set(row, ((top + y) * sheet.width + left) * 3);
  }
}
