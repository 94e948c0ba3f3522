// A kind of transform: an entry of a table such as TRANSFORMS. `transformKind` gives the values passed to `make` the
// types of the declared arguments.
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
  /** Which published remover or everyday operation it corresponds to, and how it differs. */
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

/** A kind as defined in its file. */
export interface Declaration<A extends Readonly<Record<string, Argument>>, Context extends TransformContext> {
  readonly about: string;
  readonly compared: string;
  readonly arguments: A;
  /** What it does to a photo's bytes. */
  make(values: Declared<A>): Apply<Context>;
  /** The same as differentiable graphs, one after the other. Absent where there are none. */
  passes?(values: Declared<A>): (size: Size, seed: number) => readonly Pass[];
}

/** Makes a kind. It gets values only from the parser, which checks them against `arguments`. */
export const transformKind = <const A extends Readonly<Record<string, Argument>>>(
  declared: Declaration<A, TransformContext>,
): TransformKind => declared as unknown as TransformKind;
