// Visits a foreign model's nodes in order and passes each to its rule. Local functions get their own scope, and so does
// the branch of an If whose condition is known; other control flow is an error.
import { GraphError } from '../graph/error.ts';
import type { AttributeValue, TensorData, Value } from '../graph/graph.ts';
import { isInline, qualifiedName } from '../graph/graph.ts';
import type { AttributeProto, FunctionProto, GraphProto, NodeProto } from '../onnx/onnx_pb.ts';
import { orderedNodes, readOpsets } from '../onnx/parse.ts';
import { CONTROL_FLOW, controlFlowError } from '../onnx/read.ts';
import type { ExternalFiles } from '../onnx/tensor.ts';
import { readAttribute, readTensor } from '../onnx/tensor.ts';
import { findOperator } from '../ops/infer.ts';
import type { Emitter } from './emitter.ts';
import type { ForeignNode } from './node.ts';
import { clamped, REWRITES } from './rewrite.ts';
import { asItIs, relevantAttributes, UPGRADES } from './upgrade.ts';

/** Names in scope at a place in a model, and their values; undefined for a missing optional value. */
export interface Scope {
  readonly values: Map<string, Value | undefined>;
  readonly parent?: Scope;
  readonly opsets: ReadonlyMap<string, number>;
  /** Attributes of the call, inside a function. */
  readonly attributes: ReadonlyMap<string, AttributeProto>;
  readonly depth: number;
  /** Prefix of the names of nodes. */
  readonly prefix: string;
}

/** State shared by all nodes of a model. */
export interface ModelContext {
  readonly e: Emitter;
  readonly functions: ReadonlyMap<string, FunctionProto>;
  readonly files: ExternalFiles;
  /** Number of nodes so far, in all scopes. */
  count: number;
}

const MAXIMUM_DEPTH = 64;
const MAXIMUM_NODES = 500_000;

/** The key of a local function. */
export const functionKey = ({ domain, overload }: NodeProto | FunctionProto, name: string): string =>
  `${domain === 'ai.onnx' ? '' : domain}::${name}::${overload}`;

const lookUp = (scope: Scope, name: string): Value | undefined => {
  for (let at: Scope | undefined = scope; at; at = at.parent) if (at.values.has(name)) return at.values.get(name);
  throw new GraphError('name', `it reads ${name}, which nothing in the model produces`);
};

/** Imports a graph's initializers and nodes in its scope. Returns its results. */
export function runGraph(context: ModelContext, graph: GraphProto, scope: Scope): (Value | undefined)[] {
  if (graph.sparseInitializer.length > 0) throw new GraphError('format', 'sparse initializers are not supported');
  for (const tensor of graph.initializer) {
    if (scope.values.has(tensor.name)) throw new GraphError('name', `the name ${tensor.name} is given twice`);
    const source = readTensor(tensor, context.files);
    const value = context.e.initializer(scope.prefix + tensor.name, isInline(source) ? clamped(source) : source);
    scope.values.set(tensor.name, value);
  }
  const outputs = graph.output.map((output) => output.name);
  runNodes(context, graph.node, outputs, scope);
  return outputs.map((name) => lookUp(scope, name));
}

function runNodes(context: ModelContext, nodes: readonly NodeProto[], outputs: readonly string[], scope: Scope): void {
  for (const node of orderedNodes(nodes, outputs)) {
    const name = scope.prefix + (node.name || node.output[0] || node.opType);
    if (++context.count > MAXIMUM_NODES)
      throw new GraphError('format', `the model has more than ${MAXIMUM_NODES} nodes after its functions are inlined`);
    try {
      const results = runNode(context, node, name, scope);
      node.output.forEach((output, i) => {
        if (output === '') return;
        const result = results[i];
        if (result) scope.values.set(output, result);
      });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (error instanceof GraphError && error.message.includes('(node ')) throw error;
      const code = error instanceof GraphError ? error.code : 'format';
      throw new GraphError(code, `${node.opType} (node ${name}): ${error.message}`, { cause: error });
    }
  }
}

function runNode(context: ModelContext, node: NodeProto, name: string, scope: Scope): readonly (Value | undefined)[] {
  const domain = node.domain === 'ai.onnx' ? '' : node.domain;
  const inputs = node.input.map((input) => (input === '' ? undefined : lookUp(scope, input)));
  const called = context.functions.get(functionKey(node, node.opType));
  if (called) return callFunction(context, called, node, inputs, scope, name);
  if (domain === '' && node.opType === 'If') return runIf(context, node, inputs, scope, name);
  if (domain === '' && CONTROL_FLOW.has(node.opType)) throw controlFlowError(node.opType, name);
  const version = scope.opsets.get(domain);
  if (version === undefined) throw new GraphError('format', `the model does not import the operator set '${domain}'`);
  const foreign: ForeignNode = {
    op: qualifiedName({ domain, op: node.opType }),
    name,
    version,
    inputs,
    attributes: readAttributes(context, node, scope),
    // Trailing outputs without a name are not needed.
    outputs: node.output.reduce((count, output, i) => (output === '' ? count : i + 1), 0),
  };
  const rule = domain === '' && (REWRITES[node.opType] ?? UPGRADES[node.opType]);
  if (domain === '' && Object.hasOwn(REWRITES, node.opType)) return REWRITES[node.opType]!(foreign, context.e);
  const known = node.opType === 'Upsample' ? {} : findOperator(node.opType, domain).attributes;
  const relevant = { ...foreign, attributes: relevantAttributes(foreign, known) };
  return (rule || asItIs)(relevant, context.e);
}

function readAttributes(context: ModelContext, node: NodeProto, scope: Scope): Record<string, AttributeValue> {
  const attributes: Record<string, AttributeValue> = {};
  for (const proto of resolved(node, scope)) {
    const { value } = readAttribute(proto, context.files);
    attributes[proto.name] = isTensor(value) ? clamped(value) : value;
  }
  return attributes;
}

const isTensor = (value: AttributeValue): value is TensorData =>
  typeof value === 'object' && !Array.isArray(value) && 'data' in value;

// Replaces attributes that refer to those of the enclosing function by the call's; absent if the call has none.
function resolved(node: NodeProto, scope: Scope): AttributeProto[] {
  return node.attribute.flatMap((attribute) => {
    if (!attribute.refAttrName) return [attribute];
    const given = scope.attributes.get(attribute.refAttrName);
    return given ? [{ ...given, name: attribute.name }] : [];
  });
}

function callFunction(
  context: ModelContext,
  called: FunctionProto,
  node: NodeProto,
  inputs: readonly (Value | undefined)[],
  scope: Scope,
  name: string,
): readonly (Value | undefined)[] {
  const attributes = new Map(called.attributeProto.map((attribute) => [attribute.name, attribute]));
  for (const attribute of resolved(node, scope)) attributes.set(attribute.name, attribute);
  const opsets = readOpsets(called.opsetImport);
  const inner: Scope = {
    values: new Map(called.input.map((input, i) => [input, inputs[i]])),
    opsets: opsets.size > 0 ? opsets : scope.opsets,
    attributes,
    depth: deeper(scope),
    prefix: `${name}/`,
  };
  runNodes(context, called.node, called.output, inner);
  return called.output.map((output) => lookUp(inner, output));
}

function deeper({ depth }: Scope): number {
  if (depth >= MAXIMUM_DEPTH) throw new GraphError('format', 'functions or branches are nested too deeply (a cycle?)');
  return depth + 1;
}

function runIf(
  context: ModelContext,
  node: NodeProto,
  inputs: readonly (Value | undefined)[],
  scope: Scope,
  name: string,
): readonly (Value | undefined)[] {
  const condition = inputs[0] && context.e.findConstant(inputs[0]);
  if (!condition) throw controlFlowError(node.opType, name);
  const wanted = Number(condition.data[0]) !== 0 ? 'then_branch' : 'else_branch';
  const branch = node.attribute.find((attribute) => attribute.name === wanted)?.g;
  if (!branch) throw new GraphError('attribute', `it has no ${wanted}`);
  const inner = { ...scope, values: new Map(), parent: scope, depth: deeper(scope), prefix: `${name}/` };
  return runGraph(context, branch, inner);
}
