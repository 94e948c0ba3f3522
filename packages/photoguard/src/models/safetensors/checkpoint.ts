// A checkpoint: tensors by name over one or several .safetensors files, used in place. This file uses no file system,
// so it works in a browser; files on disk: open-checkpoint.ts.
import type { TensorFile } from 'onnx-grad';
import { bfloat16ToFloat, halfToFloat } from 'onnx-grad';
import { PhotoGuardError } from '../../errors.ts';
import { quoted } from '../../validate/quoted.ts';
import type { TensorStore } from '../weights.ts';
import type { ByteSource } from './byte-source.ts';
import { canBeNaN, firstNotFinite } from './finite.ts';
import { readSafetensorsHeader } from './header.ts';

/** Bytes that a check for NaN holds at a time; a multiple of every element's size. */
const CHUNK_BYTES = 1 << 20;

/** Tensors of one or several files. */
export class Checkpoint implements TensorStore {
  readonly label: string;
  readonly #tensors: ReadonlyMap<string, TensorFile>;
  readonly #sources: ReadonlyMap<string, ByteSource>;

  constructor(label: string, tensors: ReadonlyMap<string, TensorFile>, sources: ReadonlyMap<string, ByteSource>) {
    this.label = label;
    this.#tensors = tensors;
    this.#sources = sources;
  }

  get(name: string): TensorFile | undefined {
    return this.#tensors.get(name);
  }

  /** All names. */
  names(): string[] {
    return [...this.#tensors.keys()];
  }

  /**
   * A float tensor's elements; float16, bfloat16 and float32 exactly, float64 rounded to float32.
   * @throws PhotoGuardError `checkpoint` if there is no such tensor, it does not contain floats, or its file was
   *   truncated
   */
  async readTensor(name: string): Promise<Float32Array> {
    const tensor = this.#tensors.get(name);
    if (!tensor) throw new PhotoGuardError('checkpoint', `${this.label}: there is no tensor ${quoted(name)}`);
    return widen(tensor.dtype, await this.#read(tensor, 0, tensor.length));
  }

  /**
   * Reads all floats once, a megabyte at a time.
   * @throws PhotoGuardError `checkpoint` for the first NaN or infinity, `aborted`
   */
  async checkFinite(signal?: AbortSignal): Promise<void> {
    for (const [name, tensor] of this.#tensors) {
      if (!canBeNaN(tensor.dtype)) continue;
      for (let done = 0; done < tensor.length; done += CHUNK_BYTES) {
        if (signal?.aborted) throw new PhotoGuardError('aborted', 'stopped on request');
        const length = Math.min(CHUNK_BYTES, tensor.length - done);
        const at = firstNotFinite(tensor.dtype, await this.#read(tensor, done, length));
        if (at < 0) continue;
        const element = at + (done * countElements(tensor)) / tensor.length;
        throw new PhotoGuardError(
          'checkpoint',
          `${this.label}: element ${element} of ${quoted(name)} is not a finite number`,
          { hint: 'the checkpoint is damaged, or was saved after training had diverged' },
        );
      }
    }
  }

  async #read(tensor: TensorFile, offset: number, length: number): Promise<Uint8Array> {
    const bytes = await this.#sources.get(tensor.file)!.read(tensor.offset + offset, length);
    if (bytes.length === length) return bytes;
    throw new PhotoGuardError('checkpoint', `${tensor.file}: the file became shorter while it was read`);
  }
}

/**
 * A checkpoint of one or several sources; a tensor's `file` is its source's label. Only headers are read.
 * @throws PhotoGuardError `checkpoint` for damaged sources, or if two have a tensor of the same name
 */
export async function readCheckpoint(label: string, sources: readonly ByteSource[]): Promise<Checkpoint> {
  const tensors = new Map<string, TensorFile>();
  for (const source of sources)
    for (const [name, entry] of await readSafetensorsHeader(source)) {
      if (tensors.has(name))
        throw new PhotoGuardError('checkpoint', `${label}: two of its files have the tensor ${quoted(name)}`);
      tensors.set(name, { ...entry, file: source.label });
    }
  return new Checkpoint(label, tensors, new Map(sources.map((source) => [source.label, source])));
}

const countElements = ({ shape }: TensorFile): number => shape.reduce((product, n) => product * n, 1);

// bytes may start at any offset, so they are copied to where the elements are aligned.
function widen(dtype: string, bytes: Uint8Array): Float32Array {
  const buffer = bytes.slice().buffer;
  if (dtype === 'float32') return new Float32Array(buffer);
  if (dtype === 'float64') return Float32Array.from(new Float64Array(buffer));
  if (dtype === 'float16') return Float32Array.from(new Uint16Array(buffer), halfToFloat);
  if (dtype === 'bfloat16') return Float32Array.from(new Uint16Array(buffer), bfloat16ToFloat);
  throw new PhotoGuardError('checkpoint', `a tensor of ${dtype} holds no floats`);
}
