// Graphs by name that are written when first requested and then stay the same objects, so that programs can be looked
// up by them.
import type { Graph } from 'onnx-grad';

/** `write`, called at most once for each name. */
export function writtenOnce<Name extends string>(write: (name: Name) => Graph): (name: Name) => Graph {
  const written = new Map<Name, Graph>();
  return (name) => {
    const graph = written.get(name) ?? write(name);
    written.set(name, graph);
    return graph;
  };
}
