// A kind of purifier: an entry of PURIFIERS.
import type { Argument, Declaration, TransformKind } from '../transforms/index.ts';
import type { Needs, PurifierContext } from './purifier.ts';

/** A kind of purifier, with its arguments in their order. */
export interface PurifierKind extends TransformKind<PurifierContext> {
  /** Default: nothing. */
  readonly needs?: Needs;
}

/** Makes a kind. It gets values only from the parser, which checks them against `arguments`. */
export const purifierKind = <const A extends Readonly<Record<string, Argument>>>(
  declared: Declaration<A, PurifierContext> & Pick<PurifierKind, 'needs'>,
): PurifierKind => declared as unknown as PurifierKind;
