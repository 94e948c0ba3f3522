// An objective says how far an image still is from being immunized, and which way is better. PGD knows nothing else,
// and an ensemble of models is an objective of objectives. Objectives see images of one size, what a View gives.
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
   * The change of `loss` that counts as 1 when models are weighed against each other: above 0, in the model's own units,
   * and of a sensible size also where the loss begins at 0 or is the negative of something that grows.
   */
  readonly scale: number;
  readonly parts: readonly Part[];
}

/** Something to minimise over images. */
export interface Objective {
  /** Loss and gradient. @throws PhotoGuardError `aborted` when the signal fires */
  evaluate(image: Image01, signal?: AbortSignal): Promise<Evaluation>;
  /** The parts' losses alone, which is cheaper. @throws PhotoGuardError `aborted` when the signal fires */
  measure(image: Image01, signal?: AbortSignal): Promise<readonly Part[]>;
  /** Frees what the objective holds in the runtime. */
  release(): Promise<void>;
}
