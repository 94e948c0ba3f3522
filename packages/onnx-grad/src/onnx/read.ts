// The inverse of writeOnnx: reads a model in the operators and the opset that this package writes, with the same names.
// Models of other programs need importOnnx, which also upgrades, folds and rewrites.
import type { DType } from '../graph/dtype.ts';
import { GraphError } from '../graph/error.ts';
import type { AttributeValue, Graph, Node, TensorSource, Value } from '../graph/graph.ts';
import { qualifiedName } from '../graph/graph.ts';
import type { Shape } from '../graph/shape.ts';
import { findOperator, inferOutputs } from '../ops/infer.ts';
import type { NodeProto, ValueInfoProto } from './onnx_pb.ts';
import type { Model } from './parse.ts';
import { asGraphError, checkFiles, orderedNodes, parseModel, readOpsets } from './parse.ts';
import type { ExternalFiles } from './tensor.ts';
import { readAttribute, readDType, readShape, readTensor } from './tensor.ts';
import { OPSET_VERSION } from './write.ts';

/** Options of {@link readOnnx}. */
export interface ReadOptions {
  /** Contents of external data files by location; tensors in others stay references. Each must be one of the model's. */
  readonly files?: ExternalFiles;
}

/** Operators that contain graphs: which of these run is known only at run time. */
export const CONTROL_FLOW: ReadonlySet<string> = new Set(['If', 'Loop', 'Scan', 'SequenceMap']);

/** The error for a node that contains graphs. */
export const controlFlowError = (op: string, node: string): GraphError =>
  new GraphError(
    'operator',
    `${op} (node ${node}): control flow is not supported: export the model with the branch taken and loops unrolled ` +
      `(in PyTorch: torch.onnx.export(..., dynamo=True) on a module without data-dependent control flow)`,
  );

/**
 * Reads a model that {@link import('./write.ts').writeOnnx} wrote: the same inputs, nodes, initializers and outputs. An
 * output's value has the output's name.
 * @throws GraphError for corrupt bytes, external data outside the model's folder (unless `files` has them), unknown dtypes or operators, cycles, missing inputs, control flow, or a model
 *   in another opset or with dynamic shapes (use importOnnx)
 */
export function readOnnx(bytes: Uint8Array, { files = {} }: ReadOptions = {}): Graph {
  return asGraphError('readOnnx', () => buildGraph(parseModel(bytes), files));
}

function buildGraph(model: Model, files: ExternalFiles): Graph {
  const version = readOpsets(model.opsetImport).get('');
  if (version !== Number(OPSET_VERSION) || model.functions.length > 0)
    throw new GraphError(
      'format',
      `the model has opset ${version ?? '(none)'} with ${model.functions.length} functions; readOnnx reads what ` +
        `writeOnnx writes (opset ${OPSET_VERSION}): use importOnnx`,
    );
  checkFiles(model, files);
  const { graph } = model;
  const values = new Map<string, Value>();
  const define = (name: string, dtype: DType, shape: Shape): Value => {
    if (name === '' || values.has(name)) throw new GraphError('name', `the name '${name}' is given twice or is empty`);
    const value = { name, dtype, shape };
    values.set(name, value);
    return value;
  };
  const inputs = graph.input.map((info) => define(info.name, ...readType(info)));
  const initializers = new Map<Value, TensorSource>();
  for (const tensor of graph.initializer) {
    const source = readTensor(tensor, files);
    initializers.set(define(tensor.name, source.dtype, source.shape), source);
  }
  const order = orderedNodes(
    graph.node,
    graph.output.map((o) => o.name),
  );
  const aliases = new Map<string, Value>();
  const nodes: Node[] = [];
  for (const proto of order) {
    const known = proto.input.map((name) => (name === '' ? undefined : valueNamed(values, name, proto)));
    // Added by writeOnnx if an output is an input, an initializer, or already has another public name.
    if (proto.opType === 'Identity' && proto.name === `output.${proto.output[0]}` && known[0])
      aliases.set(proto.output[0]!, known[0]);
    else nodes.push(buildNode(proto, known, define, initializers, files));
  }
  const outputs = graph.output.map(({ name }) => {
    const value = aliases.get(name) ?? values.get(name);
    if (!value) throw new GraphError('name', `output ${name} is made by no node`);
    return { name, value };
  });
  return { name: graph.name, inputs, outputs, nodes, initializers };
}

function valueNamed(values: ReadonlyMap<string, Value>, name: string, node: NodeProto): Value {
  const value = values.get(name);
  if (!value)
    throw new GraphError(
      'name',
      `${node.opType} (node ${node.name}) reads ${name}, which nothing in the model produces`,
    );
  return value;
}

function buildNode(
  proto: NodeProto,
  inputs: readonly (Value | undefined)[],
  define: (name: string, dtype: DType, shape: Shape) => Value,
  initializers: ReadonlyMap<Value, TensorSource>,
  files: ExternalFiles,
): Node {
  if (CONTROL_FLOW.has(proto.opType)) throw controlFlowError(proto.opType, proto.name);
  const kinds = findOperator(proto.opType, proto.domain).attributes;
  const attributes: Record<string, AttributeValue> = {};
  for (const attribute of proto.attribute) {
    const { kind, value } = readAttribute(attribute, files);
    if (kinds[attribute.name] !== kind)
      throw new GraphError('attribute', `${proto.opType} (node ${proto.name}) takes no ${kind} ${attribute.name}`);
    attributes[attribute.name] = value;
  }
  const op = qualifiedName({ domain: proto.domain, op: proto.opType });
  const types = inferOutputs(op, inputs, attributes, proto.output.length, (value) => initializers.get(value));
  const outputs = proto.output.map((name, i) =>
    define(name || `${proto.name}.${i}`, types[i]!.dtype, readShape(types[i]!.shape.map(whole), `${op} ${proto.name}`)),
  );
  return { op: proto.opType, domain: proto.domain, name: proto.name, inputs, outputs, attributes };
}

// A rule may compute nonsense from nonsense; BigInt throws for numbers that are not whole.
const whole = (n: number): bigint => BigInt(n);

function readType(info: ValueInfoProto): [DType, Shape] {
  const type = info.type?.value;
  if (type?.case !== 'tensorType') throw new GraphError('dtype', `input ${info.name} is not a tensor`);
  const dims = (type.value.shape?.dim ?? []).map(({ value }) => {
    if (value.case === 'dimValue') return value.value;
    throw new GraphError('shape', `input ${info.name} has a dynamic axis: use importOnnx, which binds it`);
  });
  return [readDType(type.value.elemType, `input ${info.name}`), readShape(dims, `input ${info.name}`)];
}
