// Models in any opset, written by hand for the tests of the importer, and ONNX Runtime's own results for them.
import { create, toBinary } from '@bufbuild/protobuf';
import * as ort from 'onnxruntime-node';
import type { TypedArray } from '../graph/dtype.ts';
import { ONNX_DATA_TYPE } from '../graph/dtype.ts';
import type { TensorData } from '../graph/graph.ts';
import type { FunctionProto, GraphProto, NodeProto } from '../onnx/onnx_pb.ts';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  FunctionProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
} from '../onnx/onnx_pb.ts';

/** An attribute: an int (bigint), a float, a string, ints, floats, a tensor, a graph, or `{ ref }` to a function's. */
export type ForeignAttribute =
  | bigint
  | number
  | string
  | readonly bigint[]
  | readonly number[]
  | TensorData
  | GraphProto
  | { readonly ref: string };

const type = AttributeProto_AttributeType;

function attribute(name: string, value: ForeignAttribute) {
  const made = create(AttributeProtoSchema, { name });
  if (typeof value === 'bigint') Object.assign(made, { type: type.INT, i: value });
  else if (typeof value === 'number') Object.assign(made, { type: type.FLOAT, f: value });
  else if (typeof value === 'string') Object.assign(made, { type: type.STRING, s: new TextEncoder().encode(value) });
  else if ('ref' in value) Object.assign(made, { type: type.FLOAT, refAttrName: value.ref });
  else if ('data' in value) Object.assign(made, { type: type.TENSOR, t: tensor('', value) });
  else if ('node' in value) Object.assign(made, { type: type.GRAPH, g: value });
  else if (typeof value[0] === 'bigint') Object.assign(made, { type: type.INTS, ints: value });
  else Object.assign(made, { type: type.FLOATS, floats: value });
  return made;
}

const tensor = (name: string, { dtype, shape, data }: TensorData) =>
  create(TensorProtoSchema, {
    name,
    dims: shape.map(BigInt),
    dataType: ONNX_DATA_TYPE[dtype],
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  });

/** A node: operator (`domain::op` outside the standard domain), inputs, outputs, attributes. */
export function foreignNode(
  op: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Readonly<Record<string, ForeignAttribute>> = {},
): NodeProto {
  const [domain, opType] = op.includes('::') ? op.split('::') : ['', op];
  return create(NodeProtoSchema, {
    domain: domain!,
    opType: opType!,
    name: `n.${output[0]}`,
    input: [...input],
    output: [...output],
    attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  });
}

/** A branch: a graph that computes `output` from what is around it. */
export const foreignBranch = (nodes: readonly NodeProto[], output: string): GraphProto =>
  create(GraphProtoSchema, { name: 'branch', node: [...nodes], output: [valueInfo(output, 'float32', [])] });

/** A local function. */
export const foreignFunction = (
  name: string,
  input: readonly string[],
  output: readonly string[],
  nodes: readonly NodeProto[],
  opset: number,
  attributes: readonly string[] = [],
): FunctionProto =>
  create(FunctionProtoSchema, {
    name,
    domain: 'local',
    input: [...input],
    output: [...output],
    attribute: [...attributes],
    node: [...nodes],
    opsetImport: [
      { domain: '', version: BigInt(opset) },
      { domain: 'local', version: 1n },
    ],
  });

type Dim = number | string;

const valueInfo = (name: string, dtype: TensorData['dtype'], shape: readonly Dim[] | undefined) => ({
  name,
  type: {
    value: {
      case: 'tensorType' as const,
      value: {
        elemType: ONNX_DATA_TYPE[dtype],
        ...(shape && {
          shape: {
            dim: shape.map((n) => ({
              value:
                typeof n === 'string'
                  ? { case: 'dimParam' as const, value: n }
                  : { case: 'dimValue' as const, value: BigInt(n) },
            })),
          },
        }),
      },
    },
  },
});

/** A model with the float32 input x and the output y. */
export function foreignModel({
  opset,
  x,
  nodes,
  initializers = {},
  functions = [],
  output = { name: 'y', dtype: 'float32' },
}: {
  opset: number;
  x: readonly Dim[];
  nodes: readonly NodeProto[];
  initializers?: Readonly<Record<string, TensorData>>;
  functions?: readonly FunctionProto[];
  output?: { readonly name: string; readonly dtype: TensorData['dtype'] };
}): Uint8Array {
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [
      { domain: '', version: BigInt(opset) },
      ...(functions.length > 0 ? [{ domain: 'local', version: 1n }] : []),
    ],
    functions: [...functions],
    graph: {
      name: 'foreign',
      input: [valueInfo('x', 'float32', x)],
      output: [valueInfo(output.name, output.dtype, undefined)],
      node: [...nodes],
      initializer: Object.entries(initializers).map(([name, data]) => tensor(name, data)),
    },
  });
  return toBinary(ModelProtoSchema, model);
}

/** ONNX Runtime's result for the model as it is. */
export async function runForeign(
  bytes: Uint8Array,
  x: ort.Tensor,
): Promise<{ shape: readonly number[]; data: TypedArray }> {
  const session = await ort.InferenceSession.create(bytes, { graphOptimizationLevel: 'disabled', logSeverityLevel: 3 });
  try {
    const { y } = await session.run({ x });
    return { shape: y!.dims, data: y!.data as TypedArray };
  } finally {
    await session.release();
  }
}
