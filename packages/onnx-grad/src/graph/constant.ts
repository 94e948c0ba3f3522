// Constants: reads their numbers, and recognises equal ones.
import { toNumbers } from './dtype.ts';
import { GraphError } from './error.ts';
import type { TensorSource, Value } from './graph.ts';
import { isInline } from './graph.ts';

/** The numbers of a value that must be an inline constant. @throws GraphError otherwise */
export function constantNumbers(value: Value, source: TensorSource | undefined): number[] {
  if (!source || !isInline(source)) throw new GraphError('shape', `${value.name} must be a constant in memory`);
  return toNumbers(source.dtype, source.data);
}

/** A key that equal constants share; undefined for large ones, which are not compared. */
export function constantKey(source: TensorSource): string | undefined {
  if (!isInline(source) || source.data.length > 64) return undefined;
  return `const ${source.dtype} [${source.shape}] ${Array.from(source.data as ArrayLike<number | bigint>, (x) => (Object.is(x, -0) ? '-0' : String(x)))}`;
}
