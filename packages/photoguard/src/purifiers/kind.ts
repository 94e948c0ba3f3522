// A kind of purifier: what PURIFIERS holds under a name.
import type { Argument, Declaration, TransformKind } from '../transforms/index.ts';
import type { Needs, PurifierContext } from './purifier.ts';

/** A kind of purifier, with its arguments in their order. */
export interface PurifierKind extends TransformKind<PurifierContext> {
  /** Default: nothing. */
  readonly needs?: Needs;
}

/** A kind. Values reach it only through the parser, which checks them against `arguments`. */
export const purifierKind = <const A extends Readonly<Record<string, Argument>>>(
  declared: Declaration<A, PurifierContext> & Pick<PurifierKind, 'needs'>,
): PurifierKind => declared as unknown as PurifierKind;
