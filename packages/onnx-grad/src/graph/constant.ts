// Reading the numbers of a constant.
import { toNumbers } from './dtype.ts';
import { GraphError } from './error.ts';
import type { TensorSource, Value } from './graph.ts';
import { isInline } from './graph.ts';

/** The numbers of a value that must be an inline constant. @throws GraphError otherwise */
export function constantNumbers(value: Value, source: TensorSource | undefined): number[] {
  if (!source || !isInline(source)) throw new GraphError('shape', `${value.name} must be a constant in memory`);
  return toNumbers(source.dtype, source.data);
}
