// A kind of transform: what a table such as TRANSFORMS holds under a name. `transformKind` ties the values that `make` is
// given to the arguments that are declared.
import type { Size } from '../image/index.ts';
import type { Argument, ArgumentValue, ValueOf } from './arguments.ts';
import type { Pass } from './pass.ts';
import type { Apply, TransformContext } from './transform.ts';

/** Values of all arguments of a kind, by name. */
export type Values = Readonly<Record<string, ArgumentValue>>;

/** A kind, with its arguments in their order. */
export interface TransformKind<Context extends TransformContext = TransformContext> {
  /** One line. */
  readonly about: string;
  /** What published remover or everyday operation it is like, and where it is not. */
  readonly compared: string;
  readonly arguments: Readonly<Record<string, Argument>>;
  /** The operation on bytes. */
  make(values: Values): Apply<Context>;
  /** The operation on floats, for kinds that have a gradient. */
  passes?(values: Values): (size: Size, seed: number) => readonly Pass[];
}

/** Kinds by name. */
export type Kinds<Kind> = Readonly<Record<string, Kind>>;

type Declared<A extends Readonly<Record<string, Argument>>> = { readonly [K in keyof A]: ValueOf<A[K]> };

/** A kind, as its file writes it. */
export interface Declaration<A extends Readonly<Record<string, Argument>>, Context extends TransformContext> {
  readonly about: string;
  readonly compared: string;
  readonly arguments: A;
  /** What it does to a photo's bytes. */
  make(values: Declared<A>): Apply<Context>;
  /** The same as differentiable graphs, one after the other. Absent where there are none. */
  passes?(values: Declared<A>): (size: Size, seed: number) => readonly Pass[];
}

/** A kind. Values reach it only through the parser, which checks them against `arguments`. */
export const transformKind = <const A extends Readonly<Record<string, Argument>>>(
  declared: Declaration<A, TransformContext>,
): TransformKind => declared as unknown as TransformKind;
