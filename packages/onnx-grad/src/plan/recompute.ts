// Trades time for memory inside one graph: some values that the forward pass computes for the backward pass are dropped
// after their last forward use and recomputed when the backward pass needs them. One graph, one copy of the weights.
import { GraphBuilder } from '../builder.ts';
import { isFloat } from '../graph/dtype.ts';
import type { Graph, Node, Value } from '../graph/graph.ts';
import { findProducers, qualifiedName } from '../graph/graph.ts';
import { copySources } from '../graph/map.ts';
import { sizeOf } from '../graph/shape.ts';
import { zeroAfter } from '../ops/gate.ts';
import { livingNodes } from './liveness.ts';

/** The two passes of a gradient graph. */
export interface Passes {
  readonly forward: ReadonlySet<Node>;
  /** Values that the forward pass makes and the backward pass reads. */
  readonly kept: readonly Value[];
}

/** Splits a graph of `grad` or `vjp`; any other graph has only a forward pass. */
export function splitPasses(graph: Graph): Passes {
  const forward = new Set(graph.nodes.filter((node) => !graph.backward?.has(node)));
  const producers = findProducers(graph);
  const kept = new Set<Value>();
  for (const node of graph.nodes)
    if (!forward.has(node))
      for (const input of node.inputs) {
        const producer = input && producers.get(input);
        if (input && producer && forward.has(producer)) kept.add(input);
      }
  return { forward, kept: [...kept] };
}

/** The graph with the values of `dropped` recomputed in the backward pass, at their first use there. */
export function recompute(graph: Graph, dropped: ReadonlySet<Value>): Graph {
  if (dropped.size === 0) return graph;
  const { forward, kept } = splitPasses(graph);
  const stays = new Set(kept.filter((value) => !dropped.has(value)));
  const producers = findProducers(graph);
  const g = new GraphBuilder(graph.name, { share: false });
  const first = copySources(graph, g);
  const second = new Map<Value, Value>();
  let latest: Value | undefined; // in the backward pass; not a constant, which would exist from the start
  const living = new Set(livingNodes(graph));
  const emit = (node: Node, lookUp: (value: Value) => Value, into: Map<Value, Value>, name?: string): void => {
    const inputs = node.inputs.map((input) => input && lookUp(input));
    if (into === second && latest) gateFirst(g, node, inputs, second, latest);
    const outputs = g.ops(qualifiedName(node), inputs, node.attributes, node.outputs.length, name);
    node.outputs.forEach((output, i) => {
      into.set(output, outputs[i]!);
    });
    if (into === first && !forward.has(node) && living.has(node) && isFloat(outputs[0]!.dtype)) latest = outputs[0];
  };
  const isConstant = (node: Node): boolean => !living.has(node);
  // A forward value in the backward pass: kept, or recomputed from kept values.
  const again = (value: Value): Value => {
    const producer = producers.get(value);
    const known = second.get(value);
    if (known) return known;
    if (!producer || !forward.has(producer) || stays.has(value) || isConstant(producer)) return first.get(value)!;
    emit(producer, again, second);
    return second.get(value)!;
  };
  for (const node of graph.nodes) {
    if (forward.has(node)) emit(node, (value) => first.get(value)!, first, node.name);
    else
      emit(
        node,
        (value) => (producers.has(value) && !forward.has(producers.get(value)!) ? first.get(value)! : again(value)),
        first,
        node.name,
      );
  }
  for (const { name, value } of graph.outputs) g.output(name, first.get(value)!);
  return g.build();
}

// The first nodes of a recomputation wait for the backward pass (gate.ts), through their smallest operand.
function gateFirst(
  g: GraphBuilder,
  node: Node,
  inputs: (Value | undefined)[],
  second: ReadonlyMap<Value, Value>,
  latest: Value,
): void {
  if (node.inputs.some((input) => input && second.has(input))) return;
  const floats = inputs.flatMap((input, k) => (input && isFloat(input.dtype) ? [k] : []));
  const smallest = floats.sort((a, b) => sizeOf(inputs[a]!.shape) - sizeOf(inputs[b]!.shape))[0];
  if (smallest !== undefined) inputs[smallest] = g.add(inputs[smallest]!, zeroAfter(g, latest));
}
