// Reads a .safetensors file of float32 and int64 tensors, for the tests of this package only.
import { readFileSync } from 'node:fs';
import type { TypedArray } from '../graph/dtype.ts';

/** A tensor of a file. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** The tensors and notes of a file, both by name. */
export function readSafetensors(path: string): {
  tensors: Map<string, StoredTensor>;
  notes: Readonly<Record<string, string>>;
} {
  const bytes = readFileSync(path);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const { __metadata__, ...entries } = JSON.parse(bytes.toString('utf8', 8, start)) as Record<string, Entry>;
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(entries)) {
    const part = Uint8Array.from(bytes.subarray(start + data_offsets[0], start + data_offsets[1])).buffer;
    tensors.set(name, { shape, data: dtype === 'I64' ? new BigInt64Array(part) : new Float32Array(part) });
  }
  return { tensors, notes: (__metadata__ ?? {}) as unknown as Record<string, string> };
}
