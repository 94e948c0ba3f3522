// All randomness of an edit: the posterior's, the first latent's, and that of each step. Given by whoever wants the
// same edit as another program, else drawn from a seed. Every draw has a stream of its own in a counter-based generator,
// so that none depends on which others were made: an edit with eta 1 begins as the one with eta 0 does.
import { Random, STREAMS, type Stream } from '../random.ts';

/** Standard normal noise for one edit; every method gives `length` numbers, the same ones each time. */
export interface EditNoise {
  /** Of the posterior of the photo's latent. */
  posterior(length: number): Float32Array;
  /** Of the posterior of the masked photo's latent. */
  posteriorMasked(length: number): Float32Array;
  /** What the first latent is made of. */
  initial(length: number): Float32Array;
  /** Of step `k` of those that are run, from 0. */
  step(k: number, length: number): Float32Array;
}

/** Noise that depends on the seed alone, and is the same on every machine. */
export function seededNoise(seed: number): EditNoise {
  const draw =
    (stream: Stream) =>
    (length: number): Float32Array =>
      new Random(seed, stream).normal(length);
  return {
    posterior: draw(STREAMS.posterior),
    posteriorMasked: draw(STREAMS.maskedPosterior),
    initial: draw(STREAMS.initialLatent),
    step: (k, length) => draw(STREAMS.editStep(k))(length),
  };
}

/** The same without the posteriors' noise: latents are the posteriors' means. */
export const atPosteriorMean = (noise: EditNoise): EditNoise => ({
  ...noise,
  posterior: (length) => new Float32Array(length),
  posteriorMasked: (length) => new Float32Array(length),
});
