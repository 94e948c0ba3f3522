// Tensors of any element type in a .safetensors file, as typed arrays: the counterpart of `Checkpoint` for data.
import type { DType, Shape, TypedArray } from 'onnx-grad';
import { PhotoGuardError } from 'photoguard/errors';
import { layOut, readSafetensorsHeader } from 'photoguard/models';
import { fileSource } from 'photoguard/models/node';

/** A tensor and its elements. */
export interface DataTensor {
  readonly dtype: DType;
  readonly shape: Shape;
  /** float16 as raw bits in a Uint16Array. */
  readonly data: TypedArray;
}

/** Names of element types in the format. */
const NAMES: Readonly<Partial<Record<DType, string>>> = { float32: 'F32', float16: 'F16', int32: 'I32', uint8: 'U8' };

/** The bytes of a file with these tensors, those of the widest elements first, so that all are aligned. */
export function tensorFileBytes(tensors: Readonly<Record<string, DataTensor>>): Uint8Array {
  const sorted = Object.entries(tensors).sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  return layOut(sorted.map(([name, { dtype, shape, data }]) => [name, { dtype: NAMES[dtype]!, shape, data }]));
}

/** All tensors of a file. @throws PhotoGuardError `checkpoint` if it is missing, truncated or damaged */
export async function readTensorFile(path: string): Promise<Record<string, DataTensor>> {
  const source = await fileSource(path);
  const tensors: Record<string, DataTensor> = {};
  for (const [name, { dtype, shape, offset, length }] of await readSafetensorsHeader(source)) {
    const bytes = await source.read(offset, length);
    if (bytes.length !== length)
      throw new PhotoGuardError('checkpoint', `${path}: the file became shorter while it was read`);
    tensors[name] = { dtype, shape, data: viewed(dtype, bytes) };
  }
  return tensors;
}

// The bytes were read into a separate array, so they are aligned.
function viewed(dtype: DType, { buffer, byteLength }: Uint8Array): TypedArray {
  if (dtype === 'float32') return new Float32Array(buffer, 0, byteLength / 4);
  if (dtype === 'int32') return new Int32Array(buffer, 0, byteLength / 4);
  if (dtype === 'float16') return new Uint16Array(buffer, 0, byteLength / 2);
  return new Uint8Array(buffer, 0, byteLength);
}
