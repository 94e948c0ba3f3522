// An operator as the rest of the package sees it: how its outputs' shapes follow from its inputs, and how cotangents
// flow back through it. A rule (VJP) is written in operators, through the builder, so that a gradient is a graph like
// any other: it runs on every device and can be differentiated again.
import type { Builder } from '../graph/builder.ts';
import type { Attributes, Node, OutputType, TensorData, Value } from '../graph/graph.ts';
import type { NodeContext, WriteNode } from '../graph/map.ts';

/** Kind of an attribute in the ONNX file. */
export type AttributeKind = 'int' | 'float' | 'string' | 'ints' | 'floats' | 'strings' | 'tensor';

/** What a shape rule may use. */
export interface InferContext {
  readonly op: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Attributes;
  /** How many outputs the caller asked for (Split, Dropout, MaxPool with indices). */
  readonly outputs: number;
  /** Input k. @throws GraphError if it is missing */
  I(k: number): Value;
  /** The numbers of input k, which must be constant (an inline initializer). @throws GraphError otherwise */
  numbers(k: number): number[];
}

/** What a VJP rule may use, named as in formulas. */
export interface VjpContext {
  /** Builder for the gradient's nodes. */
  readonly g: Builder;
  readonly node: Node;
  readonly attributes: Attributes;
  /** Input k of the forward node. */
  I(k: number): Value;
  /** Output k of the forward node. */
  O(k: number): Value;
  /** Cotangent of output k; zeros if nothing depends on that output. */
  GO(k: number): Value;
  /** Whether output k has a cotangent at all. */
  hasGO(k: number): boolean;
  /** Whether the gradient with respect to input k is needed: check before emitting work. */
  wants(k: number): boolean;
  /** The numbers of constant input k. @throws GraphError if it is not constant */
  numbers(k: number): number[];
}

/** A node's outputs in other operators. */
export type Expand = (context: NodeContext) => readonly Value[];

/** The gradients of a node's inputs, in order; undefined if it is not needed or there is none. */
export type Vjp = (context: VjpContext) => readonly (Value | undefined)[];

/** Forward values that a rule's gradient reads, and that therefore live until the backward pass. */
export interface Keeps {
  readonly inputs?: readonly number[] | 'all';
  readonly outputs?: readonly number[];
}

/** One ONNX operator. */
export interface Operator {
  readonly name: string;
  /** ONNX domain; absent for the standard one. */
  readonly domain?: string;
  /** Least and most number of inputs. Those between may be missing. */
  readonly arity: readonly [number, number];
  /** Its attributes and their kinds; any other is an error. */
  readonly attributes: Readonly<Record<string, AttributeKind>>;
  /** Types of the outputs. @throws GraphError for inputs that the operator does not take */
  infer(context: InferContext): readonly OutputType[];
  /**
   * The gradient rule; 'zero' if the derivative is zero everywhere; absent if the operator is decomposed instead, or if
   * there is none yet.
   */
  readonly vjp?: Vjp | 'zero';
  /** What the rule keeps; default: only shapes. Checked when the rule is applied. */
  readonly keeps?: Keeps;
  /**
   * The outputs in other operators. For operators of this package's own domain, which no runtime knows, and for those
   * whose implementation in runtimes is too inexact to differentiate. Undefined: runtimes handle these attributes well.
   */
  readonly expand?: WriteNode;
  /**
   * The outputs in other operators, if the gradient is that of these parts. A graph that is not differentiated keeps
   * the operator. Undefined: with these attributes there is a rule, or no gradient.
   */
  readonly decompose?: WriteNode;
  /** Evaluates on constants, for folding shape arithmetic; absent if never needed. */
  fold?(inputs: readonly (TensorData | undefined)[], attributes: Attributes, output: OutputType): TensorData;
}
