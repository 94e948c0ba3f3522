// Tensors as the bytes of a .safetensors file: names in order, each tensor at a multiple of its element's size. Half
// precision is rounded to nearest even, as PyTorch does.
import type { Shape } from 'onnx-grad';
import { PhotoGuardError } from '../../errors.ts';
import { layOut } from './layout.ts';

/** A tensor to write. */
export interface WrittenTensor {
  readonly shape: Shape;
  /** As many values as the shape holds, the last axis innermost. */
  readonly data: Float32Array;
}

/**
 * The bytes of a file with these tensors.
 * @throws PhotoGuardError `input` if a half would be infinite, or if the data do not match their shape
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, WrittenTensor>,
  { dtype = 'F32', metadata }: { readonly dtype?: 'F32' | 'F16'; readonly metadata?: Record<string, string> } = {},
): Uint8Array {
  const names = [...tensors.keys()].sort();
  const raw = names.map((name) => {
    const { shape, data } = tensors.get(name)!;
    if (shape.reduce((product, n) => product * n, 1) !== data.length)
      throw new PhotoGuardError('input', `${name}: ${data.length} elements for shape [${shape}]`);
    return [name, { dtype, shape, data: dtype === 'F16' ? halves(name, data) : data }] as const;
  });
  return layOut(raw, metadata);
}

function halves(name: string, data: Float32Array): Uint16Array {
  const rounded = Uint16Array.from(data, floatToHalf);
  const bad = rounded.findIndex((bits) => (bits & 0x7c00) === 0x7c00);
  if (bad >= 0)
    throw new PhotoGuardError('input', `element ${bad} of ${name} does not fit half precision`, {
      got: String(data[bad]),
    });
  return rounded;
}

const FLOAT = new Float32Array(1);
const BITS = new Uint32Array(FLOAT.buffer);

/** The bits of the nearest half, ties to even; beyond the largest half an infinity. */
export function floatToHalf(value: number): number {
  FLOAT[0] = value;
  const bits = BITS[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  // Halves below 2^-14 are multiples of 2^-24: adding 0.5 lets float32 do the rounding.
  if (magnitude < 0x38800000) {
    FLOAT[0] = Math.abs(value) + 0.5;
    return sign | (BITS[0]! - 0x3f000000);
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | Math.min((rounded - 0x38000000) >>> 13, 0x7c00);
}
