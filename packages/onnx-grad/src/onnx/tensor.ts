// Converts TensorProto and AttributeProto to this package's types: elements in memory, or a byte range of a file.
import type { DType, TypedArray } from '../graph/dtype.ts';
import { allocate, BYTES_PER_ELEMENT, findDType } from '../graph/dtype.ts';
import { GraphError } from '../graph/error.ts';
import type { AttributeValue, TensorSource } from '../graph/graph.ts';
import { isInline } from '../graph/graph.ts';
import type { Shape } from '../graph/shape.ts';
import { sizeOf } from '../graph/shape.ts';
import type { AttributeKind } from '../ops/operator.ts';
import type { AttributeProto, TensorProto } from './onnx_pb.ts';
import { AttributeProto_AttributeType, TensorProto_DataLocation, TensorProto_DataType } from './onnx_pb.ts';

/** Contents of external data files, by their location in the model: these are read, others are only referred to. */
export type ExternalFiles = Readonly<Record<string, Uint8Array>>;

/** The dtype of an ONNX data type. @throws GraphError for one that this package does not know */
export function readDType(code: number, what: string): DType {
  const dtype = findDType(code);
  if (dtype) return dtype;
  const name = Object.entries(TensorProto_DataType).find(([, value]) => value === code)?.[0] ?? String(code);
  throw new GraphError('dtype', `${what}: the element type ${name} is not supported`);
}

/** Sizes of axes as numbers. @throws GraphError for negative or unreasonable sizes */
export function readShape(dims: readonly bigint[], what: string): Shape {
  const shape = dims.map(Number);
  if (shape.length > 64 || shape.some((n) => n < 0) || !Number.isSafeInteger(sizeOf(shape) * 8))
    throw new GraphError('shape', `${what}: no tensor has the shape [${shape.slice(0, 64)}]`);
  return shape;
}

/**
 * Where a tensor's elements are: in memory, or in a file that stays unread.
 * @throws GraphError for an unknown dtype, data that do not match the shape, or a file outside the model's folder
 */
export function readTensor(proto: TensorProto, files: ExternalFiles = {}): TensorSource {
  const what = `tensor ${proto.name || '(constant)'}`;
  const dtype = readDType(proto.dataType, what);
  const shape = readShape(proto.dims, what);
  if (proto.segment) throw new GraphError('format', `${what}: it is in segments, which are not supported`);
  if (proto.dataLocation === TensorProto_DataLocation.EXTERNAL) return readExternal(proto, dtype, shape, files, what);
  if (proto.rawData.length > 0) return { dtype, shape, data: fromBytes(dtype, shape, proto.rawData, what) };
  const elements = typedField(proto, dtype);
  if (elements.length !== sizeOf(shape))
    throw new GraphError('format', `${what}: ${elements.length} elements for the shape [${shape}]`);
  const data = allocate(dtype, elements.length);
  if (data instanceof BigInt64Array) data.set(elements as bigint[]);
  else data.set(elements as number[]);
  return { dtype, shape, data };
}

// Small types share int32_data; half types are stored as bits.
function typedField(proto: TensorProto, dtype: DType): readonly number[] | readonly bigint[] {
  if (dtype === 'float32') return proto.floatData;
  if (dtype === 'float64') return proto.doubleData;
  return dtype === 'int64' ? proto.int64Data : proto.int32Data;
}

function fromBytes(dtype: DType, shape: Shape, bytes: Uint8Array, what: string): TypedArray {
  const length = sizeOf(shape) * BYTES_PER_ELEMENT[dtype];
  if (bytes.length !== length)
    throw new GraphError('format', `${what}: ${bytes.length} bytes of data; ${dtype}[${shape}] takes ${length}`);
  const data = allocate(dtype, sizeOf(shape));
  new Uint8Array(data.buffer).set(bytes);
  return data;
}

// Whether a location stays in the model's folder on every system: no root, no drive, no step up.
const isBeside = (location: string): boolean =>
  !/^([/\\]|[a-z]+:)/i.test(location) && !location.split(/[/\\]/).includes('..') && !location.includes('\0');

function readExternal(
  proto: TensorProto,
  dtype: DType,
  shape: Shape,
  files: ExternalFiles,
  what: string,
): TensorSource {
  const entries = new Map(proto.externalData.map(({ key, value }) => [key, value]));
  const file = entries.get('location');
  if (!file) throw new GraphError('format', `${what}: its data are external, but no location is given`);
  const expected = sizeOf(shape) * BYTES_PER_ELEMENT[dtype];
  const offset = Number(entries.get('offset') ?? 0);
  const length = Number(entries.get('length') ?? expected);
  if (!Number.isSafeInteger(offset) || offset < 0 || length !== expected)
    throw new GraphError(
      'format',
      `${what}: bytes ${offset} + ${length} of ${file}; ${dtype}[${shape}] takes ${expected}`,
    );
  const bytes = Object.hasOwn(files, file) ? files[file] : undefined;
  if (!bytes) {
    if (!isBeside(file))
      throw new GraphError(
        'format',
        `${what}: its data are in ${JSON.stringify(file)}, outside the model's folder: give the contents in files, or ` +
          'put the file beside the model',
      );
    return { dtype, shape, file, offset, length };
  }
  return { dtype, shape, data: fromBytes(dtype, shape, bytes.subarray(offset, offset + length), `${what} in ${file}`) };
}

/** An attribute and its kind. @throws GraphError for graphs, sparse tensors and other unsupported kinds */
export function readAttribute(
  proto: AttributeProto,
  files: ExternalFiles = {},
): { readonly kind: AttributeKind; readonly value: AttributeValue } {
  const type = AttributeProto_AttributeType;
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  switch (proto.type) {
    case type.INT:
      return { kind: 'int', value: Number(proto.i) };
    case type.FLOAT:
      return { kind: 'float', value: proto.f };
    case type.STRING:
      return { kind: 'string', value: text(proto.s) };
    case type.INTS:
      return { kind: 'ints', value: proto.ints.map(Number) };
    case type.FLOATS:
      return { kind: 'floats', value: proto.floats };
    case type.STRINGS:
      return { kind: 'strings', value: proto.strings.map(text) };
    case type.TENSOR: {
      const tensor = proto.t && readTensor(proto.t, files);
      if (!tensor || !isInline(tensor))
        throw new GraphError('format', `attribute ${proto.name}: its tensor is not in the model`);
      return { kind: 'tensor', value: tensor };
    }
    default:
      throw new GraphError('attribute', `attribute ${proto.name}: its kind (${proto.type}) is not supported`);
  }
}
