// The header of a .safetensors file: eight bytes of length, then JSON that names each tensor's dtype, shape and byte
// range. Everything in it is checked before a byte range is passed to a runtime: as in the reference implementation,
// the tensors fill the file from the header to its end, without gaps or overlap. This is checked by hand, not with a
// schema as for configurations: thousands of entries are read at every start, whether one is valid depends on the rest
// of the file, and a tensor may have any name, including `__proto__`.
import type { DType } from 'onnx-grad';
import { PhotoGuardError } from '../../errors.ts';
import { quoted } from '../../validate/quoted.ts';
import type { ByteSource } from './byte-source.ts';
import { duplicateKey } from './duplicate-key.ts';

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

/** Dtypes of the format that graphs here do not use: such a file is valid, and can be converted. */
const FOREIGN_DTYPES = /^([IU](8|16|32|64)|F(4|6|8)_\w+|C64)$/;

/** The reference implementation's limit. */
const MAX_HEADER_BYTES = 100_000_000;
const MAX_DIMENSIONS = 8;
const DAMAGED = 'the file is damaged or not a .safetensors file: fetch it again';

/**
 * The tensors of a .safetensors file, by name. Only the header is read.
 * @throws PhotoGuardError `checkpoint` if the file is truncated, damaged, or not a safetensors file
 */
export async function readSafetensorsHeader(source: ByteSource): Promise<Map<string, TensorEntry>> {
  const fail: Fail = (what, got, hint = DAMAGED) => {
    throw new PhotoGuardError('checkpoint', `${source.label}: ${what}`, { got, hint });
  };
  const prefix = await source.read(0, 8);
  if (source.size < 10 || prefix.length < 8) return fail('too short for a checkpoint', `${source.size} bytes`);
  const length = Number(new DataView(prefix.buffer, prefix.byteOffset, 8).getBigUint64(0, true));
  if (length < 2 || length > MAX_HEADER_BYTES || 8 + length > source.size)
    fail('the length of the header is wrong', `${length} bytes in a file of ${source.size}`);
  const start = 8 + length;
  const json = parseHeader(await source.read(8, length), fail);
  const tensors = new Map<string, TensorEntry>();
  for (const [name, value] of Object.entries(json))
    if (name !== '__metadata__') tensors.set(name, readEntry(name, value, start, source.size, fail));
  checkLayout(tensors, start, source.size, fail);
  return tensors;
}

type Fail = (what: string, got?: string, hint?: string) => never;

function parseHeader(bytes: Uint8Array, fail: Fail): Record<string, unknown> {
  let text: string;
  let json: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    json = JSON.parse(text);
  } catch {
    return fail('the header is not valid JSON');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return fail('the header is not a JSON object');
  const twice = duplicateKey(text);
  if (twice !== undefined) fail(`the header has the key ${quoted(twice)} twice`);
  return json as Record<string, unknown>;
}

function readEntry(name: string, value: unknown, start: number, size: number, fail: Fail): TensorEntry {
  const { dtype, shape, data_offsets: range } = (value ?? {}) as Record<string, unknown>;
  const tensor = `the tensor ${quoted(name)}`;
  const known = typeof dtype === 'string' && Object.hasOwn(DTYPES, dtype) ? DTYPES[dtype] : undefined;
  if (!known && typeof dtype === 'string' && FOREIGN_DTYPES.test(dtype))
    return fail(`${tensor} has a dtype that is not supported`, quoted(dtype), 'convert the file to F32, F16 or BF16');
  if (!known) return fail(`${tensor} has a dtype that is not known`, quoted(dtype));
  if (!isWholes(shape) || shape.length > MAX_DIMENSIONS) return fail(`${tensor} has no valid shape`, quoted(shape));
  if (!isWholes(range) || range.length !== 2) return fail(`${tensor} has no valid byte range`, quoted(range));
  const [from, to] = range as [number, number];
  const bytes = shape.reduce((product, n) => product * n, known[1]);
  if (to - from !== bytes) return fail(`${tensor} of shape [${shape}] takes ${bytes} bytes`, `a range of ${to - from}`);
  if (start + to > size) return fail(`${tensor} ends after the file`, `byte ${start + to} of ${size}`);
  return { dtype: known[0], shape, offset: start + from, length: bytes };
}

function checkLayout(tensors: ReadonlyMap<string, TensorEntry>, start: number, size: number, fail: Fail): void {
  let end = start;
  let before = 'the header';
  for (const [name, entry] of [...tensors].sort(([, a], [, b]) => a.offset - b.offset || a.length - b.length)) {
    const gap = entry.offset - end;
    if (gap < 0) fail(`the tensors ${before} and ${quoted(name)} overlap`, `${-gap} bytes in common`);
    if (gap > 0) fail(`no tensor has the bytes between ${before} and ${quoted(name)}`, `a hole of ${gap} bytes`);
    end = entry.offset + entry.length;
    before = quoted(name);
  }
  if (end !== size) fail(`no tensor has the bytes after ${before}`, `${size - end} bytes too many`);
}

const isWholes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
