/*
 * Rows of a picture as FLIP's eye sees them: colours after the contrast filters, and how strong edges and points are.
 * Filters run along x first, on the rows above and below as well, then along y; in float64, since turning float32 into it took
 * as long as the sums.
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
  const along = (plane: Float64Array, half: Half, sign: 1 | -1) =>
    filter(new Float64Array(width * (rows + 2 * reach) + SLACK), plane, {
      ...{ width, rows: rows + 2 * reach, half, sign },
      ...{ stride: width + 2 * reach, start: reach, step: 1 },
    });
  const down = (plane: Float64Array, half: Half, sign: 1 | -1) =>
    filter(new Float32Array(width * rows), plane, {
      ...{ width, rows, half, sign },
      ...{ stride: width, start: reach * width, step: width },
    });

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
  const planes = [0, 1, 2].map(() => new Float64Array(stride * (rows + 2 * reach) + SLACK)) as [
    Float64Array,
    Float64Array,
    Float64Array,
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
  readonly rows: number;
  readonly stride: number;
  readonly start: number;
  /** From a pixel to the next along the filter. */
  readonly step: number;
  readonly half: Half;
  /** 1 for an even filter, -1 for an odd one. */
  readonly sign: 1 | -1;
}

/** Values that are read, and thrown away, beyond the end of a plane. */
const SLACK = 3;

// Four pixels at a time, the weights one after the other. Where a row's width is not a multiple of four, the last ones are
// overwritten by the next row, or beyond the end.
function filter<Plane extends Float32Array | Float64Array>(
  out: Plane,
  data: Float64Array,
  { width, rows, stride, start, step, half, sign }: Run,
): Plane {
  const middle = sign === 1 ? half[0]! : 0;
  for (let y = 0; y < rows; y++)
    for (let x = 0, i = start + y * stride, to = y * width; x < width; x += 4, i += 4, to += 4) {
      let first = middle * data[i]!;
      let second = middle * data[i + 1]!;
      let third = middle * data[i + 2]!;
      let fourth = middle * data[i + 3]!;
      for (let k = 1, after = i + step, before = i - step; k < half.length; k++, after += step, before -= step) {
        const weight = half[k]!;
        const opposite = sign * weight;
        first += weight * data[after]! + opposite * data[before]!;
        second += weight * data[after + 1]! + opposite * data[before + 1]!;
        third += weight * data[after + 2]! + opposite * data[before + 2]!;
        fourth += weight * data[after + 3]! + opposite * data[before + 3]!;
      }
      out[to] = first;
      out[to + 1] = second;
      out[to + 2] = third;
      out[to + 3] = fourth;
    }
  return out;
}

// Features are those of luminance from 0 to 1: Y is 116 times that, and its offset vanishes in the derivatives.
function lengths(x: Float32Array, y: Float32Array): Float32Array {
  for (let i = 0; i < x.length; i++) x[i] = Math.sqrt(x[i]! * x[i]! + y[i]! * y[i]!) / 116;
  return x;
}
