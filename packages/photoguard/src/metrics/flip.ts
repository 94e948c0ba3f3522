/*
 * NVIDIA FLIP for ordinary pictures (Andersson et al. 2020): how visible a difference is to people who flip between two
 * pictures, from 0 to 1 at each pixel. Colours are compared as the eye blurs them at a distance, and errors count more
 * where edges or points appear or vanish. The mean over all pixels is the usual single number.
 *
 * Pictures are processed in strips of rows, so that the memory needed besides the map hardly depends on their size.
 */
import { PhotoGuardError } from '../errors.ts';
import { type Colour, huntLab } from './flip-colour.ts';
import { flipFilters } from './flip-filters.ts';
import { lookAt, type Strip } from './flip-strip.ts';
import { cutPixels, makeMosaic } from './mosaic.ts';
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
const ROWS = 64;

/** Mean FLIP, 0 for equal pictures, lower is better; at {@link FLIP_PIXELS_PER_DEGREE}. */
export const flip = (reference: Rgb8, distorted: Rgb8): number => flipMap(reference, distorted).mean;

/**
 * Mean FLIP of pictures against one reference, of which what the eye sees is computed once. It holds 20 bytes for each of the
 * reference's pixels.
 */
export function flipAgainst(reference: Rgb8): (distorted: Rgb8) => number {
  const filters = flipFilters(FLIP_PIXELS_PER_DEGREE);
  const strips = stripsOf(reference).map(({ top, rows }) => ({
    top,
    rows,
    seen: lookAt(reference, top, rows, filters),
  }));
  const { width, height } = reference;
  const map = new Float32Array(width * Math.min(ROWS, height));
  return (distorted) => {
    requireComparable(reference, distorted);
    let sum = 0;
    for (const { top, rows, seen } of strips)
      sum += compare(seen, lookAt(distorted, top, rows, filters), map.subarray(0, rows * width));
    return sum / (width * height);
  };
}

/** Pixels of the largest picture that is measured whole by {@link flipOfPhoto}: FLIP takes a second a megapixel. */
const WHOLE_PIXELS = 2e6;
/** Tiles on each side of what is measured of larger ones. */
const TILES = 8;

/** Mean FLIP of versions of a photo, of any size: of a large one, that of a mosaic of a megapixel. */
export function flipOfPhoto(reference: Rgb8): (distorted: Rgb8) => number {
  if (reference.width * reference.height <= WHOLE_PIXELS) return flipAgainst(reference);
  const mosaic = makeMosaic(reference, TILES);
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
  requireComparable(reference, distorted);
  if (!(pixelsPerDegree >= 1 && pixelsPerDegree <= 1000))
    throw new PhotoGuardError('input', 'pixels per degree must be from 1 to 1000', { got: String(pixelsPerDegree) });
  const { width, height } = reference;
  const filters = flipFilters(pixelsPerDegree);
  const data = new Float32Array(width * height);
  let sum = 0;
  for (const { top, rows } of stripsOf(reference)) {
    const [a, b] = [lookAt(reference, top, rows, filters), lookAt(distorted, top, rows, filters)];
    sum += compare(a, b, data.subarray(top * width, (top + rows) * width));
  }
  return { width, height, data, mean: sum / data.length };
}

function stripsOf({ height }: Rgb8): { readonly top: number; readonly rows: number }[] {
  const count = Math.ceil(height / ROWS);
  return Array.from({ length: count }, (_, i) => ({ top: i * ROWS, rows: Math.min(ROWS, height - i * ROWS) }));
}

function compare(p: Strip, q: Strip, out: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < out.length; i++) {
    const error = colourError(p.lightness[i]! - q.lightness[i]!, p.a[i]! - q.a[i]!, p.b[i]! - q.b[i]!);
    const feature = Math.max(Math.abs(p.edge[i]! - q.edge[i]!), Math.abs(p.point[i]! - q.point[i]!));
    const seen = error === 0 ? 0 : compressed(error) ** (1 - Math.sqrt(feature * Math.SQRT1_2));
    out[i] = seen;
    sum += seen;
  }
  return sum;
}

function colourError(l: number, a: number, b: number): number {
  return (Math.abs(l) + Math.sqrt(a * a + b * b)) ** COLOUR_EXPONENT;
}

function compressed(error: number): number {
  const knee = KNEE * LARGEST;
  if (error < knee) return (error * KNEE_VALUE) / knee;
  return KNEE_VALUE + ((error - knee) / (LARGEST - knee)) * (1 - KNEE_VALUE);
}

/** The error between green and blue, which are furthest apart. */
function largestError(): number {
  const [green, blue]: [Colour, Colour] = [
    [0, 0, 0],
    [0, 0, 0],
  ];
  huntLab(0, 1, 0, green);
  huntLab(0, 0, 1, blue);
  return colourError(green[0] - blue[0], green[1] - blue[1], green[2] - blue[2]);
}
