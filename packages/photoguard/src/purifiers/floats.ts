// Interleaved bytes as floats of the same range, for filters that must not round between their passes.
import type { Pixels8, Size } from '../image/index.ts';

/** The values of a picture, 0..255, interleaved. */
export const inFloats = ({ data }: Pixels8): Float32Array => Float32Array.from(data);

/** The nearest bytes, clipped. */
export const fromFloats = (data: Float32Array, { width, height }: Size): Pixels8 => ({
  width,
  height,
  channels: 3,
  data: Uint8Array.from(data, (v) => Math.min(Math.max(Math.floor(v + 0.5), 0), 255)),
});
