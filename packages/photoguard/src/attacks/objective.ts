// An objective says how far an image is from being immunized, and which direction is better. PGD needs nothing else,
// and an ensemble of models is an objective made of objectives. Objectives take images of one size, as returned by a
// View.
import type { Image01 } from '../image/index.ts';

/** One model's share of an objective. */
export interface Part {
  /** The model's reference, as the user gave it. */
  readonly ref: string;
  /** L2 norm of (posterior mean - target latent), unscaled latent units, at the model's size. */
  readonly loss: number;
}

/** The loss at an image and its gradient. */
export interface Evaluation {
  /** What is minimised. */
  readonly loss: number;
  /** Gradient of `loss` by the image, in the image's layout; per [0, 1] pixel unit. */
  readonly gradient: Float32Array;
  /**
   * The change of `loss` that counts as 1 when models are compared: above 0, in the model's own units, and of a
   * sensible size even if the loss begins at 0 or is the negative of something that grows.
   */
  readonly scale: number;
  readonly parts: readonly Part[];
}

/** Something to minimise over images. */
export interface Objective {
  /** Whether it compares with the clean photo: then `clean` is given. Default: false. */
  readonly relative?: boolean;
  /**
   * Loss and gradient.
   * @param k which gradient of its run it is, from 0: what is drawn for it depends on nothing else, so that every run
   *   begins with the same draws, and runs do not disturb each other
   * @param clean the clean photo, seen in the same way as the image
   * @throws PhotoGuardError `aborted` when the signal fires
   */
  evaluate(image: Image01, k: number, signal?: AbortSignal, clean?: Image01): Promise<Evaluation>;
  /** Only the losses of the parts, which is cheaper. @throws PhotoGuardError `aborted` when the signal fires */
  measure(image: Image01, signal?: AbortSignal, clean?: Image01): Promise<readonly Part[]>;
  /** Releases the objective's programs. */
  release(): Promise<void>;
}
