// Passes by banded matrices: a resize, a crop, a blur.
import { type BandMatrix, type PillowFilter, resizeMatrix, type Size } from '../image/index.ts';
import { gaussianMatrix } from './gaussian.ts';
import type { SeparablePass } from './pass.ts';

/** A resize with the weights of Pillow's filters, without the rounding between its passes. */
export function resizePass(from: Size, to: Size, filter: PillowFilter): SeparablePass {
  // Pillow's NEAREST, except if two pixels are equally near.
  const options = { filter: filter === 'nearest' ? ('nearest-exact' as const) : filter };
  return {
    kind: 'separable',
    along: resizeMatrix(from.width, to.width, options),
    down: resizeMatrix(from.height, to.height, options),
  };
}

/** A rectangle of the picture, its top left corner at (left, top). */
export const cropPass = (from: Size, to: Size, { left, top }: { left: number; top: number }): SeparablePass => ({
  kind: 'separable',
  along: partMatrix(from.width, to.width, left),
  down: partMatrix(from.height, to.height, top),
});

/** A Gaussian blur with a kernel of `2 radius + 1`, edges reflected. */
export const blurPass = ({ width, height }: Size, sigma: number, radius: number): SeparablePass => ({
  kind: 'separable',
  along: gaussianMatrix(width, radius, sigma),
  down: gaussianMatrix(height, radius, sigma),
});

const partMatrix = (columns: number, rows: number, first: number): BandMatrix => ({
  ...{ rows, columns, taps: 1 },
  starts: Int32Array.from({ length: rows }, (_, i) => first + i),
  counts: new Int32Array(rows).fill(1),
  weights: new Float64Array(rows).fill(1),
});
