// A Graph is data: named, typed, statically shaped values; nodes in topological order; and initializers that are
// either inline or a byte range of a file that is used in place. GraphBuilder makes graphs; nothing changes them after.
import type { DType, TypedArray } from './dtype.ts';
import type { Shape } from './shape.ts';

/** A tensor in a graph: its name (unique in the graph), element type and static shape. Compared by identity. */
export interface Value {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  /** Set for constants, as opposed to weights: equal constants are one value. */
  readonly isConstant?: true;
}

/** dtype and shape of one output of an operator. */
export type OutputType = Pick<Value, 'dtype' | 'shape'>;

/** A tensor's elements in memory, row-major. */
export interface TensorData {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: TypedArray;
}

/** A tensor's elements in a file, used in place: nothing converts or copies them. */
export interface TensorFile {
  readonly dtype: DType;
  readonly shape: Shape;
  /** Path or name of the file, as the runtime that loads the graph knows it. */
  readonly file: string;
  /** First byte of the tensor in the file. */
  readonly offset: number;
  /** Number of bytes. */
  readonly length: number;
}

/** Where an initializer's elements are. */
export type TensorSource = TensorData | TensorFile;

/** Whether a source is in memory. */
export const isInline = (source: TensorSource): source is TensorData => 'data' in source;

/** An attribute of a node. The operator determines whether a number is an int or a float in ONNX. */
export type AttributeValue = number | string | readonly number[] | readonly string[] | TensorData;

/** Attributes by their ONNX names. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** An operator applied to values. A missing optional input is undefined. */
export interface Node {
  readonly op: string;
  /** ONNX domain; '' is the standard one. */
  readonly domain: string;
  readonly name: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
}

/** A result of a graph under its public name. */
export interface Output {
  readonly name: string;
  readonly value: Value;
}

/** A computation: inputs and initializers in, outputs out. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Output[];
  /** In topological order. */
  readonly nodes: readonly Node[];
  readonly initializers: ReadonlyMap<Value, TensorSource>;
  /** For a gradient: the nodes of the backward pass. The others are the forward pass. */
  readonly backward?: ReadonlySet<Node>;
}

/**
 * Types of the outputs of an operator (by its qualified name) applied to inputs.
 * @throws GraphError for an unknown operator or attribute, or inputs that do not fit
 */
export type Infer = (
  op: string,
  inputs: readonly (Value | undefined)[],
  attributes: Attributes,
  outputs: number,
  findSource: (value: Value) => TensorSource | undefined,
) => readonly OutputType[];

/** The name of an operator outside a node: `domain::op`, or just the operator's in the standard domain. */
export const qualifiedName = ({ domain, op }: Pick<Node, 'domain' | 'op'>): string =>
  domain ? `${domain}::${op}` : op;

/** The node that makes each value of a graph; inputs and initializers have none. */
export function findProducers(graph: Pick<Graph, 'nodes'>): Map<Value, Node> {
  const producers = new Map<Value, Node>();
  for (const node of graph.nodes) for (const output of node.outputs) producers.set(output, node);
  return producers;
}

/** The nodes needed to compute `roots`, in the graph's order. */
export function findAncestors(graph: Pick<Graph, 'nodes'>, roots: readonly Value[]): Node[] {
  const needed = new Set<Value>(roots);
  const nodes: Node[] = [];
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i]!;
    if (!node.outputs.some((output) => needed.has(output))) continue;
    nodes.push(node);
    for (const input of node.inputs) if (input) needed.add(input);
  }
  return nodes.reverse();
}
