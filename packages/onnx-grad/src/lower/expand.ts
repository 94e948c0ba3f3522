// Writes operators that have an expansion (ops/operator.ts) in operators that runtimes know and compute well. Equal
// nodes become one; what a gradient recomputes to free memory in between is not equal, since it waits for an operand of
// the backward pass (ops/gate.ts).
import { GraphBuilder } from '../builder.ts';
import type { Graph } from '../graph/graph.ts';
import { mapGraph } from '../graph/map.ts';
import { findOperator } from '../ops/infer.ts';

/** The graph in operators that runtimes know; the same graph if it already is. */
export function expandOwnOperators(graph: Graph): Graph {
  if (!graph.nodes.some((node) => findOperator(node.op, node.domain).expand)) return graph;
  return mapGraph(graph, new GraphBuilder(graph.name), (context) =>
    findOperator(context.node.op, context.node.domain).expand?.(context),
  );
}
