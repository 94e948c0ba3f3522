// The pool of examples: each round of the training adds a file of crops, clean and attacked, with the latents that every
// teacher gives for them. Students draw from the newest files. Teachers and attacks run once per example, and students
// train on it several times; a training that was stopped finds its examples on disk.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { halfToFloat } from 'onnx-grad';
import { writeWhole } from 'photoguard/image/node';
import { floatToHalf } from 'photoguard/models';
import { Draws } from 'photoguard/training';
import { STREAMS } from '../common/streams.ts';
import { readTensorFile, tensorFileBytes } from '../data/tensor-file.ts';
import { SPACES, type SpaceName } from './designs.ts';

/** Examples of a round: `rgb` [count, 3, side, side] as bytes, latents [count, channels, side / 8, side / 8] as halves. */
export interface Examples {
  readonly count: number;
  readonly side: number;
  readonly rgb: Uint8Array;
  readonly latents: ReadonlyMap<SpaceName, { readonly channels: number; readonly data: Uint16Array }>;
}

/** A batch to train on: `image` in [0, 1], and latents by `latent.<space>`. */
export type ExampleBatch = Readonly<Record<string, Float32Array>>;

/** Rounds whose examples a step draws from. */
const ROUNDS_KEPT = 10;

const nameFile = (folder: string, round: number): string =>
  join(folder, `pool-${String(round).padStart(3, '0')}.safetensors`);

/** Whether a round's examples are there: files appear whole or not at all. */
export const hasRound = (folder: string, round: number): boolean => existsSync(nameFile(folder, round));

/** Writes the examples of a round. */
export async function writeRound(folder: string, round: number, examples: Examples): Promise<void> {
  const { count, side, rgb, latents } = examples;
  const at = side / 8;
  const tensors = [...latents].map(([space, { channels, data }]) => [
    space,
    { dtype: 'float16' as const, shape: [count, channels, at, at], data },
  ]);
  const image = { dtype: 'uint8' as const, shape: [count, 3, side, side], data: rgb };
  await writeWhole(nameFile(folder, round), tensorFileBytes({ ...Object.fromEntries(tensors), rgb: image }));
}

async function readRound(folder: string, round: number): Promise<Examples> {
  const { rgb, ...latents } = await readTensorFile(nameFile(folder, round));
  return {
    count: rgb!.shape[0]!,
    side: rgb!.shape[2]!,
    rgb: rgb!.data as Uint8Array,
    latents: new Map(
      SPACES.map((space) => [
        space,
        { channels: latents[space]!.shape[1]!, data: latents[space]!.data as Uint16Array },
      ]),
    ),
  };
}

/** The newest rounds of a pool, in memory. */
export class Pool {
  readonly #folder: string;
  readonly #rounds = new Map<number, Examples>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Reads what a student may draw in a round, and forgets what is older. */
  async open(round: number): Promise<void> {
    for (const known of this.#rounds.keys()) if (known <= round - ROUNDS_KEPT) this.#rounds.delete(known);
    for (let r = Math.max(0, round - ROUNDS_KEPT + 1); r <= round; r++)
      if (!this.#rounds.has(r)) this.#rounds.set(r, await readRound(this.#folder, r));
  }

  /** The batch of a step: it depends on the seed, the step and the open rounds only. */
  draw(spaces: readonly SpaceName[], size: number, { seed, step }: { seed: number; step: number }): ExampleBatch {
    const draws = new Draws(seed, STREAMS.surrogateRows(step));
    const rounds = [...this.#rounds.keys()].sort((a, b) => a - b);
    const rows = Array.from({ length: size }, () => {
      const examples = this.#rounds.get(draws.pick(rounds))!;
      return { examples, row: draws.between(0, examples.count - 1) };
    });
    const part = (data: (examples: Examples) => Uint8Array | Uint16Array, decode: (value: number) => number) => {
      const each = rows.map(({ examples, row }) => {
        const all = data(examples);
        const length = all.length / examples.count;
        return all.subarray(row * length, (row + 1) * length);
      });
      const out = new Float32Array(each[0]!.length * size);
      each.forEach((values, i) => {
        for (let k = 0; k < values.length; k++) out[i * values.length + k] = decode(values[k]!);
      });
      return out;
    };
    return {
      image: part(
        ({ rgb }) => rgb,
        (byte) => byte / 255,
      ),
      ...Object.fromEntries(
        spaces.map((space) => [`latent.${space}`, part(({ latents }) => latents.get(space)!.data, decodeHalf)]),
      ),
    };
  }
}

// All halves, decoded once.
const HALVES = Float32Array.from({ length: 65536 }, (_, bits) => halfToFloat(bits));

/** A half's value. */
export const decodeHalf = (bits: number): number => HALVES[bits]!;

/** Floats as halves. */
export const toHalves = (values: Float32Array): Uint16Array => Uint16Array.from(values, floatToHalf);
