/*
 * Rows of a picture as FLIP's eye sees them: colours after the contrast filters, and how strong edges and points are. In
 * float32, with sums in float64. Filters run along x first, on the rows above and below as well, then along y.
 */
import { type Colour, toHuntLab, toOpponent } from './flip-colour.ts';
import type { FlipFilters, Half } from './flip-filters.ts';
import type { Rgb8 } from './picture.ts';

/** What the eye sees of a strip: colours after the contrast filters, and how strong edges and points are. */
export interface Strip {
  readonly lightness: Float32Array;
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly edge: Float32Array;
  readonly point: Float32Array;
}

/** `rows` rows of a picture, the first at `top`. */
export function lookAt(picture: Rgb8, top: number, rows: number, filters: FlipFilters): Strip {
  const { width } = picture;
  const { reach, contrast, smooth, edge, point } = filters;
  const opponents = readStrip(picture, top, rows, reach);
  const along = (plane: Float32Array, half: Half, sign: 1 | -1, into = new Float32Array(width * (rows + 2 * reach))) =>
    filter(into, plane, { width, stride: width + 2 * reach, start: reach, step: 1, half, sign });
  const down = (plane: Float32Array, half: Half, sign: 1 | -1, into = new Float32Array(width * rows)) =>
    filter(into, plane, { width, stride: width, start: reach * width, step: width, half, sign });

  const [lightness, a, b] = contrast.map((terms, channel) =>
    terms
      .map((term) => down(along(opponents[channel]!, term.along, 1), term.down, 1))
      .reduce((sum, more) => sum.map((value, i) => value + more[i]!)),
  ) as [Float32Array, Float32Array, Float32Array];
  const colour: Colour = [0, 0, 0];
  for (let i = 0; i < lightness.length; i++) {
    toHuntLab(lightness[i]!, a[i]!, b[i]!, colour);
    [lightness[i], a[i], b[i]] = colour;
  }
  const luma = opponents[0];
  const smoothed = along(luma, smooth, 1);
  return {
    ...{ lightness, a, b },
    edge: lengths(down(along(luma, edge, -1), smooth, 1), down(smoothed, edge, -1)),
    point: lengths(down(along(luma, point, 1), smooth, 1), down(smoothed, point, 1)),
  };
}

// Rows of a strip with `reach` more on each side, the picture's edges repeated: Y, Cx and Cz.
function readStrip({ width, height, data }: Rgb8, top: number, rows: number, reach: number) {
  const stride = width + 2 * reach;
  const planes = [0, 1, 2].map(() => new Float32Array(stride * (rows + 2 * reach))) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const [first, second, third] = planes;
  const colour: Colour = [0, 0, 0];
  for (let row = 0; row < rows + 2 * reach; row++) {
    const y = Math.min(Math.max(top + row - reach, 0), height - 1);
    let to = row * stride + reach;
    for (let x = 0, i = 3 * y * width; x < width; x++, i += 3, to++) {
      toOpponent(data[i]!, data[i + 1]!, data[i + 2]!, colour);
      first[to] = colour[0];
      second[to] = colour[1];
      third[to] = colour[2];
    }
    for (const plane of planes) {
      plane.fill(plane[to - width]!, to - width - reach, to - width);
      plane.fill(plane[to - 1]!, to, to + reach);
    }
  }
  return planes;
}

/** Where a filter runs: output rows of `width`, of which the first begins at `start`, the next `stride` further on. */
interface Run {
  readonly width: number;
  readonly stride: number;
  readonly start: number;
  /** From a pixel to the next along the filter. */
  readonly step: number;
  readonly half: Half;
  /** 1 for an even filter, -1 for an odd one. */
  readonly sign: 1 | -1;
}

function filter(out: Float32Array, data: Float32Array, { width, stride, start, step, half, sign }: Run): Float32Array {
  const row = new Float64Array(width);
  const add = sign === 1 ? addEven : addOdd;
  for (let y = 0; y * width < out.length; y++) {
    const middle = start + y * stride;
    if (sign === 1) for (let x = 0; x < width; x++) row[x] = half[0]! * data[middle + x]!;
    else row.fill(0);
    for (let k = 1; k < half.length; k += 3) add(row, data, middle, step, half, k);
    out.set(row, y * width);
  }
  return out;
}

// Three pairs of weights at a time, the first the k-th; those beyond the last are zero.
function addEven(row: Float64Array, data: Float32Array, middle: number, step: number, half: Half, k: number): void {
  const [w1, w2, w3] = [half[k]!, half[k + 1] ?? 0, half[k + 2] ?? 0];
  const [k1, k2, k3] = [k * step, w2 && (k + 1) * step, w3 && (k + 2) * step];
  for (let x = 0, i = middle; x < row.length; x++, i++)
    row[x]! +=
      w1 * (data[i + k1]! + data[i - k1]!) +
      w2 * (data[i + k2]! + data[i - k2]!) +
      w3 * (data[i + k3]! + data[i - k3]!);
}

function addOdd(row: Float64Array, data: Float32Array, middle: number, step: number, half: Half, k: number): void {
  const [w1, w2, w3] = [half[k]!, half[k + 1] ?? 0, half[k + 2] ?? 0];
  const [k1, k2, k3] = [k * step, w2 && (k + 1) * step, w3 && (k + 2) * step];
  for (let x = 0, i = middle; x < row.length; x++, i++)
    row[x]! +=
      w1 * (data[i + k1]! - data[i - k1]!) +
      w2 * (data[i + k2]! - data[i - k2]!) +
      w3 * (data[i + k3]! - data[i - k3]!);
}

// Features are those of luminance from 0 to 1: Y is 116 times that, and its offset vanishes in the derivatives.
function lengths(x: Float32Array, y: Float32Array): Float32Array {
  for (let i = 0; i < x.length; i++) x[i] = Math.sqrt(x[i]! * x[i]! + y[i]! * y[i]!) / 116;
  return x;
}
