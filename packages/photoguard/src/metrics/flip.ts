/*
 * NVIDIA FLIP for ordinary pictures (Andersson et al. 2020): how visible a difference is to people who flip between two
 * pictures, from 0 to 1 at each pixel. Colours are compared as the eye blurs them at a distance, and errors count more
 * where edges or points appear or vanish. The mean over all pixels is the usual single number.
 *
 * Pictures are processed in strips of rows, so that the memory needed besides the map hardly depends on their size.
 */
import { PhotoGuardError } from '../errors.ts';
import { toHuntLabs, toOpponents } from './flip-colour.ts';
import { Eye, makeStrip, type Strip } from './flip-eye.ts';
import { flipFilters } from './flip-filters.ts';
import { cutPixels, mosaicOfLarge } from './mosaic.ts';
import { type Rgb8, requireComparable } from './picture.ts';

/** Pixels per degree of vision that FLIP assumes: a screen .7 m wide with 3840 pixels, .7 m away. */
export const FLIP_PIXELS_PER_DEGREE = (3840 * Math.PI) / 180;

/** Options of {@link flipMap}. */
export interface FlipOptions {
  /** 1 to 1000; default {@link FLIP_PIXELS_PER_DEGREE}, 67. More for a finer screen or a larger distance. */
  readonly pixelsPerDegree?: number;
}

/** The result of {@link flipMap}. */
export interface FlipMap {
  readonly width: number;
  readonly height: number;
  /** `data[y * width + x]`: 0 no difference, 1 the largest. */
  readonly data: Float32Array;
  /** Mean of the map. */
  readonly mean: number;
}

// The paper's constants: exponents of colour and feature, and the compression of large colour errors.
export const COLOUR_EXPONENT = 0.7;
export const KNEE = 0.4;
export const KNEE_VALUE = 0.95;
export const LARGEST = largestError();
const LOG_KNEE = Math.log(KNEE * LARGEST);
const LOG_SCALE = Math.log(KNEE_VALUE / (KNEE * LARGEST));
const ROWS = 32;

/** Mean FLIP, 0 for equal pictures, lower is better; at {@link FLIP_PIXELS_PER_DEGREE}. */
export function flip(reference: Rgb8, distorted: Rgb8): number {
  const row = new Float32Array(reference.width * ROWS);
  return sumFlip(reference, distorted, FLIP_PIXELS_PER_DEGREE, () => row) / (reference.width * reference.height);
}

/** The same of a photo of any size: of a large one, that of a mosaic of a megapixel. */
export function flipOfPair(reference: Rgb8, distorted: Rgb8): number {
  requireComparable(reference, distorted);
  const mosaic = mosaicOfLarge(reference);
  return mosaic ? flip(cutPixels(mosaic, reference), cutPixels(mosaic, distorted)) : flip(reference, distorted);
}

/**
 * Mean FLIP of pictures against one reference, of which what the eye sees is computed once. It holds 20 bytes for each of the
 * reference's pixels.
 */
export function flipAgainst(reference: Rgb8): (distorted: Rgb8) => number {
  const { width, height } = reference;
  const filters = flipFilters(FLIP_PIXELS_PER_DEGREE);
  const eye = new Eye(reference, filters, ROWS);
  const strips = stripsOf(reference).map(({ rows }) => eye.look(rows, makeStrip(rows * width)));
  return (distorted) => {
    requireComparable(reference, distorted);
    const other = new Eye(distorted, filters, ROWS);
    const strip = makeStrip(width * Math.min(ROWS, height));
    const map = new Float32Array(width * Math.min(ROWS, height));
    let sum = 0;
    for (const seen of strips)
      sum += compare(seen, other.look(seen.lightness.length / width, strip), map.subarray(0, seen.lightness.length));
    return sum / (width * height);
  };
}

/** Mean FLIP of versions of a photo, of any size: of a large one, that of a mosaic of a megapixel. */
export function flipOfPhoto(reference: Rgb8): (distorted: Rgb8) => number {
  const mosaic = mosaicOfLarge(reference);
  if (!mosaic) return flipAgainst(reference);
  const against = flipAgainst(cutPixels(mosaic, reference));
  return (distorted) => {
    requireComparable(reference, distorted);
    return against(cutPixels(mosaic, distorted));
  };
}

/**
 * FLIP at each pixel.
 * @throws PhotoGuardError `input` for pictures of different size, or pixels per degree out of range
 */
export function flipMap(
  reference: Rgb8,
  distorted: Rgb8,
  { pixelsPerDegree = FLIP_PIXELS_PER_DEGREE }: FlipOptions = {},
): FlipMap {
  if (!(pixelsPerDegree >= 1 && pixelsPerDegree <= 1000))
    throw new PhotoGuardError('input', 'pixels per degree must be from 1 to 1000', { got: String(pixelsPerDegree) });
  const { width, height } = reference;
  const data = new Float32Array(width * height);
  const sum = sumFlip(reference, distorted, pixelsPerDegree, (top) => data.subarray(top * width));
  return { width, height, data, mean: sum / data.length };
}

// @param out where the values of a strip go, that begins at a row
function sumFlip(
  reference: Rgb8,
  distorted: Rgb8,
  pixelsPerDegree: number,
  out: (top: number) => Float32Array,
): number {
  requireComparable(reference, distorted);
  const { width, height } = reference;
  const filters = flipFilters(pixelsPerDegree);
  const [eye, other] = [new Eye(reference, filters, ROWS), new Eye(distorted, filters, ROWS)];
  const [a, b] = [0, 1].map(() => makeStrip(width * Math.min(ROWS, height))) as [Strip, Strip];
  let sum = 0;
  for (const { top, rows } of stripsOf(reference))
    sum += compare(eye.look(rows, a), other.look(rows, b), out(top).subarray(0, rows * width));
  return sum;
}

function stripsOf({ height }: Rgb8): { readonly top: number; readonly rows: number }[] {
  const count = Math.ceil(height / ROWS);
  return Array.from({ length: count }, (_, i) => ({ top: i * ROWS, rows: Math.min(ROWS, height - i * ROWS) }));
}

// The logarithm of the error is what powers need; taken once, it costs half of theirs.
function compare(p: Strip, q: Strip, out: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < out.length; i++) {
    const error = colourDistance(p.lightness[i]! - q.lightness[i]!, p.a[i]! - q.a[i]!, p.b[i]! - q.b[i]!);
    const feature = Math.max(Math.abs(p.edge[i]! - q.edge[i]!), Math.abs(p.point[i]! - q.point[i]!));
    const share = 1 - Math.sqrt(feature * Math.SQRT1_2);
    const seen = error === 0 ? 0 : Math.exp(share * compressedLog(COLOUR_EXPONENT * Math.log(error)));
    out[i] = seen;
    sum += seen;
  }
  return sum;
}

function colourDistance(l: number, a: number, b: number): number {
  return Math.abs(l) + Math.sqrt(a * a + b * b);
}

// Small errors are scaled, large ones compressed.
function compressedLog(log: number): number {
  if (log < LOG_KNEE) return log + LOG_SCALE;
  return Math.log(KNEE_VALUE + ((Math.exp(log) - KNEE * LARGEST) / (LARGEST - KNEE * LARGEST)) * (1 - KNEE_VALUE));
}

/** The error between green and blue, which are furthest apart. */
function largestError(): number {
  const planes = [0, 1, 2].map(() => new Float64Array(2)) as [Float64Array, Float64Array, Float64Array];
  toOpponents(Uint8Array.of(0, 255, 0, 0, 0, 255), 0, 2, planes, 0);
  const { lightness, a, b } = makeStrip(2);
  toHuntLabs(planes, 2, { lightness, a, b }, 0);
  return colourDistance(lightness[0]! - lightness[1]!, a[0]! - a[1]!, b[0]! - b[1]!) ** COLOUR_EXPONENT;
}
