// Pooling and resizing.
import type { Attributes } from '../../graph/graph.ts';
import type { GradientCase, Random } from '../case.ts';
import { Draft, drawShape, int, pick } from '../case.ts';

// Window attributes that every runtime takes: pads below the kernel, windows that fit.
function windows(random: Random, spatial: readonly number[]) {
  const rank = spatial.length;
  const kernel = drawShape(random, rank, 1, 3);
  const ends = kernel.map((k) => int(random, 0, k - 1));
  const pads = random() < 0.5 ? ends : ends.map(() => 0);
  const strides = random() < 0.4 ? kernel : drawShape(random, rank, 1, 3);
  // ONNX Runtime's shape inference for MaxPool miscounts where ceil_mode adds a window that starts beyond the input.
  const beyond = spatial.some((n, i) => {
    const last = Math.ceil((n + 2 * pads[i]! - kernel[i]!) / strides[i]!) * strides[i]!;
    return last >= n + pads[i]!;
  });
  return { kernel_shape: kernel, strides, pads: [...pads, ...pads], ceil_mode: beyond ? 0 : int(random, 0, 1) };
}

const pool = (op: string): GradientCase => ({
  name: op,
  operators: [op],
  build(random) {
    const draft = new Draft(random);
    const spatial = drawShape(random, int(random, 1, 2), 5, 8);
    const x = draft.distinct('x', [...drawShape(random, 2, 1, 2), ...spatial], 0.25);
    const attributes = op.startsWith('Global') ? {} : windows(random, spatial);
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
      const x = draft.integers('x', [1, 2, ...drawShape(random, 2, 2, 5)]);
      const attributes = {
        mode: 'nearest',
        coordinate_transformation_mode: pick(random, ['asymmetric', 'half_pixel', 'align_corners']),
        nearest_mode: pick(random, ['floor', 'round_prefer_floor', 'ceil', 'round_prefer_ceil']),
      };
      if (random() < 0.5) {
        const sizes = draft.g.ints([1, 2, ...drawShape(random, 2, 2, 9)]);
        return draft.done(draft.g.op('Resize', [x, undefined, undefined, sizes], attributes));
      }
      const factors = Float32Array.of(1, 1, pick(random, [1, 2, 3]), pick(random, [0.5, 1.5, 2]));
      const scales = draft.g.constant({ dtype: 'float32', shape: [4], data: factors });
      return draft.done(draft.g.op('Resize', [x, undefined, scales], attributes));
    },
  },
  {
    name: 'Resize that crops',
    operators: ['Resize'],
    build(random) {
      const draft = new Draft(random);
      const x = draft.uniform('x', [1, 2, ...drawShape(random, 2, 3, 6)]);
      const ends = Float32Array.from({ length: 8 }, (_, i) => (i % 4 < 2 ? Math.floor(i / 4) : 1.5 * random() - 0.2));
      const roi = draft.g.constant({ dtype: 'float32', shape: [8], data: ends });
      const sizes = draft.g.ints([1, 2, ...drawShape(random, 2, 1, 7)]);
      const attributes = {
        mode: pick(random, ['nearest', 'linear', 'cubic']),
        coordinate_transformation_mode: 'tf_crop_and_resize',
        extrapolation_value: pick(random, [0, 3]),
      };
      return draft.done(draft.g.op('Resize', [x, roi, undefined, sizes], attributes));
    },
  },
  {
    name: 'Resize linear and cubic',
    operators: ['Resize'],
    build(random) {
      const draft = new Draft(random);
      const x = draft.uniform('x', [1, 2, ...drawShape(random, 2, 3, 6)]);
      const sizes = draft.g.ints([1, 2, ...drawShape(random, 2, 2, 9)]);
      const attributes = {
        mode: pick(random, ['linear', 'cubic']),
        coordinate_transformation_mode: pick(random, ['half_pixel', 'align_corners', 'asymmetric']),
      };
      return draft.done(draft.g.op('Resize', [x, undefined, undefined, sizes], attributes));
    },
  },
];
