// A transform as the rest of the library sees it: something that happens to a photo on its way to an editor. It takes a
// picture and returns one of the same size, on bytes as it really happens. Many have a second form on floats, with a
// gradient, so that an attack can look through them.
import type { GraphBuilder, Value } from 'onnx-grad';
import { PhotoGuardError } from '../errors.ts';
import type { Codecs, Pixels8, Size } from '../image/index.ts';
import type { Pass } from './pass.ts';

/** What a transform gets apart from the picture. */
export interface TransformContext {
  /** Seed of whatever is drawn, a whole number from 0 to 2^32 - 1. The same seed gives the same picture. */
  readonly seed: number;
  readonly signal?: AbortSignal;
  /** Codecs, for transforms that go through a file: `sharpCodecs` of `photoguard/image/node`. */
  readonly codecs?: Codecs;
}

/** A picture to one of the same size. */
export type Apply<Context extends TransformContext = TransformContext> = (
  pixels: Pixels8,
  context: Context,
) => Promise<Pixels8>;

/** A transform with its arguments set, or a chain of transforms. */
export interface Transform<Context extends TransformContext = TransformContext> {
  /** Its canonical text, which parses to the same transform: `jpeg:75`, `jpeg:75 > resize:0.5`. */
  readonly spec: string;
  /**
   * The transformed picture, of the size of `pixels`, which are left alone (`none` returns the very same object).
   * @throws PhotoGuardError `input` if the context lacks something, or the picture cannot be transformed in this way;
   *   `aborted` when the signal fires
   */
  readonly apply: Apply<Context>;
  /** The same on floats of a size, step by step, without rounding or clipping; absent if there is no gradient. */
  readonly passes?: (size: Size, seed: number) => readonly Pass[];
  /** The same in a graph: an image [1, 3, H, W] in [0, 1] to one of the same shape. Present if `passes` is. */
  readonly write?: (g: GraphBuilder, image: Value, seed?: number) => Value;
}

/** Throws PhotoGuardError `aborted` once the signal has fired. */
export function stopIfAborted({ signal }: TransformContext): void {
  if (signal?.aborted) throw new PhotoGuardError('aborted', 'stopped on request');
}
