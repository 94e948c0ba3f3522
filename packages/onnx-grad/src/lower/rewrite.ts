// What a rewrite of one node may look at.
import type { GraphBuilder } from '../graph/builder.ts';
import type { Attributes, Node, Value } from '../graph/graph.ts';

/** A node, with its inputs in the graph that is being written. */
export interface RewriteContext {
  readonly g: GraphBuilder;
  readonly node: Node;
  readonly attributes: Attributes;
  readonly inputs: readonly (Value | undefined)[];
  /** Input k. */
  I(k: number): Value;
  /** The numbers of constant input k. @throws GraphError where it is not constant */
  numbers(k: number): number[];
}

/** The node's outputs in other operators; undefined where the device runs this form of it. */
export type Rewrite = (context: RewriteContext) => readonly Value[] | undefined;

/** Rewrites by operator, qualified `domain::name` outside the standard domain. */
export type RewriteTable = Readonly<Record<string, Rewrite>>;
