// Does a change made for the distilled autoencoder protect against its teacher? Photos are immunized for each with one
// recipe, and the teacher's loss is measured on both, and on random noise of the same size.
import { encoderAttack, makeConstraint, RECIPES } from 'photoguard/attacks';
import type { Pixels8 } from 'photoguard/image';
import type { Autoencoder } from 'photoguard/models';
import type { Runtime } from 'photoguard/runtime';
import { type Estimate, estimate, rounded } from './statistics.ts';

/** Largest change, in levels of 255. */
export const EPS255 = 16;

/** The teacher's losses relative to those of the clean photos: 1 is no effect, less is protection. */
export interface TransferFigures {
  readonly side: number;
  readonly photos: number;
  readonly eps255: number;
  readonly recipe: string;
  readonly madeOnModel: Estimate;
  readonly madeOnTeacher: Estimate;
  readonly randomNoise: Estimate;
  /** How much of the teacher's own effect carries over: (1 - madeOnModel) / (1 - madeOnTeacher). */
  readonly share: number;
}

/** Immunizes and measures photos of one size. */
export async function transfer(
  runtime: Runtime,
  { model, teacher }: { readonly model: Autoencoder; readonly teacher: Autoencoder },
  photos: readonly Pixels8[],
  { onPhoto, signal }: { readonly onPhoto?: (done: number) => void; readonly signal?: AbortSignal } = {},
): Promise<TransferFigures> {
  const modelSize = { width: photos[0]!.width, height: photos[0]!.height };
  const recipe = RECIPES.fast;
  const attackOn = (ref: string, autoencoder: Autoencoder) =>
    encoderAttack({
      ...{ runtime, modelSize, recipe },
      victims: [{ ref, autoencoder }],
      constraint: makeConstraint('linf', EPS255 / 255),
    });
  // One after the other, so that a program is loaded once.
  const made = async (ref: string, autoencoder: Autoencoder): Promise<Pixels8[]> => {
    const attack = attackOn(ref, autoencoder);
    const results: Pixels8[] = [];
    try {
      for (const photo of photos) {
        results.push((await attack.immunize(photo, signal ? { signal } : {})).pixels);
        onPhoto?.(++done);
      }
      return results;
    } finally {
      await attack.release();
    }
  };
  let done = 0;
  const onModel = await made('model', model);
  const onTeacher = await made('teacher', teacher);
  const judge = attackOn('teacher', teacher);
  try {
    const measureLoss = async (photo: Pixels8): Promise<number> => (await judge.measure(photo, signal))[0]!.loss;
    const relative = async (changed: readonly Pixels8[]): Promise<Estimate> => {
      const shares: number[] = [];
      for (const [i, photo] of changed.entries())
        shares.push((await measureLoss(photo)) / (await measureLoss(photos[i]!)));
      return estimate(shares);
    };
    const madeOnModel = await relative(onModel);
    const madeOnTeacher = await relative(onTeacher);
    return {
      ...{
        side: modelSize.width,
        photos: photos.length,
        eps255: EPS255,
        recipe: recipe.name,
        madeOnModel,
        madeOnTeacher,
      },
      randomNoise: await relative(photos.map((photo) => judge.control(photo))),
      share: rounded((1 - madeOnModel.mean) / (1 - madeOnTeacher.mean), 3),
    };
  } finally {
    await judge.release();
  }
}
