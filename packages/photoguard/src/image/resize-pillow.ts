/*
 * Pillow's resize of 8-bit pictures, to the last bit. Editors written in Python resize photos with it before a model
 * sees them (diffusers: LANCZOS). It has the weights of resize-matrix.ts, rounded to 22 binary places, and rounds to
 * 8 bits after the horizontal pass and again after the vertical one. No gradient: for that use resize.ts, which differs
 * from this by the rounding alone.
 */
import { type BandMatrix, resizeMatrix } from './resize-matrix.ts';
import type { Size } from './types.ts';

/** The filters of Pillow that are reproduced here. */
export type PillowFilter = 'nearest' | 'box' | 'bilinear' | 'bicubic' | 'lanczos3';

const PLACES = 22; // Pillow's PRECISION_BITS: 32 - 8 - 2

/**
 * Resizes interleaved bytes as `PIL.Image.resize(size, filter)` does.
 *
 * @param data bytes, `data[(y * width + x) * channels + channel]`
 * @returns bytes in the same layout at `size`
 */
export function pillowResize(
  data: Uint8Array,
  from: Size,
  channels: number,
  size: Size,
  filter: PillowFilter,
): Uint8Array {
  if (filter === 'nearest') return nearest(data, from, channels, size);
  let result = data;
  if (from.width !== size.width) {
    const matrix = resizeMatrix(from.width, size.width, { filter });
    result = pass(result, matrix, from.height, from.width * channels, channels, size.width * channels, channels);
  }
  if (from.height !== size.height) {
    const row = size.width * channels;
    const matrix = resizeMatrix(from.height, size.height, { filter });
    result = pass(result, matrix, row, 1, row, 1, row);
  }
  return result === data ? data.slice() : result;
}

/** One pass: `lines` lines apart by `lineIn`, pixels of a line apart by `stepIn`; channels when lines hold several. */
function pass(
  data: Uint8Array,
  matrix: BandMatrix,
  lines: number,
  lineIn: number,
  stepIn: number,
  lineOut: number,
  stepOut: number,
): Uint8Array {
  const weights = fixedPoint(matrix);
  const channels = lineIn === 1 ? 1 : stepIn;
  const out = new Uint8Array(lineIn === 1 ? matrix.rows * stepOut : lines * lineOut);
  for (let i = 0; i < matrix.rows; i++) {
    const first = matrix.starts[i]! * stepIn;
    const row = i * matrix.taps;
    for (let line = 0; line < lines; line++) {
      for (let c = 0; c < channels; c++) {
        let sum = 1 << (PLACES - 1);
        const source = line * lineIn + first + c;
        for (let k = 0; k < matrix.counts[i]!; k++) sum += weights[row + k]! * data[source + k * stepIn]!;
        const value = Math.floor(sum / (1 << PLACES));
        out[line * lineOut + i * stepOut + c] = value > 0 ? Math.min(value, 255) : 0;
      }
    }
  }
  return out;
}

/** The pixel under each centre. Pillow adds up the step, and so do we: at ties its rounding decides. */
function nearest(data: Uint8Array, from: Size, channels: number, size: Size): Uint8Array {
  const columns = centres(from.width, size.width);
  const rows = centres(from.height, size.height);
  const out = new Uint8Array(size.width * size.height * channels);
  let target = 0;
  for (const y of rows) {
    for (const x of columns) {
      const source = (y * from.width + x) * channels;
      for (let c = 0; c < channels; c++) out[target++] = data[source + c]!;
    }
  }
  return out;
}

function centres(inSize: number, outSize: number): Int32Array {
  const step = inSize / outSize;
  const indices = new Int32Array(outSize);
  for (let i = 0, at = step * 0.5; i < outSize; i++, at += step) indices[i] = Math.min(Math.floor(at), inSize - 1);
  return indices;
}

function fixedPoint(matrix: BandMatrix): Int32Array {
  // Round half away from zero, as the cast in Pillow's precompute step does.
  return Int32Array.from(matrix.weights, (w) => Math.trunc(w * (1 << PLACES) + (w < 0 ? -0.5 : 0.5)));
}
