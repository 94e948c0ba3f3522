/*
 * Resizing an image and the gradient of that, separably with banded weights: one pass along rows, one along columns.
 * The order of the two passes does not change the result, so the cheaper one goes first. A photo of 12 megapixels takes
 * well under a second either way.
 */
import { type BandMatrix, type ResizeOptions, resizeMatrix, transposeBand } from './resize-matrix.ts';
import type { Image01, Size } from './types.ts';

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
 */
export function applySeparable(
  data: Float32Array,
  from: Size,
  channels: number,
  along: BandMatrix,
  down: BandMatrix,
): Float32Array {
  const rowsFirst = from.height * along.rows * along.taps + down.rows * down.taps * along.rows;
  const columnsFirst = down.rows * down.taps * from.width + down.rows * along.rows * along.taps;
  if (rowsFirst <= columnsFirst) {
    const half = applyAlong(data, from.width, channels * from.height, along);
    return applyDown(half, along.rows, channels, down);
  }
  const half = applyDown(data, from.width, channels, down);
  return applyAlong(half, from.width, channels * down.rows, along);
}

function applyAlong(data: Float32Array, width: number, lines: number, matrix: BandMatrix): Float32Array {
  const { rows, taps, starts, counts, weights } = matrix;
  const out = new Float32Array(lines * rows);
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
  return out;
}

function applyDown(data: Float32Array, width: number, planes: number, matrix: BandMatrix): Float32Array {
  const { rows, columns, taps, starts, counts, weights } = matrix;
  const out = new Float32Array(planes * rows * width);
  const sums = new Float64Array(width); // sums in float64: the order of passes must not show in the result
  for (let plane = 0; plane < planes; plane++) {
    for (let i = 0; i < rows; i++) {
      sums.fill(0);
      for (let k = 0; k < counts[i]!; k++) {
        const weight = weights[i * taps + k]!;
        const source = (plane * columns + starts[i]! + k) * width;
        for (let x = 0; x < width; x++) sums[x]! += weight * data[source + x]!;
      }
      out.set(sums, (plane * rows + i) * width);
    }
  }
  return out;
}
