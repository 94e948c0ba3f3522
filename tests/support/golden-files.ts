/*
 * The golden folder, for tests that stand beside the code: where it is, which cases an area has, and their tensors.
 * The folder is PHOTOGUARD_GOLDEN, or ../shared/golden beside the project, or else the part of it that is committed
 * (tests/fixtures/golden). Cases that are not there give nothing, and a test says by name that it was skipped.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of golden values, or undefined where there is none. */
export const goldenRoot: string | undefined = [
  process.env.PHOTOGUARD_GOLDEN,
  fileURLToPath(new URL('../../../shared/golden', import.meta.url)),
  fileURLToPath(new URL('../fixtures/golden', import.meta.url)),
].find((folder) => folder !== undefined && existsSync(folder));

/** A tensor as stored: bytes become numbers, whatever the type. */
export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Uint8Array | Int32Array;
}

/** A golden case: its JSON and its tensors. */
export interface GoldenFile {
  readonly name: string;
  readonly folder: string;
  readonly json: {
    readonly config: Record<string, unknown>;
    /** Folder of the weights: `checkpoints/x` of the golden folder, or `hub: org/name`. */
    readonly checkpoint?: string;
    readonly gradients?: Record<string, unknown>;
    readonly values?: Record<string, number>;
    readonly files?: Record<string, string>;
    readonly tensors: Record<
      string,
      { readonly tolerance?: { readonly relative_l2: number; readonly max_abs: number } | null }
    >;
  };
  readonly tensors: ReadonlyMap<string, GoldenTensor>;
}

/** The cases of an area whose name passes `filter`; empty where the folder is absent. */
export function goldenCases(
  area: string,
  filter: (name: string) => boolean = () => true,
  root = goldenRoot,
): GoldenFile[] {
  if (root === undefined) return [];
  const folder = join(root, area);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -5))
    .filter(filter)
    .sort();
  return names.map((name) => ({
    name,
    folder,
    json: parsed(readFileSync(join(folder, `${name}.json`), 'utf8')),
    tensors: existsSync(join(folder, `${name}.safetensors`))
      ? readTensors(readFileSync(join(folder, `${name}.safetensors`)))
      : new Map<string, GoldenTensor>(),
  }));
}

// Python writes infinities and NaN into JSON as bare words.
const parsed = (text: string): GoldenFile['json'] =>
  JSON.parse(text.replace(/([:[,]\s*)-?(?:Infinity|NaN)\b/g, '$1null')) as GoldenFile['json'];

/** Relative Euclidean error, `||a - b|| / ||b||`. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    norm += b[i]! ** 2;
  }
  return norm === 0 ? Math.sqrt(difference) : Math.sqrt(difference / norm);
}

function readTensors(file: Uint8Array): Map<string, GoldenTensor> {
  const bytes = new Uint8Array(file); // a copy in its own buffer, so that offsets count from 0
  const header = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const entries = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + header))) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  const tensors = new Map<string, GoldenTensor>();
  for (const [name, entry] of Object.entries(entries)) {
    if (name === '__metadata__') continue;
    const [start, end] = entry.data_offsets;
    const part = bytes.buffer.slice(8 + header + start, 8 + header + end);
    tensors.set(name, { shape: entry.shape, data: typed(entry.dtype, part, name) });
  }
  return tensors;
}

function typed(dtype: string, part: ArrayBuffer, name: string): GoldenTensor['data'] {
  if (dtype === 'F32') return new Float32Array(part);
  if (dtype === 'F64') return new Float64Array(part);
  if (dtype === 'U8' || dtype === 'BOOL') return new Uint8Array(part);
  if (dtype === 'I32') return new Int32Array(part);
  throw new Error(`tensor ${name}: no reader for ${dtype}`);
}
