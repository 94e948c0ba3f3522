// Replaces operators whose gradient is that of their parts (ops/operator.ts, `decompose`) by these parts before a graph
// is differentiated, if they depend on what it is differentiated by. All others keep the runtime's form.
import { GraphBuilder } from '../builder.ts';
import { isFloat } from '../graph/dtype.ts';
import type { Graph, Node, Value } from '../graph/graph.ts';
import { mapGraph } from '../graph/map.ts';
import { findOperator } from '../ops/infer.ts';

/** The graph with every operator that has parts and depends on a value with one of these names written in its parts. */
export function decomposed(graph: Graph, names: readonly string[]): Graph {
  const targets = nodesToDecompose(graph, names);
  if (targets.size === 0) return graph;
  let count = 0;
  const written = mapGraph(graph, new GraphBuilder(graph.name), (context) => {
    if (!targets.has(context.node)) return undefined;
    const parts = findOperator(context.node.op, context.node.domain).decompose?.(context);
    if (parts) count++;
    return parts;
  });
  // Parts may contain such operators too.
  return count > 0 ? decomposed(written, names) : graph;
}

function nodesToDecompose(graph: Graph, names: readonly string[]): Set<Node> {
  const reached = new Set<Value>(
    [...graph.inputs, ...graph.initializers.keys()].filter(({ name }) => names.includes(name)),
  );
  const targets = new Set<Node>();
  for (const node of graph.nodes) {
    if (!node.inputs.some((input) => input && reached.has(input))) continue;
    for (const output of node.outputs) if (isFloat(output.dtype)) reached.add(output);
    if (findOperator(node.op, node.domain).decompose) targets.add(node);
  }
  return targets;
}
