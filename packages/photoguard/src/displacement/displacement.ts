// Displacement: how far a protection moves a photo's latent, as a share of the latent's own content. For an encoder E, a
// purifier P, the photo x and its protected version x',
//
//   displacement = ||E(P(x')) - E(P(t(x)))|| / ||E(P(x)) - its mean a channel||
//
// with t(x) the photo in the tone of x' (tone.ts). 0 is no effect; at 1 the latent has moved as far as the photo's own
// content goes. What a purifier itself does to a photo does not count, since it is on both sides. The distance to an
// attack's target would not do: a mere loss of contrast lowers it as much as many attacks do.
import { type Graph, planMemory } from 'onnx-grad';
import type { Pixels8, Size } from '../image/index.ts';
import type { Encoder } from '../models/index.ts';
import type { Lease, Runtime } from '../runtime/index.ts';
import { latentsGraph, seenPixels, Tiling, tileSizes } from '../view/index.ts';
import { matchTone } from './tone.ts';

/** What happens to a picture before it is encoded: a purifier with its context. */
export type Before = (pixels: Pixels8) => Promise<Pixels8>;

/** Encoders to measure with: all of them see the photo at one size. */
export interface MeterOptions {
  readonly runtime: Runtime;
  /** By name. */
  readonly encoders: Readonly<Record<string, Encoder>>;
  readonly size: Size;
  /**
   * Whether they are the encoders of one network: then they are in one program, which computes what they share once.
   * Default: each has a program of its own.
   */
  readonly together?: boolean;
}

/** Displacement by encoder. */
export type Displacements = Readonly<Record<string, number>>;

/** Measures displacement in several latent spaces. */
export class DisplacementMeter {
  readonly #size: Size;
  readonly #names: readonly string[];
  readonly #channels: readonly number[];
  readonly #groups: readonly Group[];
  readonly #tiling: Tiling | undefined;
  readonly #lease: Lease;

  constructor({ runtime, encoders, size, together = false }: MeterOptions) {
    this.#size = size;
    this.#names = Object.keys(encoders);
    const all = Object.values(encoders);
    this.#channels = all.map(({ latentChannels }) => latentChannels);
    const tile = tileFor(all, size);
    this.#tiling = tile && new Tiling(size, tile, Math.max(...all.map(({ factor }) => factor)));
    this.#groups = (together ? [all] : all.map((encoder) => [encoder])).map((encoders) => ({
      encoders,
      graph: latentsGraph(encoders, tile ?? size),
    }));
    this.#lease = runtime.programs.lease();
  }

  /** Displacement by encoder. @param before what happens to each picture first. Default: nothing */
  async measure(photo: Pixels8, changed: Pixels8, options: MeasureOptions = {}): Promise<Displacements> {
    return (await this.measureEach(photo, { changed }, options)).changed;
  }

  /** Displacement of several versions of a photo. */
  async measureEach<Name extends string>(
    photo: Pixels8,
    versions: Readonly<Record<Name, Pixels8>>,
    { before = async (pixels) => pixels, signal }: MeasureOptions = {},
  ): Promise<Readonly<Record<Name, Displacements>>> {
    const encode = async (pixels: Pixels8): Promise<Float32Array[]> => {
      const image = seenPixels(await before(pixels), this.#size).data;
      const latents: Float32Array[] = [];
      for (const { encoders, graph } of this.#groups) {
        const run = async (part: Float32Array): Promise<Float32Array[]> => {
          const found = await this.#lease.run(graph, { image: part }, { signal });
          return encoders.map((_, k) => found[`latent.${k}`] as Float32Array);
        };
        latents.push(...(this.#tiling ? await this.#tiling.encode(image, encoders, run) : await run(image)));
      }
      return latents;
    };
    const clean = await encode(photo);
    const measured: Partial<Record<Name, Displacements>> = {};
    for (const [name, pixels] of Object.entries<Pixels8>(versions)) {
      const tone = matchTone(photo, pixels); // often the photo itself, to the last byte
      const toned = isEqual(tone, photo) ? clean : await encode(tone);
      const moved = isEqual(tone, pixels) ? toned : await encode(pixels);
      measured[name as Name] = Object.fromEntries(
        this.#names.map((encoder, k) => {
          const content = contentNorm(clean[k]!, this.#channels[k]!);
          return [encoder, content > 0 ? distance(moved[k]!, toned[k]!) / content : 0];
        }),
      );
    }
    return measured as Record<Name, Displacements>;
  }

  /** Frees the encoders. */
  release(): Promise<void> {
    return this.#lease.release();
  }
}

/** Encoders in one program. */
interface Group {
  readonly encoders: readonly Encoder[];
  readonly graph: Graph;
}

/** Pixels above which a picture is measured in tiles, where the encoders allow that: the same figures in less memory. */
const WHOLE_AREA = 1_600_000;

const tileFor = (encoders: readonly Encoder[], size: Size): Size | undefined =>
  size.width * size.height > WHOLE_AREA && encoders.every(({ isLocal }) => isLocal)
    ? tileSizes(size, Math.max(...encoders.map(({ factor }) => factor)))[0]
    : undefined;

const isEqual = (a: Pixels8, b: Pixels8): boolean => a.data.every((byte, i) => byte === b.data[i]);

/** Bytes of the program that measures with encoders together. */
export const meterBytes = (encoders: readonly Encoder[], size: Size): number =>
  planMemory(latentsGraph(encoders, tileFor(encoders, size) ?? size)).bytes;

/** How to measure. */
export interface MeasureOptions {
  readonly before?: Before;
  readonly signal?: AbortSignal;
}

/** Norm of a latent's content: of what is left after each channel's mean is subtracted. */
export function contentNorm(latent: Float32Array, channels: number): number {
  const area = latent.length / channels;
  let sum = 0;
  for (let c = 0; c < channels; c++) {
    const channel = latent.subarray(c * area, (c + 1) * area);
    let mean = 0;
    for (const value of channel) mean += value / area;
    for (const value of channel) sum += (value - mean) ** 2;
  }
  return Math.sqrt(sum);
}

/** Euclidean distance of two latents. */
export function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum);
}
