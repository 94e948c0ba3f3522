// The builder that users and this package build graphs with: one that knows the operators of ops/index.ts.
import { Builder, type BuilderOptions } from './graph/builder.ts';
import type { Graph } from './graph/graph.ts';
import { inferOutputs } from './ops/infer.ts';

/** Builds a {@link Graph}, node by node, in topological order, of the operators in docs/operators.md. */
export class GraphBuilder extends Builder {
  /** @param name the graph's; default `graph` */
  constructor(name = 'graph', options: BuilderOptions = {}) {
    super(name, inferOutputs, options);
  }

  /** A builder that already holds `graph`'s inputs, initializers and nodes (not its outputs): the same Value objects. */
  static from(graph: Graph, name = graph.name): GraphBuilder {
    const builder = new GraphBuilder(name);
    builder.adopt(graph);
    return builder;
  }
}
