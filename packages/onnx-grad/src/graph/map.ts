// Copies a graph node by node and rewrites some of them, which expanding, lowering and widening have in common.
import type { Builder } from './builder.ts';
import { constantNumbers } from './constant.ts';
import type { Attributes, Graph, Node, TensorSource, Value } from './graph.ts';
import { qualifiedName } from './graph.ts';

/** A node of the old graph, with its inputs in the graph that is being written. */
export interface NodeContext {
  /** Builder of the new nodes. */
  readonly g: Builder;
  readonly node: Node;
  readonly attributes: Attributes;
  readonly inputs: readonly (Value | undefined)[];
  /** Input k. */
  I(k: number): Value;
  /** The numbers of constant input k. @throws GraphError if it is not constant */
  numbers(k: number): number[];
}

/** A node's outputs in other operators; undefined leaves the node as it is. */
export type WriteNode = (context: NodeContext) => readonly Value[] | undefined;

/** How a graph's inputs and initializers are copied. Default: unchanged. */
export interface MapTypes {
  /** An input in the new graph. */
  input?(input: Value): Pick<Value, 'dtype' | 'shape'>;
  /** An initializer in the new graph. */
  source?(source: TensorSource): TensorSource;
}

/** Copies the inputs and initializers of a graph into a builder. Returns the new values by the old ones. */
export function copySources(graph: Graph, g: Builder, types: MapTypes = {}): Map<Value, Value> {
  const made = new Map<Value, Value>();
  for (const input of graph.inputs) {
    const { dtype, shape } = types.input?.(input) ?? input;
    made.set(input, g.input(input.name, dtype, shape));
  }
  for (const [value, source] of graph.initializers)
    made.set(value, g.initializer(value.name, types.source?.(source) ?? source, value.isConstant));
  return made;
}

/** The graph with each node rewritten by `write`, in an empty builder. */
export function mapGraph(graph: Graph, g: Builder, write: WriteNode, types: MapTypes = {}): Graph {
  const made = copySources(graph, g, types);
  const backward = new Set<Node>();
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((input) => input && made.get(input));
    const I = (k: number): Value => inputs[k]!;
    const numbers = (k: number): number[] => constantNumbers(I(k), g.findConstant(I(k)));
    const before = g.nodes.length;
    const outputs =
      write({ g, node, attributes: node.attributes, inputs, I, numbers }) ??
      g.ops(qualifiedName(node), inputs, node.attributes, node.outputs.length, node.name);
    if (graph.backward?.has(node)) for (const added of g.nodes.slice(before)) backward.add(added);
    for (const [i, output] of node.outputs.entries()) made.set(output, outputs[i]!);
  }
  for (const { name, value } of graph.outputs) g.output(name, made.get(value)!);
  return graph.backward ? { ...g.build(), backward } : g.build();
}
