// Parses bytes to ONNX messages, and extracts what every reader needs: the graph, the versions of the operator sets,
// and the nodes in topological order.
import { fromBinary } from '@bufbuild/protobuf';
import { GraphError } from '../graph/error.ts';
import type { GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto } from './onnx_pb.ts';
import { ModelProtoSchema } from './onnx_pb.ts';

/** A model that has a graph. */
export type Model = ModelProto & { readonly graph: GraphProto };

/** Parses the bytes of an ONNX model. @throws GraphError if they are not one */
export function parseModel(bytes: Uint8Array): Model {
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw new GraphError('format', `not an ONNX model (${bytes.length} bytes): ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (!model.graph || model.graph.output.length === 0)
    throw new GraphError('format', `not an ONNX model (${bytes.length} bytes): it has no graph with outputs`);
  return model as Model;
}

/** The versions of operator sets by domain; the standard domain is ''. */
export function readOpsets(imports: readonly OperatorSetIdProto[]): Map<string, number> {
  return new Map(imports.map(({ domain, version }) => [domain === 'ai.onnx' ? '' : domain, Number(version)]));
}

/** The locations of external data that a model refers to, in initializers and attributes, also those of inner graphs. */
export function externalLocations(model: Model): Set<string> {
  const locations = new Set<string>();
  const visitTensor = (tensor: TensorProto): void => {
    for (const { key, value } of tensor.externalData) if (key === 'location') locations.add(value);
  };
  const visitNode = ({ attribute }: NodeProto, depth: number): void => {
    if (depth > MOST_NESTED) return;
    for (const { t, tensors, g, graphs } of attribute) {
      for (const tensor of t ? [t, ...tensors] : tensors) visitTensor(tensor);
      for (const graph of g ? [g, ...graphs] : graphs) visitGraph(graph, depth + 1);
    }
  };
  const visitGraph = ({ initializer, node }: GraphProto, depth: number): void => {
    for (const tensor of initializer) visitTensor(tensor);
    for (const inner of node) visitNode(inner, depth);
  };
  visitGraph(model.graph, 0);
  for (const { node } of model.functions) for (const inner of node) visitNode(inner, 0);
  return locations;
}

/** @throws GraphError for a key of `files` that is not a location of external data in the model */
export function checkFiles(model: Model, files: Readonly<Record<string, unknown>>): void {
  if (Object.keys(files).length === 0) return;
  const locations = externalLocations(model);
  for (const key of Object.keys(files))
    if (!locations.has(key))
      throw new GraphError(
        'name',
        `files: no tensor of the model is in ${JSON.stringify(key)}; its external data: ` +
          ([...locations].map((name) => JSON.stringify(name)).join(', ') || '(none)'),
      );
}

/** Runs `work`; any other error that it throws (bytes may contain anything) becomes a GraphError. */
export function asGraphError<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof GraphError) throw error;
    throw new GraphError('format', `${what}: the model is malformed: ${(error as Error).message}`, { cause: error });
  }
}

/** Deepest nesting of graphs in attributes of nodes; no model needs more. */
const MOST_NESTED = 32;

/** Names that a node reads: its inputs, and what graphs in its attributes read. */
export function namesReadBy(node: NodeProto, depth = 0): string[] {
  if (depth > MOST_NESTED)
    throw new GraphError('format', `${node.opType} (node ${node.name}): graphs nested too deeply`);
  const inner = node.attribute.flatMap((a) => (a.g ? [a.g, ...a.graphs] : a.graphs));
  if (inner.length === 0) return node.input.filter((name) => name !== '');
  const captured = inner.flatMap((g) => [
    ...g.output.map((o) => o.name),
    ...g.node.flatMap((n) => namesReadBy(n, depth + 1)),
  ]);
  return [...node.input.filter((name) => name !== ''), ...captured];
}

/**
 * The nodes that `outputs` need in topological order; the given order if it already is one.
 * @throws GraphError if nodes form a cycle, or two nodes produce the same name
 */
export function orderedNodes(nodes: readonly NodeProto[], outputs: readonly string[]): NodeProto[] {
  const producers = new Map<string, NodeProto>();
  for (const node of nodes)
    for (const name of node.output) {
      if (name === '') continue;
      if (producers.has(name)) throw new GraphError('name', `two nodes make ${name}: a name is made once`);
      producers.set(name, node);
    }
  const state = new Map<NodeProto, 'open' | 'done'>();
  // Depth first with an explicit stack: a chain of nodes may be too long for JavaScript's call stack.
  const visit = (root: NodeProto): void => {
    const stack = [root];
    while (stack.length > 0) {
      const node = stack.at(-1)!;
      if (state.get(node) === 'done') {
        stack.pop();
        continue;
      }
      const seen = state.get(node) === 'open';
      state.set(node, 'open');
      const missing = namesReadBy(node).flatMap((name) => {
        const producer = producers.get(name);
        return producer && state.get(producer) !== 'done' ? [producer] : [];
      });
      if (missing.length === 0) {
        state.set(node, 'done');
        ordered.push(stack.pop()!);
      } else if (seen || missing.some((n) => state.get(n) === 'open'))
        throw new GraphError(
          'format',
          `${node.opType} (node ${node.name || node.output[0]}) reads its own result: a cycle`,
        );
      else stack.push(...missing);
    }
  };
  const ordered: NodeProto[] = [];
  for (const name of outputs) {
    const producer = producers.get(name);
    if (producer) visit(producer);
  }
  const at = new Map(nodes.map((node, i) => [node, i]));
  const inOrder = [...ordered].sort((a, b) => at.get(a)! - at.get(b)!);
  const made = new Set<string>();
  const fine = inOrder.every((node) => {
    const ok = namesReadBy(node).every((name) => !producers.has(name) || made.has(name));
    for (const name of node.output) made.add(name);
    return ok;
  });
  return fine ? inOrder : ordered;
}
