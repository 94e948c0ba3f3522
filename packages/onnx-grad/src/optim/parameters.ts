// Turns weights into inputs: what a training changes cannot be a constant of the graph.
import { GraphError } from '../graph/error.ts';
import type { Graph } from '../graph/graph.ts';

/**
 * The same graph with the named initializers as inputs, after its own and in the order of `names`.
 * @throws GraphError for a name that is not an initializer
 */
export function initializersAsInputs(graph: Graph, names: readonly string[]): Graph {
  const initializers = new Map(graph.initializers);
  const byName = new Map([...initializers.keys()].map((value) => [value.name, value]));
  const inputs = names.map((name) => {
    const value = byName.get(name);
    if (!value) throw new GraphError('name', `${graph.name} has no initializer ${name}`);
    initializers.delete(value);
    return value;
  });
  return { ...graph, inputs: [...graph.inputs, ...inputs], initializers };
}
