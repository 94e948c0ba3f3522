// What a purifier is to the rest of the library: something that an editor may do to a photo first, so that an
// immunization is lost. It takes a picture and gives one of the same size.
import type { GraphBuilder, Value } from 'onnx-grad';
import { PhotoGuardError } from '../errors.ts';
import type { Pixels8 } from '../image/index.ts';
import type { Autoencoder, Pipeline } from '../models/index.ts';
import type { Runtime } from '../runtime/index.ts';

/**
 * What a purifier must be given beside the picture. Each includes those before it: who has an editor has its
 * autoencoder too.
 */
export const NEEDS = ['nothing', 'runtime', 'autoencoder', 'editor'] as const;

/** See {@link NEEDS}. */
export type Needs = (typeof NEEDS)[number];

/** What purifiers that need a model are given; others ignore it. */
export interface PurifierContext {
  /** Seed of whatever is drawn, a whole number from 0 to 2^32 - 1. The same seed gives the same picture. */
  readonly seed: number;
  readonly signal?: AbortSignal;
  readonly runtime?: Runtime;
  /** Default: the editor's own. */
  readonly autoencoder?: { readonly ref: string; readonly autoencoder: Autoencoder };
  readonly editor?: { readonly ref: string; readonly pipeline: Pipeline };
}

/** A purifier with its arguments settled, or a chain of them. */
export interface Purifier {
  /** Its canonical text, which parses to the same purifier: `jpeg:75`, `jpeg:75 > resize:0.5`. */
  readonly spec: string;
  readonly needs: Needs;
  /**
   * The purified picture, of the size of `pixels`, which are left alone (`none` gives the very same object).
   * @throws PhotoGuardError `input` where the context lacks what is needed, or the picture cannot be purified so;
   *   `aborted` when the signal fires; like Runtime.load and Program.run where a model is run
   */
  purify(pixels: Pixels8, context: PurifierContext): Promise<Pixels8>;
  /** The same in a graph, for attacks that look through it; absent where it is not written in operators. */
  readonly write?: Write;
}

/** What {@link Purifier.purify} does. */
export type Purify = Purifier['purify'];

/**
 * Writes a purifier into a graph: an image [1, 3, H, W] in [0, 1] to one of the same shape, differentiable, without the
 * rounding to bytes and the clipping that files have.
 */
export type Write = (g: GraphBuilder, image: Value) => Value;

/** Throws PhotoGuardError `aborted` once the signal has fired. */
export function stopIfAborted({ signal }: PurifierContext): void {
  if (signal?.aborted) throw new PhotoGuardError('aborted', 'stopped on request');
}
