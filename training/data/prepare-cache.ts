// Makes the editor's training set from a folder of photos, for training/prepare.ts.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PhotoGuardError } from 'photoguard/errors';
import { loadAutoencoder, resolveModel } from 'photoguard/models/node';
import { Random } from 'photoguard/random';
import { openRuntime } from 'photoguard/runtime/node';
import { Draws } from 'photoguard/training';
import { STREAMS } from '../common/streams.ts';
import { indexCaptions } from './captions.ts';
import { type Carried, openCarried } from './carried.ts';
import { CACHE_VERSION, type CacheTensors, writeCache } from './editor-cache-file.ts';
import { VALIDATION_TIMESTEPS } from './editor-noise.ts';
import { type LatentEncoder, openLatentEncoder } from './latent-encoder.ts';
import { type LatentParts, openParts, PART_VERSIONS } from './latent-parts.ts';
import { colourOfPhoto, type PhotoOptions, type PreparedPhotos, preparePhotos } from './prepare-photos.ts';
import { JUNK, POSITIONS, preparePrompts } from './prepare-prompts.ts';
import { findWeight, listVersions, makeExample, type Version } from './versions.ts';

/** Progress of the encoding. */
export interface EncodingProgress {
  /** Versions encoded in this run, and those left. */
  readonly done: number;
  readonly all: number;
  readonly seconds: number;
}

/** Options of a cache. */
export interface PrepareOptions extends PhotoOptions {
  /** A reference to an autoencoder. */
  readonly vae: string;
  /** Folder of the cache. */
  readonly out: string;
  readonly threads: number;
  /** Folder of a tokenizer to use; default: one is made from the captions. */
  readonly tokenizer?: string;
  /**
   * What photos carry: `lookalikes` of marks, or a mark, `immunization` or the file of a key; with a mark, the picture that is
   * wanted is grey. Default: nothing.
   */
  readonly carries?: string;
  readonly onProgress?: (progress: EncodingProgress) => void;
}

/** The result. */
export interface Prepared {
  readonly train: number;
  readonly validation: number;
  readonly prompts: number;
  /** Photos that were left out, and why. */
  readonly unreadable: Readonly<Record<string, string>>;
  readonly seconds: number;
}

/** Seed of the validation's noise, the same for all caches, so that their losses can be compared. */
const VALIDATION_SEED = 12345;

/** Makes a cache. @throws PhotoGuardError `aborted` if it was stopped; encoded versions are kept for the next run */
export async function prepareCache(options: PrepareOptions): Promise<Prepared> {
  const started = performance.now();
  const { out, seed, side, signal } = options;
  const { autoencoder } = await loadAutoencoder((await resolveModel(options.vae, { signal })).folder);
  if (autoencoder.latentChannels !== 4 || side % autoencoder.factor !== 0)
    throw new PhotoGuardError('input', 'the editor takes 4 latent channels, and a side of whole latent positions', {
      got: `${autoencoder.latentChannels} channels, ${side} pixels at ${autoencoder.factor} a position`,
    });
  await mkdir(out, { recursive: true });
  const set = await preparePhotos(options);
  const { rows, photos, unreadable } = set;
  const colours = rows.map((row, i) => colourOfPhoto(row, photos[i]!));
  const { prompts, captions } = indexCaptions(rows, colours);
  const ids = await preparePrompts(join(out, 'tokenizer'), { prompts, captions }, seed, options.tokenizer);

  const runtime = await openRuntime({ device: 'cpu', threads: options.threads });
  try {
    const encoder = await openLatentEncoder(runtime, autoencoder, side);
    const carried = options.carries === undefined ? undefined : await openCarried(options.carries, runtime);
    const files = rows.map(({ file }) => file);
    const carries = carried && { carries: carried.name };
    const settings = { cache: CACHE_VERSION, side, seed, hidden: [...encoder.hidden], files, ...carries };
    const parts = await openParts(out, settings);
    const versions = listVersions(rows);
    const count = await encodeVersions(versions, set, { ...options, encoder, parts, carried });
    const weight = Float32Array.from(versions, ({ photo }) => findWeight(rows[photo]!));
    const validation = weight.filter((w) => w === 0).length;
    await writeCache(out, {
      index: {
        version: CACHE_VERSION,
        madeBy: { program: 'training/prepare.ts', autoencoder: options.vae, side, seed, ...carries },
        ...{ latentSide: encoder.latentSide, tokens: POSITIONS, junk: JUNK, prompts, photos: files },
      },
      tensors: {
        ...(await parts.readAll(count)),
        ...{ hidden: encoder.hidden, weight, captions, ids },
        photo: Int32Array.from(versions, ({ photo }) => photo),
        ...validationDraws(validation, encoder.hidden.length),
      },
    });
    await parts.remove();
    return {
      train: versions.length - validation,
      ...{ validation, prompts: prompts.length },
      unreadable: Object.fromEntries(unreadable),
      seconds: Math.round((performance.now() - started) / 1000),
    };
  } finally {
    await runtime.close();
  }
}

/** Encodes the missing parts. Returns the number of all parts. */
async function encodeVersions(
  versions: readonly Version[],
  { rows, photos }: PreparedPhotos,
  options: PrepareOptions & {
    readonly encoder: LatentEncoder;
    readonly parts: LatentParts;
    readonly carried: Carried | undefined;
  },
): Promise<number> {
  const { encoder, parts, carried, signal, onProgress } = options;
  const count = Math.ceil(versions.length / PART_VERSIONS);
  const slicePart = (part: number): readonly Version[] =>
    versions.slice(part * PART_VERSIONS, (part + 1) * PART_VERSIONS);
  const missing = Array.from({ length: count }, (_, part) => part).filter((part) => !parts.has(part));
  const all = missing.reduce((sum, part) => sum + slicePart(part).length, 0);
  const started = performance.now();
  let done = 0;
  for (const part of missing) {
    if (signal.aborted) throw new PhotoGuardError('aborted', 'stopped; run it again to resume');
    const slice = slicePart(part);
    const examples = slice.map(({ photo, version }) => makeExample(rows[photo]!, photos[photo]!, version, options));
    const first = part * PART_VERSIONS;
    const written = carried
      ? await Promise.all(examples.map((example, i) => carried.write(example, first + i, options)))
      : examples;
    const encoded = await encoder.encode(written, signal);
    await parts.write(part, carried?.isMark ? { ...encoded, latent: repeated(encoder.hidden, slice.length) } : encoded);
    done += slice.length;
    onProgress?.({ done, all, seconds: (performance.now() - started) / 1000 });
  }
  return count;
}

function repeated(latent: Uint16Array, count: number): Uint16Array {
  const out = new Uint16Array(count * latent.length);
  for (let i = 0; i < count; i++) out.set(latent, i * latent.length);
  return out;
}

function validationDraws(count: number, each: number): Pick<CacheTensors, 'validationNoise' | 'validationTimestep'> {
  const draws = new Draws(VALIDATION_SEED, STREAMS.judging);
  return {
    validationNoise: new Random(VALIDATION_SEED, STREAMS.judgingNoise).normal(2 * count * each),
    validationTimestep: Int32Array.from({ length: 2 * count }, () => draws.pick(VALIDATION_TIMESTEPS)),
  };
}
