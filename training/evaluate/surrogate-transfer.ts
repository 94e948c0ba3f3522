// What a protection made on surrogates does to encoders that were not attacked: the displacement of each teacher, beside
// that by a protection made on this teacher itself with as many gradients, and by noise and by a change of tone as large.
import { ATTACKS, type AttackModel, settle } from 'photoguard/attacks';
import { addNoise, DisplacementMeter, lowerContrast, rootMeanSquare } from 'photoguard/displacement';
import { type Pixels8, sharpCodecs } from 'photoguard/image/node';
import type { Encoder } from 'photoguard/models';
import type { LoadedSurrogate } from 'photoguard/models/node';
import { parsePurifier } from 'photoguard/purifiers';
import { Random } from 'photoguard/random';
import type { Runtime } from 'photoguard/runtime';
import { STREAMS } from '../common/streams.ts';
import { type Estimate, estimate, rounded } from './statistics.ts';

/** What is compared. */
export interface TransferOptions {
  readonly runtime: Runtime;
  readonly surrogates: readonly LoadedSurrogate[];
  /** By latent space. */
  readonly teachers: Readonly<Record<string, Encoder>>;
  readonly photos: readonly Pixels8[];
  readonly eps255: number;
  readonly steps: number;
  /** Purifiers that displacement is also measured after. */
  readonly purifiers: readonly string[];
  /** Transforms that the protection on surrogates is to survive; default: none. */
  readonly through?: string;
  readonly signal: AbortSignal;
  readonly onDone?: (what: string) => void;
}

/** Displacement of one teacher, after one purifier. */
export interface SpaceTransfer {
  readonly space: string;
  readonly purifier: string;
  readonly onSurrogates: Estimate;
  /** Without a purifier only. */
  readonly onTeacher?: Estimate;
  /** Mean of onSurrogates by mean of onTeacher. */
  readonly share?: number;
  readonly noise: Estimate;
  readonly tone: Estimate;
}

/** Immunizes photos of one size and measures them. */
export async function surrogateTransfer(options: TransferOptions): Promise<SpaceTransfer[]> {
  const { runtime, teachers, photos, purifiers, signal, onDone } = options;
  const { width, height } = photos[0]!;
  const size = { width, height };
  const meter = new DisplacementMeter({ runtime, encoders: teachers, size });
  const found = new Map<string, number[]>();
  const add = (values: Readonly<Record<string, number>>, arm: string, purifier: string): void => {
    for (const [space, value] of Object.entries(values)) {
      const key = `${arm} ${space} ${purifier}`;
      found.set(key, [...(found.get(key) ?? []), value]);
    }
  };
  try {
    for (const [i, photo] of photos.entries()) {
      const made = await immunize(photo, surrogateModels(options.surrogates, size), options);
      const rms = rootMeanSquare(photo, made);
      const draw = new Random(i, STREAMS.judgingNoise).uniform(photo.data.length, -1, 1);
      const arms = { onSurrogates: made, noise: addNoise(photo, rms, draw), tone: lowerContrast(photo, rms) };
      for (const spec of purifiers) {
        const purifier = parsePurifier(spec);
        const before = (pixels: Pixels8): Promise<Pixels8> =>
          purifier.apply(pixels, { seed: 0, codecs: sharpCodecs, signal });
        for (const [arm, pixels] of Object.entries(arms))
          add(await meter.measure(photo, pixels, { before, signal }), arm, spec);
      }
      onDone?.(`photo ${i + 1}: on surrogates, ${rms.toFixed(1)} levels`);
      for (const [space, autoencoder] of Object.entries(teachers)) {
        const own = await immunize(photo, [{ ref: space, autoencoder, size }], { ...options, through: undefined });
        add({ [space]: (await meter.measure(photo, own, { signal }))[space]! }, 'onTeacher', 'none');
        onDone?.(`photo ${i + 1}: on the teacher of ${space}`);
      }
    }
  } finally {
    await meter.release();
  }
  return purifiers.flatMap((purifier) =>
    Object.keys(teachers).map((space): SpaceTransfer => {
      const read = (arm: string): Estimate | undefined => {
        const values = found.get(`${arm} ${space} ${purifier}`);
        return values && estimate(values);
      };
      const [onSurrogates, onTeacher] = [read('onSurrogates')!, read('onTeacher')];
      return {
        ...{ space, purifier, onSurrogates, onTeacher },
        share: onTeacher && rounded(onSurrogates.mean / onTeacher.mean, 3),
        ...{ noise: read('noise')!, tone: read('tone')! },
      };
    }),
  );
}

const surrogateModels = (surrogates: readonly LoadedSurrogate[], size: AttackModel['size']): AttackModel[] =>
  surrogates.map(({ name, surrogate }) => {
    const spaces = surrogate.spaces.map((encoder) => ({ space: encoder.space, encoder }));
    return { ref: name, autoencoder: spaces[0]!.encoder, spaces, size };
  });

async function immunize(
  photo: Pixels8,
  models: readonly AttackModel[],
  { runtime, eps255, steps, through, signal }: TransferOptions,
): Promise<Pixels8> {
  const kind = ATTACKS.encoder!;
  const settled = settle(kind, { target: 'away', eps: eps255 / 255, steps, through });
  const attack = kind.plan(settled, models, {}).prepare({ photo, seed: 1 }, runtime);
  try {
    return (await attack.immunize(photo, { signal })).pixels;
  } finally {
    await attack.release();
  }
}
