// Rewrites what a device cannot run in terms of what it can. One table a device (table.ts); a device without a table
// runs graphs as they are. Nodes are copied or rewritten, never merged: a graph may compute a thing twice on purpose.
import { GraphBuilder } from '../graph/builder.ts';
import { expandOwnOperators } from '../graph/expand.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { constantNumbers } from '../ops/infer.ts';
import { LOWERINGS } from './table.ts';

/** The same computation in operators that the device runs. Devices are named as ONNX Runtime names them (`webgpu`). */
export function lower(source: Graph, device: string): Graph {
  const table = LOWERINGS[device];
  if (!table) return source;
  const graph = expandOwnOperators(source);
  const keyOf = (node: { domain: string; op: string }): string =>
    node.domain ? `${node.domain}::${node.op}` : node.op;
  if (!graph.nodes.some((node) => Object.hasOwn(table, keyOf(node)))) return graph;
  const g = new GraphBuilder(graph.name, { share: false });
  const made = new Map<Value, Value>();
  for (const input of graph.inputs) made.set(input, g.input(input.name, input.dtype, input.shape));
  for (const [value, tensor] of graph.initializers) made.set(value, g.initializer(value.name, tensor));
  for (const node of graph.nodes) {
    const key = keyOf(node);
    const inputs = node.inputs.map((input) => input && made.get(input)!);
    const rewrite = Object.hasOwn(table, key) ? table[key] : undefined;
    const numbers = (k: number): number[] => constantNumbers(inputs[k]!, g.constantOf(inputs[k]!));
    const context = { g, node, attributes: node.attributes, I: (k: number) => inputs[k]!, inputs, numbers };
    const outputs = rewrite?.(context) ?? g.ops(key, inputs, node.attributes, node.outputs.length, node.name);
    for (const [i, output] of node.outputs.entries()) made.set(output, outputs[i]!);
  }
  for (const { name, value } of graph.outputs) g.output(name, made.get(value)!);
  return g.build();
}
