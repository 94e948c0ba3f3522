// A purifier as the rest of the library sees it: something that an editor may do to a photo first, so that an
// immunization is lost. Every transform is one; others need a model.
import type { Autoencoder, OnnxFile, Pipeline } from '../models/index.ts';
import type { Runtime } from '../runtime/index.ts';
import type { Apply, Transform, TransformContext } from '../transforms/index.ts';

/**
 * What a purifier needs in addition to the picture. Each includes those before it: an editor includes its autoencoder.
 */
export const NEEDS = ['nothing', 'runtime', 'autoencoder', 'editor'] as const;

/** See {@link NEEDS}. */
export type Needs = (typeof NEEDS)[number];

/** What purifiers that need a model are given; others ignore it. */
export interface PurifierContext extends TransformContext {
  readonly runtime?: Runtime;
  /** Bytes that a program may take. Default: no limit. */
  readonly memory?: number;
  /** Default: the editor's own. */
  readonly autoencoder?: { readonly ref: string; readonly autoencoder: Autoencoder };
  readonly editor?: { readonly ref: string; readonly pipeline: Pipeline };
  /** Reads a model that a purifier names: in Node `readOnnxFile`, in a page a file that the person chose. */
  readonly readOnnx?: (path: string) => Promise<OnnxFile>;
}

/** A purifier with its arguments set, or a chain of purifiers. */
export interface Purifier extends Transform<PurifierContext> {
  readonly needs: Needs;
}

/** What {@link Purifier.apply} does. */
export type Purify = Apply<PurifierContext>;
