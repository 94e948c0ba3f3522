// Normalisations, with means away from zero, as real activations have.
import type { GradientCase } from '../case.ts';
import { Draft, drawShape, int, pick } from '../case.ts';

/** Cases of normalisation. */
export const NORMALIZATION_CASES: readonly GradientCase[] = [
  {
    name: 'LRN',
    operators: ['LRN'],
    float32: true,
    build(random) {
      const draft = new Draft(random);
      const x = draft.uniform('x', [2, int(random, 1, 6), ...drawShape(random, 2, 1, 3)]);
      return draft.done(draft.g.op('LRN', [x], { size: pick(random, [1, 3, 5]), alpha: 0.5, beta: 0.75, bias: 1.5 }));
    },
  },
  ...['GroupNormalization', 'onnx-grad::GroupNormSilu'].map(
    (op): GradientCase => ({
      name: op,
      operators: [op],
      float32: op === 'GroupNormalization',
      build(random) {
        const draft = new Draft(random);
        const [groups, each] = [int(random, 1, 3), int(random, 1, 3)];
        const c = groups * each;
        const x = draft.uniform('x', [int(random, 1, 2), c, ...drawShape(random, int(random, 1, 2), 2, 4)], 0, 3);
        const [scale, bias] = [draft.uniform('scale', [c]), draft.uniform('bias', [c])];
        return draft.done(draft.g.op(op, [x, scale, bias], { num_groups: groups, epsilon: 0.1 }));
      },
    }),
  ),
  {
    name: 'InstanceNormalization',
    operators: ['InstanceNormalization'],
    build(random) {
      const draft = new Draft(random);
      const c = int(random, 1, 3);
      const x = draft.uniform('x', [int(random, 1, 2), c, ...drawShape(random, int(random, 1, 2), 2, 4)], 0, 3);
      const [scale, bias] = [draft.uniform('scale', [c]), draft.uniform('bias', [c])];
      return draft.done(draft.g.op('InstanceNormalization', [x, scale, bias], { epsilon: 0.1 }));
    },
  },
  {
    name: 'LayerNormalization',
    operators: ['LayerNormalization'],
    build(random) {
      const draft = new Draft(random);
      const shape = drawShape(random, 3, 2, 4);
      const axis = int(random, 0, 2);
      const x = draft.uniform('x', shape, 0, 3);
      const scale = draft.uniform('scale', shape.slice(axis));
      const bias = random() < 0.7 ? [draft.uniform('bias', shape.slice(axis))] : [];
      const attributes = { axis: random() < 0.5 ? axis : axis - 3, epsilon: 0.1 };
      return draft.done(draft.g.op('LayerNormalization', [x, scale, ...bias], attributes));
    },
  },
  {
    name: 'BatchNormalization',
    operators: ['BatchNormalization'],
    build(random) {
      const draft = new Draft(random);
      const c = int(random, 1, 3);
      const x = draft.uniform('x', [2, c, ...drawShape(random, int(random, 0, 2), 1, 3)]);
      const rest = ['scale', 'bias', 'mean'].map((name) => draft.uniform(name, [c]));
      const variance = draft.uniform('variance', [c], 0.5, 2);
      return draft.done(draft.g.op('BatchNormalization', [x, ...rest, variance], { epsilon: 0.1 }));
    },
  },
];
