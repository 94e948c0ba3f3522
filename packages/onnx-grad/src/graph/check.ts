// Checks a tensor before it is added to a graph. The caller gives its name for the error.
import type { DType } from './dtype.ts';
import { holds, ONNX_DATA_TYPE } from './dtype.ts';
import { GraphError } from './error.ts';
import type { TensorSource } from './graph.ts';
import { isInline } from './graph.ts';
import type { Shape } from './shape.ts';
import { sizeOf } from './shape.ts';

/** @throws GraphError for an unknown dtype or invalid sizes */
export function checkType(what: string, dtype: DType, shape: Shape): void {
  if (!Object.hasOwn(ONNX_DATA_TYPE, dtype))
    throw new GraphError('dtype', `${what}: no dtype ${dtype}; there are ${Object.keys(ONNX_DATA_TYPE).join(', ')}`);
  if (!shape.every((n) => Number.isSafeInteger(n) && n >= 0) || !Number.isSafeInteger(sizeOf(shape) * 8))
    throw new GraphError('shape', `${what}: no tensor has the shape [${shape}]`);
}

/** @throws GraphError like {@link checkType}, or for elements that do not match the dtype and the shape */
export function checkSource(what: string, source: TensorSource): void {
  const { dtype, shape } = source;
  checkType(what, dtype, shape);
  if (!isInline(source)) return;
  if (!holds(dtype, source.data))
    throw new GraphError('dtype', `${what}: ${source.data[Symbol.toStringTag]} does not hold ${dtype}`);
  if (source.data.length !== sizeOf(shape))
    throw new GraphError('shape', `${what}: ${source.data.length} elements for shape [${shape}]`);
}
