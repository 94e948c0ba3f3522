/*
 * Resizes an image, and computes the gradient of that, separably with banded weights: one pass along rows, one along
 * columns. The order of the two passes does not change the result, so the cheaper one goes first. A photo of 12
 * megapixels takes well under a second either way.
 */

import { type FillPlane, readPlanes } from './planes.ts';
import { type BandMatrix, type ResizeOptions, resizeMatrix, transposeBand } from './resize-matrix.ts';
import type { Image01, Pixels8, Size } from './types.ts';

/**
 * The resized image, `R_h X R_w^T` for each channel. Not clipped: bicubic and lanczos3 overshoot [0, 1] at sharp edges,
 * as PyTorch's does; an editor that works in 8 bits clips there.
 *
 * @throws PhotoGuardError `input` for a size below 1
 */
export function resizeImage(image: Image01, size: Size, options: ResizeOptions): Image01 {
  const along = resizeMatrix(image.width, size.width, options);
  const down = resizeMatrix(image.height, size.height, options);
  return { ...size, channels: 3, data: applySeparable(image.data, image, 3, along, down) };
}

/**
 * The same for a picture that is read plane by plane: at most one plane is held at its original size. If the picture
 * already has the size, its planes are returned unchanged.
 *
 * @param from the picture's own size
 * @param scratch array that the planes are written to; default: a new one
 */
export function resizePlanes(
  from: Size,
  fill: FillPlane,
  size: Size,
  options: ResizeOptions,
  scratch?: Float32Array,
): Image01 {
  const area = size.width * size.height;
  const data = new Float32Array(3 * area);
  const target = (channel: number): Float32Array => data.subarray(channel * area, (channel + 1) * area);
  if (from.width === size.width && from.height === size.height) {
    for (let channel = 0; channel < 3; channel++) fill(channel, target(channel));
  } else {
    const along = resizeMatrix(from.width, size.width, options);
    const down = resizeMatrix(from.height, size.height, options);
    const plane = scratch ?? new Float32Array(from.width * from.height);
    for (let channel = 0; channel < 3; channel++) {
      fill(channel, plane);
      applySeparable(plane, from, 1, along, down, target(channel));
    }
  }
  return { ...size, channels: 3, data };
}

/**
 * A picture at a size, in floats: for bytes the same as `resizeImage(toImage01(pixels), size, options)`, in less
 * memory.
 */
export const resizePixels = (picture: Pixels8 | Image01, size: Size, options: ResizeOptions): Image01 =>
  resizePlanes(picture, readPlanes(picture), size, options);

/**
 * The transpose of `resizeImage`: given the gradient with respect to the resized image, the gradient with respect to
 * the image of `size` that it was made from, `R_h^T G R_w` for each channel.
 *
 * @param cotangent gradient at the resized size; the values are not pixels, only the layout is an Image01's
 * @param size the size before the resize
 */
export function resizeImageVjp(cotangent: Image01, size: Size, options: ResizeOptions): Image01 {
  const along = transposeBand(resizeMatrix(size.width, cotangent.width, options));
  const down = transposeBand(resizeMatrix(size.height, cotangent.height, options));
  return { ...size, channels: 3, data: applySeparable(cotangent.data, cotangent, 3, along, down) };
}

/**
 * `down X along^T` for each of `channels` planes of `data`.
 *
 * @param data planes of `from.height` x `from.width`, one after another
 * @param along matrix of the horizontal axis, `[width out, width in]`
 * @param down matrix of the vertical axis, `[height out, height in]`
 * @param out array that the result is written to; default: a new one
 */
export function applySeparable(
  data: Float32Array,
  from: Size,
  channels: number,
  along: BandMatrix,
  down: BandMatrix,
  out: Float32Array = new Float32Array(channels * down.rows * along.rows),
): Float32Array {
  const rowsFirst = from.height * along.rows * along.taps + down.rows * down.taps * along.rows;
  const columnsFirst = down.rows * down.taps * from.width + down.rows * along.rows * along.taps;
  if (rowsFirst <= columnsFirst) {
    const half = new Float32Array(channels * from.height * along.rows);
    applyAlong(half, data, from.width, channels * from.height, along);
    applyDown(out, half, along.rows, channels, down);
  } else {
    const half = new Float32Array(channels * down.rows * from.width);
    applyDown(half, data, from.width, channels, down);
    applyAlong(out, half, from.width, channels * down.rows, along);
  }
  return out;
}

function applyAlong(out: Float32Array, data: Float32Array, width: number, lines: number, matrix: BandMatrix): void {
  const { rows, taps, starts, counts, weights } = matrix;
  for (let line = 0; line < lines; line++) {
    const source = line * width;
    const target = line * rows;
    for (let i = 0; i < rows; i++) {
      const first = source + starts[i]!;
      const row = i * taps;
      const count = counts[i]!;
      let sum = 0;
      for (let k = 0; k < count; k++) sum += weights[row + k]! * data[first + k]!;
      out[target + i] = sum;
    }
  }
}

// Sums are in float64, and added in one order: the order of passes must not change the result.
function applyDown(out: Float32Array, data: Float32Array, width: number, planes: number, matrix: BandMatrix): void {
  const { rows, columns, taps, starts, counts, weights } = matrix;
  const sums = new Float64Array(width);
  for (let plane = 0; plane < planes; plane++) {
    for (let i = 0; i < rows; i++) {
      sums.fill(0);
      const count = counts[i]!;
      const source = (plane * columns + starts[i]!) * width;
      let k = 0;
      for (; k + 2 < count; k += 3) addThree(sums, data, source + k * width, weights, i * taps + k);
      for (; k < count; k++) addOne(sums, data, source + k * width, weights[i * taps + k]!);
      out.set(sums, (plane * rows + i) * width);
    }
  }
}

// Three lines with their weights.
function addThree(sums: Float64Array, data: Float32Array, start: number, weights: Float64Array, at: number): void {
  const width = sums.length;
  const p = weights[at]!;
  const q = weights[at + 1]!;
  const r = weights[at + 2]!;
  for (let x = 0, i = start; x < width; x++, i++)
    sums[x] = sums[x]! + p * data[i]! + q * data[i + width]! + r * data[i + 2 * width]!;
}

function addOne(sums: Float64Array, data: Float32Array, start: number, weight: number): void {
  for (let x = 0, i = start; x < sums.length; x++, i++) sums[x]! += weight * data[i]!;
}
