/*
 * .safetensors files for tests: whole ones from tensors, and damaged ones from any header and any number of data bytes.
 */

/** A tensor to write: the format's dtype name, its shape, its raw little-endian bytes. */
export interface RawTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** A file with a header of any text, whatever the data. `headerLength`: what the file says, where it lies. */
export function rawSafetensors(header: string, data: Uint8Array, headerLength?: bigint): Uint8Array {
  const json = new TextEncoder().encode(header);
  const file = new Uint8Array(8 + json.length + data.length);
  new DataView(file.buffer).setBigUint64(0, headerLength ?? BigInt(json.length), true);
  file.set(json, 8);
  file.set(data, 8 + json.length);
  return file;
}

/** A whole file of these tensors. */
export function safetensors(tensors: Readonly<Record<string, RawTensor>>): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let end = 0;
  for (const [name, { dtype, shape, bytes }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [end, end + bytes.length] };
    end += bytes.length;
  }
  const data = new Uint8Array(end);
  end = 0;
  for (const { bytes } of Object.values(tensors)) {
    data.set(bytes, end);
    end += bytes.length;
  }
  return rawSafetensors(JSON.stringify(header), data);
}

/** A float32 tensor. */
export const float32 = (shape: readonly number[], values: ArrayLike<number>): RawTensor => ({
  dtype: 'F32',
  shape,
  bytes: new Uint8Array(Float32Array.from(values).buffer),
});

/** Raw 16-bit patterns as F16 or BF16. */
export const bits16 = (dtype: 'F16' | 'BF16', patterns: readonly number[]): RawTensor => ({
  dtype,
  shape: [patterns.length],
  bytes: new Uint8Array(Uint16Array.from(patterns).buffer),
});
