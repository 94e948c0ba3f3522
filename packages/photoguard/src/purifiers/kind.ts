// A kind of purifier: what PURIFIERS holds under a name. `purifierKind` ties the values that `make` is given to the
// arguments that are declared.
import type { Argument, ArgumentValue, ValueOf } from './arguments.ts';
import type { Needs, Purify, Write } from './purifier.ts';

/** A kind of purifier, with its arguments in their order. */
export interface PurifierKind {
  /** One line. */
  readonly about: string;
  /** What published remover or everyday operation it is like, and where it is not. */
  readonly compared: string;
  readonly needs: Needs;
  readonly arguments: Readonly<Record<string, Argument>>;
  /** The operation, for values of all arguments. */
  make(values: Readonly<Record<string, ArgumentValue>>): Purify;
  /** The operation in a graph, for kinds that are differentiable. */
  inGraph?(values: Readonly<Record<string, ArgumentValue>>): Write;
}

/** A kind, as its file writes it. */
interface Declaration<A extends Readonly<Record<string, Argument>>>
  extends Omit<PurifierKind, 'arguments' | 'make' | 'inGraph'> {
  readonly arguments: A;
  make(values: { readonly [K in keyof A]: ValueOf<A[K]> }): Purify;
  inGraph?(values: { readonly [K in keyof A]: ValueOf<A[K]> }): Write;
}

/** A kind of purifier. Values reach `make` only through the parser, which checks them against `arguments`. */
export const purifierKind = <const A extends Readonly<Record<string, Argument>>>(
  declared: Declaration<A>,
): PurifierKind => declared as unknown as PurifierKind;
