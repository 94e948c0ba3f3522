/*
 * Pictures side by side with their names above them, for people to look at: as many columns as asked for, then another
 * row. All panels have one size.
 */
import sharp from 'sharp';
import { latin1 } from '../bytes.ts';
import { toPixels8 } from '../convert.ts';
import { embedMetadata } from '../embed.ts';
import { label } from '../label.ts';
import { readPngChunks } from '../png-chunks.ts';
import { resizeImage } from '../resize.ts';
import type { ResizeOptions } from '../resize-matrix.ts';
import type { Image01, Pixels8, PngChunk, Size } from '../types.ts';

/** One picture and its name. */
export type Panel = readonly [name: string, image: Image01];

/** How a sheet is laid out. */
export interface ContactSheetOptions {
  /** Size of each panel. Default: that of the first picture. */
  readonly panel?: Size;
  /** Panels in a row. Default: all in one. */
  readonly columns?: number;
  /** ICC profile of all pictures. */
  readonly icc?: Uint8Array;
}

/** Marks the file as a picture that can be made again, not a photo. */
const MARK: PngChunk = { type: 'tEXt', data: latin1('Software\0photoguard contact sheet') };

const MARGIN = 16;
const LETTERS = 14;
const HEADING = LETTERS + 20;
const PAPER = 250;
/** How pictures become panels. */
export const PANEL_RESIZE: ResizeOptions = { filter: 'bicubic' };
/** Room for the lettering. */
const LEAST_COLUMN = 150;

/** The sheet as the bytes of a PNG. */
export async function contactSheet(panels: readonly Panel[], options: ContactSheetOptions = {}): Promise<Uint8Array> {
  const { panel = panels[0]![1], columns = panels.length, icc } = options;
  const column = Math.max(panel.width, LEAST_COLUMN);
  const row = HEADING + panel.height + MARGIN;
  const width = Math.min(columns, panels.length) * (column + MARGIN) + MARGIN;
  const height = Math.ceil(panels.length / columns) * row + MARGIN;
  const sheet = { width, height, data: new Uint8Array(3 * width * height).fill(PAPER) };
  let names = '';
  panels.forEach(([name, image], i) => {
    const left = MARGIN + (i % columns) * (column + MARGIN);
    const top = MARGIN + Math.floor(i / columns) * row;
    paste(toPixels8(fitted(image, panel)), sheet, left, top + HEADING);
    names += label(name, left, top, LETTERS);
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${names}</svg>`;
  const png = await sharp(sheet.data, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .composite([{ input: Buffer.from(svg) }])
    .removeAlpha()
    .png()
    .toBuffer();
  return (await embedMetadata(png, 'png', { icc, pngChunks: [MARK] }, { width, height }, false)).bytes;
}

/** Whether a file is a contact sheet of ours: it may be replaced by a newer one. */
export const isContactSheet = (file: Uint8Array): boolean =>
  readPngChunks(file).some(
    ({ type, data }) =>
      type === MARK.type && data.length === MARK.data.length && data.every((b, i) => b === MARK.data[i]),
  );

/** The image resized to a size, or unchanged if it already has it. */
function fitted(image: Image01, size: Size): Image01 {
  if (image.width === size.width && image.height === size.height) return image;
  return resizeImage(image, size, PANEL_RESIZE);
}

function paste(panel: Pixels8, sheet: Size & { data: Uint8Array }, left: number, top: number): void {
  for (let y = 0; y < panel.height; y++) {
    const row = panel.data.subarray(y * panel.width * 3, (y + 1) * panel.width * 3);
    sheet.data.set(row, ((top + y) * sheet.width + left) * 3);
  }
}
