// Softmax of scores that are partly -infinity, as with attention masks. If a whole row is (the padding of a shorter
// text), PyTorch and ONNX Runtime return zeros; the formula gives 0/0, and the usual workaround of exporters (a Where
// that replaces NaN) leaves the gradient NaN, since 0 times NaN is NaN. Here NaN is avoided from the start.
import type { DType } from '../graph/dtype.ts';
import { bfloat16ToFloat } from '../graph/dtype.ts';
import type { Value } from '../graph/graph.ts';
import { normalizeAxis } from '../graph/shape.ts';
import type { Emitter } from './emitter.ts';
import type { Rewrite } from './node.ts';
import { like, requireInput } from './node.ts';

const LOWEST: Readonly<Partial<Record<DType, number>>> = {
  float16: -65504,
  bfloat16: bfloat16ToFloat(0xff7f),
  float32: -(2 - 2 ** -23) * 2 ** 127,
  float64: -Number.MAX_VALUE,
};

// The smallest finite number of a value's dtype.
const lowest = (e: Emitter, x: Value): Value => like(e, LOWEST[x.dtype]!, x);

/** Softmax over an axis; zeros if all of it is -infinity (or the smallest number of the dtype). */
export function maskedSoftmax(e: Emitter, scores: Value, axis: number): Value {
  const at = normalizeAxis(axis, scores.shape.length);
  const most = e.op('ReduceMax', [scores, e.g.ints([at])], { keepdims: 1 });
  const isHidden = e.op('LessOrEqual', [most, lowest(e, scores)]);
  return e.op('Where', [isHidden, like(e, 0, scores), finiteSoftmax(e, scores, at)]);
}

const finiteSoftmax = (e: Emitter, scores: Value, axis: number): Value =>
  e.op('Softmax', [e.op('Clip', [scores, lowest(e, scores)])], { axis });

/** Where; if it puts zeros in fully masked rows of a softmax, it becomes a softmax without NaN. */
export const where: Rewrite = (node, e) => {
  const [condition, a, b] = [requireInput(node, 0), requireInput(node, 1), requireInput(node, 2)];
  for (const [softmax, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const made = e.findMaking(softmax);
    const [scores] = made?.inputs ?? [];
    if (made?.op !== 'Softmax' || !scores || !e.findConstant(other)) continue;
    const axis = Number(made.attributes.axis ?? -1);
    // The condition tests for NaN, or finds rows by comparing the scores with -infinity.
    if (e.findMaking(condition)?.op === 'IsNaN' && e.findMaking(condition)?.inputs[0] === softmax && softmax === b) {
      if (isZero(e, other)) return [maskedSoftmax(e, scores, axis)];
    } else if (dependsOn(e, condition, scores, softmax)) {
      const finite = finiteSoftmax(e, scores, axis);
      return [e.op('Where', softmax === a ? [condition, finite, b] : [condition, a, finite], {}, node.name)];
    }
  }
  return [e.op('Where', [condition, a, b], {}, node.name)];
};

const isZero = (e: Emitter, value: Value): boolean =>
  Array.from(e.findConstant(value)!.data as ArrayLike<number | bigint>, Number).every((x) => x === 0);

/** Most steps of such a test: equal, cast, reduce, compare, and an added or removed axis. */
const STEPS = 6;

// Whether a value comes from `target` by a few steps, none of them through `barrier`.
function dependsOn(e: Emitter, value: Value, target: Value, barrier: Value, steps = STEPS): boolean {
  if (value === target) return true;
  if (value === barrier || steps === 0) return false;
  const inputs = e.findMaking(value)?.inputs ?? [];
  return inputs.some((input) => input !== undefined && dependsOn(e, input, target, barrier, steps - 1));
}
