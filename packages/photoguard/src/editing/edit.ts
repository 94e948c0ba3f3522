// An edit: what is known of it before it is run, and what comes of it.
import type { Image01 } from '../image/index.ts';
import type { Tensors } from '../runtime/index.ts';
import type { EditNoise } from './noise.ts';
import type { Repaint } from './repaint.ts';
import type { Path, State } from './trajectory.ts';

/** An edit with everything known but the photo. */
export interface PreparedEdit {
  readonly path: Path;
  /** What the UNet is given at every step beside the latent and the time. */
  readonly conditions: Tensors;
  /** Whether two texts are run in a batch. */
  readonly guided: boolean;
  readonly repaint?: Repaint;
  readonly noise: EditNoise;
  /** `timeFeatures` of each step. */
  readonly times: readonly Float32Array[];
  /** Prompts that did not fit into the text encoder and were cut. */
  readonly truncated: readonly string[];
}

/** An edit that was run. */
export interface Run {
  /** State before each step, and after the last. */
  readonly states: readonly State[];
  readonly predictions: readonly Float32Array[];
  /** The photo's latent, where the path needs it. */
  readonly latent?: Float32Array;
  /** The masked photo's latent, where the UNet is told of it. */
  readonly masked?: Float32Array;
}

/** What is told after each step. */
export interface EditProgress {
  /** Steps so far, from 1. */
  readonly step: number;
  readonly steps: number;
  readonly timestep: number;
  /** The latent after the step, as pipelines scale it. */
  readonly latent: Float32Array;
}

/** How an edit is run. */
export interface RunOptions {
  readonly onStep?: (progress: EditProgress) => void;
  readonly signal?: AbortSignal;
}

/** An edited photo. */
export interface Edited {
  /** Clamped to [0, 1]. */
  readonly image: Image01;
  /** [1, 3, H, W] before clamping, nominally in [-1, 1]. */
  readonly decoded: Float32Array;
}
