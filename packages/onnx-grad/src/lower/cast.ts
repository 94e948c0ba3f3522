// GPUs have no float64, so it becomes float32. A graph that needs the precision should run on the CPU.
import { ONNX_DATA_TYPE } from '../graph/dtype.ts';
import { readNumber } from '../ops/attributes.ts';
import type { Rewrite } from './rewrite.ts';

/** A cast from float32 to float64 stays float32. */
export const narrowCast: Rewrite = ({ g, I, attributes }) => {
  if (readNumber(attributes, 'to', 0) !== ONNX_DATA_TYPE.float64) return undefined;
  return [I(0).dtype === 'float32' ? g.op('Identity', [I(0)]) : g.cast(I(0), 'float32')];
};
