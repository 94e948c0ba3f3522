// Where an encoder attack drives the posterior mean: the latent of a grey image, of noise, of a given picture, or zero.
import type { Image01, Size } from '../image/index.ts';
import { toPixels8 } from '../image/index.ts';
import { Random, STREAMS } from '../random.ts';
import { seenPixels } from '../view/index.ts';
import type { EncoderObjective } from './encoder/encoder-objective.ts';

/** A target by name, or a picture (stretched to the model's size). */
export type Target = 'grey' | 'zero' | 'noise' | Image01;

/** The target's latent for a model at a size; undefined for zero. */
export async function targetLatent(
  target: Target,
  objective: EncoderObjective,
  size: Size,
  seed: number,
  signal?: AbortSignal,
): Promise<Float32Array | undefined> {
  if (target === 'zero') return undefined;
  return objective.latent(targetImage(target, size, seed), signal);
}

/** The picture of a target by name, at a size. */
export function targetImage(target: Exclude<Target, 'zero'>, size: Size, seed: number): Image01 {
  const length = 3 * size.width * size.height;
  if (target === 'grey') return { ...size, channels: 3, data: new Float32Array(length).fill(0.5) };
  if (target === 'noise')
    return { ...size, channels: 3, data: new Random(seed, STREAMS.noiseTarget).uniform(length, 0, 1) };
  return seenPixels(toPixels8(target), size);
}
