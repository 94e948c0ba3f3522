// Arithmetic with broadcasting, choices, casts and steps.

import { ONNX_DATA_TYPE } from '../../graph/dtype.ts';
import type { Value } from '../../graph/graph.ts';
import { roundStraightThrough, stopGradient } from '../../ops/rounding.ts';
import type { GradientCase, Random } from '../case.ts';
import { broadcastable, Draft, drawShape, int } from '../case.ts';

// Two shapes that broadcast with each other, either of which may be the smaller.
function pair(random: Random): [number[], number[]] {
  const shape = drawShape(random, int(random, 1, 3));
  const other = broadcastable(random, shape);
  return random() < 0.5 ? [shape, other] : [other, shape];
}

const exactPair = (op: string): GradientCase => ({
  name: op,
  operators: [op],
  exact: true,
  build(random) {
    const draft = new Draft(random);
    const [a, b] = pair(random);
    return draft.done(draft.g.op(op, [draft.integers('a', a), draft.integers('b', b)]));
  },
});

const nary = (op: string, make: 'integers' | 'distinct'): GradientCase => ({
  name: op,
  operators: [op],
  build(random) {
    const draft = new Draft(random);
    const shape = drawShape(random, int(random, 1, 3));
    const operands = Array.from({ length: int(random, 1, 3) }, (_, k): Value => {
      const own = k === 0 ? shape : broadcastable(random, shape);
      if (make === 'integers') return draft.integers(`x${k}`, own);
      // Off by a third of the gap, so that operands never tie with one another.
      return draft.g.shift(draft.distinct(`x${k}`, own, 0.3), k * 0.1);
    });
    return draft.done(draft.g.op(op, operands));
  },
});

/** Cases of arithmetic. */
export const ARITHMETIC_CASES: readonly GradientCase[] = [
  ...['Add', 'Sub', 'Mul'].map(exactPair),
  {
    name: 'Div',
    operators: ['Div'],
    build(random) {
      const draft = new Draft(random);
      const [a, b] = pair(random);
      return draft.done(draft.g.div(draft.uniform('a', a), draft.awayFromZero('b', b)));
    },
  },
  {
    name: 'Pow',
    operators: ['Pow'],
    build(random) {
      const draft = new Draft(random);
      const [a, b] = pair(random);
      return draft.done(draft.g.op('Pow', [draft.uniform('a', a, 0.5, 2), draft.uniform('b', b)]));
    },
  },
  {
    name: 'Pow of negative bases',
    operators: ['Pow'],
    build(random) {
      const draft = new Draft(random);
      const x = draft.awayFromZero('x', drawShape(random, 2));
      return draft.done(draft.g.op('Pow', [x, draft.g.scalar(int(random, 0, 3))]));
    },
  },
  {
    name: 'Pow at zero',
    operators: ['Pow'],
    exact: true,
    build(random) {
      const draft = new Draft(random);
      const exponents = draft.indices('exponents', [2, 3], (i) => i % 3);
      const power = draft.g.cast(exponents, 'float32');
      return draft.done(draft.g.op('Pow', [draft.integers('x', [4, 2, 3]), power]));
    },
  },
  {
    name: 'Mod',
    operators: ['Mod'],
    build(random) {
      const draft = new Draft(random);
      const [a, b] = pair(random);
      const whole = draft.indices('quotient', a, () => int(random, -3, 3));
      const part = draft.uniform('a', a, 0.3, 0.7);
      const divisor = draft.uniform('b', b, 0.99, 1.01);
      return draft.done(draft.g.op('Mod', [draft.g.add(draft.g.cast(whole, 'float32'), part), divisor], { fmod: 1 }));
    },
  },
  nary('Max', 'distinct'),
  nary('Min', 'distinct'),
  nary('Sum', 'integers'),
  nary('Mean', 'integers'),
  {
    name: 'Clip',
    operators: ['Clip'],
    build(random) {
      const draft = new Draft(random);
      const x = draft.distinct('x', drawShape(random, 2), 0.3);
      const low = random() < 0.7 ? draft.uniform('low', [], -0.97, -0.97) : undefined;
      const high = random() < 0.7 ? draft.uniform('high', [], 0.96, 0.96) : undefined;
      return draft.done(draft.g.op('Clip', high ? [x, low, high] : [x, low]));
    },
  },
  {
    name: 'Where',
    operators: ['Where'],
    exact: true,
    build(random) {
      const draft = new Draft(random);
      const [a, b] = pair(random);
      const condition = draft.flags('condition', broadcastable(random, a));
      return draft.done(draft.g.where(condition, draft.integers('a', a), draft.integers('b', b)));
    },
  },
  {
    name: 'Cast, Identity, Dropout, Neg',
    operators: ['Cast', 'Identity', 'Dropout', 'Neg'],
    exact: true,
    build(random) {
      const draft = new Draft(random);
      const x = draft.integers('x', drawShape(random, 2));
      const wide = draft.g.op('Cast', [x], { to: ONNX_DATA_TYPE.float64 });
      const kept = draft.g.op('Dropout', [draft.g.op('Identity', [draft.g.cast(wide, 'float32')])]);
      return draft.done(draft.g.neg(kept));
    },
  },
  {
    name: 'straight-through rounding',
    operators: ['onnx-grad::StopGradient', 'Round'],
    exact: true,
    build(random) {
      const draft = new Draft(random);
      const x = draft.integers('x', drawShape(random, 2));
      const constant = stopGradient(draft.g, draft.g.op('Floor', [draft.g.scalar(2.5)]));
      return draft.done(draft.g.mul(roundStraightThrough(draft.g, x), constant));
    },
  },
];
