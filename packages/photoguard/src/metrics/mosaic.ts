/*
 * A sample of a large picture: tiles at even distances, put together as one picture. Means of metrics that look at
 * neighbourhoods differ little between a picture and its mosaic, and a mosaic has the same size however large the picture is.
 */
import type { Rgb8 } from './picture.ts';

/** Longest side of a tile in pixels. */
const TILE = 128;
/** Pixels of the largest picture that is measured whole: FLIP and SSIM of many megapixels take seconds. */
const WHOLE_PIXELS = 2e6;
/** Tiles on each side of what is measured of larger ones. */
const TILES = 8;

/** The mosaic that large pictures are measured on, of a megapixel; undefined for a picture that is measured whole. */
export const mosaicOfLarge = (size: { readonly width: number; readonly height: number }): Mosaic | undefined =>
  size.width * size.height > WHOLE_PIXELS ? makeMosaic(size, TILES) : undefined;

/** Where the pixels of a mosaic are in a picture of a size. */
export interface Mosaic {
  readonly width: number;
  readonly height: number;
  /** By pixel of the mosaic: the index of the picture's pixel. */
  readonly places: Uint32Array;
  /** Along which sides it leaves something out. */
  readonly isCut: { readonly along: boolean; readonly down: boolean };
}

/** A part of a picture. */
export interface Tile {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A mosaic of at most `tiles` x `tiles` tiles; of a picture that is no larger, the picture itself. */
export function makeMosaic(
  { width, height }: { readonly width: number; readonly height: number },
  tiles: number,
): Mosaic {
  const across = findStarts(width, tiles);
  const down = findStarts(height, tiles);
  const size = { width: across.length, height: down.length };
  const isCut = { along: size.width < width, down: size.height < height };
  const places = new Uint32Array(size.width * size.height);
  for (let y = 0, i = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++, i++) places[i] = down[y]! * width + across[x]!;
  return { ...size, places, isCut };
}

// The picture's rows or columns that are in the mosaic.
function findStarts(length: number, tiles: number): number[] {
  if (length <= TILE * tiles) return Array.from({ length }, (_, i) => i);
  const start = (tile: number): number => Math.floor((tile * (length - TILE)) / (tiles - 1));
  return Array.from({ length: TILE * tiles }, (_, i) => start(Math.floor(i / TILE)) + (i % TILE));
}

/** The tiles of a mosaic: where each begins, and its size. A side that is no longer than the tiles together is one tile. */
export function tilesOf({ width, height, isCut }: Mosaic): readonly Tile[] {
  const starts = (length: number, cut: boolean): number[] =>
    cut ? Array.from({ length: length / TILE }, (_, i) => i * TILE) : [0];
  const [columns, rows] = [starts(width, isCut.along), starts(height, isCut.down)];
  const size = { width: isCut.along ? TILE : width, height: isCut.down ? TILE : height };
  return rows.flatMap((top) => columns.map((left) => ({ left, top, ...size })));
}

/** The mosaic of a picture. */
export function cutPixels({ width, height, places }: Mosaic, picture: Rgb8) {
  const data = new Uint8Array(3 * places.length);
  for (let i = 0, to = 0; i < places.length; i++, to += 3) {
    const from = 3 * places[i]!;
    data[to] = picture.data[from]!;
    data[to + 1] = picture.data[from + 1]!;
    data[to + 2] = picture.data[from + 2]!;
  }
  return { width, height, channels: 3 as const, data };
}

/** The mosaic of planes of a picture's size, one after the other. */
export function cutPlanes({ places }: Mosaic, planes: Float32Array, area: number): Float32Array {
  const part = new Float32Array((planes.length / area) * places.length);
  for (let start = 0, to = 0; start < planes.length; start += area, to += places.length)
    cutPlane(part.subarray(to, to + places.length), planes.subarray(start, start + area), places);
  return part;
}

function cutPlane(part: Float32Array, plane: Float32Array, places: Uint32Array): void {
  for (let i = 0; i < places.length; i++) part[i] = plane[places[i]!]!;
}
