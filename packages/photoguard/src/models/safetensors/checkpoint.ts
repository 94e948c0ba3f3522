// A checkpoint: tensors by name over one or several .safetensors files, used in place.

import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { TensorFile } from 'onnx-grad';
import { bfloat16ToFloat, halfToFloat } from 'onnx-grad';
import { PhotoGuardError } from '../../errors.ts';
import type { TensorStore } from '../weights.ts';
import { fileSource } from './file-source.ts';
import { readSafetensorsHeader } from './header.ts';

/** Tensors of one or several files. */
export class Checkpoint implements TensorStore {
  readonly label: string;
  readonly #tensors: ReadonlyMap<string, TensorFile>;

  constructor(label: string, tensors: ReadonlyMap<string, TensorFile>) {
    this.label = label;
    this.#tensors = tensors;
  }

  get(name: string): TensorFile | undefined {
    return this.#tensors.get(name);
  }

  /** All names. */
  names(): string[] {
    return [...this.#tensors.keys()];
  }

  /** A tensor's elements, half types widened exactly. @throws PhotoGuardError `checkpoint` where there is none */
  async readTensor(name: string): Promise<Float32Array> {
    const tensor = this.#tensors.get(name);
    if (!tensor) throw new PhotoGuardError('checkpoint', `${this.label}: there is no tensor ${name}`);
    const source = await fileSource(tensor.file);
    return widen(tensor.dtype, await source.read(tensor.offset, tensor.length));
  }

  /** Reads all floats once, a tensor at a time. @throws PhotoGuardError `checkpoint` for the first NaN or infinity */
  async checkFinite(): Promise<void> {
    for (const [name, { dtype }] of this.#tensors) {
      if (!dtype.includes('float')) continue;
      const at = (await this.readTensor(name)).findIndex((value) => !Number.isFinite(value));
      if (at >= 0)
        throw new PhotoGuardError('checkpoint', `${this.label}: element ${at} of ${name} is not a finite number`, {
          hint: 'the checkpoint is damaged, or was saved after training had diverged',
        });
    }
  }
}

/**
 * Opens a .safetensors file, or the files that a *.safetensors.index.json names. Only headers are read.
 * @throws PhotoGuardError `checkpoint` for damaged, missing or contradicting files
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const files = path.endsWith('.index.json') ? await shardsOf(path) : [path];
  const tensors = new Map<string, TensorFile>();
  for (const file of files) {
    const absolute = resolve(file);
    for (const [name, entry] of await readSafetensorsHeader(await fileSource(absolute))) {
      if (tensors.has(name))
        throw new PhotoGuardError('checkpoint', `${path}: two of its files hold the tensor ${name}`);
      tensors.set(name, { ...entry, file: absolute });
    }
  }
  return new Checkpoint(path, tensors);
}

async function shardsOf(path: string): Promise<string[]> {
  let map: unknown;
  try {
    map = (JSON.parse(await readFile(path, 'utf8')) as { weight_map?: unknown } | null)?.weight_map;
  } catch (cause) {
    throw new PhotoGuardError('checkpoint', `${path}: the index cannot be read`, { cause });
  }
  const names = new Set(typeof map === 'object' && map !== null ? (Object.values(map) as unknown[]) : []);
  if (names.size === 0) throw new PhotoGuardError('checkpoint', `${path}: the index names no files`);
  return [...names].map((name) => {
    if (typeof name !== 'string' || !/^[\w.-]+\.safetensors$/.test(name))
      throw new PhotoGuardError('checkpoint', `${path}: the index names an improper file`, { got: String(name) });
    return join(dirname(path), name);
  });
}

// bytes may start at any offset, so they are copied to where the elements are aligned.
function widen(dtype: string, bytes: Uint8Array): Float32Array {
  const buffer = bytes.slice().buffer;
  if (dtype === 'float32') return new Float32Array(buffer);
  if (dtype === 'float64') return Float32Array.from(new Float64Array(buffer));
  if (dtype === 'float16') return Float32Array.from(new Uint16Array(buffer), halfToFloat);
  if (dtype === 'bfloat16') return Float32Array.from(new Uint16Array(buffer), bfloat16ToFloat);
  throw new PhotoGuardError('checkpoint', `a tensor of ${dtype} holds no floats`);
}
