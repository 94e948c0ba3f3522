// What an immunizer's protection does to encoders that it was not trained against, beside what is to be had for less.
import { ATTACKS, type AttackModel, type Settings, settle, shareByActivity } from 'photoguard/attacks';
import { addNoise, DisplacementMeter, rootMeanSquare } from 'photoguard/displacement';
import { type Pixels8, type Size, sharpCodecs } from 'photoguard/image/node';
import { flip } from 'photoguard/metrics';
import type { Encoder, Immunizer } from 'photoguard/models';
import type { LoadedSurrogate } from 'photoguard/models/node';
import { parsePurifier } from 'photoguard/purifiers';
import { Random } from 'photoguard/random';
import type { Runtime } from 'photoguard/runtime';
import { STREAMS } from '../common/streams.ts';
import { type Estimate, estimate } from './statistics.ts';

/** What is compared. */
export interface ImmunizerTransferOptions {
  readonly runtime: Runtime;
  readonly immunizer: Immunizer;
  readonly surrogates: readonly LoadedSurrogate[];
  /** By latent space. */
  readonly teachers: Readonly<Record<string, Encoder>>;
  /** At least two, of one size. */
  readonly photos: readonly Pixels8[];
  readonly purifiers: readonly string[];
  readonly signal: AbortSignal;
  readonly onDone?: (what: string) => void;
}

/** Displacement after a purifier: of the protection, of what it is compared with. Means over spaces, then over photos. */
export interface PurifierTransfer {
  readonly purifier: string;
  readonly arms: readonly { readonly arm: string; readonly moved: Estimate }[];
}

/** The surrogate that the recipes with gradients descend on. */
const ATTACKED = 'strided';

/** Protects photos in one pass and measures what that does. */
export async function immunizerTransfer(options: ImmunizerTransferOptions): Promise<PurifierTransfer[]> {
  const { runtime, teachers, photos, purifiers, signal, onDone } = options;
  const { width, height } = photos[0]!;
  const meter = new DisplacementMeter({ runtime, encoders: teachers, size: { width, height } });
  const found = new Map<string, number[]>();
  const arms = new Set<string>();
  try {
    const protectedOnes: Pixels8[] = [];
    for (const photo of photos) protectedOnes.push(await protect(photo, { recipe: 'instant' }, options));
    for (const [i, photo] of photos.entries()) {
      const instant = protectedOnes[i]!;
      const next = (i + 1) % photos.length;
      const rms = rootMeanSquare(photo, instant);
      const versions: Readonly<Record<string, Pixels8>> = {
        instant,
        noise: addNoise(photo, rms, shapedNoise(photo, i)),
        "another's": withChangeOf(photo, photos[next]!, protectedOnes[next]!),
        quick: await protect(photo, { recipe: 'quick' }, options),
      };
      for (const spec of purifiers) {
        const purifier = parsePurifier(spec);
        const before = (pixels: Pixels8): Promise<Pixels8> =>
          purifier.apply(pixels, { seed: 0, codecs: sharpCodecs, signal });
        for (const [arm, bySpace] of Object.entries(await meter.measureEach(photo, versions, { before, signal }))) {
          const values = Object.values(bySpace);
          const key = `${arm} ${spec}`;
          arms.add(arm);
          found.set(key, [...(found.get(key) ?? []), values.reduce((sum, value) => sum + value, 0) / values.length]);
        }
      }
      const sizes = Object.entries(versions).map(
        ([arm, pixels]) =>
          `${arm} ${rootMeanSquare(photo, pixels).toFixed(1)} levels, FLIP ${flip(photo, pixels).toFixed(3)}`,
      );
      onDone?.(`photo ${i + 1}: ${sizes.join('; ')}`);
    }
  } finally {
    await meter.release();
  }
  return purifiers.map((purifier) => ({
    purifier,
    arms: [...arms].map((arm) => ({ arm, moved: estimate(found.get(`${arm} ${purifier}`)!) })),
  }));
}

async function protect(
  photo: Pixels8,
  settings: Settings,
  { runtime, immunizer, surrogates, signal }: ImmunizerTransferOptions,
): Promise<Pixels8> {
  const kind = ATTACKS.encoder!;
  const models = surrogates.filter(({ name }) => name === ATTACKED).map((one) => toModel(one, photo));
  const attack = kind.plan(settle(kind, settings), models, { immunizer }).prepare({ photo, seed: 1 }, runtime);
  try {
    return (await attack.immunize(photo, { signal })).pixels;
  } finally {
    await attack.release();
  }
}

function toModel({ name, surrogate }: LoadedSurrogate, { width, height }: Size): AttackModel {
  const spaces = surrogate.spaces.map((encoder) => ({ space: encoder.space, encoder }));
  return { ref: name, autoencoder: spaces[0]!.encoder, spaces, size: { width, height } };
}

// Uniform noise with as much at each place as a change may have there.
function shapedNoise(photo: Pixels8, seed: number): Float32Array {
  const shares = shareByActivity(photo);
  return new Random(seed, STREAMS.judgingNoise)
    .uniform(photo.data.length, -1, 1)
    .map((value, i) => value * shares[Math.floor(i / 3)]!);
}

const withChangeOf = (photo: Pixels8, other: Pixels8, changed: Pixels8): Pixels8 => ({
  ...photo,
  data: photo.data.map((value, i) => Math.min(Math.max(value + changed.data[i]! - other.data[i]!, 0), 255)),
});
