// Graphs by name that are written when they are first asked for, and then stay the same objects: whoever runs them knows
// them again.
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
