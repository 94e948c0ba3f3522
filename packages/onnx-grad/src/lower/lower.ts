// Rewrites what a device cannot run in terms of what it can. There is one table per device (table.ts); a device without
// one runs graphs as they are. Nodes are copied or rewritten, never merged: a graph may compute something twice on
// purpose.
import { GraphBuilder } from '../builder.ts';
import type { Graph } from '../graph/graph.ts';
import { qualifiedName } from '../graph/graph.ts';
import { mapGraph } from '../graph/map.ts';
import { expandOwnOperators } from './expand.ts';
import { LOWERINGS } from './table.ts';

/** The same computation in operators that the device runs. Devices are named as ONNX Runtime names them (`webgpu`). */
export function lower(source: Graph, device: string): Graph {
  const table = LOWERINGS[device];
  if (!table) return source;
  const graph = expandOwnOperators(source);
  if (!graph.nodes.some((node) => Object.hasOwn(table, qualifiedName(node)))) return graph;
  return mapGraph(graph, new GraphBuilder(graph.name, { share: false }), (context) => {
    const key = qualifiedName(context.node);
    return Object.hasOwn(table, key) ? table[key]!(context) : undefined;
  });
}
