// Functions of one value, element by element, each over a range where it is smooth.
import type { Attributes } from '../../graph/graph.ts';
import type { GradientCase } from '../case.ts';
import { broadcastable, Draft, drawShape, int, pick } from '../case.ts';

interface Range {
  readonly low?: number;
  readonly high?: number;
  /** Keep away from 0, where there is a kink. */
  readonly kink?: boolean;
}

const unary = (op: string, { low = -2, high = 2, kink }: Range = {}, settings: readonly Attributes[] = [{}]) =>
  ({
    name: op,
    operators: [op],
    build: (random): ReturnType<GradientCase['build']> => {
      const draft = new Draft(random);
      const shape = drawShape(random, int(random, 1, 3));
      const x = kink ? draft.awayFromZero('x', shape, 0.2, high) : draft.uniform('x', shape, low, high);
      return draft.done(draft.g.op(op, [x], pick(random, settings)));
    },
  }) satisfies GradientCase;

/** Cases of activations and elementary functions. */
export const ACTIVATION_CASES: readonly GradientCase[] = [
  ...['Exp', 'Sin', 'Cos', 'Erf', 'Tanh', 'Sigmoid', 'Softplus', 'Mish'].map((op) => unary(op)),
  ...['Tan', 'Asin', 'Acos', 'Atanh'].map((op) => unary(op, { low: -0.9, high: 0.9 })),
  ...['Atan', 'Sinh', 'Cosh', 'Asinh'].map((op) => unary(op)),
  unary('Acosh', { low: 1.2, high: 3 }),
  ...['Reciprocal', 'Sqrt', 'Log'].map((op) => unary(op, { low: 0.5, high: 3 })),
  ...['Abs', 'Relu', 'Softsign'].map((op) => unary(op, { kink: true })),
  unary('LeakyRelu', { kink: true }, [{}, { alpha: 0.25 }]),
  unary('Elu', { kink: true }, [{}, { alpha: 0.5 }]),
  unary('Selu', { kink: true }, [{}, { alpha: 1.5, gamma: 0.5 }]),
  unary('ThresholdedRelu', { low: -2, high: 0.9 }, [{}, { alpha: -3 }]),
  unary('HardSigmoid', { low: -2, high: 2 }, [{}, { alpha: 0.125, beta: 0.5 }]),
  unary('HardSwish', { low: -2.5, high: 2.5 }),
  unary('Gelu', {}, [{}, { approximate: 'none' }, { approximate: 'tanh' }]),
  unary('com.microsoft::QuickGelu', {}, [{}, { alpha: 1 }]),
  {
    name: 'HardSigmoid and HardSwish beyond their slopes',
    operators: ['HardSigmoid', 'HardSwish'],
    build(random) {
      const draft = new Draft(random);
      const x = draft.awayFromZero('x', drawShape(random, 2), 3.2, 5);
      return draft.done(draft.g.op('HardSigmoid', [x]), draft.g.op('HardSwish', [x]));
    },
  },
  {
    name: 'PRelu',
    operators: ['PRelu'],
    build(random) {
      const draft = new Draft(random);
      const shape = drawShape(random, 3);
      return draft.done(
        draft.g.op('PRelu', [draft.awayFromZero('x', shape), draft.uniform('slope', broadcastable(random, shape))]),
      );
    },
  },
];
