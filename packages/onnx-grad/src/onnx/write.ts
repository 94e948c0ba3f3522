// A Graph as an ONNX ModelProto. Values keep their names; an output gets its public name by renaming its value (or
// through an Identity if that value is an input, an initializer, or already has another public name). Initializers in
// files become external data: location, offset, length; the file itself is never read.
import { create, toBinary } from '@bufbuild/protobuf';
import type { DType, TypedArray } from '../graph/dtype.ts';
import { ONNX_DATA_TYPE } from '../graph/dtype.ts';
import type { AttributeValue, Graph, Node, TensorData, TensorSource, Value } from '../graph/graph.ts';
import { isInline } from '../graph/graph.ts';
import { type Shape, sizeOf } from '../graph/shape.ts';
import { expandOwnOperators } from '../lower/expand.ts';
import { findOperator } from '../ops/infer.ts';
import type { AttributeKind } from '../ops/operator.ts';
import type { AttributeProto, NodeProto, TensorProto } from './onnx_pb.ts';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataLocation,
  TensorProtoSchema,
} from './onnx_pb.ts';

/** The version of the standard operators that graphs are written in. */
export const OPSET_VERSION = 21n;
/** The version of ONNX Runtime's own operators. */
export const MICROSOFT_OPSET_VERSION = 1n;
const IR_VERSION = 10n;
/** See {@link smallValues}. */
const SMALL_BYTES = 2 ** 16;

/** Options of {@link writeOnnx}. */
export interface WriteOptions {
  /**
   * Leaves the first axis of inputs and outputs of three or more axes undeclared. ONNX Runtime's planner keeps a dead
   * tensor's memory for a later one of equal, fully known shape, however late that is; a shape that is not fully known
   * frees it. This takes less memory with the same results, for a batch of the graph's own size. Values of at most 64 kB
   * keep their full shapes, so that large graphs load quickly.
   */
  readonly openBatch?: boolean;
}

/**
 * The bytes of an ONNX model. Tensors in files are referred to by location, offset and length.
 * @throws GraphError if an operator is not known
 */
export function writeOnnx(source: Graph, { openBatch = false }: WriteOptions = {}): Uint8Array<ArrayBuffer> {
  const shown = (shape: Shape): readonly (number | undefined)[] =>
    openBatch && shape.length >= 3 ? [undefined, ...shape.slice(1)] : shape;
  const graph = expandOwnOperators(source);
  const { names, identities } = publicNames(graph);
  const findName = (value: Value): string => names.get(value) ?? value.name;
  const nodes = graph.nodes.map((node) => nodeProto(node, findName));
  for (const [name, value] of identities)
    nodes.push(
      create(NodeProtoSchema, { opType: 'Identity', name: `output.${name}`, input: [findName(value)], output: [name] }),
    );
  const domains = new Set(graph.nodes.map((node) => node.domain).filter((domain) => domain !== ''));
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: 'onnx-grad',
    opsetImport: [
      { domain: '', version: OPSET_VERSION },
      ...[...domains].map((domain) => ({ domain, version: MICROSOFT_OPSET_VERSION })),
    ],
    graph: {
      name: graph.name,
      input: graph.inputs.map((value) => valueInfo(value.name, value.dtype, shown(value.shape))),
      output: graph.outputs.map(({ name, value }) => valueInfo(name, value.dtype, shown(value.shape))),
      node: nodes,
      valueInfo: openBatch
        ? smallValues(graph).map((value) => valueInfo(findName(value), value.dtype, value.shape))
        : [],
      initializer: [...graph.initializers].map(([value, source]) => tensorProto(findName(value), source)),
    },
  });
  return toBinary(ModelProtoSchema, model) as Uint8Array<ArrayBuffer>;
}

// Values whose shapes are declared in full although the batch is open. ONNX Runtime's planner compares each value with
// all dead ones that no value has taken over, and with open shapes none ever is: its time grows with the square of the
// nodes, to seconds for thousands of them. Small values may be taken over: that costs next to no memory.
function smallValues(graph: Graph): Value[] {
  const outputs = new Set(graph.outputs.map(({ value }) => value));
  const isSmall = ({ shape }: Value): boolean => shape.length >= 3 && 4 * sizeOf(shape) <= SMALL_BYTES;
  return graph.nodes.flatMap((node) => node.outputs).filter((value) => isSmall(value) && !outputs.has(value));
}

// `name` with a number that no value and no output of the graph has.
function freeName(name: string, graph: Graph, taken: ReadonlySet<string>): string {
  const used = new Set(
    [...graph.nodes.flatMap((node) => node.outputs), ...graph.initializers.keys()].map((v) => v.name),
  );
  for (let i = 1; ; i++) {
    const free = `${name}.${i}`;
    if (!used.has(free) && !taken.has(free)) return free;
  }
}

function publicNames(graph: Graph): { names: Map<Value, string>; identities: [string, Value][] } {
  const made = new Set(graph.nodes.flatMap((node) => node.outputs));
  const taken = new Set(graph.outputs.map(({ name }) => name));
  const names = new Map<Value, string>();
  // Inside the graph a value may have the public name of another.
  for (const value of [...made, ...graph.initializers.keys()])
    if (taken.has(value.name)) names.set(value, freeName(value.name, graph, taken));
  const identities: [string, Value][] = [];
  for (const { name, value } of graph.outputs)
    if (made.has(value) && !taken.has(names.get(value) ?? '')) names.set(value, name);
    else identities.push([name, value]);
  return { names, identities };
}

// Without missing inputs at the end: by the standard they mean the same, but WebGPU treats a bias named '' as one
// without elements.
function presentInputs({ inputs }: Node): Node['inputs'] {
  return inputs.slice(0, inputs.findLastIndex((input) => input !== undefined) + 1);
}

function nodeProto(node: Node, findName: (value: Value) => string): NodeProto {
  const kinds = findOperator(node.op, node.domain).attributes;
  return create(NodeProtoSchema, {
    opType: node.op,
    domain: node.domain,
    name: node.name,
    input: presentInputs(node).map((input) => (input ? findName(input) : '')),
    output: node.outputs.map(findName),
    attribute: Object.entries(node.attributes).map(([name, value]) => attributeProto(name, kinds[name]!, value)),
  });
}

function attributeProto(name: string, kind: AttributeKind, value: AttributeValue): AttributeProto {
  const type = AttributeProto_AttributeType;
  switch (kind) {
    case 'int':
      return create(AttributeProtoSchema, { name, type: type.INT, i: BigInt(value as number) });
    case 'float':
      return create(AttributeProtoSchema, { name, type: type.FLOAT, f: value as number });
    case 'string':
      return create(AttributeProtoSchema, { name, type: type.STRING, s: new TextEncoder().encode(value as string) });
    case 'ints':
      return create(AttributeProtoSchema, { name, type: type.INTS, ints: (value as number[]).map(BigInt) });
    case 'floats':
      return create(AttributeProtoSchema, { name, type: type.FLOATS, floats: value as number[] });
    case 'strings': {
      const strings = (value as string[]).map((s) => new TextEncoder().encode(s));
      return create(AttributeProtoSchema, { name, type: type.STRINGS, strings });
    }
    case 'tensor':
      return create(AttributeProtoSchema, { name, type: type.TENSOR, t: tensorProto('', value as TensorData) });
  }
}

function tensorProto(name: string, source: TensorSource): TensorProto {
  const dataType = ONNX_DATA_TYPE[source.dtype];
  const dims = source.shape.map(BigInt);
  if (isInline(source)) return create(TensorProtoSchema, { name, dims, dataType, rawData: viewBytes(source.data) });
  return create(TensorProtoSchema, {
    name,
    dims,
    dataType,
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: [
      { key: 'location', value: source.file },
      { key: 'offset', value: String(source.offset) },
      { key: 'length', value: String(source.length) },
    ],
  });
}

const viewBytes = (data: TypedArray): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

const valueInfo = (name: string, dtype: DType, shape: readonly (number | undefined)[]) => ({
  name,
  type: {
    value: {
      case: 'tensorType' as const,
      value: {
        elemType: ONNX_DATA_TYPE[dtype],
        shape: {
          dim: shape.map((n) => (n === undefined ? {} : { value: { case: 'dimValue' as const, value: BigInt(n) } })),
        },
      },
    },
  },
});
