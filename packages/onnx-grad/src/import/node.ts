// A node of a foreign model as a rewriting rule sees it: its values and attributes, and the version of its operator
// set.
import { GraphError } from '../graph/error.ts';
import type { Attributes, Value } from '../graph/graph.ts';
import type { Emitter } from './emitter.ts';

/** A node of a foreign model. */
export interface ForeignNode {
  readonly op: string;
  readonly name: string;
  /** Version of the operator set of its domain. */
  readonly version: number;
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Attributes;
  /** Number of named outputs. */
  readonly outputs: number;
}

/** Writes a foreign node in the operators of this package. */
export type Rewrite = (node: ForeignNode, e: Emitter) => readonly (Value | undefined)[];

/** Input k of a node. @throws GraphError if it is missing */
export function requireInput({ inputs }: ForeignNode, k: number): Value {
  const value = inputs[k];
  if (!value) throw new GraphError('shape', `input ${k} is missing`);
  return value;
}

/** Attributes without some. */
export const without = (attributes: Attributes, ...names: readonly string[]): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));

/** A scalar constant of the dtype of a value. Half types are cast from float32. */
export function like(e: Emitter, value: number, other: Value): Value {
  const half = other.dtype === 'float16' || other.dtype === 'bfloat16';
  return half ? e.g.cast(e.g.scalar(value), other.dtype) : e.g.scalar(value, other.dtype);
}
