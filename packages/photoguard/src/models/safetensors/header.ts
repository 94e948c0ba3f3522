// The header of a .safetensors file: eight bytes of length, then JSON that names each tensor's dtype, shape and byte
// range. Everything in it is checked before a byte range is handed to a runtime.
import type { DType } from 'onnx-grad';
import { PhotoGuardError } from '../../errors.ts';

/** Bytes that can be read in part: a file, a Blob, an array. */
export interface ByteSource {
  /** What people call it in messages. */
  readonly label: string;
  readonly size: number;
  /** `length` bytes from `offset`; fewer only at the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Where a tensor is in a file. */
export interface TensorEntry {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** First byte, counted from the file's start. */
  readonly offset: number;
  readonly length: number;
}

const DTYPES: Readonly<Record<string, readonly [DType, bytes: number]>> = Object.freeze({
  F32: ['float32', 4],
  F16: ['float16', 2],
  BF16: ['bfloat16', 2],
  F64: ['float64', 8],
  I64: ['int64', 8],
  I32: ['int32', 4],
  U8: ['uint8', 1],
  BOOL: ['bool', 1],
});

/** The reference implementation's limit. */
const MAX_HEADER_BYTES = 100_000_000;

/**
 * The tensors of a .safetensors file, by name.
 * @throws PhotoGuardError `checkpoint` for a file that is truncated, damaged, or no safetensors file
 */
export async function readSafetensorsHeader(source: ByteSource): Promise<Map<string, TensorEntry>> {
  const fail = (what: string, got?: string): never => {
    throw new PhotoGuardError('checkpoint', `${source.label}: ${what}`, {
      ...(got !== undefined && { got }),
      hint: 'the file is damaged or no .safetensors file: download it again (photoguard models pull)',
    });
  };
  if (source.size < 10) fail('too short for a checkpoint', `${source.size} bytes`);
  const prefix = await source.read(0, 8);
  const length = Number(new DataView(prefix.buffer, prefix.byteOffset, 8).getBigUint64(0, true));
  if (length < 2 || length > MAX_HEADER_BYTES || 8 + length > source.size)
    fail('the length of the header is wrong', `${length} bytes in a file of ${source.size}`);
  const start = 8 + length;
  const json = parseHeader(await source.read(8, length), fail);
  const tensors = new Map<string, TensorEntry>();
  for (const [name, value] of Object.entries(json))
    if (name !== '__metadata__') tensors.set(name, entryOf(name, value, start, source.size, fail));
  checkOverlaps(tensors, fail);
  return tensors;
}

type Fail = (what: string, got?: string) => never;

function parseHeader(bytes: Uint8Array, fail: Fail): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  } catch {
    // told below
  }
  return fail('the header is not a JSON object');
}

function entryOf(name: string, value: unknown, start: number, size: number, fail: Fail): TensorEntry {
  const { dtype, shape, data_offsets: range } = (value ?? {}) as Record<string, unknown>;
  const known = typeof dtype === 'string' && Object.hasOwn(DTYPES, dtype) ? DTYPES[dtype] : undefined;
  if (!known) return fail(`the tensor ${name} has a dtype that is not known`, String(JSON.stringify(dtype)));
  if (!isWholes(shape) || shape.length > 8)
    return fail(`the tensor ${name} has no proper shape`, JSON.stringify(shape));
  if (!isWholes(range) || range.length !== 2)
    return fail(`the tensor ${name} has no proper byte range`, JSON.stringify(range));
  const [from, to] = range as [number, number];
  const bytes = shape.reduce((product, n) => product * n, known[1]);
  if (to - from !== bytes)
    return fail(`the tensor ${name} of shape [${shape}] takes ${bytes} bytes`, `a range of ${to - from}`);
  if (start + to > size) return fail(`the tensor ${name} ends after the file`, `byte ${start + to} of ${size}`);
  return { dtype: known[0], shape, offset: start + from, length: bytes };
}

function checkOverlaps(tensors: ReadonlyMap<string, TensorEntry>, fail: Fail): void {
  const sorted = [...tensors].sort(([, a], [, b]) => a.offset - b.offset || a.length - b.length);
  for (let i = 1; i < sorted.length; i++) {
    const [before, former] = sorted[i - 1]!;
    const [name, entry] = sorted[i]!;
    if (entry.offset < former.offset + former.length) fail(`the tensors ${before} and ${name} overlap`);
  }
}

const isWholes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
