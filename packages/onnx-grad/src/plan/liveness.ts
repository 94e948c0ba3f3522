// Peak memory of a graph's tensors, if nodes run in the graph's order and every tensor is freed after its last use.
// Weights and values computed only from weights are not included: a runtime folds those when it loads (weightBytes).
import { BYTES_PER_ELEMENT } from '../graph/dtype.ts';
import type { Graph, Node, Value } from '../graph/graph.ts';
import { sizeOf } from '../graph/shape.ts';

/** Operators whose result shares its input's memory. */
const VIEWS = new Set(['Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Identity']);

/** Bytes of a value. */
export const countBytes = ({ dtype, shape }: Value): number => BYTES_PER_ELEMENT[dtype] * sizeOf(shape);

/** Nodes that depend on an input of the graph: the others are folded when a runtime loads the graph. */
export function livingNodes(graph: Graph): Node[] {
  const living = new Set<Value>(graph.inputs);
  return graph.nodes.filter((node) => {
    const lives = node.inputs.some((input) => input && living.has(input));
    if (lives) for (const output of node.outputs) living.add(output);
    return lives;
  });
}

/** Bytes of the constants that living nodes read, each once: weights and what is folded from them. */
export function weightBytes(graph: Graph): number {
  const living = new Set<Value>(graph.inputs);
  const constants = new Set<Value>();
  for (const node of livingNodes(graph)) {
    for (const output of node.outputs) living.add(output);
    for (const input of node.inputs) if (input && !living.has(input)) constants.add(input);
  }
  return [...constants].reduce((sum, value) => sum + countBytes(value), 0);
}

/** Bytes of the largest tensor that a convolution of images reads or writes. */
export function largestConvolved(graph: Graph): number {
  let largest = 0;
  for (const { op, inputs, outputs } of livingNodes(graph))
    if (op === 'Conv' || op === 'ConvTranspose')
      for (const value of [inputs[0], outputs[0]]) if (value) largest = Math.max(largest, countBytes(value));
  return largest;
}

/** Peak bytes of living tensors. */
export function peakBytes(graph: Graph): number {
  const nodes = livingNodes(graph);
  const owner = new Map<Value, Value>(); // for a view: the value whose memory it shares
  const own = (value: Value): Value => owner.get(value) ?? value;
  for (const node of nodes) if (VIEWS.has(node.op)) owner.set(node.outputs[0]!, own(node.inputs[0]!));
  const last = new Map<Value, number>();
  nodes.forEach((node, at) => {
    for (const input of node.inputs) if (input) last.set(own(input), at);
  });
  for (const { value } of graph.outputs) last.set(own(value), nodes.length);
  const made = new Set<Value>(graph.inputs);
  let live = graph.inputs.reduce((sum, value) => sum + countBytes(value), 0);
  let peak = live;
  nodes.forEach((node, at) => {
    if (!VIEWS.has(node.op))
      for (const output of node.outputs)
        if (last.has(output)) {
          made.add(output);
          live += countBytes(output);
        }
    peak = Math.max(peak, live);
    for (const input of new Set(node.inputs.map((value) => value && own(value))))
      if (input && made.has(input) && last.get(input) === at) live -= countBytes(input);
  });
  return peak;
}
