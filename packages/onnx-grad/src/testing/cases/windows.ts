// Pooling and resizing.
import type { Attributes } from '../../graph/graph.ts';
import type { GradientCase, Random } from '../case.ts';
import { Draft, int, pick, shapeOf } from '../case.ts';

// Window attributes that every runtime takes: pads below the kernel, windows that fit.
function windows(random: Random, rank: number) {
  const kernel = shapeOf(random, rank, 1, 3);
  const pads = kernel.map((k) => int(random, 0, k - 1));
  return {
    kernel_shape: kernel,
    strides: random() < 0.4 ? kernel : shapeOf(random, rank, 1, 3),
    pads: random() < 0.5 ? [...pads, ...pads] : [...pads, ...pads].map(() => 0),
    ceil_mode: int(random, 0, 1),
  };
}

const pool = (op: string): GradientCase => ({
  name: op,
  operators: [op],
  build(random) {
    const draft = new Draft(random);
    const rank = int(random, 1, 2);
    const x = draft.distinct('x', [...shapeOf(random, 2, 1, 2), ...shapeOf(random, rank, 5, 8)], 0.25);
    const attributes = op.startsWith('Global') ? {} : windows(random, rank);
    const more: Attributes = op === 'AveragePool' ? { count_include_pad: int(random, 0, 1) } : {};
    return draft.done(draft.g.op(op, [x], { ...attributes, ...more }));
  },
});

/** Cases of pooling and resizing. */
export const WINDOW_CASES: readonly GradientCase[] = [
  ...['AveragePool', 'MaxPool', 'GlobalAveragePool', 'GlobalMaxPool'].map(pool),
  {
    name: 'pooling with dilations',
    operators: ['AveragePool', 'MaxPool'],
    build(random) {
      const draft = new Draft(random);
      const x = draft.distinct('x', [1, 2, 8, 7], 0.25);
      const attributes = { kernel_shape: [2, 3], dilations: [3, 2], strides: [int(random, 1, 2), 1] };
      return draft.done(draft.g.op('MaxPool', [x], attributes), draft.g.op('AveragePool', [x], attributes));
    },
  },
  {
    name: 'Resize nearest',
    operators: ['Resize'],
    exact: true,
    build(random) {
      const draft = new Draft(random);
      const x = draft.integers('x', [1, 2, ...shapeOf(random, 2, 2, 5)]);
      const attributes = {
        mode: 'nearest',
        coordinate_transformation_mode: pick(random, ['asymmetric', 'half_pixel', 'align_corners']),
        nearest_mode: pick(random, ['floor', 'round_prefer_floor', 'ceil', 'round_prefer_ceil']),
      };
      if (random() < 0.5) {
        const sizes = draft.g.ints([1, 2, ...shapeOf(random, 2, 2, 9)]);
        return draft.done(draft.g.op('Resize', [x, undefined, undefined, sizes], attributes));
      }
      const factors = Float32Array.of(1, 1, pick(random, [1, 2, 3]), pick(random, [0.5, 1.5, 2]));
      const scales = draft.g.constant({ dtype: 'float32', shape: [4], data: factors });
      return draft.done(draft.g.op('Resize', [x, undefined, scales], attributes));
    },
  },
  {
    name: 'Resize linear and cubic',
    operators: ['Resize'],
    build(random) {
      const draft = new Draft(random);
      const x = draft.uniform('x', [1, 2, ...shapeOf(random, 2, 3, 6)]);
      const sizes = draft.g.ints([1, 2, ...shapeOf(random, 2, 2, 9)]);
      const attributes = {
        mode: pick(random, ['linear', 'cubic']),
        coordinate_transformation_mode: pick(random, ['half_pixel', 'align_corners', 'asymmetric']),
      };
      return draft.done(draft.g.op('Resize', [x, undefined, undefined, sizes], attributes));
    },
  },
];
