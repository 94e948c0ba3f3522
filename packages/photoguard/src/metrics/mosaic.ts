/*
 * A sample of a large picture: tiles at even distances, put together as one picture. Means of metrics that look at
 * neighbourhoods differ little between a picture and its mosaic, and a mosaic has the same size however large the picture is.
 */
import type { Rgb8 } from './picture.ts';

/** Longest side of a tile in pixels. */
const TILE = 128;

/** Where the pixels of a mosaic are in a picture of a size. */
export interface Mosaic {
  readonly width: number;
  readonly height: number;
  /** By pixel of the mosaic: the index of the picture's pixel. */
  readonly places: Uint32Array;
}

/** A mosaic of at most `tiles` x `tiles` tiles; of a picture that is no larger, the picture itself. */
export function makeMosaic(
  { width, height }: { readonly width: number; readonly height: number },
  tiles: number,
): Mosaic {
  const across = findStarts(width, tiles);
  const down = findStarts(height, tiles);
  const size = { width: across.length, height: down.length };
  const places = new Uint32Array(size.width * size.height);
  for (let y = 0, i = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++, i++) places[i] = down[y]! * width + across[x]!;
  return { ...size, places };
}

// The picture's rows or columns that are in the mosaic.
function findStarts(length: number, tiles: number): number[] {
  if (length <= TILE * tiles) return Array.from({ length }, (_, i) => i);
  const start = (tile: number): number => Math.floor((tile * (length - TILE)) / (tiles - 1));
  return Array.from({ length: TILE * tiles }, (_, i) => start(Math.floor(i / TILE)) + (i % TILE));
}

/** The mosaic of a picture. */
export function cutPixels({ width, height, places }: Mosaic, picture: Rgb8) {
  const data = new Uint8Array(3 * places.length);
  places.forEach((place, i) => {
    for (let c = 0; c < 3; c++) data[3 * i + c] = picture.data[3 * place + c]!;
  });
  return { width, height, channels: 3 as const, data };
}

/** The mosaic of planes of a picture's size, one after the other. */
export function cutPlanes({ places }: Mosaic, planes: Float32Array, area: number): Float32Array {
  const part = new Float32Array((planes.length / area) * places.length);
  for (let start = 0, to = 0; start < planes.length; start += area, to += places.length)
    for (let i = 0; i < places.length; i++) part[to + i] = planes[start + places[i]!]!;
  return part;
}
