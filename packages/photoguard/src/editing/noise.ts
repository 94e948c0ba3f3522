// All randomness of an edit: of the posterior, the first latent, and each step. It is given by callers that need the
// same edit as another program, else drawn from a seed. Every draw has its own stream in a counter-based generator, so
// that none depends on the others: an edit with eta 1 begins like the one with eta 0.
import { Random, STREAMS, type Stream } from '../random.ts';

/** Standard normal noise for one edit; every method returns `length` numbers, always the same. */
export interface EditNoise {
  /** Of the posterior of the photo's latent. */
  posterior(length: number): Float32Array;
  /** Of the posterior of the masked photo's latent. */
  posteriorMasked(length: number): Float32Array;
  /** Noise of the first latent. */
  initial(length: number): Float32Array;
  /** Of step `k` of those that are run, from 0. */
  step(k: number, length: number): Float32Array;
}

/** Noise that depends only on the seed and is the same on every machine. */
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
