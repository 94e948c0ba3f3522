/*
 * Rows of a picture as FLIP's eye sees them, from top to bottom: colours after the contrast filters, and how strong edges and
 * points are. Each row is filtered along x once; what is kept of it are as many rows as the filters along y reach. All of that
 * in float64, since turning float32 into it took as long as the sums.
 */
import { type Planes, toHuntLabs, toOpponents } from './flip-colour.ts';
import {
  filterEven,
  filterPairAlong,
  filterPairDown,
  type Slopes,
  slopesAlong,
  strengths,
} from './flip-filter-rows.ts';
import type { FlipFilters, Gaussian } from './flip-filters.ts';
import type { Rgb8 } from './picture.ts';

/** What the eye sees of a strip. */
export interface Strip {
  readonly lightness: Float32Array;
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly edge: Float32Array;
  readonly point: Float32Array;
}

/** A strip of so many pixels. */
export function makeStrip(pixels: number): Strip {
  const plane = (): Float32Array => new Float32Array(pixels);
  return { lightness: plane(), a: plane(), b: plane(), edge: plane(), point: plane() };
}

/** Values that are read, and thrown away, beyond the end of a plane. */
const SLACK = 1;
/** Values of a cache line. */
const LINE = 8;

/** See the head of this file. For one picture. */
export class Eye {
  readonly #picture: Rgb8;
  readonly #filters: FlipFilters;
  /** One row of Y, Cx and Cz, with the picture's edges repeated on both sides. */
  readonly #row: Planes;
  /** From a row to the next in what follows: an odd number of cache lines, since rows at powers of two push each other out. */
  readonly #stride: number;
  /** Filtered along x: Y, Cx and Cz, which has two Gaussians. */
  readonly #along: readonly [Float64Array, Float64Array, Float64Array, Float64Array];
  readonly #slopes: Slopes;
  /** One row, filtered along both axes. */
  readonly #colours: Planes;
  /** The next strip's first row. */
  #top = 0;
  /** Rows of the strip before; 0: there was none. */
  #last = 0;

  /** @param most rows of a strip at most */
  constructor(picture: Rgb8, filters: FlipFilters, most: number) {
    this.#picture = picture;
    this.#filters = filters;
    const { width } = picture;
    const { reach } = filters;
    const stride = LINE * (Math.ceil(width / LINE) | 1);
    this.#stride = stride;
    const row = (): Float64Array => new Float64Array(width + 2 * reach + SLACK);
    const along = (): Float64Array => new Float64Array((most + 2 * reach) * stride + SLACK);
    const plane = (): Float64Array => new Float64Array(width + SLACK);
    this.#row = [row(), row(), row()];
    this.#along = [along(), along(), along(), along()];
    this.#slopes = { smoothed: along(), edges: along(), points: along() };
    this.#colours = [plane(), plane(), plane()];
  }

  /** The next rows, into a strip that has room for them, which is returned. */
  look(rows: number, strip: Strip): Strip {
    const { width } = this.#picture;
    const { reach, contrast } = this.#filters;
    this.#fill(rows);
    const stride = this.#stride;
    const [y, cx, czA, czB] = this.#along;
    const [luma, red, blue] = this.#colours;
    const pair = contrast[2] as readonly [Gaussian, Gaussian];
    for (let row = 0; row < rows; row++) {
      const run = { width, start: (row + reach) * stride, step: stride };
      filterEven(luma, 0, y, contrast[0]![0]!.down, run);
      filterEven(red, 0, cx, contrast[1]![0]!.down, run);
      filterPairDown(blue, 0, [czA, czB], pair, run);
      toHuntLabs(this.#colours, width, strip, row * width);
      strengths(strip.edge, strip.point, row * width, this.#slopes, this.#filters, run);
    }
    this.#top += rows;
    return strip;
  }

  // Filters rows along x, so that there are `reach` of them above and below the strip.
  #fill(rows: number): void {
    const stride = this.#stride;
    const { width } = this.#picture;
    const { reach, contrast } = this.#filters;
    const { smoothed, edges, points } = this.#slopes;
    const kept = this.#last > 0 ? 2 * reach : 0;
    if (kept > 0)
      for (const plane of [...this.#along, smoothed, edges, points])
        plane.copyWithin(0, this.#last * stride, (this.#last + kept) * stride);
    this.#last = rows;
    const run = { width, start: reach, step: 1 };
    const [y, cx, czA, czB] = this.#along;
    const [luma, red, blue] = this.#row;
    for (let row = kept; row < rows + 2 * reach; row++) {
      this.#read(this.#top + row - reach);
      const to = row * stride;
      filterEven(y, to, luma, contrast[0]![0]!.along, run);
      filterEven(cx, to, red, contrast[1]![0]!.along, run);
      filterPairAlong([czA, czB], to, blue, contrast[2] as readonly [Gaussian, Gaussian], run);
      slopesAlong(this.#slopes, to, luma, this.#filters, run);
    }
  }

  // A row in YyCxCz; above and below the picture its edges are repeated.
  #read(y: number): void {
    const { width, height, data } = this.#picture;
    const { reach } = this.#filters;
    const row = Math.min(Math.max(y, 0), height - 1);
    toOpponents(data, 3 * row * width, width, this.#row, reach);
    for (const plane of this.#row) {
      plane.fill(plane[reach]!, 0, reach);
      plane.fill(plane[reach + width - 1]!, reach + width);
    }
  }
}
