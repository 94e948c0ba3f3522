/*
 * Between bytes and floats. A byte b is the float b / 255; back, the nearest byte. `quantise` is the way back for a
 * perturbed photo: rounding alone could carry a value half a level beyond the promised bound, so the byte is also
 * held within whole levels of the original (eps 16/255 allows 16 levels; 16.5/255 allows 16 too).
 */
import { PhotoGuardError } from '../errors.ts';
import { LEVELS } from './planes.ts';
import type { Image01, Pixels8, Size } from './types.ts';

/** Bytes to floats in [0, 1] (b / 255), interleaved to planar. */
export function toImage01(pixels: Pixels8): Image01 {
  const { width, height } = pixels;
  const area = width * height;
  const data = new Float32Array(3 * area);
  for (let i = 0, j = 0; i < area; i++, j += 3) {
    data[i] = LEVELS[pixels.data[j]!]!;
    data[area + i] = LEVELS[pixels.data[j + 1]!]!;
    data[2 * area + i] = LEVELS[pixels.data[j + 2]!]!;
  }
  return { width, height, channels: 3, data };
}

/** Floats to the nearest bytes (ties up), clipped to 0..255, planar to interleaved. NaN becomes 0. */
export function toPixels8(image: Image01): Pixels8 {
  const { width, height } = image;
  const area = width * height;
  const data = new Uint8Array(3 * area);
  for (let c = 0; c < 3; c++) {
    for (let i = 0, j = c; i < area; i++, j += 3) data[j] = clipByte(Math.floor(image.data[c * area + i]! * 255 + 0.5));
  }
  return { width, height, channels: 3, data };
}

/**
 * Rounds a perturbed image to bytes that differ from `original` by at most `floor(eps255)` levels in every value.
 *
 * @param image floats in [0, 1]; what lies outside is clipped
 * @param original the photo before the perturbation, same size
 * @param eps255 bound in levels of 255 (16 for 16/255); Infinity for a plain rounding
 * @throws PhotoGuardError `input` when the sizes differ or eps255 is negative or NaN
 */
export function quantise(image: Image01, original: Pixels8, eps255: number): Pixels8 {
  requireSameSize(image, original);
  const levels = countLevels(eps255);
  const rounded = toPixels8(image);
  const { data } = rounded;
  for (let i = 0; i < data.length; i++) {
    const from = original.data[i]!;
    data[i] = Math.min(Math.max(data[i]!, from - levels), from + levels);
  }
  return rounded;
}

/** How `addDelta` rounds. */
export interface AddDeltaOptions {
  /** Bound in levels of 255; default: none. */
  readonly eps255?: number;
  /** Factor that the perturbation is multiplied by first; default 1. */
  readonly factor?: number;
  /** Whether fractions of a level become a pattern of whole ones, so that a small change keeps its size. Default: rounded. */
  readonly dither?: boolean;
}

/**
 * `quantise` of a photo plus a perturbation, without a copy of either in floats.
 *
 * @param delta planar, [0, 1] pixel units
 * @returns bytes that differ from `photo` by at most `floor(eps255)` levels in every value
 */
export function addDelta(photo: Pixels8, delta: Float32Array, options: AddDeltaOptions = {}): Pixels8 {
  const { eps255 = 255, factor = 1, dither = false } = options;
  const { width, height } = photo;
  const area = width * height;
  const levels = countLevels(eps255);
  const data = new Uint8Array(3 * area);
  // A call for each row, rather than one for all: the engine would compile a long call while it runs, and forget that at its end.
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < height; y++) {
      const start = y * width;
      const row = delta.subarray(c * area + start, c * area + start + width);
      addRow(data, photo.data, 3 * start + c, row, { factor, levels, channel: c, y: dither ? y : undefined });
    }
  return { width, height, channels: 3, data };
}

interface RowOptions {
  readonly factor: number;
  readonly levels: number;
  readonly channel: number;
  /** Of a row that is dithered. */
  readonly y: number | undefined;
}

function addRow(
  data: Uint8Array,
  photo: Uint8Array,
  start: number,
  delta: Float32Array,
  { factor, levels, channel, y }: RowOptions,
): void {
  for (let x = 0, j = start; x < delta.length; x++, j += 3) {
    const from = photo[j]!;
    const moved = Math.fround(LEVELS[from]! + Math.fround(factor * delta[x]!));
    const threshold = y === undefined ? 0.5 : ditherAt(x, y, channel);
    const byte = clipByte(Math.floor(moved * 255 + threshold));
    data[j] = Math.min(Math.max(byte, from - levels), from + levels);
  }
}

// Evenly distributed thresholds that neighbours do not share (the R2 sequence), clear of 0 and 1: no change stays none.
function ditherAt(x: number, y: number, channel: number): number {
  const phase = 0.7548776662466927 * x + 0.5698402909980532 * y + channel / 3;
  return 0.02 + 0.96 * (phase - Math.floor(phase));
}

/** Throws PhotoGuardError `input` unless both have the same width and height. */
export function requireSameSize(a: Size, b: Size): void {
  if (a.width !== b.width || a.height !== b.height) {
    throw new PhotoGuardError('input', 'two pictures that belong together differ in size', {
      got: `${a.width}x${a.height} and ${b.width}x${b.height}`,
    });
  }
}

function countLevels(eps255: number): number {
  if (!(eps255 >= 0))
    throw new PhotoGuardError('input', 'the bound of a perturbation is 0 or more', { got: String(eps255) });
  return Math.floor(eps255 + 1e-6); // 16/255 * 255 is 16 only up to rounding
}

function clipByte(value: number): number {
  return value > 0 ? Math.min(value, 255) : 0;
}
