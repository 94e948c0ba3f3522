// The encoder of one latent space, of a model that may have several.
import type { Encoder } from '../models/index.ts';

/** See the head of this file. */
export interface SpaceEncoder {
  /** What people call the space: `sd1`, or the model's reference where it has one space alone. */
  readonly space: string;
  readonly encoder: Encoder;
}
