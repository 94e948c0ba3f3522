// How an editor is shown the photo, and what follows from it: where an edit begins, what guidance compares, which part
// is repainted. There are three ways: img2img.ts, inpainting.ts and instruct-pix2pix.ts.
import type { GraphBuilder, Value } from 'onnx-grad';
import type { Mask, Size } from '../../image/index.ts';
import type { Autoencoder } from '../../models/index.ts';
import type { Tensors } from '../../runtime/index.ts';
import type { EditOptions } from '../edit-options.ts';
import type { EditNoise } from '../noise.ts';
import type { Repaint } from '../repaint.ts';
import type { Path } from '../trajectory.ts';
import type { Shapes } from './shapes.ts';

/** One of the predictions that guidance compares: what the UNet is told, and how much of the photo it sees. */
export interface Branch {
  readonly words: 'prompt' | 'none';
  /** {@link PhotoWay.perBranch} of it, one row. */
  readonly tensors: Tensors;
}

/**
 * Branches from the one that is told least to the one that is told most. The prediction is the first one's, plus
 * each step to the next one times its scale: e0 + s1 (e1 - e0) + s2 (e2 - e1).
 */
export interface Chain {
  readonly branches: readonly Branch[];
  /** One fewer than branches. */
  readonly scales: readonly number[];
}

/** See the head of this file. */
export interface PhotoWay {
  /** What an edit is called in reports. */
  task(masked: boolean): string;
  /** Inputs of the UNet's graph that all branches share, for a latent [1, c, h, w]; `shown` is a latent. */
  shared(latent: readonly number[]): Shapes;
  /** Inputs that differ from branch to branch: shapes of one. */
  readonly perBranch: Shapes;
  /** The most branches that there can be. */
  readonly most: 2 | 3;
  /** Writes the UNet's sample for n branches, [n, inChannels, h, w]. */
  sample(g: GraphBuilder, parts: SampleParts): Value;
  /** Which pixels of the photo `shown` is the latent of, and with which of the posterior's noise; absent: there is none. */
  readonly shown?: {
    seen(repaint: Repaint | undefined, size: Size): Float32Array;
    noise(noise: Pick<EditNoise, 'posteriorMasked'>): (length: number) => Float32Array;
  };
  /** Checks that an edit may have a mask, where it has one. @throws PhotoGuardError `input` */
  checkMask(masked: boolean): void;
  /** What is repainted, as the UNet and the path take it. @throws PhotoGuardError like {@link checkMask} */
  repaint(mask: Mask | undefined, size: Size, factor: number): Repaint | undefined;
  /** The mask as the UNet takes it. */
  giveMask(repaint: Repaint | undefined): Tensors;
  /** Strength, where it is given or not. @throws PhotoGuardError `input` where an edit has none, or no mask */
  strength(given: number | undefined, masked: boolean, isXL: boolean): number;
  /** Where the path of an edit begins, and whether it puts back what is kept. */
  begin(strength: number, repaint: Repaint | undefined): Pick<Path, 'fromNoise' | 'blend'>;
  /** What guidance compares. @throws PhotoGuardError `input` for a scale that is not taken */
  makeChain(scales: Pick<EditOptions, 'guidance' | 'imageGuidance'>): Chain;
  /** Tensors of a branch that sees as little of the photo as can be. */
  readonly blind: Tensors;
}

/** What a sample is made of. */
export interface SampleParts {
  /** Noisy latents, one a branch: [n, c, h, w]. */
  readonly latents: Value;
  readonly autoencoder: Autoencoder;
  /** Inputs of {@link PhotoWay.shared} and {@link PhotoWay.perBranch} by name. */
  readonly given: (name: string) => Value;
}

/** A tensor for each of n branches. */
export const repeat = (g: GraphBuilder, x: Value, n: number): Value =>
  n === 1 ? x : g.concat(new Array<Value>(n).fill(x), 0);
