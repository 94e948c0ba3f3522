// Writes operators that have an expansion (operator.ts) in operators that runtimes know and compute well. Equal nodes become one; what a gradient recomputes
// to free memory in between is not equal, since it waits for an operand of the backward pass (ops/gate.ts).
import { constantNumbers, operatorOf } from '../ops/infer.ts';
import { GraphBuilder } from './builder.ts';
import { type Graph, isInline, type Value } from './graph.ts';

/** The graph in operators that runtimes know; the same graph where it is so already. */
export function expandOwnOperators(graph: Graph): Graph {
  if (!graph.nodes.some((node) => operatorOf(node.op, node.domain).expand)) return graph;
  const g = new GraphBuilder(graph.name);
  const made = new Map<Value, Value>();
  for (const input of graph.inputs) made.set(input, g.input(input.name, input.dtype, input.shape));
  for (const [value, source] of graph.initializers)
    made.set(value, isInline(source) ? g.constant(source) : g.initializer(value.name, source));
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((input) => input && made.get(input));
    const { expand } = operatorOf(node.op, node.domain);
    const op = node.domain ? `${node.domain}::${node.op}` : node.op;
    const numbers = (k: number): number[] => constantNumbers(inputs[k]!, g.constantOf(inputs[k]!));
    const outputs =
      expand?.({ g, inputs, attributes: node.attributes, I: (k) => inputs[k]!, numbers }) ??
      g.ops(op, inputs, node.attributes, node.outputs.length, node.name);
    for (const [i, output] of node.outputs.entries()) made.set(output, outputs[i]!);
  }
  for (const { name, value } of graph.outputs) g.output(name, made.get(value)!);
  return g.build();
}
