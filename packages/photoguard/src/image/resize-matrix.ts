/*
 * A resize along one axis is a matrix: output = R input. Its rows are short runs of weights, so it is kept as a band
 * (where each run starts, and its weights). Along two axes the resize is R_h X R_w^T, and its gradient is the same with
 * both matrices transposed: R_h^T G R_w. Attacks need nothing else of a resize.
 *
 * The weights are those of PyTorch's `interpolate` with align_corners=False, and of Pillow before its rounding:
 *   antialias: the filter is widened by the scale when shrinking, weights beyond the edge are dropped and the rest
 *     renormalised; bicubic has a = -0.5. Pillow always does this.
 *   no antialias (bilinear and bicubic): the filter keeps its width, positions beyond the edge are clamped to it;
 *     bicubic has a = -0.75.
 *   nearest: source index floor(i in / out), PyTorch's default, used to resize masks to a latent grid.
 *   nearest-exact: floor((i + 0.5) in / out), Pillow's NEAREST. area: mean over the covered pixels (adaptive pooling).
 */
import { PhotoGuardError } from '../errors.ts';

/** Names of the filters; see the head of resize-matrix.ts for whose conventions they follow. */
export type ResizeFilter = 'nearest' | 'nearest-exact' | 'area' | 'box' | 'bilinear' | 'bicubic' | 'lanczos3';

/** How to resize. `antialias` (default true) concerns bilinear and bicubic; box and lanczos3 always have it. */
export interface ResizeOptions {
  readonly filter: ResizeFilter;
  readonly antialias?: boolean;
}

/**
 * A banded matrix of `rows` x `columns`: row i holds `weights[i * taps ... i * taps + counts[i] - 1]` at the columns
 * that begin at `starts[i]`; all else is 0.
 */
export interface BandMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly taps: number;
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** [rows, taps]: the coefficients of each row; those beyond its count are 0. */
  readonly weights: Float64Array;
}

/**
 * The matrix that resizes an axis of `inSize` pixels to `outSize`; its rows sum to 1.
 *
 * @throws PhotoGuardError `input` when a size is not a positive integer, or if antialias is false for box or lanczos3
 */
export function resizeMatrix(inSize: number, outSize: number, options: ResizeOptions): BandMatrix {
  for (const size of [inSize, outSize]) {
    if (!Number.isInteger(size) || size < 1) {
      throw new PhotoGuardError('input', 'a size to resize from or to is a whole number of pixels, 1 or more', {
        got: String(size),
      });
    }
  }
  const { filter, antialias = true } = options;
  const scale = inSize / outSize;
  if (filter === 'nearest') return indexMatrix(inSize, outSize, (i) => Math.floor((i * inSize) / outSize));
  if (filter === 'nearest-exact') return indexMatrix(inSize, outSize, (i) => Math.floor((i + 0.5) * scale));
  if (filter === 'area') return areaMatrix(inSize, outSize);
  if (antialias) return filteredMatrix(inSize, outSize, KERNELS[filter]);
  if (filter === 'bilinear') return clampedMatrix(inSize, outSize, 1, triangle);
  if (filter === 'bicubic') return clampedMatrix(inSize, outSize, 2, (x) => cubic(x, -0.75));
  throw new PhotoGuardError('input', `the filter ${filter} has no form without antialias`, {
    hint: 'use bilinear or bicubic, or leave antialias on',
  });
}

/** The transposed matrix, also banded. */
export function transposeBand(matrix: BandMatrix): BandMatrix {
  const starts = new Int32Array(matrix.columns).fill(matrix.rows);
  const ends = new Int32Array(matrix.columns);
  for (let i = 0; i < matrix.rows; i++) {
    for (let k = 0; k < matrix.counts[i]!; k++) {
      const j = matrix.starts[i]! + k;
      if (i < starts[j]!) starts[j] = i;
      if (i + 1 > ends[j]!) ends[j] = i + 1;
    }
  }
  const result = emptyBand(matrix.columns, matrix.rows, starts, ends);
  for (let i = 0; i < matrix.rows; i++) {
    for (let k = 0; k < matrix.counts[i]!; k++) {
      const j = matrix.starts[i]! + k;
      result.weights[j * result.taps + i - result.starts[j]!]! += matrix.weights[i * matrix.taps + k]!;
    }
  }
  return result;
}

/** The matrix in full, row by row, for graphs that resize by a matrix product: `[rows, columns]` in float32. */
export function denseMatrix(matrix: BandMatrix): Float32Array {
  const dense = new Float32Array(matrix.rows * matrix.columns);
  for (let i = 0; i < matrix.rows; i++) {
    const row = i * matrix.columns + matrix.starts[i]!;
    for (let k = 0; k < matrix.counts[i]!; k++) dense[row + k] = matrix.weights[i * matrix.taps + k]!;
  }
  return dense;
}

interface Kernel {
  readonly radius: number;
  readonly at: (x: number) => number;
}

const KERNELS: Readonly<Record<'box' | 'bilinear' | 'bicubic' | 'lanczos3', Kernel>> = {
  box: { radius: 0.5, at: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { radius: 1, at: triangle },
  bicubic: { radius: 2, at: (x) => cubic(x, -0.5) },
  lanczos3: { radius: 3, at: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

function triangle(x: number): number {
  return Math.max(0, 1 - Math.abs(x));
}

/** Keys' cubic convolution kernel (1981). */
function cubic(x: number, a: number): number {
  const t = Math.abs(x);
  if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
  if (t < 2) return (((t - 5) * t + 8) * t - 4) * a;
  return 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function emptyBand(rows: number, columns: number, starts: Int32Array, ends: Int32Array): BandMatrix {
  const counts = new Int32Array(rows);
  let taps = 1;
  for (let i = 0; i < rows; i++) {
    counts[i] = Math.max(0, ends[i]! - starts[i]!);
    if (counts[i] === 0) starts[i] = 0; // an input pixel that no output uses
    taps = Math.max(taps, counts[i]!);
  }
  return { rows, columns, taps, starts, counts, weights: new Float64Array(rows * taps) };
}

function indexMatrix(inSize: number, outSize: number, index: (i: number) => number): BandMatrix {
  const starts = Int32Array.from({ length: outSize }, (_, i) => Math.min(index(i), inSize - 1));
  const band = emptyBand(
    outSize,
    inSize,
    starts,
    starts.map((start) => start + 1),
  );
  band.weights.fill(1);
  return band;
}

function areaMatrix(inSize: number, outSize: number): BandMatrix {
  const starts = Int32Array.from({ length: outSize }, (_, i) => Math.floor((i * inSize) / outSize));
  const ends = Int32Array.from({ length: outSize }, (_, i) => Math.ceil(((i + 1) * inSize) / outSize));
  const band = emptyBand(outSize, inSize, starts, ends);
  for (let i = 0; i < outSize; i++) {
    band.weights.fill(1 / band.counts[i]!, i * band.taps, i * band.taps + band.counts[i]!);
  }
  return band;
}

function filteredMatrix(inSize: number, outSize: number, kernel: Kernel): BandMatrix {
  const scale = inSize / outSize;
  const widening = Math.max(scale, 1);
  const support = kernel.radius * widening;
  const centre = (i: number): number => scale * (i + 0.5);
  const starts = Int32Array.from({ length: outSize }, (_, i) => Math.max(Math.trunc(centre(i) - support + 0.5), 0));
  const ends = Int32Array.from({ length: outSize }, (_, i) => Math.min(Math.trunc(centre(i) + support + 0.5), inSize));
  const band = emptyBand(outSize, inSize, starts, ends);
  for (let i = 0; i < outSize; i++) {
    const row = i * band.taps;
    let sum = 0;
    for (let k = 0; k < band.counts[i]!; k++) {
      const weight = kernel.at((starts[i]! + k - centre(i) + 0.5) / widening);
      band.weights[row + k] = weight;
      sum += weight;
    }
    if (sum !== 0) for (let k = 0; k < band.counts[i]!; k++) band.weights[row + k]! /= sum;
  }
  return band;
}

function clampedMatrix(inSize: number, outSize: number, radius: number, at: (x: number) => number): BandMatrix {
  const scale = inSize / outSize;
  const position = (i: number): number => {
    const source = scale * (i + 0.5) - 0.5;
    return radius === 1 ? Math.max(source, 0) : source; // PyTorch clamps the linear position itself at the low edge
  };
  const clamp = (j: number): number => Math.min(Math.max(j, 0), inSize - 1);
  const base = (i: number): number => Math.floor(position(i));
  const starts = Int32Array.from({ length: outSize }, (_, i) => clamp(base(i) - radius + 1));
  const ends = Int32Array.from({ length: outSize }, (_, i) => clamp(base(i) + radius) + 1);
  const band = emptyBand(outSize, inSize, starts, ends);
  for (let i = 0; i < outSize; i++) {
    for (let j = base(i) - radius + 1; j <= base(i) + radius; j++) {
      band.weights[i * band.taps + clamp(j) - starts[i]!]! += at(position(i) - j);
    }
  }
  return band;
}
