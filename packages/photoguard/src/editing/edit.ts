// An edit before it is run, and its result.
import type { Image01 } from '../image/index.ts';
import type { Guided, GuidedRun } from './guidance.ts';
import type { EditNoise } from './noise.ts';
import type { Repaint } from './repaint.ts';
import type { Path, State } from './trajectory.ts';

/** An edit with everything settled except the photo. */
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
  /** Prompts that were too long for the text encoder and were cut. */
  readonly truncated: readonly string[];
}

/** The result of running an edit. */
export interface Run {
  /** State before each step, and after the last. */
  readonly states: readonly State[];
  readonly predictions: readonly Float32Array[];
  /** The photo's latent, if the path needs it. */
  readonly latent?: Float32Array;
  /** The latent that the UNet is shown beside the noisy one: of the masked photo, or with InstructPix2Pix of the photo. */
  readonly shown?: Float32Array;
}

/** Reported after each step. */
export interface EditProgress {
  /** Steps so far, from 1. */
  readonly step: number;
  readonly steps: number;
  readonly timestep: number;
  /** The latent after the step, scaled as in pipelines. */
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
