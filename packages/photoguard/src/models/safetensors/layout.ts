// The layout of a .safetensors file: eight bytes with the length of the header, the header as JSON (padded with spaces,
// so that data starts at a multiple of eight), then every tensor's bytes one after the other.
import type { Shape } from 'onnx-grad';

/** A tensor as bytes. `dtype` is its name in the format: F32, F16, I32 ... */
export interface RawTensor {
  readonly dtype: string;
  readonly shape: Shape;
  readonly data: ArrayBufferView;
}

/** The bytes of a file with these tensors, in their order. */
export function layOut(
  tensors: readonly (readonly [name: string, tensor: RawTensor])[],
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  const header: Record<string, unknown> = metadata ? { __metadata__: metadata } : {};
  let end = 0;
  for (const [name, { dtype, shape, data }] of tensors)
    header[name] = { dtype, shape, data_offsets: [end, (end += data.byteLength)] };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(start + end).fill(0x20, 8, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(text, 8);
  let at = start;
  for (const [, { data }] of tensors) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}
