// An edit: what is known of it before it is run, and what comes of it.
import type { Image01 } from '../image/index.ts';
import type { Guided, GuidedRun } from './guidance.ts';
import type { EditNoise } from './noise.ts';
import type { Repaint } from './repaint.ts';
import type { Path, State } from './trajectory.ts';

/** An edit with everything known but the photo. */
export interface PreparedEdit {
  readonly path: Path;
  /** Share of the steps that is run. */
  readonly strength: number;
  /** What guidance compares at every step. */
  readonly guided: Guided;
  /** The same as runs of the denoiser. */
  readonly predictions: readonly GuidedRun[];
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
  /** The latent that the UNet is shown beside the noisy one: of the masked photo, or with InstructPix2Pix of the photo. */
  readonly shown?: Float32Array;
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
