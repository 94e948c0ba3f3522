// What an attack reached, as losses of each model, and whether that is any better than before.
import type { Part } from '../attacks/index.ts';
import { PhotoGuardError } from '../errors.ts';
import { rounded } from './change.ts';

/** Losses by model, in the order of the models. */
export interface Losses {
  readonly immunized: readonly Part[];
  readonly original: readonly Part[];
  /** Of noise of the same size. */
  readonly noise: readonly Part[];
}

/**
 * One model's losses, at the model's size. Encoder attack: L2 norm of (posterior mean - target latent). Diffusion
 * attack: L2 norm of (edit - target) in [-1, 1], averaged over separate edits; with the target `away`, minus the L2
 * norm of (edit - edit of the clean photo).
 */
export interface ModelReport {
  readonly ref: string;
  readonly lossOriginal: number;
  /** Loss of the file as written, read back. */
  readonly lossImmunized: number;
  /** Loss of a control: random noise of the same norm and eps. */
  readonly lossNoise: number;
}

/** As reports have them. */
export const lossReports = ({ immunized, original, noise }: Losses): ModelReport[] =>
  immunized.map(({ ref, loss }, i) => ({
    ref,
    lossOriginal: rounded(original[i]!.loss, 4),
    lossImmunized: rounded(loss, 4),
    lossNoise: rounded(noise[i]!.loss, 4),
  }));

/**
 * Models whose loss did not fall, with their figures.
 * @throws PhotoGuardError `model` if none did: then the photo is not protected
 */
export function requireBetter({ immunized, original }: Omit<Losses, 'noise'>): string[] {
  const worse = immunized.flatMap(({ ref, loss }, i) => {
    const before = original[i]!.loss;
    if (loss < before) return [];
    const share = before > 0 ? `, ${Math.round((100 * loss) / before)}%` : '';
    return [`for ${ref} the loss went from ${before.toFixed(1)} to ${loss.toFixed(1)}${share}`];
  });
  if (worse.length > 0 && worse.length === original.length)
    throw new PhotoGuardError('model', `the photo is not protected, and nothing was written: ${worse.join(', ')}`, {
      hint: 'try more --steps, a larger --eps or another --target; a lossless format keeps more than JPEG or AVIF',
    });
  return worse;
}
