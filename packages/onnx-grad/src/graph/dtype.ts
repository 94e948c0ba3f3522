// Element types of tensors, and the typed array that holds each in JavaScript.
// float16 and bfloat16 are stored as their raw 16 bits; bool as one byte; int64 as BigInt64Array.

/** Element type of a tensor. */
export type DType = 'float32' | 'float16' | 'bfloat16' | 'float64' | 'int64' | 'int32' | 'uint8' | 'bool';

/** The typed array that holds a tensor's elements. float16 and bfloat16 are raw bits in a Uint16Array. */
export type TypedArray = Float32Array | Float64Array | Uint16Array | BigInt64Array | Int32Array | Uint8Array;

/** Bytes an element takes, by dtype. */
export const BYTES_PER_ELEMENT: Readonly<Record<DType, number>> = Object.freeze({
  float32: 4,
  float16: 2,
  bfloat16: 2,
  float64: 8,
  int64: 8,
  int32: 4,
  uint8: 1,
  bool: 1,
});

/** Whether gradients flow through values of this dtype. */
export const isFloat = (dtype: DType): boolean =>
  dtype === 'float32' || dtype === 'float16' || dtype === 'bfloat16' || dtype === 'float64';

const scratchFloat = new Float32Array(1);
const scratchBits = new Uint32Array(scratchFloat.buffer);

/** The float32 value of 16 bits of IEEE half precision; exact. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The float32 value of 16 bits of bfloat16; exact. */
export function bfloat16ToFloat(bits: number): number {
  scratchBits[0] = bits << 16;
  return scratchFloat[0]!;
}

/** A new typed array of `length` zeros for a dtype. */
export function allocate(dtype: DType, length: number): TypedArray {
  switch (dtype) {
    case 'float32':
      return new Float32Array(length);
    case 'float64':
      return new Float64Array(length);
    case 'float16':
    case 'bfloat16':
      return new Uint16Array(length);
    case 'int64':
      return new BigInt64Array(length);
    case 'int32':
      return new Int32Array(length);
    case 'uint8':
    case 'bool':
      return new Uint8Array(length);
  }
}

/** Whether an array has the type for this dtype. */
export const holds = (dtype: DType, data: TypedArray): boolean =>
  allocate(dtype, 0)[Symbol.toStringTag] === data[Symbol.toStringTag];

/** The elements of a typed array as JavaScript numbers (half types widened). */
export function toNumbers(dtype: DType, data: TypedArray): number[] {
  if (dtype === 'float16') return Array.from(data as Uint16Array, halfToFloat);
  if (dtype === 'bfloat16') return Array.from(data as Uint16Array, bfloat16ToFloat);
  return Array.from(data as ArrayLike<number | bigint>, Number);
}

/**
 * A typed array of a dtype from JavaScript numbers. Whole numbers beyond JavaScript's exact range are clamped to it;
 * NaN becomes 0. Half types cannot be made this way: widen and cast in the graph.
 * @throws RangeError for float16 and bfloat16
 */
export function fromNumbers(dtype: DType, numbers: readonly number[]): TypedArray {
  if (dtype === 'int64') return BigInt64Array.from(numbers, (n) => BigInt(wholeNumber(n, Number.MAX_SAFE_INTEGER)));
  if (dtype === 'float16' || dtype === 'bfloat16') throw new RangeError(`${dtype} constants are not made from numbers`);
  const array = allocate(dtype, numbers.length) as Float32Array;
  array.set(dtype === 'int32' ? numbers.map((n) => (Number.isFinite(n) ? n : wholeNumber(n, 2 ** 31 - 1))) : numbers);
  return array;
}

const wholeNumber = (n: number, most: number): number =>
  Number.isNaN(n) ? 0 : Math.min(Math.max(Math.trunc(n), -most), most);

/** The number of each dtype in ONNX files (TensorProto.DataType). */
export const ONNX_DATA_TYPE: Readonly<Record<DType, number>> = Object.freeze({
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  bfloat16: 16,
});

/** The dtype of a number of ONNX's TensorProto.DataType; undefined for one that this package does not know. */
export const findDType = (code: number): DType | undefined =>
  (Object.keys(ONNX_DATA_TYPE) as DType[]).find((dtype) => ONNX_DATA_TYPE[dtype] === code);
